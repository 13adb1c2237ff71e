"""ZIP archives of notes: listed, never unpacked to disk.

An entry's name is only ever a name, so that none can lead out of a folder; what an archive may hold
is limited before anything is read, and an entry is read no further than a note may be long.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from kgraph.config import Limits
from kgraph.read.base import Skipped
from kgraph.text import nfc

SUFFIX = ".zip"
_SMALL = 1 << 20  # below this size a ratio says nothing: runs of blanks pack well


def entries(
    path: Path, shown: str, suffixes: frozenset[str], limits: Limits
) -> Iterator[tuple[str, str, int] | Skipped]:
    """(name below the archive, the archive's own name of it, bytes) of each note, sorted by name.

    Args:
        path: the archive.
        shown: its name in messages.
        suffixes: those of notes; other entries come as foreign :class:`Skipped`.
        limits: what an archive may hold.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        yield Skipped(path, f"{shown}: not a ZIP archive that can be read ({error})")
        return
    if len(found) > limits.archive_entries:
        most = f"more than {limits.archive_entries} ([limits] archive_entries)"
        yield Skipped(path, f"{shown}: {len(found)} entries, {most}; split it")
        return
    total = 0
    taken: set[str] = set()
    files = sorted(((_name(entry), entry) for entry in found if not entry.is_dir()), key=_key)
    for name, entry in files:
        parts = PurePosixPath(name).parts
        if any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts):
            continue
        if reason := _refused(entry, name, limits):
            yield Skipped(path, f"{shown}: {name}: {reason}")
            continue
        suffix = PurePosixPath(name).suffix.lower()
        if suffix not in suffixes:
            yield Skipped(path, f"not a note: {suffix or 'no suffix'}", foreign=True)
            continue
        total += entry.file_size
        if total > limits.archive_mb * 2**20:
            most = f"{limits.archive_mb:g} MB ([limits] archive_mb)"
            yield Skipped(path, f"{shown}: more than {most} unpacked; split it")
            return
        if name in taken:
            yield Skipped(path, f"{shown}: {name}: stands there twice; the first is read")
            continue
        taken.add(name)
        yield name, entry.filename, entry.file_size


def _name(entry: zipfile.ZipInfo) -> str:
    """The entry's name, NFC; one without the UTF-8 flag was written by a Korean Windows."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            try:
                name = name.encode("cp437").decode("cp949")
            except UnicodeError:
                name = entry.filename
    return nfc(name.encode("utf-8", "replace").decode()).replace("\\", "/")


def _key(file: tuple[str, zipfile.ZipInfo]) -> list[str]:
    return file[0].split("/")


def _refused(entry: zipfile.ZipInfo, name: str, limits: Limits) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or name[1:2] == ":":
        return "leads out of the archive; refused"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "a symbolic link; refused"
    if entry.flag_bits & 0x1:
        return "encrypted; unpack it first"
    if entry.file_size > limits.note_bytes:
        return f"{entry.file_size / 2**20:.0f} MB, more than a note may have; split it"
    packed = max(entry.compress_size, 1)
    if entry.file_size > _SMALL and entry.file_size > limits.archive_ratio * packed:
        return "packed more than any text can be (a ZIP bomb?); refused"
    return ""
