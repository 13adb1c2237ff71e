"""HTML as blocks, of a page or inside Markdown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kgraph.read.build import BlockList, Place, TextBuilder
from kgraph.read.inline import HTML_MARKS, HTML_TAGS
from kgraph.read.markup import Part, Token, tokens
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


class HtmlBlocks:
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
        self._source = source
        self._blocks = blocks
        self._placeholders = placeholders
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
        fragment = _blanked(source[start:end], [(low - start, high - start) for low, high in drop])
        fragment = masked(fragment) if templates else fragment
        for token in tokens(fragment):
            here = start + token.start
            if token.part is Part.OPEN and not token.closed:
                self._open(token, here, source[here : start + token.end])
            elif token.part is Part.OPEN:
                self._empty(token, here, source[here : start + token.end])
            elif token.part is Part.CLOSE:
                self._close(token.name, here)
            elif token.part is Part.TEXT:
                self._data(fragment[token.start : token.end], here)
            elif token.part is Part.REFERENCE:
                self._reference(token.name)
        self._flush(end)

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

    def _open(self, token: Token, here: int, raw: str) -> None:
        """Open a block or a mark; unknown elements are text."""
        tag, attrs = token.name, token.attrs
        if tag not in HTML_TAGS:
            self._placeholder(raw, here)
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
            inner = here + len(raw)
            self._text.open_gloss(tag, max(self._source.find("<", inner) - inner, 0))
        elif tag in HTML_MARKS:
            self._text.open(tag, HTML_MARKS[tag])
        elif tag == "a":
            self._text.open(tag, MarkKind.LINK, attrs.get("href", ""))

    def _empty(self, token: Token, here: int, raw: str) -> None:
        """``<br/>`` and the like; a mark or block that is empty holds nothing."""
        if token.name == "br":
            self._text.newline()
        elif token.name not in HTML_TAGS:
            self._placeholder(raw, here)

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

    def _close(self, tag: str, here: int) -> None:
        """Close a block or a mark."""
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

    def _data(self, data: str, here: int) -> None:
        """Append character data."""
        if self._in_title:
            self.title += data
        if not self._silent:
            self._put(data, here)

    def _reference(self, meant: str) -> None:
        """Append what an entity means."""
        if self._in_title:
            self.title += meant
        if not self._silent:
            if meant.isspace():
                self._text.space()
            else:
                self._text.put(meant)

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


def _language(attrs: Mapping[str, str]) -> str:
    """The language that the attributes of ``<pre>`` or ``<code>`` name, or empty."""
    named = attrs.get("data-ke-language", "")
    for name in attrs.get("class", "").split():
        named = named or name.removeprefix("language-") if name.startswith("language-") else named
    return named


def closing_line(lines: Sequence[str]) -> int:
    """How many of ``lines``, which start with a tag, the element that starts them takes."""
    text = "\n".join(lines) + "\n"
    ends = [i + 1 for i, char in enumerate(text) if char == "\n"]
    number = 0  # of lines whose ends have been passed
    stack: list[str] = []
    depth: Counter[str] = Counter()
    for token in tokens(text):
        # A line ends before this token, or inside it where the token is text.
        last = token.end if token.part is Part.TEXT else token.start
        while number < len(ends) and ends[number] <= last:
            number += 1
            if not stack and number:
                return number
        while number < len(ends) and ends[number] < token.end:
            number += 1  # in the middle of a tag or comment nothing is closed
        if token.part is Part.OPEN and not token.closed and token.name not in _VOID:
            stack.append(token.name)
            depth[token.name] += 1
        elif token.part is Part.CLOSE and depth[token.name]:
            name = ""
            while name != token.name:
                name = stack.pop()
                depth[name] -= 1
    return len(lines)
