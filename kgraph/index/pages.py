"""What each post as a whole says: the words of all its passages, and their mean vector.

A question is often put in words of which the answering passage has only some; the rest stand
elsewhere on its page. Passages are therefore ranked with their page. Its words are its morphemes,
and pairs of syllables beside them (:mod:`kgraph.index.syllables`): there are so few pages that the
pairs cost nothing.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kgraph.errors import IndexMismatchError
from kgraph.index.lexical import Documents, Lexical
from kgraph.index.syllables import pairs as syllable_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgraph.index.vectorfile import Rows2D

    Floats = NDArray[np.float32]

_FOLDER, _PAIRS, _MEANS = "pages", "pairs", "means.npy"
_CHUNK = 32_768  # vectors read at once
_K1, _B = 1.2, 0.5  # pages differ in length because they say more, not because they repeat it


class Pages:
    """The pages of an index by their place among its posts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / _FOLDER

    @staticmethod
    def save_words(folder: Path, words: Documents) -> None:
        """Write the morphemes of each page."""
        Lexical.build(folder / _FOLDER, words, k1=_K1, b=_B)

    @staticmethod
    def save_pairs(folder: Path, pairs: Documents) -> None:
        """Write the pairs of syllables of each page."""
        Lexical.build(folder / _FOLDER / _PAIRS, pairs, k1=_K1, b=_B)

    @staticmethod
    def save_means(folder: Path, vectors: Rows2D, pages: NDArray[np.int32], count: int) -> None:
        """Write the mean vector of each of ``count`` pages.

        Args:
            folder: of the index.
            vectors: of each row, (n, d).
            pages: the page of each row, (n,), -1 for what is no passage.
            count: of pages.
        """
        means = np.zeros((count, vectors.shape[1]), dtype=np.float64)
        for start in range(0, len(pages), _CHUNK):
            here = pages[start : start + _CHUNK]
            rows = np.flatnonzero(here >= 0)
            if len(rows):
                rows = rows[np.argsort(here[rows], kind="stable")]
                there, first = np.unique(here[rows], return_index=True)
                found = vectors[start : start + _CHUNK][rows].astype(np.float64)
                means[there] += np.add.reduceat(found, first)
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        means /= np.where(lengths > 0, lengths, 1.0)
        np.save(folder / _FOLDER / _MEANS, means.astype(np.float32), allow_pickle=False)

    def open_all(self) -> None:
        """Open every file; each is otherwise opened when it is first needed."""
        _ = self.lexical, self._pairs, self._means

    @cached_property
    def lexical(self) -> Lexical:
        """The pages' morphemes."""
        return Lexical(self._folder)

    @cached_property
    def _pairs(self) -> Lexical:
        return Lexical(self._folder / _PAIRS)

    def pairs(self, text: str) -> Floats:
        """The BM25 score of each page for the pairs of syllables of ``text``, (pages,)."""
        return self._pairs.scores([{pair: 1.0} for pair in dict.fromkeys(syllable_pairs(text))])

    @cached_property
    def _means(self) -> Floats:
        try:
            means: Floats = np.load(self._folder / _MEANS, mmap_mode="r")
        except (OSError, ValueError) as error:
            raise IndexMismatchError(
                f"{self._folder / _MEANS} cannot be read. Run: kgraph ingest --rebuild"
            ) from error
        return means

    def meaning(self, query: Floats, pages: NDArray[np.int32]) -> Floats:
        """The cosine of ``query`` (d,) with each of ``pages`` (n,), (n,)."""
        distinct, back = np.unique(pages, return_inverse=True)
        scores = np.einsum("ij,j->i", self._means[distinct], query)
        return np.asarray(scores[back], dtype=np.float32)
