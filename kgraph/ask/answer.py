"""Asking the notes: from a question to answers with their sentences, or to silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from kgraph.ask import facts as graph
from kgraph.ask.confidence import THRESHOLD, confidence
from kgraph.ask.cues import QuestionType
from kgraph.ask.forms import forms
from kgraph.ask.lists import items, name
from kgraph.ask.parts import split
from kgraph.ask.phrasing import LONGEST, NOTHING, led, says, shorten, statement
from kgraph.ask.polarity import agrees
from kgraph.ask.ports import Lines, Morphology, Searching, Texts
from kgraph.ask.question import Question, Reader, Term, clean
from kgraph.ask.scoring import Scored, combine, grade, held, weights
from kgraph.ask.sentences import Sentences, SentenceUnit, locate
from kgraph.ask.templates import Query, labels, names_of_all, subjects_at
from kgraph.ask.words import load_thesaurus
from kgraph.graph.store import GraphStore
from kgraph.index.fusion import fuse
from kgraph.resolution.matching import Match, Matcher
from kgraph.text import language
from kgraph.types import Answer, Citation, Hit, Record, RecordKind, Reply
from kgraph.vocab import Lexicon, Relations

if TYPE_CHECKING:
    from numpy.typing import NDArray

POOL = 100  # passages that are looked at for a question
PASSAGES = 10  # of them, that are read
_KEPT = 10  # sentences that are weighed to the end
_COMPARED = 8  # of them, whose meaning is compared at most
_STEP = 2  # of them at a time, side by side
_MEANING_GIVES = 0.2  # what a sentence's score seldom gains by its meaning
_PASSAGE_SAYS = 0.8  # how much of its passage's nearness a sentence has that was not compared
_REMEMBERED = 4096  # vectors of sentences that are kept
EXACT = 0.7  # how well concept and relation must match for a statement to go before sentences
_FUZZY_LIMIT = 30_000  # names; with more of them, looking for misspelt ones takes too long
_NEARLY = 0.7  # of a sentence's score, for the one beside it to be told with it
_FOLLOWS, _SAME_PASSAGE = 0.2, 0.05  # what a second question's answer gains near the first's
_PASSAGE = frozenset([RecordKind.PASSAGE])


@dataclass(frozen=True, slots=True)
class _Ranked:
    """An answer with its score and the query behind it, if there is one."""

    answer: Answer
    score: float
    query: Query | None


@dataclass(frozen=True, slots=True)
class _Part:
    """What one question got."""

    question: Question
    ranked: tuple[_Ranked, ...]
    best: SentenceUnit | None  # the sentence that answers best
    confidence: float
    log: tuple[str, ...]


class Asker:
    """Answers questions in Korean and English from graph and index.

    Args:
        store: the graph.
        searcher: retrieval of passages.
        analyser: the morphological analyser.
        relations: the relation vocabulary.
        lexicon: bridges the languages.
        texts: the stored posts.
        lines: what ingestion cut and analysed; without it that is done when asked.
    """

    def __init__(
        self,
        store: GraphStore,
        searcher: Searching,
        analyser: Morphology,
        relations: Relations,
        lexicon: Lexicon,
        texts: Texts,
        lines: Lines | None = None,
    ) -> None:
        self._store = store
        self._searcher = searcher
        self._analyser = analyser
        self._relations = relations
        self._lexicon = lexicon
        self._texts = texts
        self._reader = Reader(analyser, relations, lexicon, load_thesaurus())
        self._source = lru_cache(maxsize=256)(texts.text)
        self._sentences = Sentences(analyser, self._source, lines)
        self._labels = lru_cache(maxsize=4096)(lambda concept: labels(store, concept))
        self._encoded: dict[str, NDArray[np.float32]] = {}

    def ask(self, question: str, k: int = 5) -> Reply:
        """Answer ``question`` with at most ``k`` answers, best first.

        Nothing in a question raises: what cannot be read is abstained from.
        """
        text = clean(question)
        lang = language(text)
        if not any(ch.isalnum() for ch in text):
            return Reply(question, lang, True, "", (), ("there is nothing to read",))
        pieces = split(text, lang, self._analyser.tokens(text))
        parts: list[_Part] = []
        for piece in pieces:
            before = parts[-1].best if parts else None
            parts.append(self._part(piece, pieces, before))
        log = tuple(line for part in parts for line in part.log)
        sure = max(part.confidence for part in parts)
        log = (*log, f"confidence {sure:.2f}, needed {THRESHOLD:.2f}")
        ranked = _interleave([part.ranked for part in parts])[:k]
        query = next((r.query for r in ranked if r.query is not None), None)
        if sure < THRESHOLD or not ranked:
            near = tuple(replace(r.answer, kind="nearest") for r in ranked)
            return Reply(question, lang, True, "", near, (*log, NOTHING[lang]))
        answers = tuple(r.answer for r in ranked)
        return Reply(question, lang, False, query.sparql if query else "", answers, log)

    def named(self, text: str) -> list[str]:
        """The names of the graph's concepts that stand in ``text``, as they stand, in order."""
        text = clean(text)
        found = self._matcher.match(text, fuzzy=False)
        return list(dict.fromkeys(text[m.start : m.end] for m in found))

    # ------------------------------------------------------------ one question

    def _part(self, piece: str, pieces: Sequence[str], before: SentenceUnit | None = None) -> _Part:
        """Answers to one question; ``before`` is what answers the question said before it."""
        question = self._reader.read(piece, self._naming)
        if len(pieces) > 1:
            question = self._with_names(question, [p for p in pieces if p != piece])
        log = _read_aloud(question)
        found = self._searcher.search(question.wide, k=POOL, kinds=_PASSAGE, meaning=question.text)
        hits = _by_themselves(found)[:PASSAGES]
        units = self._sentences.of(hits)
        weight = weights(question, units)
        scored = _after(before, self._scored(question, hits, units, weight))
        ranked = [
            *self._from_graph(question, scored, weight, log),
            *self._from_passages(question, scored, weight),
        ]
        if question.type is QuestionType.YESNO:
            ranked = self._decided(question, ranked)
        ranked = _distinct(_mixed(question, sorted(ranked, key=lambda r: -r.score)))
        for r in ranked[:6]:
            log.append(f"{r.score:.3f} {r.answer.kind}: {r.answer.text}")
        best = scored[0].unit if scored else None
        return _Part(question, tuple(ranked), best, confidence(question, scored), tuple(log))

    def _with_names(self, question: Question, others: Sequence[str]) -> Question:
        """``question`` with the names of the questions beside it, which its pronouns may mean."""
        known = {term.direct for term in question.terms}
        added: list[Term] = []
        for other in others:
            for term in self._reader.read(other, self._naming).terms:
                if term.weight > 1.0 and term.direct not in known:
                    known.add(term.direct)
                    added.append(replace(term, weight=0.35 * term.weight, concepts=()))
        return replace(question, terms=(*question.terms, *added))

    @cached_property
    def _matcher(self) -> Matcher:
        names = names_of_all(self._store)
        self._fuzzy = sum(map(len, names.values())) <= _FUZZY_LIMIT
        return Matcher(names, self._lexicon)

    def _naming(self, text: str) -> list[Match]:
        found = self._matcher.match(text, fuzzy=False)
        return found if found or not self._fuzzy else self._matcher.match(text)

    # ------------------------------------------------------------ sentences

    def _scored(
        self,
        question: Question,
        hits: Sequence[Hit],
        units: Sequence[SentenceUnit],
        weight: dict[str, float],
    ) -> list[Scored]:
        """The sentences, best first; the likeliest are also compared by meaning."""
        # By rank, not by score: what a score means depends on the index and the query.
        found = {hit.record.id: 1 - i / len(hits) for i, hit in enumerate(hits)}
        rough = []
        for unit in units:
            g = grade(question, unit, weight, found.get(unit.record.id, 0.0))
            rough.append(Scored(unit, replace(g, score=combine(question, unit, g))))
        rough.sort(key=lambda s: -s.grade.score)
        if not rough:
            return []
        asked = self._searcher.query_vector(question.text)
        exact: list[Scored] = []
        compared = 0
        while compared < len(rough) and compared < _COMPARED:
            step = rough[compared : compared + _STEP]
            near = self._similar(asked, [s.unit for s in step])
            exact += (_rescored(question, s, x) for s, x in zip(step, near, strict=True))
            compared += len(step)
            best = max(s.grade.score for s in exact)
            if rough[compared:] and best >= rough[compared].grade.score + _MEANING_GIVES:
                break  # no other sentence is likely to come before it
        cosines = {hit.record.id: hit.dense for hit in hits}
        for s in rough[compared:_KEPT]:
            exact.append(_rescored(question, s, _PASSAGE_SAYS * _near(cosines[s.unit.record.id])))
        return sorted(exact, key=lambda s: -s.grade.score)

    def _similar(self, asked: NDArray[np.float32], units: Sequence[SentenceUnit]) -> list[float]:
        return [_near(float(asked @ x)) for x in self._vectors([_context(u) for u in units])]

    def _vectors(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """The vectors of ``texts``; those not seen lately are encoded side by side."""
        if len(self._encoded) > _REMEMBERED:
            self._encoded.clear()
        missing = [text for text in dict.fromkeys(texts) if text not in self._encoded]
        if missing:
            made = self._searcher.encoder.encode_passages(missing)
            self._encoded.update(zip(missing, made, strict=True))
        return [self._encoded[text] for text in texts]

    def _from_passages(
        self, question: Question, scored: Sequence[Scored], weight: dict[str, float]
    ) -> list[_Ranked]:
        def worth(text: str) -> float:
            index = self._sentences.index(text)
            return sum(weight[t.text] * held(t, index) for t in question.terms)

        found: list[_Ranked] = []
        told: set[tuple[int, int]] = set()  # sentences that another's answer ends or begins with
        for s in scored[:5]:
            if (s.unit.record.id, s.unit.position) in told:
                continue
            cited = self._cited(s.unit)
            sources = [cited]
            listed = self._items(question, s.unit)
            if listed:
                named = ", ".join(map(name, listed))
                text = shorten(f"{named} — {s.unit.text}", worth)
                sources += map(self._cited, listed)
            else:
                text = led(self._topic(s.unit, cited), shorten(s.unit.text, worth))
                beside = None if question.type is QuestionType.YESNO else _beside(s, scored[:5])
                both = _in_order(s.unit, beside, text) if beside else ""
                if beside and len(both) <= LONGEST:
                    text = both
                    told.add((beside.record.id, beside.position))
                    sources.append(self._cited(beside))
            score = s.grade.score + (0.1 if listed else 0.0)
            answer = Answer(text, (), round(score, 4), "passage", tuple(sources))
            found.append(_Ranked(answer, score, None))
        return found

    def _topic(self, unit: SentenceUnit, cited: Citation) -> str:
        """What a sentence is about and does not say: the subject of its statements, its lead."""
        for concept in subjects_at(self._store, cited.post, cited.start, cited.end):
            _, names = self._labels(concept)
            if unit.words.has(forms(names)):
                return unit.lead
            if names:
                return self._label(concept, language(unit.text))
        return unit.lead

    def _items(self, question: Question, unit: SentenceUnit) -> list[SentenceUnit]:
        if question.type not in (QuestionType.LIST, QuestionType.COUNT):
            return []
        return items(unit, self._sentences.passage(unit.record))

    def _cited(self, unit: SentenceUnit) -> Citation:
        record = unit.record
        source = self._source(record.post)
        start, end = locate(source, record, unit.start, unit.end)
        url = self._texts.info(record.post).url
        return Citation(
            record.post, record.title, url, source[start:end], start, end, record.heading
        )

    # ------------------------------------------------------------ graph

    def _from_graph(
        self,
        question: Question,
        scored: Sequence[Scored],
        weight: dict[str, float],
        log: list[str],
    ) -> list[_Ranked]:
        named = {concept for concept, _ in question.concepts}
        repeats = question.type in (QuestionType.YESNO, QuestionType.DEFINITION)
        groups: dict[tuple[str, bool], list[tuple[float, graph.Fact]]] = {}
        for candidate in graph.candidates(question):
            rows = graph.facts(self._store, candidate)
            log.append(f"{candidate.structure:.2f} {candidate.query}: {len(rows)} rows")
            for fact in rows:
                if fact.answer in named and not repeats:
                    continue  # what the question itself names is not what it asks for
                score = self._fact_score(question, fact, scored, weight)
                groups.setdefault((fact.answer, fact.negated), []).append((score, fact))
        ranked = []
        for group in groups.values():
            group.sort(key=lambda x: (-x[0], x[1].citation.post, x[1].citation.start))
            ranked.append(self._fact_answer(question, group))
        return sorted(ranked, key=lambda r: -r.score)[:5]

    def _fact_score(
        self,
        question: Question,
        fact: graph.Fact,
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
            unit = self._quoted_unit(cited)
            g = grade(question, unit, weight, 0.5)
            g = replace(g, score=combine(question, unit, g))
        structure = fact.candidate.structure
        if structure < EXACT:
            return g.score + 0.35 * (structure - 0.5)
        # The statement itself says what concept and verb ask; its sentence need not repeat them.
        return max(g.score, 0.6) + 0.35 * (structure - 0.5) + 0.5 * self._rest_said(question, fact)

    def _rest_said(self, question: Question, fact: graph.Fact) -> float:
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
        index = self._sentences.index(fact.citation.quote, fact.citation.title)
        share = sum(t.weight * held(t, index) for t in rest) / sum(t.weight for t in rest)
        return max(2 * share - 1, 0.0)

    def _quoted_unit(self, cited: Citation) -> SentenceUnit:
        record = Record(0, RecordKind.PASSAGE, cited.quote, cited.quote, cited.post, cited.title)
        above = self._sentences.index(cited.title)
        nothing = self._sentences.index("")
        words = self._sentences.index(cited.quote)
        return SentenceUnit(
            text=cited.quote,
            record=record,
            start=0,
            end=len(cited.quote),
            position=0,
            lead="",
            words=words,
            scope=nothing,
            near=nothing,
            above=above,
            asks=False,
            after_question=0,
        )

    def _fact_answer(
        self, question: Question, group: Sequence[tuple[float, graph.Fact]]
    ) -> _Ranked:
        score, fact = group[0]
        preferred, names = self._labels(fact.answer)
        label = self._label(fact.answer, question.lang)
        if fact.relation == "definition":
            text = shorten(fact.object, lambda _: 0.0)
        else:
            words = statement(
                self._label(fact.subject, question.lang),
                self._relations.get(fact.relation),
                fact.relation,
                self._label(fact.object, question.lang),
                question.lang,
            )
            text = f"{label} — {words}"
        cited = tuple(dict.fromkeys(f.citation for _, f in group))[:5]
        mine = tuple(dict.fromkeys((label, *preferred.values(), *names)))[:12]
        return _Ranked(
            Answer(text, mine, round(score, 4), "graph", cited), score, fact.candidate.query
        )

    def _label(self, concept: str, lang: str) -> str:
        preferred, names = self._labels(concept)
        return (
            preferred.get(lang) or next(iter(preferred.values()), "") or next(iter(names), concept)
        )

    # ------------------------------------------------------------ yes and no

    def _decided(self, question: Question, ranked: Sequence[_Ranked]) -> list[_Ranked]:
        weight = {term.text: term.weight for term in question.terms}
        decided = []
        for r in ranked:
            quote = " ".join(r.answer.evidence[0].quote.split())
            said = r.answer.text if r.answer.kind == "passage" else quote
            yes, _ = agrees(question, said, weight)
            text = says(question.lang, yes, shorten(said, lambda _: 0.0, 150))
            decided.append(replace(r, answer=replace(r.answer, text=text, labels=())))
        return decided


def _near(cosine: float) -> float:
    """A cosine of the encoder, whose values crowd together, as 0..1."""
    return min(max((cosine - 0.76) / 0.14, 0.0), 1.0)


def _rescored(question: Question, scored: Scored, dense: float) -> Scored:
    g = replace(scored.grade, dense=dense)
    return Scored(scored.unit, replace(g, score=combine(question, scored.unit, g)))


def _by_themselves(hits: Sequence[Hit]) -> list[Hit]:
    """Passages by what they say themselves: retrieval ranks them with the page they stand in."""
    dense = np.array([hit.dense for hit in hits], dtype=np.float32)
    words = np.array([hit.lexical for hit in hits], dtype=np.float32)
    own = fuse(dense, words, 1.0)
    return [hits[i] for i in np.argsort(-own, kind="stable")]


def _after(before: SentenceUnit | None, scored: list[Scored]) -> list[Scored]:
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


def _beside(scored: Scored, others: Sequence[Scored]) -> SentenceUnit | None:
    """The likeliest of ``others`` that stands next to a sentence and answers nearly as well."""
    unit = scored.unit
    for other in others:
        near = other.unit.record.id == unit.record.id
        if near and abs(other.unit.position - unit.position) == 1:
            told = not other.unit.asks and other.unit.text not in unit.text
            return (
                other.unit if told and other.grade.score >= _NEARLY * scored.grade.score else None
            )
    return None


def _in_order(unit: SentenceUnit, beside: SentenceUnit, text: str) -> str:
    """``text``, which is what ``unit`` says, and what the sentence beside it says."""
    other = " ".join(beside.text.split())
    first, second = (text, other) if beside.position > unit.position else (other, text)
    return f"{first} {second}" if first[-1:] in ".!?…" else f"{first} / {second}"


def _context(unit: SentenceUnit) -> str:
    """What of a sentence is encoded: its heading and itself."""
    heading = unit.record.heading.rsplit(" > ", 1)[-1] or unit.record.title
    return f"{heading}: {unit.text}"


def _mixed(question: Question, ranked: list[_Ranked]) -> list[_Ranked]:
    """``ranked`` with the best sentence no later than second, unless a list is asked for."""
    if question.type in (QuestionType.LIST, QuestionType.COUNT):
        return ranked
    first = next((i for i, r in enumerate(ranked) if r.answer.kind == "passage"), 0)
    if first > 1:
        ranked.insert(1, ranked.pop(first))
    return ranked


def _interleave(parts: Sequence[Sequence[_Ranked]]) -> list[_Ranked]:
    """The best of each part, then the second best, and so on."""
    if len(parts) == 1:
        return list(parts[0])
    longest = max(map(len, parts), default=0)
    return _distinct([part[i] for i in range(longest) for part in parts if i < len(part)])


def _distinct(ranked: Sequence[_Ranked]) -> list[_Ranked]:
    """Each answer once, by its text."""
    found: dict[str, _Ranked] = {}
    for r in ranked:
        found.setdefault(r.answer.text, r)
    return list(found.values())


def _read_aloud(question: Question) -> list[str]:
    """How the question was read, for ``--explain``."""
    lines = [f"read as {question.type} ({question.lang}): {question.text}"]
    for term in question.terms:
        named = ", ".join(f"c:{c} {s:.2f}" for c, s in term.concepts)
        lines.append(f"  {term.text}" + (f" = {named}" if named else ""))
    for g in question.relations:
        lines.append(f"  {g.verb}: r:{g.relation} {g.direction} {g.score:.2f}")
    return lines
