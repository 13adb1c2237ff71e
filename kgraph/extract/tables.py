"""Tables: matrices of what things can do, rows of attributes, what was before and is now."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from kgraph.extract.chunker import chunk
from kgraph.extract.chunks import Break, Phrase
from kgraph.extract.clauses import ClauseReader
from kgraph.extract.facts import Fact
from kgraph.extract.morphology import Analyser
from kgraph.extract.structure import without_asides
from kgraph.extract.terms import clean, is_term
from kgraph.extract.topics import Topics
from kgraph.text import fold, has_hangul
from kgraph.types import Block, BlockKind, Kind, Post
from kgraph.vocab.lexicon import Lexicon
from kgraph.vocab.relations import Relations

_YES = frozenset(["o", "○", "✓", "✔", "yes", "예", "v", "✅", "가능", "지원", "⭕", "⭕️", "y"])
_NO = frozenset(["x", "✗", "✘", "×", "no", "아니오", "❌", "불가능", "불가", "미지원", "n"])
_MARKS = _YES | _NO
_TELLS = frozenset(
    """
    설명 정의 의미 역할 용도 기능 특징 비고 내용 동작 목적 일 담당 description meaning role purpose
    note
    """.split()  # noqa: SIM905
)
# Where nothing but nouns tells what the thing of the row does: 로그 수신, 토큰 검증.
_DOES = frozenset(["역할", "기능", "동작", "일", "담당", "설명", "description", "role"])
_CORNERS = frozenset(
    """
    항목 구분 비교 기준 관점 특징 특성 item aspect feature category criteria
    """.split()  # noqa: SIM905
)
_BEFORE = re.compile(r"as[- ]?is|기존|이전|before|old|변경 전|전", re.IGNORECASE)
_AFTER = re.compile(r"to[- ]?be|신규|이후|after|new|변경 후|현재|후", re.IGNORECASE)
_ASIDE = re.compile(r"\(([^()]{4,40})\)")
_CASE = re.compile(r"인\s(?:경우|때)\s*$")  # API 오브젝트인 경우: when the row applies
_NEEDED = re.compile(r"\s+(?:필요|필수)\s*$")
_PARTS = re.compile(r"\s+\+\s+")
_MEMBERS = re.compile(r"\s*,\s*|\s+/\s+")


def read_tables(
    post: Post, topics: Topics, analyser: Analyser, relations: Relations, lexicon: Lexicon
) -> list[tuple[int, Fact]]:
    """The facts of all tables of ``post``: (index of the cell's block, fact).

    ``topics`` has seen the rest of the post: what it speaks of is a thing, not an ability.
    """
    tables: dict[int, list[tuple[int, Block]]] = {}
    for index, block in enumerate(post.blocks):
        if block.kind is BlockKind.CELL and block.table is not None:
            tables.setdefault(block.table, []).append((index, block))
    known = {fold(name) for name in topics.said.values()}
    known |= {fold(topics.of_heading(b.text)) for b in post.blocks if b.kind is BlockKind.HEADING}

    def owns(name: str) -> float:
        entry = lexicon.lookup(name)
        product = entry is not None and entry.kind in (Kind.PRODUCT, Kind.COMPONENT)
        acts = bool(name) and topics.acts(name.split()[-1])
        return product - acts + 0.6 * (fold(name) in known and bool(name))

    return [
        found
        for _, cells in sorted(tables.items())
        for found in _Table(cells, analyser, relations, owns).facts()
    ]


@dataclass(frozen=True, slots=True)
class _Cell:
    index: int
    text: str  # without asides
    name: str  # of its row
    header: str


class _Table:
    """One table. ``owns`` says how likely a name is that of a thing with abilities."""

    def __init__(
        self,
        blocks: list[tuple[int, Block]],
        analyser: Analyser,
        relations: Relations,
        owns: Callable[[str], float],
    ) -> None:
        self._analyser = analyser
        self._relations = relations
        self._cells = {(b.row, b.column): (i, b.text.strip()) for i, b in blocks}
        self._headers = {b.column: b.text.strip() for _, b in blocks if b.row == 0}
        columns = _mean(owns(clean(t)) for c, t in self._headers.items() if c)
        rows = _mean(owns(clean(t)) for (r, c), (_, t) in self._cells.items() if r and c == 0)
        several = sum(1 for c in self._headers if c) > 1  # a comparison has two things at least
        corner = self._headers.get(0, "").casefold().strip()
        # | 구분 | RabbitMQ | Kafka |: the columns are the things, the rows what they differ in
        self._compares = not corner or (corner in _CORNERS and several and columns > rows)
        # Whose abilities a matrix lists: the axis of things, and not of what they can do.
        self._transposed = columns > rows or (
            columns == rows and not self._headers.get(0) and several
        )

    def facts(self) -> Iterator[tuple[int, Fact]]:
        """The facts of the table, cell by cell."""
        marked_rows, marked_columns = self._marked(0), self._marked(1)
        for (row, column), (index, text) in sorted(self._cells.items()):
            if not row or not column or (row, 0) not in self._cells:
                continue
            name = clean(without_asides(self._cells[row, 0][1]))
            header = clean(without_asides(self._headers.get(column, "")))
            if not is_term(name):
                continue
            mark = without_asides(text).strip().casefold()
            if mark in _MARKS and (row in marked_rows or column in marked_columns):
                if is_term(header):
                    by_row = column not in marked_columns
                    turned = self._transposed if row in marked_rows and not by_row else by_row
                    pair = (header, name) if turned else (name, header)
                    yield index, Fact(pair[0], "supports", pair[1], "table.matrix", mark in _NO)
                continue
            cell = _Cell(index, " ".join(without_asides(text).split()), name, header)
            for fact in self._attribute(cell, row, column):
                yield index, fact

    def _marked(self, axis: int) -> set[int]:
        """The rows (axis 0) or columns (1) whose cells are marks of yes and no."""
        lines: dict[int, list[str]] = {}
        for (row, column), (_, text) in self._cells.items():
            if row and column and text not in ("-", ""):
                line = row if axis == 0 else column
                lines.setdefault(line, []).append(without_asides(text).strip().casefold())
        return {
            line
            for line, texts in lines.items()
            if len(texts) > 1 and sum(t in _MARKS for t in texts) >= 0.8 * len(texts)
        }

    def _attribute(self, cell: _Cell, row: int, column: int) -> Iterator[Fact]:
        text = cell.text
        if not any(c.isalnum() for c in text) or text == "-" or _CASE.search(text):
            return
        things = self._compares and is_term(cell.header)
        owner = cell.header if things else cell.name
        if self._replaces(cell, row, column):
            old = clean(without_asides(self._cells[row, column - 1][1]))
            yield Fact(text, "replaces", old, "table.change")
            yield Fact(cell.header, "uses", text, "table.change")
            return
        needed = _NEEDED.search(text)
        parts = _PARTS.split(text[: needed.start()] if needed else text)
        if needed and len(parts) > 1 and all(is_term(p) for p in parts):
            for part in parts:
                yield Fact(owner, "requires", clean(part), "table.need")
            return
        if len(parts) > 1 and all(is_term(p) for p in parts):
            for part in parts:
                yield Fact(owner, "contains", clean(part), "table.parts")
            return
        value = len(text.split()) <= 5 and "다." not in text
        if value:
            yield Fact(owner, "hasAttribute", text, "table.attribute")
            members = _MEMBERS.split(text)
            if len(members) > 1 and all(is_term(m) for m in members):
                for member in members:
                    yield Fact(owner, "hasAttribute", clean(member), "table.attribute")
        yield from self._aside(cell, row, column)
        if has_hangul(text):
            bare = self._bare(text)
            told = self._told(owner, cell) if not bare or self._tells(cell, _DOES) else ()
            yield from (f for f in told if not bare or f.relation not in ("isA", "contains"))

    def _tells(self, cell: _Cell, heads: frozenset[str] = _TELLS) -> bool:
        words = cell.header.casefold().split()
        return bool(words) and words[-1] in heads

    def _told(self, owner: str, cell: _Cell) -> Iterator[Fact]:
        """A cell that is a clause: what it says of the row's thing."""
        reader = ClauseReader(cell.text, self._relations, owner, owner if self._tells(cell) else "")
        for fact in reader.read(chunk(cell.text, self._analyser.tokens(cell.text))):
            yield replace(fact, rule="table.told")

    def _aside(self, cell: _Cell, row: int, column: int) -> Iterator[Fact]:
        """Airflow (EKS 위에서 동작): what the bracket says of the cell."""
        inner = _ASIDE.search(self._cells[row, column][1])
        if inner is None or not has_hangul(inner[1]) or not is_term(clean(cell.text)):
            return
        reader = ClauseReader(inner[1], self._relations, clean(cell.text))
        for fact in reader.read(chunk(inner[1], self._analyser.tokens(inner[1]))):
            yield replace(fact, rule="table.told")

    def _replaces(self, cell: _Cell, row: int, column: int) -> bool:
        before = self._headers.get(column - 1, "")
        old = self._cells.get((row, column - 1), (0, ""))[1]
        return (
            column > 1
            and _BEFORE.fullmatch(before) is not None
            and _AFTER.fullmatch(cell.header) is not None
            and is_term(old)
            and is_term(cell.text)
            and old != cell.text
        )

    def _bare(self, text: str) -> bool:
        """Whether a cell is nothing but nouns."""
        chunks = chunk(text, self._analyser.tokens(text))
        return all(isinstance(c, Break) or (isinstance(c, Phrase) and not c.marker) for c in chunks)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0
