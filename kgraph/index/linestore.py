"""The lines of passages with their words, cut and analysed at ingestion: one SQLite file."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import msgspec

from kgraph.errors import IndexMismatchError
from kgraph.segment.lines import Line
from kgraph.storage.disk import open_finished
from kgraph.storage.spool import ascending

_FILE = "lines.sqlite"
_lines = msgspec.msgpack.Decoder(tuple[Line, ...])
_words = msgspec.msgpack.Decoder(tuple[str, ...])


class LineStore:
    """A read-only store; made once by :meth:`build`. What it does not have is None."""

    def __init__(self, folder: Path) -> None:
        """Open the store in ``folder``.

        Raises:
            IndexMismatchError: there is none.
        """
        path = folder / _FILE
        missing = IndexMismatchError(f"{path} is missing. Run: kgraph ingest --rebuild")
        self._db = open_finished(path, missing)

    @staticmethod
    def build(
        folder: Path,
        lines: Iterable[tuple[int, tuple[Line, ...]]],
        words: Iterable[tuple[str, tuple[str, ...]]],
    ) -> None:
        """Write the lines of passages by their record id, and the words of other texts.

        Neither need be in any order; a text may come again.
        """
        db = sqlite3.connect(folder / _FILE)
        encode = msgspec.msgpack.encode
        with db:
            db.execute("CREATE TABLE lines (id INTEGER PRIMARY KEY, value BLOB)")
            db.execute("CREATE TABLE words (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID")
            packed = ((number, encode(found)) for number, found in lines)
            db.executemany("INSERT INTO lines VALUES (?, ?)", ascending(packed, folder))
            said = ((_key(text), encode(found)) for text, found in words)
            db.executemany("INSERT INTO words VALUES (?, ?)", ascending(said, folder))
        db.close()

    def lines(self, record: int) -> tuple[Line, ...] | None:
        """The lines of the passage with this record id."""
        row = self._db.execute("SELECT value FROM lines WHERE id=?", (record,)).fetchone()
        return None if row is None else _lines.decode(row[0])

    def words(self, text: str) -> tuple[str, ...] | None:
        """The content morphemes of a title, a heading or a statement's sentence."""
        row = self._db.execute("SELECT value FROM words WHERE key=?", (_key(text),)).fetchone()
        return None if row is None else _words.decode(row[0])

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).digest()
