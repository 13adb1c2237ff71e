"""The first five related concepts of short drafts, held against what a writer of each would want.

Usage: python tests/benchmarks/bench_drafts.py INDEXES [REPEATS]

INDEXES holds the Korean Kubernetes documentation; the drafts speak of its topics in other words.
``drafts/*.md`` were looked at while the ranking was made; ``drafts/heldout`` and ``drafts/blind``
were judged before they were run, and looked at since: none of the thirty is unseen now
(``bench_links.py`` asks what nothing was set by). ``drafts/fresh`` are study notes
that no ranking was made on; what was shown for them by two rankings was judged without saying by
which, among others at random. ``drafts/wanted.json`` has, by draft, the
concepts that a writer would want, each with the other labels that are as good: of those that mean
the same the first counts. A general word, a page's title and another form of what the draft says
are not wanted.

Prints JSON: for each draft the concepts, those wanted marked; and the latency of REPEATS rounds
(default 10) over all drafts, each draft changed a little in each round so that no answer comes from
a cache.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import kgraph

DRAFTS = Path(__file__).parent / "drafts"
SETS = {
    "looked_at": DRAFTS,
    "heldout": DRAFTS / "heldout",
    "blind": DRAFTS / "blind",
    "fresh": DRAFTS / "fresh",
}
FIRST, ENOUGH = 5, 4


def judged(labels: Sequence[str], wanted: Sequence[Sequence[str]]) -> list[bool]:
    """Which of ``labels`` are wanted; one that means the same as an earlier one is not."""
    told: set[int] = set()
    good = []
    for label in labels:
        group = next((i for i, same in enumerate(wanted) if label in same), None)
        good.append(group is not None and group not in told)
        if group is not None:
            told.add(group)
    return good


def main() -> None:
    """Print what is related to each draft."""
    kg = kgraph.open(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    wanted = json.loads((DRAFTS / "wanted.json").read_text("utf-8"))
    data: dict[str, object] = {}
    texts: list[str] = []
    for name, folder in SETS.items():
        drafts = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.md"))}
        texts += drafts.values()
        shown, counts = {}, []
        for draft, text in drafts.items():
            labels = [concept.label for concept in kg.related(text, k=FIRST).concepts]
            good = judged(labels, wanted[draft])
            counts.append(sum(good))
            shown[draft] = [("+ " if ok else "- ") + x for x, ok in zip(labels, good, strict=True)]
        data[name] = {
            "wanted": sum(counts),
            "of": FIRST * len(drafts),
            "drafts_with_four": sum(count >= ENOUGH for count in counts),
            "drafts": shown,
        }
    spent = []
    for number in range(rounds):
        for text in texts:
            began = time.perf_counter()
            kg.related(f"{number} {text}", k=FIRST)
            spent.append(1000 * (time.perf_counter() - began))
    if spent:
        p50, p95 = np.quantile(spent, [0.5, 0.95])
        data |= {"p50_ms": round(p50, 1), "p95_ms": round(p95, 1), "queries": len(spent)}
    print(json.dumps(data, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
