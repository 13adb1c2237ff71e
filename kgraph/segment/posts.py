"""Posts cut into sentences, and sentences packed into passages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kgraph.segment.linebreaks import meant_breaks
from kgraph.segment.sentences import Morphology, split_sentences
from kgraph.types import Block, BlockKind, Passage, Post, Segmented, Sentence

LONGEST = 400  # characters of a passage
ENOUGH = 200  # from here on a passage rather ends with its block than take part of the next

_MARKUP = "*_`~"
_WHOLE = (BlockKind.HEADING, BlockKind.TERM)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A stretch of passage text that is not cut: a sentence, a table row, some lines of code."""

    text: str
    start: int  # source offsets
    end: int
    block: int
    sentences: tuple[int, ...] = ()


def segment(post: Post, analyser: Morphology) -> Segmented:
    """The sentences and passages of ``post``, in the order of its blocks.

    Every sentence lies in one block; ``post.text[s.start:s.end]`` is its quote. Code gives no
    sentences. Every sentence that is no heading belongs to exactly one passage; a sentence longer
    than :data:`LONGEST` belongs to the first of the passages that it is cut into.
    """
    sentences = tuple(_sentences(post, analyser))
    return Segmented(sentences, tuple(_passages(post, sentences)))


# ------------------------------------------------------------------ sentences


def _sentences(post: Post, analyser: Morphology) -> Iterator[Sentence]:
    index = 0
    breaks = meant_breaks(post, analyser)
    for number, block in enumerate(post.blocks):
        if block.kind is BlockKind.CODE:
            continue
        if block.kind in _WHOLE:
            spans = [(0, len(block.text))]
        else:
            spans = split_sentences(block.text, analyser, breaks.get(number, ()))
        for start, end in spans:
            try:
                source_start, source_end = _quoted(post, block, *block.source_span(start, end))
            except ValueError:  # nothing but decoded entities: nothing to quote
                continue
            yield Sentence(
                index=index,
                block=number,
                text=block.text[start:end],
                block_start=start,
                block_end=end,
                start=source_start,
                end=source_end,
            )
            index += 1


def _quoted(post: Post, block: Block, start: int, end: int) -> tuple[int, int]:
    """The source span with the emphasis and code marks at its edges, so that quotes are whole."""
    while start > block.start and post.text[start - 1] in _MARKUP:
        start -= 1
    while end < block.end and post.text[end] in _MARKUP:
        end += 1
    return start, end


# ------------------------------------------------------------------ passages


def _passages(post: Post, sentences: tuple[Sentence, ...]) -> Iterator[Passage]:
    units = list(_units(post, sentences))
    if not units:
        headings = [s for s in sentences if post.blocks[s.block].kind is BlockKind.HEADING]
        for s in headings:
            units.extend(_cut(s.text, post.blocks[s.block], s.block_start, s.block))
        for index, group in enumerate(_groups(post, units, sections=False)):
            yield _passage(post, index, group, ())
        return
    for index, group in enumerate(_groups(post, units, sections=True)):
        block = post.blocks[group[0].block]
        yield _passage(post, index, group, post.heading_path(block))


def _passage(post: Post, index: int, group: list[_Unit], headings: tuple[str, ...]) -> Passage:
    return Passage(
        post=post.id,
        index=index,
        text=_joined(group),
        headings=headings,
        start=min(unit.start for unit in group),
        end=max(unit.end for unit in group),
        sentences=tuple(i for unit in group for i in unit.sentences),
    )


def _joined(group: list[_Unit]) -> str:
    parts = [group[0].text]
    for before, unit in pairwise(group):
        parts.append(" " if unit.block == before.block else "\n")
        parts.append(unit.text)
    return "".join(parts)


