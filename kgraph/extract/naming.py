"""What a noun phrase names: its head, what it points back to, the modifier that it needs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgraph.extract.chunks import Chunk, Phrase, Predicate
from kgraph.extract.state import SentenceState
from kgraph.extract.terms import clean, is_term
from kgraph.vocab.generic import load_generic

_ASIDE = re.compile(r"\([^()]*\)")
_AUTHORS = frozenset(["우리", "저희"])
_EACH = re.compile(r"(?:하나|둘|셋|한|두|세|몇|서너|조금)\s?(?:개|번|대|명|건)?씩")
_BACK = frozenset(["이", "이것", "그것", "이거", "그거", "얘", "걔", "그", "이놈", "요것"])
# Adverbs that are nouns to the analyser: with 은/는 they are nobody's subject.
_UNSAID = frozenset(
    """
    현재 지금 이후 이전 최근 요즘 기본 보통 이때 그때 나중 다음 처음 마지막 결국 실제 오늘 평소 당시
    원래 예전 과거 일단 사실 초기 대신 이번 여기 거기 기존 정확 수 데 줄 필요 뿐 대부분 일반 경우 때
    자동 수동 직접 이상 이하 동시 반대 평상시 앞 뒤 중간 내부 외부 안 밖 위 아래 동안 후 전 시 보통
    """.split()  # noqa: SIM905
)
# Heads that a word before stands for again: 이 값, 해당 노드.
_THIN = frozenset(
    """
    값 결과 순서 쪽 대상 항목 이름 데이터 노드 버전 상태 문서 페이지 명령 코드 파일
    """.split()  # noqa: SIM905
)


class PhraseNames(SentenceState):
    """Reads the names of phrases, given what the sentences before have named."""

    def _names(self, phrase: Phrase, before: Chunk | None) -> list[str]:
        if phrase.words and phrase.words[-1].tag == "XSN" and phrase.words[-1].form == "적":
            return []
        if len(phrase.words) == 1 and phrase.words[0].form in _AUTHORS:
            return [phrase.words[0].form]
        if phrase.pronoun and phrase.words[0].form not in _THIN:
            return []
        if phrase.head > phrase.start and self.text[phrase.head : phrase.end].isdecimal():
            return []  # 이름의 53
        if _EACH.fullmatch(self.text[phrase.head : phrase.end]):
            return []  # 하나씩 떠 있다
        name = clean(self.text[phrase.head : phrase.end])
        if phrase.pointing and (spoken := self._spoken_of(name)):
            return [spoken]
        if phrase.head != phrase.start and (not is_term(name) or len(name) <= 2):
            name = clean(self.text[phrase.start : phrase.end])
        name = clean(_ASIDE.sub(" ", name))
        # Names that say too little alone: 커밋된 결과, 가장 높은 버전.
        said = before if isinstance(before, Predicate) and before.ending == "modifier" else None
        thin = name in load_generic("ko") if said and said.adjective else name in _THIN
        if said and thin:
            full = clean(_ASIDE.sub(" ", self.text[said.start : phrase.end]))
            fits = is_term(full) and len(full.split()) <= 4
            return [full] if fits else [name] if is_term(name) else []
        return [name] if is_term(name) else []

    def _spoken_of(self, noun: str) -> str:
        """The term spoken of before that ``noun`` stands for (이 토픽), or an empty string."""
        last = noun.split()[-1].casefold() if noun else ""
        for name in reversed(self.spoken):
            words = name.casefold().split()
            if words[-1] == last and len(words) > 1 and name.casefold() != noun.casefold():
                return name
        kind = self.kinds.get(last)
        return kind or (self.subject if noun in _THIN else "")

    def _points_back(self, phrase: Phrase) -> bool:
        return phrase.pronoun and phrase.words[0].form in _BACK

    def _unsaid(self, phrase: Phrase) -> bool:
        """Whether a phrase that names nothing is no argument at all: 현재는, 할 수가."""
        return _adverbial(phrase.words) or self._points_back(phrase)


def _adverbial(words: Sequence[object]) -> bool:
    return getattr(words[-1], "form", "") in _UNSAID
