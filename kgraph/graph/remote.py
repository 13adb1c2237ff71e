"""The graph on a server: any that speaks SPARQL 1.1, read as the one on this machine is.

On a server the graph is not alone, and what a server calls its default graph differs (Virtuoso's
is the union of everything it holds). So each query is sent with the dataset it is about: the plain
triples, which lie in a named graph there, as its default graph, and the posts' graphs as its named
ones. :mod:`kgraph.graph.push` writes all this, and a record of it:

    <store>   a kg:Store ; kg:version "..." (of the pushed build) ; kg:triples n ;
              kg:defaultGraph <store/x> ; kg:owns <every graph that kgraph has written>
    <graph>   kg:sha256 "..." ; kg:triples n         (each post's)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

from kgraph import iri
from kgraph.config import StoreSettings
from kgraph.errors import IndexMissingError, QueryError, StoreError
from kgraph.graph.guard import check, says_keyword
from kgraph.graph.inline import with_values
from kgraph.graph.namespaces import KG, PREFIXES, XSD
from kgraph.graph.results import Result, as_term
from kgraph.graph.store import Row, Term
from kgraph.graph.wire import Response, Wire

DEFAULT_RECORD = iri.BASE + "store"
"""The IRI of the record, and of the graph it stands in, unless the settings name another."""

_ROWS = "application/sparql-results+json"
_TRIPLES = "application/n-triples"
_BOOLEANS = {"1": "true", "0": "false"}
_GAP = r"(?:\s|#[^\r\n]*[\r\n])*"
_PREFIX = re.compile(
    rf"{_GAP}(?:BASE{_GAP}<[^>]*>|PREFIX{_GAP}([^\s:<#]*):{_GAP}<[^>]*>)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a server, ``cut`` if it had more and says so."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class Pushed:
    """What the record says is there now."""

    version: str  # of the build
    default: str  # the graph of the plain triples
    triples: int  # in it


class RemoteStore:
    """A graph that :func:`kgraph.graph.push.push` has written to a server.

    Args:
        settings: the server's endpoints.
        timeout: seconds that a query may take.
    """

    def __init__(self, settings: StoreSettings, timeout: float = 30.0) -> None:
        self.wire = Wire(settings, timeout)
        self.record = settings.graph or DEFAULT_RECORD

    @cached_property
    def pushed(self) -> Pushed:
        """What there is, as it was when it was first asked for.

        Raises:
            IndexMissingError: nothing has been pushed there.
        """
        found = read_record(self.wire, self.record)
        if found is None:
            raise IndexMissingError(
                f"{self.wire.settings.query} holds no graph of kgraph's yet: run `kgraph push`"
            )
        return found

    @cached_property
    def named(self) -> tuple[str, ...]:
        """The graphs of the posts."""
        query = f"SELECT ?g {{ ?post <{KG}statements> ?g }} ORDER BY ?g"
        return tuple(_text(row[0]) for row in self.select(query))

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """The rows of a SELECT that kgraph itself wrote, ``bindings`` put in for its variables.

        Unguarded; what a user wrote goes through :meth:`query`.

        Raises:
            StoreError: the server does not answer as it should, or not with every row.
        """
        table = self._table(_bound(query, bindings or {}))
        return list(_whole(table, self.wire.settings.query))

    def says(self, subject: str | None, predicate: str, object_: str | None) -> bool:
        """Whether the default graph has a triple with these IRIs; None fits everything."""
        first, last = (
            f"<{value}>" if value else name for value, name in ((subject, "?s"), (object_, "?o"))
        )
        return bool(self._ask(f"ASK {{ {first} <{predicate}> {last} }}"))

    def query(
        self,
        query: str,
        bindings: Mapping[str, Term],
        timeout: float | None = None,
        limit: int | None = None,
    ) -> Result:
        """A query that a user wrote, as :func:`kgraph.graph.query.run` has it.

        Raises:
            QueryError: it is refused, malformed, too slow, or fails.
            StoreError: the server does not answer as it should.
        """
        check(query, bindings)
        text = _bound(query, bindings)
        check(text)
        if says_keyword(text, "from"):
            raise QueryError(
                "FROM is refused on a remote store, where it might name others' graphs: a query "
                "reads kgraph's graph, and GRAPH picks among the posts"
            )
        kind, names = _shape(text)
        if kind == "boolean":
            return Result(kind, boolean=self._ask(text, timeout))
        if kind == "solutions":
            table = self._table(text, timeout)
            rows = _arranged(table, names)
            cut = table.cut or (limit is not None and len(rows) > limit)
            return Result(kind, names, rows[:limit], truncated=cut)
        triples = self._triples(text, timeout)
        kept = triples[:limit]
        return Result(kind, triples=kept, truncated=len(kept) != len(triples))

    def _send(self, query: str, accept: str, timeout: float | None) -> Response:
        named: tuple[str, ...] = ()
        if says_keyword(query, "graph"):
            named = self.named or (self.record + "/none",)
        return self.wire.query(
            _declared(query), accept, default=self.pushed.default, named=named, timeout=timeout
        )

    def _table(self, query: str, timeout: float | None = None) -> Table:
        return table_of(self._send(query, _ROWS, timeout), self.wire.settings.query)

    def _ask(self, query: str, timeout: float | None = None) -> bool:
        response = self._send(query, _ROWS, timeout)
        found = _results(response, self.wire.settings.query)
        if isinstance(found, Table):
            raise StoreError(f"{self.wire.settings.query} answered a yes-or-no question with rows")
        return found

    def _triples(self, query: str, timeout: float | None) -> tuple[Triple, ...]:
        response = self._send(query, _TRIPLES, timeout)
        _expect_type(response, self.wire.settings.query, _TRIPLES, "text/plain")
        try:
            quads = parse(response.body, format=RdfFormat.N_TRIPLES)
            return tuple(dict.fromkeys(Triple(q.subject, q.predicate, q.object) for q in quads))
        except (SyntaxError, ValueError) as error:
            raise StoreError(
                f"{self.wire.settings.query} did not send N-Triples ({error})"
            ) from error


def read_record(wire: Wire, record: str) -> Pushed | None:
    """What the record says was pushed last; None where there is no record, or no push has ended.

    Raises:
        StoreError: the server does not answer as it should.
    """
    query = f"""SELECT ?version ?default ?triples {{ GRAPH <{record}> {{
        <{record}> <{KG}version> ?version ; <{KG}defaultGraph> ?default ; <{KG}triples> ?triples
    }} }}"""
    rows = read_rows(wire, query)
    if not rows:
        return None
    version, default, triples = map(_text, rows[0])
    try:
        return Pushed(version, default, int(triples))
    except ValueError as error:
        raise StoreError(f"the record <{record}> on {wire.settings.query} is damaged") from error


def read_rows(wire: Wire, query: str, named: Sequence[str] = ()) -> tuple[Row, ...]:
    """Every row of a query about graphs of the server's; ``named`` are those it may see.

    Raises:
        StoreError: the server does not answer as it should, or cuts the rows.
    """
    table = table_of(wire.query(query, _ROWS, named=named), wire.settings.query)
    return _whole(table, wire.settings.query)


def _whole(table: Table, url: str) -> tuple[Row, ...]:
    if table.cut:
        raise StoreError(
            f"{url} cuts results at {len(table.rows)} rows: raise its limit (Virtuoso: "
            "ResultSetMaxRows)"
        )
    return table.rows


def table_of(response: Response, url: str) -> Table:
    """The rows that a server sent.

    Raises:
        StoreError: it sent something else.
    """
    found = _results(response, url)
    if not isinstance(found, Table):
        raise StoreError(f"{url} answered a SELECT query without rows")
    return found


def _results(response: Response, url: str) -> Table | bool:
    _expect_type(response, url, _ROWS, "application/json")
    found: QuerySolutions | QueryBoolean | None = None
    try:
        found = parse_query_results(response.body, format=QueryResultsFormat.JSON)
        if isinstance(found, QueryBoolean):
            return bool(found)
        variables = tuple(variable.value for variable in found.variables)
        rows: list[Row] = []
        for row in found:
            rows.append(tuple([_plain(as_term(value)) for value in row]))
    except (SyntaxError, ValueError, QueryError) as error:
        found = None  # it must end in this thread, and errors live on in others
        raise StoreError(f"{url} did not send SPARQL results ({error})") from error
    return Table(variables, tuple(rows), cut="x-sparql-maxrows" in response.headers)


def _expect_type(response: Response, url: str, *wanted: str) -> None:
    if response.media_type not in wanted:
        kind = response.media_type or "something without a type"
        raise StoreError(f"{url} answered with {kind}, not with {wanted[0]}: is it an endpoint?")


def _plain(term: Term | None) -> Term | None:
    """``term``, its boolean as kgraph writes it: 1 and 0 are allowed too, and Virtuoso's."""
    if isinstance(term, Literal) and term.datatype.value == XSD + "boolean":
        return Literal(_BOOLEANS.get(term.value, term.value), datatype=term.datatype)
    return term


