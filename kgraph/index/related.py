"""What is related to a term or a draft: near in the graph, near in meaning, named together.

The graph side is a personalised PageRank over concepts and posts: concepts are joined by
statements and to the posts that name them. Every result says why it is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from kgraph.errors import IndexMismatchError
from kgraph.index.records import PostLike, RelationLike
from kgraph.index.search import Searcher
from kgraph.iri import concept_iri
from kgraph.types import (
    Hit,
    RecordKind,
    Related,
    RelatedConcept,
    RelatedPost,
    Resolution,
    Why,
)

_FILE = "related.msgpack"
_DAMPING = 0.5  # related means near: half of the walk starts afresh at each step
_STEPS = 12
_STATEMENT_WEIGHT, _MENTION_WEIGHT = 3.0, 1.0
_NEAREST = 60  # hits by embedding that are looked at
_REASONS = 3


class _Edge(msgspec.Struct, frozen=True, array_like=True):
    """A statement: places of its ends among the concepts, its relation's label, its evidence."""

    subject: int
    relation: str
    target: int
    post: int
    quote: str


class _Data(msgspec.Struct, frozen=True):
    ids: list[str]
    labels: list[str]
    names: list[list[str]]
    posts: list[tuple[str, str, str]]  # id, title, url
    edges: list[_Edge]
    mentions: list[tuple[int, int, int]]  # concept, post, times


class Matching(Protocol):
    """Finds concepts by name; ``kgraph.resolution.matching.Matcher`` is one."""

    def match(self, text: str, *, fuzzy: bool = True) -> Sequence[_Matched]:
        """The concepts named in ``text``."""
        ...


class _Matched(Protocol):
    @property
    def concept(self) -> str: ...


def build_related(
    folder: Path,
    resolution: Resolution,
    posts: Iterable[PostLike],
    relations: Mapping[str, RelationLike],
) -> None:
    """Write what :class:`Neighbours` reads into ``folder``."""
    place = {concept.id: i for i, concept in enumerate(resolution.concepts)}
    known = [(post.id, post.title, post.url) for post in posts]
    post_place = {post_id: i for i, (post_id, _, _) in enumerate(known)}
    edges: dict[tuple[int, str, int], _Edge] = {}
    for s in resolution.statements:
        if s.negated:
            continue
        relation = relations[s.relation].en if s.relation in relations else s.relation
        key = (place[s.subject], relation, place[s.object])
        quote = " ".join(s.evidence.quote.split())
        edges.setdefault(key, _Edge(*key, post_place[s.evidence.post], quote))
    counts: dict[tuple[int, int], int] = {}
    for o in resolution.occurrences:
        at = (place[o.concept], post_place[o.post])
        counts[at] = counts.get(at, 0) + 1
    data = _Data(
        [concept.id for concept in resolution.concepts],
        [concept.label() for concept in resolution.concepts],
        [list(concept.names) for concept in resolution.concepts],
        known,
        list(edges.values()),
        [(c, p, n) for (c, p), n in sorted(counts.items())],
    )
    (folder / _FILE).write_bytes(msgspec.msgpack.encode(data))


