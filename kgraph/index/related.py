"""What is related to a term or a draft: near in meaning, named together, stated of each other.

A concept is related as far as the passages near to the text name it and are headed by it, and all
posts name it together with what the text names; and as far as statements join the two
(:mod:`kgraph.index.evidence`). That counts as much as the concept says
(:mod:`kgraph.index.naming`). What the text names already, and what is but another form of it, is
not told to its author again (:mod:`kgraph.index.forms`). Every result says why it is one
(:mod:`kgraph.index.reasons`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kgraph.index import reasons
from kgraph.index.evidence import Evidence
from kgraph.index.forms import Said
from kgraph.index.naming import Floats, Naming, relative
from kgraph.index.neighbourhood import load
from kgraph.iri import concept_iri
from kgraph.text import fold
from kgraph.types import Related, RelatedConcept, RelatedPost

if TYPE_CHECKING:
    from kgraph.index.search import Searcher
    from kgraph.resolution.matching import Matcher
    from kgraph.vocab.lexicon import Lexicon

_NAMED_IN = 20_000  # characters of a draft in which names are looked for
_TERM = 80  # characters of what may be a term, and misspelt
_NEAREST = 40  # passages whose posts are said to be near in meaning
_POST_SIDES = (1.0, 0.1)  # how much near passages, and naming the same, count for a post


class Neighbours:
    """The graph of concepts and posts, opened for reading; ``lexicon`` knows which are terms."""

    def __init__(self, folder: Path, lexicon: Lexicon | None = None) -> None:
        self._naming = Naming(load(folder), lexicon)
        self._evidence = Evidence(self._naming)

    @property
    def names(self) -> dict[str, list[str]]:
        """All names of each concept."""
        return dict(zip(self._naming.data.ids, self._naming.data.names, strict=True))

    def linkable(self, concept: str) -> bool:
        """Whether a draft that names ``concept`` (an id) should link to it."""
        return self._naming.linkable(self._naming.place[concept])

    def label(self, concept: str) -> str:
        """What the concept with this id is shown as."""
        return self._naming.data.labels[self._naming.place[concept]]

    def spots(self, concept: str) -> list[tuple[str, int]]:
        """Where the notes name ``concept``: (post id, source offset), by post and place."""
        return self._naming.spots(self._naming.place[concept])

    def home(self, concept: str) -> str:
        """The id of the post that is about a concept: titled so, else naming it most; or ""."""
        return self._naming.home(self._naming.place[concept])

    def related(
        self, text: str, searcher: Searcher, matcher: Matcher, k: int, own: str = ""
    ) -> Related:
        """At most ``k`` concepts and ``k`` posts; ``own`` is the draft's own post, left out.

        A short text that names nothing is matched by what its words sound or look like.
        """
        matches = matcher.match(text[:_NAMED_IN], fuzzy=False)
        if not matches and len(text) < _TERM:
            matches = matcher.match(text)
        seeds = self._evidence.seeds(text, [matcher.bare(text, m) for m in matches])
        passages = self._evidence.passages(text, seeds, searcher, own)
        found = self._evidence.found(seeds, passages)
        score = found.concepts
        score[list(seeds)] = 0.0
        data, posts = self._naming.data, self._naming.post_place
        concepts = tuple(
            RelatedConcept(
                data.labels[i],
                concept_iri(data.ids[i]),
                round(float(score[i]), 6),
                reasons.of_concept(self._naming, i, seeds, passages),
            )
            for i in self._best(score, Said(self._naming, seeds, fold(text)), k)
        )
        by_post = _POST_SIDES[0] * relative(found.about) + _POST_SIDES[1] * relative(found.naming)
        if own in posts:
            by_post[posts[own]] = 0.0
        best = [int(p) for p in np.argsort(-by_post, kind="stable")[:k] if by_post[p] > 0]
        near = {posts[passage.record.post] for passage in passages[:_NEAREST]}
        return Related(
            concepts,
            tuple(
                RelatedPost(
                    *data.posts[p],
                    round(float(by_post[p]), 6),
                    reasons.of_post(self._naming, p, seeds, near=p in near),
                )
                for p in best
            ),
        )

    def _best(self, score: Floats, said: Said, k: int) -> list[int]:
        """The ``k`` best concepts that were not said in any form, one a label."""
        found: dict[str, int] = {}
        likely = np.flatnonzero(score > 0)
        for i in map(int, likely[np.argsort(-score[likely], kind="stable")]):
            if len(found) == k:
                break
            if not said.already(i):
                found.setdefault(self._naming.data.labels[i], i)
        return list(found.values())
