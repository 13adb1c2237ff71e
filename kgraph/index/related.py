"""What is related to a term or a draft: near in the graph, near in meaning, named together.

Three sides are added up: the concepts of the passages nearest to the text, a personalised PageRank
over concepts (joined by statements) and the posts that name them, and statements with what the text
names. Each counts more for a rare concept than for one that every note names, and as much as the
concept is worth looking up. What the text names already is not told to its author again. Every
result says why it is one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kgraph.index.neighbourhood import Edge, load
from kgraph.index.search import Searcher
from kgraph.index.worth import WORTH_A_LINK, worth
from kgraph.iri import concept_iri
from kgraph.resolution.matching import Matcher
from kgraph.text import fold
from kgraph.types import (
    Hit,
    RecordKind,
    Related,
    RelatedConcept,
    RelatedPost,
    Why,
)
from kgraph.vocab.lexicon import Lexicon

_DAMPING = 0.5  # related means near: half of the walk starts afresh at each step
_STEPS = 5
_STATEMENT_WEIGHT, _MENTION_WEIGHT = 3.0, 1.0
_NEAREST = 40  # passages by meaning and words whose concepts are looked at
_READ = 2_000  # characters of a draft that the words are taken from
_MEANT = 400  # characters of a draft that its meaning is taken from
_NAMES = 12  # names of a draft that are looked for, the rarest of them
_DRAFT, _ENOUGH = 80, 3  # characters of a draft at least, and names that say what it is about
_RARE = 1.5  # power of the rarity of what near passages name
_FIRST = 5  # passages at the top that count about the same
_SAME = 0.5  # power of how much less each further passage of a post counts
_SUBJECT = 0.5  # how much what a near passage's post is titled with counts
_SIDES = (1.0, 0.1, 1.0)  # how much near passages, the walk and statements count
_POST_SIDES = (1.0, 0.1)  # the same without statements
_REASONS = 3
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")

_Read = tuple[Hit, list[int]]  # a near passage and the concepts it names


class Neighbours:
    """The graph of concepts and posts, opened for walking; ``lexicon`` knows which are terms."""

    def __init__(self, folder: Path, lexicon: Lexicon | None = None) -> None:
        self._data = load(folder)
        self.home = lru_cache(maxsize=None)(self._home_of)
        """The id of the post that is about a concept: titled so, else naming it most; or ""."""
        data = self._data
        n, self._size = len(data.ids), len(data.ids) + len(data.posts)
        self._place = {concept: i for i, concept in enumerate(data.ids)}
        self._post_place = {post: p for p, (post, _, _) in enumerate(data.posts)}
        ends = [(e.subject, e.target, _STATEMENT_WEIGHT) for e in data.edges]
        ends += [(c, n + p, _MENTION_WEIGHT * float(np.log1p(k))) for c, p, k in data.mentions]
        both = np.array(ends or [(0, 0, 0.0)], dtype=np.float64)
        self._from = np.concatenate([both[:, 0], both[:, 1]]).astype(np.int64)
        self._to = np.concatenate([both[:, 1], both[:, 0]]).astype(np.int64)
        weight = np.concatenate([both[:, 2], both[:, 2]])
        out = np.bincount(self._from, weight, self._size)
        self._weight = weight / np.maximum(out[self._from], 1e-12)
        self._edges: dict[int, list[Edge]] = {}
        for edge in data.edges:
            for end in sorted({edge.subject, edge.target}):
                self._edges.setdefault(end, []).append(edge)
        self._posts: dict[int, set[int]] = {}
        self._named: dict[int, list[int]] = {}
        self._times = {(concept, post): times for concept, post, times in data.mentions}
        for concept, post, _ in data.mentions:
            self._posts.setdefault(concept, set()).add(post)
            self._named.setdefault(post, []).append(concept)
        naming = np.bincount([c for c, _, _ in data.mentions], minlength=n)[:n].astype(np.int64)
        all_posts = max(len(data.posts), 1)
        self._rarity = np.log1p(all_posts / np.maximum(naming, 1)) / np.log1p(all_posts)
        titles = [title for _, title, _ in data.posts]
        self._keys = [tuple({fold(name): None for name in names}) for names in data.names]
        headed: dict[str, list[int]] = {}
        for p, title in enumerate(titles):
            headed.setdefault(fold(title), []).append(p)
        self._subjects: dict[int, list[int]] = {}  # the concepts that a post is titled with
        for i, keys in enumerate(self._keys):
            for p in sorted({p for key in keys for p in headed.get(key, ())}):
                self._subjects.setdefault(p, []).append(i)
        self._worth = worth(data.labels, data.names, naming, titles, data.defined, lexicon)

    @property
    def names(self) -> dict[str, list[str]]:
        """All names of each concept."""
        return dict(zip(self._data.ids, self._data.names, strict=True))

    def linkable(self, concept: str) -> bool:
        """Whether a draft that names ``concept`` (an id) should link to it."""
        i = self._place[concept]
        return bool(self._worth[i] >= WORTH_A_LINK)

    def label(self, concept: str) -> str:
        """What the concept with this id is shown as."""
        return self._data.labels[self._place[concept]]

    def spots(self, concept: str) -> list[tuple[str, int]]:
        """Where the notes name ``concept``: (post id, source offset), by post and place."""
        return self._spots_of.get(self._place[concept], [])

    @cached_property
    def _spots_of(self) -> dict[int, list[tuple[str, int]]]:
        found: dict[int, list[tuple[str, int]]] = {}
        for (post, _, _), spots in zip(self._data.posts, self._data.spots, strict=False):
            for start, concept in spots:
                found.setdefault(concept, []).append((post, start))
        return found

    def _home_of(self, concept: str) -> str:
        i = self._place[concept]
        names = frozenset(self._keys[i])
        posts = sorted(self._posts.get(i, ()))
        titled = (p for p in posts if fold(self._data.posts[p][1]) in names)
        most = max(posts, key=lambda p: (self._times[i, p], -p), default=None)
        best = next(titled, most)
        return "" if best is None else self._data.posts[best][0]

    def related(
        self, text: str, searcher: Searcher, matcher: Matcher, k: int, own: str = ""
    ) -> Related:
        """At most ``k`` concepts and ``k`` posts; ``own`` is the draft's own post, left out.

        A short text that names nothing is matched by what its words sound or look like.
        """
        data, n = self._data, len(self._data.ids)
        matches = matcher.match(text[:20_000], fuzzy=False)
        if not matches and len(text) < 80:
            matches = matcher.match(text)
        named = [self._place[matcher.bare(text, m).concept] for m in matches]
        seeds = {
            i: float(np.log1p(named.count(i)) * self._rarity[i] * (self._worth[i] + 0.1))
            for i in sorted(set(named))
        }
        found = self._passages(text, seeds, searcher)
        hits = [(hit, self._named_in(hit)) for hit in found if hit.record.post != own]
        read = self._read(hits)
        walk = self._walk(seeds)
        sides = (_relative(read[:n]), _relative(walk[:n] * self._rarity), self._stated(seeds))
        score = self._worth * sum(w * side for w, side in zip(_SIDES, sides, strict=True))
        score[list(seeds)] = 0.0
        concepts = [
            RelatedConcept(
                data.labels[i],
                concept_iri(data.ids[i]),
                round(float(score[i]), 6),
                tuple(self._reasons(i, set(seeds), hits)),
            )
            for i in self._unnamed(score, fold(text), k)
        ]
        by_post = _POST_SIDES[0] * _relative(read[n:]) + _POST_SIDES[1] * _relative(walk[n:])
        if own in self._post_place:
            by_post[self._post_place[own]] = 0.0
        best = [int(p) for p in np.argsort(-by_post, kind="stable")[:k] if by_post[p] > 0]
        near = {self._post_place[hit.record.post] for hit, _ in hits}
        posts = [
            RelatedPost(
                *data.posts[p],
                round(float(by_post[p]), 6),
                self._post_reasons(p, seeds, near=p in near),
            )
            for p in best
        ]
        return Related(tuple(concepts), tuple(posts))

    def _passages(self, text: str, seeds: Mapping[int, float], searcher: Searcher) -> list[Hit]:
        """The passages nearest to ``text``: to what its start means and to what it names.

        The words of a draft that are no names would only lead to notes in the draft's language.
        """
        text = " ".join(text[:_READ].split())
        if not text:
            return []
        most = sorted(seeds, key=lambda i: (-seeds[i], i))[:_NAMES]
        named = [name for i in most for name in self._data.names[i][:2]]
        known = len(text) > _DRAFT and len(most) >= _ENOUGH
        words = " ".join(named) if known else text
        kinds = frozenset({RecordKind.PASSAGE})
        meant = text[:_MEANT]
        found = searcher.search(words, _NEAREST, kinds, meaning=meant, trusted=known)
        return [hit for hit in found if hit.record.post in self._post_place]

    def _read(self, hits: Sequence[_Read]) -> NDArray[np.float64]:
        """How much the concepts and posts of ``hits`` (best first) are spoken of, (nodes,)."""
        n = len(self._data.ids)
        score = np.zeros(self._size)
        before: Counter[int] = Counter()
        for rank, (hit, named) in enumerate(hits):
            post = self._post_place[hit.record.post]
            before[post] += 1
            weight = 1 / (rank + _FIRST) / before[post] ** _SAME
            heading = fold(hit.record.heading)
            for concept in named:
                headed = 1 + any(len(x) > 1 and x in heading for x in self._keys[concept])
                score[concept] += headed * weight * self._rarity[concept] ** _RARE
            for concept in self._subjects.get(post, ()):
                score[concept] += _SUBJECT * weight * self._rarity[concept] ** _RARE
            score[n + post] += weight
        return score

    def _named_in(self, hit: Hit) -> list[int]:
        """The concepts that a passage names, ascending."""
        if not self._data.spots:
            return []
        spots = self._data.spots[self._post_place[hit.record.post]]
        low = bisect_left(spots, (hit.record.start, 0))
        high = bisect_left(spots, (hit.record.end, 0))
        return sorted({concept for _, concept in spots[low:high]})

    def _stated(self, seeds: Mapping[int, float]) -> NDArray[np.float64]:
        """How much of what the notes state of each concept is of ``seeds`` too, (concepts,) < 1."""
        score = np.zeros(len(self._data.ids))
        whole = sum(seeds.values()) or 1.0
        for seed, weight in seeds.items():
            others = Counter(
                edge.target if edge.subject == seed else edge.subject
                for edge in self._edges.get(seed, ())
            )
            for other, times in others.items():
                every = len(self._edges[other])
                score[other] += weight / whole * times / (times + every**0.5)
        return score

    def _unnamed(self, score: NDArray[np.float64], text: str, k: int) -> list[int]:
        """The ``k`` best concepts that no name of stands in the folded ``text``; one a label."""
        found: dict[str, int] = {}
        likely = np.flatnonzero(score > 0)
        for i in likely[np.argsort(-score[likely], kind="stable")]:
            if len(found) == k:
                break
            if not any(key in text for key in self._keys[i] if len(key) > 1):
                found.setdefault(self._data.labels[i], int(i))
        return list(found.values())

    def _walk(self, seeds: Mapping[int, float]) -> NDArray[np.float64]:
        """Personalised PageRank from ``seeds`` over all nodes; all zero without seeds."""
        start = np.zeros(self._size)
        for node, weight in seeds.items():
            start[node] = weight
        if not start.any():
            return start
        start /= start.sum()
        rank = start.copy()
        for _ in range(_STEPS):
            spread = np.bincount(self._to, rank[self._from] * self._weight, self._size)
            rank = (1 - _DAMPING) * start + _DAMPING * spread
        return np.asarray(rank - (1 - _DAMPING) * start, dtype=np.float64)

    def _reasons(self, node: int, seeds: set[int], hits: Sequence[_Read]) -> list[Why]:
        data = self._data
        reasons: list[Why] = []
        for edge in self._edges.get(node, ()):
            if {edge.subject, edge.target} & (seeds - {node}):
                post, title, _ = data.posts[edge.post]
                said = f"{data.labels[edge.subject]} —{edge.relation}→ {data.labels[edge.target]}"
                reasons.append(Why(f"{said}, in '{title}'", post, edge.quote))
        del reasons[_REASONS - 1 :]
        for hit, named in hits:
            if node in named:
                where = f"named in a passage near this, in '{hit.record.title}'"
                quote = _sentence_with(hit.record.text, self._keys[node])
                reasons.append(Why(where, hit.record.post, quote))
                break
        of_seeds = set().union(*(self._posts.get(seed, set()) for seed in seeds))
        for p in sorted(self._posts.get(node, set()) & of_seeds)[:1]:
            reasons.append(Why(f"named together in '{data.posts[p][1]}'", data.posts[p][0]))
        return reasons[:_REASONS]

    def _post_reasons(
        self, post: int, seeds: Mapping[int, float], *, near: bool
    ) -> tuple[Why, ...]:
        data = self._data
        named = [data.labels[c] for c in self._named.get(post, ()) if c in seeds]
        reasons = [Why(f"names {', '.join(named[:5])}")] if named else []
        return (*reasons, *([Why("near in meaning")] if near or not named else []))


def _sentence_with(text: str, keys: Sequence[str]) -> str:
    """The first sentence of ``text`` that one of the folded ``keys`` stands in, else the first."""
    sentences = [" ".join(sentence.split()) for sentence in _SENTENCE_END.split(text)]
    named = (sentence for sentence in sentences if any(key in fold(sentence) for key in keys))
    return next(named, sentences[0])


def _relative(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """``scores`` in parts of the largest."""
    return np.asarray(scores / max(float(scores.max(initial=0.0)), 1e-12), dtype=np.float64)
