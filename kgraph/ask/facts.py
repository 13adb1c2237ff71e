"""Answers from the graph: candidate queries for a question, and what they bring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kgraph import iri
from kgraph.ask.cues import QuestionType
from kgraph.ask.predicates import IN, OUT, RelationGuess, near
from kgraph.ask.question import Question
from kgraph.ask.templates import Query, rows
from kgraph.graph.ports import Graph
from kgraph.types import Citation

MOST_QUERIES = 40
PLACES = frozenset(
    ["storedIn", "locatedIn", "runsOn", "routedTo", "forwardsTo", "removedFrom", "connectsTo"]
)
"""Relations whose object is a place."""
_NO_PLACE = 0.5  # what is left of another relation when a place is asked for

# What is asked by the type alone, when no verb says more: relation, direction, how surely.
_BY_TYPE: dict[QuestionType, tuple[tuple[str, str, float], ...]] = {
    QuestionType.DEFINITION: (("isA", OUT, 0.6), ("means", OUT, 0.6), ("handles", OUT, 0.4)),
    QuestionType.LIST: (("contains", OUT, 0.6), ("hasAttribute", OUT, 0.4), ("isA", IN, 0.4)),
    QuestionType.HOWMUCH: (("hasAttribute", OUT, 0.6),),
    QuestionType.COUNT: (("contains", OUT, 0.4), ("hasAttribute", OUT, 0.4)),
    QuestionType.ENTITY: (("hasAttribute", OUT, 0.3), ("hasState", OUT, 0.3)),
    QuestionType.HOW: (("uses", OUT, 0.3),),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A query that may answer a question, and how well concept and relation were matched."""

    query: Query
    structure: float  # 0..1


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of a candidate's result: a statement with its sentence."""

    candidate: Candidate
    answer: str  # concept id
    subject: str
    relation: str  # relation id, or "definition"
    object: str  # concept id; of a definition the sentence
    negated: bool
    condition: str
    citation: Citation


def candidates(question: Question) -> list[Candidate]:
    """The queries that ``question`` may mean, the likeliest first."""
    found: dict[Query, float] = {}
    for query, structure in _candidates(question):
        found[query] = max(found.get(query, 0.0), structure)
    ranked = sorted(found.items(), key=lambda x: (-x[1], str(x[0])))
    return [Candidate(query, structure) for query, structure in ranked[:MOST_QUERIES]]


def _candidates(question: Question) -> Iterator[tuple[Query, float]]:
    concepts = question.concepts[:6]
    if question.type is QuestionType.YESNO:
        yield from _yes_or_no(question)
        return
    guesses = list(question.relations[:5])
    for guess in question.relations[:3]:
        guesses += near(guess)
    weak = (
        () if any(g.score >= 0.6 for g in question.relations) else _BY_TYPE.get(question.type, ())
    )
    guesses += [RelationGuess(r, d, s, "") for r, d, s in weak]
    if question.type is QuestionType.WHERE:
        guesses = [
            g if g.relation in PLACES else replace(g, score=_NO_PLACE * g.score) for g in guesses
        ]
    for concept, surety in concepts:
        for guess in guesses:
            if guess.direction == OUT:
                query = Query("object", subject=concept, relation=guess.relation)
            else:
                query = Query("subject", relation=guess.relation, object=concept)
            yield query, surety * guess.score
        if question.type is QuestionType.DEFINITION:
            yield Query("definition", subject=concept), 0.9 * surety
        if question.type is QuestionType.WHERE:
            yield Query("place", subject=concept), 0.5 * surety
    yield from _two_hops(question)


def _two_hops(question: Question) -> Iterator[tuple[Query, float]]:
    """누가 파드를 만드는 것을 만드나: two verbs about one concept."""
    asked = [g for g in question.relations if g.direction == IN and g.score >= 0.7]
    verbs = {g.verb for g in asked}
    if len(question.concepts) != 1 or len(verbs) < 2:
        return
    concept, surety = question.concepts[0]
    for outer in asked:
        for inner in asked:
            if outer.verb != inner.verb:
                score = 0.5 * surety * outer.score * inner.score
                yield (
                    Query(
                        "two-hops",
                        relation=outer.relation,
                        object=concept,
                        second=inner.relation,
                    ),
                    score,
                )


def _yes_or_no(question: Question) -> Iterator[tuple[Query, float]]:
    concepts = question.concepts[:4]
    said = {g.relation: g.score for g in reversed(question.relations)}
    for subject, first in concepts:
        for object_, second in concepts:
            if subject != object_:
                yield Query("between", subject=subject, object=object_), 0.8 * first * second
        for relation, score in sorted(said.items()):
            yield Query("polarity", subject=subject, relation=relation), 0.6 * first * score


def facts(store: Graph, candidate: Candidate) -> list[Fact]:
    """The statements that a candidate's query finds."""
    found: list[Fact] = []
    for row in rows(store, candidate.query):
        relation = row["relation"].removeprefix(iri.RELATION)
        found.append(
            Fact(
                candidate,
                row["answer"].removeprefix(iri.CONCEPT),
                row["subject"].removeprefix(iri.CONCEPT),
                relation if relation != row["relation"] else "definition",
                row["object"].removeprefix(iri.CONCEPT),
                row["polarity"] == "negative",
                row["condition"],
                Citation(
                    post=row["post"],
                    title=row["title"],
                    url=row["url"],
                    quote=row["quote"],
                    start=int(row["start"]),
                    end=int(row["end"]),
                ),
            )
        )
    return found
