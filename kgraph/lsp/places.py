"""Where things are: an editor's positions, the document's code points, the notes' offsets."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby
from pathlib import Path

from lsprotocol import types as lsp
from pygls.uris import from_fs_path
from pygls.workspace import TextDocument

from kgraph.draft import normalised, section_bounds
from kgraph.lsp.text import cut
from kgraph.lsp.view import Named, View
from kgraph.text import nfc

HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")
LONGEST = 2_000_000  # characters of a document beyond which only single lines are read
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_FRONT = "---"
_AROUND = 400  # characters of a long line, before and after a place, in which names are looked for


def lines_of(doc: TextDocument) -> Sequence[str]:
    """The lines of a document without their ends; none of one that is too long."""
    return [line.rstrip("\r\n") for line in doc.lines] if len(doc.source) <= LONGEST else []


def prose_lines(doc: TextDocument) -> Iterator[tuple[int, str]]:
    """The lines of a document with their numbers, without fenced code and front matter."""
    fence = ""
    for number, line in enumerate(lines_of(doc)):
        mark = _FENCE.match(line)
        if number == 0 and line == _FRONT:
            fence = _FRONT
        elif not fence:
            fence = mark.group(1) if mark else ""
            if not mark:
                yield number, line
        elif line.rstrip() == fence if fence == _FRONT else _closes(mark, fence, line):
            fence = ""


def _closes(mark: re.Match[str] | None, fence: str, line: str) -> bool:
    """Whether a line is the end of the code that ``fence`` began."""
    return mark is not None and mark.group(1).startswith(fence) and not line[mark.end() :].strip()


def line_at(doc: TextDocument, at: lsp.Position) -> str:
    """The line at a position, without its end."""
    return doc.lines[at.line].rstrip("\r\n") if 0 <= at.line < len(doc.lines) else ""


def column_at(doc: TextDocument, at: lsp.Position) -> int:
    """The column of a position in code points."""
    return int(doc.position_from_client_units(at).character) if at.line < len(doc.lines) else 0


def concept_at(view: View, doc: TextDocument, at: lsp.Position) -> Named | None:
    """The concept named at a position, in columns of its line."""
    line, column = line_at(doc, at), column_at(doc, at)
    first = max(column - _AROUND, 0)
    found = view.named_at(line[first : column + _AROUND], column - first) if line else None
    return found and Named(found.start + first, found.end + first, found.concept)


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
    (place,) = ranges_of(doc, *as_written(file, view.kg.notes.text(post), [(start, end)]))
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
        places = ranges_of(doc, *as_written(file, text, spans))
        yield from (lsp.Location(uri, place) for place in places)


def as_written(
    file: Path, text: str, spans: Sequence[tuple[int, int]]
) -> tuple[str, Sequence[tuple[int, int]]]:
    """The text of a file and ``spans`` of it, given its stored ``text`` and spans of that.

    They differ where the file has decomposed Hangul. A file that has changed since it was stored
    is taken to be as it was.
    """
    try:
        raw = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except (OSError, UnicodeDecodeError):
        return text, spans
    if raw == text or nfc(raw) != text:
        return text, spans
    plain, places = normalised(raw)
    return (raw, [(places[a], places[b]) for a, b in spans]) if plain == text else (text, spans)


def ranges_of(doc: TextDocument, text: str, spans: Sequence[tuple[int, int]]) -> list[lsp.Range]:
    """Spans of a text (code points) as ranges, counted as the client of ``doc`` counts."""
    starts = list(accumulate(map(len, cut(text)), initial=0))[:-1]
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
    if len(doc.source) <= LONGEST:
        _, end = section_bounds(doc.source, line + 1)
        return ranges_of(doc, doc.source, [(end, end)])[0].start
    last = len(doc.lines) - 1
    return lsp.Position(last, doc.position_codec.client_num_units(doc.lines[last]))
