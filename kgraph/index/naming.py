"""Who names what: which posts name which concepts, how often, under which titles and where.

Concepts and posts are told by their places in :class:`kgraph.index.neighbourhood.Data`; places of
concepts run to n, of posts to p.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kgraph.index.neighbourhood import Data, Numbers
from kgraph.index.worth import WORTH_A_LINK, aptness, worth
from kgraph.text import fold
from kgraph.types import Record
from kgraph.vocab.lexicon import Lexicon

_FORMS = re.compile(r"(.*?)\s*\((.*)\)\s*")  # 인그레스(Ingress): the one and the other

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


class Edge(NamedTuple):
    """A statement: its ends, its relation's label, its evidence."""

    subject: int
    relation: str
    target: int
    post: int
    quote: str


_COMMON = 5  # posts taken to name every concept: what one or two posts name is no rarity yet
_RARE, _WORTH = 2.5, 0.55  # powers of a concept's rarity and of its worth
_DWELT = 4  # mentions a post, beyond the first, of what it dwells on
_PART = 0.4  # how much less a word counts that many names have as a part
_DEFINED = 1.25  # how much more what the notes define counts
_K1, _B = 1.2, 0.5  # BM25 of the concepts that posts name


class Naming:
    """The mentions of ``data``; ``lexicon`` knows which names are terms."""

    def __init__(self, data: Data, lexicon: Lexicon | None = None) -> None:
        self.data = data
        self._lexicon = lexicon
        n = len(data.ids)
        self.place = {concept: i for i, concept in enumerate(data.ids)}
        self.post_place = {post: p for p, (post, _, _) in enumerate(data.posts)}
        self._spots = np.frombuffer(data.spots, Numbers).reshape(-1, 2)
        self._ends = np.concatenate([[0], np.frombuffer(data.spot_ends, Numbers)])
        post_of = np.repeat(np.arange(len(self._ends) - 1), np.diff(self._ends))
        pairs, times = np.unique(self._spots[:, 1] << 32 | post_of, return_counts=True)
        concept, post = pairs >> 32, pairs & 0xFFFFFFFF
        self.mentions: tuple[Places, Places, Floats] = concept, post, np.log1p(times)
        """Concept, post and logarithm of the times, of each pair that there is, ascending."""
        self._times = times
        self._first = np.searchsorted(concept, np.arange(n + 1))
        self._edges = np.frombuffer(data.edges, Numbers).reshape(-1, 4)
        naming = np.bincount(concept, minlength=n).astype(np.int64)
        self.naming = np.maximum(naming, 1)
        """How many posts name each concept, (n,), at least 1."""
        posts = len(data.posts) + _COMMON
        rarest = np.log1p(posts / (1 + _COMMON))
        self.rarity: Floats = np.log1p(posts / (self.naming + _COMMON)) / rarest
        self.keys = [tuple({fold(name): None for name in names}) for names in data.names]
        self.titled = self._titled()
        """The concepts that posts are titled with."""
        self.worth: Floats = worth(
            data.labels, self.keys, naming, self.titled, data.defined, lexicon
        )
        self.home = lru_cache(maxsize=None)(self._home)

    def linkable(self, concept: int) -> bool:
        """Whether a draft that names it should link to it."""
        return bool(self.worth[concept] >= WORTH_A_LINK)

    def posts(self, concept: int) -> Places:
        """The posts that name a concept, ascending."""
        return self.mentions[1][self._first[concept] : self._first[concept + 1]]

    def named(self, post: int) -> list[int]:
        """The concepts that a post names, ascending."""
        spots = self._spots[self._ends[post] : self._ends[post + 1], 1]
        return sorted(set(spots.tolist()))

    def edges(self, concept: int) -> list[Edge]:
        """The statements about a concept."""
        ends = self._quote_ends
        return [
            Edge(
                subject,
                self.data.relations[relation],
                target,
                post,
                self.data.quotes[ends[i] : ends[i + 1]].decode(),
            )
            for i in self._edges_of(concept)
            for subject, target, post, relation in (self._edges[i].tolist(),)
        ]

    def stated_with(self, concept: int) -> Places:
        """The other end of each statement about a concept."""
        found = self._edges[self._edges_of(concept), :2]
        return np.where(found[:, 0] == concept, found[:, 1], found[:, 0])

    @cached_property
    def stated(self) -> Places:
        """How many statements there are about each concept, (n,)."""
        return np.diff(self._by_end[1])

    def _edges_of(self, concept: int) -> Places:
        which, first = self._by_end
        return which[first[concept] : first[concept + 1]]

    @cached_property
    def _by_end(self) -> tuple[Places, Places]:
        """The edges by either end, and from where on those of each concept stand, (n + 1,)."""
        subject, target = self._edges[:, 0], self._edges[:, 1]
        others = np.flatnonzero(subject != target)
        ends = np.concatenate([subject, target[others]])
        which = np.concatenate([np.arange(len(subject)), others])
        order = np.lexsort((which, ends))
        first = np.searchsorted(ends[order], np.arange(len(self.data.ids) + 1))
        return which[order], first

    @cached_property
    def _quote_ends(self) -> list[int]:
        return [0, *np.frombuffer(self.data.quote_ends, Numbers).tolist()]

    def value(self, more: Mapping[int, float] | None = None) -> Floats:
        """How much each concept says, (n,), where some are worth so much ``more``.

        What is worth nothing stays so.
        Rare ones more than those every post names, what is worth looking up more than a phrase
        (and a phrase that is not worth a link much less), what the notes treat of more than what
        they mention; a thing more than what is met in its examples.
        """
        if not more:
            return self._value
        value, places = self._value.copy(), np.fromiter(more, dtype=np.int64)
        worth = self.worth[places]
        worth[worth > 0] += np.fromiter(more.values(), dtype=np.float64)[worth > 0]
        value[places] = self._telling[places] * _told(worth)
        return value

    @cached_property
    def _value(self) -> Floats:
        return np.asarray(self._telling * _told(self.worth), dtype=np.float64)

    @cached_property
    def _telling(self) -> Floats:
        """How much each concept says beside what it is worth, (n,)."""
        apt = aptness(self.data.labels, self.keys, self._lexicon)
        apt[self.data.defined] *= _DEFINED
        return np.asarray(apt * self.rarity**_RARE * self._treated(), dtype=np.float64)

    @cached_property
    def parts(self) -> Counter[str]:
        """How many concepts have each folded word as a part of their names."""
        return Counter(
            part
            for names in self.data.names
            for part in {fold(word) for name in names if " " in name for word in name.split()}
        )

    def spots(self, concept: int) -> list[tuple[str, int]]:
        """Where the notes name a concept: post id and source offset, by post and place."""
        found: list[tuple[str, int]] = []
        for p in self.posts(concept).tolist():
            spots = self._spots[self._ends[p] : self._ends[p + 1]]
            starts = spots[spots[:, 1] == concept, 0]
            found += [(self.data.posts[p][0], start) for start in starts.tolist()]
        return found

    @cached_property
    def by_key(self) -> dict[str, list[int]]:
        """The concepts that have each folded name."""
        found: dict[str, list[int]] = {}
        for i, keys in enumerate(self.keys):
            for key in keys:
                found.setdefault(key, []).append(i)
        return found

    def in_passage(self, record: Record) -> list[int]:
        """The concepts that a passage names, ascending."""
        post = self.post_place[record.post]
        spots = self._spots[self._ends[post] : self._ends[post + 1]]
        low, high = np.searchsorted(spots[:, 0], (record.start, record.end))
        return sorted(set(spots[low:high, 1].tolist()))

    def profiled(self, concepts: Mapping[int, float]) -> Floats:
        """How far each post speaks of weighed ``concepts``, (p,): BM25, concepts for words."""
        weight = np.zeros(len(self.keys))
        for concept, much in concepts.items():
            weight[concept] = much
        concepts_of, post, _ = self.mentions
        scores = np.bincount(post, weight[concepts_of] * self._profiles, len(self.data.posts))
        return scores.astype(np.float64)

    @cached_property
    def _profiles(self) -> Floats:
        """The BM25 score of each pair of a concept and a post, in the order of ``mentions``."""
        concept, post, logs = self.mentions
        times, posts = np.expm1(logs), len(self.data.posts)
        held = np.bincount(concept, minlength=len(self.keys))
        rare = np.log1p((posts - held + 0.5) / (held + 0.5))
        length = np.bincount(post, times, posts)
        relative_length = length / max(float(length.mean()), 1e-12) if posts else length
        within = times + _K1 * (1 - _B + _B * relative_length[post])
        return np.asarray(rare[concept] * times * (_K1 + 1) / within, dtype=np.float64)

    def headed_by(self, heading: str) -> list[int]:
        """The concepts whose name a heading or title is, ascending."""
        forms = _FORMS.fullmatch(heading)
        names = {fold(name) for name in (heading, *(forms.groups() if forms else ()))}
        return sorted({i for name in names for i in self.by_key.get(name, ())})

    @cached_property
    def subjects(self) -> list[list[int]]:
        """The concepts that each post is titled with."""
        return [self.headed_by(title) for _, title, _ in self.data.posts]

    def _titled(self) -> set[int]:
        titles = {fold(title) for _, title, _ in self.data.posts}
        return {i for i, keys in enumerate(self.keys) if not titles.isdisjoint(keys)}

    def _treated(self) -> Floats:
        """How far the notes treat of each concept, (n,) in (0, 1].

        A post that is about a thing names it again and again and states things of it. A word that
        many other names have as a part (컨트롤러) is the general one among them.
        """
        times = np.bincount(self.mentions[0], self._times, len(self.keys))
        dwelt = np.clip((times / self.naming - 1) / _DWELT, 0, 1)
        general = np.array([max((self.parts[k] for k in keys), default=0) for keys in self.keys])
        treated = 0.25 + 0.375 * (np.minimum(self.stated / self.naming, 1) + dwelt)
        return np.asarray(treated / (1 + _PART * np.log1p(general)), dtype=np.float64)

    def _home(self, concept: int) -> str:
        """The id of the post that is about it: titled so, else naming it most; or ""."""
        names = frozenset(self.keys[concept])
        posts = self.posts(concept).tolist()
        if not posts:
            return ""
        times = self._times[self._first[concept] : self._first[concept + 1]]
        titled = (p for p in posts if fold(self.data.posts[p][1]) in names)
        best: int = next(titled, posts[int(times.argmax())])
        return self.data.posts[best][0]


def _told(worth: Floats) -> Floats:
    return np.asarray(worth**_WORTH * np.minimum(worth / WORTH_A_LINK, 1.0), dtype=np.float64)


def relative(scores: Floats) -> Floats:
    """``scores`` in parts of the largest."""
    return np.asarray(scores / max(float(scores.max(initial=0.0)), 1e-12), dtype=np.float64)
