"""Names that do not mean the same in any two notes: general nouns, and homonyms of two fields."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kgraph.text import fold

_FILE = Path(__file__).with_name("generic.toml")
_EVENTS = Path(__file__).with_name("events.txt")
_FUNCTION = Path(__file__).with_name("function.txt")
_HOMONYMS = Path(__file__).with_name("homonyms.toml")


@dataclass(frozen=True, slots=True)
class Field:
    """A field with words of its own: terms that mean another thing elsewhere, and what shows it."""

    terms: frozenset[str]  # ids of lexicon entries
    cues: frozenset[str]  # ids too: one of them in a note, and the terms have the field's meaning


@lru_cache(maxsize=1)
def load_fields() -> tuple[Field, ...]:
    """The fields of ``homonyms.toml``."""
    tables = tomllib.loads(_HOMONYMS.read_text(encoding="utf-8"))
    return tuple(
        Field(frozenset(table["terms"].split()), frozenset(table["cues"].split()))
        for table in tables.values()
    )


@lru_cache(maxsize=4)
def load_generic(table: str = "") -> frozenset[str]:
    """The words of ``generic.toml``, folded: those of one table, or of all.

    ``value`` holds the values that features and options have (true, alpha).
    """
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    chosen = [tables[table]] if table else tables.values()
    return frozenset(fold(word) for words in chosen for word in words.split())


@lru_cache(maxsize=1)
def _events() -> frozenset[str]:
    return frozenset(_EVENTS.read_text(encoding="utf-8").split())


def is_event(noun: str) -> bool:
    """Whether a Korean noun says what happens to something: 유실, 만료; no kind of thing."""
    return noun in _events()


@lru_cache(maxsize=1)
def _function() -> frozenset[str]:
    return frozenset(_FUNCTION.read_text(encoding="utf-8").split())


def is_function_word(word: str) -> bool:
    """Whether an English word, as it is written, only holds a sentence together: and, get, not.

    Notes name things so too: the operator AND, the language Go.
    """
    return word in _function()
