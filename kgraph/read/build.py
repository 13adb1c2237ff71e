"""Building blocks with exact runs: what readers of marked-up text share."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kgraph.types import Block, BlockKind, Mark, MarkKind, Run

# No word of any language: pasted data (base64, keys), which later stages would read for hours.
_NO_WORD = re.compile(r"[\w+/=]{513,}|\w{257,}")
_INDEX = 3  # a <sub> or <sup> of more characters is a gloss, not an index (H₂O, x²)


class TextBuilder:
    """Collects a block's readable text, piece by piece, and where each piece stands in the source.

    A piece that does not equal its source is kept as text without a run, so that the promise of
    :class:`~kgraph.types.Run` (unchanged text) cannot be broken by a caller's mistake.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._parts: list[str] = []
        self._runs: list[tuple[int, int, int]] = []
        self._marks: list[Mark] = []
        self._open: list[tuple[str, MarkKind, int, str]] = []
        self._spaced = True  # nothing but white space so far, or since the last break
        self.length = 0

    def put(self, text: str, at: int | None = None) -> None:
        """Append ``text``, which stands at source offset ``at`` (None: nowhere)."""
        if not text:
            return
        if at is not None and self._source.startswith(text, at):
            if self._runs:
                block, source, length = self._runs[-1]
                if block + length == self.length and source + length == at:
                    self._runs[-1] = (block, source, length + len(text))
                elif source + length <= at:
                    self._runs.append((self.length, at, len(text)))
            else:
                self._runs.append((self.length, at, len(text)))
        self._parts.append(text)
        self.length += len(text)
        self._spaced = text[-1].isspace()

    def flow(self, text: str, at: int) -> None:
        """Append HTML character data: every stretch of white space counts as one space."""
        i, n = 0, len(text)
        while i < n:
            j = i
            while j < n and text[j].isspace():
                j += 1
            if j > i:
                if not self._spaced:
                    self.put(" ", at + i)
                i = j
                continue
            while j < n and not text[j].isspace():
                j += 1
            self.put(text[i:j], at + i)
            i = j

    def space(self) -> None:
        """Append a space of the reader's own, unless one stands there already."""
        if not self._spaced:
            self.put(" ")

    def newline(self) -> None:
        """Append a hard line break."""
        self.put("\n")
        self._spaced = True

    def open(self, tag: str, kind: MarkKind, target: str = "") -> None:
        """Start a mark; ``tag`` is what :meth:`close` will name."""
        self._open.append((tag, kind, self.length, target))

    def open_gloss(self, tag: str, length: int) -> None:
        """Start a gloss of ``length`` characters, parted from the word that it is glued to.

        A gloss is a note on the word before; an index (H₂O, x²) is a part of it and stays.
        """
        if length > _INDEX and self._parts and self._parts[-1][-1:].isalnum():
            self.put(" ")
        self.open(tag, MarkKind.GLOSS)

    def close(self, tag: str) -> None:
        """End the innermost open mark of this tag, if there is one."""
        for i in range(len(self._open) - 1, -1, -1):
            name, kind, start, target = self._open[i]
            if name == tag:
                del self._open[i]
                self._marks.append(Mark(kind, start, self.length, target))
                return

    def without_data(self) -> TextBuilder:
        """The same text with its stretches left out that are longer than any word."""
        text = "".join(self._parts)
        if not _NO_WORD.search(text):
            return self
        kept = TextBuilder(self._source)
        gone = [found.span() for found in _NO_WORD.finditer(text)]
        ends = [0, *(end for _, end in gone)]
        starts = [*(start for start, _ in gone), len(text)]
        run_ends = [block + length for block, _, length in self._runs]
        places: list[int] = []  # where in the new text each kept stretch starts
        for low, high in zip(ends, starts, strict=True):
            places.append(kept.length)
            kept._parts.append(text[low:high])
            for i in range(bisect_right(run_ends, low), len(self._runs)):
                block, source, length = self._runs[i]
                if block >= high:
                    break
                first, last = max(block, low), min(block + length, high)
                if first < last:
                    at = kept.length + first - low
                    kept._runs.append((at, source + first - block, last - first))
            kept.length += high - low

        def moved(at: int) -> int:
            i = bisect_right(ends, at) - 1
            return places[i] + min(at, starts[i]) - ends[i]

        kept._marks = [replace(m, start=moved(m.start), end=moved(m.end)) for m in self._marks]
        kept._open = [(tag, kind, moved(at), target) for tag, kind, at, target in self._open]
        return kept

    def finish(self) -> tuple[str, tuple[Run, ...], tuple[Mark, ...]]:
        """The text without white space at its ends, its runs and its marks (empty ones dropped)."""
        while self._open:
            self.close(self._open[-1][0])
        text = "".join(self._parts)
        start = len(text) - len(text.lstrip())
        end = max(len(text.rstrip()), start)
        runs = []
        for block, source, length in self._runs:
            low, high = max(block, start), min(block + length, end)
            if low < high:
                runs.append(Run(low - start, source + low - block, high - low))
        marks = []
        for mark in self._marks:
            low, high = max(mark.start, start), min(mark.end, end)
            if low < high:
                marks.append(Mark(mark.kind, low - start, high - start, mark.target))
        marks.sort(key=lambda mark: (mark.start, -mark.end, mark.kind, mark.target))
        return text[start:end], tuple(runs), tuple(marks)


