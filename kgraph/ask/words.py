"""Everyday words that may stand for each other, in both languages (``words.toml``)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from kgraph.ask.forms import form, forms


class Thesaurus:
    """Families of words; a word may be in several.

    Args:
        families: each a list of words, Korean verbs in dictionary form.
    """

    def __init__(self, families: Iterable[Sequence[str]]) -> None:
        self._families: dict[str, tuple[tuple[str, ...], ...]] = {}
        self._words: dict[str, str] = {}
        for family in families:
            coded = forms(family)
            for word in coded:
                self._families[word] = (*self._families.get(word, ()), coded)
            self._words.update((form(word), word) for word in reversed(family))

    def kin(self, coded: str) -> tuple[str, ...]:
        """The forms of every family that ``coded`` is in, itself left out."""
        found = (word for family in self._families.get(coded, ()) for word in family)
        return tuple(dict.fromkeys(word for word in found if word != coded))

    def __contains__(self, coded: str) -> bool:
        return coded in self._families

    def word(self, coded: str) -> str:
        """A form as a word again; verbs in dictionary form."""
        return self._words.get(coded, coded[2:])


@lru_cache(maxsize=1)
def empty_words() -> frozenset[str]:
    """Words of both languages that carry a question and not its matter: 무엇, which."""
    return frozenset(f"{_table()['empty_ko']} {_table()['empty_en']}".split())


@lru_cache(maxsize=1)
def light_words() -> frozenset[str]:
    """English words that an answer may well leave out: already, instead."""
    return frozenset(_table()["light_en"].split())


@lru_cache(maxsize=1)
def _opposites() -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in map(str.split, _table()["opposites"]))


def opposed(question: str, text: str) -> bool:
    """Whether ``text`` says the opposite of a word of ``question``, not that word: 유료, 무료."""
    question, text = question.casefold(), text.casefold()
    return any(
        a in question and b not in question and b in text and a not in text.replace(b, "")
        for pair in _opposites()
        for a, b in (pair, pair[::-1])
    )


@lru_cache(maxsize=1)
def phrases() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """Turns of phrase that carry a meaning of their own, with the words for it."""
    return tuple(
        (re.compile(pattern.strip(), re.IGNORECASE), tuple(map(str.strip, words.split(","))))
        for pattern, words in (line.split(" => ") for line in _table()["phrases"])
    )


@lru_cache(maxsize=1)
def load_thesaurus() -> Thesaurus:
    """The families that come with kgraph."""
    families = [
        [word for column in line.split("|") for word in map(str.strip, column.split(",")) if word]
        for line in _table()["families"]
    ]
    return Thesaurus([*families, *(list(pair) for pair in _opposites())])


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(files("kgraph.ask").joinpath("words.toml").read_text("utf-8"))
