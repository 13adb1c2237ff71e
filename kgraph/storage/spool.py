"""Many items on disk: read through in their order, again and again, or one by one.

A resolution and its records of thousands of posts would fill the memory; the next stage only goes
through them.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Generic, TypeVar, overload

import msgspec

_T = TypeVar("_T")
_K = TypeVar("_K", int, bytes)
_READ = 1 << 18  # bytes read at once


class Spool(Sequence[_T], Generic[_T]):
    """Items in a file that goes with this object.

    Raises:
        OSError: there is no room for the file.
    """

    def __init__(self, items: Iterable[_T], kind: type[_T], folder: Path) -> None:
        """Write ``items``, all of type ``kind``, which msgspec can write, into ``folder``."""
        self._decode: Callable[[bytes | memoryview], _T] = msgspec.msgpack.Decoder(kind).decode
        self._file = tempfile.TemporaryFile(dir=folder, prefix="kgraph-")  # noqa: SIM115
        self._ends = array("q", [0])
        encode, end = msgspec.msgpack.encode, 0
        try:
            for item in items:
                end += self._file.write(encode(item))
                self._ends.append(end)
            self._file.flush()
        except BaseException:
            self._file.close()
            raise

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __iter__(self) -> Iterator[_T]:
        first = 0
        while first < len(self):
            # Many at once, and sought anew: several iterations may be under way.
            start, last = self._ends[first], first + 1
            while last < len(self) and self._ends[last + 1] - start <= _READ:
                last += 1
            data = memoryview(self._bytes(start, self._ends[last]))
            for i in range(first, last):
                yield self._decode(data[self._ends[i] - start : self._ends[i + 1] - start])
            first = last

    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> list[_T]: ...
    def __getitem__(self, index: int | slice) -> _T | list[_T]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        return self._decode(self._bytes(self._ends[place], self._ends[place + 1]))

    def close(self) -> None:
        """Give the room back."""
        self._file.close()

    def _bytes(self, start: int, end: int) -> bytes:
        self._file.seek(start)
        return self._file.read(end - start)


def ascending(
    items: Iterable[tuple[_K, _T]], kind: type[_T], folder: Path
) -> Iterator[tuple[_K, _T]]:
    """``items`` in the order of their keys, the first of each key; only the keys are in memory."""
    places: dict[_K, int] = {}

    def new() -> Iterator[_T]:
        for key, item in items:
            if key not in places:
                places[key] = len(places)
                yield item

    spool = Spool(new(), kind, folder)
    try:
        for key in sorted(places):
            yield key, spool[places[key]]
    finally:
        spool.close()
