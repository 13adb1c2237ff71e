"""What the embedded encoder loses and how fast it is.

    python tests/benchmarks/bench_encoder.py PARALLEL [--whole FOLDER] [--rows N]

PARALLEL has one JSON object a line with the same passage as ``ko`` and ``en``. FOLDER holds the
unpruned models that ``python tools/build_model.py ... --whole --out FOLDER`` writes; without it
nothing is compared with them. Exits with 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kgraph.index.encoder import MANIFEST, MODELS, OnnxEncoder

Vectors = NDArray[np.float32]
LANGUAGES = ("ko", "en")
LEAST_COSINE = 0.98
MOST_RECALL_LOST = 0.01
SPEED_TOKENS = 70
REPEATS = 5


def main() -> None:
    """Measure and print; see the module's text."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parallel", type=Path)
    parser.add_argument("--whole", type=Path, help="folder of the unpruned models")
    parser.add_argument("--rows", type=int, default=None, help="use only the first N passages")
    arguments = parser.parse_args()
    lines = arguments.parallel.read_text("utf-8").splitlines()[: arguments.rows]
    rows = [json.loads(line) for line in lines]
    encoder = speed(rows)
    vectors = encode_all(encoder, rows)
    recall = report_recall("pruned int8", vectors)
    if arguments.whole:
        sys.exit(compare(arguments.whole, encoder, rows, vectors, recall))


def speed(rows: list[dict[str, Any]]) -> OnnxEncoder:
    """Load time, time of a question, passages a second; the best of some repeats."""
    encoder = OnnxEncoder()
    text = next(
        row["ko"]
        for row in rows
        if abs(len(encoder.tokens("passage: " + row["ko"])) - SPEED_TOKENS) <= 3
    )
    print(f"CPUs: {os.cpu_count()}, load before: {os.getloadavg()[0]:.1f}")
    print(f"load, tokenizer and session: {best(OnnxEncoder):.3f} s")
    question = "파드는 어디에서 실행되나?"
    print(f"one question: {1000 * best(lambda: encoder.encode_queries([question])):.1f} ms")
    for threads in sorted({1, os.cpu_count() or 1}):
        some = OnnxEncoder(threads=threads)
        seconds = best(lambda some=some: some.encode_passages([text] * 100))  # type: ignore[misc]
        print(f"passages of {SPEED_TOKENS} tokens, {threads} threads: {100 / seconds:.0f} a second")
    return encoder


def best(run: Callable[[], object]) -> float:
    """Seconds of the fastest of a few runs."""
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def encode_all(encoder: OnnxEncoder, rows: list[dict[str, Any]]) -> dict[str, Vectors]:
    """Every side as queries and as passages."""
    made = {}
    for language in LANGUAGES:
        texts = [row[language] for row in rows]
        made[f"{language} query"] = encoder.encode_queries(texts)
        made[f"{language} passage"] = encoder.encode_passages(texts)
    return made


def report_recall(name: str, vectors: dict[str, Vectors]) -> dict[str, float]:
    """Recall@1 of each side against the whole other side."""
    found = {}
    for asked, pool in (("ko", "en"), ("en", "ko")):
        nearest = (vectors[f"{asked} query"] @ vectors[f"{pool} passage"].T).argmax(axis=1)
        found[f"{asked}->{pool}"] = float((nearest == np.arange(len(nearest))).mean())
    print(f"recall@1, {name}: " + ", ".join(f"{way} {found[way]:.4f}" for way in found))
    return found


def compare(
    folder: Path,
    encoder: OnnxEncoder,
    rows: list[dict[str, Any]],
    vectors: dict[str, Vectors],
    recall: dict[str, float],
) -> int:
    """Against the unpruned models: cosines, recall, tokens. Returns the number of bars missed."""
    missed = 0
    for name in ("whole-int8", "whole-float32"):
        whole = load_whole(folder, name)
        if name == "whole-int8":
            report_tokens(encoder, whole, rows)
        others = encode_all(whole, rows)
        for side, made in others.items():
            cosines = (made * vectors[side]).sum(axis=1)
            print(f"cosine with {name}, {side}: mean {cosines.mean():.4f}, min {cosines.min():.4f}")
            missed += bool(cosines.mean() < LEAST_COSINE)
        theirs = report_recall(name, others)
        if name == "whole-int8":
            missed += sum(theirs[way] - recall[way] > MOST_RECALL_LOST for way in recall)
    print(f"bars missed: {missed}")
    return min(missed, 1)


def load_whole(folder: Path, name: str) -> OnnxEncoder:
    """An unpruned model behind the same encoder."""
    manifest = json.loads((MODELS / MANIFEST).read_text("utf-8"))
    manifest |= {
        "fingerprint": name,
        "model": f"{name}.onnx",
        "tokenizer": "whole.tokenizer.json",
    }
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    return OnnxEncoder(folder)


def report_tokens(ours: OnnxEncoder, whole: OnnxEncoder, rows: list[dict[str, Any]]) -> None:
    """How many texts both tokenizers split alike."""
    for language in LANGUAGES:
        alike = sum(ours.tokens(row[language]) == whole.tokens(row[language]) for row in rows)
        print(f"same tokens, {language}: {alike} of {len(rows)} texts")


if __name__ == "__main__":
    main()
