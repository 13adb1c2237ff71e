"""What is related to a term or a draft: near in meaning, named together, stated of each other.

A concept is related as far as the passages nearest to the text name it, the posts they stand in
speak of it, and all posts name it together with what the text names; and as far as statements join
the two. That counts as much as the concept says: rare ones more than those every post names, what
posts dwell on and state things of more than words they use in passing, what is worth looking up
more than a phrase. What the text names already, and what is but another form of it, is not told to
its author again. Every result says why it is one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kgraph.index.neighbourhood import Edge, load
from kgraph.index.worth import WORTH_A_LINK, worth
from kgraph.iri import concept_iri
from kgraph.text import fold, has_hangul
from kgraph.types import (
    Hit,
    RecordKind,
    Related,
    RelatedConcept,
    RelatedPost,
    Why,
)

if TYPE_CHECKING:
    from kgraph.index.search import Searcher
    from kgraph.resolution.matching import Match, Matcher
    from kgraph.vocab.lexicon import Lexicon

_NEAREST = 40  # passages by meaning and words whose concepts are looked at
_READ = 2_000  # characters of a draft that the words are taken from
_MEANT = 160  # characters of a draft that its meaning is taken from
_NAMES = 12  # names of a draft that are looked for, the rarest of them
_DRAFT, _ENOUGH = 80, 3  # characters of a draft at least, and names that say what it is about
_COMMON = 5  # posts taken to name every concept: what one or two posts name is no rarity yet
_RARE, _WORTH = 2.0, 0.7  # powers of a concept's rarity and of its worth
_DWELT = 4  # mentions a post, beyond the first, of what it dwells on
_PART = 0.25  # how much less a word counts that many names have as a part
_APART = 0.05  # of 1, how far concepts are named together with the text's that never are
_FIRST = 5  # passages at the top that count about the same
_SAME = 0.5  # power of how much less each further passage of a post counts
_SUBJECT = 0.5  # how much what a near passage's post is titled with counts
_ABOUT = 8  # posts at the top whose concepts are looked at
_POST_SIDES = (1.0, 0.1)  # how much near passages, and naming the same, count for a post
_FORM = 3  # characters of a folded name beyond which it may have forms
_ALIKE = 0.8  # of the longer of two names: they share more of a start if they are forms of a word
_STATED = 0.3  # how much statements count beside near passages
_REASONS = 3
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")

_Read = tuple[Hit, list[int]]  # a near passage and the concepts it names


class Neighbours:
    """The graph of concepts and posts, opened for reading; ``lexicon`` knows which are terms."""

    def __init__(self, folder: Path, lexicon: Lexicon | None = None) -> None:
        self._data = load(folder)
        self.home = lru_cache(maxsize=None)(self._home_of)
        """The id of the post that is about a concept: titled so, else naming it most; or ""."""
        self._headed = lru_cache(maxsize=4096)(self._headed_by)
        self._spoken_of = lru_cache(maxsize=4096)(self._of_post)
        data = self._data
        n = len(data.ids)
        self._place = {concept: i for i, concept in enumerate(data.ids)}
        self._post_place = {post: p for p, (post, _, _) in enumerate(data.posts)}
        self._posts: dict[int, set[int]] = {}
        self._named: dict[int, list[int]] = {}
        self._times = {(concept, post): times for concept, post, times in data.mentions}
        for concept, post, _ in data.mentions:
            self._posts.setdefault(concept, set()).add(post)
            self._named.setdefault(post, []).append(concept)
        found = np.array(data.mentions or np.empty((0, 3)), dtype=np.int64)
        self._mentions = found[:, 0], found[:, 1], np.log1p(found[:, 2])
        naming = np.bincount(found[:, 0], minlength=n).astype(np.int64)
        self._naming = np.maximum(naming, 1)
        posts = len(data.posts) + _COMMON
        self._rarity = np.log1p(posts / (self._naming + _COMMON)) / np.log1p(posts / (1 + _COMMON))
        titles = [title for _, title, _ in data.posts]
        self._keys = [tuple({fold(name): None for name in names}) for names in data.names]
        headed: dict[str, list[int]] = {}
        for p, title in enumerate(titles):
            headed.setdefault(fold(title), []).append(p)
        self._subjects: dict[int, list[int]] = {}  # the concepts that a post is titled with
        for i, keys in enumerate(self._keys):
            for key in keys:
                for p in headed.get(key, ()):
                    self._subjects.setdefault(p, []).append(i)
        self._titled = {i for about in self._subjects.values() for i in about}
        self._worth = worth(data.labels, self._keys, naming, self._titled, data.defined, lexicon)

    @cached_property
    def _edges(self) -> dict[int, list[Edge]]:
        """The statements about each concept."""
        edges: dict[int, list[Edge]] = {}
        for edge in self._data.edges:
            edges.setdefault(edge.subject, []).append(edge)
            if edge.target != edge.subject:
                edges.setdefault(edge.target, []).append(edge)
        return edges

    @cached_property
    def _value(self) -> NDArray[np.float64]:
        """How much each concept says, (concepts,); found when a text is first asked about."""
        return np.asarray(self._worth**_WORTH * self._rarity**_RARE * self._substance())

    def _substance(self) -> NDArray[np.float64]:
        """How far the notes treat of each concept, (concepts,) in (0, 1].

        A post that is about a thing names it again and again and states things of it. A word that
        many other names have as a part (컨트롤러) is the general one among them.
        """
        times = np.zeros(len(self._keys))
        for (concept, _), much in self._times.items():
            times[concept] += much
        stated = np.array([len(self._edges.get(i, ())) for i in range(len(times))])
        dwelt = np.clip((times / self._naming - 1) / _DWELT, 0, 1)
        parts = Counter(
            part
            for names in self._data.names
            for part in {fold(word) for name in names if " " in name for word in name.split()}
        )
        general = np.array([max((parts[key] for key in keys), default=0) for keys in self._keys])
        treated = 0.25 + 0.375 * (np.minimum(stated / self._naming, 1) + dwelt)
        return np.asarray(treated / (1 + _PART * np.log1p(general)), dtype=np.float64)

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
        data = self._data
        matches = matcher.match(text[:20_000], fuzzy=False)
        if not matches and len(text) < 80:
            matches = matcher.match(text)
        seeds = self._seeds([matcher.bare(text, m) for m in matches])
        found = self._passages(text, seeds, searcher)
        hits = [(hit, self._named_in(hit)) for hit in found if hit.record.post != own]
        read, about = self._read(hits)
        together, naming = self._together(seeds)
        score = self._value * (read * np.sqrt(_APART + together) + _STATED * self._stated(seeds))
        score[list(seeds)] = 0.0
        concepts = [
            RelatedConcept(
                data.labels[i],
                concept_iri(data.ids[i]),
                round(float(score[i]), 6),
                tuple(self._reasons(i, set(seeds), hits)),
            )
            for i in self._unnamed(score, seeds, fold(text), k)
        ]
        by_post = _POST_SIDES[0] * _relative(about) + _POST_SIDES[1] * _relative(naming)
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

    def _seeds(self, matches: Sequence[Match]) -> dict[int, float]:
        """How much each concept that a text names says what the text is about.

        A name that several concepts have says less of each of them.
        """
        same = Counter((m.start, m.end) for m in matches)
        times: dict[int, float] = {}
        for m in matches:
            i = self._place[m.concept]
            times[i] = times.get(i, 0.0) + 1 / same[m.start, m.end]
        weight = self._rarity * (self._worth + 0.1)
        return {i: float(np.log1p(times[i]) * weight[i]) for i in sorted(times)}

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

    def _read(self, hits: Sequence[_Read]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How much ``hits`` (best first) speak of each concept, (concepts,), and post, (posts,)."""
        score = np.zeros(len(self._data.ids))
        about = np.zeros(len(self._data.posts))
        before: Counter[int] = Counter()
        for rank, (hit, named) in enumerate(hits):
            post = self._post_place[hit.record.post]
            before[post] += 1
            weight = 1 / (rank + _FIRST) / before[post] ** _SAME
            headed = self._headed(hit.record.heading, tuple(named))
            score[named] += weight * (1 + headed)
            for concept in self._subjects.get(post, ()):
                score[concept] += _SUBJECT * weight
            about[post] += weight
        whole = max(float(about.sum()), 1e-12)
        score, share = score / whole, about / whole
        for post in np.argsort(-share, kind="stable")[:_ABOUT]:
            spoken, much = self._spoken_of(int(post))
            score[spoken] += share[post] * much
        return score, about

    def _headed_by(self, heading: str, concepts: tuple[int, ...]) -> NDArray[np.bool_]:
        """Which of ``concepts`` a heading names."""
        folded = fold(heading)
        return np.array(
            [any(len(x) > 1 and x in folded for x in self._keys[concept]) for concept in concepts],
            dtype=np.bool_,
        )

    def _of_post(self, post: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The concepts that a post names, and how much: 1 the one it names most."""
        named = self._named.get(post, [])
        times = np.log1p([self._times[concept, post] for concept in named])
        return np.array(named, dtype=np.int64), _relative(times)

    def _together(
        self, seeds: Mapping[int, float]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How far posts name each concept together with ``seeds``, (concepts,) in [0, 1], and how
        much each post names them, (posts,)."""
        concept, post, times = self._mentions
        weight = np.zeros(len(self._data.ids))
        for seed, much in seeds.items():
            weight[seed] = much * self._rarity[seed]
        weight /= np.sqrt(self._naming)
        posts = np.bincount(post, weight[concept] * times, len(self._data.posts)).astype(float)
        shared = np.bincount(concept, posts[post] * times, len(weight))
        return _relative(shared / np.sqrt(self._naming)), posts

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

    def _unnamed(
        self, score: NDArray[np.float64], seeds: Iterable[int], text: str, k: int
    ) -> list[int]:
        """The ``k`` best concepts that no name of stands in the folded ``text``; one a label, and
        none that is another form of one before it or of one that the text names."""
        found: dict[str, int] = {}
        told = [(self._spoken(i), self._keys[i]) for i in seeds if self._worth[i] >= WORTH_A_LINK]
        likely = np.flatnonzero(score > 0)
        for i in map(int, likely[np.argsort(-score[likely], kind="stable")]):
            if len(found) == k:
                break
            if any(key in text for key in self._keys[i] if len(key) > 1):
                continue
            names = self._spoken(i)
            term = len({has_hangul(name) for name in names}) == 2
            phrase = not term and (i in self._titled or self._worth[i] < WORTH_A_LINK)
            same = any(
                _holds(known, names)
                or _alike(self._keys[i], keys)
                or (phrase and _holds(names, known))
                for known, keys in told
            )
            told.append((names, self._keys[i]))
            if not same:
                found.setdefault(self._data.labels[i], i)
        return list(found.values())

    def _spoken(self, concept: int) -> list[str]:
        """The names of a concept in lower case, a space on both sides of each word."""
        names = (" ".join(name.lower().split()) for name in self._data.names[concept])
        return [f" {name} " for name in dict.fromkeys(names) if len(name) > 1]

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


def _holds(names: Sequence[str], others: Sequence[str]) -> bool:
    """Whether one of ``names`` has one of ``others`` in it, as whole words and more besides."""
    return any(other in name and other != name for name in names for other in others)


def _alike(keys: Sequence[str], others: Sequence[str]) -> bool:
    """Whether folded names are forms of one word: 오토스케일러, 오토스케일링."""
    return any(
        len(key) > _FORM
        and other[:1] == key[0]
        and other.startswith(key[: int(_ALIKE * max(len(key), len(other))) + 1])
        for key in keys
        for other in others
    )


def _sentence_with(text: str, keys: Sequence[str]) -> str:
    """The first sentence of ``text`` that one of the folded ``keys`` stands in, else the first."""
    sentences = [" ".join(sentence.split()) for sentence in _SENTENCE_END.split(text)]
    named = (sentence for sentence in sentences if any(key in fold(sentence) for key in keys))
    return next(named, sentences[0])


def _relative(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """``scores`` in parts of the largest."""
    return np.asarray(scores / max(float(scores.max(initial=0.0)), 1e-12), dtype=np.float64)
