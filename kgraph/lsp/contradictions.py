"""Statements of a draft that an earlier note denies, or the other way round."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types as lsp
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

from kgraph.errors import KgraphError
from kgraph.graph.cards import find_concept, opposite
from kgraph.iri import relation_iri
from kgraph.lsp.places import LONGEST, ranges_of
from kgraph.lsp.view import View
from kgraph.text import nfc


def denied(view: View, doc: TextDocument) -> list[lsp.Diagnostic]:
    """A hint at each sentence of ``doc`` whose statement another post has with the other polarity.

    Both sentences are in it. The draft's own post is no witness.
    """
    from kgraph.pipeline import extract_only

    if len(doc.source) > LONGEST:
        return []
    text = nfc(doc.source.replace("\r\n", "\n"))
    try:
        resolution, _ = extract_only(text.encode("utf-8", "replace"), view.kg.settings)
    except KgraphError:  # nothing in it yet
        return []
    names = {concept.id: concept.names for concept in resolution.concepts}
    path = to_fs_path(doc.uri)
    own = view.kg.files.get(Path(path).resolve(), "") if path else ""
    found = []
    for statement in resolution.statements:
        other = _witness(view, statement.negated, own, (
            _known(view, names[statement.subject]),
            relation_iri(statement.relation),
            _known(view, names[statement.object]),
        ))  # fmt: skip
        if other:
            evidence = statement.evidence
            (place,) = ranges_of(doc, text, [(evidence.start, evidence.end)])
            quote = " ".join(evidence.quote.split())
            found.append(
                lsp.Diagnostic(
                    place,
                    f"다른 글과 어긋납니다 / contradicts a note: “{quote}” — {other}",
                    severity=lsp.DiagnosticSeverity.Hint,
                    source="kgraph",
                )
            )
    return found


def _known(view: View, names: tuple[str, ...]) -> str:
    return next((found[0] for name in names if (found := find_concept(view.kg.store, name))), "")


def _witness(view: View, negated: bool, own: str, triple: tuple[str, str, str]) -> str:
    if not all(triple):
        return ""
    for post, title, quote in opposite(view.kg.store, *triple, negated=negated):
        if post != own:
            return f"“{' '.join(quote.split())}” ({title})"
    return ""
