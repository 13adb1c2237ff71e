"""Answers that several statements give together: how two things are related, what is said of the
one and of the other, what there is most of, how many there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kgraph import iri
from kgraph.ask.cues import QuestionType
from kgraph.ask.facts import Candidate, Fact, facts
from kgraph.ask.phrasing import LONGEST, statement
from kgraph.ask.predicates import IN
from kgraph.ask.question import Question
from kgraph.ask.templates import Query, rows
from kgraph.ask.tools import Ranked, Tools
from kgraph.index.rows import Filter
from kgraph.types import Answer, Citation

SURE = 0.9  # what a name must match at least for the graph to answer by itself
_SCORE = 1.5  # before any sentence: they say less than several statements
_MOST = re.compile(
    r"가장 ?(?:많|자주)|제일 ?(?:많|자주)|\bthe most\b|\bmost (?:of|\w+s)\b", re.IGNORECASE
)
_LIMIT = re.compile(
    r"최대|최소|까지|기본|\b(?:at most|maximum|minimum|limit|default|up to)\b", re.I
)
_TOLD = 4  # statements told of each thing that is compared, rows of a superlative


def from_structure(
    tools: Tools, question: Question, stated: Sequence[Ranked], only: Filter
) -> list[Ranked]:
    """The answers, best first; ``stated`` are those that single statements give."""
    if question.type is QuestionType.RELATION:
        return list(_related(tools, question, only))
    if question.type is QuestionType.COMPARISON:
        return list(_compared(tools, question, only))
    if _MOST.search(question.text) and not _things(question):
        return list(_superlative(tools, question, only))
    if question.type in (QuestionType.LIST, QuestionType.COUNT):
        return list(_together(question, stated))
    return []


def counts(question: Question, built: Sequence[Ranked]) -> bool:
    """Whether ``built`` counts what is asked: how many there are, not how many there may be."""
    counted = question.type is QuestionType.COUNT and not _LIMIT.search(question.text)
    return counted and bool(built)


def _things(question: Question) -> list[str]:
    """The concepts that the question names without doubt, one for each of its terms, in order."""
    named = (max(t.concepts, key=lambda c: c[1]) for t in question.terms if t.concepts)
    return list(dict.fromkeys(concept for concept, surety in named if surety >= SURE))


def _said(tools: Tools, question: Question, fact: Fact) -> str:
    lang = question.lang
    relation = tools.relations.get(fact.relation)
    subject, object_ = tools.label(fact.subject, lang), tools.label(fact.object, lang)
    return statement(subject, relation, fact.relation, object_, lang)


def _stated(tools: Tools, query: Query, only: Filter) -> list[Fact]:
    found = facts(tools.store, Candidate(query, 1.0))
    return [f for f in found if not f.negated and tools.passes(f.citation.post, only)]


def _related(tools: Tools, question: Question, only: Filter) -> Iterator[Ranked]:
    """Statements between the first two things; without any, two over a thing between them."""
    things = _things(question)
    if len(things) < 2:
        return
    first, second = things[:2]
    for subject, object_ in ((first, second), (second, first)):
        query = Query("between", subject=subject, object=object_)
        for fact in _stated(tools, query, only)[:_TOLD]:
            yield _answer(tools, question, query, [fact], _said(tools, question, fact))
    query = Query("path", subject=first, object=second)
    for row in rows(tools.store, query)[:_TOLD]:
        legs = [next(iter(_stated(tools, leg, only)), None) for leg in _legs(first, second, row)]
        known = [fact for fact in legs if fact is not None]
        if len(known) == 2:
            text = " → ".join(_said(tools, question, fact) for fact in known)
            yield _answer(tools, question, query, known, text)


def _legs(first: str, second: str, row: dict[str, str]) -> tuple[Query, Query]:
    """The two statements of a path, in the order in which they are told."""
    middle = row["middle"].removeprefix(iri.CONCEPT)
    one, two = (row[name].removeprefix(iri.RELATION) for name in ("relation", "second"))
    start, end = (second, first) if row["way"] == "back" else (first, second)
    ends = {
        "to": ((start, middle), (end, middle)),
        "from": ((middle, start), (middle, end)),
    }.get(row["way"], ((start, middle), (middle, end)))
    (a, b), (c, d) = ends
    return (
        Query("between", subject=a, relation=one, object=b),
        Query("between", subject=c, relation=two, object=d),
    )


def _compared(tools: Tools, question: Question, only: Filter) -> Iterator[Ranked]:
    """What is said of the one thing and not of the other, side by side."""
    things = _things(question)
    if len(things) != 2:
        return
    said = [_stated(tools, Query("object", subject=thing), only) for thing in things]
    shared = {(f.relation, f.object) for f in said[0]} & {(f.relation, f.object) for f in said[1]}
    own = [[f for f in side if (f.relation, f.object) not in shared][:_TOLD] for side in said]
    if not all(own):
        return
    query = Query("compare", subject=things[0], object=things[1])
    text = " / ".join(_short(tools, question, side) for side in own)
    yield _answer(tools, question, query, [f for side in own for f in side], text)


def _short(tools: Tools, question: Question, told: Sequence[Fact]) -> str:
    """As many of the statements as fit into half an answer."""
    text = _said(tools, question, told[0])
    for fact in told[1:]:
        longer = f"{text}, {_said(tools, question, fact)}"
        if len(longer) > LONGEST // 2:
            break
        text = longer
    return text


def _superlative(tools: Tools, question: Question, only: Filter) -> Iterator[Ranked]:
    """What the most statements of the relation that is asked about are about."""
    asked = next((g for g in question.relations if g.direction == IN and g.score >= 0.6), None)
    if asked is None:
        return
    query = Query("most", relation=asked.relation)
    for row in rows(tools.store, query)[:_TOLD]:
        subject = row["answer"].removeprefix(iri.CONCEPT)
        told = _stated(tools, Query("object", subject=subject, relation=asked.relation), only)
        if told:
            named = ", ".join(dict.fromkeys(tools.label(f.object, question.lang) for f in told))
            label = tools.label(subject, question.lang)
            yield _answer(tools, question, query, told, f"{label} — {row['count']}: {named}")


def _together(question: Question, stated: Sequence[Ranked]) -> Iterator[Ranked]:
    """The answers of the best query as one: "3: a, b, c" if they are to be counted."""
    best = next(iter(stated), None)
    if best is None or best.query is None:
        return
    same = [r for r in stated if r.query == best.query and r.answer.labels]
    if len(same) < 2:
        return
    named = ", ".join(r.answer.labels[0] for r in same)
    counted = f"{len(same)}: " if question.type is QuestionType.COUNT else ""
    labels = tuple(dict.fromkeys(r.answer.labels[0] for r in same))
    cited = tuple(dict.fromkeys(c for r in same for c in r.answer.evidence))
    answer = replace(best.answer, text=f"{counted}{named}", labels=labels, evidence=cited)
    yield replace(best, answer=answer, score=best.score + 0.05, fact=None)


def _answer(
    tools: Tools, question: Question, query: Query, told: Sequence[Fact], text: str
) -> Ranked:
    cited: dict[Citation, None] = {}
    for fact in told:
        cited[replace(fact.citation, date=tools.info(fact.citation.post).date)] = None
    answer = Answer(text[:LONGEST], (), _SCORE, "graph", tuple(cited))
    return Ranked(answer, _SCORE, text, query)
