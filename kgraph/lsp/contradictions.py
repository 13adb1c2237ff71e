"""Statements of a draft that an earlier note denies, or the other way round."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pygls.uris import to_fs_path

from kgraph.draft import normalised
from kgraph.errors import KgraphError
from kgraph.graph.cards import find_concept, opposite
from kgraph.iri import relation_iri
from kgraph.lsp.places import LONGEST
from kgraph.lsp.view import View


@dataclass(frozen=True, slots=True)
class Denial:
    """A sentence of a draft, as it stands there, and what is said against it."""

    text: str
    message: str


def denied(view: View, uri: str, source: str) -> list[Denial]:
    """Each sentence of a draft whose statement another post has with the other polarity.

    Both sentences are in the message. The draft's own post is no witness.
    """
    from kgraph.pipeline.ingest import extract_only

    if len(source) > LONGEST:
        return []
    text, places = normalised(source)
    try:
        resolution, _ = extract_only(text.encode("utf-8", "replace"), view.kg.settings)
    except KgraphError:  # nothing in it yet
        return []
    names = {concept.id: concept.names for concept in resolution.concepts}
    path = to_fs_path(uri)
    own = view.kg.files.get(Path(path).resolve(), "") if path else ""
    found: dict[Denial, None] = {}
    for statement in resolution.statements:
        other = _witness(view, statement.negated, own, (
            _known(view, names[statement.subject]),
            relation_iri(statement.relation),
            _known(view, names[statement.object]),
        ))  # fmt: skip
        if other:
            evidence = statement.evidence
            quote = " ".join(evidence.quote.split())
            message = f"다른 글과 어긋납니다 / contradicts a note: “{quote}” — {other}"
            found[Denial(source[places[evidence.start] : places[evidence.end]], message)] = None
    return list(found)


def _known(view: View, names: tuple[str, ...]) -> str:
    return next((found[0] for name in names if (found := find_concept(view.kg.store, name))), "")


def _witness(view: View, negated: bool, own: str, triple: tuple[str, str, str]) -> str:
    if not all(triple):
        return ""
    for post, title, quote in opposite(view.kg.store, *triple, negated=negated):
        if post != own:
            return f"“{' '.join(quote.split())}” ({title})"
    return ""
