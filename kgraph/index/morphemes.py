"""The morphemes of many texts: each text analysed once ever, several at a time.

Analysing every record of an index takes as long as building all the rest of it, and an edit
changes few records: what was analysed is kept in the cache, under the text and the analyser.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from kgraph.storage.cache import Cache
from kgraph.storage.fingerprint import morphology_digest

_WINDOW = 20_000  # texts looked up at once
_CHUNK = 1000  # texts analysed at once, and lost if an ingest is stopped
_PARALLEL = 4000  # texts of a window that are worth starting processes for


def key_of(text: str) -> bytes:
    """The cache's key of ``text``."""
    return hashlib.blake2b(f"{morphology_digest()}\0{text}".encode(), digest_size=16).digest()


def morphemes_of(texts: Iterable[str], cache: Cache, used: set[bytes]) -> Iterator[list[str]]:
    """The morphemes of each text, looked up in ``cache`` or analysed and stored there.

    The keys that they are stored under are added to ``used``.
    """
    rest = iter(texts)
    with _Workers() as workers:
        while window := list(islice(rest, _WINDOW)):
            keys = [key_of(text) for text in window]
            used.update(keys)
            found = cache.morphemes(keys)
            todo = {k: text for k, text in zip(keys, window, strict=True) if k not in found}
            chunks = [dict(list(todo.items())[i : i + _CHUNK]) for i in range(0, len(todo), _CHUNK)]
            jobs = [list(chunk.values()) for chunk in chunks]
            for chunk, made in zip(chunks, workers.analyse(jobs), strict=True):
                cache.put_morphemes(list(chunk), made)
                found.update(zip(chunk, made, strict=True))
            yield from (found[key] for key in keys)


class _Workers:
    """Processes that analyse, started when they are worth it."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def analyse(self, jobs: Sequence[list[str]]) -> Iterator[list[list[str]]]:
        """The morphemes of each text of each job."""
        count = min(os.cpu_count() or 1, 4)
        if self._pool is None and count > 1 and sum(map(len, jobs)) >= _PARALLEL:
            self._pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"))
        return self._pool.map(_analyse, jobs) if self._pool else map(_analyse, jobs)


def _analyse(texts: Sequence[str]) -> list[list[str]]:
    from kgraph.extract.morphology import Analyser

    analyser = Analyser.shared()
    return [analyser.morphemes(text) for text in texts]
