"""HTML as blocks, of a page or inside Markdown, read with the standard library's parser."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

from kgraph.read.build import BlockList, Place, TextBuilder
from kgraph.read.inline import HTML_MARKS, HTML_TAGS
from kgraph.read.templates import masked
from kgraph.types import Block, BlockKind, MarkKind

SUFFIXES = (".html", ".htm", ".xhtml")
_VOID = frozenset(("br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"))
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_SILENT = {"script", "style", "template", "svg", "title", "head", "noscript", "select", "textarea"}
_BREAKS = _HEADINGS | {
    *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"),
    *("div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hr"),
    *("html", "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table"),
    *("tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
}


class HtmlBlocks(HTMLParser):
    """Writes the blocks of ``source[start:end]``, which is HTML, to a :class:`BlockList`."""

    def __init__(
        self,
        source: str,
        start: int,
        end: int,
        blocks: BlockList,
        place: Place | None = None,
        *,
        drop: Sequence[tuple[int, int]] = (),
        templates: bool = True,
        placeholders: bool = False,
    ) -> None:
        """Read the span.

        Args:
            source: the stored text that all offsets point into.
            start: where the HTML starts.
            end: where it ends.
            blocks: receives the blocks.
            place: the list or quote around the span.
            drop: spans to leave out, of whole elements, ascending by start.
            templates: leave out the tags of site generators; a page as served holds none.
            placeholders: keep elements that HTML does not have as text (``<name>``), as authors of
                Markdown mean them; a browser shows none.
        """
        super().__init__(convert_charrefs=False)
        self._source = source
        self._blocks = blocks
        self._placeholders = placeholders
        self._end = end
        fragment = source[start:end]
        self._lines = [start]
        position = fragment.find("\n")
        while position >= 0:
            self._lines.append(start + position + 1)
            position = fragment.find("\n", position + 1)
        self._places = [place or Place()]
        self._lists: list[bool] = []
        self._silent = 0
        self._pre = False
        self._heading = 0
        self._cell = False
        self._table: int | None = None
        self._row = self._column = -1
        self._text = TextBuilder(source)
        self._start = start
        self.title = ""
        self._in_title = False
        self._language = ""
        fragment = _blanked(fragment, [(low - start, high - start) for low, high in drop])
        self.feed(masked(fragment) if templates else fragment)
        self.close()
        self._flush(end)

    def _here(self) -> int:
        line, column = self.getpos()
        return min(self._lines[line - 1] + column, self._end)

    def _flush(self, end: int) -> None:
        """Turn the text collected so far into a block."""
        text, start = self._text, self._start
        self._text, self._start = TextBuilder(self._source), end
        place = self._places[-1]
        if self._heading:
            self._blocks.heading(self._heading, text, start, end)
        elif self._pre:
            self._blocks.code(text, start, end, language=self._language, parent=place.item)
        elif self._cell and self._table is not None:
            self._blocks.cell(
                text,
                start,
                end,
                table=self._table,
                row=max(self._row, 0),
                column=max(self._column, 0),
                parent=place.item,
            )
        else:
            self._blocks.prose(place, text, start, end)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block or a mark; unknown elements are text."""
        here = self._here()
        if tag not in HTML_TAGS:
            self._placeholder(self.get_starttag_text() or "", here)
            return
        if tag == "title":
            self._in_title = True
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self._text.newline()
        elif tag in _BREAKS:
            self._open_block(tag, here)
            if tag == "pre":
                self._language = _language(attrs)
        elif tag == "code" and self._pre:
            self._language = self._language or _language(attrs)
        elif HTML_MARKS.get(tag) is MarkKind.GLOSS:
            inner = here + len(self.get_starttag_text() or "")
            self._text.open_gloss(tag, max(self._source.find("<", inner) - inner, 0))
        elif tag in HTML_MARKS:
            self._text.open(tag, HTML_MARKS[tag])
        elif tag == "a":
            self._text.open(tag, MarkKind.LINK, dict(attrs).get("href") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """``<br/>`` and the like; a mark or block that is empty holds nothing."""
        if tag == "br":
            self._text.newline()
        elif tag not in HTML_TAGS:
            self._placeholder(self.get_starttag_text() or "", self._here())

    def _placeholder(self, text: str, here: int) -> None:
        if self._placeholders and not self._silent:
            self._put(text, here)

    def _open_block(self, tag: str, here: int) -> None:
        if tag in ("td", "th") or not self._cell:
            self._flush(here)
        else:
            self._text.newline()  # paragraphs and lists inside a cell stay one cell
            return
        place = self._places[-1]
        if tag in _HEADINGS:
            self._heading = int(tag[1])
        elif tag == "pre":
            self._pre = True
        elif tag in ("ul", "ol"):
            self._lists.append(tag == "ol")
            self._places.append(replace(place, depth=place.depth + 1, fresh=False))
        elif tag == "li":
            self._places.append(
                replace(place, ordered=bool(self._lists and self._lists[-1]), fresh=True)
            )
        elif tag == "blockquote":
            self._places.append(replace(place, quote=True, fresh=False))
        elif tag == "dd":
            self._places.append(replace(place, detail=True, fresh=False))
        elif tag == "table":
            self._table, self._row = self._blocks.next_table(), -1
        elif tag == "tr":
            self._row, self._column = self._row + 1, -1
        elif tag in ("td", "th"):
            self._column += 1
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        """Close a block or a mark."""
        here = self._here()
        if tag == "title":
            self._in_title = False
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag not in HTML_TAGS:
            self._placeholder(f"</{tag}>", here)
        elif tag in HTML_MARKS or tag == "a":
            self._text.close(tag)
        elif tag in _BREAKS:
            self._close_block(tag, here)

    def _close_block(self, tag: str, here: int) -> None:
        if self._cell and tag not in ("td", "th", "tr", "table"):
            self._text.newline()
            return
        if tag == "dt":
            self._term(here)
        else:
            self._flush(here)
        if tag in _HEADINGS:
            self._heading = 0
        elif tag == "pre":
            self._pre = False
        elif tag in ("ul", "ol", "li", "blockquote", "dd"):
            if tag in ("ul", "ol") and self._lists:
                self._lists.pop()
            if len(self._places) > 1:
                self._places.pop()
        elif tag in ("td", "th"):
            self._cell = False
        elif tag == "table":
            self._table, self._cell = None, False

    def _term(self, here: int) -> None:
        text, start = self._text, self._start
        self._text, self._start = TextBuilder(self._source), here
        index = self._blocks.add(Block(BlockKind.TERM, "", (), start, here), text)
        self._places[-1].item = index

    def handle_data(self, data: str) -> None:
        """Append character data."""
        here = self._here()
        if self._in_title:
            self.title += data
        if not self._silent:
            self._put(data, here)

    def handle_entityref(self, name: str) -> None:
        """Append a named entity."""
        self._reference(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Append a numeric entity."""
        self._reference(f"&#{name};")

    def _reference(self, raw: str) -> None:
        if self._in_title:
            self.title += html.unescape(raw)
        if not self._silent:
            text = html.unescape(raw)
            if text.isspace():
                self._text.space()
            else:
                self._text.put(text)

    def _put(self, text: str, here: int) -> None:
        if self._pre:
            self._text.put(text, here)
        else:
            self._text.flow(text, here)


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """``text`` with ``spans``, ascending by start, made white space of the same length."""
    parts: list[str] = []
    done = 0
    for low, high in spans:
        if high > done:
            parts += (text[done:low], re.sub(r"[^\n]", " ", text[max(low, done) : high]))
            done = high
    return "".join((*parts, text[done:]))


def _language(attrs: list[tuple[str, str | None]]) -> str:
    """The language that the attributes of ``<pre>`` or ``<code>`` name, or empty."""
    values = dict(attrs)
    named = values.get("data-ke-language") or ""
    for name in (values.get("class") or "").split():
        named = named or name.removeprefix("language-") if name.startswith("language-") else named
    return named


class _Depth(HTMLParser):
    """Counts the elements that are open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element, unless it never has content."""
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing opens."""

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element of this name with all that is open inside it."""
        if tag in self.open:
            while self.open.pop() != tag:
                pass


def closing_line(lines: Sequence[str]) -> int:
    """How many of ``lines``, which start with a tag, the element that starts them takes."""
    depth = _Depth()
    for number, line in enumerate(lines):
        depth.feed(line + "\n")
        if not depth.open and not depth.rawdata.strip():
            return number + 1
    return len(lines)
