"""From a post's blocks to sentences, for extraction, and passages, for retrieval."""

from __future__ import annotations

from kgraph.segment.posts import LONGEST, segment
from kgraph.segment.sentences import Morphology, TaggedToken, split_sentences

__all__ = ["LONGEST", "Morphology", "TaggedToken", "segment", "split_sentences"]
