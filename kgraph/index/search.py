"""Hybrid search: FAISS and BM25, each record with its page, fused by z-scores over candidates.

The words weigh as much as they are to be trusted (:func:`kgraph.index.fusion.trust`): an English
question over Korean notes, which shares no word with them, is ranked by its meaning alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kgraph.index.asking import without_asking
from kgraph.index.encoder import Encoder
from kgraph.index.fusion import PAGE_MEANING, PAGE_PAIRS, PAGE_WORDS, fuse, trust
from kgraph.index.lexical import Documents, Lexical
from kgraph.index.pages import Pages
from kgraph.index.recordstore import RecordStore
from kgraph.index.rows import KINDS, Dated, Filter, Rows
from kgraph.index.syllables import pairs as syllable_pairs
from kgraph.index.vectorfile import Rows2D
from kgraph.index.vectors import Vectors
from kgraph.types import Hit, Kind, Record, RecordKind

POOL = 200  # candidates that each side brings
_ALL = Filter()
_PASSAGE = KINDS.index(RecordKind.PASSAGE)


class Morphology(Protocol):
    """What the index asks of the morphological analyser."""

    def morphemes(self, text: str) -> list[str]:
        """The content morphemes of ``text``."""
        ...


def build(
    folder: Path,
    records: Iterable[Record],
    vectors: Rows2D,
    fingerprint: str,
    analyser: Morphology,
    posts: Iterable[Dated] = (),
    concepts: Mapping[str, Kind] | None = None,
) -> None:
    """Write the index of ``records`` into the new ``folder``; ``vectors`` (n, d) are in the order
    of their ids.

    ``posts`` are those they stand in and ``concepts`` the kinds of concepts by IRI: what filters
    go by.
    """
    RecordStore.build(folder, records)
    words = map(analyser.morphemes, RecordStore(folder).embeds())
    build_beside(folder, vectors, fingerprint, words, posts, concepts)


def build_beside(
    folder: Path,
    vectors: Rows2D,
    fingerprint: str,
    words: Iterable[Sequence[str]],
    posts: Iterable[Dated] = (),
    concepts: Mapping[str, Kind] | None = None,
) -> None:
    """Write the rest of an index beside the records in ``folder``.

    ``vectors`` (n, d) and ``words``, the morphemes of what is searched, are in the order of their
    ids; ``posts`` and ``concepts`` as of :func:`build`.
    """
    store = RecordStore(folder)
    rows = Rows.build(folder, store, posts, concepts)
    Vectors.build(folder, rows.ids, vectors, fingerprint)
    pages = np.where(rows.kinds == _PASSAGE, rows.posts, -1)
    own = Documents(len(rows))
    whole = Documents(len(rows.known), own)
    for row, (found, page) in enumerate(zip(words, pages, strict=True)):
        numbers = own.add(row, found)
        if page >= 0:
            whole.add_numbered(page, numbers)
    Lexical.build(folder, own, rows.kinds)
    del own  # each is large, and done with
    Pages.save_words(folder, whole)
    del whole
    pairs = Documents(len(rows.known))
    for text, page in zip(store.embeds(), pages, strict=True):
        if page >= 0:
            pairs.add(page, syllable_pairs(text))
    Pages.save_pairs(folder, pairs)
    Pages.save_means(folder, vectors, pages, len(rows.known))


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows that a search considers, ascending, and the parts of their scores, (n,) each.

    A record that is no passage stands for itself: it is its own page.
    """

    rows: NDArray[np.int64]
    cosine: NDArray[np.float32]
    words: NDArray[np.float32]  # BM25
    page_cosine: NDArray[np.float32]
    page_words: NDArray[np.float32]  # BM25, morphemes
    page_pairs: NDArray[np.float32]  # BM25, pairs of syllables
    trust: float  # the weight of the words
    fused: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _ByWords:
    """What the words of a query give each row, (n,), and the rows they tell best, (m,)."""

    own: NDArray[np.float32]
    page: NDArray[np.float32]
    pairs: NDArray[np.float32]
    together: NDArray[np.float32]
    best: NDArray[np.int64]
    trust: float


