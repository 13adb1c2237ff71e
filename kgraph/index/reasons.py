"""Why a concept or a post is related to a text: a statement, a near passage, a post of both."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from kgraph.index.evidence import Passage
from kgraph.index.naming import Naming
from kgraph.text import fold
from kgraph.types import Why

_REASONS = 3
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


def of_concept(
    naming: Naming, concept: int, seeds: Collection[int], passages: Sequence[Passage]
) -> tuple[Why, ...]:
    """At most three reasons for ``concept``, of a text that names ``seeds`` and is near to
    ``passages``; the statements first."""
    data, others = naming.data, set(seeds) - {concept}
    reasons: list[Why] = []
    for edge in naming.edges(concept):
        if {edge.subject, edge.target} & others:
            post, title, _ = data.posts[edge.post]
            said = f"{data.labels[edge.subject]} —{edge.relation}→ {data.labels[edge.target]}"
            reasons.append(Why(f"{said}, in '{title}'", post, edge.quote))
    del reasons[_REASONS - 1 :]
    passage = next((passage for passage in passages if concept in passage.named), None)
    if passage is not None:
        record = passage.record
        where = f"named in a passage near this, in '{record.title}'"
        quote = _sentence_with(record.text, naming.keys[concept])
        reasons.append(Why(where, record.post, quote))
    of_seeds = set().union(*(naming.posts(seed).tolist() for seed in seeds))
    for p in sorted(of_seeds.intersection(naming.posts(concept).tolist()))[:1]:
        reasons.append(Why(f"named together in '{data.posts[p][1]}'", data.posts[p][0]))
    return tuple(reasons[:_REASONS])


def of_post(naming: Naming, post: int, seeds: Collection[int], *, near: bool) -> tuple[Why, ...]:
    """What of ``seeds`` a post names, and whether it is ``near`` in meaning."""
    named = [naming.data.labels[c] for c in naming.named(post) if c in seeds]
    reasons = [Why(f"names {', '.join(named[:5])}")] if named else []
    return (*reasons, *([Why("near in meaning")] if near or not named else []))


def _sentence_with(text: str, keys: Sequence[str]) -> str:
    """The first sentence of ``text`` that one of the folded ``keys`` stands in, else the first."""
    sentences = [" ".join(sentence.split()) for sentence in _SENTENCE_END.split(text)]
    named = (sentence for sentence in sentences if any(key in fold(sentence) for key in keys))
    return next(named, sentences[0])
