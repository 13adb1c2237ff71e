"""The lines of a passage: its sentences, list items and table rows, as an answer may quote them.

Cutting and analysing them takes most of the time of an answer, so it is done once, at ingestion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kgraph.segment.sentences import Morphology, split_sentences

_COLUMNS = " | "
_LONGEST_TABLE = 400  # rows of a table above a passage that are looked at for its header
_CONTENT = ("NN", "NR", "XR", "SL", "SN", "VV", "VA", "MAG", "XPN")
_BULLET = re.compile(r"[\s>*+\-•\d.)]*")
# A word's part in one script: between Latin and Hangul the source may have marks (**Pod**는).
_OPENING = re.compile(r"[A-Za-z0-9_]+|[^\W\dA-Za-z_]+")
_ASIDE = re.compile(r"\([^()]*[?？]\s*\)")  # a question in brackets says nothing


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, list item or table row of a passage."""

    text: str  # as it is shown: a table's row with the names of its columns
    start: int  # offsets in the passage's text
    end: int
    parent: int  # the line whose list item it stands under, -1 for none
    words: tuple[str, ...]  # its content morphemes


def content_words(text: str, analyser: Morphology) -> tuple[str, ...]:
    """The distinct content morphemes of ``text``, in order; questions in brackets left out."""
    tokens = analyser.tokens(_ASIDE.sub(" ", text))
    return tuple(dict.fromkeys(t.form for t in tokens if t.tag.startswith(_CONTENT)))


def cut_lines(
    text: str, source: str, start: int, end: int, analyser: Morphology
) -> tuple[Line, ...]:
    """The lines of a passage's ``text``, which stands at ``source[start:end]``, in order.

    The source's indents tell which list item stands under which.
    """
    spans: list[tuple[int, int]] = []
    for match in re.finditer(r"[^\n]+", text):
        low, high = match.span()
        if _COLUMNS in match.group():
            spans.append((low, high))
        else:
            cut = split_sentences(match.group(), analyser, ())
            spans += ((low + a, low + b) for a, b in cut if a < b)
    rows = _headed_rows(text, spans, _columns_above(source, start))
    parents = _parents(text, source, start, end, spans)
    shown = [rows.get(i, text[a:b]) for i, (a, b) in enumerate(spans)]
    return tuple(
        Line(line, low, high, parent, content_words(line, analyser))
        for line, (low, high), parent in zip(shown, spans, parents, strict=True)
    )


def _columns_above(source: str, start: int) -> list[str]:
    """The column names of the Markdown table that goes on at ``start``, if one does."""
    lines = source[:start].rsplit("\n", _LONGEST_TABLE)[1:]
    if lines and not lines[-1].strip(" |"):
        lines.pop()  # what the passage's own first line begins with
    block: list[str] = []
    while lines and "|" in lines[-1]:
        block.append(lines.pop())
    if len(block) < 2:
        return []
    return [cell.strip() for cell in block[-1].strip().strip("|").split("|")]


def _headed_rows(text: str, spans: list[tuple[int, int]], columns: list[str]) -> dict[int, str]:
    """Table rows with each cell's column name before it: ``yellow: primary 전부 할당, …``.

    ``columns`` are the names in a table that began before ``text``.
    """
    found: dict[int, str] = {}
    header = columns
    for i, (start, end) in enumerate(spans):
        line = text[start:end]
        if _COLUMNS not in line:
            header = []
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if not header:
            header = cells
            continue
        if len(cells) in (len(header), len(header) + 1):
            names = header[1:] if len(cells) == len(header) else header
            parts = [f"{n} {c}".strip() for n, c in zip(names, cells[1:], strict=False) if c]
            found[i] = f"{cells[0]}: {', '.join(parts)}"
    return found


def _parents(
    text: str, source: str, at: int, stop: int, spans: list[tuple[int, int]]
) -> Iterator[int]:
    """For each line the one that its list item stands under, told by the source's indents."""
    stack: list[tuple[int, int]] = []
    before = -1
    for i, (start, end) in enumerate(spans):
        opening = _OPENING.match(text, start, end)
        word = opening.group() if opening else text[start : start + 4]
        found = source.find(word, at, stop)
        depth = None
        if found >= 0:
            at = found + len(word)
            lead = source[source.rfind("\n", 0, found) + 1 : found]
            lead = lead.replace("`", "").replace("**", "")
            depth = len(lead.expandtabs(4)) if _BULLET.fullmatch(lead) else None
        if _COLUMNS in text[start:end]:
            before = -1
        elif depth is not None:
            while stack and stack[-1][0] >= depth:
                stack.pop()
            before = stack[-1][1] if stack else -1
            stack.append((depth, i))
        yield before  # without a depth it goes on in the line of the sentence before it
