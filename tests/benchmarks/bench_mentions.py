"""Recall of concepts that authors marked in their pages; and the most connected concepts.

A marked mention counts when a concept of that page has it as a label, or the term's English name.

    python tests/benchmarks/bench_mentions.py NOTES MENTIONS.jsonl [HUBS]

MENTIONS has a line for each page: ``{"path", "mentions": [{"surface", "term"}]}``. What is missed
is printed, and the HUBS (default 100) concepts with the most neighbours, to be judged by eye.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from kgraph.config import Settings
from kgraph.pipeline.inputs import Input
from kgraph.pipeline.prepare import prepare_many
from kgraph.pipeline.resolving import resolve_all
from kgraph.read import Skipped, discover
from kgraph.storage.cache import EXTRACTIONS, unpack
from kgraph.text import fold
from kgraph.types import Extraction, Resolution


def main() -> None:
    """Print recall, what was missed and the hubs."""
    notes, marked = Path(sys.argv[1]), Path(sys.argv[2])
    hubs = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    extractions, pages = _extract(notes)
    resolution = resolve_all(extractions, Settings())
    print(f"{len(pages)} pages, {len(resolution.concepts)} concepts")
    found, missed = _recall(resolution, pages, marked)
    total = found + missed.total()
    print(f"marked mentions {total}, found {found}: recall {found / total:.3f}")
    for (surface, term), count in missed.most_common(60):
        print(f"  missed {count} x {surface} ({term})")
    for line in _hubs(resolution, hubs):
        print(line)


def _extract(notes: Path) -> tuple[list[Extraction], dict[str, list[str]]]:
    """What the pages say, and the ids of the posts of each page by its path."""
    files = [Input("", f) for f in discover([notes]) if not isinstance(f, Skipped)]
    extractions: list[Extraction] = []
    pages: dict[str, list[str]] = {}
    for file, (blob, reason) in prepare_many(files, Settings()):
        if not reason:
            found = unpack(blob, EXTRACTIONS)
            extractions += found
            pages[file.file.name] = [extraction.post for extraction in found]
    return extractions, pages


def _recall(
    resolution: Resolution, pages: dict[str, list[str]], marked: Path
) -> tuple[int, Counter[tuple[str, str]]]:
    names = {c.id: {fold(name) for name in c.names} for c in resolution.concepts}
    of_post: dict[str, set[str]] = defaultdict(set)
    for occurrence in resolution.occurrences:
        of_post[occurrence.post] |= names[occurrence.concept]
    for statement in resolution.statements:
        of_post[statement.evidence.post] |= names[statement.subject] | names[statement.object]
    found, missed = 0, Counter[tuple[str, str]]()
    for line in marked.read_text("utf-8").splitlines():
        page = json.loads(line)
        known = {name for post in pages.get(page["path"], ()) for name in of_post[post]}
        for mention in page["mentions"]:
            if {fold(mention["surface"]), fold(mention["term"])} & known:
                found += 1
            else:
                missed[mention["surface"], mention["term"]] += 1
    return found, missed


def _hubs(resolution: Resolution, count: int) -> list[str]:
    near: dict[str, set[str]] = defaultdict(set)
    for statement in resolution.statements:
        near[statement.subject].add(statement.object)
        near[statement.object].add(statement.subject)
    concepts = {c.id: c for c in resolution.concepts}
    ranked = sorted(near, key=lambda x: (-len(near[x]), x))[:count]
    return [
        f"{rank:4} {len(near[x]):4}  {concepts[x].label()}  [{concepts[x].kind}] "
        f"{' / '.join(concepts[x].names[:6])}"
        for rank, x in enumerate(ranked, 1)
    ]


if __name__ == "__main__":
    main()
