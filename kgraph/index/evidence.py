"""How much the notes speak of each concept and post where they speak of what a draft is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kgraph.index.naming import Floats, Naming, relative
from kgraph.text import fold
from kgraph.types import Hit, RecordKind

if TYPE_CHECKING:
    from kgraph.index.search import Searcher
    from kgraph.resolution.matching import Match

_NEAREST = 40  # passages by meaning and words whose concepts are looked at
_READ = 2_000  # characters of a draft that the words are taken from
_MEANT = 400  # characters of a draft that its meaning is taken from
_NAMES = 12  # names of a draft that are looked for, the rarest of them
_DRAFT, _ENOUGH = 80, 3  # characters of a draft at least, and names that say what it is about
_APART = 0.05  # of 1, how far concepts are named together with the text's that never are
_FIRST = 5  # passages at the top that count about the same
_SAME = 0.5  # power of how much less each further passage of a post counts
_SUBJECT = 0.5  # how much what a near passage's post is titled with counts
_ABOUT = 8  # posts at the top whose concepts are looked at
_TITLE = 0.3  # how much what such a post is titled with counts beside what it names most
_STATED = 0.3  # how much statements count beside near passages

Seeds = Mapping[int, float]
"""How much each concept that a text names says what the text is about."""
Passage = tuple[Hit, list[int]]
"""A near passage and the concepts it names."""


class Evidence:
    """Scores over the concepts, (n,), and posts, (p,), of ``naming``."""

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._headed = lru_cache(maxsize=4096)(self._headed_by)

    def seeds(self, matches: Sequence[Match]) -> dict[int, float]:
        """The concepts that a text names, weighed.

        A name that several concepts have says less of each of them.
        """
        naming = self._naming
        same = Counter((m.start, m.end) for m in matches)
        times: dict[int, float] = {}
        for m in matches:
            i = naming.place[m.concept]
            times[i] = times.get(i, 0.0) + 1 / same[m.start, m.end]
        weight = naming.rarity * (naming.worth + 0.1)
        return {i: float(np.log1p(times[i]) * weight[i]) for i in sorted(times)}

    def passages(self, text: str, seeds: Seeds, searcher: Searcher, own: str) -> list[Passage]:
        """The passages nearest to ``text``: to what its start means and to what it names.

        The words of a draft that are no names would only lead to notes in the draft's language.
        ``own`` is the id of a post that is left out.
        """
        text = " ".join(text[:_READ].split())
        if not text:
            return []
        most = sorted(seeds, key=lambda i: (-seeds[i], i))[:_NAMES]
        named = [name for i in most for name in self._naming.data.names[i][:2]]
        known = len(text) > _DRAFT and len(most) >= _ENOUGH
        words = " ".join(named) if known else text
        kinds = frozenset({RecordKind.PASSAGE})
        found = searcher.search(words, _NEAREST, kinds, meaning=text[:_MEANT], trusted=known)
        there = self._naming.post_place
        return [
            (hit, self._naming.in_passage(hit))
            for hit in found
            if hit.record.post in there and hit.record.post != own
        ]

    def concepts(self, seeds: Seeds, passages: Sequence[Passage]) -> tuple[Floats, Floats, Floats]:
        """How much there is for each concept, (n,); how much ``passages`` speak of each post and
        how much each names ``seeds``, (p,) both."""
        read, about = self._read(passages)
        together, naming = self._together(seeds)
        near = read * np.sqrt(_APART + together)
        return self._naming.value * (near + _STATED * self._stated(seeds)), about, naming

    def _read(self, passages: Sequence[Passage]) -> tuple[Floats, Floats]:
        """How much ``passages`` (best first) speak of each concept, (n,), and post, (p,)."""
        naming = self._naming
        score = np.zeros(len(naming.data.ids))
        about = np.zeros(len(naming.data.posts))
        before: Counter[int] = Counter()
        for rank, (hit, named) in enumerate(passages):
            post = naming.post_place[hit.record.post]
            before[post] += 1
            weight = 1 / (rank + _FIRST) / before[post] ** _SAME
            headed = self._headed(hit.record.heading, tuple(named))
            score[named] += weight * (1 + headed)
            for concept in naming.subjects.get(post, ()):
                score[concept] += _SUBJECT * weight
            about[post] += weight
        whole = max(float(about.sum()), 1e-12)
        score, share = score / whole, about / whole
        for post in map(int, np.argsort(-share, kind="stable")[:_ABOUT]):
            spoken, much = naming.of_post(post)
            score[spoken] += share[post] * much
            for concept in naming.subjects.get(post, ()):
                score[concept] += _TITLE * share[post]
        return score, about

    def _headed_by(self, heading: str, concepts: tuple[int, ...]) -> NDArray[np.bool_]:
        """Which of ``concepts`` a heading names."""
        folded, keys = fold(heading), self._naming.keys
        return np.array(
            [any(len(x) > 1 and x in folded for x in keys[concept]) for concept in concepts],
            dtype=np.bool_,
        )

    def _together(self, seeds: Seeds) -> tuple[Floats, Floats]:
        """How far posts name each concept together with ``seeds``, (n,) in [0, 1], and how much
        each post names them, (p,)."""
        naming = self._naming
        concept, post, times = naming.mentions
        weight = np.zeros(len(naming.data.ids))
        for seed, much in seeds.items():
            weight[seed] = much * naming.rarity[seed]
        weight /= np.sqrt(naming.naming)
        posts = np.bincount(post, weight[concept] * times, len(naming.data.posts)).astype(float)
        shared = np.bincount(concept, posts[post] * times, len(weight))
        return relative(shared / np.sqrt(naming.naming)), posts

    def _stated(self, seeds: Seeds) -> Floats:
        """How much of what the notes state of each concept is of ``seeds`` too, (n,) < 1."""
        edges = self._naming.edges
        score = np.zeros(len(self._naming.data.ids))
        whole = sum(seeds.values()) or 1.0
        for seed, weight in seeds.items():
            others = Counter(
                edge.target if edge.subject == seed else edge.subject
                for edge in edges.get(seed, ())
            )
            for other, times in others.items():
                every = len(edges[other])
                score[other] += weight / whole * times / (times + every**0.5)
        return score
