"""The named queries against rdflib on one graph; a graph of ten million triples.

python tests/benchmarks/bench_sparql.py named INDEX            (the folder of an index)
python tests/benchmarks/bench_sparql.py large [COUNT [FOLDER]] (default: 10000000, a temporary one)

Starting Python and opening the graph count nowhere; writing out a result does not either.
"""

from __future__ import annotations

import json
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad
from rdflib.util import from_n3

import kgraph
from kgraph.graph import named
from kgraph.graph.namespaces import PREFIXES, SKOS
from kgraph.graph.query import run
from kgraph.graph.rdf import to_dataset
from kgraph.graph.store import GraphStore

VALUES = {
    "controls": {"controlled": "Pod"},
    "evidence": {"subject": "Pod"},
    "mentioned-in": {"concept": "kube-apiserver"},
    "negated": {"subject": "Pod"},
    "posts": {"since": "2000-01-01"},
    "related-pairs": {"first": "Pod"},
    "said-of": {"concept": "Pod"},
    "what-creates": {"created": "Pod"},
}
"""What the parameters of the named queries are bound to; queries without any run as they are."""

OWN_RUNS = 5
MOST_S = 40
"""Seconds after which rdflib is stopped; how many times faster is then said as a lower bound."""
PREDICATES, DEGREE = 20, 9
"""Of the large graph: kinds of edges, and edges of each node; each has a label, too."""


def timed(call: Callable[[], int], runs: int) -> tuple[float, int]:
    """The median seconds of ``runs`` calls, and what they all returned."""
    seconds, found = [], set()
    for _ in range(runs):
        started = time.perf_counter()
        found.add(call())
        seconds.append(time.perf_counter() - started)
    (result,) = found
    return float(np.median(seconds)), result


def within(call: Callable[[], int], seconds: int) -> Callable[[], int]:
    """``call``, which raises a TimeoutError where it takes longer."""

    def stop(_signal: int, _frame: object) -> None:
        raise TimeoutError

    def limited() -> int:
        signal.signal(signal.SIGALRM, stop)
        signal.alarm(seconds)
        try:
            return call()
        finally:
            signal.alarm(0)

    return limited


def bench_named(index: Path) -> dict[str, object]:
    """Each named query here and in rdflib's memory, with as many rows in both."""
    store = kgraph.open(index).store
    graph = to_dataset(store.quads(None, None, None, DefaultGraph())).default_graph
    rows = {}
    for name in named.names():
        query = named.load(name)
        terms = named.bind(store, query, VALUES.get(name, {}))
        if query.params and not terms:
            raise SystemExit(f"{name} has parameters: give them values")
        bindings = {key: from_n3(str(term)) for key, term in terms.items()}

        def here() -> int:
            return len(run(store, query.text, bindings=terms).rows)  # noqa: B023

        def there() -> int:
            found = graph.query(query.text, initNs=PREFIXES, initBindings=bindings)  # noqa: B023
            return sum(1 for _ in found)

        own, count = timed(here, OWN_RUNS)
        try:
            other, others = timed(within(there, MOST_S), 1)
            stopped = False
        except TimeoutError:
            other, others, stopped = MOST_S, count, True
        assert count == others, (name, count, others)
        rows[name] = {"rows": count, "ms": own * 1e3, "rdflib_ms": other * 1e3}
        rows[name] |= {"times": other / own, "rdflib_stopped": stopped}
        print(name, json.dumps(rows[name]), file=sys.stderr, flush=True)
    times = [float(row["times"]) for row in rows.values()]
    return {
        "triples": len(graph),
        "queries": rows,
        "geometric_mean_times": float(np.exp(np.mean(np.log(times)))),
        "least_times": min(times),
    }


def edges(count: int) -> Iterator[Quad]:
    """``count`` triples: each node has a label and edges to random nodes, always the same."""
    generator = np.random.Generator(np.random.PCG64(0))
    label = NamedNode(SKOS + "prefLabel")
    predicates = [NamedNode(f"{PREFIXES['r']}p{i}") for i in range(PREDICATES)]
    nodes = count // (DEGREE + 1)
    for start in range(0, nodes, 10_000):
        size = min(10_000, nodes - start)
        ends = generator.integers(0, nodes, (size, DEGREE)).tolist()
        kinds = generator.integers(0, PREDICATES, (size, DEGREE)).tolist()
        for i in range(size):
            subject = node(start + i)
            yield Quad(subject, label, Literal(f"마디 {start + i}", language="ko"))
            for end, kind in zip(ends[i], kinds[i], strict=True):
                yield Quad(subject, predicates[kind], node(end))


def node(number: int) -> NamedNode:
    """A node of the large graph."""
    return NamedNode(f"{PREFIXES['c']}n{number}")


def bench_large(count: int, folder: Path) -> dict[str, object]:
    """Building a large graph, one hop from a node and joins of two hops."""
    started = time.perf_counter()
    if not (folder / "graph").exists():
        GraphStore.build(folder / "graph", edges(count))
    build = time.perf_counter() - started
    store = GraphStore.open(folder / "graph")
    draw = random.Random(1)
    nodes = count // (DEGREE + 1)

    def quantiles(query: str, bound: bool) -> dict[str, float]:
        seconds = []
        for _ in range(200 if bound else 20):
            bindings = {"a": node(draw.randrange(nodes))} if bound else {}
            text = query.replace("PREDICATE", f"r:p{draw.randrange(PREDICATES)}")
            seconds.append(timed(lambda: len(run(store, text, bindings=bindings).rows), 1)[0])  # noqa: B023
        low, high = np.quantile(seconds, [0.5, 0.95]) * 1000
        return {"p50_ms": float(low), "p95_ms": float(high), "max_ms": max(seconds) * 1000}

    return {
        "triples": len(store),
        "build_s": build,
        "build_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "disk_mb": sum(x.stat().st_size for x in (folder / "graph").iterdir()) / 2**20,
        "one_hop": quantiles("SELECT ?p ?b { ?a ?p ?b }", bound=True),
        "two_hops_from_a_node": quantiles(
            "SELECT ?c { ?a ?p ?b . ?b ?q ?c } LIMIT 100", bound=True
        ),
        "two_hops_anywhere": quantiles(
            "SELECT ?a ?l { ?a PREDICATE ?b . ?b r:p0 ?c . ?c skos:prefLabel ?l } LIMIT 100",
            bound=False,
        ),
    }


def main() -> None:
    """Print the figures of one of the two as JSON."""
    mode, *rest = sys.argv[1:] or ["large"]
    if mode == "named":
        print(json.dumps(bench_named(Path(rest[0])), indent=2))
        return
    count = int(rest[0]) if rest else 10_000_000
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(bench_large(count, Path(rest[1] if rest[1:] else scratch)), indent=2))


if __name__ == "__main__":
    main()
