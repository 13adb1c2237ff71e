"""The tables that a user may extend: relations and terms, with their loaders."""

from __future__ import annotations

from kgraph.vocab.lexicon import Lexicon, LexiconEntry, load_lexicon
from kgraph.vocab.relations import EnglishFrame, Frame, Relation, Relations, load_relations

__all__ = [
    "EnglishFrame",
    "Frame",
    "Lexicon",
    "LexiconEntry",
    "Relation",
    "Relations",
    "load_lexicon",
    "load_relations",
]
