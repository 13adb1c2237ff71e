"""Whose list, section or note a line stands in."""

from __future__ import annotations

import re

from kgraph.extract.morphology import Analyser
from kgraph.extract.structure import blank, noun_phrase, without_asides
from kgraph.extract.terms import is_term
from kgraph.text import has_hangul
from kgraph.types import Block, BlockKind, MarkKind, Post
from kgraph.vocab.relations import Relations

_ASKING = re.compile(r"((이란|란|이|가|은|는)\s*(뭐|뭔|무엇|왜|어떻게)\S*|(이란|란))\s*\??$")
_KINDS_OF = re.compile(r"(.+?)의?\s+(종류|유형|구성\s?요소|types|kinds|components)", re.IGNORECASE)
_COUNTED = re.compile(
    r"(.+?)\s*(?:은|는|이|가)?\s*(?:\d+|두|세|네|다섯|여섯|몇)\s*(?:개|가지|종류|단계|종)"
    r"(?:\s*(?:있음|있다|있습니다|가 있다|가 있음|로 나뉨|로 나뉜다))?\s*[.:]?"
)
_VERSUS = re.compile(r"\bvs\b|(?<=[가-힣A-Za-z])[와과랑] ", re.IGNORECASE)
_PAIR = re.compile(r"\S\s+/\s+\S")
_TODO = re.compile(r"\s*(TODO|FIXME|할 ?일|숙제|궁금한 ?(점|것))\b", re.IGNORECASE)
# How a series counts its parts; the heading names what stands behind it.
_PART = re.compile(
    r"\s*(?:(?:섹션|챕터|파트|스텝|단원|강의|section|chapter|part|step|day|week|lesson|lecture|episode|ep)"
    r"\s*#?\d+|(?:제\s?)?\d+\s?(?:장|부|강|편|회차|일차|주차|단계|교시))\s*(?:[.:)|–—-]+\s*|$|\s)",
    re.IGNORECASE,
)
_SECTION = frozenset(
    """
    메모 노트 기록 요약 흐름 흐름도 절차 삽질 삽질기 후기 회고 주의점 주의사항 유의사항 팁 이슈
    트러블슈팅 tip tips
    유스케이스 사례 고려사항 이점 연습 실습 튜토리얼 페이지 안내 가이드 내용 문서
    종류 특징 장점 단점 정리 개념 개요 설명 소개 결론 요약 차이 차이점 비교 문제 방법 사용법
    설치 예시 예제 참고 목차 배경 이유 목적 구조 원리 동작 과정 구성 구성요소 용어 명령어 설정
    reference references overview summary q&a qna
    """.split()  # noqa: SIM905
)


def _seen(block: Block) -> str:
    hidden = (MarkKind.DELETED, MarkKind.IMAGE, MarkKind.GLOSS)
    return blank(block.text, [(m.start, m.end) for m in block.marks if m.kind in hidden])


