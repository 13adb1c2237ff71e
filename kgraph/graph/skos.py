"""The graph as a strict SKOS concept scheme.

SKOS asks for more than the notes promise, so the profile leaves out what would break it: a label
that is preferred is not alternative as well, one that is alternative is not hidden (S13); at most
one preferred label a language (S14); ``isA`` becomes ``skos:broader`` unless that would close a
cycle; every other relation becomes ``skos:related`` unless one end is above the other (S27).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kgraph import iri
from kgraph.graph.namespaces import KG, RDF, SKOS
from kgraph.graph.store import GraphStore

_DEFAULT = DefaultGraph()
_TYPE = NamedNode(RDF + "type")
_CONCEPT = NamedNode(SKOS + "Concept")
_SCHEME = NamedNode(iri.SCHEME)
_LABELS = tuple(NamedNode(SKOS + name) for name in ("prefLabel", "altLabel", "hiddenLabel"))


def skos_quads(store: GraphStore) -> Iterator[Quad]:
    """The concepts of ``store`` in SKOS alone, in no particular order."""
    concepts = {
        q.subject
        for q in store.quads(None, _TYPE, _CONCEPT, _DEFAULT)
        if isinstance(q.subject, NamedNode)
    }
    yield from store.quads(_SCHEME, None, None, _DEFAULT)
    above = _hierarchy(store, concepts)
    for concept in sorted(concepts, key=str):
        yield Quad(concept, _TYPE, _CONCEPT)
        yield Quad(concept, _skos("inScheme"), _SCHEME)
        yield from _labels(store, concept)
        yield from store.quads(concept, _skos("definition"), None, _DEFAULT)
        if not above.get(concept):
            yield Quad(concept, _skos("topConceptOf"), _SCHEME)
            yield Quad(_SCHEME, _skos("hasTopConcept"), concept)
        for broader in sorted(above.get(concept, ()), key=str):
            yield Quad(concept, _skos("broader"), broader)
            yield Quad(broader, _skos("narrower"), concept)
    yield from _related(store, concepts, above)


def _labels(store: GraphStore, concept: NamedNode) -> Iterator[Quad]:
    taken: set[object] = set()
    languages: set[str | None] = set()
    for predicate in _LABELS:
        for label in store.objects(concept, predicate):
            if label in taken or not isinstance(label, Literal):
                continue
            if predicate == _LABELS[0]:
                if label.language in languages:
                    continue
                languages.add(label.language)
            taken.add(label)
            yield Quad(concept, predicate, label)


def _hierarchy(store: GraphStore, concepts: set[NamedNode]) -> dict[NamedNode, set[NamedNode]]:
    """Concept -> those right above it, without cycles."""
    above: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for lower, upper in _pairs(store, iri.relation_iri("isA"), concepts):
        if lower not in _ancestors(upper, above):
            above[lower].add(upper)
    return above


def _ancestors(node: NamedNode, above: dict[NamedNode, set[NamedNode]]) -> set[NamedNode]:
    """``node`` and all above it."""
    seen, waiting = {node}, [node]
    while waiting:
        for upper in above.get(waiting.pop(), ()):
            if upper not in seen:
                seen.add(upper)
                waiting.append(upper)
    return seen


def _related(
    store: GraphStore, concepts: set[NamedNode], above: dict[NamedNode, set[NamedNode]]
) -> Iterator[Quad]:
    relations = store.quads(None, _TYPE, NamedNode(KG + "Relation"), _DEFAULT)
    names = sorted(q.subject.value for q in relations if isinstance(q.subject, NamedNode))
    for name in names:
        for first, second in _pairs(store, name, concepts):
            if first == second:
                continue
            if second in _ancestors(first, above) or first in _ancestors(second, above):
                continue
            yield Quad(first, _skos("related"), second)
            yield Quad(second, _skos("related"), first)


def _pairs(
    store: GraphStore, relation: str, concepts: set[NamedNode]
) -> Iterable[tuple[NamedNode, NamedNode]]:
    found = store.quads(None, NamedNode(relation), None, _DEFAULT)
    return sorted(
        (
            (q.subject, q.object)
            for q in found
            if isinstance(q.subject, NamedNode)
            and isinstance(q.object, NamedNode)
            and q.subject in concepts
            and q.object in concepts
            and q.subject != q.object
        ),
        key=str,
    )


def _skos(name: str) -> NamedNode:
    return NamedNode(SKOS + name)
