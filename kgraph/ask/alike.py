"""Words of a question that the notes write otherwise: 센티널 for Sentinel, 엑세스 for 액세스.

The lexicon knows the usual terms; any other is looked for by its sound, in the other script, and
by its letters, in its own, among the words of the sentences that were retrieved.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kgraph.ask.forms import form
from kgraph.ask.question import Question, Term
from kgraph.ask.scoring import KIN, held
from kgraph.ask.sentences import SentenceUnit
from kgraph.resolution.sounds import SoundIndex
from kgraph.text import fold, has_hangul

_LATIN = re.compile(r"[A-Za-z]{4,}")
_SHORTEST = {True: 3, False: 5}  # syllables, letters of a word that may be misspelt
_SHORTEST_SOUND = {True: 2, False: 4}
_LETTERS_TO_AN_ERROR = 5  # 엑세스 and 액세스 differ in one of seven letters


def with_likenesses(question: Question, units: Sequence[SentenceUnit]) -> Question:
    """``question``, its words that no sentence has also standing for those that are like them."""
    lost = [term for term in question.terms if not _is_found(term, units)]
    if not lost:
        return question
    words = _Words(units)
    heard = {term.text: words.like(term) for term in lost}
    if not any(heard.values()):
        return question
    terms = (
        replace(term, direct=(*term.direct, *heard[term.text])) if heard.get(term.text) else term
        for term in question.terms
    )
    return replace(question, terms=tuple(terms))


def _is_found(term: Term, units: Iterable[SentenceUnit]) -> bool:
    return any(held(term, unit.words) >= KIN for unit in units)


class _Words:
    """The words of some sentences, to be found by sound and by spelling."""

    def __init__(self, units: Iterable[SentenceUnit]) -> None:
        found: set[str] = set()
        for unit in units:
            found.update(map(str.casefold, _LATIN.findall(unit.text)))
            found.update(word for word in unit.words.morphemes if has_hangul(word))
        self._all = sorted(map(fold, found))
        self._sounds = SoundIndex(self._all)

    def like(self, term: Term) -> tuple[str, ...]:
        """The forms of the words most like ``term``; empty if none is near."""
        name = fold(term.text)
        hangul = has_hangul(name)
        if not name.isalpha() or len(name) < _SHORTEST_SOUND[hangul]:
            return ()
        _, names = self._sounds.best(name)
        if not names and len(name) >= _SHORTEST[hangul]:
            names = [word for word in self._all if has_hangul(word) == hangul and _near(name, word)]
        return tuple(dict.fromkeys(form(other) for other in names[:3]))


def _near(first: str, second: str) -> bool:
    """Whether two words are one typing error apart: a letter (jamo) more, less or other."""
    a, b = (unicodedata.normalize("NFD", word) for word in (first, second))
    if a == b or min(len(a), len(b)) < _LETTERS_TO_AN_ERROR or abs(len(a) - len(b)) > 1:
        return False
    if first[0] != second[0] and first[-1] != second[-1]:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), None)
    if start is None:
        return not a[-1].isascii()  # one letter more at the end: in English more often inflection
    rest_a, rest_b = a[start:], b[start:]
    if len(a) == len(b):
        return rest_a[1:] == rest_b[1:]
    return rest_a[1:] == rest_b if len(a) > len(b) else rest_a == rest_b[1:]
