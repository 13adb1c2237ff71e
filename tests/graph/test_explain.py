from __future__ import annotations

import re

import pytest
from pyoxigraph import NamedNode

from kgraph.errors import QueryError
from kgraph.graph.explain import explain
from kgraph.graph.namespaces import PREFIXES
from kgraph.graph.store import GraphStore, Term


def told(store: GraphStore, query: str, **options: object) -> str:
    text = explain(store, query, **options)  # type: ignore[arg-type]
    return re.sub(r"in [\d,.]+ ms", "in T ms", text)


def test_a_query_is_told_as_it_runs(store: GraphStore) -> None:
    query = """
SELECT ?x (COUNT(*) AS ?n) WHERE {
  ?x r:creates ?made .
  OPTIONAL { ?made skos:prefLabel ?label FILTER(LANG(?label) = "ko") }
  FILTER NOT EXISTS { ?x a kg:Component }
  ?x (r:creates|r:controls)+/skos:prefLabel "Pod"@en
} GROUP BY ?x ORDER BY ?x LIMIT 5
"""
    bindings: dict[str, Term] = {"made": NamedNode(PREFIXES["c"] + "pod")}
    assert (
        told(store, query, bindings=bindings, timeout=60)
        == """\
query, with every prefix of kgraph's declared:
  SELECT ?x (COUNT(*) AS ?n) WHERE { VALUES (?made) { (<https://kgraph.example/concept/pod>) }
    ?x r:creates ?made .
    OPTIONAL { ?made skos:prefLabel ?label FILTER(LANG(?label) = "ko") }
    FILTER NOT EXISTS { ?x a kg:Component }
    ?x (r:creates|r:controls)+/skos:prefLabel "Pod"@en
  } GROUP BY ?x ORDER BY ?x LIMIT 5

  triples  operators and patterns
           select ?x ?n
             slice 0 to 5
               order
                 group
                   filter
                     not exists
        1              ?x rdf:type kg:Component
                     join
                       optional
        1                ?x r:creates c:pod
        2                c:pod skos:prefLabel ?label
        ?              ?x (r:creates|r:controls)+/skos:prefLabel "Pod"@en

1 rows in T ms, with starting its process
"""
    )


def test_graphs_values_and_queries_within(store: GraphStore) -> None:
    query = (
        "ASK { VALUES (?p ?x) { (r:creates 1) (r:isA 2) } GRAPH ?g { ?s ?p ?o } "
        "{ ?s r:isA ?o } UNION { SELECT DISTINCT ?s { ?s a kg:Resource } } "
        "MINUS { ?s ?p c:access } BIND(1 AS ?y) }"
    )
    assert (
        told(store, query)
        == f"""\
query, with every prefix of kgraph's declared:
  {query}

  triples  operators and patterns
           ask
             bind ?y
               minus
                 join
                   join
                     values ?p ?x (2)
                     graph ?g
        7              ?s ?p ?o
                   union
        1            ?s r:isA ?o
                     rows of a query of its own
                       distinct
        2                ?s rdf:type kg:Resource
        3        ?s ?p c:access

true in T ms
"""
    )


@pytest.mark.parametrize(
    ("query", "last"),
    [
        ("CONSTRUCT { ?o r:by ?s } WHERE { ?s r:creates ?o }", "1 triples in T ms"),
        ("ASK { c:pod r:creates ?o }", "false in T ms"),
    ],
)
def test_what_came_of_it(store: GraphStore, query: str, last: str) -> None:
    assert told(store, query).splitlines()[-1] == last


def test_only_what_runs_is_told(store: GraphStore) -> None:
    with pytest.raises(QueryError, match="SERVICE is refused"):
        explain(store, "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", timeout=60)
    with pytest.raises(QueryError, match="what it does cannot be told"):
        explain(store, "SELECT * { ?s ?p <<( ?a ?b ?c )>> }")
