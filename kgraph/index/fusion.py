"""How the scores of vectors and of words become one.

The constants were set on questions with gold pages and on translations; ``kgraph eval retrieval``
measures what they give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

# A record counts with its page: a passage of 400 characters alone lacks most words of a question
# that its page answers.
PAGE_WORDS = 2.0  # its morphemes, against those of the record itself
PAGE_PAIRS = 1.0  # its pairs of syllables
PAGE_MEANING = 0.5
# Between these shares of the query in its best row, words are believed from not at all to fully.
# Translations of a query reach 0.16 (99 of 100), names that both languages spell alike a little
# more; questions in the notes' language have 0.59 (median; one of 60 less than 0.39).
_CHANCE, _SURE = 0.3, 0.5


def trust(share: float) -> float:
    """The weight of the words against 1 of the vectors, 0..1.

    ``share`` is how much of the query the row that has most of it has. A query in another
    language than the notes meets only stray words in them, and is ranked by its meaning alone.
    """
    return min(max((share - _CHANCE) / (_SURE - _CHANCE), 0.0), 1.0)


def standardised(scores: Floats) -> Floats:
    """``scores`` brought to mean 0 and deviation 1; all 0 if they are all equal."""
    if not len(scores):
        return scores
    wide = scores.astype(np.float64)
    deviation = wide.std()
    if deviation < 1e-9:
        return np.zeros_like(scores, dtype=np.float32)
    return np.asarray((wide - wide.mean()) / deviation, dtype=np.float32)


def fuse(dense: Floats, lexical: Floats, weight: float) -> Floats:
    """The fused scores of candidates that both sides have scored, (n,).

    Where ``weight`` is 0, they rank as ``dense``.
    """
    if weight <= 0:
        return standardised(dense)
    return standardised(dense) + np.float32(weight) * standardised(lexical)
