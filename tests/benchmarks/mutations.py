"""Every reader on mutated bytes: python tests/benchmarks/mutations.py [MUTATIONS, default 20000].

Prints for each reader how many mutations gave posts, how many our own error, and the seconds; any
other exception ends the run.
"""

from __future__ import annotations

import importlib.util
import random
import sys
import time
from pathlib import Path

from kgraph.errors import KgraphError
from kgraph.read import read_bytes

_PATH = Path(__file__).parents[1] / "read" / "test_read_blogs.py"


def main(count: int) -> None:
    """Run ``count`` mutations through each reader."""
    spec = importlib.util.spec_from_file_location("fixtures", _PATH)
    assert spec is not None
    assert spec.loader is not None
    fixtures = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fixtures)
    for form, (name, text) in sorted(fixtures.FIXTURES.items()):
        chance = random.Random(form)
        refused = 0
        started = time.perf_counter()
        for _ in range(count):
            try:
                posts = read_bytes(fixtures.mutated(text, chance), name, form)
            except KgraphError:
                refused += 1
                continue
            for post in posts:
                fixtures.shown(post)
        took = time.perf_counter() - started
        print(f"{form:15} {count - refused:6} read {refused:6} refused {took:6.1f} s", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
