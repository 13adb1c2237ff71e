"""Whether a graph is as it should be: SHACL shapes of our model and of SKOS's integrity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kgraph import iri
from kgraph.errors import KgraphError, ReadError
from kgraph.graph.namespaces import KG, RDF, RDFS, SH

if TYPE_CHECKING:
    from rdflib import Graph

_LABEL = RDFS + "label"
_TYPED = {RDF + "type", RDFS + "label"}


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong with a node."""

    node: str
    message: str


def violations(quads: Iterable[Quad]) -> list[Violation]:
    """What is wrong with a graph of ours or of anybody's, sorted.

    SKOS's conditions hold for any. A graph with our evidence is held to our model as well, and one
    with our relations to having each of its predicates typed and labelled.

    Raises:
        KgraphError: pySHACL is not installed.
    """
    try:
        import pyshacl
    except ImportError as error:
        raise KgraphError(
            "validating needs pySHACL. Run: pip install 'kgraph[validate]'"
        ) from error
    from rdflib import Graph, URIRef

    from kgraph.graph.rdf import to_dataset

    kept = [quad for quad in quads if not isinstance(quad.object, Triple)]
    found = set(_undescribed(kept))
    plain = {Quad(q.subject, q.predicate, q.object) for q in kept}
    shapes: Graph = Graph()
    for name in ("skos-shapes.ttl", *(["shapes.ttl"] if _is_model(plain) else [])):
        shapes.parse(data=files("kgraph.graph").joinpath(name).read_text("utf-8"), format="turtle")
    by_query = URIRef(SH + "SPARQLConstraintComponent")
    data = to_dataset(plain).default_graph
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    for result in report.subjects(URIRef(SH + "focusNode"), None):
        node = report.value(result, URIRef(SH + "focusNode"))
        if report.value(result, URIRef(SH + "sourceConstraintComponent")) == by_query:
            node = report.value(result, URIRef(SH + "value")) or node  # it was asked of the graph
        messages = report.objects(result, URIRef(SH + "resultMessage"))
        found.add(Violation(str(node), min(map(str, messages), default="breaks a shape")))
    return sorted(found, key=lambda v: (v.node, v.message))


def read_quads(path: Path) -> list[Quad]:
    """The quads of an RDF file, its format told by its suffix.

    Raises:
        ReadError: the file cannot be read, has no known suffix or does not parse.
    """
    form = RdfFormat.from_extension(path.suffix.lstrip(".")) if path.suffix else None
    if form is None:
        raise ReadError(f"{path}: its suffix means no RDF format (.ttl, .nt, .nq, .trig, .rdf ...)")
    try:
        with path.open("rb") as file:
            return list(parse(file, format=form))
    except (OSError, SyntaxError) as error:
        raise ReadError(f"{path} cannot be read as RDF: {error}") from error


def _is_model(quads: Iterable[Quad]) -> bool:
    return any(quad.predicate.value == KG + "mentionCount" for quad in quads)


def _undescribed(quads: Iterable[Quad]) -> Iterable[Violation]:
    """Predicates without a type or without a label in Korean and English.

    A relation minted from a verb has a label in the language of its verb only.
    """
    quads = list(quads)
    used = {quad.predicate.value for quad in quads}
    if not any(name.startswith(iri.RELATION) for name in used):
        return
    made = {str(quad.subject)[1:-1] for quad in quads if quad.predicate.value == KG + "minted"}
    types: dict[str, set[str]] = {}
    labels: dict[str, set[str]] = {}
    for quad in quads:
        if isinstance(quad.subject, NamedNode):
            if quad.predicate.value == RDF + "type" and isinstance(quad.object, NamedNode):
                types.setdefault(quad.subject.value, set()).add(quad.object.value)
            elif quad.predicate.value == _LABEL and isinstance(quad.object, Literal):
                labels.setdefault(quad.subject.value, set()).add(quad.object.language or "")
    for name in sorted(used):
        if name not in types:
            yield Violation(name, "A predicate has a type.")
        minted = name in made
        if not labels.get(name) or not (minted or {"ko", "en"} <= labels[name]):
            yield Violation(name, "A predicate has a label in Korean and English.")
