"""Whether the notes say what is asked: when to answer, and when to be silent."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from kgraph.ask.question import Question
from kgraph.ask.scoring import Grade
from kgraph.types import Hit


def confidence(question: Question, best: Grade | None, fact: float, hits: Sequence[Hit]) -> float:
    """How sure it is that the notes answer ``question``, 0..1.

    Args:
        question: as it was read.
        best: the grade of the sentence that answers best.
        fact: the score of the best statement of the graph, 0 if there is none.
        hits: the passages found.
    """
    if best is None or not hits:
        return 0.0
    dense = max(hit.dense for hit in hits)
    x = (
        4 * (best.covered - 0.45)
        + 3 * (best.dense - 0.5)
        - 3 * (best.missing - 0.15)
        + 1.0 * best.cue
    )
    x += 12 * (dense - 0.83) + 2 * max(fact - 0.55, 0)
    return 1 / (1 + exp(-x))
