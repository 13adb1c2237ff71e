"""How well a sentence answers a question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from kgraph.ask.cues import QuestionType, of_kinds, offers
from kgraph.ask.forms import TextIndex, form
from kgraph.ask.question import Question, Term
from kgraph.ask.sentences import SentenceUnit

DIRECT, KIN = 1.0, 0.75
SCOPE, NEAR, ABOVE = 0.85, 0.6, 0.6
PART = 0.75
_UNDER_ITS_NAME = 0.15  # what comes first under a heading says what the thing of that name is
_TOLD_AS_ONE = 0.15  # several things are asked for, and here they are together
_KINDS = 0.3  # kinds are asked for, and these are called so
_CODE = 0.12  # what a line of code answers less than one of prose
_MARKS = re.compile(r"[{};()<>\[\]]|//|https?:")
_NUMBERED = re.compile(r"^[\d.)\s]+|[\s?？:]+$")


@dataclass(frozen=True, slots=True)
class Grade:
    """What speaks for a sentence."""

    covered: float  # share of the question's words that it has, 0..1, those around it counting less
    inside: float  # the same, what stands around it left out
    missing: float  # weight of the heaviest word that is nowhere in or around it, 0..1
    cue: float  # -1..1: has it the kind of thing that is asked for
    dense: float  # similarity of meaning, about 0..1
    passage: float  # how well its passage was found, 0..1
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence with what speaks for it."""

    unit: SentenceUnit
    grade: Grade


def weights(question: Question, units: Sequence[SentenceUnit]) -> dict[str, float]:
    """How much each term of the question tells: less the more of the sentences have it."""
    count = len(units)
    found: dict[str, float] = {}
    for term in question.terms:
        having = sum(1 for u in units if held(term, u.words) >= KIN)
        rarity = log((count + 1) / (having + 0.5)) / log(2 * count + 2) if count else 1.0
        found[term.text] = term.weight * (0.35 + 0.65 * max(min(rarity, 1.0), 0.0))
    return found


def held(term: Term, words: TextIndex) -> float:
    """How surely ``words`` has ``term``, 0..1."""
    if words.has(term.direct):
        return DIRECT
    best = KIN if words.has(term.kin) else 0.0
    if term.parts and best < KIN:
        shares = [held(part, words) for part in term.parts]
        best = max(best, PART * sum(shares) / len(shares))
    return best


def grade(
    question: Question,
    unit: SentenceUnit,
    weight: Mapping[str, float],
    passage: float,
    dense: float = 0.0,
) -> Grade:
    """The features of ``unit`` for ``question``; ``dense`` and ``passage`` as in :class:`Grade`."""
    total = sum(weight[t.text] for t in question.terms) or 1.0
    covered = inside = missing = 0.0
    for term in question.terms:
        here = held(term, unit.words)
        best = here
        for share, around in ((SCOPE, unit.scope), (NEAR, unit.near), (ABOVE, unit.above)):
            if best < share:
                best = max(best, share * held(term, around))
        inside += weight[term.text] * here
        covered += weight[term.text] * best
        missing = max(missing, weight[term.text] * (1 - best / ABOVE if best < ABOVE else 0.0))
    cue = offers(question.type, question.text, unit.text)
    return Grade(covered / total, inside / total, missing / total, cue, dense, passage)


def combine(question: Question, unit: SentenceUnit, g: Grade) -> float:
    """The score of a sentence from its grade, about 0..1."""
    score = 0.6 * g.covered + 0.06 * g.inside + 0.28 * g.dense + 0.28 * g.passage
    score += (0.09 if question.type is not QuestionType.LIST else 0.05) * g.cue
    if unit.asks:
        score -= 0.27
    if question.type is QuestionType.DEFINITION and is_headed(question, unit):
        score += _UNDER_ITS_NAME
    if question.type is not QuestionType.COMMAND:
        score -= _CODE * min(len(_MARKS.findall(unit.text)) / (len(unit.text) + 1) / 0.1, 1.0)
    if unit.items:
        score += _TOLD_AS_ONE
        if unit.kinds and of_kinds(question.text):
            score += _KINDS
    if unit.after_question:
        score += 0.1 / unit.after_question
    size = len(unit.text)
    if size < 12:
        score -= 0.1 * (12 - size) / 12
    return score


def is_headed(question: Question, unit: SentenceUnit) -> bool:
    """Whether ``unit`` comes first under a heading that is what ``question`` names."""
    if unit.position or unit.items:
        return False
    heading = form(_NUMBERED.sub("", unit.record.heading.rsplit(" > ", 1)[-1]))
    return bool(heading) and any(heading in term.direct for term in question.terms)
