"""A blog's list of posts, copied as text: title line, blank line, excerpt ending in ``..``.

The lines above the first title (the blog's name, a category with its count) are not posts. Blogs
list the newest post first, so entries are numbered from the end: an entry keeps its number, and so
its id, when newer posts appear above it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from kgraph.errors import ReadError
from kgraph.read.base import SourceFile
from kgraph.read.build import BlockList, Place, TextBuilder
from kgraph.text import main_language
from kgraph.types import Post

_CUT = ".."


class ListingReader:
    """Blog listings: several posts in one text file."""

    name = "listing"

    def sniff(self, text: str, name: str) -> float:
        """High for a text file with at least two titled excerpts."""
        if PurePosixPath(name).suffix.lower() not in ("", ".txt", ".text"):
            return 0.0
        return 0.8 if len(_entries(text)) > 1 else 0.0

    def read(self, text: str, source: SourceFile, sha256: str) -> Iterator[Post]:
        """One post an entry; its text is the entry as it stands, its hash is that of this text.

        Raises:
            ReadError: if there is no entry.
        """
        entries = _entries(text)
        if not entries:
            raise ReadError(
                f"{source.name}: no post listing; each entry is a title line, a blank line and an "
                f"excerpt that ends in '{_CUT}'"
            )
        for position, (start, title_end, body, end) in enumerate(entries):
            entry = text[start:end]
            blocks = BlockList()
            title = TextBuilder(entry)
            title.put(entry[: title_end - start], 0)
            blocks.heading(1, title, 0, title_end - start)
            excerpt = TextBuilder(entry)
            excerpt.put(entry[body - start :], body - start)
            blocks.prose(Place(), excerpt, body - start, end - start)
            yield Post(
                id=f"{source.id}/{len(entries) - position}",
                title=text[start:title_end].strip(),
                text=entry,
                format=self.name,
                sha256=hashlib.sha256(entry.encode()).hexdigest(),
                blocks=tuple(blocks),
                lang=main_language(entry),
                path=source.name,
            )


def _entries(text: str) -> list[tuple[int, int, int, int]]:
    """(start of title, its end, start of excerpt, its end) of each entry.

    From the first excerpt on, titles and excerpts alternate, so that an excerpt too short to have
    been cut is found as well.
    """
    parts = _paragraphs(text)
    entries: list[tuple[int, int, int, int]] = []
    i = 1
    while i < len(parts) and not _is_excerpt(text, parts[i]):
        i += 1
    i -= 1
    while i + 1 < len(parts):
        (start, title_end), (body, end) = parts[i], parts[i + 1]
        i += 2
        # What follows an excerpt and is cut as well belongs to it: a title never is.
        while i < len(parts) and _is_excerpt(text, parts[i]):
            end = parts[i][1]
            i += 1
        if "\n" in text[start:title_end]:
            return []
        entries.append((start, title_end, body, end))
    return entries


def _is_excerpt(text: str, part: tuple[int, int]) -> bool:
    return text.endswith(_CUT, *part)


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """The spans of the stretches between blank lines."""
    spans: list[tuple[int, int]] = []
    position = 0
    open_ = False
    for line in text.split("\n"):
        bare = line.strip()
        if not bare:
            open_ = False
        else:
            start = position + line.index(bare[0])
            end = position + len(line.rstrip())
            if open_:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
            open_ = True
        position += len(line) + 1
    return spans
