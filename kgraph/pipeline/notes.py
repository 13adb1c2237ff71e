"""All posts of a build, read part by part: of what they say no more is held than is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

from kgraph.config import Settings
from kgraph.errors import ReadError
from kgraph.pipeline.entries import Entry
from kgraph.pipeline.inputs import Input
from kgraph.pipeline.prepare import prepare
from kgraph.storage.cache import CUTS, EXTRACTIONS, HEADS, TEXTS, Cache, Cut, Head, Part, pack
from kgraph.types import Extraction, Post

_T = TypeVar("_T")
_HELD = 4_000_000  # characters; what they say takes about 100 bytes each
_FILES = 4  # read at once: posts of one file stand side by side in any order


class Shelf:
    """What files gave, from the cache; what is damaged there is made again."""

    def __init__(self, cache: Cache, settings: Settings) -> None:
        self._cache = cache
        self._settings = settings

    def heads(self, file: Input) -> tuple[tuple[Head, ...], str]:
        """The posts of a file, or why there are none."""
        found = self._cache.prepared(file.key, HEADS)
        if found is not None:
            return found, ""
        made, reason = prepare(file.file, self._settings, file.form or None)
        if made is None:
            return (), reason
        self._cache.put_prepared(file.key, pack(made))
        return made.heads, ""

    def part(self, file: Input, part: Part[_T]) -> _T:
        """A part of what a file gave.

        Raises:
            ReadError: it is damaged, and cannot be made any more.
        """
        found = self._cache.prepared(file.key, part)
        if found is None:
            made, reason = prepare(file.file, self._settings, file.form or None)
            if made is None:
                raise ReadError(f"{file.file.name} is not what it was ({reason}): ingest again")
            self._cache.put_prepared(file.key, pack(made))
            found = self._cache.prepared(file.key, part)
            assert found is not None
        return found


class Again(Generic[_T]):
    """Items that are made anew each time they are gone through."""

    def __init__(self, make: Callable[[], Iterator[_T]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[_T]:
        return self._make()


class Notes:
    """The posts of ``entries``."""

    def __init__(self, entries: Sequence[Entry], shelf: Shelf) -> None:
        self._shelf = shelf
        self._entries = entries
        self._by_id = sorted(entries, key=lambda entry: entry.post.id)
        self.infos = [entry.post for entry in self._by_id]
        """Each post without its text, by id."""
        self.by_file: dict[str, tuple[tuple[str, str], ...]] = {}
        """Ids and hashes of the posts of each file, in its order, by the file's key."""
        for entry in entries:
            found = (entry.post.id, entry.post.sha256)
            self.by_file[entry.file.key] = (*self.by_file.get(entry.file.key, ()), found)

    @property
    def heads(self) -> Iterable[Post]:
        """Each post with only its links, by id."""
        return Again(lambda: (head.post for _, head in self._each(HEADS)))

    @property
    def texts(self) -> Iterable[str]:
        """The text of each post, by id."""
        return Again(lambda: (text for _, text in self._each(TEXTS)))

    @cached_property
    def extractions(self) -> Iterable[Extraction]:
        """What each post says, by id."""
        again = Again(lambda: (said for _, said in self._each(EXTRACTIONS)))
        return list(again) if self.few else again

    @property
    def few(self) -> bool:
        """Whether all that they say may be held in memory at once: that is faster."""
        return sum(entry.size for entry in self._entries) <= _HELD

    @property
    def cuts(self) -> Iterable[Cut]:
        """The passages of each post, by id."""
        return Again(lambda: (cut for _, cut in self._each(CUTS)))

    def _each(self, part: Part[tuple[_T, ...]]) -> Iterator[tuple[Entry, _T]]:
        read = lru_cache(_FILES)(lambda file: self._shelf.part(file, part))
        for entry in self._by_id:
            yield entry, read(entry.file)[entry.place]
