"""Nouns too general to mean the same in two notes."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from kgraph.text import fold

_FILE = Path(__file__).with_name("generic.toml")


@lru_cache(maxsize=4)
def load_generic(table: str = "") -> frozenset[str]:
    """The words of ``generic.toml``, folded: those of one table, or of all.

    ``value`` holds the values that features and options have (true, alpha).
    """
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    chosen = [tables[table]] if table else tables.values()
    return frozenset(fold(word) for words in chosen for word in words.split())
