"""Reading notes: files in several formats become posts.

:func:`read` walks files and folders; :func:`read_file` reads one; :func:`read_bytes` reads what has
no file. One bad file never stops the rest: it comes back as :class:`Skipped`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kgraph.errors import KgraphError, ReadError
from kgraph.read.asciidoc import AsciiDocReader
from kgraph.read.base import Reader, Skipped, SourceFile, decode
from kgraph.read.blogs import NaverReader, NotionReader, TistoryBackupReader, TistoryPageReader
from kgraph.read.discover import SUFFIXES, discover
from kgraph.read.feeds import FeedReader, other_xml
from kgraph.read.listing import ListingReader
from kgraph.read.markdown import MarkdownReader
from kgraph.read.plaintext import TextReader
from kgraph.read.webpage import HtmlReader
from kgraph.text import nfc
from kgraph.types import Post

__all__ = [
    "READERS",
    "ReadResult",
    "Reader",
    "Skipped",
    "SourceFile",
    "decode",
    "discover",
    "list_files",
    "read",
    "read_bytes",
    "read_file",
    "reader_named",
]

ReadResult = Post | Skipped

# Of readers that are equally sure the first is taken: the special ones stand before the general.
READERS: tuple[Reader, ...] = (
    TistoryBackupReader(),
    TistoryPageReader(),
    NaverReader(),
    NotionReader(),
    FeedReader(),
    MarkdownReader(),
    AsciiDocReader(),
    ListingReader(),
    HtmlReader(),
    TextReader(),
)


class _ForeignError(ReadError):
    """The file never claimed to be a note."""


def read(paths: Sequence[Path], *, format: str | None = None) -> Iterator[ReadResult]:
    """The posts in files and folders, sorted by name; every post id is unique.

    Args:
        paths: files and folders; a folder is searched recursively.
        format: the name of the reader to use for all, instead of sniffing each file.

    Raises:
        ReadError: if a path does not exist, the format is unknown, or nothing could be read at all.
    """
    reader_named(format)
    taken: set[str] = set()
    files = 0
    for source in discover(paths):
        if isinstance(source, Skipped):
            yield source
            continue
        files += 1
        for result in read_file(source, format=format):
            if isinstance(result, Post):
                if result.id in taken:
                    result = replace(result, id=_free(result.id, taken))
                taken.add(result.id)
            yield result
    if not files:
        names = ", ".join(str(path) for path in paths) or "nothing"
        raise ReadError(
            f"no notes in {names}; notes are .md, .adoc, .txt, .html and .xml files, or .zip"
        )


def list_files(paths: Sequence[Path]) -> list[SourceFile]:
    """The files that :func:`read` would read, in its order, without opening them.

    Raises:
        ReadError: if a path does not exist.
    """
    return [source for source in discover(paths) if isinstance(source, SourceFile)]


def read_file(
    source: SourceFile, *, format: str | None = None, data: bytes | None = None
) -> tuple[ReadResult, ...]:
    """The posts of one file, or the one Skipped that says why there are none.

    Args:
        source: the file, from :func:`discover` or :func:`list_files`.
        format: the name of the reader to use instead of sniffing.
        data: the file's bytes, where the caller has them already.
    """
    try:
        if data is None:
            data = source.read()
        posts = _parse(data, source, format)
    except OSError as error:
        return (Skipped(source.path, f"{source.name}: cannot be read ({error.strerror or error})"),)
    except KgraphError as error:
        return (Skipped(source.path, str(error), foreign=isinstance(error, _ForeignError)),)
    if source.url and len(posts) == 1 and not posts[0].url:
        posts = (replace(posts[0], url=source.url),)
    return posts or (Skipped(source.path, f"{source.name}: empty"),)


def read_bytes(data: bytes, name: str, format: str | None = None) -> tuple[Post, ...]:
    """The posts in ``data``, as if it were the file ``name`` (standard input, tests).

    Raises:
        ReadError: if the data cannot be decoded or read, or the format is unknown.
    """
    name = nfc(name)
    suffixed = Path(name).suffix.lower() in SUFFIXES
    return _parse(data, SourceFile(Path(name), name, Path(name).stem if suffixed else name), format)


def _parse(data: bytes, source: SourceFile, format: str | None) -> tuple[Post, ...]:
    text = decode(data, source.name, source.most)
    if not text.strip():
        return ()
    reader = reader_named(format) or max(READERS, key=lambda r: r.sniff(text, source.name))
    if format is None and isinstance(reader, TextReader) and (kind := other_xml(text, source.name)):
        raise _ForeignError(f"not a note: {source.name} is {kind}")
    try:
        return _sound(reader.read(text, source, hashlib.sha256(data).hexdigest()))
    except RecursionError as error:
        raise ReadError(
            f"{source.name}: nested too deeply to be read; flatten its lists or quotes"
        ) from error


def _sound(posts: Iterable[Post]) -> tuple[Post, ...]:
    """``posts`` with ids of their own, and no lone surrogate that an escape smuggled in."""
    taken: set[str] = set()
    made: list[Post] = []
    for post in posts:
        id = post.id if post.id not in taken else _free(post.id, taken)
        taken.add(id)
        made.append(
            replace(
                post,
                id=id,
                title=_whole(post.title),
                url=_whole(post.url),
                tags=tuple(_whole(tag) for tag in post.tags),
                aliases=tuple(_whole(alias) for alias in post.aliases),
                series=_whole(post.series),
            )
        )
    return tuple(made)


def _whole(text: str) -> str:
    return nfc(text.encode("utf-8", "replace").decode()).replace("\0", "")


def reader_named(format: str | None) -> Reader | None:
    """The reader of this name; None for None.

    Raises:
        ReadError: there is none, with the names that there are.
    """
    if format is None:
        return None
    for reader in READERS:
        if reader.name == format:
            return reader
    known = ", ".join(sorted(reader.name for reader in READERS))
    raise ReadError(f"unknown format {format!r}; one of: {known}")


def _free(id: str, taken: set[str]) -> str:
    number = 2
    while f"{id}-{number}" in taken:
        number += 1
    return f"{id}-{number}"
