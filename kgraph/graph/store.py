"""The graph on disk: an Oxigraph store, built once and then only read.

A store is written whole into a folder of its own and never changed afterwards, so any number of
processes may read it at once without a lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    Variable,
)

from kgraph.errors import IndexMismatchError, IndexMissingError, KgraphError, QueryError
from kgraph.graph.guard import check
from kgraph.graph.inline import with_values
from kgraph.graph.namespaces import PREFIXES

Term: TypeAlias = NamedNode | Literal | BlankNode
"""A term that a query may bind or return."""


class GraphStore:
    """A read-only graph. Make one with :meth:`open`, :meth:`build` or :meth:`memory`."""

    def __init__(self, store: Store, path: Path | None) -> None:
        self._store = store
        self.path = path
        """The folder it lies in; None for a graph in memory."""

    @classmethod
    def build(cls, path: Path, quads: Iterable[Quad]) -> None:
        """Write ``quads`` as a new store into the folder ``path``, which must be empty or absent.

        Raises:
            KgraphError: if the folder holds something or cannot be written.
        """
        if path.exists() and any(path.iterdir()):
            raise KgraphError(f"{path} is not empty: give the graph a folder of its own")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            store = Store(str(path))
            # One batch is held in memory whole: small ones keep a build of a million quads small.
            for batch in _batches(quads, 50_000):
                store.bulk_extend(batch)
            store.flush()
            store.optimize()
        except (OSError, RuntimeError) as error:
            raise KgraphError(f"the graph cannot be written to {path}: {error}") from error

    @classmethod
    def open(cls, path: Path) -> GraphStore:
        """The store in the folder ``path``.

        Raises:
            IndexMissingError: if there is none.
            IndexMismatchError: if what lies there cannot be read as one.
        """
        if not (path / "CURRENT").is_file():
            raise IndexMissingError(
                f"no graph lies in {path}: build one with `kgraph ingest PATH` first"
            )
        try:
            return cls(Store.read_only(str(path)), path)
        except (OSError, RuntimeError) as error:
            raise IndexMismatchError(
                f"the graph in {path} cannot be read ({error}): build it anew with `kgraph ingest`"
            ) from error

    @classmethod
    def memory(cls, quads: Iterable[Quad]) -> GraphStore:
        """A graph of ``quads`` that lives in memory only."""
        store = Store()
        store.bulk_extend(quads)
        return cls(store, None)

    def __len__(self) -> int:
        return len(self._store)

    def quads(
        self,
        subject: Term | None = None,
        predicate: NamedNode | None = None,
        object_: Term | None = None,
        graph: NamedNode | DefaultGraph | None = None,
    ) -> Iterator[Quad]:
        """The quads that fit the pattern; None fits everything, ``DefaultGraph()`` itself only."""
        if isinstance(subject, Literal):
            return iter(())
        return self._store.quads_for_pattern(subject, predicate, object_, graph)

    def objects(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """The objects of (subject, predicate) in the default graph, sorted by their N-Triples."""
        found = (q.object for q in self.quads(subject, predicate, None, DefaultGraph()))
        return sorted((x for x in found if not isinstance(x, Triple)), key=str)

    def says(self, subject: str | None, predicate: str, object_: str | None) -> bool:
        """Whether the default graph has a triple with these IRIs; None fits everything."""
        found = self.quads(
            NamedNode(subject) if subject else None,
            NamedNode(predicate),
            NamedNode(object_) if object_ else None,
            DefaultGraph(),
        )
        return next(found, None) is not None

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> list[Row]:
        """The rows of a SELECT that kgraph itself wrote, ``bindings`` put in for its variables.

        Unguarded; what a user wrote goes through :func:`kgraph.graph.query.run`.
        """
        results = self.evaluate(query, bindings)
        if not isinstance(results, QuerySolutions):
            raise TypeError("not a SELECT query")
        return [tuple(_term(value) for value in solution) for solution in results]

    def evaluate(
        self, query: str, bindings: Mapping[str, Term] | None = None
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Evaluate ``query`` with kgraph's prefixes; unguarded, see :meth:`select`.

        Raises:
            SyntaxError: if the query is not SPARQL.
            RuntimeError: if a bound variable is neither in a WHERE group nor selected.
        """
        if bindings and (bound := with_values(query, bindings)) is not None:
            # It may not parse (BIND of that very variable): then the engine substitutes, below. And
            # should the block have come to stand in a string, it must not have opened that string.
            with suppress(SyntaxError, QueryError):
                check(bound)
                return self._store.query(bound, prefixes=PREFIXES)
        return self._store.query(
            query,
            prefixes=PREFIXES,
            substitutions={Variable(name): term for name, term in (bindings or {}).items()},
        )

    def canonical_nquads(self) -> bytes:
        """The whole graph as N-Quads, sorted by code point: equal graphs have equal bytes."""
        lines = (self._store.dump(format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
        lines.sort()
        return b"".join(lines)


Row: TypeAlias = tuple[Term | None, ...]
"""One solution: a term a variable, None where it is unbound."""


def _batches(quads: Iterable[Quad], size: int) -> Iterator[list[Quad]]:
    rest = iter(quads)
    while batch := list(islice(rest, size)):
        yield batch


def _term(value: object) -> Term | None:
    if value is None or isinstance(value, NamedNode | Literal | BlankNode):
        return value
    raise TypeError(f"kgraph's graphs hold no such term: {value}")
