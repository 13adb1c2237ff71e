"""The graph on real servers: Oxigraph's and Virtuoso's, each skipped where it is not installed."""

from __future__ import annotations

import contextlib
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kgraph.config import Settings, StoreSettings
from kgraph.errors import IndexMissingError, KgraphError, QueryError, StoreError
from kgraph.graph import named
from kgraph.graph.namespaces import PREFIXES
from kgraph.graph.push import push
from kgraph.graph.query import run
from kgraph.graph.rdf import post_quads
from kgraph.graph.remote import DEFAULT_RECORD, RemoteStore, read_rows
from kgraph.graph.store import GraphStore
from kgraph.graph.wire import PASSWORD, USER, Wire
from kgraph.library import Kgraph
from kgraph.pipeline.ingest import ingest
from kgraph.pipeline.ingest import push as push_index
from kgraph.types import Post, Resolution

VIRTUOSO = """
[Database]
DatabaseFile = v.db
ErrorLogFile = v.log
LockFile = v.lck
TransactionFile = v.trx
xa_persistent_file = v.pxa
[TempDatabase]
DatabaseFile = t.db
TransactionFile = t.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CaseMode = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 10
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = 10000
MaxQueryExecutionTime = 60
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("the server did not start within 60 s")


def oxigraph(folder: Path) -> tuple[subprocess.Popen[bytes], int, StoreSettings]:
    beside = Path(sys.executable).parent / "oxigraph"
    program = str(beside) if beside.exists() else shutil.which("oxigraph")
    if program is None:
        pytest.skip("Oxigraph's server is not installed (PyPI: oxigraph)")
    port = free_port()
    command = [program, "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return process, port, StoreSettings.at(f"http://127.0.0.1:{port}")


def virtuoso(folder: Path) -> tuple[subprocess.Popen[bytes], int, StoreSettings]:
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("Virtuoso is not installed (Debian: virtuoso-opensource)")
    port = free_port()
    (folder / "v.ini").write_text(VIRTUOSO.format(sql=free_port(), http=port))
    process = subprocess.Popen(
        [program, "-f", "-c", "v.ini"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return process, port, StoreSettings.at(f"http://127.0.0.1:{port}/sparql")


@pytest.fixture(scope="module", params=[oxigraph, virtuoso], ids=lambda start: str(start.__name__))
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StoreSettings]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(USER, "dba")  # Virtuoso asks for them, Oxigraph does not
        patch.setenv(PASSWORD, "dba")
        process, port, settings = request.param(tmp_path_factory.mktemp("server"))
        try:
            wait_for(port, process)
            yield settings
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture
def there(server: StoreSettings) -> StoreSettings:
    """The server, with nothing of kgraph's on it."""
    drop(server, [name for name in graphs(server) if name.startswith("https://kgraph.example/")])
    return server


