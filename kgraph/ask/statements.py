"""Answers from the graph: the statements that the likeliest queries find, weighed and worded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kgraph.ask.cues import QuestionType
from kgraph.ask.facts import Candidate, Fact, candidates, facts
from kgraph.ask.phrasing import shorten, statement
from kgraph.ask.question import Question
from kgraph.ask.scoring import Scored, combine, grade, held
from kgraph.ask.sentences import SentenceUnit
from kgraph.ask.templates import Query, may_find
from kgraph.ask.tools import Ranked, Tools
from kgraph.index.rows import Filter
from kgraph.types import Answer, Citation, Record, RecordKind

EXACT = 0.7  # how well concept and relation must match for a statement to go before sentences
_TOLD = 5  # statements that become answers
_CITED = 5  # sentences that an answer cites at most


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a candidate query."""

    candidate: Candidate
    ran: bool  # not when a look at the graph showed that it can have no rows
    rows: int
    best: float  # the score of its best answer, 0 for none
    text: str  # that answer

    def why(self, answers: Sequence[Ranked]) -> str:
        """One line: how it fared, and what it lost to."""
        head = f"{self.candidate.structure:.2f} {self.candidate.query}"
        if not self.ran:
            return f"{head}: not run, the graph has no such triple"
        if not self.rows:
            return f"{head}: ran, no rows"
        if not self.text:
            return f"{head}: {self.rows} rows, none that the question does not name itself"
        said = f"{head}: {self.rows} rows, best {self.best:.3f} “{self.text}”"
        first = next(
            (r for r in answers if r.query is not None or r.answer.kind == "passage"), None
        )
        if first is None or first.query == self.candidate.query:
            return f"{said}, the answer"
        return f"{said}, behind {first.score:.3f} “{first.answer.text}”"


def from_graph(
    tools: Tools,
    question: Question,
    scored: Sequence[Scored],
    weight: dict[str, float],
    only: Filter,
) -> tuple[list[Ranked], list[Tried]]:
    """Answers from statements, best first, and what became of each candidate query."""
    named = {concept for concept, _ in question.concepts}
    repeats = question.type in (QuestionType.YESNO, QuestionType.DEFINITION)
    groups: dict[tuple[str, bool], list[tuple[float, Fact]]] = {}
    tried: list[Tried] = []
    for candidate in candidates(question):
        ran = may_find(tools.store, candidate.query)
        rows = facts(tools.store, candidate) if ran else []
        best, text = 0.0, ""
        for fact in rows:
            if fact.answer in named and not repeats:
                continue  # what the question itself names is not what it asks for
            if not tools.passes(fact.citation.post, only):
                continue
            score = _score(tools, question, fact, scored, weight)
            groups.setdefault((fact.answer, fact.negated), []).append((score, fact))
            if score > best:
                best, text = score, tools.label(fact.answer, question.lang)
        tried.append(Tried(candidate, ran, len(rows), best, text))
    for group in groups.values():
        group.sort(key=lambda x: (-x[0], x[1].citation.post, x[1].citation.start))
    best_first = sorted(groups.values(), key=lambda group: -group[0][0])
    return [_answer(tools, question, group) for group in best_first[:_TOLD]], tried


def _score(
    tools: Tools,
    question: Question,
    fact: Fact,
    scored: Sequence[Scored],
    weight: dict[str, float],
) -> float:
    """How well a statement answers."""
    cited = fact.citation
    g = next(
        (
            s.grade
            for s in scored
            if s.unit.record.post == cited.post and s.unit.text in cited.quote
        ),
        None,
    )
    if g is None:
        unit = _quoted(tools, cited)
        g = grade(question, unit, weight, 0.5)
        g = replace(g, score=combine(question, unit, g))
    structure = fact.candidate.structure
    if structure < EXACT:
        return g.score + 0.35 * (structure - 0.5)
    # The statement itself says what concept and verb ask; its sentence need not repeat them.
    return max(g.score, 0.6) + 0.35 * (structure - 0.5) + 0.5 * _rest_said(tools, question, fact)


def _rest_said(tools: Tools, question: Question, fact: Fact) -> float:
    """How much of the question that is neither concept nor verb stands in the sentence."""
    query = fact.candidate.query
    verbs = {g.verb for g in question.relations}
    rest = [
        term
        for term in question.terms
        if term.text not in verbs
        and f"{term.text}하다" not in verbs
        and not {c for c, _ in term.concepts} & {query.subject, query.object}
    ]
    if not rest:
        return 1.0
    index = tools.sentences.index(fact.citation.quote, fact.citation.title)
    share = sum(t.weight * held(t, index) for t in rest) / sum(t.weight for t in rest)
    return max(2 * share - 1, 0.0)


def _quoted(tools: Tools, cited: Citation) -> SentenceUnit:
    """A statement's sentence, as if it had been retrieved by itself."""
    nothing = tools.sentences.index("")
    return SentenceUnit(
        text=cited.quote,
        record=Record(0, RecordKind.PASSAGE, cited.quote, cited.quote, cited.post, cited.title),
        start=0,
        end=len(cited.quote),
        position=0,
        lead="",
        words=tools.sentences.index(cited.quote),
        scope=nothing,
        near=nothing,
        above=tools.sentences.index(cited.title),
        asks=False,
        after_question=0,
    )


def _answer(tools: Tools, question: Question, group: Sequence[tuple[float, Fact]]) -> Ranked:
    score, fact = group[0]
    preferred, names = tools.labels(fact.answer)
    label = tools.label(fact.answer, question.lang)
    if fact.relation == "definition":
        text = shorten(fact.object, lambda _: 0.0)
    else:
        words = statement(
            tools.label(fact.subject, question.lang),
            tools.relations.get(fact.relation),
            fact.relation,
            tools.label(fact.object, question.lang),
            question.lang,
        )
        text = f"{label} — {words}"
    cited = dict.fromkeys(_dated(tools, f.citation) for _, f in group)
    mine = tuple(dict.fromkeys((label, *preferred.values(), *names)))[:12]
    answer = Answer(
        text,
        mine,
        round(score, 4),
        "graph",
        tuple(cited)[:_CITED],
    )
    return Ranked(answer, score, " ".join(fact.citation.quote.split()), fact.candidate.query, fact)


def with_other_side(tools: Tools, ranked: Ranked, only: Filter) -> Answer:
    """The answer with the sentences that say the opposite of its statement, oldest first."""
    fact = ranked.fact
    if fact is None or fact.relation == "definition":
        return ranked.answer
    both = Query("between", subject=fact.subject, relation=fact.relation, object=fact.object)
    found = [
        _dated(tools, other.citation)
        for other in facts(tools.store, Candidate(both, 1.0))
        if other.negated != fact.negated and tools.passes(other.citation.post, only)
    ]
    found = sorted(dict.fromkeys(found), key=lambda c: (c.date, c.post, c.start))
    return replace(ranked.answer, against=tuple(found)[:_CITED])


def _dated(tools: Tools, cited: Citation) -> Citation:
    return replace(cited, date=tools.info(cited.post).date)
