"""The forms of English verbs: stores, stored, storing."""

from __future__ import annotations

from functools import lru_cache

# base: past, participle
_IRREGULAR = {
    base: (past, participle)
    for base, past, participle in (
        line.split()
        for line in """
        be was been
        become became become
        begin began begun
        bind bound bound
        break broke broken
        bring brought brought
        build built built
        buy bought bought
        catch caught caught
        choose chose chosen
        come came come
        cut cut cut
        deal dealt dealt
        do did done
        draw drew drawn
        drive drove driven
        fall fell fallen
        feed fed fed
        find found found
        forbid forbade forbidden
        freeze froze frozen
        get got got
        give gave given
        go went gone
        grow grew grown
        have had had
        hide hid hidden
        hold held held
        keep kept kept
        know knew known
        lead led led
        leave left left
        let let let
        lie lay lain
        lose lost lost
        make made made
        mean meant meant
        meet met met
        overwrite overwrote overwritten
        put put put
        read read read
        rebuild rebuilt rebuilt
        reset reset reset
        rewrite rewrote rewritten
        run ran run
        see saw seen
        seek sought sought
        send sent sent
        set set set
        show showed shown
        shrink shrank shrunk
        shut shut shut
        sit sat sat
        speak spoke spoken
        spin spun spun
        split split split
        spread spread spread
        stand stood stood
        stick stuck stuck
        take took taken
        tear tore torn
        tell told told
        think thought thought
        throw threw thrown
        undergo underwent undergone
        undertake undertook undertaken
        undo undid undone
        understand understood understood
        wake woke woken
        withdraw withdrew withdrawn
        write wrote written
        """.strip().splitlines()
    )
}
# Verbs of one stressed last syllable, which double their consonant: stop, stopped.
_DOUBLING = frozenset(
    """
    begin commit cut defer dig drop dub fit get infer let log map occur permit plan plug prefer put
    refer reset run scan set ship shut sit skip slot spin split spot stop strip submit swap tag tap
    transfer transmit trap trim unplug wrap zip
    """.split()  # noqa: SIM905
)


@lru_cache(maxsize=2048)
def forms_of(verb: str) -> tuple[tuple[str, str], ...]:
    """The forms of ``verb`` with what each is: base, s, past, participle, ing.

    "be stored", "be responsible" has one form: what stands behind *be*.
    """
    if verb.startswith("be "):
        return ((verb.removeprefix("be "), "participle"),)
    past, participle = _IRREGULAR.get(verb, (_past(verb), _past(verb)))
    return (
        (verb, "base"),
        (_third(verb), "s"),
        (past, "past"),
        (participle, "participle"),
        (_ing(verb), "ing"),
    )


def _third(verb: str) -> str:
    if verb == "have":
        return "has"
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ied"
    if verb in _DOUBLING:
        return verb + verb[-1] + "ed"
    return verb + "ed"


def _ing(verb: str) -> str:
    if verb.endswith("e") and not verb.endswith("ee"):
        return verb[:-1] + "ing"
    if verb in _DOUBLING:
        return verb + verb[-1] + "ing"
    return verb + "ing"
