"""Whether the notes say what is asked: when to answer, and when to be silent.

A logistic model of how well the best sentence covers the question. Its weights were fitted to
questions written for the purpose, answerable and not, over notes of ten and thirty posts; the
features are shares and counts, so that they mean the same for any notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from kgraph.ask.cues import STRICT
from kgraph.ask.question import Question
from kgraph.ask.scoring import Scored

THRESHOLD = 0.5
"""Confidence below which the notes are taken not to say."""

_BIAS = -3.34
_COVERED = 3.07  # words of the question in or around the sentence
_INSIDE = 2.44  # in the sentence itself
_MISSING = -5.19  # the heaviest word that is nowhere near
_KIND = 1.43  # a number for how much, a command for which command: there or not
_ASKED = -14.7  # the notes ask that themselves, and more closely than anything answers it
_ASKS = -5.1  # the best sentence is a question
_SHORT = -4.41  # the fewer words a question has, the less their being there says
_PASSAGE = 2.63  # how well its passage was found


def confidence(question: Question, scored: Sequence[Scored]) -> float:
    """How sure it is that the notes answer ``question``, 0..1.

    Args:
        question: as it was read.
        scored: the sentences, best first.
    """
    if not scored or not question.terms:
        return 0.0
    best = scored[0]
    g = best.grade
    asked = max((s.grade.inside for s in scored if s.unit.asks), default=0.0)
    x = _BIAS + _COVERED * g.covered + _INSIDE * g.inside + _MISSING * g.missing
    x += _KIND * g.cue * (question.type in STRICT)
    x += _ASKED * max(asked - g.inside, 0.0) + _ASKS * best.unit.asks
    x += _SHORT / (1 + len(question.terms)) + _PASSAGE * g.passage
    return 1 / (1 + exp(-x))
