"""The first five related concepts of ten short drafts, to be read and judged by a person.

Usage: python tests/benchmarks/bench_drafts.py INDEXES

INDEXES holds the Korean Kubernetes documentation; the drafts (``drafts/*.md``) were written for it
and speak of its topics in other words. Prints the concepts, the first posts and the latency.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import kgraph


def main() -> None:
    """Print what is related to each draft."""
    kg = kgraph.open(sys.argv[1])
    drafts = sorted((Path(__file__).parent / "drafts").glob("*.md"))
    kg.related(drafts[0].read_text("utf-8"))  # loads what is needed
    for path in drafts:
        text = path.read_text("utf-8")
        began = time.perf_counter()
        found = kg.related(text, k=5)
        took = 1000 * (time.perf_counter() - began)
        print(f"{path.stem} ({took:.0f} ms)")
        print("   ", " | ".join(concept.label for concept in found.concepts))
        print("    posts:", " | ".join(post.title for post in found.posts[:3]))


if __name__ == "__main__":
    main()
