"""Statements and concept cards, as JSON and as text for people."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from kgraph.graph.cards import Card
from kgraph.iri import concept_iri
from kgraph.text import unmarked
from kgraph.types import Concept, Resolution, Statement


def statement_data(statement: Statement, concepts: dict[str, Concept]) -> dict[str, Any]:
    """A statement in the published shape of ``extract --format jsonl``."""

    def argument(concept_id: str) -> dict[str, Any]:
        concept = concepts[concept_id]
        label, *aliases = concept.names
        return {"label": label, "aliases": aliases, "iri": concept_iri(concept.id)}

    evidence = statement.evidence
    return {
        "post": evidence.post,
        "subject": argument(statement.subject),
        "relation": statement.relation,
        "object": argument(statement.object),
        "negated": statement.negated,
        "condition": statement.condition or None,
        "evidence": {
            "quote": evidence.quote,
            "start": evidence.start,
            "end": evidence.end,
            "rule": evidence.rule,
        },
    }


def statements_text(resolution: Resolution) -> str:
    """Statements for people: one a line, the quote below."""
    concepts = {concept.id: concept for concept in resolution.concepts}
    lines: list[str] = []
    for statement in resolution.statements:
        subject, object_ = concepts[statement.subject], concepts[statement.object]
        relation = ("not " if statement.negated else "") + unquote(statement.relation)
        condition = f"  [if: {statement.condition}]" if statement.condition else ""
        lines.append(f"{subject.label()} —{relation}→ {object_.label()}{condition}")
        quote = unmarked(statement.evidence.quote)
        lines.append(f"    “{quote}” — {statement.evidence.post} ({statement.evidence.rule})")
    return "\n".join(lines)


def card_text(card: Card) -> str:
    """A concept's card for people."""
    names = [label.text for label in (*card.preferred, *card.alternative)]
    lines = [f"{' / '.join(dict.fromkeys(names))}  [{card.kind}]", f"  {card.iri}"]
    for definition in card.definitions:
        lines.append(f"  “{' '.join(definition.text.split())}” — {definition.citation.title}")
    for relation in card.relations:
        sign = "not " if relation.negated else ""
        condition = f"  [if: {relation.condition}]" if relation.condition else ""
        lines.append(f"  {sign}{relation.label} → {relation.name}{condition}")
        for citation in relation.citations[:1]:
            lines.append(f"      “{unmarked(citation.quote)}” — {citation.title}")
    lines += [f"  ▸ {title or post}" for post, title, _ in card.posts]
    return "\n".join(lines)
