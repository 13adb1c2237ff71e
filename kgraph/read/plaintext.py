"""Plain text notes: paragraphs between blank lines, every line end kept, simple lists known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from kgraph.read.base import SourceFile
from kgraph.read.build import BlockList, Place, TextBuilder
from kgraph.text import main_language
from kgraph.types import BlockKind, Post

SUFFIXES = (".txt", ".text")
_ITEM = re.compile(r"(\s*)(?:[-*•·▪◦]|(\d{1,3})[.)])[ \t]+(?=\S)")


class TextReader:
    """Text without markup."""

    name = "text"

    def sniff(self, text: str, name: str) -> float:
        """Some for .txt, little for anything: what no other reader claims is plain text."""
        return 0.6 if PurePosixPath(name).suffix.lower() in SUFFIXES else 0.3

    def read(self, text: str, source: SourceFile, sha256: str) -> Iterator[Post]:
        """One post a file; its title is a first line that stands alone, else the file's name."""
        blocks = _blocks(text)
        first = blocks[0] if len(blocks) else None
        titled = first is not None and first.kind is BlockKind.HEADING
        yield Post(
            id=source.id,
            title=first.text if first is not None and titled else PurePosixPath(source.name).stem,
            text=text,
            format=self.name,
            sha256=sha256,
            blocks=tuple(blocks),
            lang=main_language(text),
            path=source.name,
        )


def _blocks(text: str) -> BlockList:
    blocks = BlockList()
    place = Place()
    items: list[tuple[int, int | None]] = []  # (indentation, block) of the open list items
    out = TextBuilder(text)
    start = end = 0
    fresh = True  # nothing collected yet

    def flush() -> None:
        nonlocal out, fresh
        if not fresh:
            if place.fresh:
                index = blocks.prose(place, out, start, end)
                items[-1] = (items[-1][0], index)
            elif not len(blocks) and _is_title(text, start, end):
                blocks.heading(1, out, start, end)
            else:
                blocks.prose(Place(), out, start, end)
        out, fresh = TextBuilder(text), True

    position = 0
    for line in text.split("\n"):
        bare = line.strip()
        marker = _ITEM.match(line)
        if not bare:
            flush()
            place = Place()
        elif marker:
            flush()
            indent = len(marker.group(1).expandtabs(4))
            while items and items[-1][0] >= indent:
                items.pop()
            parent = items[-1][1] if items else None
            items.append((indent, None))
            place = Place(
                item=parent, depth=len(items), ordered=marker.group(2) is not None, fresh=True
            )
            start, fresh = position + line.index(bare[0]), False
            out.put(line[marker.end() :].rstrip(), position + marker.end())
            end = position + len(line.rstrip())
        else:
            if place.fresh and line[0].isspace():
                pass  # a list item's text goes on, indented
            elif place.fresh:
                flush()
                place = Place()
            if not place.fresh:
                items.clear()
            if fresh:
                start, fresh = position + line.index(bare[0]), False
            else:
                out.newline()
            out.put(bare, position + line.index(bare[0]))
            end = position + len(line.rstrip())
        position += len(line) + 1
    flush()
    return blocks


def _is_title(text: str, start: int, end: int) -> bool:
    """Whether the first paragraph is one short line that ends no sentence, with text below it."""
    line = text[start:end]
    return (
        "\n" not in line
        and len(line) <= 100
        and not line.endswith((".", "!", "。"))
        and bool(text[end:].strip())
    )
