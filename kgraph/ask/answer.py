"""Asking the notes: from a question to answers with their sentences, or to silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kgraph.ask.alike import with_likenesses
from kgraph.ask.asked import question_language
from kgraph.ask.confidence import THRESHOLD, Signs, confidence, signs
from kgraph.ask.cues import QuestionType
from kgraph.ask.filters import read_filters
from kgraph.ask.parts import split
from kgraph.ask.passages import (
    after,
    by_themselves,
    from_passages,
    scored_sentences,
    with_lists,
)
from kgraph.ask.phrasing import NOTHING, says, shorten
from kgraph.ask.polarity import agrees
from kgraph.ask.ports import Lines, Morphology, Searching, Texts
from kgraph.ask.question import Question, Reader, Term, clean
from kgraph.ask.scoring import weights
from kgraph.ask.sentences import SentenceUnit
from kgraph.ask.statements import from_graph, with_other_side
from kgraph.ask.structure import counts, from_structure
from kgraph.ask.templates import names_of_all
from kgraph.ask.tools import Ranked, Tools
from kgraph.ask.words import load_thesaurus
from kgraph.graph.ports import Graph
from kgraph.index.rows import Filter
from kgraph.resolution.matching import Match, Matcher
from kgraph.types import RecordKind, Reply
from kgraph.vocab import Lexicon, Relations

POOL = 100  # passages that are looked at for a question
PASSAGES = 10  # of them, that are read
# Templates whose rows are an answer by themselves, if there are any.
_BY_ITSELF = frozenset(["path", "most"])
_FUZZY_LIMIT = 30_000  # names; with more of them, looking for misspelt ones takes too long
_PASSAGE = frozenset([RecordKind.PASSAGE])
_ALL = Filter()


@dataclass(frozen=True, slots=True)
class _Part:
    """What one question got."""

    question: Question
    ranked: tuple[Ranked, ...]
    best: SentenceUnit | None  # the sentence that answers best
    signs: Signs  # what silence is judged by
    sure: bool  # the graph answers by itself, whatever the sentences say
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
        names: the graph that every concept's names are read from, if not from ``store``: with
            one far away, its like on this machine.
    """

    def __init__(
        self,
        store: Graph,
        searcher: Searching,
        analyser: Morphology,
        relations: Relations,
        lexicon: Lexicon,
        texts: Texts,
        lines: Lines | None = None,
        names: Graph | None = None,
    ) -> None:
        self._names = names or store
        self._searcher = searcher
        self._analyser = analyser
        self._lexicon = lexicon
        self._texts = texts
        self._reader = Reader(analyser, relations, lexicon, load_thesaurus())
        self._tools = Tools(store, searcher, analyser, relations, texts, lines)

    def ask(self, question: str, k: int = 5, only: Filter = _ALL) -> Reply:
        """Answer ``question`` with at most ``k`` answers, best first, from what ``only`` passes.

        What the question itself says of the posts to look in narrows ``only``. Nothing in a
        question raises: what cannot be read is abstained from.
        """
        text = clean(question)
        lang = question_language(text)
        if not any(ch.isalnum() for ch in text):
            return Reply(question, lang, True, "", (), ("there is nothing to read",))
        text, only = read_filters(text, self._texts.all, only)
        parts = self._parts(text, lang, only)
        log = tuple(line for part in parts for line in part.log)
        if only.of_posts:
            log = (f"only posts with {_said(only)}", *log)
        sure = max(1.0 if part.sure else confidence(part.signs) for part in parts)
        log = (*log, f"confidence {sure:.2f}, needed {THRESHOLD:.2f}")
        ranked = _interleave([part.ranked for part in parts])[:k]
        query = next((r.query for r in ranked if r.query is not None), None)
        if sure < THRESHOLD or not ranked:
            near = tuple(replace(r.answer, kind="nearest") for r in ranked)
            return Reply(question, lang, True, "", near, (*log, NOTHING[lang]))
        answers = tuple(with_other_side(self._tools, r, only) for r in ranked)
        return Reply(question, lang, False, query.sparql if query else "", answers, log)

    def signs(self, question: str, only: Filter = _ALL) -> list[Signs]:
        """What :meth:`ask` judges its silence by, for each question that ``question`` holds."""
        text = clean(question)
        return [part.signs for part in self._parts(text, question_language(text), only)]

    def named(self, text: str) -> list[str]:
        """The names of the graph's concepts that stand in ``text``, as they stand, in order."""
        text = clean(text)
        found = self._matcher.match(text, fuzzy=False)
        return list(dict.fromkeys(text[m.start : m.end] for m in found))

    # ------------------------------------------------------------ one question

    def _parts(self, text: str, lang: str, only: Filter) -> list[_Part]:
        """Each question that ``text`` holds, answered."""
        pieces = split(text, lang, self._analyser.tokens(text))
        parts: list[_Part] = []
        for piece in pieces:
            before = parts[-1].best if parts else None
            parts.append(self._part(piece, pieces, only, before))
        return parts

    def _part(
        self, piece: str, pieces: Sequence[str], only: Filter, before: SentenceUnit | None
    ) -> _Part:
        """Answers to one question; ``before`` is what answers the question said before it."""
        question = self._reader.read(piece, self._naming)
        if len(pieces) > 1:
            question = self._with_names(question, [p for p in pieces if p != piece])
        found = self._searcher.search(
            question.wide, k=POOL, kinds=_PASSAGE, only=only, meaning=question.text
        )
        hits = by_themselves(found, PASSAGES)
        units = self._tools.sentences.of([hit for hit, _ in hits])
        question = with_likenesses(question, units)
        weight = weights(question, units)
        units = with_lists(self._tools, question, units)
        scored = after(before, scored_sentences(self._tools, question, hits, units, weight))
        stated, tried = from_graph(self._tools, question, scored, weight, only)
        built = from_structure(self._tools, question, stated, only)
        ranked = [*built, *stated, *from_passages(self._tools, question, scored, weight)]
        if question.type is QuestionType.YESNO:
            ranked = self._decided(question, ranked)
        ranked = _distinct(_mixed(question, sorted(ranked, key=lambda r: -r.score)))
        log = [*_read_aloud(question), *(x.why(ranked) for x in tried)]
        log += (f"{r.score:.3f} {r.answer.kind}: {r.answer.text}" for r in ranked[:6])
        best = scored[0].unit if scored else None
        structure = max((x.candidate.structure for x in tried if x.text), default=0.0)
        sure = any(r.query is not None and r.query.template in _BY_ITSELF for r in built)
        judged = signs(question, scored, structure)
        if judged and counts(question, built):
            judged["no_kind"] = 0.0  # the number is that of the statements
        log.append("signs: " + ", ".join(f"{k} {v:.2f}" for k, v in judged.items() if v))
        return _Part(question, tuple(ranked), best, judged, sure, tuple(log))

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
        names = names_of_all(self._names)
        self._fuzzy = sum(map(len, names.values())) <= _FUZZY_LIMIT
        return Matcher(names, self._lexicon)

    def _naming(self, text: str) -> list[Match]:
        found = self._matcher.match(text, fuzzy=False)
        return found if found or not self._fuzzy else self._matcher.match(text)

    # ------------------------------------------------------------ yes and no

    def _decided(self, question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
        weight = {term.text: term.weight for term in question.terms}
        decided = []
        for r in ranked:
            yes, _ = agrees(question, r.said, weight)
            told = r.answer.text if r.answer.kind == "passage" else r.said
            text = says(question.lang, yes, shorten(told, lambda _: 0.0, 150))
            decided.append(replace(r, answer=replace(r.answer, text=text, labels=())))
        return decided


def _mixed(question: Question, ranked: list[Ranked]) -> list[Ranked]:
    """``ranked`` with the best sentence no later than second, unless a list is asked for."""
    if question.type in (QuestionType.LIST, QuestionType.COUNT, QuestionType.RELATION):
        return ranked
    first = next((i for i, r in enumerate(ranked) if r.answer.kind == "passage"), 0)
    if first > 1:
        ranked.insert(1, ranked.pop(first))
    return ranked


def _interleave(parts: Sequence[Sequence[Ranked]]) -> list[Ranked]:
    """The best of each part, then the second best, and so on."""
    if len(parts) == 1:
        return list(parts[0])
    longest = max(map(len, parts), default=0)
    return _distinct([part[i] for i in range(longest) for part in parts if i < len(part)])


def _distinct(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Each answer once, by its text."""
    found: dict[str, Ranked] = {}
    for r in ranked:
        found.setdefault(r.answer.text, r)
    return list(found.values())


def _said(only: Filter) -> str:
    """A filter in words."""
    parts = (
        (f"id {', '.join(sorted(only.posts))}", only.posts),
        (f"tag {', '.join(sorted(only.tags))}", only.tags),
        (f"date from {only.since}", only.since),
        (f"date to {only.until}", only.until),
        (f"language {', '.join(sorted(only.langs))}", only.langs),
    )
    return "; ".join(text for text, given in parts if given)


def _read_aloud(question: Question) -> list[str]:
    """How the question was read, for ``--explain``."""
    lines = [f"read as {question.type} ({question.lang}): {question.text}"]
    for term in question.terms:
        named = ", ".join(f"c:{c} {s:.2f}" for c, s in term.concepts)
        lines.append(f"  {term.text}" + (f" = {named}" if named else ""))
    for g in question.relations:
        lines.append(f"  {g.verb}: r:{g.relation} {g.direction} {g.score:.2f}")
    return lines
