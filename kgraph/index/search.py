"""Hybrid search: FAISS and BM25, fused by z-scores over the candidates of both.

The lexical side weighs as much as the notes know the query's words: an English question over
Korean notes, which share no word, is ranked by its meaning alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kgraph.index.encoder import Encoder
from kgraph.index.lexical import Lexical
from kgraph.index.recordstore import RecordStore
from kgraph.index.vectors import Vectors
from kgraph.types import Hit, Record, RecordKind

POOL = 200  # candidates that each side brings


class Morphology(Protocol):
    """What the index asks of the morphological analyser."""

    def morphemes(self, text: str) -> list[str]:
        """The content morphemes of ``text``."""
        ...


def build(
    folder: Path,
    records: Sequence[Record],
    vectors: NDArray[np.float32],
    fingerprint: str,
    analyser: Morphology,
) -> None:
    """Write the index of ``records`` and their ``vectors`` (n, d) into the new ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = [record.id for record in records]
    RecordStore.build(folder, records)
    Vectors.build(folder, ids, vectors, fingerprint)
    Lexical.build(folder, ids, [record.embed for record in records], analyser.morphemes)
    for kind in RecordKind:
        of_kind = [record.id for record in records if record.kind is kind]
        np.save(folder / f"{kind}.ids.npy", np.asarray(of_kind, dtype=np.int64))


class Searcher:
    """An index opened for searching; each part is loaded when it is first needed."""

    def __init__(self, folder: Path, encoder: Encoder, analyser: Morphology) -> None:
        self._folder = folder
        self.encoder = encoder
        self._analyser = analyser
        self.query_vector = lru_cache(maxsize=256)(self._encode)

    @classmethod
    def open(cls, folder: Path, encoder: Encoder, analyser: Morphology) -> Searcher:
        """Open the index in ``folder``."""
        return cls(folder, encoder, analyser)

    @cached_property
    def records(self) -> RecordStore:
        """What is shown."""
        return RecordStore(self._folder)

    @cached_property
    def vectors(self) -> Vectors:
        """The dense side."""
        return Vectors.open(self._folder, self.encoder.fingerprint)

    @cached_property
    def lexical(self) -> Lexical:
        """The lexical side."""
        return Lexical.open(self._folder, self._analyser.morphemes)

    def search(
        self, text: str, k: int = 10, kinds: frozenset[RecordKind] | None = None
    ) -> list[Hit]:
        """The ``k`` records nearest to ``text``, best first; ties by id.

        ``kinds`` are chosen inside the search, so ``k`` hits come back where ``k`` exist.
        """
        allowed = self._allowed(kinds)
        query = self.query_vector(text)
        size = max(POOL, k)
        lexical, coverage = self.lexical.scores(text)
        dense_pool = [number for number, _ in self.vectors.search(query, size, allowed)]
        pool = sorted({*dense_pool, *self._best_rows(lexical, size, allowed)})
        dense = self.vectors.scores(query, pool)
        words = np.array([lexical[self.lexical.row[number]] for number in pool], dtype=np.float32)
        fused = _z(dense) + coverage * _z(words)
        order = np.lexsort((np.asarray(pool, dtype=np.int64), -fused))[:k]
        records = self.records.get([pool[i] for i in order])
        return [
            Hit(record, float(fused[i]), float(dense[i]), float(words[i]))
            for record, i in zip(records, order, strict=True)
        ]

    def _encode(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.encoder.encode_queries([text])[0]
        return vector

    def _allowed(self, kinds: frozenset[RecordKind] | None) -> NDArray[np.int64] | None:
        if kinds is None or kinds == frozenset(RecordKind):
            return None
        parts = [np.load(self._folder / f"{kind}.ids.npy") for kind in sorted(kinds)]
        return np.concatenate(parts).astype(np.int64)

    def _best_rows(
        self, scores: NDArray[np.float32], size: int, allowed: NDArray[np.int64] | None
    ) -> list[int]:
        rows = np.flatnonzero(scores > 0)
        if allowed is not None:
            rows = rows[np.isin(self.lexical.ids[rows], allowed)]
        best = rows[np.lexsort((self.lexical.ids[rows], -scores[rows]))][:size]
        return [int(number) for number in self.lexical.ids[best]]


def _z(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Standard scores; all zero where the scores do not differ."""
    spread = float(scores.std()) if len(scores) else 0.0
    if spread < 1e-9:
        return np.zeros_like(scores)
    return np.asarray((scores - scores.mean()) / spread, dtype=np.float32)