def _groups(post: Post, units: list[_Unit], *, sections: bool) -> Iterator[list[_Unit]]:
    """Neighbouring units of one section, packed to at most :data:`LONGEST` characters."""
    sizes: dict[int, int] = {}
    for unit in units:
        sizes[unit.block] = sizes.get(unit.block, -1) + len(unit.text) + 1
    group: list[_Unit] = []
    length = 0
    for unit in units:
        if group:
            here, before = post.blocks[unit.block], post.blocks[group[-1].block]
            new_block = unit.block != group[-1].block
            if (
                (sections and here.headings != before.headings)
                or length + 1 + len(unit.text) > LONGEST
                or (new_block and length >= ENOUGH and length + 1 + sizes[unit.block] > LONGEST)
            ):
                yield group
                group, length = [], 0
        length += len(unit.text) + (1 if group else 0)
        group.append(unit)
    if group:
        yield group


def _units(post: Post, sentences: tuple[Sentence, ...]) -> Iterator[_Unit]:
    by_block: dict[int, list[Sentence]] = {}
    for sentence in sentences:
        by_block.setdefault(sentence.block, []).append(sentence)
    number = 0
    while number < len(post.blocks):
        block = post.blocks[number]
        if block.kind is BlockKind.CELL:
            row = [number]
            while number + 1 < len(post.blocks) and _same_row(block, post.blocks[number + 1]):
                number += 1
                row.append(number)
            yield from _row(post, row, by_block)
        elif block.kind is BlockKind.CODE:
            yield from _code(block, number)
        elif block.kind is not BlockKind.HEADING:
            for s in by_block.get(number, ()):
                yield from _cut(s.text, block, s.block_start, number, (s.index,))
        number += 1


def _same_row(first: Block, other: Block) -> bool:
    return other.kind is BlockKind.CELL and (other.table, other.row) == (first.table, first.row)


def _row(post: Post, row: list[int], by_block: dict[int, list[Sentence]]) -> Iterator[_Unit]:
    """A table row as one line, ``a | b | c``; cell by cell if that is too long."""
    cells = [number for number in row if by_block.get(number)]
    if not cells:
        return
    text = " | ".join(" ".join(post.blocks[number].text.split()) for number in cells)
    if len(text) > LONGEST:
        for number in cells:
            for s in by_block[number]:
                yield from _cut(s.text, post.blocks[number], s.block_start, number, (s.index,))
        return
    members = [s for number in cells for s in by_block[number]]
    yield _Unit(
        text,
        min(s.start for s in members),
        max(s.end for s in members),
        row[0],
        tuple(s.index for s in members),
    )


def _code(block: Block, number: int) -> Iterator[_Unit]:
    """Code by lines, as many as fit."""
    start = 0
    while start < len(block.text):
        end = start + LONGEST
        if end >= len(block.text):
            end = len(block.text)
        else:
            newline = block.text.rfind("\n", start + 1, end + 1)
            end = newline if newline > start else end
        yield from _cut(block.text[start:end], block, start, number)
        start = end
        while start < len(block.text) and block.text[start] == "\n":
            start += 1


def _cut(
    text: str, block: Block, offset: int, number: int, sentences: tuple[int, ...] = ()
) -> Iterator[_Unit]:
    """``text``, which stands at ``offset`` of ``block``, in units of at most LONGEST characters."""
    start = 0
    while start < len(text):
        end = start + LONGEST
        if end < len(text):
            end = _clause_end(text, start, end)
        piece = text[start : min(end, len(text))]
        if piece.strip():
            low = offset + start + len(piece) - len(piece.lstrip())
            high = offset + start + len(piece.rstrip())
            try:
                span = block.source_span(low, high)
            except ValueError:
                span = None
            if span is not None:
                yield _Unit(piece.strip(), *span, number, sentences)
                sentences = ()
        start = end


def _clause_end(text: str, start: int, end: int) -> int:
    """The best place to cut before ``end``: after a comma in the second half, else at a space."""
    comma = max(text.rfind(mark, start + LONGEST // 2, end) for mark in (", ", "; ", " - ", " -> "))
    if comma > 0:
        return comma + 1
    space = text.rfind(" ", start + LONGEST // 4, end)
    return space if space > 0 else end
