"""The first related concepts of the openings of pages, held against what the pages link to.

Usage: python tests/benchmarks/bench_links.py INDEXES DOCS

INDEXES holds the Markdown pages in DOCS (the Korean Kubernetes documentation). The opening of each
page with enough links is a draft, the page itself left out of what is looked at; what the page
links to by name, anywhere, is what its author found worth reading on about. Nobody wrote these
judgements for kgraph and nothing was set by them: they say whether what was set on a few drafts
holds for many. Most pages link to little of what is near them, so the shares are low.

Prints JSON: the drafts and the share of linked concepts among the first 5 and 10.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import kgraph
from kgraph.iri import concept_iri
from kgraph.library import Kgraph
from kgraph.text import fold
from kgraph.types import RecordKind
from kgraph.vocab.generic import load_generic

LINK = re.compile(
    r"\[([^\]\n]{2,40})\]\((?:/ko)?/docs/[^)]*\)"
    r'|glossary_tooltip[^>]*?text="([^"]+)"|link text="([^"]+)"'
)
PARTS = ("concepts", "tasks", "tutorials", "setup")  # of the documentation that read as notes do
LINKS, PASSAGES = 6, 3  # of a page at least
FULL, LONGEST = 260, 420  # characters of a draft


def main() -> None:
    """Print the shares."""
    kg, docs = kgraph.open(sys.argv[1]), Path(sys.argv[2])
    found = [
        [concept.iri in linked for concept in concepts]
        for post, draft, linked in drafts(kg, docs)
        for concepts in [kg.neighbours.related(draft, kg.searcher, kg.matcher, 10, post).concepts]
    ]
    shares = {f"of_first_{k}": sum(sum(x[:k]) for x in found) / len(found) / k for k in (5, 10)}
    print(json.dumps({"drafts": len(found)} | {k: round(v, 3) for k, v in shares.items()}))


def drafts(kg: Kgraph, docs: Path) -> Iterator[tuple[str, str, frozenset[str]]]:
    """The id of each page, its opening, and the IRIs of the concepts that it links to."""
    named: dict[str, set[str]] = {}
    for concept, names in kg.neighbours.names.items():
        for name in names:
            named.setdefault(fold(name), set()).add(concept_iri(concept))
    for post in kg.notes.all():
        file = next(
            (x for x in (docs / f"{post.id}.md", docs / post.id / "_index.md") if x.is_file()), None
        )
        if file is None or post.id.split("/")[0] not in PARTS:
            continue
        texts = (fold(next(filter(None, x))) for x in LINK.findall(file.read_text("utf-8")))
        linked = [named.get(text, set()) for text in texts if text not in load_generic()]
        one = frozenset(iri for iris in linked if len(iris) == 1 for iri in iris)
        passages = kg.searcher.records.of_post(post.id, RecordKind.PASSAGE)
        if len(one) < LINKS or len(passages) < PASSAGES:
            continue
        draft = f"# {post.title}\n\n"
        for passage in passages:
            if len(draft) > FULL:
                break
            heading = passage.heading.rsplit(" > ", 1)[-1]
            draft += (f"## {heading}\n" if heading else "") + passage.text + "\n"
        yield post.id, draft[:LONGEST], one


if __name__ == "__main__":
    main()
