"""The tables that a user may extend: relations and terms, with their loaders."""

from __future__ import annotations

from kgraph.vocab.lexicon import Lexicon, LexiconEntry, load_lexicon

__all__ = ["Lexicon", "LexiconEntry", "load_lexicon"]
