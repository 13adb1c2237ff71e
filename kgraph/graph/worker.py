"""The process that a query with a time limit runs in: ``python -m kgraph.graph.worker``.

Reads one request as JSON from standard input and writes one packed result to standard output; see
:func:`kgraph.graph.query.pack`. It is killed from outside when its time is over.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from kgraph.errors import KgraphError
from kgraph.graph.guard import check
from kgraph.graph.query import evaluate, pack, unpack_terms
from kgraph.graph.store import GraphStore


def answer(request: bytes) -> bytes:
    """The packed result of one request, or its error packed."""
    try:
        asked = json.loads(request)
        bindings = unpack_terms(asked["bindings"])
        check(asked["query"], bindings)
        store = GraphStore.open(Path(asked["path"]))
        return pack(evaluate(store, asked["query"], bindings, asked["limit"]))
    except KgraphError as error:
        return json.dumps({"error": str(error)}).encode() + b"\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
