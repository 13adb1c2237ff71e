"""Who names what: which posts name which concepts, how often, under which titles and where.

Concepts and posts are told by their places in :class:`kgraph.index.neighbourhood.Data`; places of
concepts run to n, of posts to p.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from kgraph.index.neighbourhood import Data, Edge
from kgraph.index.worth import WORTH_A_LINK, worth
from kgraph.text import fold
from kgraph.types import Hit
from kgraph.vocab.lexicon import Lexicon

Floats = NDArray[np.float64]

_COMMON = 5  # posts taken to name every concept: what one or two posts name is no rarity yet
_RARE, _WORTH = 2.5, 0.55  # powers of a concept's rarity and of its worth
_DWELT = 4  # mentions a post, beyond the first, of what it dwells on
_PART = 0.4  # how much less a word counts that many names have as a part


class Naming:
    """The mentions of ``data``; ``lexicon`` knows which names are terms."""

    def __init__(self, data: Data, lexicon: Lexicon | None = None) -> None:
        self.data = data
        n = len(data.ids)
        self.place = {concept: i for i, concept in enumerate(data.ids)}
        self.post_place = {post: p for p, (post, _, _) in enumerate(data.posts)}
        self.posts: dict[int, set[int]] = {}
        """The posts that name a concept."""
        self.named: dict[int, list[int]] = {}
        """The concepts that a post names."""
        self.times = {(concept, post): times for concept, post, times in data.mentions}
        for concept, post, _ in data.mentions:
            self.posts.setdefault(concept, set()).add(post)
            self.named.setdefault(post, []).append(concept)
        found = np.array(data.mentions or np.empty((0, 3)), dtype=np.int64)
        self.mentions = found[:, 0], found[:, 1], np.log1p(found[:, 2])
        """Concept, post and logarithm of the times, of each pair that there is."""
        naming = np.bincount(found[:, 0], minlength=n).astype(np.int64)
        self.naming = np.maximum(naming, 1)
        """How many posts name each concept, (n,), at least 1."""
        posts = len(data.posts) + _COMMON
        rarest = np.log1p(posts / (1 + _COMMON))
        self.rarity: Floats = np.log1p(posts / (self.naming + _COMMON)) / rarest
        self.keys = [tuple({fold(name): None for name in names}) for names in data.names]
        self.subjects = self._titled()
        """The concepts that a post is titled with."""
        self.titled = {i for about in self.subjects.values() for i in about}
        self.worth: Floats = worth(
            data.labels, self.keys, naming, self.titled, data.defined, lexicon
        )
        self.of_post = lru_cache(maxsize=4096)(self._of_post)
        self.home = lru_cache(maxsize=None)(self._home)

    def linkable(self, concept: int) -> bool:
        """Whether a draft that names it should link to it."""
        return bool(self.worth[concept] >= WORTH_A_LINK)

    @cached_property
    def edges(self) -> dict[int, list[Edge]]:
        """The statements about each concept."""
        edges: dict[int, list[Edge]] = {}
        for edge in self.data.edges:
            edges.setdefault(edge.subject, []).append(edge)
            if edge.target != edge.subject:
                edges.setdefault(edge.target, []).append(edge)
        return edges

    @cached_property
    def value(self) -> Floats:
        """How much each concept says, (n,).

        Rare ones more than those every post names, what is worth looking up more than a phrase
        (and a phrase that is not worth a link much less), what the notes treat of more than what
        they mention.
        """
        worth = self.worth**_WORTH * np.minimum(self.worth / WORTH_A_LINK, 1.0)
        return np.asarray(worth * self.rarity**_RARE * self._treated(), dtype=np.float64)

    @cached_property
    def parts(self) -> Counter[str]:
        """How many concepts have each folded word as a part of their names."""
        return Counter(
            part
            for names in self.data.names
            for part in {fold(word) for name in names if " " in name for word in name.split()}
        )

    @cached_property
    def spots(self) -> dict[int, list[tuple[str, int]]]:
        """Where the notes name each concept: post id and source offset, by post and place."""
        found: dict[int, list[tuple[str, int]]] = {}
        for (post, _, _), spots in zip(self.data.posts, self.data.spots, strict=False):
            for start, concept in spots:
                found.setdefault(concept, []).append((post, start))
        return found

    def in_passage(self, hit: Hit) -> list[int]:
        """The concepts that a passage names, ascending."""
        if not self.data.spots:
            return []
        spots = self.data.spots[self.post_place[hit.record.post]]
        low = bisect_left(spots, (hit.record.start, 0))
        high = bisect_left(spots, (hit.record.end, 0))
        return sorted({concept for _, concept in spots[low:high]})

    def _titled(self) -> dict[int, list[int]]:
        headed: dict[str, list[int]] = {}
        for p, (_, title, _) in enumerate(self.data.posts):
            headed.setdefault(fold(title), []).append(p)
        subjects: dict[int, list[int]] = {}
        for i, keys in enumerate(self.keys):
            for p in (p for key in keys for p in headed.get(key, ())):
                subjects.setdefault(p, []).append(i)
        return subjects

    def _treated(self) -> Floats:
        """How far the notes treat of each concept, (n,) in (0, 1].

        A post that is about a thing names it again and again and states things of it. A word that
        many other names have as a part (컨트롤러) is the general one among them.
        """
        times = np.zeros(len(self.keys))
        for (concept, _), much in self.times.items():
            times[concept] += much
        stated = np.array([len(self.edges.get(i, ())) for i in range(len(times))])
        dwelt = np.clip((times / self.naming - 1) / _DWELT, 0, 1)
        general = np.array([max((self.parts[k] for k in keys), default=0) for keys in self.keys])
        treated = 0.25 + 0.375 * (np.minimum(stated / self.naming, 1) + dwelt)
        return np.asarray(treated / (1 + _PART * np.log1p(general)), dtype=np.float64)

    def _of_post(self, post: int) -> tuple[NDArray[np.int64], Floats]:
        """The concepts that a post names, and how much: 1 the one it names most."""
        named = self.named.get(post, [])
        times = np.log1p([self.times[concept, post] for concept in named])
        return np.array(named, dtype=np.int64), relative(times)

    def _home(self, concept: int) -> str:
        """The id of the post that is about it: titled so, else naming it most; or ""."""
        names = frozenset(self.keys[concept])
        posts = sorted(self.posts.get(concept, ()))
        titled = (p for p in posts if fold(self.data.posts[p][1]) in names)
        most = max(posts, key=lambda p: (self.times[concept, p], -p), default=None)
        best = next(titled, most)
        return "" if best is None else self.data.posts[best][0]


def relative(scores: Floats) -> Floats:
    """``scores`` in parts of the largest."""
    return np.asarray(scores / max(float(scores.max(initial=0.0)), 1e-12), dtype=np.float64)
