"""Whether the notes say what is asked: when to answer, and when to be silent.

A logistic model of how well the best sentences cover the question. What it goes by
(:func:`signs`) are shares and counts, so that they mean the same for any notes, and no ranks: a
rank turns with the encoder's rounding, which differs from CPU to CPU. The weights are those that
``tools/fit_silence.py`` finds: fitted to questions over several sets of notes, to the same
questions with the posts that answer them taken away, and all of that with every vector a little
off. The tool also tells what each set of notes gets from weights that were fitted without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from kgraph.ask.cues import STRICT, QuestionType
from kgraph.ask.question import Question, Term
from kgraph.ask.scoring import ABOVE, Scored, held
from kgraph.text import language

THRESHOLD = 0.44
"""Confidence below which the notes are taken not to say."""

BIAS = -9.22
WEIGHTS = {
    "covered": 5.07,
    "covered_most": 4.49,
    "missing": -3.28,
    "lost": -4.88,
    "kind": 0.72,
    "no_kind": -6.89,
    "asks": -6.64,
    "asked": -11.70,
    "short": -10.19,
    "passage": 3.88,
    "meaning": 1.78,
    "ahead": 3.22,
    "yes_or_no": 1.03,
    "across": 1.27,
    "meaning_across": 1.18,
    "stated": 1.97,
}

Signs = dict[str, float]


def signs(question: Question, scored: Sequence[Scored], stated: float) -> Signs:
    """What the silence is judged by; empty if nothing was asked or found.

    Args:
        question: as it was read.
        scored: the sentences, best first.
        stated: how well a statement's query matched the question, 0..1 (its structure).
    """
    if not scored or not question.terms:
        return {}
    best, beside = scored[0], scored[:2]
    g = best.grade
    across = question.lang != language(best.unit.text)
    cue = max(s.grade.cue for s in beside)
    strict = question.type in STRICT
    asked = max((s.grade.inside for s in scored if s.unit.asks), default=0.0)
    return {
        # words of the question in or around the best sentence; most of them in any of the first
        "covered": g.covered,
        "covered_most": max(s.grade.covered for s in scored[:5]),
        # the heaviest word that is nowhere near the best sentence
        "missing": g.missing,
        # words that are nowhere near any of the sentences, though they would be known there
        "lost": _lost(question, scored, across),
        # the kind of thing that is asked for is there, or is not and must be: a number, a command
        "kind": 0.0 if strict else max(cue, 0.0),
        "no_kind": float(strict and cue < 0),
        # the best sentence asks; the notes ask that themselves, more closely than they answer it
        "asks": float(best.unit.asks),
        "asked": max(asked - g.inside, 0.0),
        # little is asked, and little found is much of it
        "short": 1 / (1 + len(question.terms)),
        "passage": g.passage,
        "meaning": g.dense,
        # by how much the best sentence is better than the next
        "ahead": g.score - scored[1].grade.score if len(scored) > 1 else 0.0,
        "yes_or_no": float(question.type is QuestionType.YESNO),
        # asked in one language and answered in the other: meaning says more there
        "across": float(across),
        "meaning_across": g.dense if across else 0.0,
        "stated": stated,
    }


def confidence(found: Signs) -> float:
    """How sure it is that the notes answer, 0..1, by the signs."""
    if not found:
        return 0.0
    return 1 / (1 + exp(-BIAS - sum(WEIGHTS[name] * value for name, value in found.items())))


def _lost(question: Question, scored: Sequence[Scored], across: bool) -> float:
    """The share of the question's words that no sentence has near it, 0..1.

    In the other language a word counts only if its translation is known.
    """
    total = sum(term.weight for term in question.terms)
    lost = 0.0
    for term in question.terms:
        if across and not term.kin and len(term.direct) < 2:
            continue
        best = max(_near(term, s) for s in scored)
        lost += term.weight * (1 - min(best / ABOVE, 1.0))
    return lost / total


def _near(term: Term, scored: Scored) -> float:
    unit = scored.unit
    return max(held(term, text) for text in (unit.words, unit.scope, unit.near, unit.above))
