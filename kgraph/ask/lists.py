"""Answers that are several things: the items that a sentence of the notes announces."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgraph.ask.sentences import SentenceUnit

_ANNOUNCES = re.compile(
    r"가지|다음과|아래|종류|나뉜|나뉘|구분|구성|단계|:\s*$|것들|목록|\b(?:following|kinds|types|ways|steps|consists?)\b",
    re.IGNORECASE,
)
_HEAD = re.compile(r"^([^:=]{1,40}?)\s*(?::|=|->|=>|→| - )\s*\S")
_NUMERALS = {
    "두": 2,
    "둘": 2,
    "세": 3,
    "셋": 3,
    "네": 4,
    "다섯": 5,
    "여섯": 6,
    "two": 2,
    "three": 3,
}
_NUMBER = re.compile(
    r"(두|세|네|다섯|여섯|[2-9]) ?(?:가지|개|종류|단계)|\b(two|three|four|five)\b", re.I
)
_FOLLOWING = 6  # sentences after the announcement among which its items are looked for
_ITEM = 60  # characters of an item without a head


def items(unit: SentenceUnit, passage: Sequence[SentenceUnit]) -> list[SentenceUnit]:
    """The items that ``unit`` announces in its passage; empty if it announces none."""
    if not _ANNOUNCES.search(unit.text):
        return []
    after = passage[unit.position + 1 :]
    children = [u for u in after if u.lead == unit.text]
    wanted = _count(unit.text)
    if len(children) > 1:
        return children[: wanted or _FOLLOWING]
    headed = [u for u in after[:_FOLLOWING] if _HEAD.match(u.text)]
    if len(headed) > 1:
        return headed[: wanted or len(headed)]
    return list(after[: wanted or 3])


def name(item: SentenceUnit) -> str:
    """An item in short: what stands before its colon, or itself."""
    head = _HEAD.match(item.text)
    text = " ".join((head.group(1) if head else item.text).split())
    return text if len(text) <= _ITEM else text[: _ITEM - 1] + "…"


def _count(text: str) -> int:
    found = _NUMBER.search(text)
    if found is None:
        return 0
    word = (found.group(1) or found.group(2)).casefold()
    return int(word) if word.isdigit() else _NUMERALS.get(word, 0)
