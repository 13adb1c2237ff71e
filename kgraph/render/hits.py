"""Search results, as JSON and as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kgraph.render.texts import place
from kgraph.types import Hit, RecordKind


def hits_data(query: str, hits: Iterable[Hit], *, explain: bool = False) -> dict[str, Any]:
    """Search results in the published shape of ``search --format json``.

    With ``explain`` the parts also hold those of the post and the weight of the words.
    """
    return {
        "query": query,
        "results": [
            {
                "kind": hit.record.kind,
                "post": hit.record.post,
                "title": hit.record.title,
                "heading": hit.record.heading,
                "text": hit.record.text,
                "start": hit.record.start,
                "end": hit.record.end,
                "iri": hit.record.iri,
                "score": round(hit.score, 6),
                "parts": {
                    "dense": round(hit.dense, 6),
                    "lexical": round(hit.lexical, 6),
                    "graph": round(hit.graph, 6),
                    **(_page_parts(hit) if explain else {}),
                },
            }
            for hit in hits
        ],
    }


def _page_parts(hit: Hit) -> dict[str, float]:
    return {
        "page_dense": round(hit.page_dense, 6),
        "page_lexical": round(hit.page_lexical, 6),
        "page_pairs": round(hit.page_pairs, 6),
        "trust": round(hit.trust, 6),
    }


def hits_text(hits: Sequence[Hit], *, explain: bool = False) -> str:
    """Search results for people."""
    lines: list[str] = []
    for number, hit in enumerate(hits, 1):
        record = hit.record
        where = place(record.title, record.heading)
        where = where or record.iri
        parts = ""
        if explain:
            parts = f"  [score {hit.score:.3f}: dense {hit.dense:.3f}, lexical {hit.lexical:.3f}"
            if hit.record.kind is RecordKind.PASSAGE:
                parts += f"; its post: dense {hit.page_dense:.3f}, lexical {hit.page_lexical:.3f}"
                parts += f", syllables {hit.page_pairs:.3f}"
            parts += f"; words count {hit.trust:.2f}]"
        lines.append(f"{number}. {' '.join(record.text.split())}{parts}")
        lines.append(f"   — {record.kind}: {where}")
    return "\n".join(lines)
