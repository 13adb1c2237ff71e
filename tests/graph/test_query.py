from __future__ import annotations

import time

import pytest
from pyoxigraph import Literal, NamedNode, Quad
from rdflib import URIRef

from kgraph.errors import QueryError
from kgraph.graph.inline import with_values
from kgraph.graph.namespaces import PREFIXES
from kgraph.graph.query import pack, run, unpack
from kgraph.graph.results import Result
from kgraph.graph.store import GraphStore, Term

LABELS = "SELECT ?c ?l { ?c a kg:Resource ; skos:prefLabel ?l } ORDER BY ?l"


def concept(name: str) -> NamedNode:
    return NamedNode(PREFIXES["c"] + name)


def test_select(store: GraphStore) -> None:
    result = run(store, LABELS)
    assert result == Result(
        "solutions",
        ("c", "l"),
        (
            (concept("pod"), Literal("Pod", language="en")),
            (concept("replicaset"), Literal("ReplicaSet", language="en")),
            (concept("pod"), Literal("파드", language="ko")),
        ),
    )


def test_a_statement_of_two_posts_counts_once_and_graph_tells_them_apart(store: GraphStore) -> None:
    count = run(store, "SELECT (COUNT(*) AS ?n) { c:kube-apiserver r:controls ?x }")
    assert [row[0].value for row in count.rows if row[0]] == ["1"]
    graphs = run(
        store, "SELECT ?g { GRAPH ?g { c:kube-apiserver r:controls c:access } } ORDER BY ?g"
    )
    assert [row[0].value for row in graphs.rows if row[0]] == [
        "https://kgraph.example/graph/pod",
        "https://kgraph.example/graph/개념/api",
    ]
    chosen = run(store, "SELECT ?o FROM <https://kgraph.example/graph/pod> { ?s r:controls ?o }")
    assert chosen.rows == ((concept("access"),),)


def test_ask_and_construct(store: GraphStore) -> None:
    assert run(store, "ASK { c:replicaset r:creates c:pod }") == Result("boolean", boolean=True)
    assert run(store, "ASK { c:kube-apiserver r:creates c:pod }").boolean is False
    made = run(store, "CONSTRUCT { ?o r:by ?s } WHERE { ?s r:creates ?o }")
    assert {tuple(map(str, triple)) for triple in made.triples} == {
        (f"<{PREFIXES['c']}pod>", f"<{PREFIXES['r']}by>", f"<{PREFIXES['c']}replicaset>")
    }
    assert set(made.graph) == {
        (
            URIRef(PREFIXES["c"] + "pod"),
            URIRef(PREFIXES["r"] + "by"),
            URIRef(PREFIXES["c"] + "replicaset"),
        )
    }
    described = run(store, "DESCRIBE c:pod")
    assert {triple.subject for triple in described.triples} == {concept("pod")}


def test_bindings_are_terms(store: GraphStore) -> None:
    query = "SELECT ?s ?p { ?s ?p c:pod . ?p a kg:Relation } ORDER BY ?p"
    assert run(store, query, bindings={"s": concept("replicaset")}).rows == (
        (concept("replicaset"), NamedNode(PREFIXES["r"] + "creates")),
        (concept("replicaset"), NamedNode(PREFIXES["r"] + "만들어-내다")),
    )
    attack = Literal('" } INSERT { ?s ?p ?o } #')
    assert run(store, "SELECT ?l { ?s skos:prefLabel ?l }", bindings={"l": attack}).rows == ()
    assert run(store, "ASK { ?s r:creates ?o }", bindings={"s": concept("pod")}).boolean is False
    for name in ("x", "a b", "p {"):
        with pytest.raises(QueryError, match="has no variable"):
            run(store, "SELECT ?p { ?s ?p ?o }", bindings={name: concept("pod")})


