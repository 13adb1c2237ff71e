"""The process that a query with a time limit runs in: ``python -m kgraph.graph.worker``.

Reads one request as JSON from standard input and writes one packed result to standard output; see
:func:`kgraph.graph.query.pack`. It is killed from outside when its time is over, and ends
by itself where it needs more memory than the request allows, or where whoever would kill it was
killed first.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from pathlib import Path

from kgraph.errors import KgraphError, QueryError
from kgraph.graph.guard import check
from kgraph.graph.query import evaluate, pack, unpack_terms
from kgraph.graph.results import Result
from kgraph.graph.store import GraphStore

CHECKING_S = 0.3
"""Seconds that checking a query for a server may take; what people write takes milliseconds."""


def answer(request: bytes) -> bytes:
    """The packed result of one request, or its error packed."""
    asked = json.loads(request)
    limit(asked["memory"], asked["seconds"])
    try:
        bindings = unpack_terms(asked["bindings"])
        started = time.perf_counter()
        check(asked["query"], bindings)
        if asked["path"] is None:  # the query goes to a server, read here some times more
            if time.perf_counter() - started > CHECKING_S:
                raise QueryError("the query joins too much to be planned: split it")
            return pack(Result("boolean", boolean=True))
        store = GraphStore.open(Path(asked["path"]))
        return pack(evaluate(store, asked["query"], bindings, asked["limit"]))
    except KgraphError as error:
        return json.dumps({"error": str(error)}).encode() + b"\n"


def limit(size: int, seconds: int) -> None:
    """Let this process allocate no more than ``size`` bytes and compute no longer than ``seconds``,
    if the platform can keep to that.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    # Files that are mapped, such as a large graph's, are no data; macOS may refuse to set a limit.
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_DATA, size),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
