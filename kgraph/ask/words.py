"""Everyday words that may stand for each other, in both languages (``words.toml``)."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from kgraph.ask.forms import form


class Thesaurus:
    """Families of words; a word may be in several.

    Args:
        families: each a list of words, coded by :func:`kgraph.ask.forms.form`.
    """

    def __init__(self, families: tuple[tuple[str, ...], ...]) -> None:
        self._families: dict[str, tuple[tuple[str, ...], ...]] = {}
        for family in families:
            for word in family:
                self._families[word] = (*self._families.get(word, ()), family)

    def kin(self, coded: str) -> tuple[str, ...]:
        """The forms of every family that ``coded`` is in, itself left out."""
        found = (word for family in self._families.get(coded, ()) for word in family)
        return tuple(dict.fromkeys(word for word in found if word != coded))


@lru_cache(maxsize=1)
def empty_words() -> frozenset[str]:
    """Words of both languages that carry a question and not its matter: 무엇, which."""
    return frozenset(f"{_table()['empty_ko']} {_table()['empty_en']}".split())


@lru_cache(maxsize=1)
def load_thesaurus() -> Thesaurus:
    """The families that come with kgraph."""
    return Thesaurus(
        tuple(
            tuple(
                dict.fromkeys(
                    coded
                    for column in line.split("|")
                    for word in column.split(",")
                    if (coded := form(word.strip()))
                )
            )
            for line in _table()["families"]
        )
    )


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(files("kgraph.ask").joinpath("words.toml").read_text("utf-8"))
