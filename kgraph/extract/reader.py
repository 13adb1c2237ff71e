"""Reads one post, sentence by sentence, and keeps what it is about on the way."""

from __future__ import annotations

import re

from kgraph.extract.chunker import chunk
from kgraph.extract.clauses import ClauseReader
from kgraph.extract.english import english_topic, read_english
from kgraph.extract.facts import Fact
from kgraph.extract.morphology import Token
from kgraph.extract.names import mentions, owners
from kgraph.extract.nominal import KINDS
from kgraph.extract.pairs import find_pairs
from kgraph.extract.signs import SignReader
from kgraph.extract.spotting import spot
from kgraph.extract.structure import is_block_of_prose, noun_phrase, split_line, without_asides
from kgraph.extract.tables import read_tables
from kgraph.extract.terms import is_attribute
from kgraph.extract.values import given_value, says_default
from kgraph.text import has_hangul
from kgraph.types import Block, BlockKind, Extraction, MarkKind, Sentence

_NOT_SAID = re.compile(
    r"^\s*(ex\)|예\)|예를 들|예컨대|가령|e\.g\.|Q\.|Q:|TODO|FIXME)|비유|같은 느낌|로 치면|쉽게 말하"
    r"|같은 존재|^\s*마치 |^\W*(출처|원문|작성자|작성일|발제|발표자?|참고 ?(자료|문서|링크))\s*:",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\?[\s)\]!?.ㅠㅜㅋ;]*$|[ㄱ-힣](까|나요|는지|려나|던가|는건가|ㄴ가|을지)[\s.…;ㅠㅜ]*$|하나\s*\.\.+\s*$"
)
_HASHES = re.compile(r"#{1,6}\s*(\S.{0,60})$")
_POINT = re.compile(r"(\?|가|이)\s*['\"’”)]*\s*(가|이)?\s*(핵심|중요|포인트|관건)")
_WHO = re.compile(r"누가\s*(접근|access)", re.IGNORECASE)
_LATIN_RUN = re.compile(r"[A-Za-z][A-Za-z0-9 ,.'’\-/_]{12,}")
_SETTING = re.compile(  # wal_level = replica, --timeout=5m0s, max_wal_senders : 10
    r"((?:--?)?[A-Za-z][\w\-]*(?:[_.\-]\w+)+|--\w+)\s*[=:]\s*([\w.\-/]+)", re.ASCII
)
_TOLD = re.compile(r"(다|요|자)[.:]\s*$")
_ASIDE = re.compile(r"\(((?:[^()]|\([^()]*\)){2,60})\)")
_RUNNING = (BlockKind.PARAGRAPH, BlockKind.QUOTE)
_TEAM = re.compile(r"[\w가-힣 ]*(?:팀|소속|회사|재단|대학교?)")


