"""Particles behind a noun phrase, and the nouns and verbs that have become particles."""

from __future__ import annotations

from kgraph.extract.chunks import Chunk, Phrase
from kgraph.extract.endings import EndingReader
from kgraph.extract.morphology import Token

_PARTICLE = frozenset(["JKS", "JKO", "JKB", "JX", "JC", "JKC", "JKQ", "JKV"])
_NORMAL = {
    form: normal
    for normal, forms in {
        "이": "이 가 께서",
        "을": "을 를 ᆯ",
        "은": "은 는 ᆫ 란 이란",
        "에": "에",
        "에서": "에서 서",
        "로": "로 으로 로써 으로써",
        "와": "와 과 랑 이랑 하고",
        "에게": "에게 한테 께",
        "부터": "로부터 으로부터 부터 에서부터",
        "나": "나 이나",
        "도": "도",
        "만": "만",
    }.items()
    for form in forms.split()
}
_BASES = frozenset(["기준", "기반", "바탕", "토대", "근거"])
# Nouns that have become particles: resources.requests를 기준으로 계산한다.
_PLACES = frozenset(["위", "안", "속", "내부", "밑", "상", "내", "입장", "관점", "측면"])
_COMPLEX = {
    "의하": "의해",
    "통하": "통해",
    "위하": "위해",
    "대하": "대해",
    "관하": "대해",
    "따르": "따라",
    "인하": "인해",
    "달리": "달리",
    "비하": "비해",
    "거치": "경유",
}


class ParticleReader(EndingReader):
    """Reads what stands behind a phrase and marks it."""

    def __init__(self, text: str, tokens: tuple[Token, ...]) -> None:
        super().__init__(text, tokens)
        self.out: list[Chunk] = []

    def _close(self, words: list[Token], start: int, head: int, topic: bool = False) -> None:
        closing = self.tokens[self.at]
        if not words and closing.form == "때" and self.form(1) == "까지":  # 끝날 때까지
            self.out.append(Phrase(start, closing.end, head, "까지", words=[closing], pronoun=True))
        if words:
            marker = "은" if topic else "대신" if self.form() == "대신" else "기타"
            self.out.append(Phrase(start, words[-1].end, head, marker, topic, words))
        self.at += 1
        while self.tag() in _PARTICLE:
            self.at += 1

    def _particles(self, phrase: Phrase) -> None:
        while self.tag() in _PARTICLE:
            form, tag = self.form(), self.tag()
            normal = _NORMAL.get(form, "기타")
            if normal == "은":
                phrase.topic = True
                phrase.marker = phrase.marker or "은"
            elif tag == "JKC":
                phrase.marker = "보어"
            elif normal in ("도", "만"):
                phrase.marker = phrase.marker or normal
            elif (normal == "와" and tag == "JC") or normal == "나":
                phrase.joined = True
            elif normal == "부터" and phrase.marker in ("로", "에서"):
                phrase.marker = "부터"
            else:
                phrase.marker = normal
            self.at += 1
        inside = len(phrase.words) > 1 and phrase.words[-1].form in _PLACES
        if inside and phrase.marker in ("에", "에서", "로"):
            phrase.words.pop()  # 스레드 위에서
            phrase.end = phrase.words[-1].end
        if phrase.marker == "을" and self.form() in _BASES and self.form(1) in ("으로", "로"):
            phrase.marker = "기반"
            self.at += 2
            return
        if phrase.marker == "로" and len(phrase.words) > 1 and phrase.words[-1].form in _BASES:
            phrase.marker = "기반"  # Raft 기반으로
            phrase.words.pop()
            phrase.end = phrase.words[-1].end
            return
        # 에 의해, 를 통해: a verb that has become a particle
        stem = self.form()
        if (
            phrase.marker in ("에", "을", "로", "와")
            and stem in _COMPLEX
            and self.tag()[:1] in "VM"
        ):
            if self.tag(1) == "ETM":
                self.out.pop()
            elif self.tag(1) == "EC" or self.tag() == "MAG":
                phrase.marker = _COMPLEX[stem]
            else:
                return
            self.at += 1 + (self.tag() != "MAG" and self.tag(1) in ("EC", "ETM"))
            if self.tag() == "JX":
                self.at += 1
