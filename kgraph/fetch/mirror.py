"""The copy of what was fetched from one address, kept beside the index.

    indexes/web/<digest of the address>/
      index.json   the address, and of each page its file, ETag and Last-Modified
      <sha256>     one page's bytes, named by them

A page's file is never changed, and ``index.json`` is replaced in one rename, so that a fetch that
is killed leaves the copy of the last one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import msgspec

from kgraph.config import Limits
from kgraph.read import SourceFile
from kgraph.read.discover import SUFFIXES
from kgraph.storage.disk import replace_file
from kgraph.text import nfc

_WEB = "web"
STDIN = "-"
"""The source that standard input is."""

_SUFFIX_OF = {
    "application/rss+xml": ".xml",
    "application/atom+xml": ".xml",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "text/markdown": ".md",
    "text/plain": ".txt",
}


class Page(msgspec.Struct, frozen=True):
    """One page of a copy."""

    url: str
    file: str  # the SHA-256 of its bytes
    kind: str = ""  # media type
    etag: str = ""
    modified: str = ""


class _Index(msgspec.Struct, frozen=True):
    source: str
    pages: tuple[Page, ...]


class Mirror:
    """The copy of one source that is no file of the user's: an address, or standard input."""

    def __init__(self, indexes: Path, source: str) -> None:
        self.source = source
        self.folder = indexes / _WEB / hashlib.sha256(source.encode()).hexdigest()[:20]

    def pages(self) -> tuple[Page, ...]:
        """The pages of the copy; none where nothing was fetched, or it cannot be read."""
        try:
            data = (self.folder / "index.json").read_bytes()
            return msgspec.json.decode(data, type=_Index).pages
        except (OSError, msgspec.DecodeError, msgspec.ValidationError):
            return ()

    def put(self, body: bytes) -> str:
        """Keep the bytes of a page; returns the name of their file."""
        name = hashlib.sha256(body).hexdigest()
        target = self.folder / name
        if not target.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            replace_file(target, body)
        return name

    def switch(self, pages: Sequence[Page]) -> None:
        """Make ``pages`` the copy, and drop the files that it has no more."""
        self.folder.mkdir(parents=True, exist_ok=True)
        index = _Index(self.source, tuple(pages))
        data = msgspec.json.format(msgspec.json.encode(index), indent=1)
        replace_file(self.folder / "index.json", data)
        kept = {page.file for page in pages} | {"index.json"}
        for file in self.folder.iterdir():
            if file.name not in kept:
                file.unlink()

    def files(self, limits: Limits) -> Iterator[SourceFile]:
        """The pages as files to read, sorted by name; ids are host and path of their addresses."""
        taken: set[str] = set()
        listed = sorted((_name(page), page) for page in self.pages())
        for name, page in listed:
            path = PurePosixPath(name)
            id = str(path.with_suffix("")) if path.suffix.lower() in SUFFIXES else name
            if id in taken:  # the same path with another query
                id = f"{id}-{page.file[:8]}"
            taken.add(id)
            file = self.folder / page.file
            size = file.stat().st_size if file.is_file() else 0
            yield SourceFile(file, name, id, most=limits.note_bytes, url=page.url, size=size)


def copies(indexes: Path) -> set[Path]:
    """The folders of all copies."""
    try:
        return set((indexes / _WEB).iterdir())
    except OSError:
        return set()


def is_address(source: str) -> bool:
    """Whether a source is named by an address, and not by a path."""
    return source.lower().startswith(("http://", "https://"))


def _name(page: Page) -> str:
    """What messages call a page: host and path, with the suffix of a note."""
    if not is_address(page.url):
        return page.url
    parts = urlsplit(page.url)
    path = nfc(unquote(parts.path)).strip("/") or "index"
    named = f"{parts.hostname or ''}/{path}".replace("\0", "")
    if PurePosixPath(named).suffix.lower() in SUFFIXES:
        return named
    return named + _SUFFIX_OF.get(page.kind, ".html")
