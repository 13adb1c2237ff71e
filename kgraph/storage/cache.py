"""The content-addressed cache beside the generations: what was read, extracted, encoded
and analysed once.

Keys hold everything a value depends on (bytes, versions, fingerprints), so a value never goes
stale; it only becomes unused, and :meth:`Cache.prune` drops those that no post needs any more.
A cache that cannot be read is thrown away and made anew: it never holds anything but copies.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Generic, Literal, TypeVar, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from kgraph.segment.lines import Line
from kgraph.types import Extraction, Passage, Post

_FORMAT = 4
_T = TypeVar("_T")


class Head(msgspec.Struct, frozen=True):
    """What a build needs to know of a post all the time."""

    post: Post  # without its text; of its blocks only the links are left
    size: int  # characters that a reader sees


class Cut(msgspec.Struct, frozen=True):
    """A post cut into what is searched and quoted."""

    passages: tuple[Passage, ...]
    lines: tuple[tuple[Line, ...], ...]  # of each passage
    words: dict[str, tuple[str, ...]]  # of titles, headings and statements' sentences


class Prepared(msgspec.Struct, frozen=True):
    """Everything one source file gives before names are resolved, post by post."""

    heads: tuple[Head, ...]
    texts: tuple[str, ...]
    extractions: tuple[Extraction, ...]
    cuts: tuple[Cut, ...]


class Part(Generic[_T]):
    """A field of :class:`Prepared`, which can be read without the others."""

    def __init__(self, name: str, kind: type[_T]) -> None:
        self.place = Prepared.__struct_fields__.index(name)
        self.decode = msgspec.msgpack.Decoder(kind).decode


HEADS = Part("heads", tuple[Head, ...])
TEXTS = Part("texts", tuple[str, ...])
EXTRACTIONS = Part("extractions", tuple[Extraction, ...])
CUTS = Part("cuts", tuple[Cut, ...])
Table = Literal["prepared", "vectors", "morphemes", "units"]
_TABLES = get_args(Table)
_words = msgspec.msgpack.Decoder(list[str])
_packed = msgspec.msgpack.Decoder(tuple[bytes, bytes, bytes, bytes])


def pack(prepared: Prepared) -> bytes:
    """``prepared`` as MessagePack, each field compressed by itself."""
    encode = msgspec.msgpack.encode
    fields = (getattr(prepared, name) for name in Prepared.__struct_fields__)
    return encode([zlib.compress(encode(field), 3) for field in fields])


def unpack(blob: bytes, part: Part[_T]) -> _T:
    """A field of what was packed by :func:`pack`.

    Raises:
        zlib.error, msgspec.DecodeError: the bytes are damaged.
    """
    return part.decode(zlib.decompress(_packed.decode(blob)[part.place]))


def is_damage(error: sqlite3.Error) -> bool:
    """Whether ``error`` says that a database is broken, not that it is busy or the disk full."""
    code = getattr(error, "sqlite_errorcode", 0) or 0
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def discard(path: Path) -> None:
    """Throw the cache at ``path`` away, and the log that belongs to it and to no other."""
    for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        file.unlink(missing_ok=True)


class Cache:
    """A SQLite file of prepared files, vectors, morphemes and the units of graphs."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = self._connect(path)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            discard(path)
            self._db = self._connect(path)

    @staticmethod
    def _connect(path: Path) -> sqlite3.Connection:
        db = sqlite3.connect(path, timeout=60)
        if db.execute("PRAGMA user_version").fetchone()[0] != _FORMAT:
            for table in _TABLES:
                db.execute(f"DROP TABLE IF EXISTS {table}")
        db.execute("PRAGMA journal_mode=WAL")
        for table in _TABLES:
            db.execute(f"CREATE TABLE IF NOT EXISTS {table} (key PRIMARY KEY, value BLOB)")
        db.execute(f"PRAGMA user_version={_FORMAT}")
        db.commit()
        return db

    def __enter__(self) -> Cache:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()

    def has_prepared(self, keys: Iterable[str]) -> set[str]:
        """Those of ``keys`` that a prepared file is stored under."""
        return {key for key in keys if self._one("SELECT 1 FROM prepared WHERE key=?", key)}

    def prepared(self, key: str, part: Part[_T]) -> _T | None:
        """A part of the file stored under ``key``, or ``None``; a damaged value counts as none."""
        row = self._one("SELECT value FROM prepared WHERE key=?", key)
        if row is None:
            return None
        try:
            return unpack(row, part)
        except (zlib.error, msgspec.DecodeError):
            return None

    def put_prepared(self, key: str, blob: bytes) -> None:
        """Store a packed file; visible to others after the next :meth:`commit`."""
        self._db.execute("INSERT OR REPLACE INTO prepared VALUES (?, ?)", (key, blob))

    def vectors(self, keys: Sequence[bytes], dimension: int) -> Mapping[bytes, NDArray[np.float32]]:
        """Those of the vectors under ``keys`` that are stored, each of shape (dimension,)."""
        return {
            key: np.frombuffer(value, dtype="<f4")
            for key, value in self._many("vectors", keys)
            if len(value) == 4 * dimension
        }

    def count_vectors(self, keys: Set[bytes]) -> int:
        """Under how many of ``keys`` a vector is stored."""
        return sum(row[0] in keys for row in self._db.execute("SELECT key FROM vectors"))

    def put_vectors(self, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Store ``vectors`` (len(keys), d) and commit."""
        rows = [(key, row.astype("<f4").tobytes()) for key, row in zip(keys, vectors, strict=True)]
        self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        self._db.commit()

    def morphemes(self, keys: Sequence[bytes]) -> dict[bytes, list[str]]:
        """Those of the morphemes under ``keys`` that are stored."""
        found: dict[bytes, list[str]] = {}
        for key, value in self._many("morphemes", keys):
            with suppress(msgspec.DecodeError):
                found[key] = _words.decode(value)
        return found

    def put_morphemes(self, keys: Sequence[bytes], words: Sequence[list[str]]) -> None:
        """Store the morphemes of the text under each key, and commit."""
        rows = [
            (key, msgspec.msgpack.encode(found)) for key, found in zip(keys, words, strict=True)
        ]
        self._db.executemany("INSERT OR REPLACE INTO morphemes VALUES (?, ?)", rows)
        self._db.commit()

    def units(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """Those of the units of a graph under ``keys`` that are stored, packed."""
        return dict(self._many("units", list(keys)))

    def put_units(self, units: Iterable[tuple[bytes, bytes]]) -> None:
        """Store packed units by their keys, and commit."""
        self._db.executemany("INSERT OR REPLACE INTO units VALUES (?, ?)", units)
        self._db.commit()

    def commit(self) -> None:
        """Make everything put so far durable."""
        self._db.commit()

    def prune(self, table: Table, keep: Set[bytes] | Set[str]) -> None:
        """Drop what is stored under none of the keys ``keep``, once it outnumbers the used."""
        stored = (row[0] for row in self._db.execute(f"SELECT key FROM {table}"))
        unused = [(key,) for key in stored if key not in keep]
        if len(unused) > len(keep):
            self._db.executemany(f"DELETE FROM {table} WHERE key=?", unused)
        self._db.commit()

    def _many(self, table: str, keys: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        for chunk in _chunks(keys, 500):
            marks = ",".join("?" * len(chunk))
            yield from self._db.execute(
                f"SELECT key, value FROM {table} WHERE key IN ({marks})", chunk
            )

    def _one(self, query: str, key: str) -> bytes | None:
        row = self._db.execute(query, (key,)).fetchone()
        return None if row is None else row[0]


def _chunks(items: Sequence[bytes], size: int) -> Iterator[Sequence[bytes]]:
    for i in range(0, len(items), size):
        yield items[i : i + size]
