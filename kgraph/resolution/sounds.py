"""Names found by their sound among thousands, without comparing each with each.

A name is filed under the consonants that are heard in it, coarsely first; only names that share
them are compared in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache

from kgraph.resolution.transliteration import (
    EN_VOWELS,
    JAMO_VOWELS,
    jamo,
    letters_of,
    likeness,
    may_be_loan,
    needed,
)
from kgraph.text import fold, has_hangul

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
    """The skeletons that a rendering of ``english``, or of its singular, may have."""
    return frozenset(key for form in _numbers(english) for key in _skeletons(form))


def _numbers(english: str) -> tuple[str, ...]:
    """``english`` and, if it ends in s, what is before it: 윈도우 is Windows."""
    return (english, english[:-1]) if len(english) > 4 and english.endswith("s") else (english,)


def _skeletons(english: str) -> set[str]:
    letters = letters_of(english)
    variants = [""]
    i = 0
    while i < len(letters):
        size, options = _consonant(letters, i)
        variants = [v + option for v in variants for option in options][:_VARIANTS]
        i += size
    return {_REPEATS.sub(r"\1", v) for v in variants}


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
        silent = rest[1:2] == "e" and rest[2:3] not in (*EN_VOWELS, "r")  # bare, configured
        voiced = rest[1:2] and rest[1] in EN_VOWELS and not silent
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
_UNHEARD = frozenset("hwkp")  # whole, write, know, psychic
_NASAL = re.compile("ng(?![aeiouy])")


def _lengths(korean: str) -> tuple[float, float]:
    """The least and the greatest length of an English name that ``korean`` may render."""
    sounds = len(jamo(korean))
    return (sounds - 1) / 1.8, 2 * sounds


def _shapes(name: str) -> tuple[str, ...]:
    """Coarse keys, one of which a folded name shares with its renderings.

    They hold the kinds of consonants, and whether the name begins with a vowel.
    """
    if has_hangul(name):
        sounds = jamo(name)
        return (_initial(sounds[0] in JAMO_VOWELS) + _loose(sounds),)
    keys = []
    for form in _numbers(name):
        first, loose = form[:1], _loose(_NASAL.sub("n", form))
        if first in EN_VOWELS or first in _UNHEARD or not first.isalpha():
            keys.append(_initial(True) + loose)
        if first not in EN_VOWELS or first == "y":
            keys.append(_initial(False) + loose)
    return tuple(dict.fromkeys(keys))


def _initial(vowel: bool) -> str:
    return "v" if vowel else "c"


def _loose(letters: str) -> str:
    return _REPEATS.sub(r"\1", letters.translate(_LOOSE))


class SoundIndex:
    """Names to be found by how they sound, in the other script.

    Args:
        names: folded names of both scripts.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)

    @cached_property
    def _english(self) -> dict[str, list[str]]:
        filed: dict[str, list[str]] = {}
        for name in self._names:
            if name.isascii() and name:
                for shape in _shapes(name):
                    filed.setdefault(shape, []).append(name)
        return filed

    @cached_property
    def _korean(self) -> dict[str, list[str]]:
        filed: dict[str, list[str]] = {}
        for name in self._names:
            if may_be_loan(name):
                filed.setdefault(_shapes(name)[0], []).append(name)
        return filed

    def ranked(self, name: str) -> list[tuple[float, str]]:
        """The names of the other script that sound like ``name``, most alike first."""
        name = fold(name)
        found: set[tuple[float, str]] = set()
        if has_hangul(name):
            if not may_be_loan(name):
                return []
            key, shortest, longest = skeleton(name), *_lengths(name)
            for other in self._english.get(_shapes(name)[0], ()):
                if shortest <= len(other) <= longest and key in skeletons(other):
                    found.add((likeness(other, name, needed(name)), other))
        else:
            keys = skeletons(name)
            for shape in _shapes(name):
                for other in self._korean.get(shape, ()):
                    shortest, longest = _lengths(other)
                    if shortest <= len(name) <= longest and skeleton(other) in keys:
                        found.add((likeness(name, other, needed(other)), other))
        return sorted((pair for pair in found if pair[0]), key=lambda pair: (-pair[0], pair[1]))

    def best(self, name: str) -> tuple[float, list[str]]:
        """The likeness of the most alike names, and these names; ``(0.0, [])`` if there is none."""
        ranked = self.ranked(name)
        if not ranked:
            return 0.0, []
        return ranked[0][0], [other for score, other in ranked if score == ranked[0][0]]
