"""Ingest a folder: the whole of it against encoding its passages alone, again unchanged, and with
one file changed.

python tests/benchmarks/bench_ingest.py [NOTES]      (default: corpus)
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from kgraph.config import Settings
from kgraph.index.encoder import load_encoder
from kgraph.index.recordstore import RecordStore
from kgraph.library import Kgraph
from kgraph.pipeline.ingest import ingest
from kgraph.pipeline.report import Report
from kgraph.types import RecordKind


def main() -> None:
    """Print seconds, ratios and the peak of memory."""
    given = Path(sys.argv[1] if len(sys.argv) > 1 else "corpus")
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes"
        shutil.copytree(given, notes)
        settings = Settings(indexes=Path(folder) / "indexes")
        report, first = timed(notes, settings)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        _, again = timed(notes, settings)
        kg = Kgraph(settings)
        store = RecordStore(kg.folder / "index")
        texts = [
            record.embed
            for post in kg.notes.all()
            for record in store.of_post(post.id, RecordKind.PASSAGE)
        ]
        started = time.perf_counter()
        load_encoder().encode_passages(texts)
        alone = time.perf_counter() - started
        changed = max(
            (path for path in notes.rglob("*") if path.suffix in (".md", ".txt")),
            default=None,
            key=lambda x: (x.stat().st_size, str(x)),
        )
        ones: list[tuple[float, float]] = []
        for number in range(3 if changed else 0):
            assert changed is not None
            with changed.open("a", encoding="utf-8") as file:
                file.write(f"\n가상 노드 {number}호는 Pod를 실행한다.\n")
            ones.append(timed(notes, settings)[1])
    print({**report.counts, **{k: round(v, 1) for k, v in report.seconds.items()}})
    print(f"ingest {first[0]:.1f} s, its passages encoded alone {alone:.1f} s:"
          f" {first[0] / alone:.2f}; peak {peak:.0f} MB")  # fmt: skip
    told(first, again, "again, unchanged")
    for one in ones:
        told(first, one, "its longest file changed")


def timed(notes: Path, settings: Settings) -> tuple[Report, tuple[float, float]]:
    """Ingest ``notes``; the report, and the seconds it took: of the clock, and of all CPUs."""
    started, cpu = time.perf_counter(), used()
    report = ingest([notes], settings)
    return report, (time.perf_counter() - started, used() - cpu)


def used() -> float:
    """The seconds of CPU that this process and its children have had."""
    both = (resource.getrusage(x) for x in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(x.ru_utime + x.ru_stime for x in both)


def told(first: tuple[float, float], other: tuple[float, float], what: str) -> None:
    """Print ``other`` as shares of ``first``."""
    shares = (b / a for a, b in zip(first, other, strict=True))
    print(f"{what}: {other[0]:.1f} s, {other[1]:.1f} s of CPU:"
          f" {' and '.join(f'{share:.3f}' for share in shares)} of the first")  # fmt: skip


if __name__ == "__main__":
    main()
