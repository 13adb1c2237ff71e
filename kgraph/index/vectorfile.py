"""Vectors that an index is built from, in a file: no more is in memory than is looked at."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


class Rows2D(Protocol):
    """Vectors (n, d), in memory or on disk."""

    @property
    def shape(self) -> tuple[int, ...]: ...  # noqa: D102
    def __getitem__(self, key: Any, /) -> Any: ...


class VectorFile:
    """Vectors (n, d) of 32 bits in a file that goes with this object, read as they are asked for.

    Were the file mapped, all of it that was looked at would count as memory in use.
    """

    def __init__(self, parts: Iterable[Matrix], dimension: int, folder: Path) -> None:
        """Write ``parts`` (m, dimension), one below the other, into ``folder``."""
        self._file = tempfile.TemporaryFile(dir=folder, prefix="kgraph-")  # noqa: SIM115
        self._width = 4 * dimension
        size = sum(self._file.write(part.astype("<f4").tobytes()) for part in parts)
        self.shape = (size // self._width, dimension)

    def __getitem__(self, key: slice | NDArray[np.int64]) -> Matrix:
        if isinstance(key, slice):
            start, stop, step = key.indices(self.shape[0])
            return self._read(start, max(stop - start, 0))[::step]
        made = np.empty((len(key), self.shape[1]), dtype=np.float32)
        for at, row in enumerate(key):
            made[at] = self._read(int(row), 1)[0]
        return made

    def _read(self, row: int, count: int) -> Matrix:
        self._file.seek(row * self._width)
        data = self._file.read(count * self._width)
        return np.frombuffer(data, dtype="<f4").reshape(count, self.shape[1])
