"""Words of a vocabulary that look like a word it lacks: misspelt, or run together.

"kubelt" finds kubelet by the three-letter pieces they share; Hangul is compared by its jamo, so
that one wrong vowel is one wrong letter. A word run together from several known ones
("쿠버네티스스케줄러") is first taken apart.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GRAM = 3
_SHORTEST = 4  # letters (jamo) of a word that is looked up; shorter ones look like anything
_LONGEST = 64  # characters of a word that is looked up
_LIKE = 0.6  # Dice coefficient of the pieces from which on two words look alike
_MOST = 3
# Characters of the shortest word that another is taken apart into: syllables, and letters. Shorter
# words of Latin letters make up any misspelling (kube, lt).
_PART, _LATIN_PART = 2, 4


class NearWords:
    """The three-letter pieces of a vocabulary, made when first asked for."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._known = frozenset(words)

    def find(self, word: str) -> list[tuple[str, float]]:
        """Words that ``word``, itself not one of them, may stand for, the likest first.

        Each with its likeness, 0..1; empty if none is like it.
        """
        if len(_letters(word)) < _SHORTEST or len(word) > _LONGEST:
            return []
        parts = self._parts(word)
        return [(part, 1.0) for part in parts] if parts else self._alike(word)

    def _parts(self, word: str) -> list[str]:
        """The fewest known words that make up ``word``, at least two; empty if none do."""
        best: list[list[str] | None] = [[]] + [None] * len(word)
        for end in range(_PART, len(word) + 1):
            for start in range(end - _PART + 1):
                before, part = best[start], word[start:end]
                if before is None or part not in self._known:
                    continue
                if part.isascii() and len(part) < _LATIN_PART:
                    continue
                here = best[end]
                if here is None or len(before) + 1 < len(here):
                    best[end] = [*before, part]
        return list(dict.fromkeys(best[-1] or []))

    def _alike(self, word: str) -> list[tuple[str, float]]:
        places, owners, counts = self._pieces
        pieces = _pieces(word)
        shared = np.zeros(len(self._words), dtype=np.int32)
        for piece in pieces:
            shared[owners[places.get(piece, slice(0, 0))]] += 1
        likeness = 2.0 * shared / (len(pieces) + counts)
        found = np.flatnonzero(likeness >= _LIKE)
        best = found[np.lexsort((found, -likeness[found]))][:_MOST]
        return [(self._words[int(i)], float(likeness[i])) for i in best]

    @cached_property
    def _pieces(self) -> tuple[dict[str, slice], NDArray[np.int32], NDArray[np.int32]]:
        """Where each piece stands among the owners, the words with it, and pieces a word."""
        held: dict[str, list[int]] = {}
        counts = np.zeros(len(self._words), dtype=np.int32)
        for i, word in enumerate(self._words):
            pieces = _pieces(word[:_LONGEST])
            counts[i] = len(pieces)
            for piece in pieces:
                held.setdefault(piece, []).append(i)
        places: dict[str, slice] = {}
        owners: list[int] = []
        for piece, words in held.items():
            places[piece] = slice(len(owners), len(owners) + len(words))
            owners += words
        return places, np.array(owners, dtype=np.int32), counts


def _letters(word: str) -> str:
    return unicodedata.normalize("NFD", word)


def _pieces(word: str) -> frozenset[str]:
    """The distinct pieces of a word; its two ends are marked."""
    letters = f"\x02{_letters(word)}\x03"
    return frozenset(letters[i : i + _GRAM] for i in range(max(len(letters) - _GRAM + 1, 1)))
