"""Line ends inside a paragraph: which ones the author meant, and which only wrap a long line.

Markdown shows both as a space. Notes that are written a line a thought mean every line end; text
that is wrapped to a width breaks after particles and in the middle of clauses as well. A post does
one or the other, so the whole post is looked at before its line ends are judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kgraph.segment.sentences import ARROWS, FINAL_SYLLABLES, PARTICLES, Morphology
from kgraph.text import has_hangul
from kgraph.types import Block, BlockKind, Post

_STARTERS = re.compile(r"(?:[QA][.:)]|cf\.|ex\)|예\)|※|\*|[①-⑳]|\d{1,2}[.)]\s|TODO)")
_STOPS = ".?!:。？！"
_OPEN_END = ",;/+&|(-=>"  # a line that ends so goes on
_WRAPPED = 0.15  # the share of line ends in mid-clause from which a text counts as wrapped

MID_CLAUSE, NOUN, FINAL = range(3)


def meant_breaks(post: Post, analyser: Morphology) -> dict[int, list[int]]:
    """For each block of ``post``, by index, the offsets of its spaces that are meant line ends."""
    found: dict[int, list[tuple[int, int]]] = {}
    counts = [0, 0, 0]
    for index, block in enumerate(post.blocks):
        if block.kind is BlockKind.CODE:
            continue
        judged = list(_judged(block.text, soft_breaks(post, block), analyser))
        if judged:
            found[index] = judged
            for _, verdict in judged:
                counts[verdict] += 1
    wrapped = counts[MID_CLAUSE] > _WRAPPED * sum(counts)
    least = FINAL if wrapped else NOUN
    return {
        index: [at for at, verdict in judged if verdict >= least] for index, judged in found.items()
    }


def soft_breaks(post: Post, block: Block) -> list[int]:
    """The spaces of a block's text that stand for line ends of the source."""
    breaks: list[int] = []
    for left, right in pairwise(block.runs):
        gap_start, gap_end = left.block_start + left.length, right.block_start
        between = post.text[left.source_start + left.length : right.source_start]
        if "\n" in between and block.text[gap_start:gap_end] == " ":
            breaks.append(gap_start)
    return breaks


def _judged(text: str, breaks: Sequence[int], analyser: Morphology) -> Iterator[tuple[int, int]]:
    """Each line end with its verdict: in mid-clause, after a noun, or after a sentence."""
    edges = [-1, *breaks, len(text)]
    lines = [text[low + 1 : high].strip() for low, high in pairwise(edges)]
    for number, at in enumerate(breaks):
        line, following = lines[number], lines[number + 1]
        if line and following:
            yield at, _verdict(line, following, analyser)


def _verdict(line: str, following: str, analyser: Morphology) -> int:
    if following.startswith(ARROWS):
        return MID_CLAUSE
    if line[-1] in _STOPS or _STARTERS.match(following):
        return FINAL
    if line[-1] in _OPEN_END or PARTICLES.match(following):
        return MID_CLAUSE
    if not has_hangul(line[-12:]):
        starts_anew = has_hangul(following[:1]) or not following[:1].islower()
        return NOUN if starts_anew else MID_CLAUSE
    tags = [token.tag for token in analyser.tokens(" ".join(line.split(" ")[-3:]))]
    tag = tags[-1] if tags else ""
    if tag.startswith("E"):
        # At the end of a line Kiwi takes connective 지, 어 and the like for final endings.
        return FINAL if tag != "EC" and line[-1] in FINAL_SYLLABLES else MID_CLAUSE
    return NOUN if tag.startswith(("N", "S", "XSN", "XR", "W")) else MID_CLAUSE
