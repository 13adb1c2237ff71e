from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from importlib.resources import files

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad
from pyshacl import validate
from rdflib import Graph, URIRef

from kgraph.graph.namespaces import KG, OA, PREFIXES, PROV, RDF, RDFS, SCHEMA, SH, SKOS, XSD
from kgraph.graph.rdf import ontology_quads, to_dataset
from kgraph.graph.validation import Violation, violations
from kgraph.types import Resolution

SHAPES = Graph().parse(
    data=files("kgraph.graph").joinpath("shapes.ttl").read_text("utf-8"), format="turtle"
)
C = PREFIXES["c"]


def violated(quads: Iterable[Quad]) -> set[str]:
    """The shapes that a graph of these quads breaks."""
    default = (quad for quad in quads if isinstance(quad.graph_name, DefaultGraph))
    graph = to_dataset(default).default_graph
    conforms, report, _ = validate(graph, shacl_graph=SHAPES, inplace=True)
    shapes = set()
    for source in report.objects(None, URIRef(SH + "sourceShape")):
        parents = [
            parent
            for link in ("property", "sparql")
            for parent in SHAPES.subjects(URIRef(SH + link), source)
        ]
        shapes.add(str(parents[0] if parents else source).rpartition("#")[2])
    assert conforms == (not shapes)
    return shapes


@pytest.fixture(scope="module")
def notes(quads: tuple[Quad, ...]) -> tuple[Quad, ...]:
    """The built graph less the ontology, which takes most of the time to validate."""
    return tuple(quad for quad in quads if quad not in set(ontology_quads()))


def test_a_built_graph_conforms(quads: tuple[Quad, ...]) -> None:
    assert violated(quads) == set()


def test_an_empty_build_conforms(build: Callable[[Resolution], tuple[Quad, ...]]) -> None:
    assert violated(build(Resolution((), (), ()))) == set()


def node(value: str) -> NamedNode:
    return NamedNode(value)


def first(quads: Sequence[Quad], kind: str) -> NamedNode:
    """The first node of a class."""
    found = (
        q.subject for q in quads if q.predicate.value == RDF + "type" if q.object == node(kind)
    )
    return min((x for x in found if isinstance(x, NamedNode)), key=str)


Change = Callable[[Sequence[Quad]], Iterable[Quad]]


def without(kind: str, predicate: str) -> Change:
    """Take a property from the first node of a class."""
    return lambda quads: [
        q for q in quads if not (q.subject == first(quads, kind) and q.predicate == node(predicate))
    ]


def plus(kind: str, predicate: str, object_: NamedNode | Literal) -> Change:
    """Give the first node of a class one more property."""
    return lambda quads: [*quads, Quad(first(quads, kind), node(predicate), object_)]


def instead(kind: str, predicate: str, object_: NamedNode | Literal) -> Change:
    """Change a property of the first node of a class."""
    return lambda quads: plus(kind, predicate, object_)([*without(kind, predicate)(quads)])


CONCEPT, STATEMENT, POST = SKOS + "Concept", RDF + "Statement", SCHEMA + "BlogPosting"
POSITION, QUOTE = OA + "TextPositionSelector", OA + "TextQuoteSelector"
INTEGER = node(XSD + "integer")


@pytest.mark.parametrize(
    ("change", "shape"),
    [
        (without(CONCEPT, SKOS + "prefLabel"), "ConceptShape"),
        (plus(CONCEPT, SKOS + "prefLabel", Literal("둘째", language="ko")), "ConceptShape"),
        (plus(CONCEPT, SKOS + "altLabel", Literal("접근", language="ko")), "ConceptShape"),
        (plus(CONCEPT, SKOS + "hiddenLabel", Literal("", language="ko")), "ConceptShape"),
        (without(CONCEPT, SKOS + "inScheme"), "ConceptShape"),
        (without(CONCEPT, KG + "mentionCount"), "ConceptShape"),
        (lambda quads: [q for q in quads if q.object != node(KG + "Concept")], "ConceptShape"),
        (without(KG + "Merge", KG + "reason"), "MergeShape"),
        (without(KG + "Relation", RDFS + "label"), "RelationShape"),
        (instead(KG + "Relation", RDFS + "label", Literal("x", language="en")), "RelationShape"),
        (without(KG + "Relation", RDFS + "subPropertyOf"), "RelationShape"),
        (without(STATEMENT, RDF + "subject"), "EvidenceShape"),
        (without(STATEMENT, RDF + "object"), "EvidenceShape"),
        (instead(STATEMENT, KG + "polarity", Literal("maybe")), "EvidenceShape"),
        (without(STATEMENT, PROV + "wasDerivedFrom"), "EvidenceShape"),
        (instead(STATEMENT, PROV + "wasDerivedFrom", node(C + "pod")), "EvidenceShape"),
        (without(STATEMENT, OA + "hasSelector"), "EvidenceShape"),
        (instead(STATEMENT, KG + "rule", Literal("")), "EvidenceShape"),
        (instead(POSITION, OA + "start", Literal("-1", datatype=INTEGER)), "PositionShape"),
        (instead(POSITION, OA + "end", Literal("0", datatype=INTEGER)), "PositionShape"),
        (instead(POSITION, OA + "end", Literal("9999")), "PositionShape"),
        (without(QUOTE, OA + "exact"), "QuoteShape"),
        (instead(QUOTE, OA + "exact", Literal("")), "QuoteShape"),
        (without(POST, SCHEMA + "headline"), "PostShape"),
        (instead(POST, KG + "sha256", Literal("abc")), "PostShape"),
        (plus(POST, SCHEMA + "mentions", node(C + "nothing")), "PostShape"),
        (without(PROV + "Activity", KG + "model"), "ActivityShape"),
    ],
)
def test_each_fault_breaks_its_shape(notes: tuple[Quad, ...], change: Change, shape: str) -> None:
    assert violated(change(notes)) == {shape}


def test_a_denied_statement_must_not_be_asserted(notes: tuple[Quad, ...]) -> None:
    asserted = Quad(node(C + "kube-apiserver"), node(PREFIXES["r"] + "creates"), node(C + "pod"))
    assert violated([*notes, asserted]) == {"PolarityShape"}


def test_a_violation_names_the_evidence(notes: tuple[Quad, ...]) -> None:
    default = [quad for quad in notes if isinstance(quad.graph_name, DefaultGraph)]
    asserted = Quad(node(C + "kube-apiserver"), node(PREFIXES["r"] + "creates"), node(C + "pod"))
    denied = next(q.subject for q in default if q.object == Literal("negative"))
    found = [v for v in violations([*default, asserted]) if not v.message.startswith("A predicate")]
    assert found == [Violation(str(denied)[1:-1], "What is only denied is no plain triple.")]


def test_an_affirmed_statement_must_be_asserted(notes: tuple[Quad, ...]) -> None:
    asserted = Quad(node(C + "replicaset"), node(PREFIXES["r"] + "creates"), node(C + "pod"))
    assert violated([quad for quad in notes if quad != asserted]) == {"PolarityShape"}


def test_what_one_post_denies_another_may_affirm(
    resolution: Resolution, build: Callable[[Resolution], tuple[Quad, ...]]
) -> None:
    denied = next(statement for statement in resolution.statements if statement.negated)
    both = replace(resolution, statements=(*resolution.statements, replace(denied, negated=False)))
    assert violated(build(both)) == set()
