"""Sorting more than fits into memory: sorted parts in temporary files, merged as they are read.

What fits into one part never touches the disk.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import groupby, islice
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, TypeVar

from pyoxigraph import Quad, RdfFormat, parse, serialize

from kgraph.errors import KgraphError

PART = 100_000
"""Items that are held in memory at once."""

_T = TypeVar("_T", str, Quad)


class Sorted(AbstractContextManager["Sorted[_T]"], Generic[_T]):
    """Distinct ``items`` in the order of ``key``, which tells any two of them apart.

    It may be iterated over again and again until it is left.

    Raises:
        KgraphError: if there is no room for temporary files.
    """

    def __init__(self, items: Iterable[_T], key: Callable[[_T], Any]) -> None:
        self._key: Callable[[_T], Any] = key
        self._last: list[_T] = []
        self._files: list[Path] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        rest = iter(items)
        try:
            while part := sorted(set(islice(rest, PART)), key=key):
                if self._last:
                    self._spill(self._last)
                self._last = part
        except OSError as error:
            self.close()
            raise KgraphError(f"no room to sort what is written: {error}") from error
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[_T]:
        if not self._files:
            return iter(self._last)
        streams = [self._read(path) for path in self._files]
        merged = heapq.merge(*streams, self._last, key=self._key)
        return (item for item, _ in groupby(merged))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the temporary files."""
        if self._folder is not None:
            self._folder.cleanup()

    def _spill(self, part: list[_T]) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="kgraph-")
        path = Path(self._folder.name) / str(len(self._files))
        if isinstance(part[0], str):
            with path.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{line}\n" for line in part)
        else:
            serialize(part, str(path), format=RdfFormat.N_QUADS)
        self._files.append(path)

    def _read(self, path: Path) -> Iterator[Any]:
        if isinstance(self._last[0], str):
            with path.open(encoding="utf-8", newline="\n") as file:
                for line in file:
                    yield line[:-1]
        else:
            yield from parse(path=str(path), format=RdfFormat.N_QUADS, lenient=True)
