"""The lines of a passage: its sentences, list items and table rows, as an answer may quote them.

Cutting and analysing them takes most of the time of an answer, so it is done once, at ingestion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from kgraph.segment.sentences import Morphology, split_sentences

_COLUMNS = " | "
_LONGEST_TABLE = 400  # rows of a table above a passage that are looked at for its header
_LONGEST_LIST = 400  # lines above a passage that are looked at for the items it stands under
_DEEPEST = 8  # such items
_FAR = 400  # characters of marks that may stand between two words: an address
_CONTENT = ("NN", "NR", "XR", "SL", "SN", "VV", "VA", "MAG", "XPN")
_BULLET = re.compile(r"[\s>*+\-•\d.)]*")
_ITEM = re.compile(r"([ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+)(\S.*)")
_MARKS = re.compile(r"\*\*|__|`")
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
    outer: tuple[str, ...] = ()
    """The list items around its parent, the outermost first; the columns of a table that began
    before the passage."""


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
    columns = _columns_above(source, start)
    rows = _headed_rows(text, spans, columns)
    around = list(_around(text, source, start, end, spans))
    if columns:
        header = _COLUMNS.join(columns)
        for i in takewhile(lambda i: _COLUMNS in text[slice(*spans[i])], range(len(spans))):
            around[i] = -1, (header,)
    shown = [rows.get(i, text[a:b]) for i, (a, b) in enumerate(spans)]
    return tuple(
        Line(line, low, high, parent, content_words(line, analyser), outer)
        for line, (low, high), (parent, outer) in zip(shown, spans, around, strict=True)
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


def _around(
    text: str, source: str, at: int, stop: int, spans: list[tuple[int, int]]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """For each line the one that its list item stands under, told by the source's indents, and the
    items around that one, the outermost first.

    Where the item that it stands under is in a passage before, there is no line; that item is then
    the last of those around it.
    """
    # Depth, line or -1, and text of what is open; a paragraph above a list has no text here.
    stack = [(depth, -1, item) for depth, item in _items_above(source, at)]
    before: tuple[int, tuple[str, ...]] = (-1, ())
    for i, (start, end) in enumerate(spans):
        opening = _OPENING.match(text, start, end)
        word = opening.group() if opening else text[start : start + 4]
        found = source.find(word, at, stop)
        depth, lead = None, ""
        if found >= 0:
            lead = _MARKS.sub("", source[source.rfind("\n", 0, found) + 1 : found])
            depth = _depth(lead)
            at = _past(source, text[start:end], found, stop)
        if _COLUMNS in text[start:end]:
            before = -1, ()
        elif depth is not None:
            while stack and stack[-1][0] >= depth:
                stack.pop()
            parent = stack[-1][1] if stack else -1
            around = stack if parent < 0 else stack[:-1]
            before = parent, tuple(item for _, _, item in around if item)
            stack.append((depth, i, text[start:end] if lead.strip() else ""))
        yield before  # without a depth it goes on in the line of the sentence before it


def _depth(lead: str) -> int | None:
    """How deep a line lies that ``lead`` comes before, by the place of its bullet: items lie a
    little deeper than a paragraph in the same column. None if ``lead`` has words in it."""
    if not _BULLET.fullmatch(lead):
        return None
    wide = lead.expandtabs(4)
    bullet = wide.lstrip(" >")
    return 2 * (len(wide) - len(bullet)) + bool(bullet)


def _past(source: str, line: str, at: int, stop: int) -> int:
    """Where the words of ``line`` end that begin at ``source[at]``; marks may stand between."""
    for word in _OPENING.findall(line):
        found = source.find(word, at, min(stop, at + _FAR + len(word)))
        if found >= 0:
            at = found + len(word)
    return at


def _items_above(source: str, start: int) -> list[tuple[int, str]]:
    """The list items in whose list the one at ``start`` stands, the outermost first: the depth and
    text of each. None where ``start`` begins no item."""
    line = source.rfind("\n", 0, start) + 1
    lead = _MARKS.sub("", source[line:start])
    depth = _depth(lead)
    if not lead.strip() or depth is None:
        return []
    found: list[tuple[int, str]] = []
    for above in reversed(source[:line].rsplit("\n", _LONGEST_LIST + 1)[1:-1]):
        item = _ITEM.fullmatch(above.rstrip())
        if item is None:
            if above.strip() and not above[0].isspace():
                break  # the list begins below this
            continue
        outer = _depth(item[1])
        if outer is not None and outer < depth and len(found) < _DEEPEST:
            found.insert(0, (outer, _MARKS.sub("", item[2])))
            depth = outer
    return found
