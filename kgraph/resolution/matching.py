"""Names of known concepts found in free text: a question, a draft.

The longest name wins at each place, spelling and particles aside. What stands in the text in one
language is found under the other through the lexicon (``pod scheduling`` finds ``파드 스케줄링``);
words that nothing names are tried against names that sound or look alike, at a lower score.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

from kgraph.resolution.sounds import SoundIndex
from kgraph.resolution.spelling import bits, distance
from kgraph.text import fold, has_hangul
from kgraph.vocab.inflection import PARTICLES, bare, singulars
from kgraph.vocab.lexicon import Lexicon, LexiconEntry

_LATIN_WORD = r"--?[A-Za-z][A-Za-z0-9_.-]*(?<![.-])|[A-Za-z0-9_][A-Za-z0-9_+#]*(?:\.[A-Za-z0-9_]+)*"
_WORDS = re.compile(rf"{_LATIN_WORD}|[가-힣ㄱ-ㅎㅏ-ㅣ]+|\w")
_GAP = re.compile(r"[\s\-_/·&+.:'’‘“”\"`()]{0,3}")
_MAX_WORDS = 8
_MAX_TRANSLATIONS = 64


class Match(NamedTuple):
    """A name found at ``text[start:end]`` (code points), and how surely: ``score`` in (0, 1]."""

    start: int
    end: int
    concept: str
    score: float
    reason: str  # "exact" | "plural" | "lexicon" | "compound" | "sound" | "spelling"


_SCORES = {"exact": 1.0, "plural": 0.97, "lexicon": 0.95, "compound": 0.9, "spacing": 0.9}
_PART = 2  # characters that each of two names written as one word has at least


class Matcher:
    """Finds concepts by their names.

    Args:
        names: the names of each concept id, such as the labels of every concept of a graph.
        lexicon: bridges the languages; without one only the names themselves are found.
    """

    def __init__(self, names: Mapping[str, Iterable[str]], lexicon: Lexicon | None = None) -> None:
        found: dict[str, list[str]] = {}
        self._spaced: list[str] = []
        for concept, labels in names.items():
            for label in labels:
                key = fold(label)
                if " " in label and label.isascii():
                    self._spaced.append(label)
                if key and concept not in (ids := found.setdefault(key, [])):
                    ids.append(concept)
        self._ids = found
        self._lexicon = lexicon
        self._longest = max(map(len, found), default=0)
        # A text is matched again after each change to it: most of its words are as they were.
        self._named = lru_cache(maxsize=1 << 15)(self._find_named)

    def match(self, text: str, *, fuzzy: bool = True) -> list[Match]:
        """The concepts named in ``text``, in order; several at one place if a name is theirs all.

        Matches never overlap, save those of one and the same name. ``fuzzy=False`` leaves out the
        names that only sound or look alike, which take the first time long to look for.
        """
        words = [m.span() for m in _WORDS.finditer(text)]
        found: list[Match] = []
        unmatched: list[int] = []
        at = 0
        while at < len(words):
            size, matches = self._longest_at(text, words, at)
            if matches:
                found += matches
                at += size
            else:
                unmatched.append(at)
                at += 1
        if fuzzy:
            found += self._fuzzy(text, words, unmatched)
        return sorted(found, key=lambda m: (m.start, -m.score, m.concept))

    def bare(self, text: str, found: Match) -> Match:
        """``found`` without the particle at its end, if what is left is a term of the lexicon.

        Notes may have taught the name ``파드가`` as well as ``파드``.
        """
        if self._lexicon is None or found.reason != "exact":
            return found
        for stop in _without_particle(text, found.start, found.end):
            name = fold(text[found.start : stop])
            if self._lexicon.exact(name) is not None and (ids := self._ids.get(name)):
                concept = found.concept if found.concept in ids else ids[0]
                return found._replace(end=stop, concept=concept)
        return found

    def find(self, name: str) -> list[Match]:
        """The concepts that the whole of ``name`` may name, best first; empty if there is none."""
        name = name.strip()
        if not name:
            return []
        matches = self._whole(name, 0, len(name), compounds=True)
        return sorted(
            matches or self._alike(name, 0, len(name)), key=lambda m: (-m.score, m.concept)
        )

    def _fuzzy(
        self, text: str, words: Sequence[tuple[int, int]], unmatched: Sequence[int]
    ) -> Iterator[Match]:
        """What the words that name nothing sound or look like, up to three of them together."""
        at = 0
        while at < len(unmatched):
            for size in (3, 2, 1):
                run = unmatched[at : at + size]
                if len(run) < size or run[-1] - run[0] != size - 1:
                    continue
                start, end = words[run[0]][0], words[run[-1]][1]
                matches = self._alike(text, start, end) or self._glued(text, start, end)
                if matches:
                    yield from matches
                    at += size - 1
                    break
            at += 1

    def _longest_at(
        self, text: str, words: Sequence[tuple[int, int]], at: int
    ) -> tuple[int, list[Match]]:
        start = words[at][0]
        stop = at + 1
        first = text[start : words[at][1]]
        translated = self._lexicon is not None and self._lexicon.lookup(first) is not None
        while (
            stop < len(words)
            and stop - at < _MAX_WORDS
            and _GAP.fullmatch(text, words[stop - 1][1], words[stop][0])
            and (translated or self._begins_name(text[start : words[stop - 1][1]]))
        ):
            stop += 1
        for last in range(stop, at, -1):
            end = words[last - 1][1]
            if end - start > 2 * self._longest + 8:
                continue
            matches = self._whole(text, start, end, compounds=last - at <= 5)
            if matches:
                return last - at, matches
        return 1, []

    def _begins_name(self, text: str) -> bool:
        """Whether any name, of a concept or of the lexicon, may begin with ``text``."""
        for key in {fold(text), _stems(text)}:
            at = bisect_left(self._ordered, key)
            if at < len(self._ordered) and self._ordered[at].startswith(key):
                return True
        return False

    def _whole(self, text: str, start: int, end: int, *, compounds: bool) -> list[Match]:
        """The concepts named by all of ``text[start:end]``, a particle at its end aside."""
        size, ids, reason = self._named(text[start:end], compounds)
        return _matches(start, start + size, ids, reason) if ids else []

    def _find_named(self, text: str, compounds: bool) -> tuple[int, tuple[str, ...], str]:
        """How much of ``text`` is a name (a particle aside), what it names, by what reason."""
        stops = (len(text), *_without_particle(text, 0, len(text)))
        for stop in stops:
            if ids := self._ids.get(fold(text[:stop])):
                return stop, tuple(ids), "exact"
        for stop in stops:
            surface = text[:stop]
            key = fold(surface)
            forms = singulars(surface)
            for form in (*forms, *_plurals(surface)):
                if ids := self._ids.get(form):
                    return stop, tuple(ids), "plural"
            if " " in surface and (ids := self._by_stems.get(_stems(surface))):
                return stop, tuple(ids), "plural"
            if self._lexicon is None:
                continue
            entry = next(filter(None, map(self._lexicon.exact, (key, *forms))), None)
            if entry is not None and (ids := self._by_entry(entry)):
                return stop, tuple(ids), "lexicon"
            if compounds and entry is None and (ids := self._by_compound(surface)):
                return stop, tuple(ids), "compound"
        return 0, (), ""

    def _by_entry(self, entry: LexiconEntry) -> list[str]:
        """The concepts that carry any name of ``entry``."""
        return list(dict.fromkeys(c for name in entry.names for c in self._ids.get(fold(name), ())))

    def _by_compound(self, surface: str) -> list[str]:
        """The concepts named by ``surface`` put into the other language word by word."""
        words = [m.group() for m in _WORDS.finditer(surface)]
        if self._lexicon is None or len(words) < 2:
            return []
        parts = self._lexicon.parse(words)
        choices = [
            [fold(name) for name in part.names] if isinstance(part, LexiconEntry) else [part]
            for part in parts
        ]
        if len(parts) < 2 or prod(map(len, choices)) > _MAX_TRANSLATIONS:
            choices = [options[:3] for options in choices]
        if len(parts) < 2 or prod(map(len, choices)) > _MAX_TRANSLATIONS:
            return []
        return list(
            dict.fromkeys(
                c for words_ in product(*choices) for c in self._ids.get("".join(words_), ())
            )
        )

    def _alike(self, text: str, start: int, end: int) -> list[Match]:
        """The concepts whose name sounds or looks most like ``text[start:end]``."""
        best: list[Match] = []
        stops = [end, *_without_particle(text, start, end)]
        for stop in [x for x in stops if text[x - 1].isascii()] or stops:
            key = fold(text[start:stop])
            if len(key) < (2 if has_hangul(key) else 4):
                continue
            sound, names = self._sounds.best(key)
            look, spelt = self._closest(key)
            if look > sound:
                score, names, reason = 0.85 * look, spelt, "spelling"
            else:
                score, reason = 0.9 * sound, "sound"
            if names and (not best or score > best[0].score):
                ids = dict.fromkeys(c for name in names for c in self._ids[name])
                best = [Match(start, stop, c, round(score, 4), reason) for c in ids]
        return best

    def _glued(self, text: str, start: int, end: int) -> list[Match]:
        """What two names mean that are written as one word: 쿠버네티스스케줄러."""
        if " " in text[start:end] or not has_hangul(text[start:end]):
            return []
        for cut in range(end - _PART, start + _PART - 1, -1):
            size, ids, _ = self._named(text[start:cut], False)
            if (
                ids
                and size == cut - start
                and (rest := self._whole(text, cut, end, compounds=False))
            ):
                return [*_matches(start, cut, ids, "spacing"), *rest]
        return []

    @cached_property
    def _by_stems(self) -> dict[str, list[str]]:
        """Concepts by their Latin names of several words, each word in the singular."""
        stems: dict[str, list[str]] = {}
        for name in self._spaced:
            ids = stems.setdefault(_stems(name), [])
            ids += [concept for concept in self._ids[fold(name)] if concept not in ids]
        return stems

    @cached_property
    def _ordered(self) -> list[str]:
        """All names, folded, ascending: of the concepts (their stems as well), of the lexicon."""
        entries = self._lexicon or ()
        terms = {fold(name) for entry in entries for name in entry.names}
        return sorted({*self._ids, *self._by_stems, *terms})

    @cached_property
    def _sounds(self) -> SoundIndex:
        return SoundIndex(self._ids)

    @cached_property
    def _by_shape(self) -> dict[tuple[bool, int], list[tuple[str, str, int]]]:
        """Names by whether they hold Hangul and by length in letters: with their letters, in
        order and as a set of bits."""
        shapes: dict[tuple[bool, int], list[tuple[str, str, int]]] = {}
        for name in self._ids:
            letters = unicodedata.normalize("NFD", name)
            shape = shapes.setdefault((has_hangul(name), len(letters)), [])
            shape.append((name, letters, bits(letters)))
        return shapes

    def _closest(self, key: str) -> tuple[float, list[str]]:
        """The names within one typing error (two in long words) of ``key``, and their likeness."""
        letters = unicodedata.normalize("NFD", key)
        size = len(letters)
        allowed = 0 if size < 5 else 1 if size < 9 else 2
        hangul = has_hangul(key)
        wanted = bits(letters)
        best, names = allowed + 1, []
        for length in range(size - allowed, size + allowed + 1):
            for name, other, held in self._by_shape.get((hangul, length), ()):
                # One error changes two letters at most; most names differ in more.
                if (held ^ wanted).bit_count() > 2 * allowed:
                    continue
                apart = distance(letters, other, min(best, allowed))
                if apart < best:
                    best, names = apart, [name]
                elif apart == best and apart <= allowed:
                    names.append(name)
        return (1 - best / size, names) if names else (0.0, [])


def _plurals(name: str) -> list[str]:
    """The folded plurals of ``name``; ``do`` has none (DoS is no plural), nor has 번 (번들)."""
    key = fold(name)
    plurals = (name + "s", name + "들")
    return [fold(form) for form in plurals if key in singulars(form) or key in bare(form)]


def _stems(name: str) -> str:
    """``name`` folded, the plural endings of its words cut off."""
    return "".join(
        word[:-1] if word.endswith("s") and len(word) > 3 and word[-2] not in "su" else word
        for word in map(fold, name.split())
    )


def _matches(start: int, end: int, ids: Iterable[str], reason: str) -> list[Match]:
    return [Match(start, end, concept, _SCORES[reason], reason) for concept in ids]


def _without_particle(text: str, start: int, end: int) -> Iterator[int]:
    """Where ``text[start:end]`` may end with the particle after it cut off, longest cut first."""
    if not "가" <= text[end - 1 : end] <= "힣":
        return
    for particle in PARTICLES:
        stop = end - len(particle)
        if stop > start and text.endswith(particle, start, end) and text[stop - 1].isalnum():
            yield stop
