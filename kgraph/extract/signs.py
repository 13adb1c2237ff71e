"""Lines cut at a sign: a term and what is said of it, pairs, paths, sums."""

from __future__ import annotations

import re
from itertools import pairwise

from kgraph.extract.clauses import ClauseReader
from kgraph.extract.facts import Fact
from kgraph.extract.lines import LineReader
from kgraph.extract.morphology import Token
from kgraph.extract.pairs import abbreviates
from kgraph.extract.structure import (
    ARROW,
    PLUS,
    Split,
    pieces,
    split_line,
)
from kgraph.extract.terms import clean, is_attribute
from kgraph.extract.values import given_value, is_value, says_default
from kgraph.types import BlockKind, Sentence

_SEPARATOR = re.compile(r",\s+|\s+/\s+|\s*;\s+")
_VALUE = re.compile(r"[\d.,~]+\s*[\w%가-힣/]{0,6}|true|false|on|off", re.IGNORECASE)
_PATH = re.compile(r"~?(/[\w.\-*]+)+/?")
_LABELS = ("colon.list",)  # a label and its values, no topic to go on with


class SignReader(LineReader):
    """Reads lines that a colon, a dash, an arrow or an equals sign cuts."""

    def _clauses(
        self,
        reader: ClauseReader,
        text: str,
        tokens: tuple[Token, ...],
        sentence: Sentence,
        context: str,
    ) -> str:
        raise NotImplementedError

    # ------------------------------------------------------------ arrows

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
        tokens = self._restore(plain[start:end], text)
        said = self._clauses(reader, text, tokens, sentence, context)
        if reader.actor and said != reader.actor:
            self._topics.said[sentence.block] = reader.actor  # => quorum queue가 대체
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

    # ------------------------------------------------------------ terms and what is said of them

    def _split(self, split: Split, plain: str, shown: str, sentence: Sentence, context: str) -> str:
        segments = self._segments(plain, split.sign)
        if len(segments) > 1:
            return self._several(segments, plain, shown, sentence, context)
        parts = pieces(plain, ARROW)
        if split.sign == "->" and len(parts) > 2:
            return self._path(parts, plain, shown, sentence, context)
        offset = split.right_start
        term = self._name(plain, shown, 0, len(split.left))
        right_text = shown[offset:]
        tokens = self._shifted(plain, shown, offset)
        if split.sign == ":" and context and (is_attribute(term or clean(split.left))):
            value = clean(shown[offset:])
            if _VALUE.fullmatch(value):  # 기본 TTL : 24시간
                self._add(Fact(context, "hasAttribute", value, "colon.value"), sentence)
                return ""
        if not term and split.sign == "=":
            return ""
        if not term:
            # A sentence with a sign in it: each side on its own.
            left = self._part(plain, shown, 0, offset, sentence, context)
            if split.sign == "=":
                return left
            said_of = left or self._follows or ("" if self._conditional else context)
            return self._part(plain, shown, offset, len(plain), sentence, said_of) or left
        self._topics.said.setdefault(sentence.block, term)
        self._introduce(term, sentence)
        self._belongs(term, sentence)
        name = self._name(plain, shown, offset, len(plain))
        if split.sign == "=" and "+" in split.right:
            for start, end in pieces(split.right, PLUS):
                member = self._name(plain, shown, offset + start, offset + end)
                if member:
                    self._add(Fact(term, "contains", member, "equals.parts"), sentence)
            return term
        if split.sign in ("=", ":") and is_value(right_text.strip().rstrip(".")):
            value = right_text.strip().rstrip(".")
            self._add(Fact(term, "hasAttribute", value, "sign.value"), sentence)
            return term
        if name and split.sign == "=":
            if abbreviates(term, name) or abbreviates(name, term):
                self._pair(term, name, sentence)
            else:
                self._add(Fact(term, "isA", name, "def.equals"), sentence)
            return term
        if name and split.sign == ":" and _PATH.fullmatch(name):
            self._add(Fact(term, "locatedIn", name, "colon.path"), sentence)
            return term
        if says_default(right_text) and context != term:
            self._pointed(term, clean(right_text), sentence, context)
            return term
        if name and split.sign == "-" and len(name.split()) == 1 and len(term.split()) == 1:
            return term  # master - replica: side by side
        if name and split.sign == "->" and not self._topics.acts(name.split()[-1]):
            self._pointed(term, name, sentence, context)
            return term
        return self._described(split, term, right_text, tokens, sentence)

    def _described(
        self,
        split: Split,
        term: str,
        text: str,
        tokens: tuple[Token, ...],
        sentence: Sentence,
    ) -> str:
        """What stands behind the sign is read as said of the term."""
        facts = len(self._candidates)
        arrow = ARROW.search(text)
        if arrow is not None:  # … 상황 => 손상 위험: the second part defines nothing
            rest = text[arrow.end() :]
            text = text[: arrow.start()]
            tokens = tuple(t for t in tokens if t.end <= arrow.start())
            after = self._reader(rest, term)
            self._clauses(after, rest, self._analyser.tokens(rest), sentence, term)
        values = [v for part in _SEPARATOR.split(text) if (v := given_value(part)) and not v.name]
        for value in values:  # 기본 단위, 기본값 16KB
            self._add(Fact(term, "hasAttribute", value.value, "value.given"), sentence)
        reader = self._reader(text, term, term, loose=split.sign == "->")
        self._clauses(reader, text, tokens, sentence, term)
        if len(self._candidates) > facts and split.sign in (":", "-", "="):
            defined = any(
                c.relation == "isA" and c.subject == term for c in self._candidates.values()
            )
            if defined:
                self._define(term, sentence)
        self._topics.said[sentence.block] = term
        told = [c.evidence.rule for c in list(self._candidates.values())[facts:]]
        return "" if told and set(told) <= set(_LABELS) else term

    def _belongs(self, term: str, sentence: Sentence) -> None:
        """A member of a list below "X 종류" or "정책 3개" is one of X."""
        whole = self._topics.whole(sentence.block)
        if whole and whole.casefold() != term.casefold():
            self._add(Fact(whole, "contains", term, "list.kinds"), sentence)

    def _introduce(self, term: str, sentence: Sentence) -> None:
        """Keeps ``term`` for the list below, if its line is a paragraph of its own."""
        block = self._post.blocks[sentence.block]
        if block.kind is BlockKind.PARAGRAPH and sentence.text == block.text.strip():
            self._topics.intros[sentence.block] = term

    def _segments(self, plain: str, sign: str) -> list[tuple[int, int]]:
        """A line cut where another pair of the same sign begins: 바이너리 : /bin, 설정 : /etc."""
        found: list[tuple[int, int]] = []
        for start, end in pieces(plain, _SEPARATOR):
            part = split_line(plain[start:end])
            if found and (part is None or part.sign != sign):
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        return found

    def _several(
        self,
        segments: list[tuple[int, int]],
        plain: str,
        shown: str,
        sentence: Sentence,
        context: str,
    ) -> str:
        """Terms and what is said of each in one line."""
        for start, end in segments:
            part = split_line(plain[start:end])
            if part is not None:
                self._split(part, plain[start:end], shown[start:end], sentence, context)
        return ""
