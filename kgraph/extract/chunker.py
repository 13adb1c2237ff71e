"""Morphemes grouped into chunks."""

from __future__ import annotations

from kgraph.extract.chunks import Break, Chunk, Copula, Phrase, Predicate, verbal_size
from kgraph.extract.endings import EndingReader
from kgraph.extract.morphology import Token

_NOUN = frozenset(
    ["NNG", "NNP", "SL", "SN", "SH", "NR", "XPN", "MM", "XSN", "XR", "NNB", "W_SERIAL"]
)
_PARTICLE = frozenset(["JKS", "JKO", "JKB", "JX", "JC", "JKC", "JKQ", "JKV"])
_STEM = frozenset(["VV", "VA", "VX", "VCN", "VV-I", "VV-R", "VA-I", "VA-R", "VX-I", "VX-R"])
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
_POINTING = frozenset(["이", "그", "저", "해당", "각", "모든", "다른", "여러"])
_BEFORE = frozenset(["이", "그", "해당", "이런", "그런"])  # what was spoken of before
_AUTHORS = frozenset(["우리", "저희"])
# Nouns that have become particles: resources.requests를 기준으로 계산한다.
_PLACES = frozenset(["위", "안", "속", "내부", "밑", "상", "내"])
_BASES = frozenset(["기준", "기반", "바탕", "토대", "근거"])
# Nouns that close a phrase like a particle: latest 대신, 요청 시.
_CLOSING = frozenset(
    [
        "대신",
        "이때",
        "그때",
        "경우",
        "뒤",
        "후",
        "이후",
        "때",
        "동안",
        "만큼",
        "정도",
        "덕분",
        "때문",
    ]
)
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
_COUNTERS = frozenset(["개", "번", "초", "분", "대", "가지", "명", "회", "일", "시간", "년"])


def chunk(text: str, tokens: tuple[Token, ...]) -> list[Chunk]:
    """The chunks of a sentence, in order. Adverbs and interjections are left out."""
    return _Chunker(text, tokens).run()


