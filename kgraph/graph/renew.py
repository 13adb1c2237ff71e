"""A graph made from the one before it: only what changed is taken out and put in.

Quads may belong to several units (one triple that two posts state), so what goes is first reduced
by what stays. The result is the graph that :meth:`GraphStore.build` makes of the same units, quad
for quad; the files on the disk that hold it are shared with the generation before, which is never
changed (the engine writes each of its files once).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import msgspec
from pyoxigraph import NamedNode, Quad, Store

from kgraph.errors import KgraphError
from kgraph.graph import rdf
from kgraph.graph.units import Composition, ConceptUnit, PostUnit, Unit, quads_of
from kgraph.types import Statement

_TURNS = 8  # after so many renewals a store is tidied up
_AT_ONCE = 20_000  # quads in memory


def renew(
    before: Path,
    target: Path,
    old: Composition,
    new: Composition,
    activity: rdf.Activity,
    posts: Iterable[str],
    gone: Iterable[Unit],
    come: Iterable[Unit],
    all_units: Callable[[], Iterable[Unit]],
) -> Composition:
    """Make the graph of ``new`` in the folder ``target`` from that of ``old`` in ``before``.

    Args:
        before: the graph of ``old``; it stays as it is.
        target: must not exist.
        old: what ``before`` is made of.
        new: what is wanted.
        activity: the new build.
        posts: the ids of those that it uses.
        gone: the units that only ``old`` has.
        come: those that only ``new`` has.
        all_units: those of ``new``.

    Returns ``new`` with its renewals counted.

    Raises:
        KgraphError: a store cannot be read or written.
    """
    try:
        Store.read_only(str(before)).backup(str(target))
        store = Store(str(target))
        _rename_activity(store, NamedNode(old.activity), activity, posts)
        added = {quad for unit in come for quad in quads_of(unit, activity)}
        added.update(_minted(set(new.minted) - set(old.minted)))
        touched = _Touched()
        removed = set(_minted(set(old.minted) - set(new.minted)))
        for unit in gone:
            touched.add(unit)
            removed.update(quads_of(unit, activity))
        removed -= added
        if removed:
            for unit in all_units():
                if touched.by(unit):
                    removed.difference_update(quads_of(unit, activity))
        for quad in removed:
            store.remove(quad)
        store.extend(added)
        store.flush()
        turns = old.turns + 1
        if turns >= _TURNS:
            store.optimize()
            turns = 0
    except (OSError, RuntimeError) as error:
        raise KgraphError(f"the graph cannot be written to {target}: {error}") from error
    return msgspec.structs.replace(new, turns=turns)


def _rename_activity(store: Store, old: NamedNode, new: rdf.Activity, posts: Iterable[str]) -> None:
    node = NamedNode(new.iri)
    # Of a large graph a million quads: gone through as the store was before any was changed.
    made = store.quads_for_pattern(None, rdf.GENERATED, old, None)
    while some := list(islice(made, _AT_ONCE)):
        for quad in some:
            store.remove(quad)
        store.extend(Quad(quad.subject, quad.predicate, node, quad.graph_name) for quad in some)
        if len(some) == _AT_ONCE:
            store.flush()  # what was written is in memory until then
    for quad in list(store.quads_for_pattern(old, None, None, None)):
        store.remove(quad)
    store.extend(rdf.activity_quads(new, posts))


def _minted(relations: Set[str]) -> Iterator[Quad]:
    for relation in sorted(relations):
        yield from rdf.minted_quads(relation)


@dataclass(slots=True)
class _Touched:
    """What the quads of some units are about, that quads of other units may be as well."""

    series: set[str] = field(default_factory=set)
    posts: set[str] = field(default_factory=set)  # spans in them are shared by their evidence
    triples: set[tuple[str, str, str]] = field(default_factory=set)

    def add(self, unit: Unit) -> None:
        """Take in a unit."""
        if isinstance(unit, PostUnit):
            self.series.add(unit.post.series)
        elif isinstance(unit, ConceptUnit):
            self.posts.update(x.evidence.post for x in unit.concept.definitions)
        else:
            self.posts.add(unit.statement.evidence.post)
            self.triples.add(_triple(unit.statement))

    def by(self, unit: Unit) -> bool:
        """Whether a unit may have a quad that is also one of those taken in."""
        if isinstance(unit, PostUnit):
            return bool(unit.post.series) and unit.post.series in self.series
        if isinstance(unit, ConceptUnit):
            return any(x.evidence.post in self.posts for x in unit.concept.definitions)
        return unit.statement.evidence.post in self.posts or _triple(unit.statement) in self.triples


def _triple(statement: Statement) -> tuple[str, str, str]:
    return statement.subject, statement.relation, statement.object
