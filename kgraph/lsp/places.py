"""Where things are: an editor's positions, the document's code points, the notes' offsets."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby

from lsprotocol import types as lsp
from pygls.uris import from_fs_path
from pygls.workspace import TextDocument

from kgraph.lsp.view import Named, View

HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")
LONGEST = 2_000_000  # characters of a document beyond which only single lines are read


def lines_of(doc: TextDocument) -> Sequence[str]:
    """The lines of a document without their ends; none of one that is too long."""
    return [line.rstrip("\r\n") for line in doc.lines] if len(doc.source) <= LONGEST else []


def line_at(doc: TextDocument, at: lsp.Position) -> str:
    """The line at a position, without its end."""
    return doc.lines[at.line].rstrip("\r\n") if 0 <= at.line < len(doc.lines) else ""


def column_at(doc: TextDocument, at: lsp.Position) -> int:
    """The column of a position in code points."""
    return int(doc.position_from_client_units(at).character) if at.line < len(doc.lines) else 0


def concept_at(view: View, doc: TextDocument, at: lsp.Position) -> Named | None:
    """The concept named at a position."""
    line = line_at(doc, at)
    return view.named_at(line, column_at(doc, at)) if line else None


def span(doc: TextDocument, line: int, start: int, end: int) -> lsp.Range:
    """Columns of a line, in code points, as the client counts them."""
    text = doc.lines[line] if line < len(doc.lines) else ""
    first, last = (doc.position_codec.client_num_units(text[:x]) for x in (start, end))
    return lsp.Range(lsp.Position(line, first), lsp.Position(line, last))


def location(view: View, doc: TextDocument, post: str, start: int, end: int) -> lsp.Location | None:
    """A stretch of a post in its file; None where it has none of its own."""
    file = view.file(post)
    if file is None:
        return None
    (place,) = ranges_of(doc, view.kg.notes.text(post), [(start, end)])
    return lsp.Location(from_fs_path(str(file)) or "", place)


def mentions_of(view: View, doc: TextDocument, concept: str) -> Iterator[lsp.Location]:
    """Every place in the notes' files that names a concept."""
    names = sorted(view.kg.neighbours.names[concept], key=len, reverse=True)
    for post, spots in groupby(view.kg.neighbours.spots(concept), key=lambda spot: spot[0]):
        file = view.file(post)
        if file is None:
            continue
        text = view.kg.notes.text(post)
        spans = []
        for _, start in spots:
            stretch = text[start : start + 200].casefold()
            size = next((len(n) for n in names if stretch.startswith(n.casefold())), 1)
            spans.append((start, start + size))
        uri = from_fs_path(str(file)) or ""
        yield from (lsp.Location(uri, place) for place in ranges_of(doc, text, spans))


def ranges_of(doc: TextDocument, text: str, spans: Sequence[tuple[int, int]]) -> list[lsp.Range]:
    """Spans of a text (code points) as ranges, counted as the client of ``doc`` counts."""
    starts = [0, *(i + 1 for i, char in enumerate(text) if char == "\n")]
    codec, found = doc.position_codec, []
    for start, end in spans:
        ends = []
        for offset in (start, end):
            line = bisect_right(starts, offset) - 1
            ends.append(lsp.Position(line, codec.client_num_units(text[starts[line] : offset])))
        found.append(lsp.Range(*ends))
    return found


def section_end(doc: TextDocument, line: int) -> lsp.Position:
    """Where the section that ``line`` stands in ends: before the next heading."""
    for number in range(line + 1, len(doc.lines)):
        if HEADING.match(doc.lines[number].rstrip("\r\n")):
            return lsp.Position(number, 0)
    last = len(doc.lines) - 1
    if last < 0 or doc.lines[last].endswith("\n"):
        return lsp.Position(last + 1, 0)
    return lsp.Position(last, doc.position_codec.client_num_units(doc.lines[last]))
