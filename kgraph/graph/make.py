"""The graph of a new generation: renewed from the one before where little has changed, else anew.

Both ways give the same quads; only the time differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from kgraph.graph.rdf import Activity, RelationLike, frame_quads
from kgraph.graph.renew import renew
from kgraph.graph.store import GraphStore
from kgraph.graph.units import FILE, Composition, Unit, pack, quads_of, units, unpack
from kgraph.storage.cache import Cache
from kgraph.storage.checksums import unharmed
from kgraph.storage.fingerprint import code_digest, digest_of
from kgraph.storage.notes import PostInfo
from kgraph.types import Resolution

FOLDER = "graph"
_RENEWED = 0.3  # of the units may differ; beyond, building anew is as fast


@dataclass(frozen=True, slots=True)
class Content:
    """All that a graph tells of."""

    posts: Sequence[PostInfo]
    resolution: Resolution
    relations: Mapping[str, RelationLike]  # the vocabulary by id
    links: Mapping[str, Sequence[str]]  # the ids of the posts that a post links to

    def __len__(self) -> int:
        said = self.resolution
        return len(self.posts) + len(said.concepts) + len(said.statements)

    def units(self) -> Iterable[Unit]:
        """Its units."""
        return units(self.posts, self.resolution, self.links)


def make_graph(
    target: Path,
    before: Path | None,
    content: Content,
    activity: Activity,
    settings_digest: str,
    cache: Cache,
    counted: Callable[[Iterable[Unit]], Iterable[Unit]] = iter,
) -> set[bytes]:
    """Write the graph of ``content`` into the generation in ``target``.

    Args:
        target: the new generation's folder.
        before: that of the generation whose graph may serve; it stays as it is.
        content: what the graph tells.
        activity: the build.
        settings_digest: of the vocabulary that the user added.
        cache: where units are kept.
        counted: goes through the units of a graph that is built anew, and tells how far that is.

    Returns the keys that the units are kept under.

    Raises:
        KgraphError: a store cannot be read or written.
    """
    base = digest_of(code_digest(), version("pyoxigraph"), settings_digest)
    old = Composition.read(before) if before else None
    come = _Come(old.keys if old is not None and old.base == base else set())
    cache.put_units(come.packed(content.units()))
    minted = {s.relation for s in content.resolution.statements} - set(content.relations)
    new = Composition.of(base, activity.iri, minted, come.keys)
    gone = _units(cache, come.gone) if come.units is not None else None
    if (
        old is not None
        and before is not None
        and come.units is not None
        and gone is not None
        and unharmed(before, FOLDER, FILE)
    ):
        graph = (before / FOLDER, target / FOLDER)
        posts = (post.id for post in content.posts)
        new = renew(*graph, old, new, activity, posts, gone, come.units, content.units)
    else:
        posts = (post.id for post in content.posts)
        frame = frame_quads(posts, content.relations, minted, activity)
        told = (quad for unit in counted(content.units()) for quad in quads_of(unit, activity))
        GraphStore.build(target / FOLDER, chain(frame, told))
    new.write(target)
    return come.keys


class _Come:
    """Which units a graph has and the one before, of ``known`` keys, had not.

    ``known`` is used up.
    """

    def __init__(self, known: set[bytes]) -> None:
        self.keys: set[bytes] = set()
        """Of all units."""
        self.gone = known
        """Of those that only the one before has, once all were gone through."""
        self.units: list[Unit] | None = []
        """Those that are new; None if so much has changed that they are not held."""
        self._most = _RENEWED * len(known)

    def packed(self, units: Iterable[Unit]) -> Iterator[tuple[bytes, bytes]]:
        """Go through all ``units``; yields what is new, packed, by its key."""
        for unit in units:
            key, blob = pack(unit)
            if key in self.gone:
                self.gone.discard(key)
            elif key not in self.keys:
                if self.units is not None:
                    self.units.append(unit)
                    if len(self.units) >= self._most:
                        self.units = None
                yield key, blob
            self.keys.add(key)
        if self.units is not None and len(self.gone) + len(self.units) >= self._most:
            self.units = None


def _units(cache: Cache, keys: set[bytes]) -> list[Unit] | None:
    """The units kept under ``keys``; None if one is missing or damaged."""
    found: list[Unit] = []
    for key, packed in cache.units(keys).items():
        unit = unpack(key, packed)
        if unit is None:
            return None
        found.append(unit)
    return found if len(found) == len(keys) else None
