"""How much the notes speak of each concept and post where they speak of what a draft is about.

A passage is near as far as it means what the draft means, and as far as its post has the names of
the draft (their words) and speaks of the same concepts (its profile): a draft rarely says in one
sentence what a note does, but a note about the same thing names the same things. All near passages
count, not only the first few: what many of them name is what the notes have to say on it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from kgraph.index.fusion import standardised
from kgraph.index.naming import Floats, Naming, relative
from kgraph.index.rows import KINDS, Filter, Rows
from kgraph.types import Record, RecordKind
from kgraph.vocab.generic import is_function_word

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgraph.index.search import Searcher
    from kgraph.resolution.matching import Match

_POOL = 200  # passages by meaning, and as many by words, that are looked at
_LEAST, _OF = 20, 10  # in a small collection: so many at least, one in so many
_NEAR = 300  # of them, those that count
_KEPT = 5_000  # passages kept at hand
_READ = 2_000  # characters of a draft that the words are taken from
_MEANT = 400  # characters of a draft that its meaning is taken from
_NAMES = 12  # names of a draft that are looked for, the rarest of them
_DRAFT, _ENOUGH = 80, 3  # characters of a draft at least, and names that say what it is about
_TITLED = 1.0  # how much a name in a draft's heading counts beside those in its text
_WORDS, _PROFILE = 0.45, 0.6  # how much of being near a post's words and concepts are
_SUBJECT = 1.0  # how much being in a post about what the draft names most is
_EVEN = 1.5  # deviations of nearness over which what a passage counts falls to 1/e
_APART = 0.05  # of 1, how far concepts are named together with the text's that never are
_UNHEADED, _HEADED = 0.001, 0.3  # share of near passages headed by none; power of that share
_SECTION, _ENTIRE = 0.3, 0.02  # worth of heading near passages; their share from which it counts
_STATED = 0.05  # how much statements count beside near passages

_ONLY = Filter(kinds=frozenset({RecordKind.PASSAGE}))
_HEADING = re.compile(r"\s*#{1,6}\s[^\n]*")

Seeds = Mapping[int, float]
"""How much each concept that a text names says what the text is about."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A near passage, the concepts that it names, and its share in all that is near."""

    record: Record
    named: Sequence[int]
    share: float


@dataclass(frozen=True, slots=True)
class Found:
    """How much there is for each concept, (n,); how much of each post is near, and how much each
    names of what the text names, (p,) both.
    """

    concepts: Floats
    about: Floats
    naming: Floats