class Searcher:
    """An index opened for searching; each part is loaded when it is first needed."""

    def __init__(self, folder: Path, encoder: Encoder, analyser: Morphology) -> None:
        self._folder = folder
        self.encoder = encoder
        self._analyser = analyser
        self.query_vector = lru_cache(maxsize=256)(self._encode)
        self._allowed = lru_cache(maxsize=16)(self._mask)
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="kgraph-query")

    @classmethod
    def open(cls, folder: Path, encoder: Encoder, analyser: Morphology) -> Searcher:
        """Open the index in ``folder``."""
        return cls(folder, encoder, analyser)

    @cached_property
    def records(self) -> RecordStore:
        """What is shown."""
        return RecordStore(self._folder)

    @cached_property
    def rows(self) -> Rows:
        """What filters go by."""
        return Rows.load(self._folder)

    @cached_property
    def vectors(self) -> Vectors:
        """The dense side."""
        return Vectors.open(self._folder, self.encoder.fingerprint)

    @cached_property
    def lexical(self) -> Lexical:
        """The lexical side."""
        return Lexical(self._folder)

    @cached_property
    def pages(self) -> Pages:
        """The posts as wholes."""
        return Pages(self._folder)

    def search(
        self,
        text: str,
        k: int = 10,
        kinds: frozenset[RecordKind] | None = None,
        only: Filter = _ALL,
        meaning: str = "",
        *,
        trusted: bool = False,
    ) -> list[Hit]:
        """The ``k`` records nearest to ``text``, best first; ties by id.

        ``kinds`` and ``only`` are applied inside the search, so ``k`` hits come back where ``k``
        exist. ``meaning`` is what the vectors are compared with, if not ``text``: the question
        alone where ``text`` has other names of its words as well. ``trusted`` says that the words
        of ``text`` are the notes' own and count in full.
        """
        if kinds is not None:
            only = replace(only, kinds=only.kinds & kinds if only.kinds else kinds)
            if not only.kinds:
                return []
        found = self.candidates(text, only, max(POOL, k), meaning, trusted=trusted)
        order = np.lexsort((found.rows, -found.fused))[:k]
        records = self.records.get([int(number) for number in self.rows.ids[found.rows[order]]])
        return [
            Hit(
                record,
                score=float(found.fused[i]),
                dense=float(found.cosine[i]),
                lexical=float(found.words[i]),
                page_dense=float(found.page_cosine[i]),
                page_lexical=float(found.page_words[i]),
                page_pairs=float(found.page_pairs[i]),
                trust=found.trust,
            )
            for record, i in zip(records, order, strict=True)
        ]

    def candidates(
        self,
        text: str,
        only: Filter = _ALL,
        size: int = POOL,
        meaning: str = "",
        *,
        trusted: bool = False,
    ) -> Candidates:
        """The ``size`` best rows by vector and by words among those ``only`` lets pass, scored."""
        self._open_all()
        allowed = self._allowed(only)
        # Encoding takes more than half of a search, and lets other threads run meanwhile.
        beside = self._beside.submit(self._by_words, text, size, allowed, trusted)
        query = self.query_vector(meaning or text)
        near, _ = self.vectors.search(query, size, allowed)
        words = beside.result()
        chosen = np.zeros(len(self.rows), dtype=bool)
        chosen[words.best] = True
        chosen[self.rows.places(near)] = True
        pool = np.flatnonzero(chosen)
        cosine = self.vectors.scores(query, self.rows.ids[pool])
        pages = self._page_of_row[pool]
        whole = cosine.copy()
        whole[pages >= 0] = self.pages.meaning(query, pages[pages >= 0])
        dense = cosine + np.float32(PAGE_MEANING) * whole
        fused = fuse(dense, words.together[pool], words.trust)
        parts = (words.own[pool], whole, words.page[pool], words.pairs[pool])
        return Candidates(pool, cosine, *parts, words.trust, fused)

    def _open_all(self) -> None:
        """Open every file that a search reads, in the thread that asks.

        NumPy reads the head of a file with ``ast.literal_eval``, and CPython 3.11 may raise a
        SystemError where two threads parse at once.
        """
        _ = self.vectors, self.lexical, self._page_of_row, self._pageless
        self.pages.open_all()

    def _by_words(
        self, text: str, size: int, allowed: NDArray[np.bool_] | None, trusted: bool
    ) -> _ByWords:
        said = without_asking(text)
        words = self.lexical.read(self._analyser.morphemes(said))
        own = self.lexical.scores(words)
        page = self._of_page(self.pages.lexical.scores(words), own)
        pairs = self._of_page(self.pages.pairs(said), own)
        together = own + np.float32(PAGE_WORDS) * page + np.float32(PAGE_PAIRS) * pairs
        best = self._best(np.where(own > 0, together, np.float32(0)), size, allowed)
        weight = 1.0 if trusted else trust(self.lexical.best_share(words))
        return _ByWords(own, page, pairs, together, best, weight)

    def _of_page(
        self, scores: NDArray[np.float32], own: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """``scores`` of pages for each row, (n,); a row without a page stands for one itself."""
        found = np.append(scores, np.float32(0))[self._page_of_row]
        found[self._pageless] = own[self._pageless]
        return found

    @cached_property
    def _page_of_row(self) -> NDArray[np.int32]:
        return np.where(self.rows.kinds == _PASSAGE, self.rows.posts, -1).astype(np.int32)

    @cached_property
    def _pageless(self) -> NDArray[np.int64]:
        return np.flatnonzero(self._page_of_row < 0)

    def _encode(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.encoder.encode_queries([text])[0]
        return vector

    def _mask(self, only: Filter) -> NDArray[np.bool_] | None:
        mask = self.rows.mask(only)
        return None if mask.all() else mask

    def _best(
        self, scores: NDArray[np.float32], size: int, allowed: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        """The ``size`` allowed rows with the best scores above 0."""
        rows = np.flatnonzero(scores > 0 if allowed is None else (scores > 0) & allowed)
        if len(rows) > size:
            least = np.partition(scores[rows], len(rows) - size)[len(rows) - size]
            rows = rows[scores[rows] >= least]
        return rows[np.lexsort((rows, -scores[rows]))][:size]
