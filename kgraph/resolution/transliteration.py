# ruff: noqa: SIM905, E501
"""How well a Korean spelling renders the sound of an English name: 컨테이너 ~ container.

English spelling is walked letter group by letter group; each group says which Hangul letters
(jamo) it is commonly heard as. The likeness is one less the cost of the cheapest walk, and a
function of the two names alone: no corpus, no model, no vectors.

Jamo are simplified first: tense consonants become plain ones, ㅐ is ㅔ, ㅘ is ㅜㅏ, ㅕ is ㅣㅓ, and
the finals ㄱ ㅂ ㅅ ㅇ become ``K P T N``. Latin letters and digits stand for themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from kgraph.text import fold, has_hangul

THRESHOLD = 0.9
"""The likeness from which two names count as one. See ``tests/resolution`` for what it lets by."""

_INITIALS = tuple("ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅ-ㅈㅈㅊㅋㅌㅍㅎ".replace("-", "\0"))
_VOWELS = tuple(
    "ㅏ ㅔ ㅣㅏ ㅣㅔ ㅓ ㅔ ㅣㅓ ㅣㅔ ㅗ ㅜㅏ ㅜㅔ ㅜㅔ ㅣㅗ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅣㅜ ㅡ ㅡㅣ ㅣ".split(
        " "
    )
)
_FINALS = tuple("-KKKㄴㄴㄴTㄹㄹㄹㄹㄹㄹㄹㄹㅁPPTTNTTKTP-".replace("-", "\0"))

# A letter group and what it is heard as; after "~" what it is sometimes heard as; "-" is nothing.
_HEARD = """
b ㅂ P | bb ㅂ P | mb ㅁ ~ ㅁㅂ | c ㅋ K ㅅ | cc ㅋ Kㅅ K ㄱㅅ ㅋㅅ | ch ㅊ ㅊㅣ ㅋ ~ ㅅ K ㅅㅣ
ck ㅋ K | ci ㅅㅣ ~ ㅅ | cq ㅋ K | d ㄷ T | dd ㄷ T | dge ㅈㅣ ㅈ | du ㄷㅣㅜ ㅈㅜ ㄷㅓ ㄷㅜ
dj ㅈ | dg ㅈ ㅈㅣ | f ㅍ ~ ㅎ | ff ㅍ | g ㄱ ㅈ K | gg ㄱ K | ge ㅈㅣ ㅈ ㅈㅔ ㄱㅔ | gh ㄱ ~ - ㅍ
gn ㄱㄴ ㄴ | gue ㄱ | h ㅎ ~ - | j ㅈ ~ ㅎ ㅣ | k ㅋ K ~ ㄱ | kk ㅋ | kn ㄴ ~ ㅋㄴ | l ㄹ | ll ㄹ
m ㅁ | mm ㅁ | n ㄴ ~ N | nn ㄴ | ng N Nㄱ ㄴㅈ ㄴㄱ | nk Nㅋ NK ㄴㅋ | nc ㄴㅅ Nㅋ ㄴㅋ
p ㅍ P ~ ㅂ | pp ㅍ P | ph ㅍ | ps ㅅ ㅍㅅ Pㅅ | q ㅋ K ~ ㄱ | qu ㅋㅜ ㅋ | que ㅋ K ㅋㅜㅔ | r ㄹ
rr ㄹ | rh ㄹ | s ㅅ ㅈ | ss ㅅ | sc ㅅㅋ ㅅ | sch ㅅㅋ ㅅ | sh ㅅ ㅅㅣ | ssi ㅅㅣ
x ㄱㅅ Kㅅ ㅋㅅ ~ ㅈ ㅅ | xc Kㅅ ㄱㅅ | t ㅌ T | tt ㅌ T | tch ㅊ ㅊㅣ | th ㅅ ㄷ ㅌ ~ T
ts ㅊ ㅌㅅ ㅊㅡ Tㅅ | tz ㅊ ㅈ ㅌㅈ | z ㅈ ~ ㅊ ㅅ | zz ㅈ | tu ㅊㅜ ㅌㅣㅜ ㅌㅜ ㅊㅓ ㅌㅓ
ture ㅊㅓ ㅌㅣㅜㅓ | sure ㅈㅓ ㅅㅣㅓ ㅈㅣㅓ | v ㅂ ~ P | vv ㅂ | w ㅜ | wh ㅜ ㅎㅜ | wr ㄹ
wo ㅜㅓ ㅜㅗ ㅜ | tion ㅅㅣㅓㄴ ㅊㅓㄴ ~ ㅅㅣㅗㄴ | sion ㅅㅣㅓㄴ ㅈㅓㄴ ㅈㅣㅓㄴ | ssion ㅅㅣㅓㄴ
cia ㅅㅣㅓ ㅅㅣㅏ ㅅㅏ | tia ㅅㅣㅓ ㅅㅣㅏ ㅊㅓ | cial ㅅㅣㅓㄹ | tial ㅅㅣㅓㄹ | cient ㅅㅣㅓㄴㅌ
tie ㅅㅣㅓ ㅌㅣ | a ㅏ ㅔ ㅔㅣ ㅓ ~ ㅗ ㅣ | ai ㅔㅣ ㅔ ㅏㅣ | ay ㅔㅣ ㅏㅣ | au ㅗ ~ ㅏㅜ
aw ㅗ ~ ㅏㅜ | ae ㅔ ㅔㅣ | ao ㅏㅗ | age ㅣㅈㅣ ㅔㅣㅈㅣ | air ㅔㅓ | are ㅔㅓ | aa ㅏ
ia ㅣㅏ ㅏㅣㅏ ㅣㅓ ㅏㅣㅓ | io ㅣㅗ ㅏㅣㅗ ㅣㅓ | e ㅔ ㅣ ㅓ ~ - | ee ㅣ | ea ㅣ ㅔ ㅣㅓ ㅣㅔ
ei ㅔㅣ ㅏㅣ ㅣ ㅔ | eu ㅣㅜ ㅜ ㅔㅜ ㅠ ~ ㅓ | ew ㅣㅜ ㅜ | ey ㅣ | eo ㅣㅗ ㅣㅓ ㅔㅗ
er ㅓ ㅔㄹ ㅓㄹ | ere ㅣㅓ ㅔㅓ | ear ㅣㅓ ㅓ | eer ㅣㅓ | eau ㅗ | i ㅣ ㅏㅣ ~ ㅓ
ie ㅣ ㅏㅣ ㅣㅔ ㅏㅣㅓ | igh ㅏㅣ | ire ㅏㅣㅓ ㅣㅓ ㅣㄹㅔ | ier ㅣㅓ ㅏㅣㅓ | ir ㅓ ㅣㄹ
o ㅗ ㅓ ㅏ ~ ㅜ - ㅗㅜ | oo ㅜ ㅜㅡ ~ ㅓ | ou ㅏㅜ ㅜ ㅓ ㅗ | ow ㅗㅜ ㅗ ㅏㅜ | oa ㅗ | oe ㅗ ㅗㅔ
oi ㅗㅣ ㅜㅔ | oy ㅗㅣ | our ㅏㅜㅓ ㅗ ㅗㅓ ㅓ ㅜㅓ | ower ㅏㅜㅓ | or ㅗㅓ ㅓ ㅗ | ore ㅗㅓ ㅗ
oar ㅗ | u ㅓ ㅜ ㅣㅜ ~ ㅏ - ㅣ | ui ㅣ ㅜ ㅜㅣ | ue ㅣㅜ ㅜ ~ ㅜㅔ ㅔ | ueue ㅣㅜ | ure ㅣㅜㅓ ㅓ
ua ㅜㅏ ㅜㅓ ㅜㅔ | uo ㅜㅓ ㅜㅗ | y ㅣ ㅏㅣ | yo ㅣㅗ | ya ㅣㅏ | ye ㅣㅔ ㅔ | yu ㅣㅜ | you ㅣㅜ
"""
_SOMETIMES = 0.15
_VOWEL_FOR_VOWEL = 0.6
_OTHER_VOWEL, _OTHER_CONSONANT = 0.8, 1.1
_JAMO_VOWELS = frozenset("ㅏㅓㅔㅗㅜㅡㅣ")
_EN_VOWELS = frozenset("aeiouy")


def _table() -> dict[str, tuple[tuple[str, float], ...]]:
    table = {}
    for item in re.split(r"[|\n]", _HEARD.strip()):
        group, *sounds = item.split()
        cost, heard = 0.0, []
        for sound in sounds:
            if sound == "~":
                cost = _SOMETIMES
            else:
                heard.append(("" if sound == "-" else sound, cost))
        table[group] = tuple(heard)
    return table


_TABLE = _table()
_GROUP = max(map(len, _TABLE))


def jamo(name: str) -> str:
    """``name`` folded, its Hangul as simplified jamo."""
    out: list[str] = []
    for ch in fold(name):
        index = ord(ch) - 0xAC00
        if 0 <= index < 11172:
            initial = _INITIALS[index // 588]
            if initial != "\0" and not (initial == "ㄹ" and out[-1:] == ["ㄹ"]):
                out.append(initial)
            out += _VOWELS[index % 588 // 28]
            out += _FINALS[index % 28]
            if out[-1] == "\0":
                out.pop()
        else:
            out.append(ch)
    return "".join(out)


def likeness(english: str, korean: str) -> float:
    """How well ``korean`` renders the sound of ``english``: 1 is a textbook transliteration.

    0 for names that share no sound, and for a Korean name without Hangul.
    """
    if not has_hangul(korean) or has_hangul(english):
        return 0.0
    return _likeness(_letters(english), jamo(korean))


def _letters(english: str) -> str:
    text = unicodedata.normalize("NFD", fold(english))
    return "".join(ch for ch in text if not unicodedata.combining(ch))


@lru_cache(maxsize=1 << 16)
def _likeness(letters: str, sounds: str) -> float:
    n, m = len(letters), len(sounds)
    if not n or not m:
        return 0.0
    never = float(n + m)
    best = [[never] * (m + 1) for _ in range(n + 1)]
    best[0][0] = 0.0
    for i in range(n + 1):
        row = best[i]
        groups = [
            (len(group), heard)
            for size in range(1, min(_GROUP, n - i) + 1)
            if (heard := _TABLE.get(group := letters[i : i + size]))
        ]
        letter = letters[i] if i < n else ""
        vowel = letter in _EN_VOWELS
        skip = _silence(letters, i) if letter else never
        for j in range(m + 1):
            here = row[j]
            if here >= never:
                continue
            sound = sounds[j] if j < m else ""
            if sound:
                cost = here + _epenthesis(sounds, j)
                if cost < row[j + 1]:
                    row[j + 1] = cost
            if not letter:
                continue
            if here + skip < best[i + 1][j]:
                best[i + 1][j] = here + skip
            if sound:
                if letter == sound:
                    cost = here
                elif vowel and sound in _JAMO_VOWELS:
                    cost = here + _VOWEL_FOR_VOWEL
                else:
                    cost = here + _OTHER_CONSONANT
                if cost < best[i + 1][j + 1]:
                    best[i + 1][j + 1] = cost
            for size, heard in groups:
                target = best[i + size]
                for text, extra in heard:
                    if sounds.startswith(text, j):
                        cost = here + extra
                        if cost < target[j + len(text)]:
                            target[j + len(text)] = cost
    return max(0.0, 1 - 2 * best[n][m] / (n + m) * 1.5)


def _silence(letters: str, i: int) -> float:
    """What it costs not to hear ``letters[i]`` at all."""
    letter = letters[i]
    after = letters[i + 1 : i + 2]
    if letter == "r" and i and letters[i - 1] in _EN_VOWELS and not (after and after in _EN_VOWELS):
        return 0.0
    if letter == "e" and i and (not after or after not in _EN_VOWELS):
        return 0.0 if not after or after in "sd" else 0.1
    if letter == "s" and i and not after:
        return 0.3  # a plural: 윈도우 for Windows
    if i and letter == letters[i - 1] and letter not in _EN_VOWELS:
        return 0.0
    return _OTHER_VOWEL if letter in _EN_VOWELS else _OTHER_CONSONANT


def _epenthesis(sounds: str, j: int) -> float:
    """What it costs that ``sounds[j]`` stands for no letter: ㅡ after a consonant is free."""
    sound = sounds[j]
    if sound == "ㅡ":
        return 0.0 if j and sounds[j - 1] not in _JAMO_VOWELS else 0.3
    return _OTHER_VOWEL if sound in _JAMO_VOWELS else _OTHER_CONSONANT


# ---------------------------------------------------------------- finding candidates

_CLASS = {
    **dict.fromkeys("ㄱㅋK", "k"), **dict.fromkeys("ㄷㅌT", "t"), **dict.fromkeys("ㅂㅍP", "p"),
    **dict.fromkeys("ㅅㅈㅊ", "s"), **dict.fromkeys("ㄴN", "n"), "ㅁ": "m", "ㄹ": "l",
}  # fmt: skip
_CLASSES = {
    **dict.fromkeys("cgkq", "k"), **dict.fromkeys("dt", "t"), **dict.fromkeys("bfpv", "p"),
    **dict.fromkeys("sjz", "s"), "n": "n", "m": "m", "l": "l", "r": "l", "x": "ks",
}  # fmt: skip
_VARIANTS = 48
_REPEATS = re.compile(r"(.)\1+")


@lru_cache(maxsize=1 << 16)
def skeleton(korean: str) -> str:
    """The classes of the consonants heard in ``korean``: 컨테이너 -> ``kntn``."""
    return _REPEATS.sub(r"\1", "".join(_class(ch) for ch in jamo(korean)))


def _class(ch: str) -> str:
    if ch in _CLASS:
        return _CLASS[ch]
    return _CLASSES.get(ch, ch if ch.isdigit() else "")


@lru_cache(maxsize=1 << 16)
def skeletons(english: str) -> frozenset[str]:
    """The skeletons that a rendering of ``english`` may have."""
    letters = _letters(english)
    variants = [""]
    i = 0
    while i < len(letters):
        size, options = _consonant(letters, i)
        variants = [v + option for v in variants for option in options][:_VARIANTS]
        i += size
    return frozenset(_REPEATS.sub(r"\1", v) for v in variants)


def _consonant(letters: str, i: int) -> tuple[int, tuple[str, ...]]:
    """The size of the letter group at ``i`` and the classes that it may be heard as."""
    rest = letters[i : i + 4]
    if rest in ("tion", "sion") or rest[:3] in ("tia", "cia", "tie"):
        return 2, ("s", "t") if rest[0] == "t" else ("s",)
    if rest[:3] in ("tch", "dge"):
        return 3, ("s",)
    two = rest[:2]
    if two in ("ch", "th", "ph", "sh", "ck", "gh", "tu", "du", "tz", "ts", "kn", "wr", "ng"):
        return 2, {
            "ch": ("s", "k"), "th": ("s", "t"), "ph": ("p",), "sh": ("s",), "ck": ("k",),
            "gh": ("", "k"), "tu": ("s", "t"), "du": ("s", "t"), "tz": ("s", "ts"),
            "ts": ("s", "ts"), "kn": ("n",), "wr": ("l",), "ng": ("n", "nk", "ns"),
        }[two]  # fmt: skip
    letter = rest[0]
    if letter == "r":
        voiced = rest[1:2] and rest[1] in _EN_VOWELS and letters[i + 1 :] != "e"
        return 1, ("l",) if voiced else ("", "l")
    if letter == "c":
        return 1, ("s", "k") if rest[1:2] in ("e", "i", "y") else ("k",)
    if letter == "g":
        return 1, ("s", "k") if rest[1:2] in ("e", "i", "y") else ("k",)
    if letter == "x":
        return 1, ("ks", "s")
    if letter in _CLASSES:
        return 1, (_CLASSES[letter],)
    return 1, (letter,) if letter.isdigit() else ("",)


_LOOSE = str.maketrans(
    {
        **dict.fromkeys("ㄱㅋKㄷㅌTㅅㅈㅊcdgjkqstxz", "x"), **dict.fromkeys("ㅂㅍPbfpv", "p"),
        **dict.fromkeys("ㄴN", "n"), "ㅁ": "m",
        **dict.fromkeys("ㅏㅓㅔㅗㅜㅡㅣㅎㄹaeiouyhwlr", None),
    }
)  # fmt: skip
_NASAL = re.compile("ng(?![aeiouy])")


def _loose(name: str, korean: bool) -> str:
    """A key that a name shares with its renderings; cheap, and coarser than a skeleton."""
    letters = jamo(name) if korean else _NASAL.sub("n", name)
    return _REPEATS.sub(r"\1", letters.translate(_LOOSE))


class SoundIndex:
    """Names to be found by how they sound, in the other script.

    Args:
        names: folded names of both scripts.
        threshold: the least likeness that counts.
    """

    def __init__(self, names: Iterable[str], threshold: float = THRESHOLD) -> None:
        self._threshold = threshold
        self._english: dict[str, list[str]] = {}
        self._korean: dict[str, list[str]] = {}
        for name in names:
            if has_hangul(name):
                self._korean.setdefault(_loose(name, True), []).append(name)
            elif name.isascii():
                self._english.setdefault(_loose(name, False), []).append(name)

    def ranked(self, name: str) -> list[tuple[float, str]]:
        """The names of the other script that sound like ``name``, most alike first."""
        korean = has_hangul(name)
        shape = _loose(fold(name), korean)
        if korean:
            key = skeleton(name)
            found = [
                (likeness(other, name), other)
                for other in self._english.get(shape, ())
                if key in skeletons(other)
            ]
        else:
            keys = skeletons(name)
            found = [
                (likeness(name, other), other)
                for other in self._korean.get(shape, ())
                if skeleton(other) in keys
            ]
        return sorted(
            (pair for pair in found if pair[0] >= self._threshold),
            key=lambda pair: (-pair[0], pair[1]),
        )

    def best(self, name: str) -> tuple[float, list[str]]:
        """The likeness of the most alike names, and these names; ``(0.0, [])`` if there is none."""
        ranked = self.ranked(name)
        if not ranked:
            return 0.0, []
        return ranked[0][0], [other for score, other in ranked if score == ranked[0][0]]
