"""Reads one post, sentence by sentence, and keeps what it is about on the way."""

from __future__ import annotations

import re
from itertools import pairwise

from kgraph.extract.chunker import chunk
from kgraph.extract.clauses import ClauseReader, mentions
from kgraph.extract.english import read_english
from kgraph.extract.facts import Fact
from kgraph.extract.ledger import Ledger
from kgraph.extract.morphology import Analyser, Token
from kgraph.extract.pairs import abbreviates, find_pairs
from kgraph.extract.spotting import spot
from kgraph.extract.structure import (
    ARROW,
    PLUS,
    Split,
    Topics,
    blank,
    is_block_of_prose,
    noun_phrase,
    pieces,
    split_line,
    tokens_around,
    without_asides,
)
from kgraph.extract.tables import read_tables
from kgraph.extract.terms import clean, is_attribute
from kgraph.text import has_hangul
from kgraph.types import (
    Block,
    BlockKind,
    Extraction,
    MarkKind,
    Post,
    Segmented,
    Sentence,
)
from kgraph.vocab.lexicon import Lexicon
from kgraph.vocab.relations import Relations

_NOT_SAID = re.compile(
    r"^\s*(ex\)|예\)|예를 들|e\.g\.|Q\.|Q:)|비유|같은 느낌|로 치면|쉽게 말하|같은 존재",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"\?[\s)\]!?.]*$|[ㄱ-힣](까|나요|는지)[\s.…]*$")
_POINT = re.compile(r"(\?|가|이)\s*['\"’”)]*\s*(가|이)?\s*(핵심|중요|포인트|관건)")
_WHO = re.compile(r"누가\s*(접근|access)", re.IGNORECASE)
_LATIN_RUN = re.compile(r"[A-Za-z][A-Za-z0-9 ,.'\-/]{12,}")

_COMMA = re.compile(r",\s+")
_NEXT_PAIR = re.compile(r",\s+[^,:]+\s:\s")
_VALUE = re.compile(r"[\d.,~]+\s*[\w%가-힣/]{0,6}|true|false|on|off", re.IGNORECASE)
_SETTING = re.compile(  # wal_level = replica, --timeout=5m0s, max_wal_senders : 10
    r"((?:--?)?[A-Za-z][\w\-]*(?:[_.\-]\w+)+|--\w+)\s*[=:]\s*([\w.\-/]+)", re.ASCII
)
_PARTICLE = re.compile(r" (은|는|이|가|을|를|의|에|에서|로|으로|와|과)(?= )")
_TOLD = re.compile(r"(다|요|자)[.:]\s*$")
_PATH = re.compile(r"~?(/[\w.\-*]+)+/?")
_LABELS = ("colon.list",)  # a label and its values, no topic to go on with


