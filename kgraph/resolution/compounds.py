"""Compounds across languages, word by word: 파드 스케줄링 is pod scheduling.

Each name is read as a sequence of terms: the longest runs of its words that the lexicon knows, and
words whose English is known by their sound. Names with the same sequence name one thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from functools import lru_cache

from kgraph.resolution.sounds import SoundIndex
from kgraph.resolution.transliteration import jamo, likeness, may_be_loan
from kgraph.text import fold, has_hangul, language
from kgraph.vocab.inflection import singulars
from kgraph.vocab.lexicon import Lexicon

_WORD = re.compile(r"[가-힣]+|[^\s\-가-힣()（）]+")
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^A-Za-z\d]+")
_LONGEST_TERM = 4
_SURE = 0.95
_SHORTEST = 4  # letters: 파드 sounds like pod, and much else does
_MUCH_ALIKE = 0.75

Reading = tuple[str, ...]


def words(name: str) -> tuple[str, ...]:
    """The words of ``name``; none for an option or a name that holds other punctuation."""
    if name.startswith("-") or " -" in name or any(ch in name for ch in "/=:,.()[]{}<>@|&+*"):
        return ()
    return tuple(_WORD.findall(name))


class Reader:
    """Reads names as sequences of terms.

    Args:
        lexicon: the terms.
        heard: for Korean words, the English words that they sound like.
    """

    def __init__(self, lexicon: Lexicon, heard: Mapping[str, str]) -> None:
        self._lexicon = lexicon
        self._heard = heard

    def read(self, name: str) -> tuple[Reading, bool]:
        """The terms of ``name``, and whether one of them was told by its sound.

        A term of the lexicon is read as ``@`` and its id, another word as itself, folded; the
        reading of a name that cannot be read is empty.
        """
        parts: list[str] = []
        heard = False
        split = words(name)
        if len(split) == 1 and self._lexicon.lookup(name) is None:
            split = tuple(_HUMP.findall(name))  # podSecurityContext
        for part in self._lexicon.parse(split):
            if not isinstance(part, str):
                parts.append("@" + part.id)
                continue
            pieces = self.pieces_of(part)
            if pieces:
                parts += pieces
                continue
            english = self._heard.get(part)
            heard = heard or english is not None
            parts.append(self._term(english or part))
        return self._combined(parts), heard

    def _combined(self, parts: list[str]) -> Reading:
        """``parts`` with runs that are one term of the lexicon in English put together."""
        out: list[str] = []
        at = 0
        while at < len(parts):
            for end in range(min(len(parts), at + _LONGEST_TERM), at, -1):
                if end == at + 1:
                    out.append(parts[at])
                elif entry := self._lexicon.exact("".join(map(self._english, parts[at:end]))):
                    out.append("@" + entry.id)
                else:
                    continue
                at = end
                break
        return tuple(out)

    def _english(self, part: str) -> str:
        entry = self._lexicon.get(part[1:]) if part.startswith("@") else None
        return part if entry is None else fold(entry.names[0])

    def _term(self, word: str) -> str:
        for form in (word, *singulars(word)):
            entry = self._lexicon.exact(form)
            if entry is not None:
                return "@" + entry.id
        return word

    def pieces_of(self, word: str) -> tuple[str, ...]:
        """The terms of a Korean compound written as one word, if terms are all it holds."""
        if len(word) < 4 or not all("가" <= ch <= "힣" for ch in word):
            return ()
        return pieces_of(word, self._lexicon)


@lru_cache(maxsize=1 << 15)
def pieces_of(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The terms of ``lexicon`` that ``word`` is written together from; none if it is not."""
    for end in range(len(word) - 2, 1, -1):
        entry = lexicon.exact(word[:end])
        if entry is None:
            continue
        last = lexicon.exact(word[end:])
        rest = ("@" + last.id,) if last else pieces_of(word[end:], lexicon)
        if rest:
            return ("@" + entry.id, *rest)
    return ()


def heard_words(names: Iterable[str], lexicon: Lexicon) -> dict[str, str]:
    """For the Korean words in ``names`` that the lexicon lacks, the English they sound like.

    English words come from ``names`` and from the lexicon. A word that sounds like two of them,
    and a word of one syllable, is left out.
    """
    korean: set[str] = set()
    english: set[str] = set()
    for name in names:
        for word in map(fold, words(name)):
            if not has_hangul(word):
                english.add(word)
            elif len(word) > 1 and lexicon.exact(word) is None:
                korean.add(word)
    return renderings(korean, english, lexicon)


def renderings(korean: Iterable[str], english: Iterable[str], lexicon: Lexicon) -> dict[str, str]:
    """For each Korean name, the one English name that it renders; those without one left out.

    English names are those of ``english`` and of the lexicon.

    Of several Korean names for one English name, all count that are sure and one that is not.
    """
    found: dict[str, tuple[float, str]] = {}
    candidates = sorted(filter(may_be_loan, set(korean)))
    known = _lexicon_sounds(lexicon)
    index = SoundIndex(sorted(set(english)) if candidates else ())
    for name in candidates:
        ranked = sorted(
            {*index.ranked(name), *known.ranked(name)}, key=lambda pair: (-pair[0], pair[1])
        )
        if not ranked:
            continue
        top = [
            other
            for score, other in ranked
            if score == ranked[0][0] and _near_known(name, other, lexicon)
        ]
        bases = {_base(other, lexicon, top) for other in top}
        if len(bases) == 1 and min(map(len, bases)) >= _SHORTEST:
            found[name] = (ranked[0][0], bases.pop())
    best: dict[str, tuple[float, str]] = {}
    for name, (score, other) in found.items():
        best[other] = max(best.get(other, (0.0, "")), (score, name))
    return {
        name: other
        for name, (score, other) in found.items()
        if score >= _SURE or best[other] == (score, name)
    }


@lru_cache(maxsize=8)
def _lexicon_sounds(lexicon: Lexicon) -> SoundIndex:
    return SoundIndex(sorted({fold(name) for entry in lexicon for name in entry.en}))


def _near_known(korean: str, english: str, lexicon: Lexicon) -> bool:
    """Whether ``korean`` is spelt much like a known rendering of the term ``english``, if any."""
    entry = next(filter(None, map(lexicon.exact, (english, *singulars(english)))), None)
    if entry is None:
        return True
    sounds = jamo(korean)
    renderings_ = [fold(name) for name in entry.names if likeness(english, name) > 0.8]
    return not renderings_ or any(
        SequenceMatcher(None, sounds, jamo(name), autojunk=False).ratio() >= _MUCH_ALIKE
        for name in renderings_
    )


def _base(word: str, lexicon: Lexicon, others: Iterable[str]) -> str:
    """The singular of ``word`` if it is among ``others``; the lexicon entry's first name."""
    entry = lexicon.exact(word)
    if entry is not None and entry.en and language(entry.en[0]) == "en":
        return fold(entry.en[0])
    return next((form for form in singulars(word) if form in others), word)
