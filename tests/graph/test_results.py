from __future__ import annotations

import json
from io import BytesIO

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode
from rdflib.query import Result as Parsed

from kgraph.errors import QueryError
from kgraph.graph.namespaces import PREFIXES, compact
from kgraph.graph.query import run
from kgraph.graph.results import Result
from kgraph.graph.store import GraphStore

RESULT = Result(
    "solutions",
    ("thing", "name", "n"),
    (
        (NamedNode(PREFIXES["c"] + "접근-제어"), Literal('접근, "제어"', language="ko"), None),
        (
            NamedNode("https://other.example/a%20b"),
            None,
            Literal("3", datatype=NamedNode(PREFIXES["xsd"] + "integer")),
        ),
    ),
)


def test_json() -> None:
    text = RESULT.serialise("json").decode()
    assert "접근-제어" in text
    assert json.loads(text) == {
        "head": {"vars": ["thing", "name", "n"]},
        "results": {
            "bindings": [
                {
                    "thing": {"type": "uri", "value": "https://kgraph.example/concept/접근-제어"},
                    "name": {"type": "literal", "value": '접근, "제어"', "xml:lang": "ko"},
                },
                {
                    "thing": {"type": "uri", "value": "https://other.example/a%20b"},
                    "n": {
                        "type": "literal",
                        "value": "3",
                        "datatype": "http://www.w3.org/2001/XMLSchema#integer",
                    },
                },
            ]
        },
    }


def test_csv_and_tsv() -> None:
    assert RESULT.serialise("csv").decode() == (
        "thing,name,n\r\n"
        'https://kgraph.example/concept/접근-제어,"접근, ""제어""",\r\n'
        "https://other.example/a%20b,,3\r\n"
    )
    assert RESULT.serialise("tsv").decode() == (
        "?thing\t?name\t?n\n"
        '<https://kgraph.example/concept/접근-제어>\t"접근, \\"제어\\""@ko\t\n'
        "<https://other.example/a%20b>\t\t3\n"
    )


def test_xml_is_read_by_rdflib() -> None:
    parsed = Parsed.parse(BytesIO(RESULT.serialise("xml")), format="xml")
    assert parsed.bindings == [
        {
            rdflib.Variable("thing"): rdflib.URIRef(PREFIXES["c"] + "접근-제어"),
            rdflib.Variable("name"): rdflib.Literal('접근, "제어"', lang="ko"),
        },
        {
            rdflib.Variable("thing"): rdflib.URIRef("https://other.example/a%20b"),
            rdflib.Variable("n"): rdflib.Literal(3),
        },
    ]


def test_table_counts_hangul_as_two_columns() -> None:
    assert RESULT.table().splitlines() == [
        "thing                           name           n",
        "────────────────────────────────────────────────",
        'c:접근-제어                     접근, "제어"',
        "<https://other.example/a%20b>                  3",
    ]


def test_booleans() -> None:
    yes = Result("boolean", boolean=True)
    assert [yes.serialise(name) for name in ("table", "csv", "tsv")] == [b"true\n"] * 3
    assert json.loads(yes.serialise("json")) == {"head": {}, "boolean": True}
    assert b"<boolean>true</boolean>" in yes.serialise("xml")


def test_triples_default_to_turtle(store: GraphStore) -> None:
    result = run(store, "CONSTRUCT { ?s r:creates ?o } WHERE { ?s r:creates ?o }")
    assert result.serialise().decode() == (
        "@prefix c: <https://kgraph.example/concept/> .\n"
        "@prefix r: <https://kgraph.example/relation/> .\n"
        "\nc:replicaset r:creates c:pod .\n"
    )


def test_formats_that_do_not_fit_are_refused(store: GraphStore) -> None:
    with pytest.raises(QueryError, match="choose one of table, json"):
        RESULT.serialise("turtle")
    with pytest.raises(QueryError, match="choose one of turtle"):
        run(store, "DESCRIBE c:pod").serialise("csv")


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("https://kgraph.example/concept/접근-제어", "c:접근-제어"),
        ("https://kgraph.example/concept/v1.2", "c:v1.2"),
        ("https://kgraph.example/concept/2차", "c:2차"),
        ("https://kgraph.example/concept/--flag", None),
        ("https://kgraph.example/concept/end.", None),
        ("https://kgraph.example/concept/a%2Fb", None),
        ("https://kgraph.example/concept/x²", None),
        ("https://kgraph.example/post/a/b", None),
        ("https://elsewhere.example/a", None),
    ],
)
def test_prefixed_names(iri: str, name: str | None) -> None:
    assert compact(iri) == name
