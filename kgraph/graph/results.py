"""What a query returns, and its serialisations after the W3C specifications.

SELECT and ASK: ``table``, ``json``, ``csv``, ``tsv``, ``xml``.
CONSTRUCT and DESCRIBE: ``turtle``, ``n-triples``, ``json-ld``, ``rdf-xml``, ``n-quads``, ``trig``.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

from kgraph.errors import QueryError
from kgraph.graph.namespaces import RDF, XSD, compact
from kgraph.graph.store import Row, Term
from kgraph.graph.writers import FORMATS, format_name, write

if TYPE_CHECKING:
    from rdflib import Graph

ROW_FORMATS = ("table", "json", "csv", "tsv", "xml")
"""Formats of SELECT and ASK results."""

GRAPH_FORMATS = tuple(FORMATS)
"""Formats of CONSTRUCT and DESCRIBE results."""

_STRING_TYPES = {XSD + "string", RDF + "langString"}
_RESULT_FORMATS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "xml": QueryResultsFormat.XML,
}


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one query.

    ``kind`` is "solutions" (SELECT: ``variables`` and ``rows``), "boolean" (ASK: ``boolean``) or
    "triples" (CONSTRUCT, DESCRIBE: ``triples``). ``truncated`` says that a row limit cut it.
    """

    kind: str
    variables: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    boolean: bool | None = None
    triples: tuple[Triple, ...] = ()
    truncated: bool = False

    @property
    def graph(self) -> Graph:
        """The triples as an rdflib Graph (empty for SELECT and ASK)."""
        from kgraph.graph.rdf import to_dataset

        graph: Graph = to_dataset(Quad(*triple) for triple in self.triples).default_graph
        return graph

    def serialise(self, format: str = "") -> bytes:
        """The result in ``format``; by default a table, or Turtle for triples.

        Raises:
            QueryError: if this kind of result has no such format.
        """
        if self.kind == "triples":
            return self._graph_bytes(format or "turtle")
        name = format or "table"
        if name not in ROW_FORMATS:
            raise QueryError(
                f"a {'SELECT' if self.kind == 'solutions' else 'ASK'} result cannot be written as "
                f"{name!r}: choose one of {', '.join(ROW_FORMATS)}, or write a CONSTRUCT query"
            )
        if name == "table":
            return self.table().encode()
        data = self._json()
        if name != "json":
            if self.kind == "boolean" and name in ("csv", "tsv"):
                return b"true\n" if self.boolean else b"false\n"
            parsed = parse_query_results(data, format=QueryResultsFormat.JSON)
            data = parsed.serialize(format=_RESULT_FORMATS[name]) or b""
        return data if data.endswith(b"\n") else data + b"\n"

    def table(self, width: int | None = None) -> str:
        """A plain text table (Hangul counted as two columns wide), IRIs as prefixed names.

        ``width`` is that of the terminal in columns; None means as wide as it needs to be.
        """
        if self.kind == "boolean":
            return "true\n" if self.boolean else "false\n"
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for variable in self.variables:
            table.add_column(variable, overflow="fold")
        for row in self.rows:
            table.add_row(*(Text(show(term)) for term in row))
        out = StringIO()
        console = Console(file=out, width=width or 100_000, color_system=None, highlight=False)
        console.print(table)
        return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())

    def _graph_bytes(self, format: str) -> bytes:
        from io import BytesIO

        name = format_name(format)
        if name is None:
            raise QueryError(
                f"triples cannot be written as {format!r}: choose one of {', '.join(FORMATS)}"
            )
        out = BytesIO()
        write((Quad(*triple) for triple in self.triples), name, out)
        return out.getvalue()

    def _json(self) -> bytes:
        """SPARQL 1.1 Query Results JSON; Hangul as it is."""
        document: dict[str, object] = {"head": {}, "boolean": self.boolean}
        if self.kind == "solutions":
            bindings = [
                {
                    name: _binding(term)
                    for name, term in zip(self.variables, row, strict=True)
                    if term is not None
                }
                for row in self.rows
            ]
            document = {"head": {"vars": self.variables}, "results": {"bindings": bindings}}
        return json.dumps(document, ensure_ascii=False).encode()


def show(term: Term | None) -> str:
    """A term for a person: a prefixed name, ``<IRI>``, or the literal's text alone."""
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return compact(term.value) or f"<{term.value}>"
    return term.value if isinstance(term, Literal) else str(term)


def parse_rows(
    data: bytes, deadline: float | None = None
) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Variables and rows of a SPARQL results JSON document.

    Raises:
        TimeoutError: if it goes on beyond ``deadline`` (of :func:`time.monotonic`).
    """
    parsed = parse_query_results(data, format=QueryResultsFormat.JSON)
    if not isinstance(parsed, QuerySolutions):
        raise QueryError("not the result of a SELECT query")
    variables = tuple(variable.value for variable in parsed.variables)
    rows: list[Row] = []
    for row in parsed:
        check_time(deadline, len(rows))
        rows.append(tuple(as_term(value) for value in row))
    return variables, tuple(rows)


def check_time(deadline: float | None, done: int) -> None:
    """Pass if ``deadline`` (of :func:`time.monotonic`) is not over; looks once in 1000 times.

    Raises:
        TimeoutError: it is.
    """
    if deadline is not None and done % 1000 == 0 and time.monotonic() > deadline:
        raise TimeoutError


def as_term(value: object) -> Term | None:
    """``value`` if it is a plain RDF 1.1 term or None.

    Raises:
        QueryError: for a quoted triple, which no format of results can hold.
    """
    if value is None or isinstance(value, NamedNode | Literal | BlankNode):
        return value
    raise QueryError("the result holds a quoted triple: select its parts instead")


def _binding(term: Term) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    binding = {"type": "literal", "value": term.value}
    if term.language:
        binding["xml:lang"] = term.language
    elif term.datatype.value not in _STRING_TYPES:
        binding["datatype"] = term.datatype.value
    return binding
