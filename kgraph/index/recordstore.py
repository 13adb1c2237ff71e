"""Records on disk: one SQLite file, so that opening an index reads none of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from kgraph.errors import IndexMismatchError
from kgraph.storage.disk import open_finished
from kgraph.storage.spool import ascending
from kgraph.types import Record, RecordKind

_FILE = "records.sqlite"
_COLUMNS = "id, kind, text, embed, post, title, heading, start, stop, iri"
_AT_ONCE = 500  # parameters in one query; SQLite takes 999 on old builds


class RecordStore:
    """A read-only store of records by id; made once by :meth:`build`."""

    def __init__(self, folder: Path) -> None:
        """Open the store in ``folder``.

        Raises:
            IndexMismatchError: there is none.
        """
        path = folder / _FILE
        missing = IndexMismatchError(f"{path} is missing. Run: kgraph ingest --rebuild")
        self._db = open_finished(path, missing)

    @staticmethod
    def build(folder: Path, records: Iterable[Record]) -> None:
        """Write ``records``, in any order, to a new store in ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(folder / _FILE)
        with db:
            db.execute(
                "CREATE TABLE records (id INTEGER PRIMARY KEY, kind TEXT, text TEXT, embed TEXT,"
                " post TEXT, title TEXT, heading TEXT, start INTEGER, stop INTEGER, iri TEXT)"
            )
            rows = ascending(((r.id, _pack(r)) for r in records), folder)
            db.executemany(
                "INSERT INTO records VALUES (?,?,?,?,?,?,?,?,?,?)",
                (msgspec.msgpack.decode(row) for _, row in rows),
            )
            db.execute("CREATE INDEX of_post ON records (post)")
        db.close()

    def __iter__(self) -> Iterator[Record]:
        """All records, by id."""
        query = f"SELECT {_COLUMNS} FROM records ORDER BY id"
        return map(_record, self._db.execute(query))

    def counts(self) -> dict[RecordKind, int]:
        """How many there are of each kind."""
        query = "SELECT kind, count(*) FROM records GROUP BY kind"
        return {RecordKind(kind): count for kind, count in self._db.execute(query)}

    def embeds(self) -> Iterator[str]:
        """What of each record is encoded and tokenised, by id."""
        return (row[0] for row in self._db.execute("SELECT embed FROM records ORDER BY id"))

    def get(self, ids: Sequence[int]) -> list[Record]:
        """The records with these ids, in their order.

        Raises:
            IndexMismatchError: one is not there: the parts of the index do not belong together.
        """
        found: dict[int, Record] = {}
        for i in range(0, len(ids), _AT_ONCE):
            part = [int(x) for x in ids[i : i + _AT_ONCE]]
            marks = ",".join("?" * len(part))
            query = f"SELECT {_COLUMNS} FROM records WHERE id IN ({marks})"
            found.update((row[0], _record(row)) for row in self._db.execute(query, part))
        try:
            return [found[int(number)] for number in ids]
        except KeyError as error:
            raise IndexMismatchError(
                f"The index has no record {error}: its files do not belong together."
                " Run: kgraph ingest --rebuild"
            ) from error

    def of_post(self, post: str, kind: RecordKind = RecordKind.PASSAGE) -> list[Record]:
        """The records of one post, by their place in it."""
        query = f"SELECT {_COLUMNS} FROM records WHERE post=? AND kind=? ORDER BY start, id"
        return [_record(row) for row in self._db.execute(query, (post, kind))]

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _pack(record: Record) -> bytes:
    """Its columns, in their order."""
    return msgspec.msgpack.encode(
        [
            *(record.id, record.kind, record.text, record.embed, record.post),
            *(record.title, record.heading, record.start, record.end, record.iri),
        ]
    )


def _record(row: tuple[int, str, str, str, str, str, str, int, int, str]) -> Record:
    number, kind, text, embed, post, title, heading, start, end, iri = row
    return Record(number, RecordKind(kind), text, embed, post, title, heading, start, end, iri)
