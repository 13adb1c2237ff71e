from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from kgraph.errors import QueryError
from kgraph.graph.guard import check, says_keyword
from kgraph.graph.query import run
from kgraph.graph.store import GraphStore


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server that nothing may connect to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server
        with pytest.raises(BlockingIOError):
            server.accept()


HOSTILE = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { service<URL>{ ?s ?p ?o } }",
    "SELECT * { SeRvIcE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE\n#service\n<URL> { ?s ?p ?o } }",
    "SELECT * { #x\rSERVICE <URL> { ?s ?p ?o }\r}",
    "ASK { SERVICE <URL> { ?s ?p ?o } }",
    "ASK { FILTER(1<2)SERVICE#>\n<URL> { ?s ?p ?o } }",
    "ASK { FILTER(1<2&&3>2)SERVICE<URL>{ ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <URL> { ?s ?p ?o } }",
    "PREFIX : <URL> SELECT * { SERVICE: { ?s ?p ?o } }",
    "PREFIX service: <URL> SELECT * { SERVICE service: { ?s ?p ?o } }",
    "PREFIX zzzzzzz: <URL> SELECT * { SERVICE zzzzzzz: { ?s ?p ?o } }",
    "SELECT * { BIND(<URL> AS ?service) SERVICE ?service { ?s ?p ?o } }",
    "SELECT * { VALUES ?x { <URL> } SERVICE ?x { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o FILTER NOT EXISTS { { SERVICE <URL> { ?s ?p ?o } } } }",
    "SELECT (EXISTS { SERVICE <URL> { ?s ?p ?o } } AS ?x) {}",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE <URL> { ?s ?p ?o } } } } }",
    "SELECT * { ?s ?p ?o MINUS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { { } UNION { GRAPH ?g { SERVICE <URL> { ?s ?p ?o } } } }",
    "SELECT * { ?s ?p 'service \\' SERVICE' . SERVICE <URL> { ?s ?p ?o } }",
    'SELECT * { ?s ?p """ " """ . SERVICE <URL> { ?s ?p """ """ } }',
]


@pytest.mark.parametrize("query", HOSTILE)
def test_service_is_refused_in_every_spelling(
    store: GraphStore, query: str, listener: socket.socket
) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"
    with pytest.raises(QueryError, match="SERVICE is refused"):
        run(store, query.replace("URL", url))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { \\u0053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { \u017fERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p } }",
        "LOAD <http://127.0.0.1/>",
        "SELECT * { SERVICE <http://127.0.0.1/> ",
    ],
)
def test_what_only_looks_like_it_is_a_syntax_error(query: str) -> None:
    with pytest.raises(QueryError):
        check(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service a c:service , c:service-account . }",
        "SELECT * { ?s ?p 'SERVICE <http://x> {' }",
        "SELECT * { ?s ?p <http://service.example/SERVICE> } # SERVICE <http://x> { }",
        "PREFIX service: <http://x/> SELECT * { ?s service:service 'a'@service }",
        "SELECT * { ?s ?p 'zzzzzzz', 'xxxxxxx', 'service' }",
        "SELECT * { ?s ?p ?o FILTER(CONTAINS(?o, 'no service')) }",
        "SELECT * FROM <http://elsewhere.example/> FROM NAMED <http://b.example/> { ?s ?p ?o }",
    ],
)
def test_the_word_service_is_no_harm(store: GraphStore, query: str) -> None:
    assert run(store, query).rows == ()


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <x:a> <x:b> <x:c> }",
        "# hello\nPREFIX a: <x:>\ndelete where { ?s ?p ?o }",
        "LOAD <http://127.0.0.1/>",
        "CLEAR ALL",
        "WITH <x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_updates_are_refused(store: GraphStore, update: str) -> None:
    before = len(store)
    with pytest.raises(QueryError, match="is refused: queries only read"):
        run(store, update)
    assert len(store) == before


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "SELECT * {\n  ?s skoss:prefLabel ?o }",
            "line 2, column 6: unknown prefix skoss: - did you mean skos:",
        ),
        ("ASK { ?s zq:x 1 }", "known without a declaration: c:, dcat:, dcterms:"),
        ("SELEC * {}", "line 1, column 1, at 'SELEC' - did you mean SELECT?"),
        ("SELECT * {\n ?s ?p ?o FILTER(CONTAIN(?o, 'a')) }", "line 2, column 18, at 'CONTAIN"),
        ("SELECT * { ?s ?p }", "line 1, column 18, at '}'"),
        ("SELECT ?x (1 AS ?x) {}", "Duplicated variable name in SELECT"),
        ("", "the query is empty"),
        ("  # only a comment\n", "the query is empty"),
        ("ASK " + "{" * 5000 + "}" * 5000, "nests deeper than 200"),
        ("ASK { FILTER(" + "!" * 5000 + "true) }", "nests deeper than 200"),
        ("ASK { ?s ?p '" + "x" * 1_000_000 + "' }", "more than 1,000,000"),
    ],
)
def test_errors_say_where_and_what(query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        check(query)
    assert message in str(caught.value)


def test_a_caret_stands_under_the_error() -> None:
    with pytest.raises(QueryError) as caught:
        check("ASK { ?s skos:prefLabel '한글' FILTR(true) }")
    text, caret = str(caught.value).splitlines()[1:]
    assert text == "  ASK { ?s skos:prefLabel '한글' FILTR(true) }"
    assert caret == " " * 33 + "^"  # two columns for each syllable


def test_depth_within_reason_is_fine() -> None:
    check("SELECT * " + "{" * 150 + "}" * 150)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * FROM <x:y> { ?s ?p ?o }", True),
        ("SELECT * from named <x:y> { GRAPH ?g { ?s ?p ?o } }", True),
        ("PREFIX from: <x:> SELECT * FROM from:y { ?s ?p ?o }", True),
        ("PREFIX from: <x:> SELECT ?from { ?from from:from 'from', <x:from> } # FROM <x:y>", False),
        ("SELECT * { ?s ?p 'FROM <x:y> {' }", False),
        ("ASK {}", False),
    ],
)
def test_a_keyword_is_told_from_the_word(query: str, said: bool) -> None:
    check(query)
    assert says_keyword(query, "from") is said
