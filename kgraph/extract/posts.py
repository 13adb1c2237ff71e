"""The stage: everything that one post says."""

from __future__ import annotations

from dataclasses import replace

from kgraph.extract.manifests import manifest_mentions
from kgraph.extract.morphology import Analyser
from kgraph.extract.reader import PostReader
from kgraph.extract.version import EXTRACTOR_VERSION
from kgraph.types import Extraction, Post, Segmented
from kgraph.vocab.lexicon import Lexicon, load_lexicon
from kgraph.vocab.relations import Relations

__all__ = ["EXTRACTOR_VERSION", "extract"]


def extract(
    post: Post,
    segmented: Segmented,
    analyser: Analyser,
    relations: Relations,
    lexicon: Lexicon | None = None,
) -> Extraction:
    """Everything that ``post`` says: statements, mentions, name pairs and definitions.

    Every candidate's evidence holds ``post.text[start:end]`` as its quote. The result depends on
    the arguments only; the terms of ``lexicon`` (default: the shipped one) are mentions wherever
    they stand.
    """
    read = PostReader(post, segmented, analyser, relations, lexicon or load_lexicon()).read()
    return replace(read, mentions=(*read.mentions, *manifest_mentions(post)))
