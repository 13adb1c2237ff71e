"""English clauses inside the notes: subject, verb of the vocabulary, object."""

from __future__ import annotations

import re

from kgraph.extract.facts import Fact
from kgraph.extract.terms import clean, is_term
from kgraph.vocab.relations import Relations

_WORD = re.compile(r"[A-Za-z0-9_`][\w./`\-]*|[,;:()]")
_BE = frozenset(["is", "are", "was", "were", "be", "been", "being"])
_AUX = frozenset(
    [
        "can",
        "could",
        "may",
        "might",
        "must",
        "will",
        "would",
        "should",
        "do",
        "does",
        "did",
        "also",
        "automatically",
    ]
) | {"has", "have"}
_NOT = frozenset(
    ["not", "never", "cannot", "doesn't", "don't", "isn't", "aren't", "won't", "can't"]
)
_IT = frozenset(["it", "they", "this", "which", "that", "who"])
_STOP = frozenset(
    """
    , ; : ( ) and that which who when while before after if because so but by in on at to from
    for with without using through via is are was were every such as per between into than
    rather only where how until
    """.split()  # noqa: SIM905
)


def read_english(
    text: str, relations: Relations, subject: str = "", whole: bool = True
) -> list[Fact]:
    """The facts of the English clauses in ``text``; "it" is ``subject`` where that is known.

    ``whole``: nothing but English stands around it, so that a first verb may lack its subject.
    """
    words = [m.group() for m in _WORD.finditer(text)]
    found = _kinds(words, subject)
    last = ""
    start = 0
    for i, word in enumerate(words):
        if i < start:
            continue
        verbs = relations.english_form(word)
        if not verbs or i == len(words) - 1 or not word[0].islower():
            continue
        before = words[start:i]
        aux = [w.casefold() for w in before if w.casefold() in _AUX | _BE | _NOT]
        negated = any(w in _NOT for w in aux)
        passive = any(w in _BE for w in aux) and any(k == "participle" for _, k in verbs)
        usable = [
            (v, k)
            for v, k in verbs
            if (passive and k == "participle")
            or k == "s"
            or (k == "base" and (aux or (i == 0 and whole)))
        ]
        if (any(w in _BE for w in aux) and not passive) or not usable:
            continue
        if words[i + 1].casefold() in _AUX | _BE:
            continue
        names = [w for w in before if w.casefold() not in _AUX | _BE | _NOT]
        who = _subject(names, last, subject)
        if not who:
            continue
        rest = words[i + 1 :]
        for verb, _kind in usable:
            for frame in relations.english(verb):
                parts = frame.preposition.split()
                if frame.passive != passive and not (passive and not frame.passive):
                    continue
                if frame.passive == passive:
                    at = _behind(rest, parts)
                    if at is None:
                        continue
                    objects = _objects(rest[at:])
                    pairs = [(who, o) for o in objects]
                else:
                    if parts or not rest or rest[0].casefold() != "by":
                        continue
                    pairs = [(o, who) for o in _objects(rest[1:])]
                for s, o in pairs:
                    if s.casefold() != o.casefold():
                        found.append(Fact(s, frame.relation, o, "en.svo", negated))
                        last = o if not passive else last
        start = i + 1
    return list(dict.fromkeys(found))


def _behind(rest: list[str], preposition: list[str]) -> int | None:
    """Where the object of a verb starts: behind its preposition, another object between or not."""
    words = [word.casefold() for word in rest]
    if not preposition:
        return 0
    at = next((i for i, word in enumerate(words) if word in _STOP), 0)
    for start in (0, at):
        if start <= 4 and words[start : start + len(preposition)] == preposition:
            return start + len(preposition)
    return None


def _kinds(words: list[str], subject: str) -> list[Fact]:
    """``X is a Y``: the kind of thing that X is."""
    found: list[Fact] = []
    for i, word in enumerate(words[:-2]):
        if word.casefold() not in ("is", "was") or not i:
            continue
        rest = words[i + 1 :]
        negated = rest[0].casefold() == "not"
        rest = rest[negated:]
        if not rest or rest[0].casefold() not in ("a", "an"):
            continue
        if words[0].casefold() in _IT:
            who = subject if i == 1 else ""
        else:
            who = _subject(words[:i], "", subject)
        kinds = _objects(rest[1:])
        found += [Fact(who, "isA", kind, "en.copula", negated) for kind in kinds if who]
    return found


def _subject(names: list[str], last: str, topic: str) -> str:
    if not names:
        return topic
    if names[-1].casefold() in ("that", "which", "who") and last:
        return last
    if names[-1].casefold() in _IT:
        return topic
    tail: list[str] = []
    for word in reversed(names):
        if word.casefold() in _STOP - {"to"}:
            break
        tail.insert(0, word)
    name = clean(" ".join(tail).strip("`"))
    return name if is_term(name) and len(tail) <= 4 else ""


def _objects(rest: list[str]) -> list[str]:
    members: list[list[str]] = [[]]
    for i, word in enumerate(rest):
        low = word.casefold().rstrip(".")
        if low in ("and", "or", ",") and members[-1] and i + 1 < len(rest):
            members.append([])
        elif low in _STOP or len(members[-1]) > 4 or (members[-1] and low.endswith("ly")):
            break
        else:
            members[-1].append(word)
            if word.endswith("."):
                break
    names = [clean(" ".join(m).strip("`")) for m in members[:1]]
    return [n for n in names if is_term(n)]
