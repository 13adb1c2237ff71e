"""Answers from passages: the sentence or two that answer, chosen among those retrieved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kgraph.ask.cues import QuestionType
from kgraph.ask.forms import forms
from kgraph.ask.lists import items, lists, name
from kgraph.ask.phrasing import LONGEST, led, shorten
from kgraph.ask.question import Question
from kgraph.ask.scoring import Scored, combine, grade, held
from kgraph.ask.sentences import SentenceUnit
from kgraph.ask.templates import subjects_at
from kgraph.ask.tools import Ranked, Tools, near
from kgraph.index.fusion import fuse
from kgraph.text import language
from kgraph.types import Answer, Citation, Hit

_FAR = 10.0  # deviations behind the best from which on a passage counts as not found
_KEPT = 10  # sentences that are weighed to the end
_COMPARED = 8  # of them, whose meaning is compared at most
_STEP = 2  # of them at a time, side by side
_MEANING_GIVES = 0.2  # what a sentence's score seldom gains by its meaning
_PASSAGE_SAYS = 0.8  # how much of its passage's nearness a sentence has that was not compared
_TOLD = 5  # sentences that become answers
_NEARLY = 0.7  # of a sentence's score, for the one beside it to be told with it
_POINTS = re.compile(
    r"(?<![가-힣])[이그](?:거|걸|게|것|를|때|놈)"
    r"|(?<![가-힣])[이그] (?:값|방식|방법|기능|설정|옵션|함수|명령|도구|과정|상태|때)"
    r"|^\W*(?:it|this|these|that|they)\b",
    re.IGNORECASE,
)
_FOLLOWS, _SAME_PASSAGE = 0.2, 0.05  # what a second question's answer gains near the first's


def by_themselves(hits: Sequence[Hit], count: int) -> list[tuple[Hit, float]]:
    """The ``count`` best passages by what they say themselves, each with how near it comes to the
    best, 0..1: retrieval ranks them with the page they stand in.

    How near is told by scores, not by rank: two passages that score alike are worth the same,
    whichever the encoder's rounding puts first.
    """
    dense = np.array([hit.dense for hit in hits], dtype=np.float32)
    words = np.array([hit.lexical for hit in hits], dtype=np.float32)
    own = fuse(dense, words, 1.0)
    best = np.argsort(-own, kind="stable")[:count]
    return [(hits[i], max(1 - float(own[best[0]] - own[i]) / _FAR, 0.0)) for i in best]


def with_lists(
    tools: Tools, question: Question, units: Sequence[SentenceUnit]
) -> list[SentenceUnit]:
    """``units`` and, if several things are asked for, the lists among them as units."""
    if question.type not in (QuestionType.LIST, QuestionType.COUNT):
        return list(units)
    found = list(units)
    for record in {unit.record.id: unit.record for unit in units}.values():
        found += lists(question, tools.sentences.passage(record), tools.sentences.index)
    return found


def scored_sentences(
    tools: Tools,
    question: Question,
    hits: Sequence[tuple[Hit, float]],
    units: Sequence[SentenceUnit],
    weight: dict[str, float],
) -> list[Scored]:
    """The sentences, best first; the likeliest are also compared by meaning.

    ``hits`` are the passages with how well each was found (:func:`by_themselves`).
    """
    found = {hit.record.id: near_best for hit, near_best in hits}
    rough = []
    for unit in units:
        g = grade(question, unit, weight, found.get(unit.record.id, 0.0))
        rough.append(Scored(unit, replace(g, score=combine(question, unit, g))))
    rough.sort(key=lambda s: -s.grade.score)
    exact: list[Scored] = []
    compared = 0
    while compared < len(rough) and compared < _COMPARED:
        step = rough[compared : compared + _STEP]
        nearness = tools.nearness(question.text, [s.unit for s in step])
        exact += (_rescored(question, s, x) for s, x in zip(step, nearness, strict=True))
        compared += len(step)
        best = max(s.grade.score for s in exact)
        if rough[compared:] and best >= rough[compared].grade.score + _MEANING_GIVES:
            break  # no other sentence is likely to come before it
    cosines = {hit.record.id: hit.dense for hit, _ in hits}
    for s in rough[compared:_KEPT]:
        exact.append(_rescored(question, s, _PASSAGE_SAYS * near(cosines[s.unit.record.id])))
    return sorted(exact, key=lambda s: -s.grade.score)


def _rescored(question: Question, scored: Scored, dense: float) -> Scored:
    g = replace(scored.grade, dense=dense)
    return Scored(scored.unit, replace(g, score=combine(question, scored.unit, g)))


def after(before: SentenceUnit | None, scored: list[Scored]) -> list[Scored]:
    """``scored`` with what follows ``before`` in its passage moved up: "and what of that?"."""
    if before is None:
        return scored
    moved = []
    for s in scored:
        bonus = 0.0
        if s.unit.record.id == before.record.id:
            distance = s.unit.position - before.position
            bonus = _FOLLOWS / distance if distance > 0 else _SAME_PASSAGE
        moved.append(Scored(s.unit, replace(s.grade, score=s.grade.score + bonus)))
    return sorted(moved, key=lambda s: -s.grade.score)


def from_passages(
    tools: Tools, question: Question, scored: Sequence[Scored], weight: dict[str, float]
) -> list[Ranked]:
    """The best sentences as answers, each at most as long as a reader takes in at once."""

    def worth(text: str) -> float:
        index = tools.sentences.index(text)
        return sum(weight[t.text] * held(t, index) for t in question.terms)

    found: list[Ranked] = []
    told: set[tuple[int, int]] = set()  # sentences that another's answer ends or begins with
    for s in scored[:_TOLD]:
        if (s.unit.record.id, s.unit.position) in told:
            continue
        cited = tools.cited(s.unit)
        sources = [cited]
        listed = _items(tools, question, s.unit)
        if s.unit.items:
            text = shorten(s.unit.text, worth)
            sources = [tools.cited(item) for item in s.unit.items]
        elif listed:
            named = ", ".join(map(name, listed))
            text = shorten(f"{named} — {s.unit.text}", worth)
            sources += map(tools.cited, listed)
        else:
            text = led(_topic(tools, s.unit, cited), shorten(s.unit.text, worth))
            beside = None
            if question.type is not QuestionType.YESNO:
                beside = _pointed_at(tools, s.unit) or _beside(s, scored[:_TOLD])
            both = _in_order(s.unit, beside, text) if beside else ""
            if beside and len(both) <= LONGEST:
                text = both
                told.add((beside.record.id, beside.position))
                sources.append(tools.cited(beside))
        score = s.grade.score + (0.1 if listed else 0.0)
        answer = Answer(text, (), round(score, 4), "passage", tuple(sources))
        found.append(Ranked(answer, score, s.unit.text))
    return found


def _topic(tools: Tools, unit: SentenceUnit, cited: Citation) -> str:
    """What a sentence is about and does not say: the subject of its statements, its lead."""
    for concept in subjects_at(tools.store, cited.post, cited.start, cited.end):
        _, names = tools.labels(concept)
        if unit.words.has(forms(names)):
            return unit.lead
        if names:
            return tools.label(concept, language(unit.text))
    return unit.lead


def _items(tools: Tools, question: Question, unit: SentenceUnit) -> list[SentenceUnit]:
    if question.type not in (QuestionType.LIST, QuestionType.COUNT):
        return []
    return items(unit, tools.sentences.passage(unit.record))


def _pointed_at(tools: Tools, unit: SentenceUnit) -> SentenceUnit | None:
    """The sentence before one that says "this" or 이거 of it."""
    if not unit.position or not _POINTS.search(unit.text):
        return None
    before = tools.sentences.passage(unit.record)[unit.position - 1]
    return None if before.asks or before.text == unit.lead else before


def _beside(scored: Scored, others: Sequence[Scored]) -> SentenceUnit | None:
    """The likeliest of ``others`` that stands next to a sentence and answers nearly as well."""
    unit = scored.unit
    for other in others:
        same = other.unit.record.id == unit.record.id
        if same and abs(other.unit.position - unit.position) == 1:
            tells = not other.unit.asks and other.unit.text not in unit.text
            enough = other.grade.score >= _NEARLY * scored.grade.score
            return other.unit if tells and enough else None
    return None


def _in_order(unit: SentenceUnit, beside: SentenceUnit, text: str) -> str:
    """``text``, which is what ``unit`` says, and what the sentence beside it says."""
    other = " ".join(beside.text.split())
    first, second = (text, other) if beside.position > unit.position else (other, text)
    return f"{first} {second}" if first[-1:] in ".!?…" else f"{first} / {second}"
