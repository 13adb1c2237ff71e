"""txtai beside kgraph in one run: the same texts, the same vectors, each with its hybrid search.

    python tests/benchmarks/peer_txtai.py INDEXES QUESTIONS

INDEXES is a built index of kgraph's; its passages and their vectors are given to both, so that no
time is spent on encoding them. QUESTIONS are JSON lines with gold_pages. txtai (pip install txtai)
runs its hybrid of Faiss and BM25 twice: with its own words, which are what stands between spaces,
and with the words that kgraph's analyser finds. Its vectors come from a function that looks them
up, and encodes a question as kgraph does. Each writes its index to disk. Searches alternate, so
that other work on the machine hits all alike. Prints JSON: times, their ratios (above 1: kgraph is
faster) and recall.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kgraph.config import Settings
from kgraph.evaluation.retrieval import CUTS, load
from kgraph.extract.morphology import Analyser
from kgraph.index.recordstore import RecordStore
from kgraph.index.search import Searcher, build_beside
from kgraph.library import Kgraph
from kgraph.types import Record, RecordKind

LIMIT = 50  # passages that each search returns


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
    ids, made = kg.searcher.vectors.built()
    vectors = made[np.searchsorted(ids, [record.id for record in records])]
    known = {record.embed: row for record, row in zip(records, vectors, strict=True)}
    seconds: dict[str, float] = {}
    started = time.perf_counter()
    words = {record.embed: analyser.morphemes(record.embed) for record in records}
    seconds["analysis"] = time.perf_counter() - started

    def transform(texts: list[str]) -> NDArray[np.float32]:
        return np.stack([known[t] if t in known else encoder.encode_queries([t])[0] for t in texts])

    def tokens(text: str) -> list[str]:
        return words[text] if text in words else analyser.morphemes(text)

    class Analysed(Embeddings):  # type: ignore[misc]
        """With the words that kgraph's analyser finds."""

        def createscoring(self) -> Any:
            """Its BM25, with another tokenizer."""
            scoring = super().createscoring()
            scoring.tokenizer = tokens
            return scoring

    def txtai(kind: type[Any], at: Path) -> Any:
        # Its own tokenizer keeps ASCII letters only; this is the setting it has for other scripts.
        bm25 = {"method": "bm25", "terms": True, "tokenizer": {"alphanum": False}}
        made = kind(
            method="external", transform=transform, hybrid=True, content=False, scoring=bm25
        )
        made.index((i, record.embed, None) for i, record in enumerate(records))
        made.save(str(at))  # as kgraph's is on disk
        return made

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "kgraph"
        started = time.perf_counter()
        RecordStore.build(folder, records)
        said = (words[text] for text in RecordStore(folder).embeds())
        build_beside(folder, vectors, encoder.fingerprint, said, infos)
        seconds["kgraph"] = time.perf_counter() - started
        ours = Searcher.open(folder, encoder, analyser)
        started = time.perf_counter()
        plain = txtai(Embeddings, Path(scratch) / "plain")
        seconds["txtai"] = time.perf_counter() - started
        started = time.perf_counter()
        analysed = txtai(Analysed, Path(scratch) / "analysed")
        seconds["txtai, kgraph's words"] = time.perf_counter() - started

        def kgraph(text: str) -> list[str]:
            ours.query_vector.cache_clear()
            return [hit.record.post for hit in ours.search(text, LIMIT)]

        def peer(engine: Any) -> Callable[[str], list[str]]:
            return lambda text: [records[int(row[0])].post for row in engine.search(text, LIMIT)]

        searches = {
            "kgraph": kgraph,
            "txtai": peer(plain),
            "txtai, kgraph's words": peer(analysed),
        }
        found: dict[str, list[list[str]]] = {name: [] for name in searches}
        spent: dict[str, list[float]] = {name: [] for name in searches}
        for query in queries:
            for name, search in searches.items():
                search(query.text[: len(query.text) // 2])  # warm
                started = time.perf_counter()
                found[name].append(search(query.text))
                spent[name].append(time.perf_counter() - started)
    median = {name: statistics.median(times) for name, times in spent.items()}
    data = {
        "commit": subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip(),
        "txtai": version("txtai"),
        "passages": len(records),
        "analysis_s": round(seconds["analysis"], 2),
        "systems": {
            name: {
                "build_s": round(seconds[name], 2),
                "search_p50_ms": round(1000 * median[name], 2),
                **recalls(found[name], gold),
            }
            for name in searches
        },
        "ratio": {
            name: {
                "build": round(seconds[name] / seconds["kgraph"], 3),
                "build, kgraph analysing too": round(
                    seconds[name] / (seconds["kgraph"] + seconds["analysis"]), 3
                ),
                "search": round(median[name] / median["kgraph"], 3),
            }
            for name in searches
            if name != "kgraph"
        },
    }
    print(json.dumps(data, indent=2))


if __name__ == "__main__":
    main()
