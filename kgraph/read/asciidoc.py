"""AsciiDoc notes: header with attributes, sections, lists, tables, listings and admonitions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from kgraph.read.base import SourceFile
from kgraph.read.build import BlockList, Place, TextBuilder
from kgraph.read.elements import moment
from kgraph.text import main_language
from kgraph.types import Block, BlockKind, MarkKind, Post

SUFFIXES = (".adoc", ".asciidoc", ".asc")
_HEADING = re.compile(r"(={1,6}) +(\S.*)")
_ATTRIBUTE = re.compile(r":([\w-]+):(?:[ \t]+(.*))?")
_ITEM = re.compile(r"[ \t]*(\*{1,5}|-|\.{1,5}|\d+\.)[ \t]+(?=\S)")
_TERM = re.compile(r"(?P<term>\S.*?)::(?:[ \t]+(?P<detail>.*))?")
_STYLE = re.compile(r"\[.*\]")
_SOURCE = re.compile(r"\[source,\s*([\w+#-]+).*\]")
_ADMONITION = re.compile(r"(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \t]+")
_FENCES = ("----", "....", "++++", "////")
_RULES = ("+", "====", "****", "____", "--", "'''", "<<<")
_INLINE = re.compile(
    r"(?P<mark>[`*_])(?=\S)(?P<inner>[^`*_\n]*?[^\s`*_])(?P=mark)"
    r"|<<(?P<anchor>[^,<>\n]{1,300})(?:,(?P<shown>[^<>\n]{1,300}))?>>"
    r"|(?:link:|xref:)?(?P<url>(?:https?://|(?<=link:)|(?<=xref:))[^\s\[\]]{1,2000})\[(?P<label>[^\]\n]{0,500})\]"
)
_MARKS = {"`": MarkKind.CODE, "*": MarkKind.STRONG, "_": MarkKind.EMPHASIS}


class AsciiDocReader:
    """AsciiDoc, as Asciidoctor reads it, without includes and conditions."""

    name = "asciidoc"

    def sniff(self, text: str, name: str) -> float:
        """1 for .adoc and its kin."""
        return 1.0 if PurePosixPath(name).suffix.lower() in SUFFIXES else 0.0

    def read(self, text: str, source: SourceFile, sha256: str) -> Iterator[Post]:
        """One post a file; ``:revdate:`` is its date, ``:keywords:`` are its tags."""
        reader = _Blocks(text)
        title = next((b.text for b in reader.blocks if b.kind is BlockKind.HEADING), "")
        said = reader.attributes
        words = said.get("keywords", said.get("page-tags", "")).split(",")
        url = said.get("page-url", "")
        yield Post(
            id=source.id,
            title=title or PurePosixPath(source.name).stem,
            text=text,
            format=self.name,
            sha256=sha256,
            blocks=tuple(reader.blocks),
            lang=main_language("\n".join(block.text for block in reader.blocks)),
            url=url if url.startswith(("http://", "https://")) else "",
            date=moment(said.get("revdate", said.get("date", ""))),
            tags=tuple(dict.fromkeys(word.strip() for word in words if word.strip())),
            path=source.name,
        )


class _Blocks:
    """Walks the lines of a text and writes its blocks."""

    def __init__(self, text: str) -> None:
        self.blocks = BlockList()
        self.attributes: dict[str, str] = {}
        self._text = text
        self._out = TextBuilder(text)
        self._start = self._end = 0
        self._place: Place | None = None  # of the open block; None: nothing is open
        self._items: list[tuple[str, int | None]] = []  # marker and block of the open items
        self._language = ""
        self._table: int | None = None
        self._row = self._columns = self._next = 0
        fence = ""
        opened = position = 0
        for line in text.split("\n"):
            bare = line.strip()
            if fence:
                if line.rstrip() == fence:
                    self._code(fence, opened, position, position + len(line))
                    fence = ""
            elif line.rstrip() in _FENCES:
                self._flush()
                fence, opened = line.rstrip(), position
            elif bare == "|===":
                self._flush()
                self._table = self.blocks.next_table() if self._table is None else None
                self._row = -1
            elif self._table is not None:
                self._cells(line, position)
            else:
                self._line(line, bare, position)
            position += len(line) + 1
        if fence:
            self._code(fence, opened, len(text), len(text))
        self._flush()

    def _line(self, line: str, bare: str, position: int) -> None:
        heading, item, term = _HEADING.fullmatch(bare), _ITEM.match(line), _TERM.fullmatch(bare)
        attribute = _ATTRIBUTE.fullmatch(bare)
        if not bare or bare in _RULES or bare.startswith("//"):
            self._flush()
        elif attribute and self._place is None:
            self.attributes[attribute[1]] = attribute[2] or ""
        elif _STYLE.fullmatch(bare) and self._place is None:
            found = _SOURCE.fullmatch(bare)
            self._language = found[1] if found else ""
        elif heading and line[0] == "=":
            self._flush()
            self._items.clear()
            out = TextBuilder(self._text)
            self._inline(heading[2], position + heading.start(2), out)
            self.blocks.heading(len(heading[1]), out, position, position + len(line.rstrip()))
        elif item:
            self._flush()
            self._item(item, line, position)
        elif term and self._place is None:
            self._term(term, position + line.index(bare[0]), position + len(line.rstrip()))
        else:
            if self._place is None:
                self._place, self._start = Place(), position + line.index(bare[0])
                if not line[0].isspace():
                    self._items.clear()
                admonition = _ADMONITION.match(bare)
                if admonition:
                    position += admonition.end()
                    line, bare = line[admonition.end() :], bare[admonition.end() :]
                if bare.startswith(".") and not bare.startswith(".."):
                    position, line, bare = position + 1, line[1:], bare[1:]
            else:
                self._out.space()
            self._inline(bare, position + len(line) - len(line.lstrip()), self._out)
            self._end = position + len(line.rstrip())

    def _item(self, item: re.Match[str], line: str, position: int) -> None:
        marker = item[1] if not item[1][0].isdigit() else "1."
        known = [name for name, _ in self._items]
        if marker in known:
            del self._items[known.index(marker) :]
        parent = self._items[-1][1] if self._items else None
        self._items.append((marker, None))
        self._place = Place(
            item=parent, depth=len(self._items), ordered=marker[0] in ".1", fresh=True
        )
        self._start = position + item.start(1)
        self._end = position + len(line.rstrip())
        self._inline(line[item.end() :].rstrip(), position + item.end(), self._out)

    def _term(self, term: re.Match[str], start: int, end: int) -> None:
        out = TextBuilder(self._text)
        self._inline(term["term"], start + term.start("term"), out)
        index = self.blocks.add(Block(BlockKind.TERM, "", (), start, end), out)
        self._items.clear()
        self._place = Place(item=index, detail=True)
        self._start = self._end = end
        if term["detail"]:
            self._start = start + term.start("detail")
            self._inline(term["detail"], self._start, self._out)

    def _flush(self) -> None:
        if self._place is not None:
            fresh = self._place.fresh
            index = self.blocks.prose(self._place, self._out, self._start, self._end)
            if fresh and self._items:
                self._items[-1] = (self._items[-1][0], index)
        self._out, self._place = TextBuilder(self._text), None

    def _code(self, fence: str, opened: int, closed: int, end: int) -> None:
        if fence in ("----", "...."):
            out = TextBuilder(self._text)
            inner = opened + len(fence) + 1
            out.put(self._text[inner : max(closed - 1, inner)], inner)
            self.blocks.code(out, opened, end, language=self._language, parent=None)
        self._language = ""

    def _cells(self, line: str, position: int) -> None:
        """Cells ``|a |b``: a line of several is a row; of one each, a row has the header's many."""
        found = list(re.finditer(r"\|([^|]*)", line))
        if not found:
            return
        if len(found) > 1 or self._row < 0:
            self._row, column = self._row + 1, 0
            self._columns = max(self._columns, len(found)) if self._row else len(found)
        else:
            column = self._next
            if column >= self._columns:
                self._row, column = self._row + 1, 0
        for cell in found:
            out = TextBuilder(self._text)
            content = cell[1].strip()
            at = position + cell.start(1) + len(cell[1]) - len(cell[1].lstrip())
            self._inline(content, at, out)
            self.blocks.cell(
                out,
                at,
                at + len(content),
                table=self._table or 0,
                row=self._row,
                column=column,
                parent=None,
            )
            column += 1
        self._next = column

    def _inline(self, text: str, at: int, out: TextBuilder) -> None:
        done = 0
        for found in _INLINE.finditer(text):
            out.put(text[done : found.start()], at + done)
            done = found.end()
            if found["mark"]:
                kind, part, target = _MARKS[found["mark"]], "inner", ""
            elif found["anchor"]:
                kind, target = MarkKind.LINK, "#" + found["anchor"].strip()
                part = "shown" if found["shown"] else "anchor"
            else:
                kind, target = MarkKind.LINK, found["url"]
                part = "label" if found["label"] else "url"
            out.open("mark", kind, target)
            out.put(found[part], at + found.start(part))
            out.close("mark")
        out.put(text[done:], at + done)
