"""BM25 over morphemes: what shares words with a query, identifiers whole.

bm25s computes the scores of every word in every record when the index is built. A query only adds
up columns of that matrix, so it reads bm25s's files itself: importing bm25s takes longer than the
search.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from kgraph.errors import IndexMismatchError

Tokenise = Callable[[str], list[str]]
_IDS, _BM25, _COUNTS = "lexical.ids.npy", "bm25", "lexical.counts.json"


@dataclass(frozen=True, slots=True)
class Columns:
    """The scores of words in rows, column by column, as bm25s wrote them; memory-mapped."""

    vocabulary: dict[str, int]
    starts: NDArray[np.int32]  # (words + 1,)
    rows: NDArray[np.int32]  # (entries,)
    scores: NDArray[np.float32]  # (entries,)

    @classmethod
    def load(cls, folder: Path) -> Columns:
        """Read what ``bm25s.BM25.save`` wrote into ``folder``."""
        starts, rows, scores = (
            np.load(folder / f"{name}.csc.index.npy", mmap_mode="r")
            for name in ("indptr", "indices", "data")
        )
        vocabulary = msgspec.json.decode(
            (folder / "vocab.index.json").read_bytes(), type=dict[str, int]
        )
        return cls(vocabulary, starts, rows, scores)

    def add(self, words: Sequence[str], to: NDArray[np.float32]) -> None:
        """Add the scores of each row for ``words``, which must be known, to ``to``."""
        for word in words:
            column = self.vocabulary[word]
            part = slice(self.starts[column], self.starts[column + 1])
            to[self.rows[part]] += self.scores[part]


class Lexical:
    """A BM25 index opened for searching; its rows are in the order of ``ids``."""

    def __init__(
        self,
        ids: NDArray[np.int64],
        columns: Columns | None,
        counts: dict[str, int],
        tokenise: Tokenise,
    ) -> None:
        self.ids = ids
        self.row = {int(number): row for row, number in enumerate(ids)}
        self._columns = columns
        self._counts = counts
        self._tokenise = tokenise

    @staticmethod
    def build(folder: Path, ids: Sequence[int], texts: Sequence[str], tokenise: Tokenise) -> None:
        """Index ``texts`` under ``ids`` and write the index into ``folder``."""
        import bm25s

        tokens = [tokenise(text) for text in texts]
        counts: dict[str, int] = {}
        for words in tokens:
            for word in sorted(set(words)):
                counts[word] = counts.get(word, 0) + 1
        np.save(folder / _IDS, np.asarray(ids, dtype=np.int64))
        (folder / _COUNTS).write_bytes(msgspec.json.encode(dict(sorted(counts.items()))))
        if counts:
            engine = bm25s.BM25()
            engine.index(tokens, show_progress=False)
            engine.save(folder / _BM25, show_progress=False)

    @classmethod
    def open(cls, folder: Path, tokenise: Tokenise) -> Lexical:
        """Open the index in ``folder``.

        Raises:
            IndexMismatchError: it is missing or damaged.
        """
        try:
            ids = np.load(folder / _IDS)
            counts = msgspec.json.decode((folder / _COUNTS).read_bytes(), type=dict[str, int])
            columns = Columns.load(folder / _BM25) if counts else None
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            raise IndexMismatchError(
                f"The lexical index in {folder} cannot be read. Run: kgraph ingest --rebuild"
            ) from error
        return cls(ids, columns, counts, tokenise)

    def scores(self, query: str) -> tuple[NDArray[np.float32], float]:
        """BM25 of every row (n,), and the share of the query's weight that the notes know, 0..1."""
        words = list(dict.fromkeys(self._tokenise(query)))
        known = [word for word in words if word in self._counts]
        scores = np.zeros(len(self.ids), dtype=np.float32)
        if not known or self._columns is None:
            return scores, 0.0
        most = self._weight(0)
        covered = sum(self._weight(self._counts[word]) for word in known)
        whole = covered + most * (len(words) - len(known))
        self._columns.add(known, scores)
        return scores, covered / whole if whole else 0.0

    def _weight(self, count: int) -> float:
        """How telling a word is that stands in ``count`` records."""
        return math.log(1 + (len(self.ids) - count + 0.5) / (count + 0.5))
