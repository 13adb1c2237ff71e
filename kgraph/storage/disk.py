"""Writing that survives: files replaced whole, folders synced, a full disk told in words."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kgraph.errors import KgraphError, StorageError

_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_REFUSED = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))
# How libraries that have no error numbers say it: SQLite, FAISS, RocksDB.
_FULL_WORDS = (
    *("no space left", "disk is full", "disk quota", "file too large", "write error"),
    "disk i/o error",  # SQLite, that finds no room for the log's index
)
_CUT_SHORT = re.compile(r"\d+ requested and \d+ written")  # NumPy


def replace_file(target: Path, data: bytes) -> None:
    """Make ``data`` the content of ``target`` in one step: a crash leaves the old or the new."""
    building = target.with_name(target.name + ".tmp")
    with building.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    building.replace(target)
    sync(target.parent)


def open_finished(path: Path, missing: KgraphError) -> sqlite3.Connection:
    """A SQLite file that nothing is written to any more, for several threads to read.

    Raises:
        KgraphError: ``missing``, if it is not there.
    """
    if not path.is_file():
        raise missing
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(address, uri=True, check_same_thread=False)


def sync(path: Path) -> None:
    """Have the system write a file, or the names in a folder, to the disk now."""
    handle = os.open(path, os.O_RDONLY)
    try:
        # Some file systems cannot sync a folder; its names are then as safe as they make them.
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Have all files and folders below ``folder``, and itself, written to the disk now."""
    for path in sorted(folder.rglob("*")):
        if not path.is_symlink():
            sync(path)
    sync(folder)


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Tell what the disk refuses in the block, as an error that says what to do.

    Raises:
        StorageError: the disk below ``root`` is full, or may not be written.
    """
    try:
        yield
    except (OSError, sqlite3.Error, RuntimeError, KgraphError) as error:
        number = error.errno if isinstance(error, OSError) else None
        if number in _FULL or _is_full(str(error).casefold()):
            raise StorageError(
                f"The disk is full ({error}): {root} cannot be written. The index that was there"
                " stays in use; make room, then run the same command again. 디스크가 가득 찼습니다."
            ) from error
        if isinstance(error, OSError) and number in _REFUSED and _below(error, root):
            raise StorageError(
                f"{root} may not be written ({error.strerror}); name a folder of your own with"
                " --indexes"
            ) from error
        raise


def _is_full(said: str) -> bool:
    return any(words in said for words in _FULL_WORDS) or bool(_CUT_SHORT.search(said))


def _below(error: OSError, root: Path) -> bool:
    try:
        return Path(os.fsdecode(error.filename)).absolute().is_relative_to(root.absolute())
    except TypeError:  # an error without a file's name
        return False
