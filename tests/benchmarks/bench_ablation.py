"""What each part of page retrieval gives: one part after the other, on one set of questions.

    python tests/benchmarks/bench_ablation.py INDEXES QUESTIONS [PAIRS] [--untitled FOLDER]

INDEXES is a built index, QUESTIONS its JSON lines of questions with gold_pages, PAIRS those of ko
and en. FOLDER is where the same passages are indexed once without their titles and headings (all
of them are encoded again, which takes minutes; kept for the next run). Prints a table and JSON.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kgraph.config import Settings
from kgraph.evaluation.retrieval import (
    METRICS,
    Outcome,
    Query,
    System,
    load,
    run_pages,
    run_pairs,
    summarise,
)
from kgraph.extract.morphology import Analyser
from kgraph.index.fusion import PAGE_MEANING, PAGE_PAIRS, PAGE_WORDS, fuse, standardised
from kgraph.index.search import Candidates, Searcher, build
from kgraph.library import Kgraph
from kgraph.types import RecordKind

Scores = NDArray[np.float32]
RRF = 60  # the constant of the paper (Cormack, Clarke, Buettcher 2009)


def reciprocal(scores: Scores) -> Scores:
    """1 / (RRF + rank) of each score; what has no words at all has no rank."""
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return np.where(scores > 0, 1 / (RRF + ranks), 0).astype(np.float32)


def with_page(found: Candidates) -> tuple[Scores, Scores]:
    """Both sides' scores, each with its page's."""
    dense = found.cosine + np.float32(PAGE_MEANING) * found.page_cosine
    lexical = found.words + np.float32(PAGE_WORDS) * found.page_words
    return dense.astype(np.float32), lexical.astype(np.float32)


def with_pairs(found: Candidates) -> Scores:
    """The words' scores, with the page's pairs of syllables."""
    return (with_page(found)[1] + np.float32(PAGE_PAIRS) * found.page_pairs).astype(np.float32)


SYSTEMS: Mapping[str, System] = {
    "dense": lambda f: f.cosine,
    "BM25": lambda f: f.words,
    "RRF": lambda f: reciprocal(f.cosine) + reciprocal(f.words),
    "z-score": lambda f: fuse(f.cosine, f.words, 1.0),
    "z-score, trust": lambda f: fuse(f.cosine, f.words, f.trust),
    "dense + page": lambda f: with_page(f)[0],
    "BM25 + page": lambda f: with_page(f)[1],
    "RRF + page": lambda f: reciprocal(with_page(f)[0]) + reciprocal(with_page(f)[1]),
    "z-score + page": lambda f: fuse(*with_page(f), 1.0),
    "the same, trust": lambda f: fuse(*with_page(f), f.trust),
    "pairs alone": lambda f: f.page_pairs,
    "BM25, page, pairs": with_pairs,
    "fused": lambda f: f.fused,  # z-score of both with pages, pairs and trust
}


def with_graph(kg: Kgraph, queries: list[Query], names: Mapping[str, str]) -> Outcome:
    """What is in use, and with the graph's scores of posts (personalised PageRank) added."""
    known = [post.id for post in kg.searcher.rows.known]
    found: dict[str, tuple[tuple[int, ...], ...]] = {}
    for share in (0.0, 0.15, 0.3, 0.6):
        ranks = []
        for query in queries:
            near = {post.post: post.score for post in kg.related(query.text, k=100).posts}

            def scored(f: Candidates, near: dict[str, float] = near, w: float = share) -> Scores:
                pages = kg.searcher.rows.posts[f.rows]
                graph = np.array([near.get(known[p], 0.0) for p in pages], dtype=np.float32)
                return f.fused + np.float32(w) * standardised(graph)

            one = run_pages(kg.searcher, [query], names, {"graph": scored})
            ranks.append(one.ranks["graph"][0])
        found["fused" if not share else f"+ graph {share}"] = tuple(ranks)
    return Outcome(tuple(queries), found)


def untitled(kg: Kgraph, folder: Path) -> Searcher:
    """The same passages, encoded and indexed by their own text alone."""
    encoder, analyser = kg.searcher.encoder, Analyser.shared()
    if not (folder / "rows.json").is_file():
        infos = kg.notes.all()
        records = [
            replace(record, embed=record.text)
            for post in infos
            for record in kg.searcher.records.of_post(post.id, RecordKind.PASSAGE)
        ]
        records.sort(key=lambda record: record.id)
        vectors = encoder.encode_passages([record.embed for record in records])
        build(folder, records, vectors, encoder.fingerprint, analyser, infos)
    return Searcher.open(folder, encoder, analyser)


def show(title: str, outcome: Outcome) -> dict[str, object]:
    """Print one table; returns it."""
    report = summarise(outcome)
    for group, found in report.items():
        print(f"\n{title}, {group}: {found['queries']} queries")
        print(" " * 18 + "".join(f"{metric:>11}" for metric in METRICS) + "   p of recall@1")
        for system, values in found["systems"].items():
            p = found["against"].get(system, {}).get("recall@1", {}).get("p", "")
            row = "".join(f"{values[metric]:11.4f}" for metric in METRICS)
            print(f"{system:18}{row}   {p}")
    return report


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("indexes", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("pairs", type=Path, nargs="?")
    parser.add_argument("--untitled", type=Path)
    given = parser.parse_args()
    kg = Kgraph(Settings(indexes=given.indexes))
    names = {name: post.id for post in kg.notes.all() for name in (post.path, post.id)}
    queries, _ = load(given.questions)
    commit = ["git", "rev-parse", "--short", "HEAD"]
    data: dict[str, object] = {
        "commit": subprocess.run(commit, capture_output=True, text=True, check=True).stdout.strip(),
        "pages": show("pages", run_pages(kg.searcher, queries, names, SYSTEMS)),
    }
    data["graph"] = show("with the graph", with_graph(kg, queries, names))
    if given.untitled:
        bare = run_pages(untitled(kg, given.untitled), queries, names, SYSTEMS)
        data["untitled"] = show("without titles and headings", bare)
    if given.pairs:
        _, pairs = load(given.pairs)
        with tempfile.TemporaryDirectory() as scratch:
            outcome = run_pairs(
                pairs, Path(scratch), kg.searcher.encoder, Analyser.shared(), SYSTEMS
            )
        data["pairs"] = show("translations", outcome)
    print(json.dumps(data, ensure_ascii=False))


if __name__ == "__main__":
    main()