@dataclass(slots=True)
class Place:
    """Where in the tree of lists, quotes and definitions the next block stands."""

    item: int | None = None  # the block of the innermost list item or term with text of its own
    depth: int = 0  # how many lists are open
    ordered: bool = False
    fresh: bool = False  # directly inside an item that has no text yet
    quote: bool = False
    detail: bool = False


class BlockList:
    """The blocks of one post, with their headings, parents and tables kept in step."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._headings: list[tuple[int, int]] = []  # (level, block) of the enclosing headings
        self._tables = 0

    def __iter__(self) -> Iterator[Block]:
        return iter(self._blocks)

    def __len__(self) -> int:
        return len(self._blocks)

    def __getitem__(self, index: int) -> Block:
        return self._blocks[index]

    def next_table(self) -> int:
        """The number of a table that starts here."""
        self._tables += 1
        return self._tables - 1

    def headings(self) -> list[tuple[int, int]]:
        """The open headings, to be given back to :meth:`restore` at the end of a quote or item."""
        return list(self._headings)

    def restore(self, headings: Sequence[tuple[int, int]]) -> None:
        """Close the headings that were opened since ``headings`` was taken."""
        self._headings = list(headings)

    def heading(self, level: int, text: TextBuilder, start: int, end: int) -> None:
        """Add a heading. One without text still ends the sections of its level and below."""
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        index = self.add(Block(BlockKind.HEADING, "", (), start, end, level=level), text)
        if index is not None:
            self._headings.append((level, index))

    def add(self, block: Block, text: TextBuilder) -> int | None:
        """Add ``block`` with the text of ``text`` under the open headings; None if it is empty."""
        if block.kind is not BlockKind.CODE:
            text = text.without_data()
        readable, runs, marks = text.finish()
        if not runs:
            return None
        headings = tuple(index for _, index in self._headings)
        self._blocks.append(
            replace(block, text=readable, runs=runs, marks=marks, headings=headings)
        )
        return len(self._blocks) - 1

    def code(
        self, text: TextBuilder, start: int, end: int, *, language: str, parent: int | None
    ) -> int | None:
        """Add a code block."""
        return self.add(
            Block(BlockKind.CODE, "", (), start, end, language=language, parent=parent), text
        )

    def prose(self, place: Place, text: TextBuilder, start: int, end: int) -> int | None:
        """Add the paragraph that stands at ``place``: an item's own text, a quote, a detail ..."""
        if place.detail:
            kind = BlockKind.DETAIL
        elif place.fresh:
            kind = BlockKind.ITEM
        elif place.quote:
            kind = BlockKind.QUOTE
        else:
            kind = BlockKind.PARAGRAPH
        index = self.add(
            Block(
                kind,
                "",
                (),
                start,
                end,
                level=place.depth if kind is BlockKind.ITEM else 0,
                parent=place.item,
                ordered=place.ordered and kind is BlockKind.ITEM,
            ),
            text,
        )
        if index is not None and kind is BlockKind.ITEM:
            place.item, place.fresh = index, False
        return index

    def cell(
        self,
        text: TextBuilder,
        start: int,
        end: int,
        *,
        table: int,
        row: int,
        column: int,
        parent: int | None,
    ) -> None:
        """Add a table cell (nothing for an empty one: its row and column are missing)."""
        self.add(
            Block(
                BlockKind.CELL,
                "",
                (),
                start,
                end,
                parent=parent,
                table=table,
                row=row,
                column=column,
            ),
            text,
        )
