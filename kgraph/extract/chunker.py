"""Morphemes grouped into chunks."""

from __future__ import annotations

from kgraph.extract.chunks import Break, Chunk, Copula, Phrase, Predicate, verbal_size
from kgraph.extract.morphology import Token
from kgraph.extract.particles import ParticleReader

_NOUN = frozenset(
    ["NNG", "NNP", "SL", "SN", "SH", "NR", "XPN", "MM", "XSN", "XR", "NNB", "W_SERIAL"]
)
_STEM = frozenset(["VV", "VA", "VX", "VCN", "VV-I", "VV-R", "VA-I", "VA-R", "VX-I", "VX-R"])
_POINTING = frozenset(["이", "그", "저", "해당", "각", "모든", "다른", "여러"])
_BEFORE = frozenset(["이", "그", "해당", "이런", "그런"])  # what was spoken of before
_AUTHORS = frozenset(["우리", "저희"])
# Nouns that close a phrase like a particle: latest 대신, 요청 시.
_CLOSING = frozenset(
    [
        "대신",
        "이때",
        "그때",
        "경우",
        "뒤",
        "후",
        "전",
        "직전",
        "직후",
        "도중",
        "이후",
        "때",
        "동안",
        "만큼",
        "정도",
        "덕분",
        "때문",
    ]
)
_COUNTERS = frozenset(["개", "번", "초", "분", "대", "가지", "명", "회", "일", "시간", "년"])


def chunk(text: str, tokens: tuple[Token, ...]) -> list[Chunk]:
    """The chunks of a sentence, in order. Adverbs and interjections are left out."""
    return _Chunker(text, tokens).run()


class _Chunker(ParticleReader):
    def __init__(self, text: str, tokens: tuple[Token, ...]) -> None:
        super().__init__(text, tokens)
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
            elif tag == "VCP" and self.tag(-1) == "MAG":
                self._predicate("이다", self.tokens[self.at].start)  # repo가 따로라서
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
        if isinstance(last, Phrase) and (last.marker in ("와", "이", "") or last.joined):
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
                among = form == "중" and bool(words) and self.form(1) in ("에", "에서")
                among |= form == "시" and tag == "NNB" and bool(words)  # 장애 시
                if (form in _CLOSING or among) and tag in _NOUN:
                    self._close(words, start, head)
                    return
                if words and tag == "MM" and form in _POINTING:
                    break
                thing = [w.form for w in words] in (["거"], ["것"]) and words[0].tag == "NNB"
                if thing and words[0].end < self.tokens[self.at].start:
                    break  # 붙는 거 방지
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
        glued = len(words) > 1 and words[1].start == words[0].end  # 바이트코드
        dependent = words[0].tag == "NNB" and not glued
        if dependent and not pronoun and words[0].form not in _COUNTERS:
            phrase.pronoun = True  # 것, 수, 때
        self.out.append(phrase)
        if following == "VCP":
            self._copula()
            return
        self._particles(phrase)

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

    def _adverb(self) -> bool:
        """빠르게, 안전하게: how something is done, no clause of its own."""
        if self.tag()[:2] != "VA" and self.tag()[:3] != "XSA":
            return False
        if self.form(1) != "게" or self.tag(1) != "EC" or self.form() in ("있", "없"):
            return False
        if self.tag(2)[:1] == "V" and self.form(2) in ("하", "되", "만들"):
            return False
        self.at += 2
        while self.tag() == "JX":
            self.at += 1
        return True

    def _predicate(self, lemma: str, start: int) -> None:
        if self._adverb():
            return
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
