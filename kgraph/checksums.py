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
            with path.open("rb") as file:
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def write_checksums(folder: Path) -> None:
    """Write the checksums of ``folder`` into it."""
    (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(checksums(folder))) + b"\n")


def read_checksums(folder: Path) -> dict[str, str] | None:
    """What :func:`write_checksums` wrote, or ``None`` if that is missing or damaged."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return None
