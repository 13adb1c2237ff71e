"""Profiles of the graph for other tools.

Each profile is a choice of the graph's quads, written in any format that can hold them; see
:data:`PROFILES`. The same graph always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path, PurePath
from typing import BinaryIO

from pyoxigraph import DefaultGraph, NamedNode, Quad

from kgraph.errors import KgraphError, NotFoundError
from kgraph.graph import writers
from kgraph.graph.described import dataset_quads, reified_quads
from kgraph.graph.namespaces import KG, OWL, RDF, RDFS, SKOS
from kgraph.graph.skos import skos_quads
from kgraph.graph.store import GraphStore

PROFILES: dict[str, str] = {
    "core": "concepts, their labels and plain typed relations; every predicate labelled",
    "schema": "the ontology: classes and properties with labels in Korean and English",
    "full": "everything: a named graph per post, evidence with quotes, posts, the build",
    "skos": "a strict SKOS concept scheme: labels, definitions, broader and related",
    "rdf12": "concepts and relations with their evidence as RDF 1.2 (rdf:reifies)",
    "obsidian": "a folder of Markdown notes, one a concept, with wikilinks and quotes",
    "csv": "a folder of tables: nodes, edges, evidence",
    "graphml": "concepts and statements for Gephi, yEd, Cytoscape, NetworkX",
    "jsonl": "posts, relations, concepts and statements as JSON lines",
}
"""Profile -> what it holds."""

FOLDERS = ("obsidian", "csv")
"""The profiles that are a folder: :func:`export_folder` writes them."""

OTHER = ("graphml", "jsonl")
"""The profiles that are a format of their own."""

FORMATS: tuple[str, ...] = tuple(writers.FORMATS)
"""The formats that :func:`export` writes."""

_DEFAULT = DefaultGraph()
_TYPE = NamedNode(RDF + "type")
_SCHEMA_CLASSES = tuple(
    NamedNode(x)
    for x in (
        OWL + "Ontology",
        OWL + "Class",
        OWL + "ObjectProperty",
        OWL + "DatatypeProperty",
        OWL + "AnnotationProperty",
        RDF + "Property",
    )
)


def export(
    store: GraphStore, profile: str, format: str | None, out: BinaryIO, license: str = ""
) -> None:
    """Write a profile of the graph that is one file.

    Args:
        store: the graph.
        profile: one of :data:`PROFILES`.
        format: one of :data:`FORMATS` or a common other name of one (``ttl``, ``rdf/xml``); None
            for the profile's own: TriG for "full", else Turtle.
        out: where the bytes (UTF-8) go.
        license: of the notes, an IRI or a text; the profile "full" says it.

    Raises:
        NotFoundError: if there is no such profile or format.
        KgraphError: if the format cannot hold the profile, or it is a folder.
    """
    if profile not in PROFILES:
        raise NotFoundError(f"no profile {profile!r}: choose one of {', '.join(PROFILES)}")
    if profile in FOLDERS:
        raise KgraphError(f"the profile {profile} is a folder: name it with -o FOLDER")
    if profile in OTHER:
        if format not in (None, profile):
            raise KgraphError(f"the profile {profile} has no other format: leave --format out")
        from kgraph.exports import read_graph, write_graphml, write_jsonl

        (write_graphml if profile == "graphml" else write_jsonl)(read_graph(store), out)
        return
    name = writers.format_name(format or ("trig" if profile == "full" else "turtle"))
    if name is None:
        raise NotFoundError(f"no format {format!r}: choose one of {', '.join(FORMATS)}")
    if profile == "full" and name not in writers.DATASET_FORMATS:
        raise KgraphError(
            f"the profile full keeps a named graph for each post, which {name} cannot hold: "
            f"use --format {' or '.join(writers.DATASET_FORMATS)}, or the profile core"
        )
    if profile == "rdf12" and name in ("json-ld", "rdf-xml"):
        raise KgraphError(f"{name} cannot hold RDF 1.2: use turtle, n-triples, n-quads or trig")
    quads = _CHOICES[profile](store)
    if profile == "full":
        quads = chain(quads, dataset_quads(store, license))
    writers.write(quads, name, out)


def export_folder(store: GraphStore, profile: str, target: Path) -> int:
    """Write a profile of :data:`FOLDERS` as the folder ``target``; returns its number of files.

    Raises:
        NotFoundError: if there is no such profile.
        KgraphError: if the folder holds what no export made, or cannot be written.
    """
    from kgraph.exports import csv_files, obsidian_files, read_graph
    from kgraph.exports.folder import write_folder

    if profile not in FOLDERS:
        raise NotFoundError(f"{profile!r} is no folder; these are: {', '.join(FOLDERS)}")
    make = obsidian_files if profile == "obsidian" else csv_files
    return write_folder(make(read_graph(store)), target)


def format_of(path: PurePath) -> str | None:
    """The format that a file's suffix means; None if it means none."""
    return writers.format_of(path)


def _full(store: GraphStore) -> Iterator[Quad]:
    return store.quads()


def _schema(store: GraphStore) -> Iterator[Quad]:
    for subject in sorted(_schema_subjects(store), key=str):
        yield from store.quads(subject, None, None, _DEFAULT)


def _schema_subjects(store: GraphStore) -> set[NamedNode]:
    return {
        quad.subject
        for kind in _SCHEMA_CLASSES
        for quad in store.quads(None, _TYPE, kind, _DEFAULT)
        if isinstance(quad.subject, NamedNode)
    }


def _core(store: GraphStore) -> Iterator[Quad]:
    used = {RDF + "type", RDFS + "label"}
    classes: set[str] = set()
    concepts = _instances(store, SKOS + "Concept")
    relations = {node.value for node in _instances(store, KG + "Relation")}
    kept = relations | _CORE_PREDICATES
    for concept in chain(concepts, _instances(store, SKOS + "ConceptScheme")):
        for quad in store.quads(concept, None, None, _DEFAULT):
            predicate = quad.predicate.value
            if predicate in kept or predicate == _TYPE.value:
                used.add(predicate)
                yield quad
                if predicate == _TYPE.value and isinstance(quad.object, NamedNode):
                    classes.add(quad.object.value)
    yield from _descriptions(store, used | classes)


def _descriptions(store: GraphStore, terms: set[str]) -> Iterator[Quad]:
    """What the graph says of ``terms``, of those above them and of the properties it uses."""
    waiting, seen = sorted(terms), set(terms)
    while waiting:
        node = NamedNode(waiting.pop())
        for quad in store.quads(node, None, None, _DEFAULT):
            yield quad
            further = {quad.predicate.value}
            if quad.predicate.value in _ABOVE and isinstance(quad.object, NamedNode):
                further.add(quad.object.value)
            waiting += sorted(further - seen)
            seen |= further


def _instances(store: GraphStore, kind: str) -> Iterator[NamedNode]:
    found = store.quads(None, _TYPE, NamedNode(kind), _DEFAULT)
    return (q.subject for q in found if isinstance(q.subject, NamedNode))


_CORE_PREDICATES = {
    SKOS + name for name in ("inScheme", "prefLabel", "altLabel", "hiddenLabel", "definition")
}
_ABOVE = {RDFS + "subClassOf", RDFS + "subPropertyOf", RDFS + "domain", RDFS + "range", _TYPE.value}

_CHOICES: dict[str, Callable[[GraphStore], Iterator[Quad]]] = {
    "core": _core,
    "schema": _schema,
    "full": _full,
    "skos": skos_quads,
    "rdf12": reified_quads,
}
