"""The first five related concepts of short drafts, held against what a writer of each would want.

Usage: python tests/benchmarks/bench_drafts.py INDEXES [REPEATS]

INDEXES holds the Korean Kubernetes documentation; the drafts speak of its topics in other words.

``drafts/*.md``, ``drafts/heldout`` and ``drafts/blind``: ``drafts/wanted.json`` has, by draft, the
concepts that a strict reader would want, each with the other labels that are as good: of those
that mean the same the first counts. A general word, a page's title and a kind or another form of
what the draft says are not wanted. All thirty were looked at while the ranking was made.

``drafts/study``, ``drafts/fresh``, ``drafts/dense`` (which name much) and ``drafts/unseen``: study
notes, written without a look at the documentation or the ranking. What some rankings gave for each
was graded twice by a language model, others at random among it, neither grading knowing of the
other nor which ranking gave what: 2 wanted, 1 fits, 0 not wanted (``drafts/graded.json``). Wanted
is what fits in both or is wanted in one; a label that was not graded is not. What is left out as
said already was set by the first three; ``unseen`` was written and graded after that, and nothing
was set by it.

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
    "study": DRAFTS / "study",
    "fresh": DRAFTS / "fresh",
    "dense": DRAFTS / "dense",
    "unseen": DRAFTS / "unseen",
}
FIRST, ENOUGH = 5, 4
FIT = 2  # of both grades together


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
    graded = json.loads((DRAFTS / "graded.json").read_text("utf-8"))
    data: dict[str, object] = {}
    texts: list[str] = []
    for name, folder in SETS.items():
        drafts = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.md"))}
        texts += drafts.values()
        shown, counts, unjudged = {}, [], 0
        for draft, text in drafts.items():
            labels = [concept.label for concept in kg.related(text, k=FIRST).concepts]
            if draft in graded.get(name, ()):
                grades = graded[name][draft]
                good = [sum(grades.get(label, ())) >= FIT for label in labels]
                unjudged += sum(label not in grades for label in labels)
            else:
                good = judged(labels, wanted[draft])
            counts.append(sum(good))
            shown[draft] = [("+ " if ok else "- ") + x for x, ok in zip(labels, good, strict=True)]
        data[name] = {
            "wanted": sum(counts),
            "of": FIRST * len(drafts),
            "drafts_with_four": sum(count >= ENOUGH for count in counts),
            "unjudged": unjudged,
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