class PostReader(SignReader):
    """One pass over a post."""

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
            self._unsure = False
            said = self._sentence(sentence, block, last_topic)
            last_topic = said or ("" if self._unsure else last_topic)
        sentences = {s.block: s for s in reversed(self._segmented.sentences)}
        for index, fact in read_tables(
            self._post, self._topics, self._analyser, self._relations, self._lexicon
        ):
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
        said = self._said(sentence, block, before, plain, shown, tokens)
        self._remember([*owners(shown, chunks), *(name for name, _, _ in named)])
        return said

    def _said(
        self,
        sentence: Sentence,
        block: Block,
        before: str,
        plain: str,
        shown: str,
        tokens: tuple[Token, ...],
    ) -> str:
        prose = block.kind is BlockKind.PARAGRAPH
        below = self._opens_section(sentence.block)
        opening = below and sentence.block_start == 0
        if self._caption and before == self._caption:
            below = opening = True  # the line above is a name in bold, and nothing else
        self._caption = ""
        context = before or self._topics.context(sentence.block)
        told = bool(_TOLD.search(shown)) and not self._topics.named_above(sentence.block)
        step = block.ordered and told  # of a procedure: the reader of the note does it
        if (step or (prose and not opening)) and not before and block.headings:
            context = ""  # of whom running text speaks is not the heading's to say
        if heading := _HASHES.match(shown):  # ##JWT: a heading without its space
            return self._topics.of_heading(heading[1])
        if _NOT_SAID.search(shown) or self._topics.unsaid(sentence.block):
            return ""
        if (_POINT.search(shown) and "?" in shown) or _WHO.search(shown):
            if _WHO.search(shown) and context and self._is_point(sentence):
                self._add(Fact(context, "controls", "접근", "ko.point"), sentence)
                self._add(Fact(context, "controls", "access", "ko.point"), sentence)
            return ""
        if _QUESTION.search(shown):
            return ""
        self._asides(plain, shown, sentence, context)
        setting = _SETTING.fullmatch(shown.strip())
        if setting and not has_hangul(shown):
            self._add(Fact(setting[1], "hasAttribute", setting[2], "code.value"), sentence)
            self._topics.said.setdefault(sentence.block, setting[1])
            return setting[1]
        if self._valued(shown, sentence, context):
            return ""
        split = split_line(plain)
        if split is not None:
            return self._split(split, plain, shown, sentence, context)
        end = len(plain.rstrip().removesuffix(":"))
        only = self._name(plain, shown, 0, end)
        if only and block.kind is BlockKind.ITEM:
            return self._item(only, shown, tokens, sentence, context)
        if only and block.kind in _RUNNING and self._heads(sentence, block):
            self._caption = only
            return only
        if only:
            self._introduce(only, sentence)
        reader = self._reader(
            shown,
            context,
            context if opening or block.kind is not BlockKind.PARAGRAPH else "",
            loose=True,
            prose=prose or told,
        )
        first = self._topics.first_child(sentence.block)
        reader.opening = below or (first and sentence.block_start == 0)
        reader.listed = bool(context) and context == self._topics.label(sentence.block)
        return self._clauses(reader, shown, tokens, sentence, context)

    def _item(
        self, only: str, shown: str, tokens: tuple[Token, ...], sentence: Sentence, context: str
    ) -> str:
        """A list item that is one noun phrase: a predicate noun, a kind, or the term of a list."""
        reader = self._reader(shown, context)
        facts = reader.read(chunk(shown, tokens))
        for fact in facts:
            self._add(fact, sentence)
        if not facts:
            self._topics.said.setdefault(sentence.block, only)
            self._belongs(only, sentence)
            self._topics.labels.add(sentence.block)
            kind = only.split()[-1] in KINDS and len(only.split()) > 1
            if (kind and self._topics.first_of_section(sentence.block)) or (
                self._topics.describes(sentence.block, only)
            ):
                self._add(Fact(context, "isA", only, "list.kind"), sentence)
        return ""

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
            if fact.relation == "isA" and not fact.negated:
                self._kinds[fact.object.split()[-1].casefold()] = fact.subject
        self._kinds.update({kind.casefold(): name for kind, name in reader.called.items()})
        topic = (reader.topic or reader.first or [""])[0]
        self._unsure = reader.others or reader.lost
        if not topic and reader.defines:
            topic = reader.defined  # React 기반 프레임워크. 라우팅을 제공한다.
        for run in _LATIN_RUN.finditer(text):
            said = (topic or context) if has_hangul(text[: run.start()]) else context
            for fact in read_english(run.group(), self._relations, said, not has_hangul(text)):
                self._add(fact, sentence)
        if not topic and not has_hangul(text):
            topic = english_topic(text, self._relations)
        self._object = reader.carried_object or reader.object_before
        if topic and not is_attribute(topic):
            self._topics.said.setdefault(sentence.block, topic)
            return topic
        return ""

    def _heads(self, sentence: Sentence, block: Block) -> bool:
        """Whether a line is the bold title of the lines behind it in its paragraph."""
        bold = any(
            m.kind is MarkKind.STRONG
            and m.start <= sentence.block_start < m.end <= sentence.block_end
            for m in block.marks
        )
        return bold and sentence.block_end < len(block.text)

    def _opens_section(self, index: int) -> bool:
        """Whether a block is the first below its heading."""
        return index > 0 and self._post.blocks[index - 1].kind is BlockKind.HEADING

    # ------------------------------------------------------------ values and asides

    def _valued(self, shown: str, sentence: Sentence, context: str) -> bool:
        """A line that gives a value: backlog 크기 default 1mb."""
        if says_default(shown) and context:
            owner = self._topics.named_above(self._post.blocks[sentence.block].parent or 0)
            if owner and owner != context:
                self._add(Fact(owner, "hasAttribute", context, "value.default"), sentence)
                return True
            return False
        value = given_value(without_asides(shown))
        if value is None or not (value.name or context):
            return False
        owner = value.name or context
        self._add(Fact(owner, "hasAttribute", value.value, "value.given"), sentence)
        return True

    def _asides(self, plain: str, shown: str, sentence: Sentence, context: str) -> None:
        """What brackets say of the name before them: timeout(기본 60초), Airflow(EKS에서 동작)."""
        for match in _ASIDE.finditer(shown):
            inner = match[1].strip()
            name = self._before(plain, shown, match.start())
            if not name or "?" in inner or _NOT_SAID.search(inner):
                continue
            if self._topics.acts(name.split()[-1]):
                continue  # 상태 관리(생성, 삭제): of what is done, not of a thing
            value = given_value(inner)
            if value is not None and not value.name:
                self._add(Fact(name, "hasAttribute", value.value, "aside.value"), sentence)
            elif says_default(inner) and context and context != name:
                self._add(Fact(context, "hasAttribute", name, "aside.default"), sentence)
            elif _TEAM.fullmatch(inner) and len(inner.split()) > 1:
                self._add(Fact(name, "memberOf", inner, "aside.team"), sentence)
            elif has_hangul(inner) and " " in inner:
                reader = self._reader(inner, name)
                for fact in reader.read(chunk(inner, self._analyser.tokens(inner))):
                    if fact.subject == name:
                        self._add(fact, sentence)

    def _before(self, plain: str, shown: str, at: int) -> str:
        """The name that ends right before ``at``."""
        head = shown[:at].rstrip()
        if not head or len(shown[:at]) - len(head) > 1:
            return ""
        chunks = chunk(shown[:at], self._restore(plain[:at], shown[:at]))
        found = list(mentions(shown[:at], chunks))
        return found[-1][0] if found and found[-1][2] >= len(head) else ""

    # ------------------------------------------------------------ what is found

    def _is_point(self, sentence: Sentence) -> bool:
        """Whether this question, or what follows it, is called the point."""
        near = self._segmented.sentences[sentence.index : sentence.index + 3]
        return any(_POINT.search(s.text) or re.match(r"\s*(가|이) 핵심", s.text) for s in near)
