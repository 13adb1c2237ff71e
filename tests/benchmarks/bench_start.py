"""Cold start: ``kgraph ask`` and ``kgraph --help`` against importing sentence-transformers.

    python tests/benchmarks/bench_start.py [RUNS]

Ingests the shipped notes into a temporary folder, then times whole processes in turns and prints
medians and the ratio.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
KGRAPH = [sys.executable, "-c", "from kgraph.cli import main; main()"]


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    """Print the medians."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        opened = [*KGRAPH, "--indexes", folder]
        subprocess.run([*opened, "-q", "ingest", str(ROOT / "corpus")], check=True)
        commands = {
            "kgraph ask": [*opened, "ask", "kube-apiserver는 무엇을 통제하나?"],
            "kgraph sparql": [*opened, "sparql", "what-creates"],
            "kgraph --help": [*KGRAPH, "--help"],
            "import sentence_transformers": [sys.executable, "-c", "import sentence_transformers"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                times[name].append(_seconds(command))
    base = statistics.median(times["import sentence_transformers"])
    for name, taken in times.items():
        middle = statistics.median(taken)
        print(f"{name:30} {middle:6.2f} s  ratio {middle / base:.2f}  (n={runs})")


if __name__ == "__main__":
    main()
