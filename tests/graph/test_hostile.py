"""500 hostile queries: none reaches the network, outlives its time or ends its caller.

The queries are made by a seeded generator, family by family. Most are answered here, in this very
process, which they must not end; those that are expensive or break the engine go the way of every
query of a user, through the killable worker. A server on the loopback that nothing may connect to
is what they all aim at, and an audit hook, here and in each worker, sees every socket made.
"""

from __future__ import annotations

import json
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from kgraph.config import StoreSettings
from kgraph.errors import QueryError
from kgraph.graph import query as running
from kgraph.graph import worker
from kgraph.graph.query import pack, run, unpack
from kgraph.graph.remote import RemoteStore
from kgraph.graph.results import Result
from kgraph.graph.store import GraphStore

UPDATES = ("LOAD", "INSERT", "DELETE", "WITH", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY")

SOCKETS: list[str] = []
_watching: list[bool] = []


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and event.startswith("socket."):
        SOCKETS.append(event)


sys.addaudithook(_audit)

# What a worker runs before anything else: its sockets become lines of a file.
SITE = """
import sys

def hook(event, arguments):
    if event.startswith("socket."):
        with open({log!r}, "a") as file:
            file.write(event + chr(10))

sys.addaudithook(hook)
with open({log!r}, "a") as file:
    file.write("started" + chr(10))
"""


@pytest.fixture(scope="module")
def target() -> Iterator[str]:
    """Where a server listens that nothing may connect to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/sparql"
        _watching.append(True)
        yield address
        _watching.clear()
        assert SOCKETS == []
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> GraphStore:
    """Sixty nodes, each joined to each by two relations."""
    nodes = [NamedNode(f"x:n{i}") for i in range(60)]
    relations = [NamedNode("x:p"), NamedNode("x:q")]
    folder = tmp_path_factory.mktemp("dense") / "store"
    GraphStore.build(folder, (Quad(a, p, b) for a in nodes for p in relations for b in nodes))
    return GraphStore.open(folder)


class Maker:
    """Draws hostile queries; the same seed draws the same ones."""

    def __init__(self, target: str) -> None:
        self.random = random.Random(20_240_229)
        self.target = target

    def case(self, word: str) -> str:
        return "".join(self.random.choice((c.lower(), c.upper())) for c in word)

    def gap(self, needed: bool = False) -> str:
        gaps = ["\n", "\t", " ", "\r\n", "#service <x> {\n", "# } \" ' '''\r", " #SERVICE\n#\n"]
        return self.random.choice(gaps if needed else [*gaps, "", ""])

    def service(self) -> str:
        """A SERVICE that the grammar allows, deep in whatever the grammar allows around it."""
        word, gap = self.case("service"), self.gap
        silent = self.case("silent") + gap(True) if self.random.random() < 0.3 else ""
        prologue, before, name = self.random.choice(
            [
                ("", "", f"<{self.target}>"),
                (f"PREFIX e:{gap()}<{self.target}>", "", "e:"),
                (f"PREFIX service:<{self.target}> ", "", "service:"),
                (f"BASE <{self.target}>{gap()}", "", "<>"),
                ("", f"BIND(<{self.target}> AS ?to)", "?to"),
                ("", f"VALUES ?service {{ <{self.target}> }}", "$service"),
                ("", "?s ?p 'SERVICE \\' <x> {' .", f"<{self.target}>"),
                ("", '?s ?p """ " service """ .', f"<{self.target}>"),
            ]
        )
        between = gap(silent != "" or name[0] not in "<?$")
        body = f"{before}{gap()}{word}{between}{silent}{name}{gap()}{{{gap()}?s ?p ?o }}"
        for _ in range(self.random.randrange(5)):
            body = self.random.choice(
                [
                    "{{ {} }}",
                    "OPTIONAL {{ {} }}",
                    "?s ?p ?o MINUS {{ ?s ?p ?o . {} }}",
                    "{{}} UNION {{ {} }}",
                    "FILTER EXISTS {{ {} }}",
                    "FILTER NOT EXISTS {{ {} }}",
                    "{{ SELECT * {{ {} }} }}",
                    "GRAPH ?g {{ {} }}",
                    "FILTER(1 < 2 && EXISTS {{ {} }})",
                    "BIND(EXISTS {{ {} }} AS ?e" + str(self.random.randrange(10**9)) + ")",
                ]
            ).format(body)
        head = self.random.choice(["SELECT *", "ASK", "CONSTRUCT { ?s ?p ?o } WHERE", "DESCRIBE *"])
        return f"{prologue}{head} {{ {body} }}"

    def looks_like_service(self) -> str:
        """A SERVICE spelt as no parser may read it."""
        i = self.random.randrange(7)
        word = list(self.case("service"))
        odd = "\u00ad\u200b\u200c\u2060\ufeff\u0301\u00a0\u0000\u0085\u2028"
        kind = self.random.randrange(5)
        if kind == 0:
            word[i] = f"\\u{ord(word[i]):04X}"
        elif kind == 1:
            word[i] = f"\\U{ord(word[i]):08x}"
        elif kind == 2:
            word[i] = chr(ord(word[i]) + 0xFEE0)  # full width
        elif kind == 3:
            word[i] += self.random.choice(odd)
        else:
            alike = {"s": "\u017f", "i": "\u0131", "c": "\u0441", "e": "\u0435"}
            place = self.random.choice([0, 1, 4, 5, 6])
            word[place] = alike[word[place].lower()] + self.random.choice(["", "\u0301"])
        return f"SELECT * {{ {''.join(word)} <{self.target}> {{ ?s ?p ?o }} }}"

    def update(self) -> str:
        """An update, which the query entry point must not take."""
        forms = [
            f"LOAD <{self.target}>",
            f"LOAD SILENT <{self.target}> INTO GRAPH <x:g>",
            "INSERT DATA { <x:a> <x:b> <x:c> }",
            "DELETE DATA { <x:n0> <x:p> <x:n1> }",
            "DELETE WHERE { ?s ?p ?o }",
            "INSERT { ?o ?p ?s } WHERE { ?s ?p ?o }",
            f"INSERT {{ ?o ?p ?s }} WHERE {{ SERVICE <{self.target}> {{ ?s ?p ?o }} }}",
            "WITH <x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
            "CLEAR ALL",
            "CLEAR SILENT DEFAULT",
            "DROP ALL",
            "DROP GRAPH <x:g>",
            "CREATE GRAPH <x:g>",
            "ADD DEFAULT TO <x:g>",
            "MOVE DEFAULT TO <x:g>",
            "COPY DEFAULT TO <x:g>",
        ]
        word, _, rest = self.random.choice(forms).partition(" ")
        prologue = self.random.choice(["", "# SELECT * {}\n", "PREFIX x: <x:>\n", "BASE <x:>"])
        return f"{prologue}{self.gap()}{self.case(word)}{self.gap(True)}{rest}"

    def update_behind(self) -> str:
        """A query that would go on as an update."""
        word, _, rest = self.update().partition(" ")
        head = self.random.choice(["ASK {}", "SELECT * {}", "SELECT * { ?s ?p ?o } LIMIT 1"])
        return f"{head}{self.gap()}{self.random.choice([';', '}', ''])}{self.gap()}{word} {rest}"

    def dataset(self) -> str:
        """FROM a graph elsewhere: nothing may be fetched, so it is empty."""
        where = self.random.choice([self.target, f"file://{__file__}", "file:///etc/passwd"])
        where += self.random.choice(["", "?x=1", ".ttl", "/a", "/a/b"])
        name = self.case("from") + self.gap(True)
        if self.random.random() < 0.5:
            name += self.case("named")
            return f"SELECT * {name}{self.gap()}<{where}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
        return f"SELECT *{self.gap(True)}{name}<{where}>{self.gap()}{{ ?s ?p ?o }}"

    def nested(self) -> str:
        """Brackets within brackets, far deeper than the parser's stack."""
        depth = self.random.randrange(201, 100_000)
        opening, closing = self.random.choice(
            [
                ("{", "}"),
                ("{ ?s ?p ?o OPTIONAL {", "}}"),
                ("{ FILTER EXISTS ", "}"),
                ("{ SELECT * {", "} }"),
                ("{ FILTER(", ")}"),
                ("{ ?s ?p [ ?p ", "] }"),
                ("{ ?s ?p (", ") }"),
                ("{ ?s ^(", "<x:p>) ?o }"),
                ("{ GRAPH ?g {", "}}"),
                ("{ FILTER(ABS(", ")) }"),
            ]
        )
        depth = min(depth, 900_000 // len(opening + closing))
        closed = self.random.choice([depth, depth - 1, 0])
        return f"ASK {{ {opening * depth}{closing * closed} }}"

    def garbled(self) -> str:
        """Characters that stand in no query: controls, a NUL, half of a surrogate pair."""
        text = "SELECT * { ?s ?p ?o FILTER(?o != <x:q>) }"
        odd = "\x00\x01\x08\x0b\x0c\x1b\x7f\x80\x9f\ud800\udfff\udcff"
        odd += "\ufeff\ufffe\uffff\u202e\U0010ffff"
        for _ in range(self.random.randrange(1, 4)):
            place = self.random.choice([0, 6, 8, 9, 11, 14, len(text)])
            text = text[:place] + self.random.choice(odd) + text[place:]
        return text

    def wide(self) -> str:
        """A giant query without depth: refused for its size, or answered."""
        count = self.random.randrange(10_000, 60_000)
        form, piece = self.random.choice(
            [
                ("SELECT * { VALUES ?x { % } FILTER(?x = -1) }", "1 "),
                ("SELECT * { VALUES (?x ?y) { % } FILTER(?x = 2) }", "(1 2) "),
                ("SELECT * { FILTER(0 IN (%1)) }", "1,"),
                ("SELECT * { ?s ?p '%' }", "가"),
                ("SELECT * { ?s ?p <x:%> }", "a"),
                ("SELECT * { ?s ?p ?% FILTER(1 = 2) }", "o"),
                ("SELECT * { ?s ?p % }", "9"),
                ("%SELECT * { FILTER(1 = 2) }", "#\n"),
                ("SELECT * { ?s ?p '%' }", "x" * 100),
                ("SELECT * { % }", " " * 101),
            ]
        )
        return form.replace("%", piece * count)


FAMILIES = {
    "service": (200, {"SERVICE is refused"}),
    "looks_like_service": (80, {"SERVICE is refused", "the query has a syntax error"}),
    "update": (60, {f"{word} is refused" for word in UPDATES}),
    "update_behind": (40, {"the query has a syntax error"}),
    "dataset": (40, {"0 rows"}),
    "nested": (40, {"the query nests deeper than 200 levels"}),
    "garbled": (60, {"the query has a syntax error", "the query was refused"}),
    "wide": (20, {"0 rows", "the query has too many characters"}),
}
"""Family -> how many of them, and what becomes of them."""


def chain(form: str, times: int) -> str:
    """``form`` again and again, each with its number for {0} and the next for {1}."""
    return " ".join(form.format(i, i + 1) for i in range(times))


ENDLESS = {
    "counted": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "rows": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "sorted": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY RAND()",
    "distinct": "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "construct": "CONSTRUCT { ?a ?e ?i } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "describe": "DESCRIBE * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "union": "SELECT * { { ?a ?b ?c } UNION { ?d ?e ?f } { ?g ?h ?i } UNION { ?j ?k ?l } "
    "{ ?m ?n ?o } UNION { ?q ?r ?s } }",
    "values": "SELECT * {" + chain(f"VALUES ?v{{0}} {{{{ {'1 2 3 ' * 40} }}}}", 8) + "}",
    "optional": "SELECT (COUNT(*) AS ?n) { ?a ?p ?b OPTIONAL { ?b ?q ?c OPTIONAL { ?c ?r ?d } } }",
    "minus": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f MINUS { ?a ?x ?f . ?y ?z ?d } }",
    "exists": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f . ?g ?h ?i . "
    "?j ?k ?l FILTER(?f = ?a && ?k = 1) } }",
    "any path": "SELECT (COUNT(*) AS ?n) { ?a (<x:p>|!<x:p>)* ?b . ?b (<x:q>|!<x:q>)* ?c . "
    "?c (<x:p>|!<x:p>)+ ?d . ?d (<x:q>|^<x:q>)* ?e }",
    "path back": "SELECT (COUNT(*) AS ?n) { ?a (<x:p>/^<x:q>/<x:p>)* ?b . "
    "?b ((<x:p>+/<x:q>+)*/(^<x:p>)*)+ ?c . ?c (<x:p>|<x:q>)* ?d }",
    "path of paths": "SELECT * { ?a ((((<x:p>*)*/(<x:q>*)*)*|(^<x:p>*)*)*/(<x:q>)*)* ?b . "
    "?b (<x:p>*/<x:q>*)* ?c . ?c (<x:p>*/<x:q>*)* ?d }",
    "clique": "SELECT (COUNT(*) AS ?n) { ?a <x:p> ?b , ?c , ?d , ?e . ?b <x:q> ?c , ?d , ?e . "
    "?c <x:p> ?d , ?e . ?d <x:q> ?e , ?a }",
    "concat": "SELECT (STRLEN(?a36) AS ?n) { BIND('0123456789' AS ?a0) "
    + chain("BIND(CONCAT(?a{0}, ?a{0}) AS ?a{1})", 36)
    + "}",
    "replace": "SELECT (STRLEN(?a12) AS ?n) { BIND('....................' AS ?a0) "
    + chain("BIND(REPLACE(?a{0}, '[.]', ?a{0}) AS ?a{1})", 12)
    + "}",
    "group_concat": "SELECT (GROUP_CONCAT(?x) AS ?n) { ?a ?b ?c . ?d ?e ?f "
    "BIND(CONCAT(STR(?a), STR(?b), STR(?c), STR(?d), STR(?e), STR(?f)) AS ?x) }",
    "sorted strings": "SELECT ?x { ?a ?b ?c . ?d ?e ?f "
    f"BIND(CONCAT('{'x' * 5000}', STR(?a), STR(?d)) AS ?x) }} ORDER BY DESC(?x)",
    "regex": "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER REGEX(CONCAT(STR(?a), STR(?f)), "
    "CONCAT('(.*', STR(?a), ')*', STR(?f), STR(?d), '$'), 'i') }",
    "blank nodes": "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?a ?b ?c . ?d ?e ?f BIND(BNODE() AS ?x) }",
    "hashes": "SELECT DISTINCT (SHA512(STRUUID()) AS ?x) { ?a ?b ?c . ?d ?e ?f }",
    "planning patterns": f"ASK {{ {chain('?s{0} ?p ?s{1} .', 400)} }}",
    "planning objects": f"ASK {{ ?s ?p {'1 , ' * 600}2 }}",
    "planning a list": f"ASK {{ ?s ?p ({'1 ' * 600}) }}",
    "planning a path": f"ASK {{ ?s <x:a>{'/<x:p>' * 3000} ?o }}",
    "planning groups": f"ASK {{ {'{ ?s ?p ?o }' * 400} }}",
    "planning brackets": f"ASK {{ {'[ ?p ' * 190}1 {'] ' * 190}?q 2 }}",
}
"""Queries whose end nobody would live to see, in time or in planning alone."""

BREAKING = {
    "not": f"ASK {{ FILTER({'!#' + chr(10)}{('!#' + chr(10)) * 20000}true) }}",
    "plus": f"ASK {{ FILTER({'1+' * 20000}1 = 1) }}",
    "or": f"ASK {{ FILTER({'?a=1||' * 20000}false) }}",
    "union": f"ASK {{ {{}}{' UNION {}' * 20000} }}",
    "minus": f"ASK {{ ?s ?p ?o {'MINUS {?s ?p ?o}' * 20000} }}",
    "bind": f"ASK {{ {chain('BIND(1 AS ?v{0})', 20000)} }}",
    "alternatives": f"ASK {{ ?s <x:p>{'|<x:p>' * 20000} ?o }}",
    "having": f"SELECT (1 AS ?n) {{ ?s ?p ?o }} GROUP BY ?s HAVING {'(1>1)' * 20000}",
    "properties": f"ASK {{ ?s ?p ?o{';?p ?o' * 20000} }}",
    "values": f"ASK {{ {'VALUES ?x {1}' * 20000} }}",
}
"""Queries that end the engine: it runs out of stack."""


def draw(target: str, family: str) -> list[str]:
    """Distinct queries of a family, always the same ones."""
    maker = Maker(target)
    found: dict[str, None] = {}
    while len(found) < FAMILIES[family][0]:
        found[getattr(maker, family)()] = None
    return list(found)


def outcome(store: GraphStore | RemoteStore, query: str, timeout: float | None = None) -> str:
    """What became of ``query``: its refusal in short, or how many rows it has."""
    started = time.monotonic()
    try:
        result = run(store, query, timeout=timeout)
    except QueryError as error:
        message = str(error)
        assert len(message) < 2000
        message = re.sub(r"[\d,]+ characters, .*", "too many characters", message)
        return re.split(":| near line| [(]| after", message)[0]
    finally:
        assert timeout is None or time.monotonic() - started < timeout + 1
    return f"{len(result.rows)} rows"


def test_there_are_more_than_500(target: str) -> None:
    queries = [query for family in FAMILIES for query in draw(target, family)]
    queries += [*ENDLESS.values(), *BREAKING.values()]
    assert len(set(queries)) == len(queries) == 578


@pytest.mark.parametrize("family", FAMILIES)
def test_hostile_queries_are_refused_or_find_nothing(
    dense: GraphStore, target: str, family: str
) -> None:
    before = len(dense)
    assert {outcome(dense, query) for query in draw(target, family)} == FAMILIES[family][1]
    assert len(dense) == before


@pytest.mark.parametrize("name", ENDLESS)
def test_none_outlives_its_timeout(dense: GraphStore, name: str) -> None:
    assert outcome(dense, ENDLESS[name], timeout=0.7) == "the query was stopped"


@pytest.mark.parametrize("name", BREAKING)
def test_none_ends_the_process_that_asks(dense: GraphStore, name: str) -> None:
    # On a slow machine its time is over before its stack is.
    broken = {"the query broke its process", "the query was stopped"}
    assert outcome(dense, BREAKING[name], timeout=2) in broken


@pytest.mark.parametrize("name", ["planning patterns", "planning a list", "properties", "plus"])
def test_none_harms_who_asks_a_server(target: str, name: str) -> None:
    remote = RemoteStore(StoreSettings(target))
    query = {**ENDLESS, **BREAKING}[name]
    assert outcome(remote, query, timeout=2) in {
        "the query was stopped",
        "the query broke its process",
    }


def test_a_query_for_a_server_is_planned_in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    query = f"ASK {{ {chain('?s{0} ?p ?s{1} .', 30)} }}"
    asked: dict[str, object] = {
        "path": None,
        "query": query,
        "bindings": {},
        "limit": None,
        "memory": 0,
        "seconds": 0,
    }
    request = json.dumps(asked).encode()
    monkeypatch.setattr(worker, "limit", lambda size, seconds: None)  # of this process
    monkeypatch.setattr(worker, "CHECKING_S", 60)
    assert unpack(worker.answer(request)) == Result("boolean", boolean=True)
    monkeypatch.setattr(worker, "CHECKING_S", 0)
    with pytest.raises(QueryError) as caught:
        unpack(worker.answer(request))
    assert str(caught.value) == "the query joins too much to be planned: split it"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only")
@pytest.mark.parametrize("name", ["concat", "sorted", "distinct"])
def test_none_takes_more_memory_than_it_may(
    dense: GraphStore, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MEMORY_MB", 200)
    with pytest.raises(QueryError) as caught:
        run(dense, ENDLESS[name], timeout=60)
    expected = "the query needs more than 200 MB: make it more specific or add a LIMIT"
    assert str(caught.value) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="computing time is limited on Unix only")
def test_a_worker_ends_when_whoever_would_stop_it_is_gone(dense: GraphStore) -> None:
    request: dict[str, object] = {
        "path": str(dense.path),
        "query": ENDLESS["counted"],
        "bindings": {},
        "limit": None,
        "memory": 1 << 31,
        "seconds": 1,
    }
    done = subprocess.run(
        [sys.executable, "-m", "kgraph.graph.worker"],
        input=json.dumps(request).encode(),
        capture_output=True,
        check=False,
    )
    assert (-done.returncode in (signal.SIGXCPU, signal.SIGKILL), done.stdout) == (True, b"")


def test_workers_make_no_sockets(
    dense: GraphStore, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    (tmp_path / "sitecustomize.py").write_text(SITE.format(log=str(log)))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    chosen = [draw(target, family)[0] for family in FAMILIES]
    found = [outcome(dense, query, timeout=60) for query in chosen]
    assert found == [outcome(dense, query) for query in chosen]
    assert log.read_text() == "started\n" * len(chosen)


@pytest.mark.parametrize("form", ["SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_reading_a_result_has_its_time_too(dense: GraphStore, form: str) -> None:
    packed = pack(run(dense, form))
    assert unpack(packed, time.monotonic() + 60) == unpack(packed)
    with pytest.raises(TimeoutError):
        unpack(packed, time.monotonic() - 1)
