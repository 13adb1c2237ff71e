"""txtai beside kgraph in one run: the same texts, the same vectors, each with its hybrid search.

    python tests/benchmarks/peer_txtai.py INDEXES QUESTIONS

INDEXES is a built index of kgraph's; its passages and their vectors are given to both, so that no
time is spent on encoding them. QUESTIONS are JSON lines with gold_pages. txtai (pip install txtai)
runs its hybrid of Faiss and BM25 with its defaults; its vectors come from a function that looks
them up, and encodes a question as kgraph does. Prints times as ratios, kgraph = 1, and recall.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kgraph.config import Settings
from kgraph.evaluation.retrieval import CUTS, load
from kgraph.extract.morphology import Analyser
from kgraph.index.search import Searcher, build
from kgraph.library import Kgraph
from kgraph.types import Record, RecordKind


def recalls(found: list[list[str]], gold: list[frozenset[str]]) -> dict[str, float]:
    """Share of gold pages among the first k distinct pages, averaged over the questions."""
    pages = [list(dict.fromkeys(one)) for one in found]
    return {
        f"recall@{k}": round(
            statistics.mean(len(set(p[:k]) & g) / len(g) for p, g in zip(pages, gold, strict=True)),
            4,
        )
        for k in CUTS
    }


def main() -> None:
    """Run both."""
    try:
        from txtai import Embeddings
    except ImportError:
        sys.exit("txtai is not installed: pip install txtai")
    kg = Kgraph(Settings(indexes=Path(sys.argv[1])))
    queries, _ = load(Path(sys.argv[2]))
    names = {name: post.id for post in kg.notes.all() for name in (post.path, post.id)}
    gold = [frozenset(names[page] for page in query.gold) for query in queries]
    encoder, analyser = kg.searcher.encoder, Analyser.shared()
    infos = kg.notes.all()
    records: list[Record] = sorted(
        (
            record
            for post in infos
            for record in kg.searcher.records.of_post(post.id, RecordKind.PASSAGE)
        ),
        key=lambda record: record.id,
    )
    vectors = encoder.encode_passages([record.embed for record in records])
    known = {record.embed: row for record, row in zip(records, vectors, strict=True)}

    with tempfile.TemporaryDirectory() as scratch:
        started = time.perf_counter()
        folder = Path(scratch) / "kgraph"
        build(folder, records, vectors, encoder.fingerprint, analyser, infos)
        ours_built = time.perf_counter() - started
        ours = Searcher.open(folder, encoder, analyser)
        ours.search("warm", 10)
        found, spent = [], []
        for query in queries:
            ours.query_vector.cache_clear()
            started = time.perf_counter()
            hits = ours.search(query.text, 50)
            spent.append(time.perf_counter() - started)
            found.append([hit.record.post for hit in hits])
        ours_recall, ours_time = recalls(found, gold), statistics.median(spent)

    def transform(texts: list[str]) -> NDArray[np.float32]:
        return np.stack([known[t] if t in known else encoder.encode_queries([t])[0] for t in texts])

    # Its own tokenizer keeps ASCII letters only; this is the setting it has for other scripts.
    words = {"method": "bm25", "terms": True, "tokenizer": {"alphanum": False}}
    theirs = Embeddings(
        method="external", transform=transform, hybrid=True, content=False, scoring=words
    )
    started = time.perf_counter()
    theirs.index((i, record.embed, None) for i, record in enumerate(records))
    theirs_built = time.perf_counter() - started
    theirs.search("warm", 10)
    found, spent = [], []
    for query in queries:
        started = time.perf_counter()
        rows = theirs.search(query.text, 50)
        spent.append(time.perf_counter() - started)
        found.append([records[int(row[0])].post for row in rows])
    theirs_recall, theirs_time = recalls(found, gold), statistics.median(spent)
    data = {
        "passages": len(records),
        "kgraph": {"build_s": ours_built, "search_p50_ms": 1000 * ours_time, **ours_recall},
        "txtai": {"build_s": theirs_built, "search_p50_ms": 1000 * theirs_time, **theirs_recall},
        "ratio": {"build": theirs_built / ours_built, "search": theirs_time / ours_time},
    }
    print(json.dumps(data, indent=2))


if __name__ == "__main__":
    main()
