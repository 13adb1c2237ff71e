"""The graph as plain data, read from the store once: concepts, relations, statements, posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from kgraph import iri
from kgraph.graph.namespaces import KG, RDF, SKOS
from kgraph.graph.store import GraphStore

_EVIDENCE = """
SELECT ?subject ?relation ?object ?polarity ?condition ?rule ?post ?quote ?start ?end WHERE {
  ?e rdf:subject ?subject ; rdf:predicate ?relation ; rdf:object ?object ;
    kg:polarity ?polarity ; kg:rule ?rule ; prov:wasDerivedFrom/schema:identifier ?post ;
    oa:hasSelector ?position, ?text .
  ?position oa:start ?start ; oa:end ?end .
  ?text oa:exact ?quote .
  OPTIONAL { ?e kg:condition ?condition }
}"""
_CONCEPTS = """
SELECT ?concept ?property ?value WHERE {
  ?concept a skos:Concept ; ?property ?value .
  FILTER(?property IN (rdf:type, skos:prefLabel, skos:altLabel, skos:hiddenLabel,
    skos:definition, kg:mentionCount))
}"""
_RELATIONS = "SELECT ?relation ?label WHERE { ?relation a kg:Relation ; rdfs:label ?label }"
_POSTS = """
SELECT ?id ?title ?url ?date WHERE {
  ?post a schema:BlogPosting ; schema:identifier ?id ; schema:headline ?title .
  OPTIONAL { ?post schema:url ?url }
  OPTIONAL { ?post schema:datePublished ?date }
}"""
_MENTIONS = """
SELECT ?id ?concept WHERE { ?post schema:identifier ?id ; schema:mentions ?concept }"""


@dataclass(frozen=True, slots=True)
class Node:
    """A concept."""

    id: str
    kind: str
    labels: tuple[tuple[str, str], ...]  # (language, preferred label), by language
    names: tuple[str, ...]  # the others, sorted
    definitions: tuple[str, ...]
    mentions: int
    posts: tuple[str, ...]  # ids of the posts that mention it, sorted

    @property
    def iri(self) -> str:
        """Its IRI."""
        return iri.concept_iri(self.id)

    def label(self, lang: str) -> str:
        """Its preferred label in a language, or in any other it has one in."""
        found = dict(self.labels)
        return found.get(lang) or next(iter(found.values()), self.id)


@dataclass(frozen=True, slots=True)
class Proof:
    """A sentence that makes a statement; offsets are source offsets."""

    post: str
    quote: str
    start: int
    end: int
    rule: str
    condition: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A statement with the sentences that make it."""

    subject: str
    relation: str
    object: str
    negated: bool
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A post."""

    id: str
    title: str
    url: str
    date: str


@dataclass(frozen=True, slots=True)
class Graph:
    """All of it, each kind of thing sorted by id."""

    nodes: tuple[Node, ...]
    relations: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]  # (id, (language, label)...)
    edges: tuple[Edge, ...]
    posts: tuple[Source, ...]

    def relation_label(self, relation: str, lang: str) -> str:
        """How a relation reads in a language, or in any other it has a label in."""
        found = dict(dict(self.relations).get(relation, ()))
        return found.get(lang) or next(iter(found.values()), relation)


def read_graph(store: GraphStore) -> Graph:
    """Everything that the exports of this package tell; definitions are told with concepts."""
    posts = tuple(sorted((Source(*row) for row in _rows(store, _POSTS)), key=lambda x: x.id))
    said: dict[tuple[str, str, str, bool], list[Proof]] = defaultdict(list)
    for s, relation, o, polarity, condition, rule, post, quote, start, end in _rows(
        store, _EVIDENCE
    ):
        if relation.startswith(iri.RELATION):
            key = _id(s), relation.removeprefix(iri.RELATION), _id(o), polarity == "negative"
            said[key].append(Proof(post, quote, int(start), int(end), rule, condition))
    edges = tuple(
        Edge(*key, tuple(sorted(proofs, key=lambda p: (p.post, p.start, p.condition))))
        for key, proofs in sorted(said.items())
    )
    return Graph(tuple(_nodes(store)), tuple(_relations(store)), edges, posts)


def _nodes(store: GraphStore) -> Iterator[Node]:
    told: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for node, prop, value in store.select(_CONCEPTS):
        language = getattr(value, "language", None) or ""
        told[_text(node)][_text(prop)].append((language, _text(value)))
    posts: dict[str, list[str]] = defaultdict(list)
    for post, concept in _rows(store, _MENTIONS):
        posts[concept].append(post)
    for concept, about in sorted(told.items()):
        kinds = sorted(v for _, v in about[RDF + "type"] if v.startswith(KG))
        others = (*about[SKOS + "altLabel"], *about[SKOS + "hiddenLabel"])
        yield Node(
            _id(concept),
            kinds[0].removeprefix(KG).casefold() if kinds else "concept",
            tuple(sorted(about[SKOS + "prefLabel"])),
            tuple(sorted({name for _, name in others})),
            tuple(sorted({text for _, text in about[SKOS + "definition"]})),
            int(next(iter(about[KG + "mentionCount"]), ("", "0"))[1]),
            tuple(sorted(posts[concept])),
        )


def _relations(store: GraphStore) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    labels: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for node, label in store.select(_RELATIONS):
        language = getattr(label, "language", None) or ""
        labels[_text(node).removeprefix(iri.RELATION)].append((language, _text(label)))
    for relation_id, found in sorted(labels.items()):
        yield relation_id, tuple(sorted(found))


def _rows(store: GraphStore, query: str) -> Iterator[tuple[str, ...]]:
    for row in store.select(query):
        yield tuple(map(_text, row))


def _id(concept: str) -> str:
    return concept.removeprefix(iri.CONCEPT)


def _text(value: object) -> str:
    return "" if value is None else str(getattr(value, "value", value))
