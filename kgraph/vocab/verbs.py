"""The forms of English verbs: stores, stored, storing."""

from __future__ import annotations

_IRREGULAR = {
    "be": ("was", "been"),
    "have": ("had", "had"),
    "run": ("ran", "run"),
    "send": ("sent", "sent"),
    "build": ("built", "built"),
    "hold": ("held", "held"),
    "keep": ("kept", "kept"),
    "bind": ("bound", "bound"),
    "find": ("found", "found"),
    "read": ("read", "read"),
    "write": ("wrote", "written"),
    "rewrite": ("rewrote", "rewritten"),
    "overwrite": ("overwrote", "overwritten"),
    "make": ("made", "made"),
    "take": ("took", "taken"),
    "choose": ("chose", "chosen"),
    "get": ("got", "got"),
    "set": ("set", "set"),
    "shut": ("shut", "shut"),
    "stand": ("stood", "stood"),
    "mean": ("meant", "meant"),
    "forbid": ("forbade", "forbidden"),
    "go": ("went", "gone"),
    "shrink": ("shrank", "shrunk"),
}
# Verbs of one stressed last syllable, which double their consonant: stop, stopped.
_DOUBLING = frozenset(
    [
        "stop",
        "run",
        "set",
        "get",
        "drop",
        "cut",
        "shut",
        "plan",
        "map",
        "bind",
        "permit",
        "submit",
        "commit",
    ]
)


def forms_of(verb: str) -> tuple[tuple[str, str], ...]:
    """The forms of ``verb`` with what each is: base, s, past, participle, ing."""
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