def _arranged(table: Table, names: tuple[str, ...]) -> tuple[Row, ...]:
    """The rows with their columns in the order of ``names``: that of SELECT * is the server's."""
    if table.variables == names:
        return table.rows
    places = {name: place for place, name in enumerate(table.variables)}
    order = [places.get(name) for name in names]
    return tuple(tuple(None if i is None else row[i] for i in order) for row in table.rows)


def _bound(query: str, bindings: Mapping[str, Term]) -> str:
    if not bindings:
        return query
    bound = with_values(query, bindings)
    if bound is None:
        names = ", ".join(f"?{name}" for name in bindings)
        raise QueryError(
            f"{names} cannot be bound here on a remote store: give the query a WHERE group"
        )
    return bound


def _shape(query: str) -> tuple[str, tuple[str, ...]]:
    """The kind of result that a query has, as :class:`Result` names it, and its variables."""
    found = Store().query(query, prefixes=PREFIXES)
    if isinstance(found, QuerySolutions):
        return "solutions", tuple(variable.value for variable in found.variables)
    return "boolean" if isinstance(found, QueryBoolean) else "triples", ()


def _declared(query: str) -> str:
    """``query`` with kgraph's prefixes after its own; Virtuoso takes none twice, and BASE first."""
    own = set()
    place = 0
    while match := _PREFIX.match(query, place):
        own.add(match.group(1))
        place = match.end()
    lines = (f"PREFIX {name}: <{value}>\n" for name, value in PREFIXES.items() if name not in own)
    return f"{query[:place]}\n{''.join(lines)}{query[place:]}"


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""
