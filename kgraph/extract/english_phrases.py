"""English noun phrases: where they begin and end, and what they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kgraph.extract.terms import clean, is_term

WORD = re.compile(r"[A-Za-z0-9_`@$<-][\w./`\-@$<>=+#]*(?:['’]\w+)?|[,;:()]")
BE = frozenset(["is", "are", "was", "were", "be", "been", "being"])
AUX = frozenset(
    """
    can could may might must will would should do does did has have had
    """.split()  # noqa: SIM905
)
NOT = frozenset(["not", "never", "cannot"])
IT = frozenset(["it", "they", "this", "these", "those", "we", "you", "i", "he", "she", "there"])
RELATIVE = frozenset(["that", "which", "who"])
ADVERBS = frozenset(
    """
    also just only then simply still always often usually already now actually even both first
    instead again immediately once longer ever together directly again too well
    """.split()  # noqa: SIM905
)
PREPOSITIONS = frozenset(
    """
    by in on at to from for with without using through via per between into onto than over under
    across inside outside within during upon about against as until after before since of like
    """.split()  # noqa: SIM905
)
_CONJUNCTIONS = frozenset(
    """
    and or but because so if when while where how why whether although though unless until nor yet
    """.split()  # noqa: SIM905
)
STOPS = frozenset([",", ";", ":", "(", ")"]) | _CONJUNCTIONS | RELATIVE
_QUANTIFIERS = frozenset(
    """
    the a an each every all any some this these those its their his her our your my many several
    multiple no one two three both such another most more few least at
    """.split()  # noqa: SIM905
)
_OPENERS = frozenset(["the", "a", "an", "its", "their", "all", "each", "every", "it", "them"])
_SPLIT_NOT = re.compile(
    r"\b(do|does|did|is|are|was|were|has|have|can|could|wo|would|should)n['’]t\b"
)


def words_of(text: str) -> list[str]:
    """The words and marks of ``text``, contractions spelt out."""
    text = re.sub(r"\b(it|that|there)['’]s\b", r"\1 is", text, flags=re.IGNORECASE)
    text = re.sub(r"\bcan['’]t\b", "can not", text)
    text = _SPLIT_NOT.sub(lambda m: ("will" if m[1] == "wo" else m[1]) + " not", text)
    return [m.group() for m in WORD.finditer(text)]


def low(word: str) -> str:
    """``word`` in lower case, a full stop at its end left out."""
    return word.casefold().rstrip(".")


def is_adverb(word: str) -> bool:
    """Whether ``word`` says how, and is no part of a name."""
    return low(word) in ADVERBS or (low(word).endswith("ly") and len(word) > 4)


def name_of(words: Sequence[str]) -> str:
    """What a noun phrase names: without its determiners, the owner before 's and backticks."""
    kept = [w.strip("`") for w in words]
    while kept and (low(kept[0]) in _QUANTIFIERS or is_adverb(kept[0])):
        kept = kept[1:]
    for at in range(len(kept) - 2, -1, -1):
        if kept[at].endswith(("'s", "’s")):
            kept = kept[at + 1 :]
            break
    name = clean(" ".join(kept))
    return name if kept and len(kept) <= 6 and is_term(name) else ""


def negates(words: Sequence[str]) -> bool:
    """Whether a noun phrase says that there is none: no indexes."""
    return bool(words) and low(words[0]) == "no"


def phrase_after(words: Sequence[str], participle: Callable[[str], bool]) -> int:
    """How many of ``words`` make the noun phrase that they begin with.

    ``participle`` tells what may follow a noun as its own clause: workflows triggered from a fork.
    """
    size = 0
    for i, word in enumerate(words):
        short = low(word)
        if short in STOPS or short in AUX or short in BE or short in NOT:
            break
        links = short == "of" and size < 4 and i + 1 < len(words)
        if size and (is_adverb(word) or short in IT or short == "such"):
            break
        if size and short in PREPOSITIONS and not links:
            break
        if size and short in _OPENERS:
            break  # the loader reads | the database
        if not size and short in PREPOSITIONS:
            break
        after = low(words[i + 1]) if i + 1 < len(words) else ""
        if size and short in ("which", "that"):
            break
        if size and participle(word) and after in PREPOSITIONS:
            break
        size = i + 1
        if word.endswith("."):
            break
    return size


SUBORDINATING = frozenset(
    ["if", "when", "before", "until", "unless", "whether", "while", "once", "why", "how", "after"]
)


def coordinated(
    words: Sequence[str],
    participle: Callable[[str], bool],
    verb: Callable[[str], bool] = lambda word: False,
    acts: Callable[[str], bool] = lambda word: False,
) -> tuple[list[str], int, bool]:
    """The names that ``words`` begin with (A, B and C), how many words they take, and negation."""
    names: list[str] = []
    at = 0
    negated = False
    while at < len(words):
        size = phrase_after(words[at:], participle)
        if not size:
            break
        phrase = words[at : at + size]
        after = low(" ".join(words[at + size : at + size + 1]))
        if names and (after in AUX | BE or any(map(acts, phrase[1:]))):
            break  # the key, the loader reads …: another clause
        negated |= negates(phrase)
        if name := name_of(phrase):
            names.append(name)
        at += size
        if phrase[-1].endswith("."):
            break
        rest = [low(w) for w in words[at : at + 2]]
        if len(rest) > 1 and verb(rest[1]) and low(" ".join(words[at + 2 : at + 3])) in _OPENERS:
            break  # rewrites the URL or redirects the user
        follows = low(" ".join(words[at + 2 : at + 3]))
        if len(rest) > 1 and rest[0] != "," and acts(rest[1]) and follows not in STOPS | {""}:
            break  # watches Deployments and creates ReplicaSets
        if rest[:1] == [","] and rest[1:] in (["and"], ["or"]):
            at += 2
        elif rest and rest[0] in (",", "and", "or"):
            at += 1
        else:
            break
    return names, at, negated
