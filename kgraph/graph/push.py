"""Putting the graph of a build onto a server, so that a push that breaks off does no harm.

The plain triples go into a fresh graph, and so does each post's graph that changed. When the server
has counted them all, one update puts the posts' graphs in their places and turns the record to the
new plain triples; before it nothing that is read has changed. A server that runs an update as one
transaction (Oxigraph) thus goes from the old graph to the new one in one step. One that does not
(Virtuoso promises no such thing) may, if it dies within that update, show posts' graphs of both;
its plain triples are the old ones until the record, which comes last, names the new.

Whatever happened before, a repeat finishes: it finds by the record what is there already, and takes
away what an earlier push left behind. Only graphs that the record says kgraph wrote are ever
changed; a graph that is in the way and is not kgraph's is an error. Of two pushes at once to the
same record, the later to begin takes the other's graphs for left behind, and the other fails.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from pyoxigraph import DefaultGraph, Literal, NamedNode

from kgraph.config import StoreSettings
from kgraph.errors import ConfigError, StoreError
from kgraph.graph.namespaces import KG, RDF
from kgraph.graph.remote import DEFAULT_RECORD, Pushed, read_record, read_rows
from kgraph.graph.store import GraphStore, Term
from kgraph.graph.wire import Wire

TIMEOUT = 600.0
"""Seconds that one request of a push may take."""

_CHUNK = 5_000  # triples a request
_TYPE, _STORE = f"<{RDF}type>", f"<{KG}Store>"
_OWNS, _STANDS_FOR, _LEAVES = f"<{KG}owns>", f"<{KG}standsFor>", f"<{KG}leaves>"
_SHA, _TRIPLES = f"<{KG}sha256>", f"<{KG}triples>"
_VERSION, _DEFAULT = f"<{KG}version>", f"<{KG}defaultGraph>"


@dataclass(frozen=True, slots=True)
class PushReport:
    """What a push did."""

    unchanged: bool  # the server had this very build, whole
    triples: int  # plain triples there now
    graphs: int  # posts' graphs there now
    sent: int  # triples sent, of both
    changed: int  # posts' graphs that are new or other than before
    dropped: int  # posts' graphs that are gone


def push(
    store: GraphStore,
    version: str,
    settings: StoreSettings,
    *,
    timeout: float = TIMEOUT,
    advance: Callable[[int], None] | None = None,
) -> PushReport:
    """Make the server hold what ``store`` holds.

    Args:
        store: the graph of a build.
        version: its digest; a server that has it already, whole, is left alone.
        settings: the server's endpoints.
        timeout: seconds that one request may take.
        advance: is told how many triples have been sent since it was last told.

    Raises:
        StoreError: the server cannot be reached, refuses, does not hold what was sent, or has a
            graph in the way that kgraph did not write. What was readable there still is.
        ConfigError: the record's name is no IRI.
    """
    record = settings.graph or DEFAULT_RECORD
    try:
        NamedNode(record)
    except ValueError as error:
        raise ConfigError(f"{record!r} is no IRI for kgraph's record on the server.") from error
    return _Push(store, version, Wire(settings, timeout), record, advance or _silent).run()


@dataclass(frozen=True, slots=True)
class _Graph:
    """A post's graph: its triples as lines of N-Triples, sorted."""

    lines: tuple[str, ...]

    @property
    def digest(self) -> str:
        return sha256("".join(self.lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Held:
    """What the record says of a post's graph."""

    digest: str
    triples: int


class _Push:
    """One run of :func:`push`."""

    def __init__(
        self,
        store: GraphStore,
        version: str,
        wire: Wire,
        record: str,
        advance: Callable[[int], None],
    ) -> None:
        self.store = store
        self.version = version
        self.wire = wire
        self.record = record
        self.advance = advance
        self.sent = 0
        # A name of this push alone: what an earlier one left behind is in nobody's way.
        self.fresh = f"{record}/{secrets.token_hex(8)}"

    def run(self) -> PushReport:
        before = read_record(self.wire, self.record)
        owned = self._owned()
        posts = {iri: held for iri, held in owned.items() if not self._is_own(iri)}
        if before and before.version == self.version and self._whole(before, posts):
            return PushReport(True, before.triples, len(posts), 0, 0, 0)

        graphs = self._graphs()
        triples = len(self.store) - sum(len(graph.lines) for graph in graphs.values())
        there = self._counts([*posts, *graphs])
        wanted = {iri: _Held(graph.digest, len(graph.lines)) for iri, graph in graphs.items()}
        changed = [
            iri
            for iri, held in wanted.items()
            if posts.get(iri) != held or there.get(iri, 0) != held.triples
        ]
        gone = [iri for iri in posts if iri not in graphs]
        self._refuse_strangers([iri for iri in graphs if iri not in owned and there.get(iri)])
        keep = before.default if before else ""
        self._tidy([iri for iri in owned if self._is_own(iri) and iri != keep])
        staged = {f"{self.fresh}/{number}": iri for number, iri in enumerate(changed, 1)}
        self._announce(staged, gone)
        self._send(self.fresh, self._plain(), triples)
        for name, iri in staged.items():
            self._send(name, iter(graphs[iri].lines), len(graphs[iri].lines))
        sent = {self.fresh: triples} | {n: len(graphs[i].lines) for n, i in staged.items()}
        if not self._arrived(sent) or not self._switch(triples):
            self._tidy(list(sent))
            raise StoreError(
                f"{self.wire.settings.query} does not hold all that was sent, or another push came "
                "between: nothing was changed; push again"
            )
        self._insert(
            f'<{iri}> {_SHA} "{wanted[iri].digest}" ; {_TRIPLES} {wanted[iri].triples}'
            for iri in changed
        )
        self._tidy([*staged, *gone])
        return PushReport(False, triples, len(graphs), self.sent, len(changed), len(gone))

    # ------------------------------------------------------------ what there is

    def _graphs(self) -> dict[str, _Graph]:
        """The posts' graphs of the build, by IRI."""
        lines: dict[str, list[str]] = {}
        for quad in self.store.quads():
            if isinstance(quad.graph_name, NamedNode):
                line = f"{quad.subject} {quad.predicate} {quad.object} .\n"
                lines.setdefault(quad.graph_name.value, []).append(line)
        return {iri: _Graph(tuple(sorted(lines[iri]))) for iri in sorted(lines)}

    def _plain(self) -> Iterator[str]:
        for quad in self.store.quads(None, None, None, DefaultGraph()):
            yield f"{quad.subject} {quad.predicate} {quad.object} .\n"

    def _owned(self) -> dict[str, _Held | None]:
        """The graphs that the record says kgraph wrote, and what a post's graph holds if it is
        whole.

        Raises:
            StoreError: the record's place is taken by something else.
        """
        query = f"""SELECT ?kind ?graph ?digest ?n {{ GRAPH <{self.record}> {{
            <{self.record}> {_TYPE} ?kind
            OPTIONAL {{
                <{self.record}> {_OWNS} ?graph
                OPTIONAL {{ ?graph {_SHA} ?digest ; {_TRIPLES} ?n }}
            }}
        }} }}"""
        rows = read_rows(self.wire, query)
        if not rows and self._counts([self.record]):
            self._refuse_strangers([self.record])
        return {
            _text(graph): _Held(_text(digest), int(_text(count))) if digest and count else None
            for _, graph, digest, count in rows
            if graph is not None
        }

    def _is_own(self, graph: str) -> bool:
        """Whether a graph is kgraph's working space, not a post's."""
        return graph.startswith(f"{self.record}/")

    def _counts(self, graphs: Sequence[str]) -> dict[str, int]:
        """The number of triples of each of these graphs that has any."""
        query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
        found: dict[str, int] = {}
        for names in _batches(dict.fromkeys(graphs), 200):
            for graph, count in read_rows(self.wire, query, names):
                found[_text(graph)] = int(_text(count))
        return found

    def _whole(self, before: Pushed, posts: Mapping[str, _Held | None]) -> bool:
        """Whether everything is there that the record says is there."""
        there = self._counts([before.default, *posts])
        return there.get(before.default, 0) == before.triples and all(
            held is not None and there.get(iri, 0) == held.triples for iri, held in posts.items()
        )

    def _refuse_strangers(self, graphs: Sequence[str]) -> None:
        if graphs:
            raise StoreError(
                f"{self.wire.settings.query} holds a graph <{graphs[0]}> that kgraph did not "
                "write, or not under this record: remove it there, or use another server"
            )

    # ------------------------------------------------------------ what is done

    def _announce(self, staged: Mapping[str, str], gone: Sequence[str]) -> None:
        """Write into the record what is about to change, so that a repeat knows of it."""
        self._insert([f"<{self.record}> {_TYPE} {_STORE}"])
        owned = [self.fresh, *staged, *staged.values()]
        self._insert(f"<{self.record}> {_OWNS} <{iri}>" for iri in owned)
        leaving = [*staged.values(), *gone]
        for names in _batches(leaving, 500):
            self.wire.update(self._forget(names))
        self._insert(f"<{self.fresh}> {_LEAVES} <{iri}>" for iri in leaving)
        self._insert(f"<{name}> {_STANDS_FOR} <{iri}>" for name, iri in staged.items())

    def _send(self, graph: str, lines: Iterator[str], count: int) -> None:
        size = _CHUNK if self.wire.settings.data else _CHUNK // 10
        for chunk in _batches(lines, size):
            self.wire.add(graph, chunk)
            self.sent += len(chunk)
            self.advance(len(chunk))

    def _arrived(self, sent: Mapping[str, int]) -> bool:
        """Whether these graphs hold as many triples as were sent to them."""
        return self._counts(list(sent)) == {graph: count for graph, count in sent.items() if count}

    def _switch(self, triples: int) -> bool:
        """The one update after which readers see the new graph; whether they do.

        It is as long for any number of posts: the record says which graphs leave and which come.
        And it does nothing if another push has taken this one's graphs for left behind.
        """
        record, fresh = f"GRAPH <{self.record}>", f"<{self.fresh}>"
        parts = f"<{self.record}> {_VERSION} ?v ; {_DEFAULT} ?d ; {_TRIPLES} ?n"
        self.wire.update(f"""
DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }}
WHERE {{ {record} {{ {fresh} {_LEAVES} ?g }} GRAPH ?g {{ ?s ?p ?o }} }} ;
INSERT {{ GRAPH ?g {{ ?s ?p ?o }} }}
WHERE {{ {record} {{ {fresh} {_LEAVES} ?g . ?x {_STANDS_FOR} ?g }} GRAPH ?x {{ ?s ?p ?o }} }} ;
DELETE {{ {record} {{ {parts} }} }}
INSERT {{ {record} {{ <{self.record}> {_VERSION} {Literal(self.version)} ;
  {_DEFAULT} {fresh} ; {_TRIPLES} {triples} }} }}
WHERE {{ {record} {{ <{self.record}> {_OWNS} {fresh} }} OPTIONAL {{ {record} {{ {parts} }} }} }} ;
DELETE WHERE {{ {record} {{ {fresh} {_LEAVES} ?g }} }}""")
        after = read_record(self.wire, self.record)
        return after is not None and after.default == self.fresh

    def _tidy(self, graphs: Sequence[str]) -> None:
        """Drop graphs of kgraph's that nothing reads any more, and disown them."""
        for names in _batches(graphs, 200):
            owned = " , ".join(f"<{iri}>" for iri in names)
            steps = [
                self._forget(names),
                f"DELETE DATA {{ GRAPH <{self.record}> {{ <{self.record}> {_OWNS} {owned} }} }}",
                *(f"DROP SILENT GRAPH <{iri}>" for iri in names),
            ]
            self.wire.update(" ;\n".join(steps))

    def _forget(self, graphs: Sequence[str]) -> str:
        """The update that takes what is said of these graphs out of the record."""
        values = " ".join(f"<{iri}>" for iri in graphs)
        return (
            f"DELETE {{ GRAPH <{self.record}> {{ ?g ?p ?o }} }} WHERE {{ "
            f"VALUES ?g {{ {values} }} GRAPH <{self.record}> {{ ?g ?p ?o }} }}"
        )

    def _insert(self, statements: Iterable[str]) -> None:
        """Add statements to the record."""
        for batch in _batches(statements, 500):
            self.wire.update(f"INSERT DATA {{ GRAPH <{self.record}> {{ {' . '.join(batch)} }} }}")


def _batches(items: Iterable[str], size: int) -> Iterator[list[str]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _text(term: Term | None) -> str:
    return "" if term is None else term.value


def _silent(triples: int) -> None:
    """Nothing."""
