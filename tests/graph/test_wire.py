"""What a server may do to those who ask it, with a stub that does all of it."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from kgraph.config import StoreSettings, load_settings
from kgraph.errors import ConfigError, KgraphError, QueryError, StoreError
from kgraph.graph import wire
from kgraph.graph.query import run
from kgraph.graph.remote import RemoteStore
from kgraph.graph.wire import PASSWORD, TOKEN, USER, Wire

RECORD = {"version": "v1", "default": "urn:default", "triples": "3"}
JSON = "application/sparql-results+json"
URI = {"type": "uri", "value": "urn:x"}
TRIPLE = {"type": "triple", "value": {"subject": URI, "predicate": URI, "object": URI}}
QUOTED = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": [{"x": TRIPLE}]}}).encode()


def results(*rows: dict[str, str]) -> bytes:
    bindings = [{k: {"type": "literal", "value": v} for k, v in row.items()} for row in rows]
    names = list(rows[0]) if rows else []
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()


class Handler(BaseHTTPRequestHandler):
    server: Stub

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        form = parse_qs(body.decode())
        self.server.requests.append((self.path, self.headers.get("Authorization", ""), form))
        if "defaultGraph" in form.get("query", [""])[0]:
            self.send(200, JSON, results(RECORD))
        else:
            self.server.respond(self)

    def send(self, status: int, kind: str, data: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if "content_length" not in headers:
            self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


class Stub(ThreadingHTTPServer):
    """Answers what asks for the record, and leaves everything else to ``respond``."""

    daemon_threads = True
    respond: Callable[[Handler], None]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[tuple[str, str, dict[str, list[str]]]] = []
        self.over = threading.Event()

    @property
    def settings(self) -> StoreSettings:
        return StoreSettings.at(f"http://127.0.0.1:{self.server_address[1]}")


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    for name in (USER, PASSWORD, TOKEN):
        monkeypatch.delenv(name, raising=False)
    server = Stub()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


# ---------------------------------------------------------------- credentials


def protected(scheme: str, wanted: str) -> Callable[[Handler], None]:
    def respond(handler: Handler) -> None:
        if handler.headers.get("Authorization", "") == wanted:
            handler.send(200, JSON, results({"x": "1"}))
        else:
            handler.send(401, "text/plain", b"", WWW_Authenticate=f'{scheme} realm="x"')

    return respond


def test_a_password_is_sent_when_it_is_asked_for(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(USER, "가나")
    monkeypatch.setenv(PASSWORD, "p:w")
    basic = "Basic " + base64.b64encode("가나:p:w".encode()).decode()
    stub.respond = protected("Basic", basic)
    remote = RemoteStore(stub.settings)
    for _ in range(2):
        assert len(remote.select("SELECT ?x { ?x ?y ?z }")) == 1
    assert [sent for _, sent, _ in stub.requests] == ["", "", basic, basic]


def test_a_token_is_sent_always(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "secret")
    stub.respond = protected("Bearer", "Bearer secret")
    RemoteStore(stub.settings).select("SELECT ?x { ?x ?y ?z }")
    Wire(stub.settings, 5).settings.check()
    assert {sent for _, sent, _ in stub.requests} == {"Bearer secret"}


@pytest.mark.parametrize("scheme", ["Basic", "Digest", "Negotiate"])
def test_wrong_credentials_are_sent_once(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv(USER, "a")
    monkeypatch.setenv(PASSWORD, "hush")
    stub.respond = protected(f'{scheme} nonce="1",', "never")
    with pytest.raises(StoreError, match=f"refused access .401.*{USER}") as caught:
        RemoteStore(stub.settings).select("SELECT ?x { ?x ?y ?z }")
    assert len(stub.requests) <= 4
    assert "hush" not in str(caught.value)


def test_a_redirect_is_given_nothing(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "secret")
    other = Stub()
    target = f"http://127.0.0.1:{other.server_address[1]}/"
    stub.respond = lambda handler: handler.send(307, "text/plain", b"", Location=target)
    with pytest.raises(StoreError, match=r"redirects \(307\)"):
        RemoteStore(stub.settings).select("SELECT ?x { ?x ?y ?z }")
    other.server_close()
    assert other.requests == []


def test_half_of_the_credentials_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(USER, "a")
    monkeypatch.delenv(PASSWORD, raising=False)
    with pytest.raises(StoreError, match="belong together"):
        Wire(StoreSettings.at("http://x"), 1)


# ---------------------------------------------------------------- hostile replies


def html(handler: Handler) -> None:
    handler.send(200, "text/html", b"<html><title>Welcome</title>")


def truncated(handler: Handler) -> None:
    handler.send(200, JSON, results({"x": "1"})[:20], content_length="999")
    handler.close_connection = True


def slammed(handler: Handler) -> None:
    handler.close_connection = True
    handler.connection.close()


def large(handler: Handler) -> None:
    handler.send(200, JSON, b" " * 3000)


@pytest.mark.parametrize(
    ("respond", "message"),
    [
        (html, "answered with text/html"),
        (truncated, "cannot be reached"),
        (slammed, "cannot be reached"),
        (large, "sent more than"),
        (lambda h: h.send(200, JSON, b"{]"), "did not send SPARQL results"),
        (lambda h: h.send(200, JSON, b"\xff\xfe\x00"), "did not send SPARQL results"),
        (lambda h: h.send(200, JSON, b'{"head":{},"boolean":true}'), "without rows"),
        (lambda h: h.send(200, JSON, results()[:-1]), "did not send SPARQL results"),
        (lambda h: h.send(200, JSON, QUOTED), "quoted triple"),
        (lambda h: h.send(200, "", b""), "something without a type"),
        (lambda h: h.send(403, "text/html", b"<p>no"), "refused access .403"),
        (lambda h: h.send(404, "text/plain", b""), "no such endpoint"),
        (lambda h: h.send(405, "text/plain", b""), "no such endpoint"),
        (lambda h: h.send(503, "text/plain", b"full\x1b[2J\nsecond"), "answered 503: full .2J$"),
        (lambda h: h.send(502, "text/html", b"<p>secret page"), "answered 502$"),
        (lambda h: h.send(400, "text/plain", b"line 1: no"), "refused the query .400: line 1: no"),
        (lambda h: h.send(200, JSON, results({"x": "1"}), X_SQL_State="S1TAT"), "stopped before"),
        (lambda h: h.send(200, JSON, results({"x": "1"}), X_SPARQL_MaxRows="1"), "cuts results"),
    ],
)
def test_whatever_comes_is_one_error_of_ours(
    stub: Stub,
    monkeypatch: pytest.MonkeyPatch,
    respond: Callable[[Handler], None],
    message: str,
) -> None:
    monkeypatch.setattr(wire, "LARGEST", 2000)
    stub.respond = respond
    with pytest.raises(KgraphError, match=message) as caught:
        RemoteStore(stub.settings, 5).select("SELECT ?x { ?x ?y ?z }")
    assert "\x1b" not in str(caught.value)


def test_rows_that_a_server_cut_are_marked(stub: Stub) -> None:
    stub.respond = lambda h: h.send(200, JSON, results({"x": "1"}), X_SPARQL_MaxRows="1")
    assert run(RemoteStore(stub.settings), "SELECT ?x { ?x ?y ?z }").truncated


def test_triples_that_are_none(stub: Stub) -> None:
    query = "CONSTRUCT { ?x ?y ?z } WHERE { ?x ?y ?z }"
    stub.respond = lambda h: h.send(200, "application/n-triples", b"<a> <b>")
    with pytest.raises(StoreError, match="did not send N-Triples"):
        run(RemoteStore(stub.settings), query)
    stub.respond = lambda h: h.send(200, JSON, results({"x": "1"}))
    with pytest.raises(StoreError, match="yes-or-no"):
        run(RemoteStore(stub.settings), "ASK { ?x ?y ?z }")


def hang(handler: Handler) -> None:
    handler.server.over.wait(30)


def dribble(handler: Handler) -> None:
    handler.send(200, JSON, b"", content_length="999999")
    while not handler.server.over.wait(0.02):
        handler.wfile.write(b" ")


def dribble_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while not handler.server.over.wait(0.02):
        handler.wfile.write(b"x")


@pytest.mark.parametrize("respond", [hang, dribble, dribble_headers])
def test_a_timeout_really_ends_it(stub: Stub, respond: Callable[[Handler], None]) -> None:
    remote = RemoteStore(stub.settings)
    assert remote.pushed.version == "v1"
    stub.respond = respond
    started = time.monotonic()
    with pytest.raises(QueryError, match=r"stopped after 0\.3 s"):
        run(remote, "ASK { ?x ?y ?z }", timeout=0.3)
    assert time.monotonic() - started < 3
    with pytest.raises(StoreError, match=r"did not answer within 0\.3 s"):
        Wire(stub.settings, 0.3).update("CLEAR ALL")


def test_nobody_there() -> None:
    closed = Stub()
    closed.server_close()
    with pytest.raises(StoreError, match="cannot be reached"):
        RemoteStore(closed.settings).select("SELECT * { ?x ?y ?z }")


# ---------------------------------------------------------------- what is asked


def test_a_query_is_sent_with_its_dataset(stub: Stub) -> None:
    stub.respond = lambda h: h.send(200, JSON, results({"g": "urn:g"}))
    remote = RemoteStore(stub.settings)
    run(remote, "SELECT ?g { ?g a kg:Graph }")
    run(remote, "SELECT ?g { GRAPH ?g { ?s a 'graph' } }")
    forms = [form for _, _, form in stub.requests]
    assert "default-graph-uri" not in forms[0]
    assert [form.get("default-graph-uri") for form in forms[1:]] == [["urn:default"]] * 3
    assert [form.get("named-graph-uri") for form in forms[1:]] == [None, None, ["urn:g"]]


@pytest.mark.parametrize(
    ("url", "query", "update", "data"),
    [
        ("http://h:1/", "http://h:1/query", "http://h:1/update", "http://h:1/store"),
        ("http://h:1/query", "http://h:1/query", "http://h:1/update", "http://h:1/store"),
        ("https://h/a/b", "https://h/a/b/query", "https://h/a/b/update", "https://h/a/b/store"),
        (
            "http://h/sparql",
            "http://h/sparql",
            "http://h/sparql-auth",
            "http://h/sparql-graph-crud-auth",
        ),
    ],
)
def test_endpoints_follow_from_one_url(url: str, query: str, update: str, data: str) -> None:
    assert StoreSettings.at(url) == StoreSettings(query, update, data)
    assert load_settings(env={"KGRAPH_STORE": url}).store == StoreSettings(query, update, data)


@pytest.mark.parametrize(
    "url",
    ["h:1", "file:///x", "http://", "http://h:x", "http://a:b@h", "http://h/?a=b", "http://[x"],
)
def test_what_is_no_url_of_a_store(url: str) -> None:
    with pytest.raises(ConfigError):
        StoreSettings.at(url)
