"""What the tools answer: the library's results as plain data, and a line that says when none."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from kgraph.errors import QueryError
from kgraph.graph import named
from kgraph.graph.cards import Card, label
from kgraph.library import Kgraph
from kgraph.render.answers import reply_data
from kgraph.render.hits import hits_data
from kgraph.render.statements import card_text

ROWS = 1000  # rows of a query that are sent at most
_MOST = 100  # concepts that are listed
_CARD = 50  # relations, definitions and posts of a card that is read as a resource
_CITED = 3  # sentences that are given for a relation
_NAMED = """SELECT ?concept ?count WHERE { ?concept a skos:Concept ; kg:mentionCount ?count }
ORDER BY DESC(?count) ?concept"""


def search(
    kg: Kgraph,
    text: str,
    k: int,
    kinds: Sequence[str] | None,
    tags: Sequence[str] | None,
    since: str,
    until: str,
) -> dict[str, Any]:
    """The published shape of ``kgraph search --format json``."""
    hits = kg.search(text, k=k, kinds=kinds, tags=tags, since=since, until=until)
    return _said(hits_data(text, hits), "results")


def related(kg: Kgraph, text: str, k: int) -> dict[str, Any]:
    """The published shape of ``kgraph related --format json``."""
    return _said(msgspec.to_builtins(kg.related(text, k=k)), "concepts", "posts")


def concept(kg: Kgraph, name: str, k: int) -> dict[str, Any]:
    """The published shape of ``kgraph concept --format json``, at most ``k`` of each kind of thing.

    What is left out is counted: a concept that everything speaks of has hundreds of relations.
    """
    card, left_out = _cut(kg.concept(name), k)
    data: dict[str, Any] = msgspec.to_builtins(card)
    return data | ({"left_out": left_out} if left_out else {})


def _cut(card: Card, k: int) -> tuple[Card, dict[str, int]]:
    """``card`` with its ``k`` strongest relations, definitions and posts, and how many it had
    besides. Those relations are the strongest that most posts state."""
    relations = sorted(card.relations, key=lambda r: -len({c.post for c in r.citations}))
    short = replace(
        card,
        definitions=card.definitions[:k],
        relations=tuple(replace(r, citations=r.citations[:_CITED]) for r in relations[:k]),
        posts=card.posts[:k],
        merges=card.merges[:k],
    )
    had = {
        name: len(getattr(card, name)) - len(getattr(short, name))
        for name in ("definitions", "relations", "posts", "merges")
    }
    return short, {name: count for name, count in had.items() if count}


def ask(kg: Kgraph, question: str, k: int) -> dict[str, Any]:
    """The published shape of ``kgraph ask --format json``; an abstention says that it is one."""
    reply = kg.ask(question, k=k)
    data = reply_data(reply)
    if reply.abstained:
        data["message"] = (
            "The notes do not say; the answers are only the nearest notes. 노트에 근거가 없습니다."
        )
    return data


def sparql(kg: Kgraph, query: str, bindings: Mapping[str, str]) -> dict[str, Any]:
    """Rows as in SPARQL 1.1 Query Results JSON, the boolean of an ASK, or triples as Turtle.

    Raises:
        QueryError: the query is refused, does not parse or ran past a limit; or it is the name of
            a file, which only the command line may read.
    """
    if named.is_name(query) and query.strip() not in named.names():
        raise QueryError(
            f"{query!r} is no query and no named one; there are: {', '.join(named.names())}"
        )
    result = kg.sparql(query.strip(), bindings=bindings, timeout=kg.settings.timeout, limit=ROWS)
    data: dict[str, Any] = {"kind": result.kind, "truncated": result.truncated}
    if result.kind == "triples":
        data["turtle"] = result.serialise("turtle").decode()
        return data if result.triples else _said(data, "triples")
    if result.kind == "boolean":
        return data | {"boolean": result.boolean}
    found = json.loads(result.serialise("json"))
    data |= {"variables": found["head"]["vars"], "rows": found["results"]["bindings"]}
    return _said(data, "rows")


def card(kg: Kgraph, name: str) -> str:
    """A concept's card as text, and what it leaves out."""
    short, left_out = _cut(kg.concept(name), _CARD)
    more = ", ".join(f"{count} {name}" for name, count in left_out.items())
    return card_text(short) + (f"\n\nLeft out: {more}." if more else "")


def concepts(kg: Kgraph) -> list[dict[str, Any]]:
    """The concepts that the notes name most, each with its IRI, label and number of mentions."""
    return [
        {"iri": iri.value, "label": label(kg.store, iri), "mentions": int(count.value)}
        for iri, count in kg.sparql(_NAMED, limit=_MOST).rows
        if iri and count
    ]


def _said(data: dict[str, Any], *lists: str) -> dict[str, Any]:
    """``data``, with a message where all its ``lists`` are empty."""
    if not any(data.get(name) for name in lists):
        data["message"] = "Nothing in the notes matches. 찾은 것이 없습니다."
    return data
