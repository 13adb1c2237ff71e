"""The index as the server sees it: one generation at a time, and what it knows by name."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from kgraph.draft import normalised
from kgraph.graph.cards import Card, card
from kgraph.iri import concept_iri
from kgraph.library import Kgraph
from kgraph.storage.generations import Generations
from kgraph.storage.notes import PostInfo
from kgraph.text import fold, has_hangul


@dataclass(frozen=True, slots=True)
class Named:
    """A concept named in a text, ``text[start:end]`` (code points of the text as it is)."""

    start: int
    end: int
    concept: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What a completion offers: a concept or a post, found by ``name``."""

    name: str
    label: str
    concept: str = ""
    post: str = ""


class View:
    """One generation of an index, opened for an editor."""

    def __init__(self, kg: Kgraph) -> None:
        self.kg = kg
        self.card = lru_cache(maxsize=512)(self._card)
        self.info = lru_cache(maxsize=4096)(kg.notes.info)

    def named(self, text: str) -> list[Named]:
        """The concepts that ``text`` names, in order, particles left out; NFD and CRLF as it is."""
        plain, places = normalised(text)
        near = self.kg.neighbours
        found: list[Named] = []
        for match in self.kg.matcher.match(plain, fuzzy=False):
            bare = self.kg.matcher.bare(plain, match)
            if found and found[-1].start == places[bare.start]:
                continue  # one name of several concepts: the first is taken
            if near.linkable(bare.concept):
                found.append(Named(places[bare.start], places[bare.end], bare.concept))
        return found

    def named_at(self, line: str, column: int) -> Named | None:
        """The concept named in ``line`` at ``column`` (code points), or just before it."""
        around = [n for n in self.named(line) if n.start <= column <= n.end]
        return next((n for n in around if column < n.end), around[0] if around else None)

    def choices(self, prefix: str, most: int) -> list[Choice]:
        """Concepts and posts with a name that begins with ``prefix``; the most named first.

        With nothing to begin with they are the most named of all.
        """
        key = fold(prefix)
        if not key:
            return [] if prefix else self._most_named[:most]
        names = self._names
        at = bisect_left(names, (key,), key=lambda item: item[:1])
        found: dict[tuple[str, str], tuple[float, Choice]] = {}
        while at < len(names) and names[at][0].startswith(key):
            _, weight, choice = names[at]
            found.setdefault((choice.concept, choice.post), (weight, choice))
            at += 1
        ranked = sorted(found.values(), key=lambda item: (-item[0], item[1].label))
        by_label: dict[str, Choice] = {}
        for _, choice in ranked:  # a post may be called as a concept is: both are the same link
            by_label.setdefault(choice.label, choice)
        return list(by_label.values())[:most]

    def other_name(self, concept: str, text: str) -> str:
        """The concept's label in the language that ``text`` is not in, or nothing."""
        preferred = {label.lang: label.text for label in self.card(concept).preferred}
        other = preferred.get("en" if has_hangul(text) else "ko", "")
        return "" if fold(other) == fold(text) else other

    def file(self, post: str) -> Path | None:
        """The file that holds just this post, if it is there."""
        found = self._file_of.get(post)
        return found if found is not None and found.is_file() else None

    def posts_of(self, concept: str) -> list[PostInfo]:
        """The posts that name a concept, the one about it first, then the latest."""
        home = self.kg.neighbours.home(concept)
        posts = {post for post, _ in self.kg.neighbours.spots(concept)}
        infos = sorted((self.info(post) for post in posts), key=lambda p: p.id)
        infos.sort(key=lambda p: p.date, reverse=True)
        return sorted(infos, key=lambda p: p.id != home)

    @property
    def stale(self) -> bool:
        """Whether a newer generation is in use."""
        return Generations(self.kg.settings.indexes).current() != self.kg.folder

    def _card(self, concept: str) -> Card:
        return card(self.kg.store, concept_iri(concept))

    @cached_property
    def _file_of(self) -> dict[str, Path]:
        return {post: path for path, post in self.kg.files.items()}

    @cached_property
    def _most_named(self) -> list[Choice]:
        near = self.kg.neighbours
        ranked = sorted(
            (-len(near.spots(concept)), near.label(concept), concept)
            for concept in near.names
            if near.linkable(concept)
        )
        return [Choice(label, label, concept=concept) for _, label, concept in ranked[:200]]

    @cached_property
    def _names(self) -> list[tuple[str, float, Choice]]:
        near = self.kg.neighbours
        found: list[tuple[str, float, Choice]] = []
        for concept, names in near.names.items():
            if not near.linkable(concept):
                continue
            label, weight = near.label(concept), float(len(near.spots(concept)))
            found += ((fold(n), weight, Choice(n, label, concept=concept)) for n in names)
        for post in self.kg.notes.all():
            if post.title:
                choice = Choice(post.title, post.title, post=post.id)
                found.append((fold(post.title), 0.5, choice))
        return sorted(found, key=lambda item: (item[0], -item[1], item[2].label))


class Views:
    """The view in use: opened when first needed, and again when a newer generation is there."""

    def __init__(self, open_: Callable[[], Kgraph]) -> None:
        self._open = open_
        self._view: View | None = None

    def get(self) -> View:
        """The view of the newest complete generation.

        Raises:
            KgraphError: there is no index, or it cannot be read.
        """
        if self._view is None or self._view.stale:
            self._view = View(self._open())
        return self._view
