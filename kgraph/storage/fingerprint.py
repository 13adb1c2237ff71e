"""Digests of kgraph's own code and data, so that no cache outlives the code that filled it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_SUFFIXES = {".py", ".toml", ".ttl", ".txt"}
_LIBRARIES = ("kiwipiepy", "kiwipiepy_model", "markdown-it-py", "trafilatura")
_MORPHOLOGY = ("extract/morphology.py", "extract/words.txt", "extract/verbs.txt")
# What only reads an index, or shows what was read.
_READING = (
    *("ask", "commands", "doctor", "evaluation", "exports", "fetch", "lsp", "mcp_server", "render"),
    *("cli.py", "draft.py", "library.py"),
)
_EXTRACTION = ("read", "extract", "vocab", "segment", "text.py", "types.py")


def digest_of(*parts: str | bytes) -> str:
    """A SHA-256 over ``parts``, each with its length, as 64 hexadecimal digits."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        state.update(f"{len(data)}:".encode())
        state.update(data)
    return state.hexdigest()


def _of_files(roots: tuple[Path, ...]) -> str:
    files = sorted(
        file
        for root in roots
        for file in (root.rglob("*") if root.is_dir() else (root,))
        if file.suffix in _SUFFIXES
    )
    libraries = [f"{name}={version(name)}" for name in _LIBRARIES]
    return digest_of(
        *libraries,
        *(part for f in files for part in (f.relative_to(_PACKAGE).as_posix(), f.read_bytes())),
    )


@cache
def code_digest() -> str:
    """A digest of all the code and data that a whole build depends on."""
    rooms = sorted(_PACKAGE.iterdir())
    return _of_files(tuple(room for room in rooms if room.name not in _READING))


@cache
def extraction_digest() -> str:
    """A digest of what a prepared file depends on: readers to extraction, and the vocabulary."""
    return _of_files(tuple(_PACKAGE / name for name in _EXTRACTION))


@cache
def morphology_digest() -> str:
    """A digest of what a text's morphemes depend on."""
    return _of_files(tuple(_PACKAGE / name for name in _MORPHOLOGY))
