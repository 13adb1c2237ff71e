"""What an ingest is given: files and folders, addresses, standard input; each by a name of its own.

A file or folder is named by its absolute path, an address by itself, standard input by ``-``. What
is no file of the user's lies as a copy beside the index (:class:`kgraph.fetch.Mirror`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kgraph.config import Settings
from kgraph.errors import ReadError
from kgraph.fetch.mirror import STDIN, Mirror, is_address
from kgraph.read import Skipped, SourceFile, discover


def named(given: Path | str) -> str:
    """The name of the source that ``given`` means."""
    text = str(given)
    return text if text == STDIN or is_address(text) else str(Path(text).resolve())


def default(settings: Settings) -> str:
    """The source of an index that knows none, where the user names none.

    Raises:
        ReadError: it does not exist.
    """
    if not settings.corpus.exists():
        raise ReadError(
            f"No notes are named, and there is no {settings.corpus} here. Run: kgraph ingest"
            " PATH... 노트가 있는 폴더를 알려 주세요."
        )
    return named(settings.corpus)


def is_copied(source: str) -> bool:
    """Whether the files of a source are a copy that kgraph keeps."""
    return source == STDIN or is_address(source)


def folder(source: str, indexes: Path) -> Path:
    """The file or folder that holds a source's notes."""
    return Mirror(indexes, source).folder if is_copied(source) else Path(source)


def listed(source: str, settings: Settings) -> Iterator[SourceFile | Skipped]:
    """The files of a source, sorted by name, and what is passed over.

    Raises:
        ReadError: if a path does not exist.
    """
    if is_copied(source):
        return Mirror(settings.indexes, source).files(settings.limits)
    return discover([Path(source)], settings.limits)
