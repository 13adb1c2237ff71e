"""SPARQL as a user writes it: read-only, guarded, with a time limit that really ends it.

A query sees one default graph, which is the union of what all posts say (see
:mod:`kgraph.graph.rdf`), and ``GRAPH ?g`` tells the posts' statements apart. The prefixes of
:data:`kgraph.graph.namespaces.PREFIXES` need no declaration. Values are bound to variables as
terms; nothing is ever put into a query's text.

The engine cannot be stopped in mid-query, and ends its process where memory or the stack does. So
with a timeout a query runs in a process of its own (:mod:`kgraph.graph.worker`), which may take
:data:`MEMORY_MB` and is killed when its time is over. That costs some 0.2 s. Without a timeout it
runs here: that is for queries that are trusted.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from pyoxigraph import QueryBoolean, QuerySolutions, RdfFormat, Triple, parse, serialize

from kgraph.errors import QueryError
from kgraph.graph.guard import check
from kgraph.graph.remote import RemoteStore
from kgraph.graph.results import Result, as_term, check_time, parse_rows
from kgraph.graph.store import GraphStore, Term

MEMORY_MB = 2048
"""Megabytes that a query with a timeout may allocate, where the platform has such a limit."""


def run(
    store: GraphStore | RemoteStore,
    query: str,
    *,
    timeout: float | None = None,
    bindings: Mapping[str, Term] | None = None,
    limit: int | None = None,
) -> Result:
    """Evaluate a SELECT, ASK, CONSTRUCT or DESCRIBE query.

    Args:
        store: the graph; with a ``timeout`` it must lie on disk or on a server.
        query: SPARQL 1.1; updates and SERVICE are refused.
        timeout: seconds after which the query is killed; None runs it here, without an end.
        bindings: terms for variables of the query, by name without ``?``.
        limit: rows (or triples) after which the result is cut and marked as truncated.

    Raises:
        QueryError: if the query is refused, malformed, too slow or too large, or fails.
        StoreError: if a server does not answer as it should.
    """
    if timeout is not None and timeout <= 0:
        raise QueryError(f"a timeout of {timeout:g} s leaves no time: give more than 0")
    if isinstance(store, RemoteStore):
        if timeout is not None:  # reading a query alone may take all stack or time there is
            _run_in_worker(None, query, timeout, bindings or {}, None)
        return store.query(query, bindings or {}, timeout, limit)
    if timeout is None:
        check(query, bindings or {})
        return evaluate(store, query, bindings or {}, limit)
    if store.path is None:
        raise QueryError("a timeout needs a graph on disk: this one is only in memory")
    return _run_in_worker(store.path, query, timeout, bindings or {}, limit)


def evaluate(
    store: GraphStore, query: str, bindings: Mapping[str, Term], limit: int | None
) -> Result:
    """Evaluate a query that :func:`kgraph.graph.guard.check` has passed, in this process.

    Raises:
        QueryError: if the engine fails.
    """
    cap = None if limit is None else limit + 1
    try:
        found = store.evaluate(query, bindings)
        if isinstance(found, QueryBoolean):
            return Result("boolean", boolean=bool(found))
        if isinstance(found, QuerySolutions):
            variables = tuple(variable.value for variable in found.variables)
            rows = tuple(tuple(as_term(x) for x in row) for row in islice(found, cap))
            return Result(
                "solutions", variables, rows[:limit], truncated=len(rows) != len(rows[:limit])
            )
        triples = tuple(dict.fromkeys(islice(found, cap)))
        kept = triples[:limit]
        return Result("triples", triples=kept, truncated=len(triples) != len(kept))
    except (SyntaxError, OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query failed: {error}") from error


# ---------------------------------------------------------------- the worker's messages


def pack_terms(bindings: Mapping[str, Term]) -> dict[str, str]:
    """Terms as N-Triples, by variable."""
    return {name: str(term) for name, term in bindings.items()}


def unpack_terms(packed: Mapping[str, str]) -> dict[str, Term]:
    """The inverse of :func:`pack_terms`."""
    terms: dict[str, Term] = {}
    for name, text in packed.items():
        (quad,) = parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.N_TRIPLES)
        term = as_term(quad.object)
        assert term is not None
        terms[name] = term
    return terms


def pack(result: Result) -> bytes:
    """A result as a line of JSON and a body."""
    head = {"kind": result.kind, "boolean": result.boolean, "truncated": result.truncated}
    body = b""
    if result.kind == "solutions":
        body = result.serialise("json")
    elif result.kind == "triples":
        body = serialize(result.triples, format=RdfFormat.N_TRIPLES) or b""
    return json.dumps(head).encode() + b"\n" + body


def unpack(data: bytes, deadline: float | None = None) -> Result:
    """The inverse of :func:`pack`.

    Raises:
        QueryError: the one that the worker met.
        TimeoutError: if reading the rows goes on beyond ``deadline`` (of :func:`time.monotonic`).
    """
    line, _, body = data.partition(b"\n")
    head = json.loads(line)
    if "error" in head:
        raise QueryError(head["error"])
    kind = str(head["kind"])
    if kind == "solutions":
        variables, rows = parse_rows(body, deadline)
        return Result(kind, variables, rows, truncated=head["truncated"])
    if kind == "triples":
        triples: list[Triple] = []
        for quad in parse(body, format=RdfFormat.N_TRIPLES):
            check_time(deadline, len(triples))
            triples.append(Triple(quad.subject, quad.predicate, quad.object))
        return Result(kind, triples=tuple(triples), truncated=head["truncated"])
    return Result(kind, boolean=head["boolean"])


def _run_in_worker(
    path: Path | None, query: str, timeout: float, bindings: Mapping[str, Term], limit: int | None
) -> Result:
    """The result of ``query`` on the graph in ``path``; without one it is only checked."""
    deadline = time.monotonic() + timeout
    request = {
        "path": None if path is None else str(path.resolve()),
        "query": query,
        "bindings": pack_terms(bindings),
        "limit": limit,
        "memory": MEMORY_MB << 20,
        "seconds": math.ceil(timeout) + 1,  # of computing: one more, so that this process ends it
    }
    # The worker must find this very package, whatever the working folder holds.
    package = str(Path(__file__).resolve().parents[2])
    known = os.environ.get("PYTHONPATH")
    environment = os.environ | {
        "PYTHONPATH": package + (os.pathsep + known if known else ""),
        "PYTHONUTF8": "1",
        "RUST_BACKTRACE": "0",  # printing one takes seconds
    }
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "kgraph.graph.worker"],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=timeout,
            env=environment,
            check=False,
        )
        if done.returncode == 0 and done.stdout:
            return unpack(done.stdout, deadline)
    except (subprocess.TimeoutExpired, TimeoutError):
        raise QueryError(
            f"the query was stopped after {timeout:g} s: make it more specific, add a LIMIT, "
            "or allow more time with --timeout"
        ) from None
    said = done.stderr.decode(errors="replace").strip()
    if "memory allocation of" in said or "MemoryError" in said:
        raise QueryError(
            f"the query needs more than {MEMORY_MB:,} MB: make it more specific or add a LIMIT"
        )
    reason = said.splitlines()[-1] if said else f"exit status {done.returncode}"
    raise QueryError(
        f"the query broke its process ({reason}): make it smaller or nest it less deeply"
    )
