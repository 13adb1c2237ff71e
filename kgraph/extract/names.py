"""The names in the chunks of a sentence, with their places."""

from __future__ import annotations

from collections.abc import Iterator

from kgraph.extract.chunks import Chunk, Phrase
from kgraph.extract.terms import clean, is_term


def mentions(text: str, chunks: list[Chunk]) -> Iterator[tuple[str, int, int]]:
    """Every noun phrase that can name a concept, with its span."""
    for c in chunks:
        if not isinstance(c, Phrase) or c.pronoun:
            continue
        raw = text[c.head : c.end]
        name = clean(raw)
        at = raw.find(name)
        if is_term(name) and at >= 0:
            yield name, c.head + at, c.head + at + len(name)


def owners(text: str, chunks: list[Chunk]) -> Iterator[str]:
    """The names before the 의 of noun phrases: X of X의 기본값."""
    for c in chunks:
        if isinstance(c, Phrase) and c.head > c.start:
            name = clean(text[c.start : c.head].rstrip().removesuffix("의"))
            if is_term(name):
                yield name