def graphs(settings: StoreSettings) -> list[str]:
    rows = read_rows(Wire(settings, 30), "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    return sorted(row[0].value for row in rows if row[0] is not None)


def drop(settings: StoreSettings, names: list[str]) -> None:
    for name in names:
        Wire(settings, 30).update(f"DROP SILENT GRAPH <{name}>")


def contents(settings: StoreSettings) -> tuple[set[object], set[object]]:
    """The plain triples and the posts' that a reader of the server sees."""
    remote = RemoteStore(settings)
    return (
        set(remote.select("SELECT ?s ?p ?o { ?s ?p ?o }")),
        set(remote.select("SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }")),
    )


def expected(quads: tuple[Quad, ...]) -> tuple[set[object], set[object]]:
    plain = {tuple(q)[:3] for q in quads if isinstance(q.graph_name, DefaultGraph)}
    posts = {
        (q.graph_name, *tuple(q)[:3]) for q in quads if not isinstance(q.graph_name, DefaultGraph)
    }
    return set(plain), set(posts)


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize("name", named.names())
def test_named_queries_give_the_same_rows(
    there: StoreSettings, store: GraphStore, name: str
) -> None:
    push(store, "v1", there)
    text = named.load(name).text
    assert run(RemoteStore(there), text, timeout=30) == run(store, text)


def test_posts_of_one_day_come_in_the_same_order(there: StoreSettings) -> None:
    """Virtuoso orders literals other than by their characters, unless they are plain strings."""
    chance = random.Random(0)
    names = [f"참고/용어-모음/{chance.choice('abcde')}-{chance.random()}" for _ in range(60)]
    posts = (Post(n, f"글 {n}", "", "text", "c" * 64, (), date="2024-01-02") for n in names)
    store = GraphStore.memory(quad for post in posts for quad in post_quads(post))
    push(store, "v1", there)
    text = named.load("posts").text
    assert run(RemoteStore(there), text) == run(store, text)


QUERIES = [
    "SELECT * { ?s kg:key ?k } ORDER BY ?s ?k",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o",
    "SELECT * { ?post kg:statements ?g GRAPH ?g { ?s r:controls ?o } } ORDER BY ?g",
    "SELECT ?s { GRAPH <urn:others> { ?s ?p ?o } }",
    "SELECT ?s ?graph { ?s a kg:Resource BIND('graph' AS ?graph) } ORDER BY ?s",
    "PREFIX c: <https://kgraph.example/concept/> # mine\nSELECT ?l { c:pod skos:prefLabel ?l } "
    "ORDER BY STR(?l)",
    "BASE <https://kgraph.example/> PREFIX : <concept/> SELECT ?l { :pod skos:prefLabel ?l } "
    "ORDER BY STR(?l)",
    "SELECT ?x { ?s kg:minted ?x }",
    "SELECT ?s { ?s a kg:Nothing }",
    "ASK { c:pod a kg:Resource }",
    "ASK { c:pod a kg:Component }",
    "CONSTRUCT { ?s skos:related ?o } WHERE { ?s r:controls ?o }",
    "CONSTRUCT { ?s skos:related ?o } WHERE { ?s kg:nothing ?o }",
]


@pytest.mark.parametrize("query", QUERIES)
def test_queries_give_the_same(there: StoreSettings, store: GraphStore, query: str) -> None:
    push(store, "v1", there)
    Wire(there, 30).add("urn:others", ["<urn:x> <urn:y> <urn:z> .\n"])
    try:
        assert run(RemoteStore(there), query, timeout=30) == run(store, query)
    finally:
        drop(there, ["urn:others"])


def test_bindings_limits_and_refusals(there: StoreSettings, store: GraphStore) -> None:
    push(store, "v1", there)
    remote = RemoteStore(there)
    pod = NamedNode(PREFIXES["c"] + "pod")
    query = "SELECT ?c ?l { ?c skos:prefLabel ?l } ORDER BY STR(?l) ?c"
    assert run(remote, query, bindings={"c": pod}) == run(store, query, bindings={"c": pod})
    cut = run(remote, query, limit=2)
    assert (cut.rows, cut.truncated) == (run(store, query, limit=2).rows, True)
    triples = "CONSTRUCT { ?c rdfs:label ?l } WHERE { ?c skos:prefLabel ?l }"
    assert run(remote, triples, limit=2).truncated
    assert len(run(remote, triples, limit=2).triples) == 2
    for text, message in [
        ("SELECT * FROM <urn:others> { ?s ?p ?o }", "FROM is refused"),
        ("SELECT * FROM NAMED <http://127.0.0.1:1/> { GRAPH ?g { ?s ?p ?o } }", "FROM is refused"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE is refused"),
        ("INSERT DATA { c:x c:y c:z }", "."),
        ("SELECT * { ?s ?p }", "line 1"),
    ]:
        with pytest.raises(QueryError, match=message):
            run(remote, text)
    with pytest.raises(QueryError, match="cannot be bound"):
        run(remote, "DESCRIBE ?c", bindings={"c": pod})


def test_what_asking_looks_up(there: StoreSettings, store: GraphStore) -> None:
    push(store, "v1", there)
    remote = RemoteStore(there)
    for triple in [
        (PREFIXES["c"] + "pod", PREFIXES["r"] + "isA", None),
        (None, PREFIXES["r"] + "isA", PREFIXES["c"] + "pod"),
        (PREFIXES["c"] + "pod", PREFIXES["r"] + "isA", PREFIXES["c"] + "object"),
    ]:
        assert remote.says(*triple) == store.says(*triple)


def test_an_empty_server_says_what_to_do(there: StoreSettings) -> None:
    with pytest.raises(IndexMissingError, match="kgraph push"):
        run(RemoteStore(there), "ASK {}")


# ---------------------------------------------------------------- writing


def nasty() -> Iterator[Quad]:
    """What servers are known to stumble over."""
    texts = (
        "", " ", "따옴표 \" 와 ' 와 \\", "줄\n바꿈\r\n탭\t", "이모지 😀👩‍👩‍👧", "\u200b\u202e",
        "é 와 e\u0301", "<b>&amp;</b>", "가" * 5000, "\ufffd\U0010fffd",
    )  # fmt: skip
    subject, graph = NamedNode(PREFIXES["c"] + "가-😀"), NamedNode(PREFIXES["g"] + "개념/a%3Ab")
    for text in texts:
        yield Quad(subject, NamedNode("urn:p"), Literal(text))
        yield Quad(subject, NamedNode("urn:p"), Literal(text, language="ko"), graph)
    integer = NamedNode(PREFIXES["xsd"] + "integer")
    yield Quad(subject, NamedNode("urn:q"), Literal("42", datatype=integer))
    yield Quad(subject, NamedNode("urn:q"), Literal("42"))
    yield Quad(subject, NamedNode("urn:q"), Literal(True))
    yield Quad(subject, NamedNode("urn:q"), Literal(False))
    yield Quad(NamedNode(PREFIXES["post"] + "x"), NamedNode(PREFIXES["kg"] + "statements"), graph)


@pytest.mark.parametrize("data", [True, False], ids=["graph store", "updates only"])
def test_every_term_arrives_as_it_was(
    there: StoreSettings, quads: tuple[Quad, ...], data: bool
) -> None:
    settings = there if data else msgspec.structs.replace(there, data="")
    whole = (*quads, *nasty())
    report = push(GraphStore.memory(whole), "v1", settings)
    plain, posts = expected(whole)
    assert contents(there) == (plain, posts)
    assert (report.triples, report.sent) == (len(plain), len(plain) + len(posts))


def test_a_second_push_sends_nothing(there: StoreSettings, store: GraphStore) -> None:
    first = push(store, "v1", there)
    assert (first.unchanged, first.changed, first.dropped) == (False, 2, 0)
    before = graphs(there)
    again = push(store, "v1", there)
    assert (again.unchanged, again.sent, again.triples) == (True, 0, first.triples)
    assert graphs(there) == before


def test_what_somebody_damaged_is_pushed_anew(
    there: StoreSettings, store: GraphStore, quads: tuple[Quad, ...]
) -> None:
    push(store, "v1", there)
    graph = RemoteStore(there).named[0]
    drop(there, [graph])
    assert not push(store, "v1", there).unchanged
    assert contents(there) == expected(quads)
    drop(there, [RemoteStore(there).pushed.default])
    assert not push(store, "v1", there).unchanged
    assert contents(there) == expected(quads)


def without_a_post(
    build: Callable[[Resolution], tuple[Quad, ...]], resolution: Resolution
) -> tuple[Quad, ...]:
    """The graph without what the post "pod" says; "개념/api" still links to it."""
    kept = tuple(s for s in resolution.statements if s.evidence.post != "pod")
    concepts = tuple(replace(c, definitions=()) for c in resolution.concepts)
    return build(replace(resolution, statements=kept, concepts=concepts))


def test_only_what_changed_is_replaced_and_nothing_is_left_behind(
    there: StoreSettings,
    store: GraphStore,
    quads: tuple[Quad, ...],
    build: Callable[[Resolution], tuple[Quad, ...]],
    resolution: Resolution,
) -> None:
    push(store, "v1", there)
    open_reader = RemoteStore(there)
    assert open_reader.pushed.version == "v1"
    less = without_a_post(build, resolution)
    report = push(GraphStore.memory(less), "v2", there)
    assert (report.changed, report.dropped) == (0, 1)
    assert contents(there) == expected(less)
    # Whoever had opened the graph before still reads the one of then.
    assert set(open_reader.select("SELECT ?s ?p ?o { ?s ?p ?o }")) == expected(quads)[0]
    for version in ("v3", "v4"):
        assert push(store, version, there).changed == (version == "v3")
    assert contents(there) == expected(quads)
    own = [name for name in graphs(there) if name.startswith(DEFAULT_RECORD + "/")]
    assert len(own) == 2  # the plain triples of this push and of the one before


def test_graphs_of_others_are_left_alone(there: StoreSettings, store: GraphStore) -> None:
    line = "<urn:x> <urn:y> <urn:z> .\n"
    mine = "https://kgraph.example/graph/pod"
    Wire(there, 30).add("urn:others", [line])
    Wire(there, 30).add(mine, [line])
    try:
        with pytest.raises(StoreError, match="did not write"):
            push(store, "v1", there)
        assert [g for g in graphs(there) if g.startswith("https://kgraph.example/")] == [mine]
        drop(there, [mine])
        push(store, "v1", there)
        with pytest.raises(StoreError, match="did not write"):
            push(store, "v1", msgspec.structs.replace(there, graph="urn:others"))
        rows = read_rows(Wire(there, 30), "SELECT ?s { GRAPH <urn:others> { ?s ?p ?o } }")
        assert len(rows) == 1
    finally:
        drop(there, ["urn:others"])


def test_a_store_that_is_only_read_takes_no_push(there: StoreSettings, store: GraphStore) -> None:
    with pytest.raises(StoreError, match="only read"):
        push(store, "v1", StoreSettings(there.query))


# ---------------------------------------------------------------- breaking off


class Cutter(threading.Thread):
    """A proxy that cuts its connections after so many bytes from the client; ``cut`` is called."""

    def __init__(self, port: int, budget: int, cut: Callable[[], object] = str) -> None:
        super().__init__(daemon=True)
        self._target, self.left, self._cut = port, budget, cut
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def run(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                client.close()
                continue
            for pair in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        try:
            while data := source.recv(4096):
                if counted:
                    with self._lock:
                        data, self.left = data[: self.left], self.left - len(data)
                sink.sendall(data)
                if counted and self.left <= 0:
                    self._cut()
                    break
        except OSError:
            pass
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()


def through(settings: StoreSettings, port: int) -> StoreSettings:
    old = settings.query.split("/")[2]
    urls = (url.replace(old, f"127.0.0.1:{port}") for url in (settings.query, settings.update))
    query, update = urls
    data = settings.data.replace(old, f"127.0.0.1:{port}")
    return StoreSettings(query, update, data, settings.graph)


@pytest.mark.parametrize("seed", range(3))
def test_a_push_that_breaks_off_does_no_harm(
    there: StoreSettings,
    store: GraphStore,
    quads: tuple[Quad, ...],
    build: Callable[[Resolution], tuple[Quad, ...]],
    resolution: Resolution,
    seed: int,
) -> None:
    less = without_a_post(build, resolution)
    versions = [(quads, store), (less, GraphStore.memory(less))]
    port = int(there.query.split("/")[2].partition(":")[2])
    meter = Cutter(port, 1 << 40)
    meter.start()
    push(store, "0", through(there, meter.port))
    whole = (1 << 40) - meter.left
    meter.close()
    chance = random.Random(seed)
    now = 0
    for number in range(1, 9):
        old, (new, target) = versions[now][0], versions[1 - now]
        cutter = Cutter(port, chance.randrange(1, whole))
        cutter.start()
        try:
            push(target, str(number), through(there, cutter.port), timeout=20)
        except KgraphError:
            # Nothing tells whether the last request was carried out: it is all, or nothing.
            assert contents(there) in (expected(old), expected(new))
        else:
            assert contents(there) == expected(new)
        finally:
            cutter.close()
        push(target, str(number), there)
        assert contents(there) == expected(new)
        now = 1 - now
    own = [name for name in graphs(there) if name.startswith(DEFAULT_RECORD + "/")]
    assert len(own) <= 2


@pytest.mark.parametrize("start", [oxigraph, virtuoso])
def test_a_server_that_dies_within_a_push_does_no_harm(
    start: Callable[[Path], tuple[subprocess.Popen[bytes], int, StoreSettings]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    store: GraphStore,
    quads: tuple[Quad, ...],
    build: Callable[[Resolution], tuple[Quad, ...]],
    resolution: Resolution,
) -> None:
    monkeypatch.setenv(USER, "dba")
    monkeypatch.setenv(PASSWORD, "dba")
    less = without_a_post(build, resolution)
    process, port, settings = start(tmp_path)
    try:
        wait_for(port, process)
        meter = Cutter(port, 1 << 40)
        meter.start()
        push(store, "v1", through(settings, meter.port))
        half = ((1 << 40) - meter.left) // 2
        meter.close()
        chance = random.Random(1)
        for version in ("v2", "v3"):
            cutter = Cutter(port, chance.randrange(1, half), process.kill)
            cutter.start()
            with pytest.raises(KgraphError):
                push(GraphStore.memory(less), version, through(settings, cutter.port), timeout=20)
            cutter.close()
            process.wait(60)
            for lock in tmp_path.glob("*.lck"):  # Virtuoso's, which is its service's to remove
                lock.unlink()
            process, port, settings = start(tmp_path)
            wait_for(port, process)
            assert contents(settings) == expected(quads)
        push(GraphStore.memory(less), "v3", settings)
        assert contents(settings) == expected(less)
    finally:
        process.terminate()
        process.wait(60)


def test_of_two_pushes_at_once_one_fails_and_nothing_is_mixed(
    there: StoreSettings,
    store: GraphStore,
    quads: tuple[Quad, ...],
    build: Callable[[Resolution], tuple[Quad, ...]],
    resolution: Resolution,
) -> None:
    less = without_a_post(build, resolution)
    began: list[int] = []

    def other(triples: int) -> None:
        if not began:
            began.append(triples)
            push(store, "v2", there)

    with pytest.raises(StoreError, match="another push"):
        push(GraphStore.memory(less), "v1", there, advance=other)
    assert contents(there) == expected(quads)
    assert push(store, "v2", there).unchanged
    own = [name for name in graphs(there) if name.startswith(DEFAULT_RECORD + "/")]
    assert own == [RemoteStore(there).pushed.default]


# ---------------------------------------------------------------- the whole way

NOTES = {
    "grinder.md": "# 그라인더\n\n그라인더(grinder)는 원두(coffee bean)를 분쇄한다.\n",
    "machine.md": "# 머신\n\n머신은 원두를 추출한다. 머신(machine)은 포터필터를 사용한다.\n",
    "shop/scale.md": "# 저울\n\n저울(scale)은 원두를 잰다. 저울은 그라인더를 사용한다.\n",
}
QUESTIONS = (
    "그라인더는 무엇을 분쇄하나?",
    "What does the machine use?",
    "무엇이 그라인더를 사용하나?",
    "저울이란?",
    "달은 무엇으로 되어 있나?",
)


def kgraph(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from kgraph.cli import main; main()", *args],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass(frozen=True)
class Home:
    folder: Path
    settings: Settings


@pytest.fixture
def home(tmp_path: Path) -> Home:
    for name, text in NOTES.items():
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    settings = Settings(indexes=tmp_path / "indexes")
    ingest([tmp_path / "corpus"], settings)
    return Home(tmp_path, settings)


def test_questions_have_the_same_answers(there: StoreSettings, home: Home) -> None:
    remote = replace(home.settings, store=there)
    push_index(remote)
    near, far = Kgraph(home.settings), Kgraph(remote)
    assert not far.behind
    for question in QUESTIONS:
        assert far.ask(question) == near.ask(question)
    assert not far.ask(QUESTIONS[0]).abstained


def test_an_ingest_that_cannot_push_is_finished_by_the_next(
    there: StoreSettings, home: Home
) -> None:
    toml = home.folder / "kgraph.toml"
    toml.write_text(f'store = "http://127.0.0.1:{free_port()}"\n')
    (home.folder / "corpus" / "new.md").write_text("# 컵\n\n컵은 커피를 담는다.\n", "utf-8")
    failed = kgraph(home.folder, "ingest")
    assert failed.returncode == 1
    assert "the store is not; the next ingest tries again" in failed.stderr
    assert "1 new" in failed.stderr
    url = there.query.removesuffix("/query")
    toml.write_text(f'store = "{url}"\n')
    assert kgraph(home.folder, "sparql", "posts").returncode == 3
    done = kgraph(home.folder, "ingest")
    assert (done.returncode, "unchanged: 4 posts" in done.stderr) == (0, True)
    assert "triples sent" in done.stderr
    said = kgraph(home.folder, "sparql", "posts", "--format", "csv")
    assert (said.returncode, said.stdout.count("\n"), said.stderr) == (0, 5, "")
    pushed = kgraph(home.folder, "push", url)
    assert (pushed.returncode, pushed.stdout) == (0, "")
    assert pushed.stderr.startswith("unchanged: ")
    (home.folder / "corpus" / "new.md").unlink()
    ingest([home.folder / "corpus"], home.settings)
    assert "another build" in kgraph(home.folder, "sparql", "posts").stderr
    asked = kgraph(home.folder, "ask", QUESTIONS[0], "-k", "1")
    assert (asked.returncode, "원두" in asked.stdout) == (0, True)
