from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse

from kgraph.graph.namespaces import PREFIXES
from kgraph.graph.rdf import (
    Activity,
    concept_quads,
    evidence_iri,
    minted_quads,
    statement_quads,
    to_dataset,
)
from kgraph.graph.store import GraphStore
from kgraph.types import Concept, Evidence, Kind, Label, Resolution, Statement

ACTIVITY = Activity("d", "0.1", "7", "m")
EVIDENCE = Evidence("a/글", "파드를 만든다", 3, 10, "ko.clause", "7")
HEADER = "".join(f"@prefix {key}: <{value}> .\n" for key, value in PREFIXES.items())


def turtle(text: str) -> set[str]:
    return {str(quad) for quad in parse(HEADER + text, format=RdfFormat.TRIG)}


def test_a_positive_statement_is_a_triple_of_its_post_and_of_the_whole() -> None:
    statement = Statement("r", "creates", "파드", EVIDENCE, condition="밤에")
    node = f"<{evidence_iri(statement)}>"
    post = "<https://kgraph.example/post/a/글>"
    position = "<https://kgraph.example/post/a/글#char=3,10>"
    quote = "<https://kgraph.example/post/a/글#char=3,10;quote>"
    assert {str(quad) for quad in statement_quads(statement, ACTIVITY)} == turtle(
        f"""
        c:r r:creates c:파드 .
        <https://kgraph.example/graph/a/글> {{ c:r r:creates c:파드 . }}
        {node} a rdf:Statement ; rdf:subject c:r ; rdf:predicate r:creates ; rdf:object c:파드 ;
            kg:polarity "positive" ; kg:rule "ko.clause" ; kg:condition "밤에"@ko ;
            prov:wasDerivedFrom {post} ; prov:wasGeneratedBy <{ACTIVITY.iri}> ;
            oa:hasSelector {position}, {quote} .
        {position} a oa:TextPositionSelector ; oa:start 3 ; oa:end 10 .
        {quote} a oa:TextQuoteSelector ; oa:exact "파드를 만든다" .
        """
    )


def test_a_negated_statement_is_only_evidence() -> None:
    positive = Statement("r", "creates", "파드", EVIDENCE)
    negative = replace(positive, negated=True)
    quads = list(statement_quads(negative, ACTIVITY))
    assert all(quad.graph_name == DefaultGraph() for quad in quads)
    assert not {str(quad) for quad in quads} & turtle("c:r r:creates c:파드 .")
    assert f'<{evidence_iri(negative)}> <{PREFIXES["kg"]}polarity> "negative"' in map(str, quads)
    assert evidence_iri(negative) != evidence_iri(positive)


def test_evidence_iris_depend_on_all_that_tells_statements_apart() -> None:
    base = Statement("a", "creates", "b", EVIDENCE)
    others = [
        replace(base, subject="b"),
        replace(base, object="c"),
        replace(base, relation="isA"),
        replace(base, negated=True),
        replace(base, condition="if"),
        *(
            replace(base, evidence=replace(EVIDENCE, **change))
            for change in ({"post": "x"}, {"start": 2}, {"end": 11}, {"rule": "en.clause"})
        ),
    ]
    iris = {evidence_iri(statement) for statement in (base, *others)}
    assert len(iris) == 10
    assert evidence_iri(base) == (
        "https://kgraph.example/evidence/" + evidence_iri(base).rsplit("/", 1)[1]
    )
    # The extractor's version is no part of it: the same sentence keeps its name.
    same = replace(base, evidence=replace(EVIDENCE, version="8"))
    assert evidence_iri(same) == evidence_iri(base)


