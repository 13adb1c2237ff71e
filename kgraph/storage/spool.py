"""Many items on disk: read through in their order, again and again.

A resolution and its records of thousands of posts would fill the memory; the next stage only goes
through them.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

import msgspec

_T = TypeVar("_T")
_K = TypeVar("_K", int, bytes)
_BATCH = 256  # items written and read at once


class Spool(Sequence[_T], Generic[_T]):
    """Items in a file that goes with this object.

    Raises:
        OSError: there is no room for the file.
    """

    def __init__(self, items: Iterable[_T], kind: type[_T], folder: Path) -> None:
        """Write ``items``, all of type ``kind``, which msgspec can write, into ``folder``."""
        several: Any = list[kind]  # type: ignore[valid-type]
        self._decode: Callable[[bytes], list[_T]] = msgspec.msgpack.Decoder(several).decode
        self._file = tempfile.TemporaryFile(dir=folder, prefix="kgraph-")  # noqa: SIM115
        self._ends = array("q", [0])  # of each batch
        self._count = 0
        rest, encode = iter(items), msgspec.msgpack.encode
        try:
            while batch := list(islice(rest, _BATCH)):
                self._ends.append(self._ends[-1] + self._file.write(encode(batch)))
                self._count += len(batch)
            self._file.flush()
        except BaseException:
            self._file.close()
            raise

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[_T]:
        for start, end in pairwise(self._ends):
            yield from self._read(start, end)

    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> list[_T]: ...
    def __getitem__(self, index: int | slice) -> _T | list[_T]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        batch, place = divmod(range(len(self))[index], _BATCH)
        return self._read(self._ends[batch], self._ends[batch + 1])[place]

    def _read(self, start: int, end: int) -> list[_T]:
        self._file.seek(start)  # each time: several iterations may be under way
        return self._decode(self._file.read(end - start))


def ascending(items: Iterable[tuple[_K, bytes]], folder: Path) -> Iterator[tuple[_K, bytes]]:
    """``items`` in the order of their keys, the first of each key; only the keys are in memory."""
    places: dict[_K, int] = {}
    ends = array("q", [0])
    with tempfile.TemporaryFile(dir=folder, prefix="kgraph-") as file:
        for key, item in items:
            if key not in places:
                places[key] = len(places)
                ends.append(ends[-1] + file.write(item))
        for key in sorted(places):
            start, end = ends[places[key]], ends[places[key] + 1]
            file.seek(start)
            yield key, file.read(end - start)
