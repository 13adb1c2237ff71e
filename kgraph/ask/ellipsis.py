"""Follow-ups that leave out what was asked before: "그럼 워커 노드는?", "and where?", "왜?".

Such a question is completed from the one before it: a new thing stands in the place of the thing
that was asked about, a new question word in the place of the old one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kgraph.ask.phrasing import topic

OPENING = re.compile(
    r"^\s*(?:(?:그럼|그러면|그렇다면|그래서|근데|그런데)(?![가-힣])"
    r"|(?:then|and(?: then)?|so|but)\b)[\s,]*",
    re.I,
)
_WH_KO = (
    r"(?:어디(?:에서|에다|에|로|서|까지|부터)?|언제(?:까지|부터)?|왜|어떻게|누가|누구(?:가|를|에게)?"
    r"|무엇(?:을|이|으로)?|뭐(?:가|를|로)?|뭘(?:로)?|얼마나?(?: 자주| 오래)?|며칠"
    r"|몇 ?(?:개|번|명|초|분|시간|가지))"
)
_WH_EN = r"(?:where|when|why|who|what|how(?: (?:often|long|many|much))?)"
_BARE_KO = re.compile(rf"({_WH_KO})(?:요|야|지|죠|인데|인가요?|일까요?|이야|예요)?\s*[?？.…]*\s*")
_BARE_EN = re.compile(rf"({_WH_EN})(?: exactly| though| then)?\s*[?？.…]*\s*", re.I)
_IN_KO = re.compile(rf"(?<![가-힣]){_WH_KO}(?![가-힣])")
_IN_EN = re.compile(rf"^\W*{_WH_EN}\b", re.I)
_THING_KO = re.compile(r"(?P<thing>[^?？]{1,40}?)(?:은|는)(?:요)?\s*[?？]+\s*")
_THING_EN = re.compile(
    r"(?:(?:what|how) about\s+|of\s+)?(?P<thing>(?:the |an? )?[^?？]{1,40}?)\s*[?？]+\s*", re.I
)
_SENTENCE_EN = re.compile(
    r"\b(?:what|which|who|where|when|why|how|is|are|was|were|do|does|did|can|could|will|would|should|has|have|had)\b",
    re.I,
)
_PARTICLES = (("은", "는"), ("이", "가"), ("을", "를"), ("과", "와"), ("으로", "로"))


Naming = Callable[[str], Sequence[str]]
"""What is named in a text, as it stands there, in order."""


def names_only(question: str) -> bool:
    """Whether ``question`` is a thing and nothing else: "기본 포트는?"."""
    return _THING_KO.fullmatch(question) is not None and not _IN_KO.search(question)


def completed(question: str, before: str, named: Naming) -> str | None:
    """``question`` with what it leaves out from ``before``; None if it leaves out nothing.

    "워커 노드는?" is about another thing, "기본 포트는?", which ``named`` does not know, about
    something else of the same one, unless 그럼 stands before it.

    Args:
        question: as it was typed.
        before: the question before it, complete.
        named: finds the known names in a text.
    """
    rest = OPENING.sub("", question, count=1)
    bare = _BARE_KO.fullmatch(rest)
    if bare is not None:
        return _asking_ko(before, bare.group(1))
    bare = _BARE_EN.fullmatch(rest)
    if bare is not None:
        return _asking_en(before, bare.group(1))
    names = named(before)
    thing = _THING_KO.fullmatch(rest)
    if thing is not None and names_only(rest):
        said = thing["thing"].strip()
        return _instead(before, names, said) if rest != question or named(said) else None
    thing = _THING_EN.fullmatch(rest)
    about = re.match(r"(?:what|how) about\b", rest, re.I) is not None
    if thing is not None and (about or rest != question):
        said = thing["thing"].strip()
        if rest.isascii() and not _SENTENCE_EN.search(said):
            return _instead(before, names, said)
    return None


def _asking_ko(before: str, wh: str) -> str:
    """``before`` asking ``wh`` instead: its question word replaced, or put before its verb."""
    if _IN_KO.search(before):
        return _IN_KO.sub(wh, before, count=1)
    head, _, verb = before.rstrip(" ?？").rpartition(" ")
    return f"{head} {wh} {verb}?".strip()


def _asking_en(before: str, wh: str) -> str:
    wh = wh[0].upper() + wh[1:]
    if _IN_EN.search(before):
        return _IN_EN.sub(wh, before, count=1)
    return f"{wh} {before[0].lower()}{before[1:]}" if before else wh


def _instead(before: str, names: Sequence[str], thing: str) -> str | None:
    """``before`` about ``thing``: in the place of the name that is its topic, else its first."""
    if not names or not before:
        return None
    named = next(
        (n for n in names if re.search(rf"{re.escape(n)}(?:은|는|이|가)(?![가-힣])", before)),
        names[0],
    )
    at = before.find(named)
    rest = before[at + len(named) :]
    article = re.match(r"(?:the|an?)\s+", thing, re.I)
    start = before[:at]
    if article is not None:
        start = re.sub(r"\b(?:the|an?)\s+$", "", start, flags=re.I)
    for closed, open_ in _PARTICLES:
        found = re.match(rf"(?:{closed}|{open_})(?![가-힣])", rest)
        if found is not None:
            return f"{start}{topic(thing, closed, open_)}{rest[found.end() :]}"
    return f"{start}{thing}{rest}"
