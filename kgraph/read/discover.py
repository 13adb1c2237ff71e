"""Which files under the given paths are notes, in an order that every machine agrees on."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
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
    folder or to a file that is read itself, files without a note's suffix, what is no regular file
    and files over the size limit are passed over; a file that is named itself is read whatever its
    suffix.

    Raises:
        ReadError: if a path does not exist.
    """
    limits = limits or Limits()
    taken: set[str] = set()
    for path in paths:
        if path.is_dir():
            found: list[_Found | Skipped] = list(_walk(path, "", frozenset(), linked=False))
        elif path.exists():
            found = [_Found(shown(path.name), path, os.path.realpath(path), linked=False)]
        else:
            raise ReadError(f"{path}: no such file or folder; name existing notes")
        named = path.is_file()
        yield from (x for x in found if isinstance(x, Skipped))
        listed = sorted((x for x in found if isinstance(x, _Found)), key=_key)
        folders = {str(parent) for x in listed for parent in PurePosixPath(x.name).parents}
        first: dict[str, str] = {}  # the file itself stands before the links to it
        for file in sorted(listed, key=lambda x: x.linked):
            first.setdefault(file.real, file.name)
        for file in listed:
            name = file.name
            size = _size(file, limits, named=named)
            if isinstance(size, Skipped):
                yield size
                continue
            if file.linked and first[file.real] != name:
                told = f"not a note: a link to {first[file.real]}"
                yield Skipped(file.path, told, foreign=True)
                continue
            if name.lower().endswith(archive.SUFFIX):
                prefix = "" if named else f"{name[:-4]}/"
                yield from _archived(file.path, prefix, name, taken, limits)
                continue
            id = _unique(name, taken, folders)
            yield SourceFile(file.path, name, id, most=limits.note_bytes, size=size)


@dataclass(frozen=True, slots=True)
class _Found:
    name: str  # below the folder that was given
    path: Path
    real: str  # where it lies when all links are followed
    linked: bool  # whether a link leads to it


def shown(name: str) -> str:
    """A file's name in NFC; one that is no UTF-8 was written by a Korean Windows, or is mended."""
    try:
        name.encode()
    except UnicodeEncodeError:
        try:
            name = os.fsencode(name).decode("cp949")
        except UnicodeDecodeError:
            name = os.fsencode(name).decode("utf-8", "replace")
    return nfc(name)


def _archived(
    file: Path, prefix: str, shown: str, taken: set[str], limits: Limits
) -> Iterator[SourceFile | Skipped]:
    for found in archive.entries(file, shown, SUFFIXES, limits):
        if isinstance(found, Skipped):
            yield found
        else:
            below, member, size = found
            name = prefix + below
            id = _unique(name, taken, frozenset())
            yield SourceFile(file, name, id, member=member, most=limits.note_bytes, size=size)


def _key(file: _Found) -> tuple[list[str], str]:
    return file.name.split("/"), str(file.path)


def _walk(
    folder: Path, prefix: str, above: frozenset[str], *, linked: bool
) -> Iterator[_Found | Skipped]:
    real = os.path.realpath(folder)
    if real in above:
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        why = f"{prefix or folder}: cannot be read ({error.strerror or error})"
        yield Skipped(folder, why)
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        name, through = prefix + shown(entry.name), linked or entry.is_symlink()
        if entry.is_dir():
            yield from _walk(entry, f"{name}/", above | {real}, linked=through)
        else:
            yield _Found(name, entry, os.path.realpath(entry), linked=through)


def _size(file: _Found, limits: Limits, *, named: bool) -> int | Skipped:
    """How many bytes the file has, or why it is passed over."""
    suffix = PurePosixPath(file.name).suffix.lower()
    if not named and suffix not in SUFFIXES and suffix != archive.SUFFIX:
        return Skipped(file.path, f"not a note: {suffix or 'no suffix'}", foreign=True)
    try:
        state = file.path.stat()
    except OSError as error:
        return Skipped(file.path, f"{file.name}: cannot be read ({error.strerror or error})")
    if not stat.S_ISREG(state.st_mode):
        return Skipped(file.path, f"{file.name}: a pipe or device and no file; refused")
    if state.st_size > limits.note_bytes and suffix != archive.SUFFIX:
        return Skipped(file.path, too_large(file.name, state.st_size, limits.note_bytes))
    return state.st_size


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
