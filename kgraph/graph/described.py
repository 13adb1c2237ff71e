"""What the exports full and rdf12 add to the graph: what dataset it is, and reified triples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from kgraph import iri
from kgraph.graph.namespaces import (
    DCAT,
    DCTERMS,
    KG,
    OA,
    PROV,
    RDF,
    SCHEMA,
    SKOS,
    VOID,
    compact,
)
from kgraph.graph.store import GraphStore

DATASET = iri.BASE + "dataset"
_DEFAULT = DefaultGraph()
_TYPE = NamedNode(RDF + "type")
_STATEMENT = NamedNode(RDF + "Statement")
_PARTS = tuple(NamedNode(RDF + name) for name in ("subject", "predicate", "object"))


def dataset_quads(store: GraphStore, license: str = "") -> Iterator[Quad]:
    """The graph as a VoID and DCAT dataset: its title, counts, vocabularies, licence if known.

    ``license`` is the IRI of the notes' licence, or its text. Nothing in it depends on the time.
    """
    node = NamedNode(DATASET)

    def count(name: str, number: int) -> Quad:
        return Quad(node, NamedNode(VOID + name), Literal(number))

    yield Quad(node, _TYPE, NamedNode(VOID + "Dataset"))
    yield Quad(node, _TYPE, NamedNode(DCAT + "Dataset"))
    yield Quad(
        node, NamedNode(DCTERMS + "title"), Literal("Knowledge graph of notes", language="en")
    )
    yield Quad(node, NamedNode(DCTERMS + "title"), Literal("노트의 지식 그래프", language="ko"))
    for language in ("en", "ko"):
        yield Quad(node, NamedNode(DCTERMS + "language"), Literal(language))
    if license:
        known = license.startswith(("http://", "https://"))
        value = NamedNode(license) if known else Literal(license)
        yield Quad(node, NamedNode(DCTERMS + "license"), value)
    for vocabulary in (SKOS, PROV, KG, DCTERMS, OA, SCHEMA):
        yield Quad(node, NamedNode(VOID + "vocabulary"), NamedNode(vocabulary))
    yield Quad(node, NamedNode(VOID + "uriSpace"), Literal(iri.BASE))
    predicates: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    for quad in store.quads(None, None, None, _DEFAULT):
        predicates[quad.predicate.value] += 1
        if quad.predicate == _TYPE and isinstance(quad.object, NamedNode):
            classes[quad.object.value] += 1
    yield count("triples", sum(predicates.values()))
    yield count("distinctSubjects", _distinct(store, "s"))
    yield count("distinctObjects", _distinct(store, "o"))
    yield count("properties", len(predicates))
    yield count("classes", len(classes))
    yield count("entities", classes[SKOS + "Concept"])
    for name, number in sorted(classes.items()):
        part = NamedNode(f"{DATASET}/{(compact(name) or iri.slug(name)).replace(':', '-')}")
        yield Quad(node, NamedNode(VOID + "classPartition"), part)
        yield Quad(part, NamedNode(VOID + "class"), NamedNode(name))
        yield Quad(part, NamedNode(VOID + "entities"), Literal(number))
    for quad in store.quads(None, _TYPE, NamedNode(PROV + "Activity"), _DEFAULT):
        yield Quad(node, NamedNode(PROV + "wasGeneratedBy"), quad.subject)


def _distinct(store: GraphStore, variable: str) -> int:
    """How many terms stand in that place; the engine counts them in less memory than a set."""
    ((number,),) = store.select(f"SELECT (COUNT(DISTINCT ?{variable}) AS ?n) {{ ?s ?p ?o }}")
    assert isinstance(number, Literal)
    return int(number.value)


def reified_quads(store: GraphStore) -> Iterator[Quad]:
    """The default graph with its evidence as RDF 1.2: ``ev:x rdf:reifies <<( s p o )>>``.

    What the notes deny is reified and not asserted, as everywhere.
    """
    reifies = NamedNode(RDF + "reifies")
    evidence = {q.subject for q in store.quads(None, _TYPE, _STATEMENT, _DEFAULT)}
    for quad in store.quads(None, None, None, _DEFAULT):
        if quad.subject in evidence:
            if quad.predicate in _PARTS or quad.object == _STATEMENT:
                continue
            if quad.predicate.value == KG + "polarity":
                yield Quad(quad.subject, reifies, _triple(store, quad.subject))
        yield Quad(quad.subject, quad.predicate, quad.object)


def _triple(store: GraphStore, evidence: object) -> Triple:
    subject, predicate, object_ = (
        next(store.quads(evidence, part, None, _DEFAULT)).object  # type: ignore[arg-type]
        for part in _PARTS
    )
    return Triple(subject, predicate, object_)  # type: ignore[arg-type]
