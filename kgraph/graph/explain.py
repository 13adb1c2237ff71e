"""What a query does: the text that runs, its operators, and how much of the graph each reads.

The engine keeps its plan to itself, so the operators are those that the SPARQL specification makes
of the query (rdflib translates it). In which order the patterns of a group are joined the engine
decides; how many triples each of them fits is what it decides by, and is counted here.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import rdflib
from pyoxigraph import Literal
from rdflib import Variable
from rdflib.paths import Path
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from kgraph.errors import QueryError
from kgraph.graph.inline import with_values
from kgraph.graph.namespaces import PREFIXES, compact
from kgraph.graph.query import run
from kgraph.graph.remote import RemoteStore
from kgraph.graph.results import Result
from kgraph.graph.store import GraphStore, Term

_IRI = re.compile("<([^<>]*)>")
_OPERATORS = {
    "SelectQuery": "select",
    "AskQuery": "ask",
    "ConstructQuery": "construct",
    "DescribeQuery": "describe",
    "Join": "join",
    "LeftJoin": "optional",
    "Union": "union",
    "Minus": "minus",
    "Filter": "filter",
    "Extend": "bind",
    "Graph": "graph",
    "Group": "group",
    "OrderBy": "order",
    "Distinct": "distinct",
    "Reduced": "reduced",
    "Slice": "slice",
    "ToMultiSet": "rows of a query of its own",
    "values": "values",
    "Builtin_EXISTS": "exists",
    "Builtin_NOTEXISTS": "not exists",
}


@dataclass(frozen=True, slots=True)
class _Line:
    """An operator, or a pattern; ``counted`` is the group to count a pattern by, if it has one."""

    depth: int
    text: str
    counted: str = ""
    pattern: bool = False


def explain(
    store: GraphStore | RemoteStore,
    query: str,
    *,
    timeout: float | None = None,
    bindings: Mapping[str, Term] | None = None,
) -> str:
    """Run ``query`` as :func:`kgraph.graph.query.run` does and tell what happened.

    Raises:
        QueryError: as ``run``.
        StoreError: as ``run``.
    """
    bindings = bindings or {}
    started = time.perf_counter()
    result = run(store, query, timeout=timeout, bindings=bindings)
    seconds = time.perf_counter() - started
    lines = list(_lines(_translated(query), bindings))
    groups = list(dict.fromkeys(line.counted for line in lines if line.counted))
    used = dict(zip(groups, _counts(store, groups, timeout), strict=True))
    width = max([9, *(len(f"{n:,}") for n in used.values() if n is not None)])
    text = (with_values(query, bindings) or query) if bindings else query
    parts = ["query, with every prefix of kgraph's declared:"]
    parts += [f"  {line}".rstrip() for line in text.strip().splitlines()]
    parts += ["", f"{'triples':>{width}}  operators and patterns"]
    for line in lines:
        number = used.get(line.counted)
        shown = f"{number:,}" if number is not None else "?" if line.pattern else ""
        parts.append(f"{shown:>{width}}  {'  ' * line.depth}{line.text}")
    process = ", with starting its process" if timeout is not None else ""
    parts += ["", f"{_size(result)} in {seconds * 1000:,.1f} ms{process}"]
    return "\n".join(parts) + "\n"


def _size(result: Result) -> str:
    if result.kind == "boolean":
        return "true" if result.boolean else "false"
    if result.kind == "triples":
        return f"{len(result.triples):,} triples"
    return f"{len(result.rows):,} rows"


def _translated(query: str) -> CompValue:
    try:
        return translateQuery(parseQuery(query), initNs=PREFIXES).algebra
    except Exception as error:  # rdflib raises whatever its parser met
        raise QueryError(
            f"the query runs, but what it does cannot be told: {str(error)[:200] or 'too deep'}"
        ) from error


def _counts(
    store: GraphStore | RemoteStore, groups: list[str], timeout: float | None
) -> list[int | None]:
    """How many solutions each of ``groups`` has; None for all if counting takes too long."""
    if not groups:
        return []
    blocks = (
        f"{{ SELECT ({i} AS ?i) (COUNT(*) AS ?n) WHERE {{ {group} }} }}"
        for i, group in enumerate(groups)
    )
    try:
        found = run(store, f"SELECT ?i ?n {{ {' UNION '.join(blocks)} }}", timeout=timeout)
    except QueryError:
        return [None] * len(groups)
    counts = {
        int(place.value): int(number.value)
        for place, number in found.rows
        if isinstance(place, Literal) and isinstance(number, Literal)
    }
    return [counts.get(i) for i in range(len(groups))]


def _lines(
    node: object, bindings: Mapping[str, Term], depth: int = 0, graph: str = ""
) -> Iterator[_Line]:
    """The operators of ``node`` from the outermost to the innermost, with their patterns."""
    if isinstance(node, list | tuple):
        for part in node:
            yield from _lines(part, bindings, depth, graph)
    if not isinstance(node, CompValue):
        return
    if node.name == "BGP":
        for triple in node.triples:
            yield _pattern(triple, bindings, depth, graph)
        return
    if node.name in _OPERATORS and not _silent(node):
        yield _Line(depth, f"{_OPERATORS[node.name]}{_detail(node)}")
        depth += 1
    if node.name == "Graph":
        graph = _sparql(node.term, bindings)
    if node.name.endswith("EXISTS"):  # rdflib sets this one beside the items
        yield from _lines(node.graph, bindings, depth, graph)
        return
    for key, value in node.items():
        if key not in ("PV", "_vars", "template", "datasetClause"):
            yield from _lines(value, bindings, depth, graph)


def _silent(node: CompValue) -> bool:
    """Whether it is an operator that the translation alone needs."""
    if node.name == "Extend":  # hands on what a group has counted
        return isinstance(node.expr, Variable) and node.expr.startswith("__agg_")
    if node.name == "ToMultiSet":
        return bool(node.p.name == "values")
    return node.name == "Join" and any(
        side.name == "BGP" and not side.triples for side in (node.p1, node.p2)
    )


def _detail(node: CompValue) -> str:
    if node.name == "SelectQuery":
        return "".join(f" {variable.n3()}" for variable in node.PV)
    if node.name == "Extend":
        return f" {node.var.n3()}"
    if node.name == "Graph":
        return f" {_short(node.term, {})}"
    if node.name == "Slice":
        return f" {node.start}" + (f" to {node.start + node.length}" if node.length else "")
    if node.name == "values":
        names = sorted({variable.n3() for row in node.res for variable in row})
        return f" {' '.join(names)} ({len(node.res):,})"
    return ""


def _pattern(
    triple: tuple[Any, Any, Any], bindings: Mapping[str, Term], depth: int, graph: str
) -> _Line:
    text = " ".join(_short(term, bindings) for term in triple)
    if isinstance(triple[1], Path):  # it may lead anywhere, and take any time to count
        return _Line(depth, text, pattern=True)
    group = " ".join(_sparql(term, bindings) for term in triple)
    return _Line(depth, text, f"GRAPH {graph} {{ {group} }}" if graph else group, pattern=True)


def _sparql(term: Any, bindings: Mapping[str, Term]) -> str:
    """A term of rdflib's as it stands in a query, bound where it is a bound variable."""
    if isinstance(term, Variable) and str(term) in bindings:
        return str(bindings[str(term)])
    return str(term.n3())


def _short(term: Any, bindings: Mapping[str, Term]) -> str:
    text = _sparql(term, bindings)
    if isinstance(term, rdflib.Literal):
        return text
    return _IRI.sub(lambda match: compact(match[1]) or match[0], text)