class _Chunker(EndingReader):
    def __init__(self, text: str, tokens: tuple[Token, ...]) -> None:
        super().__init__(text, tokens)
        self.out: list[Chunk] = []
        self.negative = False  # 안, 못 before the predicate to come
        self.again = False  # 다시 before it

    def run(self) -> list[Chunk]:
        while self.at < len(self.tokens):
            tag, form = self.tag(), self.form()
            if tag == "VA" and self._other():
                self._phrase()
            elif tag == "NP":
                self._phrase(pronoun=form not in _AUTHORS)
            elif tag in _NOUN or (tag in _STEM and self._nominal()):
                self._phrase()
            elif tag in _STEM:
                self._predicate(self.tokens[self.at].form + "다", self.tokens[self.at].start)
            elif tag in ("VCP", "XSV", "XSA", "XSA-I"):
                self.at += 1
            elif tag == "MAG" and form == "다시":
                self.again = True
                self.at += 1
            elif tag == "MAG" and form in ("안", "못"):
                if not self._split_verb():
                    self.negative = True
                    self.at += 1
            elif tag in ("SP", "SF", "SW", "SO", "SE", "SS") or form in ("및", "or", "and"):
                t = self.tokens[self.at]
                self.out.append(Break("," if form in ("및", "·") else form, t.start, t.end))
                self.at += 1
            else:
                self.at += 1
        return self.out

    def _other(self) -> bool:
        """다른 리전, 같은 노드: a part of the name, if nothing is said to be other or alike."""
        if self.form() not in ("다르", "같") or self.tag(1) != "ETM":
            return False
        last = self.out[-1] if self.out else None
        if isinstance(last, Phrase) and (last.marker in ("와", "") or last.joined):
            return False
        verb, ending = self.tokens[self.at], self.tokens[self.at + 1]
        word = Token(self.text[verb.start : ending.end], "MM", verb.start, ending.end)
        self.tokens = (*self.tokens[: self.at], word, *self.tokens[self.at + 2 :])
        return True

    def _nominal(self) -> bool:
        """읽기 작업, 쓰기를: makes a verb that is a noun, with no argument of its own, one."""
        if self.tag(1) != "ETN" or self.form(1) != "기":
            return False
        last = self.out[-1] if self.out else None
        if isinstance(last, Phrase) and (last.marker not in ("", "은", "이") or last.joined):
            return False
        if self.tag(2) not in _NOUN and self.tag(2) not in ("JKS", "JKO", "JX", "JC"):
            return False
        verb, ending = self.tokens[self.at], self.tokens[self.at + 1]
        noun = Token(self.text[verb.start : ending.end], "NNG", verb.start, ending.end)
        self.tokens = (*self.tokens[: self.at], noun, *self.tokens[self.at + 2 :])
        return True

    def _phrase(self, pronoun: bool = False) -> None:
        words: list[Token] = []
        start = head = self.tokens[self.at].start
        if pronoun:
            words.append(self.tokens[self.at])
            self.at += 1
        else:
            if self.tag() == "NP":
                words.append(self.tokens[self.at])
                self.at += 1
            while self.at < len(self.tokens):
                tag, form = self.tag(), self.form()
                if words and form in ("및", "or", "and"):
                    break
                if form in _CLOSING and tag in _NOUN:
                    self._close(words, start, head)
                    return
                if words and tag == "MM" and form in _POINTING:
                    break
                if words and tag == "JKG" and self.form(1) == "경우":
                    self.at += 1
                    self._close(words, start, head, topic=True)
                    return
                if tag in _NOUN:
                    words.append(self.tokens[self.at])
                    self.at += 1
                elif tag == "JKG" and self.tag(1) in _NOUN:
                    self.at += 1
                    words = []
                    head = self.tokens[self.at].start
                else:
                    break
        if not words:
            self.at += 1
            return
        following = self.tag()
        one = (
            self.form() == "하"
            and self.form(1) == "나"
            and words[-1].end < self.tokens[self.at].start
        )
        if one:  # Lucene index 하나
            self.at += 2
        elif following in ("XSV", "XSA", "XSA-I") and words[-1].tag in (
            "NNG",
            "XR",
            "SL",
            "NNP",
            "XSN",
        ):
            self._verbal(words, start, head)
            return
        end = words[-1].end
        phrase = Phrase(start, end, head, words=words, pronoun=pronoun)
        phrase.pointing = len(words) > 1 and words[0].form in _BEFORE and start == words[0].start
        if words[0].tag == "NNB" and not pronoun and words[0].form not in _COUNTERS:
            phrase.pronoun = True  # 것, 수, 때
        self.out.append(phrase)
        if following == "VCP":
            self._copula()
            return
        self._particles(phrase)

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

    def _split_verb(self) -> bool:
        """데이터 저장 안 함: the verbal noun and its 하다 with 안 between them."""
        last = self.out[-1] if self.out else None
        if not isinstance(last, Phrase) or last.marker or self.form(1) not in ("하", "되"):
            return False
        noun = last.words.pop()
        if last.words:
            last.end = last.words[-1].end
        else:
            self.out.pop()
        self.negative = True
        self.at += 1
        self._predicate(noun.form + self.form() + "다", noun.start)
        return True

    def _verbal(self, words: list[Token], start: int, head: int) -> None:
        """A noun with 하다, 되다, 시키다 behind it, nouns before it being an argument."""
        size = verbal_size(words)
        noun = "".join(w.form for w in words[-size:])
        before = words[:-size]
        verb = words[-size:]
        glued = bool(before) and before[-1].end == verb[0].start and before[-1].tag != "SL"
        if glued:
            noun = "".join(w.form for w in words)
            before = []
            verb = words
        if before:
            self.out.append(Phrase(start, before[-1].end, head, words=before))
        suffix = self.form()
        suffix = "하" if suffix in ("하", "해") else suffix
        self._predicate(noun + suffix + "다", verb[0].start)

    def _predicate(self, lemma: str, start: int) -> None:
        if lemma == "들다" and self.form(1) == "어" and self.form(2) == "있":
            lemma = "들어있다"
        found = Predicate(lemma, start, self.tokens[self.at].end, self.negative)
        found.again = self.again
        found.adjective = self.tag()[:2] == "VA" or self.tag() == "XSA"
        self.negative = self.again = False
        self.at += 1
        found.ending = self.read_endings(found)
        found.end = self.tokens[self.at - 1].end
        self.out.append(found)

    def _copula(self) -> None:
        token = self.tokens[self.at]
        found = Copula(token.start, token.end)
        shell = Predicate("이다", token.start, token.end)
        self.at += 1
        found.naming = self.form() in ("라는", "란", "이라는")
        quoted = self.form() in ("라고", "이라고", "라")
        found.ending = self.read_endings(shell)
        if quoted and found.ending != "modifier":
            found.ending = "quote"
        found.negated = shell.negated
        found.end = max(self.tokens[self.at - 1].end, found.end)
        self.out.append(found)
