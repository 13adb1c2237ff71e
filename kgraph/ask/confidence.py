"""Whether the notes say what is asked: when to answer, and when to be silent.

A logistic model of how well the best sentence covers the question. Its weights were fitted to
questions over notes of ten and thirty posts, and to the same questions with the posts that answer
them taken away; the features are shares and counts, so that they mean the same for any notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from kgraph.ask.cues import STRICT
from kgraph.ask.question import Question
from kgraph.ask.scoring import Scored
from kgraph.text import language

THRESHOLD = 0.5
"""Confidence below which the notes are taken not to say."""

_BIAS = -7.13
_COVERED = 3.85  # words of the question in or around the sentence
_INSIDE = 2.37  # in the sentence itself
_MISSING = -6.24  # the heaviest word that is nowhere near
_KIND = 0.87  # the kind of thing that is asked for: there or not
_WRONG_KIND = 1.0  # no number for how much, no command for which command
_ASKED = -3.87  # the notes ask that themselves, and more closely than anything answers it
_ASKS = -4.78  # the best sentence is a question
_PASSAGE = 3.32  # how well its passage was found
_DENSE = 2.04  # how near its meaning is
_AHEAD = 1.68  # by how much it is better than the next
# Asked in one language and answered in the other: words say less there, and meaning more.
_ACROSS, _MISSING_ACROSS, _DENSE_ACROSS = 0.5, 0.72, 2.69


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
    x += _KIND * g.cue + _ASKED * max(asked - g.inside, 0.0) + _ASKS * best.unit.asks
    if question.type in STRICT and g.cue < 0:
        x += _WRONG_KIND * g.cue
    x += _PASSAGE * g.passage + _DENSE * g.dense
    x += _AHEAD * (g.score - scored[1].grade.score if len(scored) > 1 else 0.0)
    if language(question.text) != language(best.unit.text):
        x += _ACROSS + _MISSING_ACROSS * g.missing + _DENSE_ACROSS * g.dense
    return 1 / (1 + exp(-x))
