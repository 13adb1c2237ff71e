"""Whether the notes say what is asked: when to answer, and when to be silent.

A logistic model of how well the best sentence covers the question. Its weights were fitted to
questions over notes of ten and thirty posts, and to the same questions with the posts that answer
them taken away; the features are shares and counts, so that they mean the same for any notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from kgraph.ask.cues import STRICT, QuestionType
from kgraph.ask.question import Question
from kgraph.ask.scoring import Scored, held
from kgraph.text import language

THRESHOLD = 0.45
"""Confidence below which the notes are taken not to say."""

_BIAS = -9.35
_COVERED = 4.64  # words of the question in or around the sentence
_INSIDE = 2.27  # in the sentence itself
_MISSING = -4.05  # the heaviest word that is nowhere near
_UNSEEN = -2.39  # the heaviest word that is nowhere near any of the sentences
_KIND = 1.69  # the kind of thing that is asked for: there or not
_STRICT = -0.5  # less of it for what is told by its looks: a number, a command
_ASKED = -1.43  # the notes ask that themselves, and more closely than anything answers it
_ASKS = -5.95  # the best sentence is a question
_SHORT = -1.39  # little is asked, and little found is much of it: 1 / (1 + words)
_PASSAGE = 4.42  # how well its passage was found
_DENSE = 2.08  # how near its meaning is
_AHEAD = 2.25  # by how much it is better than the next
_YES_OR_NO = 1.14
# Asked in one language and answered in the other: words say less there, and meaning more.
_ACROSS, _DENSE_ACROSS = 1.53, 1.58


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
    x += _UNSEEN * _unseen(question, scored)
    x += (_KIND + (_STRICT if question.type in STRICT else 0.0)) * g.cue
    x += _ASKED * max(asked - g.inside, 0.0) + _ASKS * best.unit.asks
    x += _SHORT / (1 + len(question.terms))
    x += _PASSAGE * g.passage + _DENSE * g.dense
    x += _AHEAD * (g.score - scored[1].grade.score if len(scored) > 1 else 0.0)
    if question.type is QuestionType.YESNO:
        x += _YES_OR_NO
    if language(question.text) != language(best.unit.text):
        x += _ACROSS + _DENSE_ACROSS * g.dense
    return 1 / (1 + exp(-x))


def _unseen(question: Question, scored: Sequence[Scored]) -> float:
    """The share of the question's heaviest word that none of the sentences has near it, 0..1."""
    total = sum(term.weight for term in question.terms)
    places = [(s.unit.words, s.unit.scope, s.unit.near, s.unit.above) for s in scored]
    return max(
        term.weight * (1 - max(held(term, text) for texts in places for text in texts)) / total
        for term in question.terms
    )
