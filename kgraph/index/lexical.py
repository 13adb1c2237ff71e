"""BM25 over morphemes: what shares words with a query, identifiers whole.

bm25s computes the score of every word in every row once, when the index is built. A query only
adds up columns of that matrix, so they are read here: importing bm25s takes longer than a search.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from kgraph.errors import IndexMismatchError
from kgraph.index.nearwords import NearWords

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scores = NDArray[np.float32]
    _Columns = tuple[Scores, NDArray[np.int32], NDArray[np.int64]]
    """Scores, their rows, and where each column starts."""

K1, B = 1.2, 0.75
_FORMAT = 4
_META, _WORDS = "lexical.json", "lexical.words"
_ARRAYS = ("data", "indices", "indptr")
_MERGED = 4096  # columns merged at once


class _Meta(msgspec.Struct, frozen=True):
    format: int
    rows: int
    words: int
    k1: float
    b: float


class Documents:
    """The words of rows 0..n-1, each word held once: what an index is made of."""

    def __init__(self, rows: int, like: Documents | None = None) -> None:
        """Empty rows; their words are numbered as those of ``like``."""
        self._numbers: defaultdict[str, int] = defaultdict() if like is None else like._numbers
        self._numbers.default_factory = self._numbers.__len__  # a new word has the next number
        self._rows = [array("i") for _ in range(rows)]

    @classmethod
    def of(cls, documents: Sequence[Iterable[str]]) -> Documents:
        """The words of each of ``documents``."""
        made = cls(len(documents))
        for row, words in enumerate(documents):
            made.add(row, words)
        return made

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: int, words: Iterable[str]) -> array[int]:
        """Add ``words`` to a row; returns their numbers."""
        numbers = array("i", map(self._numbers.__getitem__, words))
        self._rows[row] += numbers
        return numbers

    def add_numbered(self, row: int, numbers: array[int]) -> None:
        """Add words that ``like`` has numbered to a row."""
        self._rows[row] += numbers

    def sorted(self) -> tuple[list[str], list[array[int]]]:
        """All words, sorted, and the places of each row's words among them; ends the adding."""
        used = np.zeros(len(self._numbers), dtype=bool)
        for row in self._rows:
            used[np.frombuffer(row, dtype=np.intc)] = True
        words = sorted(word for word, number in self._numbers.items() if used[number])
        place = np.full(len(used), -1, dtype=np.intc)
        place[[self._numbers[word] for word in words]] = np.arange(len(words), dtype=np.intc)
        for i, row in enumerate(self._rows):
            self._rows[i] = array("i", place[np.frombuffer(row, dtype=np.intc)].tobytes())
        return words, self._rows


