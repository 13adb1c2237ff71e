"""Lines cut at a sign: a term and what is said of it, pairs, paths, sums."""

from __future__ import annotations

import re

from kgraph.extract.arrows import IN_ORDER, ArrowReader
from kgraph.extract.facts import Fact
from kgraph.extract.listed import listed
from kgraph.extract.morphology import Token
from kgraph.extract.pairs import abbreviates
from kgraph.extract.structure import (
    ARROW,
    PLUS,
    Split,
    pieces,
    split_line,
)
from kgraph.extract.terms import clean, is_attribute, is_empty_word
from kgraph.extract.values import given_value, is_value, says_default
from kgraph.types import BlockKind, Sentence

_SEPARATOR = re.compile(r",\s+|\s+/\s+|\s*;\s+")
_VALUE = re.compile(r"[\d.,~]+\s*[\w%가-힣/]{0,6}|true|false|on|off", re.IGNORECASE)
_PATH = re.compile(r"~?(/[\w.\-*]+)+/?")
_LABELS = ("colon.list",)  # a label and its values, no topic to go on with


class SignReader(ArrowReader):
    """Reads lines that a colon, a dash, an arrow or an equals sign cuts."""

    # ------------------------------------------------------------ terms and what is said of them

    def _split(self, split: Split, plain: str, shown: str, sentence: Sentence, context: str) -> str:
        if split.sign == "->" and IN_ORDER.search(shown):
            return ""  # 리졸버는 root -> TLD 순으로 물어본다: the arrows are no sentence's end
        segments = self._segments(plain, split.sign)
        if len(segments) > 1:
            return self._several(segments, plain, shown, sentence, context)
        parts = pieces(plain, ARROW)
        if split.sign == "->" and len(parts) > 2:
            return self._path(parts, plain, shown, sentence, context)
        offset = split.right_start
        term = self._name(plain, shown, 0, len(split.left))
        if term and split.sign == ":" and is_empty_word(term.split()[-1]):
            term = ""  # 적용 대상: 모든 오브젝트
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
        whole = self._topics.context(sentence.block)
        members = listed(term, text, self._analyser) if whole not in ("", term) else None
        if members is not None:
            for name in members.names:
                self._add(Fact(whole, members.relation, name, "colon.trait"), sentence)
            return ""
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