class Topics:
    """Whose list, section or note a block stands in."""

    def __init__(self, post: Post, analyser: Analyser, relations: Relations) -> None:
        self._post = post
        self._analyser = analyser
        self._relations = relations
        self.said: dict[int, str] = {}  # block index: the term it is about
        self.labels: set[int] = set()  # list items that are a term and nothing else
        self.intros: dict[int, str] = {}  # paragraph that names what the list below it is about
        self._parents = {block.parent for block in post.blocks if block.parent is not None}
        self.title = self._of_title(post.title)

    def unsaid(self, index: int) -> bool:
        """Whether a block stands below TODO: what is there is not said yet."""
        parent = self._post.blocks[index].parent
        above = self._post.blocks[parent] if parent is not None else None
        if above is None and index and self._post.blocks[index].kind is BlockKind.ITEM:
            at = index
            while at and self._post.blocks[at].kind is BlockKind.ITEM:
                at -= 1
            above = self._post.blocks[at]
        return above is not None and _TODO.match(above.text) is not None

    def first_child(self, index: int) -> bool:
        """Whether a list item is the first below one that is a term and nothing else."""
        parent = self._post.blocks[index].parent
        return parent is not None and parent in self.labels and parent == index - 1

    def describes(self, index: int, name: str) -> bool:
        """Whether an item that is only a noun phrase says what the item it stands under is."""
        block = self._post.blocks[index]
        parent = block.parent
        if (
            parent is None
            or parent not in self.labels
            or self._post.blocks[index - 1] is not (self._post.blocks[parent])
        ):
            return False
        words = name.split()
        return (
            len(words) > 1
            and "의 " in name
            and not self.acts(words[-1])
            and index not in self._parents
        )

    def first_of_section(self, index: int) -> bool:
        """Whether a list item is the first thing below a heading that names something."""
        blocks = self._post.blocks
        above, after = blocks[index - 1], blocks[index + 1 : index + 2]
        named = index > 0 and above.kind is BlockKind.HEADING and bool(self.of_section(index))
        listed = [
            b
            for b in after
            if b.parent == blocks[index].parent and b.headings == blocks[index].headings
        ]
        return named and not any(noun_phrase(b.text, self._analyser) for b in listed)

    def whole(self, index: int) -> str:
        """What the members of this list are kinds or parts of: X 종류 as heading, X 3개 above."""
        block = self._post.blocks[index]
        if block.kind is BlockKind.ITEM and block.parent is not None:
            counted = _COUNTED.fullmatch(_seen(self._post.blocks[block.parent]).strip())
            return noun_phrase(counted[1], self._analyser) if counted else ""
        if block.kind is not BlockKind.ITEM or block.parent is not None or not block.headings:
            return ""
        heading = _KINDS_OF.fullmatch(_seen(self._post.blocks[block.headings[-1]]).strip())
        return self.of_heading(heading[1]) if heading else ""

    def of_section(self, index: int) -> str:
        """The term of the nearest heading above a block."""
        headings = self._post.blocks[index].headings
        return self.of_heading(_seen(self._post.blocks[headings[-1]])) if headings else ""

    def context(self, index: int) -> str:
        """The term that a bare predicate in this block is said of; empty when unsure."""
        if named := self.named_above(index):
            return "" if _VERSUS.search(named) else named
        for heading in reversed(self._post.blocks[index].headings):
            text = _seen(self._post.blocks[heading])
            if name := self.of_heading(text):
                return name
            if _VERSUS.search(text) or _PAIR.search(text):
                return ""  # dig / nslookup: of both, and of neither
        return self.title

    def named_above(self, index: int) -> str:
        """The term that the list item or paragraph names which this block stands under."""
        if label := self.label(index):
            return label
        parent = self._post.blocks[index].parent
        while parent is not None:
            if self.said.get(parent):
                return self.said[parent]
            parent = self._post.blocks[parent].parent
        return self.intro(index)

    def intro(self, index: int) -> str:
        """The term that the paragraph right above this block's list names: **VACUUM** : …"""
        blocks = self._post.blocks
        above = index
        while above and blocks[above].kind is BlockKind.ITEM:
            above -= 1
        if above == index or blocks[above].headings != blocks[index].headings:
            return ""
        return self.intros.get(above, "")

    def label(self, index: int) -> str:
        """The list item that is a term and nothing else and that a list item stands under.

        Writers often forget the indent: the items behind a term that has no list of its own,
        and does not stand among other bare terms, are that list.
        """
        block = self._post.blocks[index]
        if block.kind is not BlockKind.ITEM:
            return ""
        if block.parent is not None and block.parent in self.labels:
            return self.said.get(block.parent, "")
        before = [
            i
            for i in range(index)
            if self._post.blocks[i].kind is BlockKind.ITEM
            and self._post.blocks[i].parent == block.parent
            and self._post.blocks[i].headings == block.headings
        ]
        while before and before[-1] not in self.labels:
            if self.said.get(before[-1]) or before[-1] in self._parents:
                return ""
            before.pop()
        bare = [i for i in before[-2:] if i in self.labels and i not in self._parents]
        if not before or before[-1:] != bare:
            return ""
        return self.said.get(before[-1], "")

    def of_heading(self, text: str) -> str:
        """The term that a heading names, empty for 특징, 정리, a question or a sentence."""
        text = _PART.sub("", re.sub(r"^\s*(\d+[.)]\s*)+", "", text), count=1)
        text = re.split(r"\s[-–:|]\s|:\s", text)[0]
        text = _ASKING.sub("", text)
        if _VERSUS.search(text):
            return ""
        name = noun_phrase(text, self._analyser)
        words = name.split()
        while words and words[-1].casefold() in _SECTION:
            words = words[:-1]
        name = " ".join(words)
        if not is_term(name) or len(words) > 4 or self.acts(words[-1]):
            return ""
        return name

    def acts(self, word: str) -> bool:
        """Whether a name's last word is what somebody does: 컨테이너 생성, 접근."""
        return (has_hangul(word) and bool(self._relations.noun(word))) or word.endswith("하기")

    def _of_title(self, title: str) -> str:
        title = re.sub(r"\[[^\]]*\]", " ", title).strip()
        title = _PART.sub("", title, count=1)
        parts = re.split(r"\s+[-–:|]\s+|\s*\d+탄|,\s", title)
        if len(parts) > 1:
            return ""
        words = without_asides(parts[0]).split()
        while words and words[-1] in (
            "정리",
            "입문",
            "메모",
            "개념",
            "기초",
            "공부",
            "노트",
            "스터디",
            "요약",
            "후기",
            "회고",
            "일지",
            "이것저것",
            "이해하기",
            "알아보기",
        ):
            words.pop()
        name = noun_phrase(" ".join(words), self._analyser) if words else ""
        words = name.split()
        return name if words and len(words) <= 3 and not self.acts(words[-1]) else ""