def test_a_concept_has_labels_keys_and_a_kind() -> None:
    concept = Concept(
        "api-서버",
        (Label("API 서버", "ko"), Label("API server", "en")),
        (Label("API 서버", "ko"), Label("api-server", "en")),
        (Label("apiserver", ""),),
        Kind.COMPONENT,
        mentions=2,
    )
    assert {str(quad) for quad in concept_quads(concept, ACTIVITY)} == turtle(
        """
        c:api-서버 a skos:Concept, kg:Component ; skos:inScheme <https://kgraph.example/concepts> ;
            skos:prefLabel "API 서버"@ko, "API server"@en ; skos:altLabel "api-server"@en ;
            skos:hiddenLabel "apiserver" ; kg:key "api서버", "apiserver" ; kg:mentionCount 2 .
        """
    )


def test_a_minted_relation_is_named_after_its_verb() -> None:
    assert {str(quad) for quad in minted_quads("찾아-내다%2F")} == turtle(
        """
        <https://kgraph.example/relation/찾아-내다%2F> a owl:ObjectProperty, kg:Relation ;
            rdfs:subPropertyOf kg:relatedTo ; rdfs:label "찾아 내다/"@ko ; kg:minted true .
        """
    )


def test_every_term_used_is_labelled_in_korean_and_english(store: GraphStore) -> None:
    unlabelled = """
        SELECT DISTINCT ?term {
          { ?s ?term ?o } UNION { ?s a ?term }
          FILTER(!STRSTARTS(STR(?term), STR(owl:)) && !STRSTARTS(STR(?term), STR(rdfs:)))
          FILTER(?term != rdf:type && ?term != rdf:Property)
          FILTER NOT EXISTS { ?term kg:minted true }
          FILTER NOT EXISTS {
            ?term rdfs:label ?ko, ?en FILTER(LANG(?ko) = "ko" && LANG(?en) = "en")
          }
        }"""
    assert store.select(unlabelled) == []


def test_dates_are_typed_when_they_are_dates(store: GraphStore) -> None:
    rows = store.select("SELECT ?date { ?post schema:datePublished ?date } ORDER BY STR(?date)")
    assert [str(row[0]) for row in rows] == [
        f'"2024-01-02"^^<{PREFIXES["xsd"]}date>',
        f'"2025-03-04T05:06:07"^^<{PREFIXES["xsd"]}dateTime>',
    ]


def test_no_blank_nodes_and_no_clock(quads: tuple[Quad, ...]) -> None:
    terms = {str(term) for quad in quads for term in (quad.subject, quad.object)}
    assert not [term for term in terms if term.startswith("_:")]
    assert not [quad for quad in quads if quad.predicate.value.endswith("AtTime")]


def test_the_order_of_statements_does_not_matter(
    resolution: Resolution,
    build: Callable[[Resolution], tuple[Quad, ...]],
    store: GraphStore,
) -> None:
    shuffled = replace(
        resolution,
        concepts=resolution.concepts[::-1],
        statements=resolution.statements[::-1],
        occurrences=resolution.occurrences[::-1],
    )
    assert GraphStore.memory(build(shuffled)).canonical_nquads() == store.canonical_nquads()


nasty = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from("\"\\\n\r\t<>{}|^`'한ㅎ\u1112\u1161"),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(nasty, nasty, st.sampled_from(["ko", "en", ""]))
def test_any_text_survives_the_store_and_rdflib(quote: str, text: str, lang: str) -> None:
    concept = Concept("x", (Label(text, lang),))
    evidence = replace(EVIDENCE, quote=quote)
    quads = [
        *concept_quads(concept, ACTIVITY),
        *statement_quads(Statement("x", "creates", "x", evidence), ACTIVITY),
    ]
    store = GraphStore.memory(quads)
    (row,) = store.select("SELECT ?l ?q { c:x skos:prefLabel ?l . ?e oa:exact ?q }")
    assert [term.value for term in row if term is not None] == [text, quote]
    dataset = to_dataset(quads)
    found = {str(o) for _, _, o, _ in dataset.quads((None, None, None, None))}
    assert {text, quote} <= found
    assert len(set(dataset.quads())) == len({str(quad) for quad in quads})
