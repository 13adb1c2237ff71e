"""The morphemes of many texts: each text analysed once ever, several at a time.

Analysing every record of an index takes as long as building all the rest of it, and an edit
changes few records: what was analysed is kept in the cache, under the text and the analyser.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from kgraph.storage.cache import Cache
from kgraph.storage.fingerprint import morphology_digest

_CHUNK = 1000  # texts analysed at once, and lost if an ingest is stopped
_PARALLEL = 4000  # texts that are worth starting processes for


class KnownMorphemes:
    """An analyser that looks up the texts it was made for and analyses only others."""

    def __init__(self, known: dict[str, list[str]], other: Callable[[str], list[str]]) -> None:
        self._known = known
        self._other = other

    def morphemes(self, text: str) -> list[str]:
        """The content morphemes of ``text``."""
        found = self._known.get(text)
        return self._other(text) if found is None else found


def keys_of(texts: Iterable[str]) -> dict[bytes, str]:
    """The cache's keys of ``texts``, each text once."""
    salt = morphology_digest()
    return {
        hashlib.blake2b(f"{salt}\0{text}".encode(), digest_size=16).digest(): text for text in texts
    }


def analyse(texts: dict[bytes, str], cache: Cache) -> dict[str, list[str]]:
    """The morphemes of every text, looked up in ``cache`` or analysed and stored there.

    ``texts`` are by their keys (:func:`keys_of`).
    """
    stored = cache.morphemes(list(texts))
    known = {texts[key]: words for key, words in stored.items()}
    todo = [key for key in texts if key not in stored]
    chunks = [todo[i : i + _CHUNK] for i in range(0, len(todo), _CHUNK)]
    jobs = [[texts[key] for key in chunk] for chunk in chunks]
    workers = min(os.cpu_count() or 1, 4)
    pool = None
    results: Iterator[list[list[str]]] = map(_analyse, jobs)
    if workers > 1 and len(todo) >= _PARALLEL:
        pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
        results = pool.map(_analyse, jobs)
    try:
        for chunk, job, made in zip(chunks, jobs, results, strict=True):
            cache.put_morphemes(chunk, made)
            known.update(zip(job, made, strict=True))
    finally:
        if pool:
            pool.shutdown(wait=True, cancel_futures=True)
    return known


def _analyse(texts: Sequence[str]) -> list[list[str]]:
    from kgraph.extract.morphology import Analyser

    analyser = Analyser.shared()
    return [analyser.morphemes(text) for text in texts]
