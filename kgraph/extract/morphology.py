"""Korean with English inside, cut into morphemes by Kiwi, identifiers kept whole.

Kiwi splits ``kube-apiserver`` and ``--pod-eviction-timeout=5m0s`` into a dozen pieces. Here each
identifier is shown to it as one Latin word of the same length, so that it comes back as one token
and the particle behind it (``kube-apiserver는``) is read as a particle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_WORDS = Path(__file__).with_name("words.txt")
_VERBS = Path(__file__).with_name("verbs.txt")
_LONGEST = 2000  # characters shown to Kiwi at once; its time grows faster than its input

_IDENTIFIER = re.compile(
    r"""
      https?://[^\s<>()"'가-힣]+
    | (?<![\w\-])--?[A-Za-z][\w\-]*(?:=[^\s,;()가-힣]+)?            # --flag, -p, --flag=value
    | (?<![\w./~])(?:~|\.{1,2})?(?:/[\w.\-]+)+/?                    # /etc/hosts, ./run.sh
    | [a-z][a-z0-9_\-]*(?::[A-Za-z0-9_.*\-/]*[A-Za-z0-9_*])+        # s3:GetObject, nginx:1.25
    | [A-Za-z_][A-Za-z0-9_]*(?:(?:[\-_@+]|\.(?=[a-z0-9_]))[A-Za-z0-9_]+)+(?:\+\+|\#)?
    | (?<![\w@])@[A-Za-z]\w*                                       # @Transactional
    | [A-Za-z_]\w*=[A-Za-z0-9_][\w.\-]*                              # SameSite=Lax
    | [A-Za-z_]\w*<[A-Za-z_][\w, &]*>                               # Box<T>
    | \b[A-Z]+/\d(?:\.\d)?\b                                          # HTTP/2
    | [A-Za-z]+(?:\+\+|\#) | \bI/O\b                               # C++, C#
    | [A-Za-z_]*[0-9_]+[A-Za-z_][A-Za-z0-9_]* | [A-Za-z]+[0-9_]+    # 5m0s, k8s, IPv4
    """,
    re.VERBOSE | re.ASCII,
)
_NOT_LETTER = re.compile(r"[^A-Za-z]")
_PIECES = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[가-힣]+")
_CONTENT = frozenset(
    ["NNG", "NNP", "NR", "SL", "SN", "SH", "XR", "VV", "VA", "VV-I", "VA-I", "W_SERIAL"]
)
_NUMBERS = frozenset(["SN", "W_SERIAL"])
_GROUPING = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")  # 1,200 is 1200
_DIGITS = re.compile(r"\d+")
_DATE = re.compile(r"(?:\d{4}|\d\d)([.\-/])\s*\d{1,2}\1\s*\d{1,2}\.?")
_PLURAL = re.compile(r"(?<=[a-z]{2}[a-rt-z])s$")
# Kiwi's morphemes below this id are its tags themselves: the word is in no dictionary.
_GUESSED = 8
# Particles that Kiwi takes for the last syllable of such a word: 플루언트디가, 컨슈머로.
_SWALLOWED = {
    "이": "JKS", "가": "JKS", "은": "JX", "는": "JX", "을": "JKO", "를": "JKO",
    "에": "JKB", "로": "JKB", "으로": "JKB", "에서": "JKB", "의": "JKG",
}  # fmt: skip
_NOMINALS = {"함": "하", "됨": "되"}
_MORE = dict.fromkeys(("에", "로", "으로", "에서"), ("부터", "는", "만", "도"))
_AFTER_CONSONANT = frozenset(["이", "은", "을", "으로"])
_AFTER_VOWEL = frozenset(["가", "는", "를", "로"])
_LIGHT_VERBS = frozenset(["하", "되", "시키", "당하"])


@dataclass(frozen=True, slots=True)
class Token:
    """A morpheme: its form, its tag of the Sejong set, its span in code points.

    Contracted morphemes share characters (``된`` is 되 + ㄴ), so spans may overlap.
    """

    form: str
    tag: str
    start: int
    end: int


class Analyser:
    """A Kiwi analyser. Loading it takes about a second, so it is loaded when first used."""

    def __init__(self) -> None:
        from kiwipiepy import Kiwi

        # The dictionaries of names (persons, places, titles) make loading and analysing slower and
        # change neither extraction nor answers: technical terms are in the model, or guessed.
        self._kiwi = Kiwi(num_workers=1, load_default_dict=False, load_multi_dict=False)
        # Loanwords that it would take for a Korean word with a particle or ending on.
        for word in _WORDS.read_text(encoding="utf-8").split():
            self._kiwi.add_user_word(word, "NNG")
        # Stems of two verbs that mean another thing together: 덮어쓰다 is not 덮다 and 쓰다.
        for stem in _VERBS.read_text(encoding="utf-8").split():
            self._kiwi.add_user_word(stem, "VV")
        self._cached = lru_cache(maxsize=8192)(self._tokens)

    @staticmethod
    @lru_cache(maxsize=1)
    def shared() -> Analyser:
        """The one analyser of this process."""
        return Analyser()

    def tokens(self, text: str) -> tuple[Token, ...]:
        """The morphemes of ``text``, in order."""
        return self._cached(text)

    def sentences(self, text: str) -> list[tuple[int, int]]:
        """The spans of the sentences that Kiwi sees in ``text``, white space trimmed."""
        return [
            (offset + sentence.start, offset + sentence.end)
            for offset, piece in _pieces(_masked(text))
            for sentence in self._kiwi.split_into_sents(piece)
            if sentence.start < sentence.end
        ]

    def morphemes(self, text: str) -> list[str]:
        """The content morphemes of ``text`` for a lexical index, case folded.

        An identifier gives itself and its parts (``kube-apiserver`` -> kube-apiserver, kube,
        apiserver); English words lose a plural s; particles and endings are left out. Numbers
        lose what only groups their digits, and dates give theirs (2024.03.05: 2024, 3, 5).
        """
        found: list[str] = []
        for token in self.tokens(text):
            if token.tag not in _CONTENT:
                continue
            if token.tag in _NUMBERS:
                found += _numbers(token)
                continue
            if token.tag != "SL":
                found.append(token.form.casefold())
                continue
            pieces = _PIECES.findall(token.form)
            if pieces == [token.form]:
                found.append(_PLURAL.sub("", token.form.casefold()))
                continue
            found.append(token.form.casefold())
            found += [_PLURAL.sub("", p.casefold()) for p in pieces if len(p) > 1]
        return found

    def _tokens(self, text: str) -> tuple[Token, ...]:
        found: list[Token] = []
        whole = {i: span for span in _spans(text) for i in range(*span)}
        for offset, piece in _pieces(_masked(text)):
            for t in self._kiwi.tokenize(piece):
                start, end = offset + t.start, offset + t.end
                low, high = whole.get(start, (start, end))
                if (low, high) != (start, end) and t.tag == "SL":  # cut by Kiwi, or a stop taken in
                    if not found or found[-1].start != low:
                        found.append(Token(text[low:high], "SL", low, high))
                    if end > high:
                        found.append(Token(text[high:end], "SF", high, end))
                    continue
                if t.tag != "SL":
                    token = Token(t.form, t.tag, start, end)
                    guessed = t.tag in ("NNG", "NNP") and t.id < _GUESSED
                    cut = _particle(t.form) if guessed else ""
                    ends = not text[end : end + 1].isalnum()
                    if cut in _MORE and text.startswith(_MORE[cut], end):
                        ends = True  # 엣지로부터
                    if guessed and t.form[-1] in _NOMINALS and ends and len(t.form) > 2:
                        found.append(Token(t.form[:-1], "NNG", start, end - 1))
                        found.append(Token(_NOMINALS[t.form[-1]], "XSV", end - 1, end))
                        token = Token("ᆷ", "ETN", end - 1, end)  # 트리거함
                    elif cut and ends:
                        noun = t.form[: -len(cut)]
                        found.append(Token(noun, t.tag, start, end - len(cut)))
                        token = Token(cut, _SWALLOWED[cut], end - len(cut), end)
                    elif t.tag == "VV" and t.form in _LIGHT_VERBS and _glued(found, start):
                        token = Token(t.form, "XSV", start, end)  # 커밋하다: a noun it guessed
                    elif t.tag[0] == "V" and t.form.endswith("드"):
                        token = Token(
                            t.form[:-1] + "들", t.tag, start, end
                        )  # 만듬: no stem ends so
                    elif t.tag == "VV" and t.form == "이" and _glued(found, start, ("SL",)):
                        token = Token(t.form, "VCP", start, end)  # LockID여야 한다
                    found.append(token)
                    continue
                full_stop = text[end - 1] == "." and end - start > 1  # Kiwi takes "PM." for one
                end -= full_stop
                if found and found[-1].tag == "SL" and found[-1].end == start:
                    start = found.pop().start  # Kiwi cuts "framework." into fram, ework.
                found.append(Token(text[start:end], "SL", start, end))
                if full_stop:
                    found.append(Token(".", "SF", end, end + 1))
        return tuple(found)


def _numbers(token: Token) -> list[str]:
    """A number without what groups its digits, or those of a date, time or serial number."""
    if token.tag == "SN":
        return [_GROUPING.sub("", token.form)]
    parts = [part.lstrip("0") or "0" for part in _DIGITS.findall(token.form)]
    return parts if _DATE.fullmatch(token.form) else [token.form, *parts]


def _particle(word: str) -> str:
    """The particle that a word no dictionary has ends in, or an empty string."""
    for size in (2, 1):
        ending = word[-size:]
        if ending not in _SWALLOWED or len(word) - size < 2:
            continue
        last = (ord(word[-size - 1]) - ord("가")) % 28  # 0: no final consonant, 8: ㄹ
        if ending in _AFTER_CONSONANT and not last:
            continue
        if ending in _AFTER_VOWEL and last and not (ending == "로" and last == 8):
            continue
        return ending
    return ""


def _glued(before: list[Token], start: int, tags: tuple[str, ...] = ("NNG", "NNP", "XSN")) -> bool:
    """Whether a noun ends where this token starts."""
    return bool(before) and before[-1].end == start and before[-1].tag in tags


def identifiers(text: str) -> list[tuple[int, int]]:
    """The spans in ``text`` that are one identifier, command-line option, path or address."""
    return [(start, end) for start, end in _spans(text)]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for match in _IDENTIFIER.finditer(text):
        start, end = match.span()
        while end > start and text[end - 1] in ".:,-":  # a sentence's punctuation, not its own
            end -= 1
        if start < end:
            yield start, end


def _masked(text: str) -> str:
    """``text`` with every identifier made one Latin word, its length unchanged."""
    pieces: list[str] = []
    last = 0
    for start, end in _spans(text):
        pieces += [text[last:start], _NOT_LETTER.sub("x", text[start:end])]
        last = end
    return "".join([*pieces, text[last:]])


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """``text`` in pieces that Kiwi takes in good time, cut at white space where there is some."""
    start = 0
    while len(text) - start > _LONGEST:
        cut = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        end = cut + 1 if cut > 0 else start + _LONGEST
        yield start, text[start:end]
        start = end
    if start < len(text):
        yield start, text[start:]
