"""Types to RDF: the only converter, pure functions from a Resolution to quads.

The model (prefixes: :data:`kgraph.graph.namespaces.PREFIXES`; no blank nodes, no clock):

    c:pod           a skos:Concept, kg:Resource ; skos:prefLabel "파드"@ko, "Pod"@en ; ...
    r:controls      a owl:ObjectProperty, kg:Relation ; rdfs:label "controls"@en, "통제한다"@ko ...
    post:a/b        a schema:BlogPosting ; schema:headline ... ; schema:mentions c:pod ... ;
                    dcterms:references post:c (a link in its text)
    c:x r:y c:z     a positive statement: once in the default graph, and once in the named graph
                    g:a/b of each post that says so
    ev:1f...        a rdf:Statement ; rdf:subject, rdf:predicate, rdf:object ; kg:polarity,
                    kg:rule, kg:condition ; prov:wasDerivedFrom the post ; prov:wasGeneratedBy the
                    activity ; oa:hasSelector a position (oa:start, oa:end) and a quote (oa:exact)

The default graph thus *is* the union: a triple that ten posts state is one triple there, so that
counting needs no DISTINCT, and GRAPH still tells the posts apart. (Oxigraph's own union of graphs
repeats a triple once per graph.) A negated statement is only evidence. A definition is a statement
whose predicate is skos:definition and whose object is the sentence.

Quads are made of pyoxigraph terms, not rdflib's: the graph of 500 documents has over half a million
quads, which rdflib takes more than ten times as long to build and load. :func:`to_dataset` turns
any quads into an rdflib Dataset where rdflib's parsers, serialisers and pySHACL are wanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from kgraph import iri
from kgraph.graph.namespaces import DCTERMS, KG, OA, OWL, PROV, RDF, RDFS, SCHEMA, SKOS, XSD
from kgraph.text import fold, language
from kgraph.types import (
    Concept,
    Definition,
    Evidence,
    Kind,
    Label,
    Occurrence,
    Resolution,
    Statement,
)

if TYPE_CHECKING:
    from rdflib import Dataset


class PostLike(Protocol):
    """What the graph says of a post; ``kgraph.types.Post`` is one."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def url(self) -> str: ...  # noqa: D102
    @property
    def date(self) -> str: ...  # noqa: D102
    @property
    def tags(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def lang(self) -> str: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102
    @property
    def aliases(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def series(self) -> str: ...  # noqa: D102
    @property
    def path(self) -> str: ...  # noqa: D102


class RelationLike(Protocol):
    """What the graph says of a relation; ``kgraph.vocab.Relation`` is one."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def en(self) -> str: ...  # noqa: D102
    @property
    def ko(self) -> str: ...  # noqa: D102
    @property
    def inverse_en(self) -> str: ...  # noqa: D102
    @property
    def inverse_ko(self) -> str: ...  # noqa: D102
    @property
    def roles(self) -> str: ...  # noqa: D102
    @property
    def parent(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Activity:
    """The build that made a graph: versions and a digest of all inputs, never a time."""

    digest: str  # of every note and setting
    version: str  # of kgraph
    extractor: str  # its version
    model: str  # the encoder's fingerprint

    @property
    def iri(self) -> str:
        """The activity's IRI: equal builds have equal ones."""
        return iri.ACTIVITY + _digest(self.digest, self.version, self.extractor, self.model)


def knowledge_quads(
    posts: Sequence[PostLike],
    resolution: Resolution,
    relations: Mapping[str, RelationLike],
    activity: Activity,
    links: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[Quad]:
    """Every quad of the graph, the terms' ontology included; some may come more than once.

    ``relations`` is the vocabulary by id, ``links`` the ids of the posts that a post links to. A
    relation that a statement uses and the vocabulary does not have is written as minted.
    """
    minted = {s.relation for s in resolution.statements} - set(relations)
    yield from frame_quads((post.id for post in posts), relations, minted, activity)
    for post in posts:
        yield from post_quads(post)
    for concept in resolution.concepts:
        yield from concept_quads(concept, activity)
    for post_id, concepts in mentions_of(resolution.occurrences):
        yield from mention_quads(post_id, concepts)
    for post_id, targets in sorted((links or {}).items()):
        yield from link_quads(post_id, targets)
    for statement in resolution.statements:
        yield from statement_quads(statement, activity)


def frame_quads(
    posts: Iterable[str],
    relations: Mapping[str, RelationLike],
    minted: Iterable[str],
    activity: Activity,
) -> Iterator[Quad]:
    """What no single post, concept or statement says: the terms, the relations and the build."""
    yield from ontology_quads()
    yield from _scheme()
    yield from activity_quads(activity, posts)
    for relation_id in sorted(relations):
        yield from relation_quads(relations[relation_id])
    for relation_id in sorted(minted):
        yield from minted_quads(relation_id)


@lru_cache(maxsize=1)
def ontology_quads() -> tuple[Quad, ...]:
    """kgraph's own terms and labels of all others, from ``terms.ttl``."""
    data = files("kgraph.graph").joinpath("terms.ttl").read_bytes()
    return tuple(parse(data, format=RdfFormat.TURTLE))


def post_quads(post: PostLike) -> Iterator[Quad]:
    """A post's own description."""
    node = _post(post.id)
    yield Quad(node, _TYPE, _BLOG_POSTING)
    yield Quad(node, _schema("headline"), _text(post.title or post.id, post.lang))
    yield Quad(node, _schema("identifier"), Literal(post.id))
    yield Quad(node, _schema("inLanguage"), Literal(post.lang))
    yield Quad(node, _kg("statements"), NamedNode(iri.graph_iri(post.id)))
    if post.url:
        yield Quad(node, _schema("url"), Literal(post.url, datatype=_ANY_URI))
    if post.date:
        yield Quad(node, _schema("datePublished"), _date(post.date))
    for tag in post.tags:
        yield Quad(node, _schema("keywords"), Literal(tag))
    for alias in post.aliases:
        yield Quad(node, _schema("alternateName"), Literal(alias))
    if post.series:
        series = NamedNode(iri.series_iri(post.series))
        yield Quad(node, _schema("isPartOf"), series)
        yield Quad(series, _TYPE, _schema("CreativeWorkSeries"))
        yield Quad(series, _schema("name"), _text(post.series, language(post.series)))
    if post.sha256:
        yield Quad(node, _kg("sha256"), Literal(post.sha256))
    if post.path:
        yield Quad(node, _kg("path"), Literal(post.path))


def mention_quads(post: str, concepts: Iterable[str]) -> Iterator[Quad]:
    """Which concepts a post names."""
    for concept in concepts:
        yield Quad(_post(post), _MENTIONS, _concept(concept))


def mentions_of(occurrences: Iterable[Occurrence]) -> Iterator[tuple[str, list[str]]]:
    """Each post that names concepts with those it names; ``occurrences`` are sorted by post."""
    for post, found in groupby(occurrences, key=lambda occurrence: occurrence.post):
        yield post, sorted({occurrence.concept for occurrence in found})


def link_quads(post: str, targets: Iterable[str]) -> Iterator[Quad]:
    """Which posts a post links to, in its own graph as well."""
    for target in targets:
        yield Quad(_post(post), _REFERENCES, _post(target))
        yield Quad(_post(post), _REFERENCES, _post(target), _graph(post))


def relation_quads(relation: RelationLike) -> Iterator[Quad]:
    """A relation of the vocabulary as an object property."""
    node = NamedNode(iri.relation_iri(relation.id))
    yield from _property(node, relation.parent)
    yield Quad(node, _LABEL, Literal(relation.en, language="en"))
    yield Quad(node, _LABEL, Literal(relation.ko, language="ko"))
    if relation.inverse_en:
        yield Quad(node, _kg("inverseLabel"), Literal(relation.inverse_en, language="en"))
    if relation.inverse_ko:
        yield Quad(node, _kg("inverseLabel"), Literal(relation.inverse_ko, language="ko"))
    if relation.roles:
        yield Quad(node, _kg("roles"), Literal(relation.roles, language="en"))


def minted_quads(relation_id: str) -> Iterator[Quad]:
    """A relation made from a verb of the notes: its label is that verb."""
    node = NamedNode(iri.relation_iri(relation_id))
    verb = unquote(relation_id).replace("-", " ")
    yield from _property(node, "")
    yield Quad(node, _LABEL, _text(verb, language(verb)))
    yield Quad(node, _kg("minted"), _TRUE)


def concept_quads(concept: Concept, activity: Activity) -> Iterator[Quad]:
    """A concept: labels, kind, lookup keys, merges, and its definitions with their evidence."""
    node = _concept(concept.id)
    yield Quad(node, _TYPE, _SKOS_CONCEPT)
    yield Quad(node, _TYPE, kind_class(concept.kind))
    yield Quad(node, _IN_SCHEME, _SCHEME)
    written: set[Label] = set()  # SKOS wants each label in one of the three places only
    for predicate, labels in (
        (_PREF, concept.pref),
        (_ALT, concept.alt),
        (_HIDDEN, concept.hidden),
    ):
        for label in labels:
            if label not in written:
                written.add(label)
                yield Quad(node, predicate, _text(label.text, label.lang))
    for key in sorted({fold(name) for name in concept.names} - {""}):
        yield Quad(node, _KEY, Literal(key))
    yield Quad(node, _MENTION_COUNT, _integer(concept.mentions))
    for merge in concept.merges:
        record = NamedNode(
            iri.MERGE + _digest(concept.id, merge.surface, merge.reason, merge.detail)
        )
        yield Quad(node, _kg("merge"), record)
        yield Quad(record, _TYPE, _kg("Merge"))
        yield Quad(record, _kg("surface"), _text(merge.surface, language(merge.surface)))
        yield Quad(record, _kg("reason"), Literal(merge.reason))
        if merge.detail:
            yield Quad(record, _kg("detail"), Literal(merge.detail))
    for definition in concept.definitions:
        yield from _definition_quads(concept.id, definition, activity)


def statement_quads(statement: Statement, activity: Activity) -> Iterator[Quad]:
    """The plain triple (unless negated), twice as the module says, and its evidence."""
    subject = _concept(statement.subject)
    predicate = _relation(statement.relation)
    object_ = _concept(statement.object)
    evidence = statement.evidence
    if not statement.negated:
        yield Quad(subject, predicate, object_)
        yield Quad(subject, predicate, object_, _graph(evidence.post))
    node = NamedNode(evidence_iri(statement))
    yield Quad(node, _OBJECT, object_)
    if statement.condition:
        yield Quad(node, _CONDITION, _text(statement.condition, language(statement.condition)))
    yield from _evidence(node, subject, predicate, statement.negated, evidence, activity)


def evidence_iri(statement: Statement) -> str:
    """The IRI of a statement's evidence: the same wherever and whenever it is built."""
    return _evidence_iri(
        statement.subject,
        statement.relation,
        statement.object,
        "negative" if statement.negated else "positive",
        statement.condition,
        statement.evidence,
    )


@lru_cache(maxsize=64)
def kind_class(kind: Kind) -> NamedNode:
    """The class of a kind of concepts: ``kg:Component`` for ``Kind.COMPONENT``."""
    return _kg(kind.value.capitalize())


def to_dataset(quads: Iterable[Quad]) -> Dataset:
    """``quads`` as an rdflib Dataset, with kgraph's prefixes bound. Slow beyond ~100,000 quads."""
    import rdflib

    from kgraph.graph.namespaces import PREFIXES

    def term(value: object) -> rdflib.URIRef | rdflib.Literal | rdflib.BNode:
        if isinstance(value, NamedNode):
            return rdflib.URIRef(value.value)
        if isinstance(value, Literal):
            if value.language:
                return rdflib.Literal(value.value, lang=value.language)
            if value.datatype == _STRING:
                return rdflib.Literal(value.value)
            return rdflib.Literal(
                value.value, datatype=rdflib.URIRef(value.datatype.value), normalize=False
            )
        return rdflib.BNode(str(value)[2:])

    dataset = rdflib.Dataset()
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace)
    default = dataset.default_graph
    for quad in quads:
        named = not isinstance(quad.graph_name, DefaultGraph)
        graph = dataset.graph(term(quad.graph_name)) if named else default
        graph.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    return dataset


# ---------------------------------------------------------------- parts


def _scheme() -> Iterator[Quad]:
    yield Quad(_SCHEME, _TYPE, NamedNode(SKOS + "ConceptScheme"))
    yield Quad(_SCHEME, _PREF, Literal("Concepts of the notes", language="en"))
    yield Quad(_SCHEME, _PREF, Literal("노트의 개념", language="ko"))


def activity_quads(activity: Activity, posts: Iterable[str]) -> Iterator[Quad]:
    """The build, and the ids of the ``posts`` that it used."""
    node = NamedNode(activity.iri)
    yield Quad(node, _TYPE, NamedNode(PROV + "Activity"))
    for name, value in (
        ("kgraphVersion", activity.version),
        ("extractorVersion", activity.extractor),
        ("model", activity.model),
        ("inputDigest", activity.digest),
    ):
        yield Quad(node, _kg(name), Literal(value))
    for post in posts:
        yield Quad(node, NamedNode(PROV + "used"), _post(post))


def _property(node: NamedNode, parent: str) -> Iterator[Quad]:
    yield Quad(node, _TYPE, NamedNode(OWL + "ObjectProperty"))
    yield Quad(node, _TYPE, _kg("Relation"))
    above = NamedNode(iri.relation_iri(parent)) if parent else _kg("relatedTo")
    yield Quad(node, NamedNode(RDFS + "subPropertyOf"), above)


def _definition_quads(concept: str, definition: Definition, activity: Activity) -> Iterator[Quad]:
    subject = _concept(concept)
    evidence = definition.evidence
    sentence = _text(definition.text, language(definition.text))
    yield Quad(subject, _DEFINITION, sentence)
    yield Quad(subject, _DEFINITION, sentence, _graph(evidence.post))
    node = NamedNode(
        _evidence_iri(concept, "skos:definition", definition.text, "positive", "", evidence)
    )
    yield Quad(node, _OBJECT, sentence)
    yield from _evidence(node, subject, _DEFINITION, False, evidence, activity)


def _evidence(
    node: NamedNode,
    subject: NamedNode,
    predicate: NamedNode,
    negated: bool,
    evidence: Evidence,
    activity: Activity,
) -> Iterator[Quad]:
    yield Quad(node, _TYPE, _STATEMENT)
    yield Quad(node, _SUBJECT, subject)
    yield Quad(node, _PREDICATE, predicate)
    yield Quad(node, _POLARITY, _NEGATIVE if negated else _POSITIVE)
    yield Quad(node, _RULE, _plain(evidence.rule))
    yield Quad(node, _DERIVED, _post(evidence.post))
    yield Quad(node, GENERATED, _node(activity.iri))
    # The fragment is RFC 5147's for a span of plain text: statements that share a quote share it.
    span = f"{iri.post_iri(evidence.post)}#char={evidence.start},{evidence.end}"
    position, quote = NamedNode(span), NamedNode(span + ";quote")
    yield Quad(node, _HAS_SELECTOR, position)
    yield Quad(node, _HAS_SELECTOR, quote)
    yield Quad(position, _TYPE, _POSITION_SELECTOR)
    yield Quad(position, _START, _integer(evidence.start))
    yield Quad(position, _END, _integer(evidence.end))
    yield Quad(quote, _TYPE, _QUOTE_SELECTOR)
    yield Quad(quote, _EXACT, Literal(evidence.quote))


def _evidence_iri(
    subject: str, relation: str, object_: str, polarity: str, condition: str, evidence: Evidence
) -> str:
    return iri.EVIDENCE + _digest(
        evidence.post,
        subject,
        relation,
        object_,
        polarity,
        condition,
        str(evidence.start),
        str(evidence.end),
        evidence.rule,
    )


# ---------------------------------------------------------------- terms


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:24]


def _kg(name: str) -> NamedNode:
    return _node(KG + name)


def _schema(name: str) -> NamedNode:
    return _node(SCHEMA + name)


@lru_cache(maxsize=256)
def _node(value: str) -> NamedNode:
    return NamedNode(value)


@lru_cache(maxsize=65536)
def _concept(concept_id: str) -> NamedNode:
    return NamedNode(iri.concept_iri(concept_id))


@lru_cache(maxsize=4096)
def _relation(relation_id: str) -> NamedNode:
    return NamedNode(iri.relation_iri(relation_id))


@lru_cache(maxsize=4096)
def _post(post_id: str) -> NamedNode:
    return NamedNode(iri.post_iri(post_id))


@lru_cache(maxsize=4096)
def _graph(post_id: str) -> NamedNode:
    return NamedNode(iri.graph_iri(post_id))


@lru_cache(maxsize=256)
def _plain(value: str) -> Literal:
    return Literal(value)


@lru_cache(maxsize=65536)
def _integer(value: int) -> Literal:
    return Literal(str(value), datatype=_INTEGER)


def _text(value: str, lang: str) -> Literal:
    return Literal(value, language=lang) if lang else Literal(value)


def _date(value: str) -> Literal:
    """A typed date where ``value`` is one, with its time where it has one."""
    try:
        return Literal(date.fromisoformat(value).isoformat(), datatype=NamedNode(XSD + "date"))
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(value).isoformat()
        return Literal(moment, datatype=NamedNode(XSD + "dateTime"))
    except ValueError:
        return Literal(value)


_TYPE = NamedNode(RDF + "type")
_SUBJECT = NamedNode(RDF + "subject")
_PREDICATE = NamedNode(RDF + "predicate")
_OBJECT = NamedNode(RDF + "object")
_STATEMENT = NamedNode(RDF + "Statement")
_LABEL = NamedNode(RDFS + "label")
_SKOS_CONCEPT = NamedNode(SKOS + "Concept")
_IN_SCHEME = NamedNode(SKOS + "inScheme")
_PREF = NamedNode(SKOS + "prefLabel")
_ALT = NamedNode(SKOS + "altLabel")
_HIDDEN = NamedNode(SKOS + "hiddenLabel")
_DEFINITION = NamedNode(SKOS + "definition")
_SCHEME = NamedNode(iri.SCHEME)
_BLOG_POSTING = NamedNode(SCHEMA + "BlogPosting")
_MENTIONS = NamedNode(SCHEMA + "mentions")
_REFERENCES = NamedNode(DCTERMS + "references")
_DERIVED = NamedNode(PROV + "wasDerivedFrom")
GENERATED = NamedNode(PROV + "wasGeneratedBy")
_HAS_SELECTOR = NamedNode(OA + "hasSelector")
_POSITION_SELECTOR = NamedNode(OA + "TextPositionSelector")
_QUOTE_SELECTOR = NamedNode(OA + "TextQuoteSelector")
_START = NamedNode(OA + "start")
_END = NamedNode(OA + "end")
_EXACT = NamedNode(OA + "exact")
_KEY = NamedNode(KG + "key")
_MENTION_COUNT = NamedNode(KG + "mentionCount")
_POLARITY = NamedNode(KG + "polarity")
_CONDITION = NamedNode(KG + "condition")
_RULE = NamedNode(KG + "rule")
_POSITIVE = Literal("positive")
_NEGATIVE = Literal("negative")
_STRING = NamedNode(XSD + "string")
_INTEGER = NamedNode(XSD + "integer")
_ANY_URI = NamedNode(XSD + "anyURI")
_TRUE = Literal("true", datatype=NamedNode(XSD + "boolean"))
