"""Ingest a folder: the whole of it against encoding its passages alone, then again unchanged.

python tests/benchmarks/bench_ingest.py [NOTES]      (default: corpus)
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from kgraph.config import Settings
from kgraph.index.encoder import load_encoder
from kgraph.index.recordstore import RecordStore
from kgraph.library import Kgraph
from kgraph.pipeline import ingest
from kgraph.types import RecordKind


def main() -> None:
    """Print seconds, ratios and the peak of memory."""
    notes = Path(sys.argv[1] if len(sys.argv) > 1 else "corpus")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(indexes=Path(folder))
        started = time.perf_counter()
        report = ingest([notes], settings)
        first = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        started = time.perf_counter()
        ingest([notes], settings)
        again = time.perf_counter() - started
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
    print({**report.counts, **{k: round(v, 1) for k, v in report.seconds.items()}})
    print(f"ingest {first:.1f} s, its passages encoded alone {alone:.1f} s: {first / alone:.2f}")
    print(f"again, unchanged {again:.1f} s: {again / first:.3f} of the first; peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
