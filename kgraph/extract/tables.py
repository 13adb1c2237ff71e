"""Tables: matrices of what things can do, and rows of attributes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from kgraph.extract.chunker import chunk
from kgraph.extract.chunks import Break, Phrase
from kgraph.extract.facts import Fact
from kgraph.extract.morphology import Analyser
from kgraph.extract.structure import Topics, without_asides
from kgraph.extract.terms import clean, is_term
from kgraph.text import fold
from kgraph.types import Block, BlockKind, Kind, Post
from kgraph.vocab.lexicon import Lexicon

_YES = frozenset(["o", "○", "✓", "✔", "yes", "예", "v", "✅", "가능", "지원"])
_NO = frozenset(["x", "✗", "✘", "×", "no", "아니오", "❌", "불가능", "불가", "미지원"])


def read_tables(
    post: Post, topics: Topics, analyser: Analyser, lexicon: Lexicon
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
        found for _, cells in sorted(tables.items()) for found in table_facts(cells, analyser, owns)
    ]


def _verbless(text: str, analyser: Analyser) -> bool:
    return all(isinstance(c, Phrase | Break) for c in chunk(text, analyser.tokens(text)))


def table_facts(
    blocks: list[tuple[int, Block]], analyser: Analyser, owns: Callable[[str], float]
) -> list[tuple[int, Fact]]:
    """The facts of one table: (index of the cell's block, fact).

    ``owns`` says how likely a name is that of a thing with abilities, rather than of an ability.
    """
    cells = {(b.row, b.column): (i, b.text.strip()) for i, b in blocks}
    headers = {b.column: b.text.strip() for _, b in blocks if b.row == 0}
    found: list[tuple[int, Fact]] = []
    values = [t.casefold() for (r, c), (_, t) in cells.items() if r and c and t not in ("-", "")]
    matrix = bool(values) and sum(v in _YES | _NO for v in values) >= 0.8 * len(values)
    # Whose abilities a matrix lists: the axis of things, and not of what they can do.
    rows = _mean(owns(clean(t)) for (r, c), (_, t) in cells.items() if r and c == 0)
    columns = _mean(owns(clean(t)) for c, t in headers.items() if c)
    several = sum(1 for c in headers if c) > 1  # a comparison has two things at least
    transposed = columns > rows or (columns == rows and not headers.get(0) and several)
    for (row, column), (index, text) in sorted(cells.items()):
        if not row or not column or (row, 0) not in cells:
            continue
        name = clean(without_asides(cells[row, 0][1]))
        header = clean(without_asides(headers.get(column, "")))
        if not is_term(name):
            continue
        low = text.casefold()
        if matrix:
            if low in _YES | _NO and is_term(header):
                pair = (header, name) if transposed else (name, header)
                found.append(
                    (index, Fact(pair[0], "supports", pair[1], "table.matrix", low in _NO))
                )
            continue
        value = " ".join(without_asides(text).split())
        if (
            not any(c.isalnum() for c in value)
            or text == "-"
            or len(value.split()) > 4
            or "다." in text
        ):
            continue
        if _verbless(value, analyser) or re.fullmatch(r"[\w.\-:+/ ]+", value, re.ASCII):
            owner = header if not headers.get(0) and is_term(header) else name
            found.append((index, Fact(owner, "hasAttribute", value, "table.attribute")))
    return found


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0
