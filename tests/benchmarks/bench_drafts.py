"""The first five related concepts of ten short drafts, to be read and judged by a person.

Usage: python tests/benchmarks/bench_drafts.py INDEXES [REPEATS]

INDEXES holds the Korean Kubernetes documentation; the drafts (``drafts/*.md``) were written for it
and speak of its topics in other words. Prints JSON: the concepts of each draft, and the latency of
REPEATS rounds (default 10) over all drafts, each draft changed a little in each round so that no
answer comes from a cache. ``results/related.json`` keeps what a person wanted of them.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

import kgraph


def main() -> None:
    """Print what is related to each draft."""
    kg = kgraph.open(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    drafts = {
        path.stem: path.read_text("utf-8")
        for path in sorted((Path(__file__).parent / "drafts").glob("*.md"))
    }
    found = {
        name: [concept.label for concept in kg.related(text, k=5).concepts]
        for name, text in drafts.items()
    }
    spent = []
    for number in range(rounds):
        for text in drafts.values():
            began = time.perf_counter()
            kg.related(f"{number} {text}", k=5)
            spent.append(1000 * (time.perf_counter() - began))
    p50, p95 = np.quantile(spent, [0.5, 0.95])
    data = {"p50_ms": round(p50, 1), "p95_ms": round(p95, 1), "queries": len(spent), "first": found}
    print(json.dumps(data, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
