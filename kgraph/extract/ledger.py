"""What was read of a post: statements, mentions, pairs and definitions, with evidence."""

from __future__ import annotations

from kgraph.extract.facts import Fact
from kgraph.extract.terms import is_term, kind_of
from kgraph.extract.version import EXTRACTOR_VERSION
from kgraph.types import (
    Candidate,
    Definition,
    Evidence,
    Extraction,
    MarkKind,
    Mention,
    Pair,
    Post,
    Sentence,
)


class Ledger:
    """Keeps what is found in one post, each thing once, in the order of the text."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._candidates: dict[tuple[str, str, str, bool, int], Candidate] = {}
        self._mentions: list[Mention] = []
        self._pairs: dict[tuple[str, str], Pair] = {}
        self._definitions: dict[tuple[str, str], Definition] = {}

    def extraction(self) -> Extraction:
        """All that has been found so far."""
        return Extraction(
            self._post.id,
            tuple(self._mentions),
            tuple(self._candidates.values()),
            tuple(self._pairs.values()),
            tuple(self._definitions.values()),
        )

    def _evidence(self, sentence: Sentence, rule: str) -> Evidence:
        quote = self._post.text[sentence.start : sentence.end]
        return Evidence(self._post.id, quote, sentence.start, sentence.end, rule, EXTRACTOR_VERSION)

    def _add(self, fact: Fact, sentence: Sentence) -> None:
        key = (fact.subject, fact.relation, fact.object, fact.negated, sentence.index)
        if key not in self._candidates:
            self._candidates[key] = Candidate(
                fact.subject,
                fact.relation,
                fact.object,
                self._evidence(sentence, fact.rule),
                fact.negated,
                fact.condition,
                fact.minted,
            )
            if fact.rule in ("def.copula", "def.noun", "list.kind") and not fact.negated:
                self._define(fact.subject, sentence)

    def _define(self, term: str, sentence: Sentence) -> None:
        self._definitions.setdefault(
            (term, sentence.text), Definition(term, sentence.text, self._evidence(sentence, "def"))
        )

    def _mention(self, name: str, start: int, end: int, sentence: Sentence) -> None:
        block = self._post.blocks[sentence.block]
        low, high = sentence.block_start + start, sentence.block_start + end
        code = any(m.kind is MarkKind.CODE and m.start < high and low < m.end for m in block.marks)
        try:
            source = block.source_span(low, high)
        except ValueError:
            return
        self._mentions.append(Mention(name, *source, sentence.index, kind_of(name, code)))

    def _pair(self, first: str, second: str, sentence: Sentence) -> None:
        if is_term(first) and is_term(second) and first.casefold() != second.casefold():
            self._pairs.setdefault(
                (first, second), Pair(first, second, self._evidence(sentence, "pair"))
            )
