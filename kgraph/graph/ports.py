"""What asking needs of a graph, wherever it lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from kgraph.graph.store import Row, Term


class Graph(Protocol):
    """A graph that answers; :class:`~kgraph.graph.store.GraphStore` is one on this machine,
    :class:`~kgraph.graph.remote.RemoteStore` one on a server."""

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """The rows of a SELECT that kgraph itself wrote, ``bindings`` put in for its variables."""

    def says(self, subject: str | None, predicate: str, object_: str | None) -> bool:
        """Whether the default graph has a triple with these IRIs; None fits everything."""