class Evidence:
    """Scores over the concepts, (n,), and posts, (p,), of ``naming``."""

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._heads = lru_cache(maxsize=1 << 14)(naming.headed_by)
        self._places = lru_cache(maxsize=1)(self._places_of)
        self._stated_with = lru_cache(maxsize=1 << 12)(self._stated_of)
        self._seen: dict[int, tuple[Record, list[int]]] = {}

    def seeds(self, text: str, matches: Iterable[Match]) -> dict[int, float]:
        """The concepts that ``matches`` of ``text`` name, weighed.

        A name that several concepts have says less of each of them; one in the text's own heading
        says more.
        """
        naming = self._naming
        told = [m for m in matches if not is_function_word(text[m.start : m.end])]
        same = Counter((m.start, m.end) for m in told)
        heading = _HEADING.match(text)
        times: dict[int, float] = {}
        titled: dict[int, float] = {}
        for m in told:
            i, part = naming.place[m.concept], 1 / same[m.start, m.end]
            times[i] = times.get(i, 0.0) + part
            if heading and m.end <= heading.end():
                titled[i] = min(titled.get(i, 0.0) + part, 1.0)
        weight = naming.rarity * (naming.worth + 0.1)
        return {
            i: float((np.log1p(times[i]) + _TITLED * titled.get(i, 0.0)) * weight[i])
            for i in sorted(times)
        }

    def passages(self, text: str, seeds: Seeds, searcher: Searcher, own: str) -> list[Passage]:
        """The passages near to ``text``, the nearest first; their shares add up to 1.

        The words of a draft that are no names would only lead to notes in the draft's language.
        ``own`` is the id of a post that is left out.
        """
        text = " ".join(text[:_READ].split())
        if not text:
            return []
        naming = self._naming
        most = sorted(seeds, key=lambda i: (-seeds[i], i))[:_NAMES]
        named = [name for i in most for name in naming.data.names[i][:2]]
        known = len(text) > _DRAFT and len(most) >= _ENOUGH
        words = " ".join(named) if known else text
        rows = searcher.rows
        passages = int(np.count_nonzero(rows.kinds == KINDS.index(RecordKind.PASSAGE)))
        size = min(max(passages // _OF, _LEAST), _POOL)
        found = searcher.candidates(words, _ONLY, size, text[:_MEANT], trusted=known)
        posts = self._places(rows)[rows.posts[found.rows]]
        kept = np.flatnonzero((posts >= 0) & (posts != naming.post_place.get(own, -1)))
        if not len(kept):
            return []
        profile = naming.profiled({i: seeds[i] * naming.worth[i] for i in seeds})
        near = (
            standardised(found.cosine[kept])
            + _WORDS * found.trust * standardised(found.page_words[kept])
            + _PROFILE * standardised(profile[posts[kept]].astype(np.float32))
        ).astype(np.float64)
        near += _SUBJECT * self._subject(seeds, posts[kept])
        first = np.argsort(-near, kind="stable")[:_NEAR]
        shares = np.exp((near[first] - near[first[0]]) / _EVEN)
        shares /= shares.sum()
        ids = rows.ids[found.rows[kept[first]]]
        return [
            Passage(record, named, share)
            for (record, named), share in zip(
                self._records(searcher, ids.tolist()), shares.tolist(), strict=True
            )
        ]

    def _places_of(self, rows: Rows) -> NDArray[np.int64]:
        """The place of each post that ``rows`` knows among the posts, and of none: -1."""
        places = [self._naming.post_place.get(post.id, -1) for post in rows.known]
        return np.array([*places, -1], dtype=np.int64)

    def _subject(self, seeds: Seeds, posts: NDArray[np.int64]) -> Floats:
        """How far each of ``posts`` (m,) is titled with what the draft names, (m,) in [0, 1]."""
        most, subjects = max(seeds.values(), default=0.0) or 1.0, self._naming.subjects
        own = {
            p: max((seeds.get(i, 0.0) for i in subjects[p]), default=0.0)
            for p in set(posts.tolist())
        }
        return np.array([own[p] / most for p in posts.tolist()])

    def _records(self, searcher: Searcher, ids: Sequence[int]) -> list[tuple[Record, list[int]]]:
        """The passages with these ids and the concepts that they name, kept for the next time."""
        seen = self._seen  # another thread may put another there
        new = [number for number in ids if number not in seen]
        found = {
            number: (record, self._naming.in_passage(record))
            for number, record in zip(new, searcher.records.get(new), strict=True)
        }
        if new:
            self._seen = found if len(seen) + len(new) > _KEPT else seen | found
        return [found[number] if number in found else seen[number] for number in ids]

    def found(self, seeds: Seeds, passages: Sequence[Passage]) -> Found:
        """What there is for each concept and post, for a text that names ``seeds``."""
        read, headed, about = self._read(passages)
        together, naming = self._together(seeds)
        near = relative(read * (headed + _UNHEADED) ** _HEADED * np.sqrt(_APART + together))
        value = self._naming.value(
            {int(i): _SECTION * min(headed[i] / _ENTIRE, 1.0) for i in np.flatnonzero(headed)}
        )
        return Found(value * (near + _STATED * self._stated(seeds)), about, naming)

    def _read(self, passages: Sequence[Passage]) -> tuple[Floats, Floats, Floats]:
        """How much ``passages`` name each concept and are headed by it, (n,), are of a post, (p,).

        What notes have a section of is what they treat of; they name more in passing. A post is
        as near as its nearest passages are, however long it is.
        """
        naming, size = self._naming, len(self._naming.data.ids)
        shares = np.array([passage.share for passage in passages])
        score = _summed([passage.named for passage in passages], shares, size)
        headings = [p.record.heading.rsplit(" > ", 1)[-1] or p.record.title for p in passages]
        headed = _summed(list(map(self._heads, headings)), shares, size)
        posts = np.array([naming.post_place[p.record.post] for p in passages], dtype=np.int64)
        about = np.bincount(posts, shares**2, len(naming.data.posts)).astype(np.float64)
        return score, headed, about

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
        score = np.zeros(len(self._naming.data.ids))
        whole = sum(seeds.values()) or 1.0
        for seed, weight in seeds.items():
            others, parts = self._stated_with(seed)
            score[others] += weight / whole * parts
        return score

    def _stated_of(self, seed: int) -> tuple[NDArray[np.int64], Floats]:
        """The concepts that statements join with ``seed``, (m,), and the part of what is stated of
        each, (m,) < 1."""
        naming = self._naming
        others, times = np.unique(naming.stated_with(seed), return_counts=True)
        return others, times / (times + np.sqrt(naming.stated[others]))


def _summed(concepts: Sequence[Sequence[int]], shares: Floats, size: int) -> Floats:
    """The shares (m,) of all passages that have each of ``size`` concepts, (size,)."""
    places = np.fromiter(chain.from_iterable(concepts), dtype=np.int64)
    much = np.repeat(shares, list(map(len, concepts)))
    return np.bincount(places, much, size).astype(np.float64)
