"""The names that occur in the notes, counted: what resolution sorts into concepts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kgraph.text import fold, has_hangul, nfc
from kgraph.types import Extraction, Kind

_LONGEST = 80
_QUOTES = (('"', '"'), ("`", "`"), ("“", "”"))


def tidy(surface: str) -> str:
    """``surface`` in NFC with single spaces, without a quotation mark whose other half it lacks.

    Of ``"Default" 정책`` a note may give ``Default" 정책``: a name has no mark at its edge.
    """
    text = " ".join(nfc(surface).split())
    for opening, closing in _QUOTES:
        if text.count(opening) != text.count(closing) or (
            opening == closing and text.count(opening) % 2
        ):
            text = " ".join(text.replace(opening, "").replace(closing, "").split())
    return text


@dataclass(slots=True)
class Name:
    """All spellings of one name that are equal when folded."""

    key: str
    spellings: Counter[str] = field(default_factory=Counter)  # how often each names a concept
    kinds: Counter[Kind] = field(default_factory=Counter)

    @property
    def hangul(self) -> bool:
        """Whether the name holds Hangul."""
        return has_hangul(self.key)

    @property
    def count(self) -> int:
        """How often the notes use the name."""
        return self.spellings.total()

    def ranked(self) -> list[str]:
        """Its spellings: most frequent, shortest, then first in code point order."""
        return sorted(self.spellings, key=lambda x: (-self.spellings[x], len(x), x))


class Names:
    """Every name in the notes, by its folded form.

    A surface that can name nothing (empty, over 80 characters, only punctuation, or ignored by
    the user) has no name here. A number is one only as the value that something has.
    """

    def __init__(self, ignored: Iterable[str] = ()) -> None:
        self._ignored = frozenset(map(fold, ignored))
        self._by_key: dict[str, Name] = {}
        self._keys: dict[str, str] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._by_key))

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def __getitem__(self, key: str) -> Name:
        return self._by_key[key]

    def key(self, surface: str) -> str:
        """The folded form of ``surface``, or ``""`` if it can name nothing."""
        key = self._keys.get(surface)
        if key is None:
            key = fold(surface)
            if (
                len(tidy(surface)) > _LONGEST
                or not any(ch.isalnum() for ch in key)
                or key in self._ignored
            ):
                key = ""
            self._keys[surface] = key
        return key

    def add(self, surface: str, count: int, kind: Kind | None = None) -> None:
        """Count ``surface`` as a name used ``count`` times."""
        key = self.key(surface)
        if not key:
            return
        name = self._by_key.get(key)
        if name is None:
            name = self._by_key[key] = Name(key)
        name.spellings[tidy(surface)] += count
        if kind is not None:
            name.kinds[kind] += count

    def drop(self, keys: Iterable[str]) -> None:
        """Forget these names."""
        for key in keys:
            del self._by_key[key]

    def add_all(self, extraction: Extraction) -> None:
        """Count every name of ``extraction``."""
        for (surface, kind), count in sorted(
            Counter((m.surface, m.kind) for m in extraction.mentions).items()
        ):
            if not is_number(surface):
                self.add(surface, count, kind)
        for candidate in extraction.candidates:
            if not is_number(candidate.subject):
                self.add(candidate.subject, 0)
            if candidate.relation == "hasAttribute" or not is_number(candidate.object):
                self.add(candidate.object, 0)
        for definition in extraction.definitions:
            if not is_number(definition.term):
                self.add(definition.term, 0)


def is_number(name: str) -> bool:
    """Whether a name is digits and signs alone: 9090 is a value of whose port it is."""
    return not any(ch.isalpha() for ch in name)
