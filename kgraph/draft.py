"""A draft that is being written: the section at a line, and the names in it that are no links yet.

Lines and columns count from 1. Columns and offsets are Unicode code points of the draft as it is:
with CRLF and decomposed Hangul (NFD), where it has them. Drafts are read as Markdown, which plain
text is too.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from kgraph.text import nfc
from kgraph.types import Block, BlockKind, MarkKind

_PROSE = frozenset(
    {BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.DETAIL, BlockKind.QUOTE, BlockKind.CELL}
)
_CLOSED = frozenset({MarkKind.CODE, MarkKind.LINK, MarkKind.WIKILINK, MarkKind.IMAGE})


class Found(Protocol):
    """A name found in a text; ``kgraph.resolution.matching.Match`` is one."""

    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102
    @property
    def concept(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A known concept named without a link, and the link that would stand there."""

    line: int
    column: int
    start: int  # code points into the draft
    end: int
    text: str
    label: str
    iri: str
    insert: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a concept is named in a draft, ``text[start:end]``."""

    line: int
    column: int
    start: int
    end: int
    text: str
    concept: str


def section_at(text: str, line: int) -> str:
    """The section of ``text`` that line ``line`` stands in: from its heading to the next one."""
    start, end = section_bounds(text, line)
    return text[start:end]


def section_bounds(text: str, line: int) -> tuple[int, int]:
    """Where the section of ``text`` that line ``line`` stands in begins and ends (code points).

    Lines before the first heading are a section as well; a line past the end is the last one.
    """
    plain, places = normalised(text)
    starts = _line_starts(plain)
    at = starts[min(max(line, 1), len(starts)) - 1]
    heads = [block.start for block in _read(plain) if block.kind is BlockKind.HEADING]
    bounds = [0, *(head for head in heads if head > 0), len(plain)]
    i = min(bisect_right(bounds, at), len(bounds) - 1)
    return places[bounds[i - 1]], places[bounds[i]]


def unlinked(text: str, match: Callable[[str], Sequence[Found]]) -> Iterator[Place]:
    """Every place in the prose of ``text`` that ``match`` finds a concept at and no link stands.

    Headings, code, links and front matter are left alone. Where several concepts have one name,
    the first that ``match`` gives is taken.
    """
    plain, places = normalised(text)
    starts = _line_starts(plain)
    for block in _read(plain):
        if block.kind not in _PROSE:
            continue
        closed = [(mark.start, mark.end) for mark in block.marks if mark.kind in _CLOSED]
        last = 0
        for found in match(block.text):
            if found.start < last or any(a < found.end and found.start < b for a, b in closed):
                continue
            start, end = _source(block, found)
            if plain[start:end] != block.text[found.start : found.end]:
                continue  # markup or an entity inside: nothing that a link could be put around
            if end < len(plain) and places[end] == places[end - 1]:
                continue  # a mark that joins the last character stands behind it
            last = found.end
            line = bisect_right(starts, start)
            first, stop = places[start], places[end]
            column = first - places[starts[line - 1]] + 1
            yield Place(line, column, first, stop, text[first:stop], found.concept)


def link(style: str, label: str, text: str, target: str = "") -> str:
    """The link to put around ``text``: ``[[label|text]]``, or for ``md`` ``[text](target)``."""
    if style == "md":
        even = text.count("[") == text.count("]")
        shown = text if even else text.replace("[", "\\[").replace("]", "\\]")
        return f"[{shown}]({_escaped(target)})"
    return f"[[{label}]]" if label == text else f"[[{label}|{text}]]"


def _escaped(target: str) -> str:
    """``target`` as CommonMark takes it: in angle brackets where it holds spaces or brackets."""
    return f"<{target}>" if any(char in target for char in " ()") else target


def _source(block: Block, found: Found) -> tuple[int, int]:
    try:
        return block.source_span(found.start, found.end)
    except ValueError:  # made by the reader, such as what an entity stands for
        return 0, 0


def _read(text: str) -> tuple[Block, ...]:
    """The blocks of the normalised ``text``."""
    from kgraph.read import read_bytes  # slow to import, and not needed for a term

    posts = read_bytes(text.encode("utf-8", "replace"), "draft.md", "markdown")
    return posts[0].blocks if posts and posts[0].text == text else ()


def normalised(text: str) -> tuple[str, list[int]]:
    """``text`` as readers store it, and where in ``text`` each of its characters begins (n + 1)."""
    out: list[str] = []
    places: list[int] = []
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and _joins(text[end]):
            end += 1
        piece = nfc(text[at:end])
        if piece == "\r":
            piece = "" if text.startswith("\n", end) else "\n"
        out.append(piece)
        places += [at] * len(piece)
        at = end
    return "".join(out), [*places, len(text)]


def _joins(char: str) -> bool:
    """Whether ``char`` composes with the one before: a mark, or a vowel or final jamo."""
    return char > "\u02ff" and ("\u1160" <= char <= "\u11ff" or unicodedata.combining(char) > 0)


def _line_starts(text: str) -> list[int]:
    return [0, *(i + 1 for i, char in enumerate(text) if char == "\n")]
