"""How long a warm search takes as a library call, its question new and encoded each time.

    python tests/benchmarks/bench_search.py INDEXES QUESTIONS

INDEXES is a built index, QUESTIONS its JSON lines with gold_pages. Prints JSON: milliseconds of the
clock and of all CPUs, for `search` (10 results) and for `related` (concepts and posts near to the
same questions, each encoded again).
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from kgraph.config import Settings
from kgraph.evaluation.retrieval import load
from kgraph.library import Kgraph


def main() -> None:
    """Warm up with the first halves of the questions, then measure with the whole."""
    kg = Kgraph(Settings(indexes=Path(sys.argv[1])))
    texts = [query.text for query in load(Path(sys.argv[2]))[0]]
    data: dict[str, object] = {"questions": len(texts), "records": len(kg.searcher.rows)}
    for name, call in (("search", kg.search), ("related", kg.related)):
        for text in texts:
            call(text[: len(text) // 2])
        spent = []
        for text in texts:
            kg.searcher.query_vector.cache_clear()
            started, computed = time.perf_counter(), time.process_time()
            call(text)
            spent.append((time.perf_counter() - started, time.process_time() - computed))
        low, high = np.percentile(np.array(spent) * 1000, (50, 95), axis=0).round(2).tolist()
        data[name] = {"p50_ms": low[0], "p95_ms": high[0], "cpu_p50_ms": low[1]}
    print(json.dumps(data))


if __name__ == "__main__":
    main()