class Lexical:
    """A read-only BM25 index over rows 0..n-1; made once by :meth:`build`."""

    def __init__(self, folder: Path) -> None:
        """Open the index in ``folder``, memory-mapped.

        Raises:
            IndexMismatchError: it is missing, damaged or of another format.
        """
        self._folder = folder
        try:
            self._meta = msgspec.json.decode((folder / _META).read_bytes(), type=_Meta)
            if self._meta.format != _FORMAT:
                raise ValueError(f"format {self._meta.format}, this kgraph reads {_FORMAT}")
            self._scores, self._rows, self._starts = (
                np.load(folder / f"lexical.{name}.npy", mmap_mode="r") for name in _ARRAYS
            )
            text = (folder / _WORDS).read_text("utf-8")
            words = text.split("\n") if text else []
            if not len(words) == len(self._starts) - 1 == self._meta.words:
                raise ValueError("its files do not belong together")
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            raise IndexMismatchError(
                f"The lexical index in {folder} cannot be read ({error})."
                " Run: kgraph ingest --rebuild"
            ) from error
        self._columns = {word: column for column, word in enumerate(words)}

    @staticmethod
    def build(
        folder: Path,
        documents: Documents,
        groups: NDArray[np.integer[Any]] | None = None,
        k1: float = K1,
        b: float = B,
    ) -> None:
        """Write an index of ``documents`` into ``folder``.

        ``groups`` (n,) says which of them are of a kind: how long a document is and how rare a
        word counts among its like. Beside names of three words every passage would be too long.
        """
        folder.mkdir(parents=True, exist_ok=True)
        words, rows = documents.sorted()
        columns = {word: column for column, word in enumerate(words)}
        kinds = np.zeros(len(rows), np.int64) if groups is None else np.asarray(groups)
        scores, held, starts = _weigh(rows, columns, kinds, k1, b)
        np.save(folder / "lexical.data.npy", scores, allow_pickle=False)
        np.save(folder / "lexical.indices.npy", held, allow_pickle=False)
        np.save(folder / "lexical.indptr.npy", starts, allow_pickle=False)
        (folder / _WORDS).write_text("\n".join(words), "utf-8", newline="\n")
        meta = _Meta(_FORMAT, len(documents), len(words), k1, b)
        (folder / _META).write_bytes(msgspec.json.encode(meta))

    def __len__(self) -> int:
        return self._meta.rows

    def read(self, words: Sequence[str]) -> list[dict[str, float]]:
        """For each distinct word of a query the words of the index that may stand for it.

        A word that the index has stands for itself; another for the parts it is run together
        from, or for the words it looks like, with their likeness 0..1; or for none.
        """
        read: list[dict[str, float]] = []
        for word in dict.fromkeys(words):
            read.append({word: 1.0} if word in self._columns else dict(self._near.find(word)))
        return read

    def scores(self, query: Sequence[Mapping[str, float]]) -> Scores:
        """The BM25 score of every row, (n,), for a query as :meth:`read` returns it."""
        scores = np.zeros(len(self), dtype=np.float32)
        for column, weight in self._known(query).items():
            part = self._part(column)
            # A row stands in a column once, so the assignment adds to each just once.
            scores[self._rows[part]] += self._scores[part] * np.float32(weight)
        return scores

    def best_share(self, query: Sequence[Mapping[str, float]]) -> float:
        """How much of ``query``, by the weight of its words, the row that has most of it has: 0..1.

        This tells words that meet by chance, a few here and a few there, from a query that is
        put in the notes' own words.
        """
        unknown = self._idf(0)
        whole = sum(max((self._weight(word) for word in words), default=unknown) for words in query)
        held = np.zeros(len(self), dtype=np.float32)
        for column, weight in self._known(query).items():
            part = self._part(column)
            held[self._rows[part]] += np.float32(weight * self._idf(part.stop - part.start))
        return min(float(held.max(initial=0.0)) / whole, 1.0) if whole else 0.0

    def _known(self, query: Sequence[Mapping[str, float]]) -> dict[int, float]:
        """The columns of a query's words and their weights; a word named twice counts once."""
        weights: dict[int, float] = {}
        for words in query:
            for word, weight in words.items():
                column = self._columns.get(word)
                if column is not None:
                    weights[column] = max(weights.get(column, 0.0), weight)
        return weights

    def _part(self, column: int) -> slice:
        return slice(int(self._starts[column]), int(self._starts[column + 1]))

    def _weight(self, word: str) -> float:
        column = self._columns.get(word)
        if column is None:
            return self._idf(0)
        part = self._part(column)
        return self._idf(part.stop - part.start)

    def _idf(self, held: int) -> float:
        """How telling a word is that ``held`` rows have."""
        return math.log1p((len(self) - held + 0.5) / (held + 0.5))

    @cached_property
    def _near(self) -> NearWords:
        return NearWords(list(self._columns))


def _weigh(
    rows: Sequence[array[int]],
    columns: dict[str, int],
    kinds: NDArray[np.integer[Any]],
    k1: float,
    b: float,
) -> _Columns:
    """The BM25 scores by column."""
    if not any(rows):
        return np.empty(0, np.float32), np.empty(0, np.int32), np.zeros(1, np.int64)
    import bm25s

    parts: list[_Columns] = []
    for kind in np.unique(kinds):
        members = np.flatnonzero(kinds == kind).astype(np.int32)
        said = [rows[int(row)] for row in members]
        if not any(said):
            continue
        engine = bm25s.BM25(method="lucene", k1=k1, b=b)
        engine.index((said, columns), create_empty_token=False, show_progress=False)
        scores, places, starts = (engine.scores[name] for name in _ARRAYS)
        starts = np.asarray(starts, dtype=np.int64)
        parts.append((scores.astype(np.float32), members[places], starts))
        del engine, scores, places
    return _merged(parts, len(columns))


def _merged(parts: Sequence[_Columns], columns: int) -> _Columns:
    """The rows of all ``parts`` in each column, ascending."""
    edges = np.sum([starts for _, _, starts in parts], axis=0)
    scores = np.empty(int(edges[-1]), dtype=np.float32)
    rows = np.empty(int(edges[-1]), dtype=np.int32)
    for first in range(0, columns, _MERGED):
        last = min(first + _MERGED, columns)
        slices = [slice(starts[first], starts[last]) for _, _, starts in parts]
        lengths = [np.diff(starts[first : last + 1]) for _, _, starts in parts]
        column = np.concatenate([np.repeat(np.arange(last - first), many) for many in lengths])
        row = np.concatenate([part[1][here] for part, here in zip(parts, slices, strict=True)])
        score = np.concatenate([part[0][here] for part, here in zip(parts, slices, strict=True)])
        order = np.lexsort((row, column))
        rows[edges[first] : edges[last]] = row[order]
        scores[edges[first] : edges[last]] = score[order]
    return scores, rows, edges