def test_bindings_go_in_as_one_row(store: GraphStore) -> None:
    query = "SELECT ?o WHERE { ?s ?p ?o }"
    bindings = {"s": concept("replicaset"), "p": NamedNode(PREFIXES["r"] + "creates")}
    bound = with_values(query, bindings)
    assert bound == (
        "SELECT ?o WHERE { VALUES (?s ?p) { (<https://kgraph.example/concept/replicaset>"
        " <https://kgraph.example/relation/creates>) }  ?s ?p ?o }"
    )
    assert store.select(bound) == store.select(query, bindings) == [(concept("pod"),)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ?o { ?x r:creates ?o }", "pod"),
        ("SELECT (EXISTS { ?q ?p ?o } AS ?e) ?o WHERE { ?x r:creates ?o }", None),
        ("SELECT ?o { FILTER(BOUND(?x)) ?x r:creates ?o }", "pod"),
        ("SELECT ?o { ?y r:creates ?o FILTER(?x = ?y) }", "pod"),
        ("SELECT ?o # ?x {\n{ { ?x r:creates ?o } } VALUES ?o { c:pod }", "pod"),
        ("SELECT ?o FROM <https://kgraph.example/graph/pod#> { ?x r:creates ?o }", None),
        ("SELECT ?o { BIND('{' AS ?z) ?x r:creates ?o }", "pod"),
        ("SELECT ?o ?x { ?y r:creates ?o BIND(?y AS ?x) }", "pod"),
        ("SELECT (SAMPLE(?v) AS ?o) { ?x r:creates ?v } GROUP BY ?x", "pod"),
    ],
)
def test_a_bound_variable_may_stand_anywhere(
    store: GraphStore, query: str, expected: str | None
) -> None:
    result = run(store, query, bindings={"x": concept("replicaset")})
    if expected is not None:
        place = result.variables.index("o")
        assert [row[place] for row in result.rows] == [concept(expected)]
    other = run(store, query, bindings={"x": concept("access")})
    assert other.rows == ()


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?x r:made ?o } WHERE { ?x r:creates ?o }",
        "CONSTRUCT { } WHERE { ?x r:creates ?o }",
        "CONSTRUCT WHERE { ?x r:creates ?o }",
        "CONSTRUCT FROM <https://kgraph.example/graph/pod> WHERE { ?x r:creates ?o }",
        "DESCRIBE ?o { ?x r:creates ?o }",
    ],
)
def test_bindings_of_graph_queries(store: GraphStore, query: str) -> None:
    made = run(store, query, bindings={"x": concept("replicaset")})
    assert bool(made.triples) == ("{ }" not in query)
    assert run(store, query, bindings={"x": concept("access")}).triples == ()


def test_a_limit_cuts_and_says_so(store: GraphStore) -> None:
    assert run(store, LABELS, limit=3).truncated is False
    cut = run(store, LABELS, limit=2)
    assert (len(cut.rows), cut.truncated) == (2, True)
    triples = run(store, "DESCRIBE c:pod", limit=1)
    assert (len(triples.triples), triples.truncated) == (1, True)


@pytest.mark.parametrize("query", [LABELS, "ASK {}", "DESCRIBE c:pod"])
def test_a_timeout_changes_no_result(store: GraphStore, query: str) -> None:
    plain, timed = run(store, query), run(store, query, timeout=60)
    assert (timed.kind, timed.variables, timed.rows) == (plain.kind, plain.variables, plain.rows)
    assert (timed.boolean, set(timed.triples)) == (plain.boolean, set(plain.triples))


def test_a_timeout_with_bindings_and_a_limit(store: GraphStore) -> None:
    bindings: dict[str, Term] = {"l": Literal('파드 "\n', language="ko"), "c": concept("pod")}
    query = "SELECT ?c ?l { VALUES ?l { '''파드 \"\n'''@ko } ?c a kg:Resource }"
    result = run(store, query, timeout=60, bindings=bindings, limit=1)
    assert result.rows == ((concept("pod"), Literal('파드 "\n', language="ko")),)


def test_a_query_that_never_ends_is_stopped(store: GraphStore) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    start = time.monotonic()
    with pytest.raises(QueryError, match=r"stopped after 0\.7 s"):
        run(store, endless, timeout=0.7)
    assert time.monotonic() - start < 1.7


def test_a_timed_query_reports_its_errors(store: GraphStore) -> None:
    with pytest.raises(QueryError, match="SERVICE is refused"):
        run(store, "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", timeout=60)


def test_what_a_timeout_needs(store: GraphStore, quads: tuple[Quad, ...]) -> None:
    with pytest.raises(QueryError, match="on disk"):
        run(GraphStore.memory(quads), "ASK {}", timeout=1)
    with pytest.raises(QueryError, match="more than 0"):
        run(store, "ASK {}", timeout=0)


def test_packing_keeps_every_kind(store: GraphStore) -> None:
    query = "SELECT ?s ?x ?n { BIND('한\"\\n'@ko AS ?s) BIND(1.5 AS ?n) }"
    for text in (query, "ASK {}", "CONSTRUCT { <x:s> <x:p> '한\\n' } WHERE {}"):
        result = run(store, text)
        assert unpack(pack(result)) == result
