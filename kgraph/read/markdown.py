"""Markdown notes: CommonMark with tables, definition lists, footnotes, HTML and front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import PurePosixPath
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.html_block import html_block
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from kgraph.read.base import SourceFile
from kgraph.read.build import BlockList, Place, TextBuilder
from kgraph.read.frontmatter import front_matter, notion_properties
from kgraph.read.html import HtmlBlocks, closing_line
from kgraph.read.inline import positions_plugin, walk
from kgraph.read.lines import Content, LineTable
from kgraph.read.templates import templates_plugin
from kgraph.text import main_language
from kgraph.types import Block, BlockKind, Post

SUFFIXES: Final = (".md", ".markdown", ".mdown", ".mkd")
_JEKYLL = re.compile(r"(\d{4}-\d{2}-\d{2})-(.+)")
_NOTION = re.compile(r" [0-9a-f]{32}\.md$")
_HTML_BLOCKS = frozenset(block_names) | {"pre", "script", "style", "textarea"}
_HTML_OPENING = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_TASK = re.compile(r"\[[ xX]\]\s+")
# A line that only a reader of Markdown would write.
_TELLTALE = re.compile(r"(?m)^(?:#{1,6} \S|```|~~~|[-*] \S|> \S|\|.*\|$)|\]\(|\*\*\S")


class MarkdownReader:
    """Markdown, with what Jekyll, Hugo and Obsidian put into it."""

    name = "markdown"

    def sniff(self, text: str, name: str) -> float:
        """1 for .md and its kin; otherwise by front matter and markup at line starts."""
        if PurePosixPath(name).suffix.lower() in SUFFIXES:
            return 1.0
        if PurePosixPath(name).suffix:
            return 0.0
        head = text[:20000]
        return 0.7 if front_matter(head).end or _TELLTALE.search(head) else 0.2

    def read(self, text: str, source: SourceFile, sha256: str) -> Iterator[Post]:
        """One post a file."""
        front = front_matter(text)
        if not front.end and _NOTION.search(source.name):
            front = notion_properties(text)
        hidden = "".join("\n" if c == "\n" else " " for c in text[front.start : front.end])
        body = text[: front.start] + hidden + text[front.end :]
        walked = _Blocks(text, body)
        blocks = walked.read()
        stem = PurePosixPath(source.name).stem
        dated = _JEKYLL.fullmatch(stem)
        first = blocks[0] if len(blocks) else None
        title = front.title or next(
            (b.text for b in blocks if b.kind is BlockKind.HEADING and b.level == 1),
            first.text if first and first.kind is BlockKind.HEADING else "",
        )
        yield Post(
            id=source.id,
            title=" ".join(title.split()) or (dated.group(2) if dated else stem),
            text=text,
            format=self.name,
            sha256=sha256,
            blocks=tuple(blocks),
            lang=main_language("\n".join(block.text for block in blocks)),
            url=front.url,
            date=front.date or (dated.group(1) if dated else ""),
            tags=tuple(dict.fromkeys((*front.tags, *walked.hashtags))),
            aliases=front.aliases,
            path=source.name,
            series=front.series,
        )


@cache
def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": True, "maxNesting": 100})
    md.enable(["table", "strikethrough"])
    md.use(deflist_plugin).use(footnote_plugin)
    md.core.ruler.disable("footnote_tail")  # footnotes stay where they were written
    md.inline.ruler.disable("footnote_inline")
    md.use(templates_plugin).use(positions_plugin)
    md.block.ruler.at("html_block", _html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    return md


def _html_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """HTML blocks, as authors mean them: they end where their element ends, not at the next blank
    line only, and inline elements start none (``<br>`` above a heading must not swallow it)."""
    position = state.bMarks[start_line] + state.tShift[start_line]
    found = _HTML_OPENING.match(state.src, position)
    if found is not None and found.group(1).lower() not in _HTML_BLOCKS:
        return False
    if not html_block(state, start_line, end_line, silent):
        return False
    if not silent and found is not None:
        token = state.tokens[-1]
        first, last = token.map or [start_line, state.line]
        closed = first + closing_line(
            [state.getLines(i, i + 1, 0, False) for i in range(first, last)]
        )
        token.map = [first, closed]
        state.line = closed
    return True


class _Blocks:
    """Walks markdown-it's block tokens and writes blocks."""

    def __init__(self, text: str, body: str) -> None:
        self._text = text
        self._lines = LineTable(text)
        self._tokens = _parser().parse(body)
        self._blocks = BlockList()
        self._places = [Place()]
        self._headings: list[list[tuple[int, int]]] = []
        self._lists: list[bool] = []
        self._starts: list[int] = []  # first lines of the open items
        self._table = self._row = self._column = 0
        self.hashtags: list[str] = []
        self._cursor = 0  # source offset up to which a table row has been read

    def read(self) -> BlockList:
        """All blocks, in the order of the text."""
        for i, token in enumerate(self._tokens):
            if token.type == "inline":
                self._inline(token, self._tokens[i - 1])
            elif token.type in ("fence", "code_block"):
                self._code(token)
            elif token.type == "html_block":
                self._html(token)
            elif token.nesting > 0:
                self._open(token)
            elif token.nesting < 0:
                self._close(token)
        return self._blocks

    def _open(self, token: Token) -> None:
        place = self._places[-1]
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open"):
            self._lists.append(kind == "ordered_list_open")
            self._places.append(replace(place, depth=place.depth + 1, fresh=False))
        elif kind in ("list_item_open", "blockquote_open", "footnote_reference_open"):
            self._headings.append(self._blocks.headings())
            if kind == "list_item_open":
                place = replace(place, fresh=True, ordered=self._lists[-1])
                self._starts.append(token.map[0] if token.map else 0)
            elif kind == "blockquote_open":
                place = replace(place, quote=True)
            self._places.append(place)
        elif kind == "dl_open":
            self._places.append(replace(place, fresh=False))
        elif kind == "dd_open":
            self._places.append(replace(place, detail=True, fresh=False))
        elif kind == "table_open":
            self._table, self._row = self._blocks.next_table(), -1
        elif kind == "tr_open":
            self._row, self._column = self._row + 1, -1
            self._cursor = self._lines.start(token.map[0]) if token.map else self._cursor

    def _close(self, token: Token) -> None:
        kind = token.type
        if kind in ("bullet_list_close", "ordered_list_close"):
            self._lists.pop()
            self._places.pop()
        elif kind in ("list_item_close", "blockquote_close", "footnote_reference_close"):
            if kind == "list_item_close":
                self._starts.pop()
            self._blocks.restore(self._headings.pop())
            self._places.pop()
        elif kind in ("dl_close", "dd_close"):
            self._places.pop()

    def _inline(self, token: Token, opening: Token) -> None:
        first, last = token.map or (0, 1)
        last = max(last, first + 1)
        if opening.type in ("th_open", "td_open"):
            self._column += 1
            content = self._lines.cell(token.content, first, self._cursor)
            self._cursor = max(self._cursor, content.end)
            start, end = content.start, content.end
        else:
            skip = opening.markup if opening.markup.startswith("#") else ""
            content = self._lines.content(token.content, first, last, skip)
            start, end = self._lines.indented(first), self._lines.end(last - 1)
        out = TextBuilder(self._text)
        place = self._places[-1]
        children = token.children or []
        tags = [child.content for child in children if child.type == "hashtag"]
        self.hashtags += tags
        if len(tags) > 1 and not any(_says(child) for child in children):
            return  # a line of tags says nothing in itself
        if place.fresh and children and children[0].type == "text":
            _drop_task_box(children[0], children)

        def put(text: str, at: int) -> None:
            for piece, source in content.pieces(text, at):
                out.put(piece, source)

        walk(children, put, out)
        if opening.type == "heading_open":
            self._blocks.heading(int(opening.tag[1]), out, start, end)
        elif opening.type in ("th_open", "td_open"):
            self._blocks.cell(
                out,
                start,
                end,
                table=self._table,
                row=self._row,
                column=self._column,
                parent=place.item,
            )
        elif opening.type == "dt_open":
            place.item = self._blocks.add(Block(BlockKind.TERM, "", (), start, end), out)
        else:
            if place.fresh:
                start = self._lines.indented(self._starts[-1])
            self._blocks.prose(place, out, start, end)

    def _code(self, token: Token) -> None:
        first, last = token.map or (0, 1)
        # A fence's content starts on the line after its opening.
        content = self._lines.content(
            token.content.rstrip("\n"), first + (1 if token.type == "fence" else 0), last, ""
        )
        out = TextBuilder(self._text)
        for piece, source in content.pieces(token.content.rstrip("\n"), 0):
            out.put(piece, source)
        language = token.info.strip().split()[0] if token.info.strip() else ""
        place = self._places[-1]
        self._blocks.code(
            out,
            self._lines.indented(first),
            self._lines.end(last - 1),
            language=language.strip("{}.").split("{")[0].split(":")[0],
            parent=place.item,
        )

    def _html(self, token: Token) -> None:
        first, last = token.map or (0, 1)
        start, end = self._lines.start(first), self._lines.end(last - 1)
        place = replace(self._places[-1])
        HtmlBlocks(self._text, start, end, self._blocks, place, placeholders=True)


def _says(token: Token) -> bool:
    return token.type not in ("hashtag", "softbreak", "hardbreak") and bool(token.content.strip())


def _drop_task_box(token: Token, children: list[Token]) -> None:
    """Take ``[ ]`` or ``[x]`` off the start of a list item."""
    head = "".join(c.content for c in children[:4] if c.type == "text")
    found = _TASK.match(head)
    if found is None:
        return
    left = found.end()
    for child in children:
        taken = min(left, len(child.content))
        child.content = child.content[taken:]
        child.meta["at"] = child.meta.get("at", 0) + taken
        left -= taken
        if not left:
            return


__all__ = ["SUFFIXES", "Content", "MarkdownReader"]
