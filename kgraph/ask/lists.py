"""Answers that are several things: the items under one lead, the rows of a table, and the items
that a sentence of the notes announces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kgraph.ask.cues import of_kinds
from kgraph.ask.forms import TextIndex
from kgraph.ask.polarity import negates
from kgraph.ask.question import Question
from kgraph.ask.sentences import SentenceUnit

_ANNOUNCES = re.compile(
    r"가지|다음과|아래|종류|나뉜|나뉘|구분|구성|단계|:\s*$|것들|목록|\b(?:following|kinds|types|ways|steps|consists?)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^[^:=>→]{1,30}?\s*(?::|=| - )\s*\S")  # of an item in a run of them
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
    "four": 4,
    "five": 5,
}
_NUMBER = re.compile(
    r"(두|세|네|다섯|여섯|[2-9]) ?(?:가지|개|종류|단계)|\b(two|three|four|five)\b", re.I
)
_FOLLOWING = 6  # sentences after the announcement among which its items are looked for
_ITEM = 60  # characters of an item without a head
_MOST = 12  # items of a list that is told as one
_NAMES = 110  # characters of their names together
_CELLS = " | "
_YES = frozenset(
    ["o", "○", "◯", "예", "네", "yes", "y", "true", "✓", "✔", "✅", "v", "지원", "가능"]
)
_NO = frozenset(
    ["x", "×", "✗", "✕", "❌", "아니오", "아니요", "no", "n", "false", "미지원", "불가"]
)


def items(unit: SentenceUnit, passage: Sequence[SentenceUnit]) -> list[SentenceUnit]:
    """The items that ``unit`` announces in its passage; empty if it announces none."""
    if not _ANNOUNCES.search(unit.text) or _is_row(unit):
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
    """An item in short: its table row's first cell, what stands before its colon, or itself."""
    if _is_row(item):
        return _cells(item)[0]
    head = _HEAD.match(item.text)
    text = " ".join((head.group(1) if head else item.text).split())
    return text if len(text) <= _ITEM else text[: _ITEM - 1] + "…"


def lists(
    question: Question, passage: Sequence[SentenceUnit], index: Callable[[str], TextIndex]
) -> Iterator[SentenceUnit]:
    """The lists of a passage, each as one unit: its lead and the names of its items.

    Of a table whose column is asked for, and holds O and X, only the rows with an O are told.
    """
    for lead, members in _groups(passage):
        counted = _count(members[0].lead) or _MOST
        told = _asked_rows(question, lead, members)[:counted]
        names: list[str] = []
        for member in told:
            if sum(map(len, names)) + len(name(member)) > _NAMES:
                break
            names.append(name(member))
        if len(names) < 2:
            continue
        head = lead.text if lead is not None else told[0].lead
        text = f"{', '.join(names)} — {head}" if head else ", ".join(names)
        rows = _is_row(told[0])
        yield replace(
            told[0],
            text=text,
            start=(lead or told[0]).start if rows else told[0].start,
            end=told[-1].end,
            lead=head,
            words=index(f"{text}\n{told[0].text}" if rows else text),
            kinds=told[0].kinds or of_kinds(head),
            items=tuple(told),
        )


def _groups(
    passage: Sequence[SentenceUnit],
) -> Iterator[tuple[SentenceUnit | None, list[SentenceUnit]]]:
    """Items that belong together, each group with the line above it if it is in the passage."""
    children: dict[str, list[SentenceUnit]] = {}
    run: list[SentenceUnit] = []
    kind = ""
    for unit in passage:
        if unit.lead and not unit.after_question:
            children.setdefault(unit.lead, []).append(unit)
        mine = "row" if _is_row(unit) else "head" if _LABEL.match(unit.text) else ""
        if mine != kind or unit.lead:
            yield from _run(kind, run)
            run = []
        kind = mine
        if mine and not unit.lead:
            run.append(unit)
    yield from _run(kind, run)
    by_text = {unit.text: unit for unit in passage}
    for lead, members in children.items():
        if len(members) > 1 and lead in by_text:
            yield None, members


def _run(
    kind: str, run: list[SentenceUnit]
) -> Iterator[tuple[SentenceUnit | None, list[SentenceUnit]]]:
    if kind == "row" and len(run) > 1 and _CELLS in run[0].text:
        yield run[0], run[1:]  # a row that is shown as it stands is the header
    elif len(run) > 1:
        yield None, run


def _asked_rows(
    question: Question, header: SentenceUnit | None, rows: list[SentenceUnit]
) -> list[SentenceUnit]:
    """The rows that are marked with a yes in the column that the question names; else all."""
    if header is None or not _is_row(rows[0]):
        return rows
    columns = _cells(header)
    for at in range(1, len(columns)):
        column = TextIndex(columns[at], columns[at].split())
        if not any(column.has(term.direct) or column.has(term.kin) for term in question.terms):
            continue
        cells = [(row, _cells(row)) for row in rows]
        shift = max((len(found) for _, found in cells), default=0) - len(columns)
        marks = [
            (row, found[at + shift].casefold()) for row, found in cells if len(found) > at + shift
        ]
        if marks and all(mark in _YES or mark in _NO or mark == "-" for _, mark in marks):
            wanted = _NO if negates(question.text) else _YES
            return [row for row, mark in marks if mark in wanted]
    return rows


def _is_row(unit: SentenceUnit) -> bool:
    return _CELLS in unit.record.text[unit.start : unit.end] and not unit.items


def _cells(row: SentenceUnit) -> list[str]:
    return [cell.strip() for cell in row.record.text[row.start : row.end].split("|")]


def _count(text: str) -> int:
    found = _NUMBER.search(text)
    if found is None:
        return 0
    word = (found.group(1) or found.group(2)).casefold()
    return int(word) if word.isdigit() else _NUMERALS.get(word, 0)
