"""Names that mean in each note what that note says: 값, 기능, option.

Were they one concept for all notes, they would tie together everything that has a value or does a
job. So each is a concept of its own in every note that states something of it, and nothing where it
is only mentioned. What the user merges is one concept, as the user says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kgraph.iri import slug
from kgraph.resolution.clusters import Clusters
from kgraph.resolution.surfaces import Name, Names
from kgraph.types import Extraction
from kgraph.vocab.generic import load_generic


def local_keys(names: Names, clusters: Clusters) -> frozenset[str]:
    """The keys of ``names`` whose set holds a noun that is too general to be shared."""
    generic = load_generic()
    return frozenset(
        key
        for keys in clusters.sets(names).values()
        if not generic.isdisjoint(keys) and all(clusters.reason(key)[0] != "user" for key in keys)
        for key in keys
    )


class Identities:
    """Which concept a name is, in which post.

    Args:
        ids: the concept id of each folded name.
        local: those that are another concept in each post.
    """

    def __init__(self, ids: Mapping[str, str], local: frozenset[str]) -> None:
        self._ids = ids
        self._local = local
        self._values = frozenset(ids[key] for key in load_generic("value") & local)
        self._taken = frozenset(ids.values())
        self._made: dict[str, tuple[str, str]] = {}

    def of(self, key: str, post: str, owner: str = "") -> str | None:
        """The concept that the name ``key`` is in ``post``; ``None`` if it names nothing.

        A value (true, 알파) said of ``owner`` is that concept's own: else a table with a column
        of them would make one neighbourhood of all its rows.
        """
        identifier = self._ids.get(key)
        if identifier is None or key not in self._local:
            return identifier
        scoped = f"{identifier}.{slug(post.replace('/', '.'))}"
        if owner and identifier in self._values:
            scoped += f".{owner}"
        while scoped in self._taken:
            scoped += "-"
        self._made[scoped] = (post, identifier)
        return scoped

    def is_local(self, key: str) -> bool:
        """Whether the name is another concept in each post."""
        return key in self._local

    def members(self, notes: Iterable[Extraction], used: set[str]) -> dict[str, list[Name]]:
        """The names of each local concept in ``used``, counted in its own post only."""
        wanted: dict[str, dict[str, list[str]]] = {}
        for concept, (post, identifier) in self._made.items():
            if concept in used:
                wanted.setdefault(post, {}).setdefault(identifier, []).append(concept)
        found: dict[str, list[Name]] = {}
        for extraction in notes:
            if extraction.post not in wanted:
                continue
            own = Names()
            own.add_all(extraction)
            for key in own:
                if key in self._local:
                    for concept in wanted[extraction.post].get(self._ids[key], ()):
                        found.setdefault(concept, []).append(own[key])
        return found