class Neighbours:
    """The graph of concepts and posts, opened for walking."""

    def __init__(self, folder: Path) -> None:
        try:
            self._data = msgspec.msgpack.decode((folder / _FILE).read_bytes(), type=_Data)
        except (OSError, msgspec.DecodeError) as error:
            raise IndexMismatchError(
                f"{folder / _FILE} cannot be read. Run: kgraph ingest --rebuild"
            ) from error
        data = self._data
        n = len(data.ids)
        self._place = {concept: i for i, concept in enumerate(data.ids)}
        ends = [(e.subject, e.target, _STATEMENT_WEIGHT) for e in data.edges]
        ends += [(c, n + p, _MENTION_WEIGHT * float(np.log1p(k))) for c, p, k in data.mentions]
        both = np.array(ends or [(0, 0, 0.0)], dtype=np.float64)
        self._from = np.concatenate([both[:, 0], both[:, 1]]).astype(np.int64)
        self._to = np.concatenate([both[:, 1], both[:, 0]]).astype(np.int64)
        weight = np.concatenate([both[:, 2], both[:, 2]])
        self._size = n + len(data.posts)
        out = np.bincount(self._from, weight, self._size)
        self._weight = weight / np.maximum(out[self._from], 1e-12)
        self._edges: dict[int, list[_Edge]] = {}
        for edge in data.edges:
            for end in sorted({edge.subject, edge.target}):
                self._edges.setdefault(end, []).append(edge)
        self._posts: dict[int, set[int]] = {}
        self._named: dict[int, list[int]] = {}
        for concept, post, _ in data.mentions:
            self._posts.setdefault(concept, set()).add(post)
            self._named.setdefault(post, []).append(concept)
        self._nodes = {concept_iri(concept): i for i, concept in enumerate(data.ids)}
        self._post_nodes = {post: n + p for p, (post, _, _) in enumerate(data.posts)}

    @property
    def names(self) -> dict[str, list[str]]:
        """All names of each concept."""
        return dict(zip(self._data.ids, self._data.names, strict=True))

    def related(
        self, text: str, searcher: Searcher, matcher: Matching, k: int, own: str = ""
    ) -> Related:
        """At most ``k`` concepts and ``k`` posts; ``own`` is the draft's own post, left out."""
        data = self._data
        named = [self._place[m.concept] for m in matcher.match(text[:20_000], fuzzy=len(text) < 80)]
        seeds = {i: float(named.count(i)) for i in sorted(set(named))}
        hits = searcher.search(text[:2000], _NEAREST)
        near = self._by_meaning(hits)
        walk = self._walk(seeds)
        score = walk / max(float(walk.max()), 1e-12)
        for i, hit in near.items():
            score[i] += 0.5 * max(hit.dense, 0.0)
        n = len(data.ids)
        best = (
            int(i)
            for i in np.argsort(-score[:n], kind="stable")
            if score[i] > 0 and (i not in seeds or len(seeds) > 1)
        )
        concepts = [
            RelatedConcept(
                data.labels[i],
                concept_iri(data.ids[i]),
                round(float(score[i]), 6),
                tuple(self._reasons(i, set(seeds), near.get(i))),
            )
            for i in islice(best, k)
        ]
        found = (
            int(p)
            for p in np.argsort(-score[n:], kind="stable")
            if score[n + p] > 0 and data.posts[p][0] != own
        )
        posts = [
            RelatedPost(
                post, title, url, round(float(score[n + p]), 6), self._post_reasons(p, seeds)
            )
            for p in islice(found, k)
            for post, title, url in [data.posts[p]]
        ]
        return Related(tuple(concepts), tuple(posts))

    def _by_meaning(self, hits: Sequence[Hit]) -> dict[int, Hit]:
        """Concepts found by embedding, and the posts of passages found, by their node."""
        found: dict[int, Hit] = {}
        for hit in hits:
            if hit.record.kind is RecordKind.CONCEPT and hit.record.iri in self._nodes:
                found.setdefault(self._nodes[hit.record.iri], hit)
            elif hit.record.kind is RecordKind.PASSAGE and hit.record.post in self._post_nodes:
                found.setdefault(self._post_nodes[hit.record.post], hit)
        return found

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

    def _reasons(self, node: int, seeds: set[int], hit: Hit | None) -> list[Why]:
        data = self._data
        reasons: list[Why] = []
        for edge in self._edges.get(node, ()):
            if {edge.subject, edge.target} & (seeds - {node}):
                _, title, _ = data.posts[edge.post]
                said = f"{data.labels[edge.subject]} —{edge.relation}→ {data.labels[edge.target]}"
                reasons.append(Why(f"{said}, in '{title}'", data.posts[edge.post][0], edge.quote))
        of_seeds = set().union(*(self._posts.get(seed, set()) for seed in seeds))
        together = self._posts.get(node, set()) & of_seeds
        for p in sorted(together)[:1]:
            reasons.append(Why(f"named together in '{data.posts[p][1]}'", data.posts[p][0]))
        if hit is not None:
            reasons.append(Why(f"near in meaning (cosine {hit.dense:.2f})"))
        return reasons[:_REASONS]

    def _post_reasons(self, post: int, seeds: Mapping[int, float]) -> tuple[Why, ...]:
        data = self._data
        named = [data.labels[c] for c in self._named.get(post, ()) if c in seeds]
        if not named:
            return (Why("near in meaning"),)
        return (Why(f"names {', '.join(named[:5])}"),)
