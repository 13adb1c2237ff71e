"""Names sorted into concepts: a union-find that knows which names must stay apart."""

from __future__ import annotations

from collections.abc import Iterable

from kgraph.types import Merge


class Clusters:
    """Sets of folded names that mean one thing, with the reason each name is where it is.

    A set holds at most one lexicon entry (its anchor), and a name that the user split off stays
    alone. What is asked later cannot undo what was done before, so callers go from sure to less
    sure, in sorted order.
    """

    def __init__(self, alone: Iterable[str] = ()) -> None:
        self._parent: dict[str, str] = {}
        self._anchor: dict[str, str] = {}
        self._same: dict[str, str] = {}  # entries that the user says are another one
        self._alone = frozenset(alone)
        self._reasons: dict[str, tuple[str, str]] = {}

    def root(self, key: str) -> str:
        """The name that stands for the set ``key`` is in."""
        parent = self._parent.get(key, key)
        if parent == key:
            return key
        root = self.root(parent)
        self._parent[key] = root
        return root

    def anchor(self, key: str) -> str:
        """The lexicon entry that the set of ``key`` is, or ``""``."""
        return self._entry(self._anchor.get(self.root(key), ""))

    def _entry(self, entry_id: str) -> str:
        while entry_id in self._same:
            entry_id = self._same[entry_id]
        return entry_id

    def set_anchor(self, key: str, entry_id: str) -> bool:
        """Let the set of ``key`` be the lexicon entry, unless it is another one already."""
        if key in self._alone:
            return False
        mine = self._anchor.setdefault(self.root(key), entry_id)
        return self._entry(mine) == self._entry(entry_id)

    def join(self, first: str, second: str, *, force: bool = False) -> bool:
        """Make one set of two; False if they must stay apart (or one was split off).

        ``force`` is the user's word: nothing speaks against it, the first set's entry stays, and
        names of the other's entry are names of that.
        """
        a, b = self.root(first), self.root(second)
        if a == b:
            return True
        anchors = [x for x in (self.anchor(a), self.anchor(b)) if x]
        alone = first in self._alone or second in self._alone
        if not force and (alone or len(set(anchors)) > 1):
            return False
        low, high = min(a, b), max(a, b)
        self._parent[high] = low
        if anchors:
            self._anchor[low] = anchors[0]
            if anchors[-1] != anchors[0]:
                self._same[anchors[-1]] = anchors[0]
        return True

    def note(self, key: str, reason: str, detail: str = "") -> None:
        """Record why ``key`` is in its set; the first reason stays."""
        self._reasons.setdefault(key, (reason, detail))

    def reason(self, key: str) -> tuple[str, str]:
        """Why ``key`` is in its set, and the evidence; ``("spelling", "")`` if none was noted."""
        return self._reasons.get(key, ("spelling", ""))

    def merge(self, key: str, surface: str) -> Merge:
        """The reason of ``key`` as a record about ``surface``."""
        return Merge(surface, *self.reason(key))

    def sets(self, keys: Iterable[str]) -> dict[str, list[str]]:
        """The sets that ``keys`` fall into, sorted."""
        found: dict[str, list[str]] = {}
        for key in sorted(keys):
            found.setdefault(self.root(key), []).append(key)
        return found
