"""Lines with arrows: ways that something takes, steps, clauses that follow each other."""

from __future__ import annotations

import re
from itertools import pairwise

from kgraph.extract.clauses import ClauseReader
from kgraph.extract.facts import Fact
from kgraph.extract.lines import LineReader
from kgraph.extract.morphology import Token
from kgraph.extract.values import given_value, says_default
from kgraph.types import Sentence

IN_ORDER = re.compile(r"\S\s?순(?:서|번)?(?:으)?로\b|방향으로\b")


class ArrowReader(LineReader):
    """Reads what stands on the sides of an arrow."""

    def _clauses(
        self,
        reader: ClauseReader,
        text: str,
        tokens: tuple[Token, ...],
        sentence: Sentence,
        context: str,
    ) -> str:
        raise NotImplementedError

    def _path(
        self, parts: list[tuple[int, int]], plain: str, shown: str, sentence: Sentence, context: str
    ) -> str:
        """A -> B -> C: a way that something takes, steps, or clauses that follow each other."""
        names = [self._name(plain, shown, start, end) for start, end in parts]
        if all(names):
            steps = [self._topics.acts(name.split()[-1]) for name in names]
            relation = "precedes" if sum(steps) > len(steps) / 2 else "forwardsTo"
            for a, b in pairwise(names):
                if a != b:
                    self._add(Fact(a, relation, b, "arrow.path"), sentence)
            return ""
        topic = ""
        for at, (start, end) in enumerate(parts):
            if not names[at]:
                said_of = topic if at else context
                topic = self._part(plain, shown, start, end, sentence, said_of) or topic
        return topic

    def _part(
        self, plain: str, shown: str, start: int, end: int, sentence: Sentence, context: str
    ) -> str:
        """One side of an arrow, on its own."""
        text = shown[start:end]
        if text.rstrip().endswith("?"):
            return ""
        if (value := given_value(text)) and (value.name or context):
            owner = value.name or context
            self._add(Fact(owner, "hasAttribute", value.value, "value.given"), sentence)
            return ""
        reader = self._reader(text, context)
        reader.listed = bool(context) and start > 0
        if start > 0 and not given_value(text):
            reader.carried_object = self._done
        tokens = self._restore(plain[start:end], text)
        said = self._clauses(reader, text, tokens, sentence, context)
        if reader.actor and said != reader.actor:
            self._topics.said[sentence.block] = reader.actor  # => quorum queue가 대체
        self._done = reader.carried_object if reader.facts else []
        self._conditional = bool(reader.condition)
        self._follows = (reader.by or reader.case or [""])[0]
        return said

    def _pointed(self, term: str, name: str, sentence: Sentence, context: str) -> None:
        """A -> B: a default, two parts of a system, or what a value or code means."""
        if says_default(name):
            if context and context != term:
                self._add(Fact(context, "hasAttribute", term, "arrow.default"), sentence)
        elif self._is_part(term) and self._is_part(name):
            self._add(Fact(term, "forwardsTo", name, "arrow.pair"), sentence)
        elif self._topics.acts(name.split()[-1]):
            return
        elif term in self._code or term.isupper() or term.isdigit():
            self._add(Fact(term, "means", name, "arrow.meaning"), sentence)