class PostReader(Ledger):
    """One pass over a post."""

    def __init__(
        self,
        post: Post,
        segmented: Segmented,
        analyser: Analyser,
        relations: Relations,
        lexicon: Lexicon,
    ) -> None:
        super().__init__(post)
        self._segmented = segmented
        self._analyser = analyser
        self._relations = relations
        self._lexicon = lexicon
        self._topics = Topics(post, analyser, relations)

    def read(self) -> Extraction:
        """The extraction of the post."""
        last_block, last_topic = -1, ""
        for sentence in self._segmented.sentences:
            block = self._post.blocks[sentence.block]
            if block.kind is BlockKind.CODE:
                continue
            if sentence.block != last_block:
                keep = (
                    block.kind is BlockKind.PARAGRAPH
                    and last_block >= 0
                    and self._post.blocks[last_block].kind is BlockKind.PARAGRAPH
                    and self._post.blocks[last_block].headings == block.headings
                )
                last_topic = last_topic if keep else ""
            last_block = sentence.block
            last_topic = self._sentence(sentence, block, last_topic) or last_topic
        sentences = {s.block: s for s in reversed(self._segmented.sentences)}
        for index, fact in read_tables(self._post, self._topics, self._analyser, self._lexicon):
            if index in sentences:
                self._add(fact, sentences[index])
        return self.extraction()

    # ------------------------------------------------------------ one sentence

    def _sentence(self, sentence: Sentence, block: Block, before: str) -> str:
        """Reads a sentence; returns the term it was about."""
        text, shown = self._visible(sentence, block)
        for first, second in find_pairs(shown):
            if noun_phrase(first, self._analyser) and noun_phrase(second, self._analyser):
                self._pair(first, second, sentence)
        plain = without_asides(text)
        tokens = self._restore(plain, shown)
        chunks = chunk(shown, tokens)
        named = dict.fromkeys(mentions(shown, chunks))
        for name, start, end in named | dict.fromkeys(spot(shown, self._lexicon)):
            self._mention(name, start, end, sentence)
        if block.kind is BlockKind.HEADING or not is_block_of_prose(block):
            return ""
        prose = block.kind is BlockKind.PARAGRAPH
        below = self._opens_section(sentence.block)
        opening = below and sentence.block_start == 0
        context = before or self._topics.context(sentence.block)
        told = bool(_TOLD.search(shown)) and not self._topics.named_above(sentence.block)
        step = block.ordered and told  # of a procedure: the reader of the note does it
        if (step or (prose and not opening)) and not before and block.headings:
            context = ""  # of whom running text speaks is not the heading's to say
        if _NOT_SAID.search(shown):
            return ""
        if (_POINT.search(shown) and "?" in shown) or _WHO.search(shown):
            if _WHO.search(shown) and context and self._is_point(sentence):
                self._add(Fact(context, "controls", "접근", "ko.point"), sentence)
                self._add(Fact(context, "controls", "access", "ko.point"), sentence)
            return ""
        if _QUESTION.search(shown):
            return ""
        setting = _SETTING.fullmatch(shown.strip())
        if setting and not has_hangul(shown):
            self._add(Fact(setting[1], "hasAttribute", setting[2], "code.value"), sentence)
            self._topics.said.setdefault(sentence.block, setting[1])
            return setting[1]
        split = split_line(plain)
        if split is not None:
            return self._split(split, plain, shown, sentence, context)
        end = len(plain.rstrip().removesuffix(":"))
        only = self._name(plain, shown, 0, end)
        if only and block.kind is BlockKind.ITEM:
            reader = ClauseReader(shown, self._relations, context)
            facts = reader.read(chunks)
            for fact in facts:
                self._add(fact, sentence)
            if not facts:
                self._topics.said.setdefault(sentence.block, only)
                self._belongs(only, sentence)
                self._topics.labels.add(sentence.block)
            return ""
        if only:
            self._introduce(only, sentence)
        reader = ClauseReader(
            shown,
            self._relations,
            context,
            context if opening or block.kind is not BlockKind.PARAGRAPH else "",
            loose=True,
            prose=prose or told,
        )
        reader.opening = below
        reader.listed = bool(context) and context == self._topics.label(sentence.block)
        return self._clauses(reader, shown, tokens, sentence, context)

    def _clauses(
        self,
        reader: ClauseReader,
        text: str,
        tokens: tuple[Token, ...],
        sentence: Sentence,
        context: str,
    ) -> str:
        chunks = chunk(text, tokens) if has_hangul(text) or not reader.is_clause(text) else []
        for fact in reader.read(chunks):
            self._add(fact, sentence)
        topic = reader.topic[0] if reader.topic else ""
        for run in _LATIN_RUN.finditer(text):
            said = (topic or context) if has_hangul(text[: run.start()]) else context
            for fact in read_english(run.group(), self._relations, said, not has_hangul(text)):
                self._add(fact, sentence)
        if topic and not is_attribute(topic):
            self._topics.said.setdefault(sentence.block, topic)
            return topic
        return ""

    def _opens_section(self, index: int) -> bool:
        """Whether a block is the first below its heading."""
        return index > 0 and self._post.blocks[index - 1].kind is BlockKind.HEADING

    def _split(self, split: Split, plain: str, shown: str, sentence: Sentence, context: str) -> str:
        parts = pieces(plain, ARROW)
        if split.sign == "->" and len(parts) > 2:
            names = [self._name(plain, shown, start, end) for start, end in parts]
            for a, b in pairwise(names):
                if a and b and a != b:
                    self._add(Fact(a, "forwardsTo", b, "arrow.path"), sentence)
            return ""
        offset = split.right_start
        term = self._name(plain, shown, 0, len(split.left))
        right_text = shown[offset:]
        tokens = self._shifted(plain, shown, offset)
        if split.sign == ":" and _NEXT_PAIR.search(split.right):
            return self._several(plain, shown, sentence, context)
        if split.sign == ":" and context and (is_attribute(term or clean(split.left))):
            value = clean(shown[offset:])
            if _VALUE.fullmatch(value):  # 기본 TTL : 24시간
                self._add(Fact(context, "hasAttribute", value, "colon.value"), sentence)
                return ""
        if not term and split.sign == "=":
            return ""
        if not term:
            # A sentence with a sign in it: each side on its own.
            reader = ClauseReader(shown[: split.right_start], self._relations, context)
            left_plain = plain[:offset]
            topic = self._clauses(
                reader, shown[:offset], self._restore(left_plain, shown[:offset]), sentence, context
            )
            if split.sign != "=":
                reader = ClauseReader(right_text, self._relations, topic or context)
                self._clauses(reader, right_text, tokens, sentence, topic or context)
            return topic
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
        if name and split.sign == "=":
            if abbreviates(term, name) or abbreviates(name, term):
                self._pair(term, name, sentence)
            else:
                self._add(Fact(term, "isA", name, "def.equals"), sentence)
            return term
        if name and split.sign == ":" and _PATH.fullmatch(name):
            self._add(Fact(term, "locatedIn", name, "colon.path"), sentence)
            return term
        if name and split.sign == "->":
            self._add(Fact(term, "forwardsTo", name, "arrow.pair"), sentence)
            return term
        reader = ClauseReader(right_text, self._relations, term, term, loose=split.sign == "->")
        facts = len(self._candidates)
        self._clauses(reader, right_text, tokens, sentence, term)
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
        """A member of a list below "X 종류" is one of X."""
        whole = self._topics.whole(sentence.block)
        if whole and whole.casefold() != term.casefold():
            self._add(Fact(whole, "contains", term, "list.kinds"), sentence)

    def _introduce(self, term: str, sentence: Sentence) -> None:
        """Keeps ``term`` for the list below, if its line is a paragraph of its own."""
        block = self._post.blocks[sentence.block]
        if block.kind is BlockKind.PARAGRAPH and sentence.text == block.text.strip():
            self._topics.intros[sentence.block] = term

    def _several(self, plain: str, shown: str, sentence: Sentence, context: str) -> str:
        """Terms and what is said of each in one line: 바이너리 : /bin, 설정 : /etc."""
        for start, end in pieces(plain, _COMMA):
            part = split_line(plain[start:end])
            if part is not None:
                self._split(part, plain[start:end], shown[start:end], sentence, context)
        return ""

    # ------------------------------------------------------------ text and tokens

    def _name(self, plain: str, shown: str, start: int, end: int) -> str:
        """The term that this part of the sentence is nothing but, or an empty string."""
        return noun_phrase(plain[start:end], self._analyser, shown[start:end])

    def _visible(self, sentence: Sentence, block: Block) -> tuple[str, str]:
        """The sentence for the analyser (code as one word) and for the eye, of one length."""
        shown = sentence.text
        masked = shown
        low, high = sentence.block_start, sentence.block_end
        gone: list[tuple[int, int]] = []
        for mark in block.marks:
            start, end = max(mark.start, low) - low, min(mark.end, high) - low
            if start >= end:
                continue
            if mark.kind in (MarkKind.DELETED, MarkKind.IMAGE, MarkKind.GLOSS):
                gone.append((start, end))
            elif mark.kind is MarkKind.CODE:
                if _PARTICLE.match(masked, end):
                    end += 1  # `maxmemory` 를: the space belongs to the word
                masked = masked[:start] + "x" * (end - start) + masked[end:]
        masked = re.sub("['\"‘’“”`*]", " ", masked)
        return blank(masked, gone), blank(shown, gone)

    def _restore(self, plain: str, shown: str) -> tuple[Token, ...]:
        return tuple(
            Token(shown[t.start : t.end], t.tag, t.start, t.end) if t.tag == "SL" else t
            for t in tokens_around(plain, self._analyser)
        )

    def _shifted(self, plain: str, shown: str, offset: int) -> tuple[Token, ...]:
        return self._restore(plain[offset:], shown[offset:])

    # ------------------------------------------------------------ what is found

    def _is_point(self, sentence: Sentence) -> bool:
        """Whether this question, or what follows it, is called the point."""
        near = self._segmented.sentences[sentence.index : sentence.index + 3]
        return any(_POINT.search(s.text) or re.match(r"\s*(가|이) 핵심", s.text) for s in near)
