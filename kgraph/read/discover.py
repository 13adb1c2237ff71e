"""Which files under the given paths are notes, in an order that every machine agrees on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path, PurePosixPath

from kgraph.config import Limits
from kgraph.errors import ReadError
from kgraph.read import archive, asciidoc, feeds, html, markdown, plaintext
from kgraph.read.base import Skipped, SourceFile, too_large
from kgraph.text import nfc

SUFFIXES = frozenset(
    (
        *markdown.SUFFIXES,
        *plaintext.SUFFIXES,
        *html.SUFFIXES,
        *feeds.SUFFIXES,
        *asciidoc.SUFFIXES,
    )
)
_MANY = frozenset((*feeds.SUFFIXES, *plaintext.SUFFIXES))
# What exporters put into file names to make them unique, and titles that may change.
_NOTION = re.compile(r" [0-9a-f]{32}(?=/|$)")
_TISTORY = re.compile(r"((?:.*/)?(\d+))/\2-[^/]*")


def discover(paths: Sequence[Path], limits: Limits | None = None) -> Iterator[SourceFile | Skipped]:
    """The files to read below ``paths``, sorted by name; what is passed over comes as Skipped.

    Folders are searched recursively. Hidden files and folders, links that lead back into their own
    folder, files without a note's suffix and files over the size limit are passed over; a file
    that is named itself is read whatever its suffix.

    Raises:
        ReadError: if a path does not exist.
    """
    limits = limits or Limits()
    taken: set[str] = set()
    for path in paths:
        if path.is_dir():
            found: Iterable[tuple[str, Path]] = _walk(path, "", frozenset())
        elif path.exists():
            found = [(path.name, path)]
        else:
            raise ReadError(f"{path}: no such file or folder; name existing notes")
        named = path.is_file()
        listed = sorted(((nfc(name), file) for name, file in found), key=_key)
        folders = {str(parent) for name, _ in listed for parent in PurePosixPath(name).parents}
        for name, file in listed:
            reason = _refuse(file, name, limits, named=named)
            if reason is not None:
                yield reason
                continue
            if name.lower().endswith(archive.SUFFIX):
                yield from _archived(file, "" if named else f"{name[:-4]}/", name, taken, limits)
                continue
            yield SourceFile(file, name, _unique(name, taken, folders), most=limits.note_bytes)


def _archived(
    file: Path, prefix: str, shown: str, taken: set[str], limits: Limits
) -> Iterator[SourceFile | Skipped]:
    for found in archive.entries(file, shown, SUFFIXES, limits):
        if isinstance(found, Skipped):
            yield found
        else:
            name = prefix + found[0]
            id = _unique(name, taken, frozenset())
            yield SourceFile(file, name, id, member=found[1], most=limits.note_bytes)


def _key(entry: tuple[str, Path]) -> tuple[list[str], str]:
    return entry[0].split("/"), str(entry[1])


def _walk(folder: Path, prefix: str, above: frozenset[Path]) -> Iterator[tuple[str, Path]]:
    real = folder.resolve()
    if real in above:
        return
    try:
        entries = list(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/", above | {real})
        else:
            yield prefix + entry.name, entry


def _refuse(file: Path, name: str, limits: Limits, *, named: bool) -> Skipped | None:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == archive.SUFFIX:
        return None
    if not named and suffix not in SUFFIXES:
        return Skipped(file, f"not a note: {suffix or 'no suffix'}", foreign=True)
    try:
        size = file.stat().st_size
    except OSError as error:
        return Skipped(file, f"{name}: cannot be read ({error.strerror or error})")
    if size > limits.note_bytes:
        return Skipped(file, too_large(name, size, limits.note_bytes))
    return None


def _unique(name: str, taken: set[str], folders: Set[str]) -> str:
    """An id for the file: its name without suffix; with it, then numbered, if that is taken.

    A file of many posts, whose ids build on its own, keeps its suffix beside a folder of its name.
    """
    path = PurePosixPath(name)
    stem = str(path.with_suffix("")) if path.suffix.lower() in SUFFIXES else name
    if stem in folders and path.suffix.lower() in _MANY:
        stem = name
    stem = _NOTION.sub("", stem) or stem
    if backup := _TISTORY.fullmatch(stem):
        stem = backup[1]
    candidate, number = stem, 1
    if candidate in taken:
        candidate = name
    while candidate in taken:
        number += 1
        candidate = f"{stem}-{number}"
    taken.add(candidate)
    return candidate
