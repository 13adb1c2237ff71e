"""The SHA-256 of every file of a generation, written last, so that damage can be told later."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

FILE = "checksums.json"
# What the graph's engine writes about itself, also when it only reads.
_UNCHECKED = ("LOG", "LOCK")


def checksums(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file below ``folder`` by its POSIX path in it, sorted."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != FILE and not path.name.startswith(_UNCHECKED):
            found[name] = _sha256(path)
    return found


def unharmed(folder: Path, *parts: str) -> bool:
    """Whether the files and folders ``parts`` of a generation are as they were written."""
    known = read_checksums(folder)
    if known is None:
        return False
    there: dict[str, str] = {}
    for part in parts:
        path = folder / part
        if path.is_dir():
            there |= {f"{part}/{name}": sha for name, sha in checksums(path).items()}
        elif path.is_file():
            there[part] = _sha256(path)
    below = tuple(f"{part}/" for part in parts)
    return there == {
        name: sha for name, sha in known.items() if name in parts or name.startswith(below)
    }


def write_checksums(folder: Path) -> None:
    """Write the checksums of ``folder`` into it."""
    (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(checksums(folder))) + b"\n")


def read_checksums(folder: Path) -> dict[str, str] | None:
    """What :func:`write_checksums` wrote, or ``None`` if that is missing or damaged."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
