"""The index of vectors at size: clustered synthetic vectors, against an exact search.

python tests/benchmarks/bench_vectors.py [COUNT] [FOLDER]      (default: 200000, a temporary one)
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kgraph.index.vectors import Vectors

SIZE, CLUSTERS, QUERIES, K, ADDED = 384, 2000, 200, 10, 1000
CHUNK = 50_000


def synthetic(count: int, seed: int) -> NDArray[np.float32]:
    """Unit vectors (count, 384) around centres that are the same for every seed."""
    centres = np.random.Generator(np.random.PCG64(0)).standard_normal(
        (CLUSTERS, SIZE), dtype=np.float32
    )
    generator = np.random.Generator(np.random.PCG64(seed))
    rows = generator.standard_normal((count, SIZE), dtype=np.float32)
    rows *= np.float32(0.7)
    rows += centres[generator.integers(0, CLUSTERS, count)]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def memory(own: bool = True) -> float:
    """MB resident in this process, or the most it ever was."""
    if not own:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def build(folder: Path, count: int) -> None:
    """Build the index from a file of vectors, as an ingest does from its cache."""
    vectors = np.lib.format.open_memmap(folder / "all.npy", mode="r")
    started = time.perf_counter()
    Vectors.build(folder, np.arange(1, count + 1), vectors, "synthetic")
    figures = {"build_s": time.perf_counter() - started, "build_peak_mb": memory(own=False)}
    print(json.dumps(figures))


def search(folder: Path, count: int) -> None:
    """Search it from a fresh process, then add to it and search again."""
    before = memory()
    queries = synthetic(QUERIES, seed=99)
    exact = np.load(folder / "exact.npy")
    opened = Vectors.open(folder, "synthetic")
    found, seconds = [], []
    for query in np.concatenate([queries[:20], queries]):
        started = time.perf_counter()
        ids, _ = opened.search(query, K)
        seconds.append(time.perf_counter() - started)
        found.append(ids.tolist())
    shared = [len(set(f) & set(e)) for f, e in zip(found[20:], exact.tolist(), strict=True)]
    low, high = np.quantile(seconds[20:], [0.5, 0.95]) * 1000
    resident = memory()
    more = synthetic(ADDED, seed=5)
    started = time.perf_counter()
    Vectors.change(folder, np.arange(count + 1, count + ADDED + 1), more, np.array([1, 2, 3]))
    reopened = Vectors.open(folder, "synthetic")
    adding = time.perf_counter() - started
    assert reopened.search(more[0], 1)[0].tolist() == [count + 1]
    after = []
    for query in queries:
        started = time.perf_counter()
        reopened.search(query, K)
        after.append(time.perf_counter() - started)
    print(
        json.dumps(
            {
                "type": opened.manifest.type,
                "settings": opened.manifest.settings,
                "recall@10": float(np.mean(shared)) / K,
                "p50_ms": low,
                "p95_ms": high,
                "resident_mb": resident,
                "resident_before_mb": before,
                "add_1000_s": adding,
                "p50_ms_after_adding": float(np.quantile(after, 0.5)) * 1000,
                "file_mb": (folder / "vectors.faiss").stat().st_size / 2**20,
            }
        )
    )


def prepare(folder: Path, count: int) -> None:
    """Write the vectors, and the ids that an exact search finds for each query."""
    vectors = np.lib.format.open_memmap(
        folder / "all.npy", mode="w+", dtype=np.float32, shape=(count, SIZE)
    )
    queries = synthetic(QUERIES, seed=99)
    best = np.full((QUERIES, K), -2.0, dtype=np.float32)
    ids = np.zeros((QUERIES, K), dtype=np.int64)
    for start in range(0, count, CHUNK):
        chunk = synthetic(min(CHUNK, count - start), seed=1000 + start)
        vectors[start : start + len(chunk)] = chunk
        scores = np.concatenate([best, queries @ chunk.T], axis=1)
        numbers = np.concatenate(
            [
                ids,
                np.broadcast_to(
                    np.arange(start + 1, start + 1 + len(chunk)), (QUERIES, len(chunk))
                ),
            ],
            axis=1,
        )
        order = np.argpartition(-scores, K, axis=1)[:, :K]
        best = np.take_along_axis(scores, order, axis=1)
        ids = np.take_along_axis(numbers, order, axis=1)
    np.save(folder / "exact.npy", ids)


def main() -> None:
    """Each stage in a process of its own, so that memory is that stage's."""
    if len(sys.argv) > 3:
        stage = {"prepare": prepare, "build": build, "search": search}[sys.argv[3]]
        stage(Path(sys.argv[2]), int(sys.argv[1]))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as scratch:
        folder = sys.argv[2] if len(sys.argv) > 2 else scratch
        for stage_name in ("prepare", "build", "search"):
            command = [sys.executable, __file__, str(count), folder, stage_name]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
