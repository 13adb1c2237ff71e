"""The SPARQL behind the answers: files with variables, to which terms are bound.

A question never becomes part of a query's text. Its concepts and relations are IRIs of the graph,
which go in as a VALUES block that the graph makes of the engine's own serialisation of terms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from kgraph import iri
from kgraph.graph.inline import with_values
from kgraph.graph.namespaces import SKOS
from kgraph.graph.ports import Graph
from kgraph.graph.query import unpack_terms
from kgraph.graph.store import Row

_COMPUTED = re.compile(r"\(.*?\bAS\s+(\?\w+)\s*\)")


@lru_cache(maxsize=32)
def template(name: str) -> str:
    """The text of ``templates/NAME.rq``."""
    return files("kgraph.ask").joinpath("templates", f"{name}.rq").read_text("utf-8").strip()


@dataclass(frozen=True, slots=True)
class Query:
    """A template with the terms for its variables.

    ``subject`` and ``object`` are concept ids, ``relation`` and ``second`` relation ids; empty
    ones stay variables.
    """

    template: str
    subject: str = ""
    relation: str = ""
    object: str = ""
    second: str = ""

    @property
    def sparql(self) -> str:
        """The query as it runs, its bindings as VALUES: it gives these rows anywhere."""
        text = template(self.template)
        bindings = {
            name: f"<{made(value)}>"
            for name, value, made in (
                ("subject", self.subject, iri.concept_iri),
                ("relation", self.relation, iri.relation_iri),
                ("object", self.object, iri.concept_iri),
                ("second", self.second, iri.relation_iri),
            )
            if value
        }
        bound = with_values(text, unpack_terms(bindings)) if bindings else text
        return bound if bound is not None else text

    def __str__(self) -> str:
        parts = (self.subject and f"c:{self.subject}", self.relation and f"r:{self.relation}")
        rest = (self.second and f"r:{self.second}", self.object and f"c:{self.object}")
        return f"{self.template}({', '.join(x for x in (*parts, *rest) if x)})"


def rows(store: Graph, query: Query) -> list[dict[str, str]]:
    """The rows of ``query``: the value of each variable, empty where it is unbound."""
    names = _variables(query.template)
    return [dict(zip(names, map(_text, row), strict=True)) for row in store.select(query.sparql)]


def may_find(store: Graph, query: Query) -> bool:
    """Whether ``query`` can have rows: a look at one plain triple, far quicker than the query.

    Most candidates have none. Every statement that a one-hop query finds is also a plain triple;
    of other templates nothing can be told beforehand.
    """
    if query.template not in ("object", "subject", "definition"):
        return True
    if query.template == "definition":
        return store.says(iri.concept_iri(query.subject), f"{SKOS}definition", None)
    return store.says(
        iri.concept_iri(query.subject) if query.subject else None,
        iri.relation_iri(query.relation),
        iri.concept_iri(query.object) if query.object else None,
    )


def names_of_all(store: Graph) -> dict[str, list[str]]:
    """Every concept's id with its names, sorted."""
    found: dict[str, list[str]] = {}
    for concept, name in sorted((_text(row[0]), _text(row[1])) for row in _select(store, "names")):
        found.setdefault(concept.removeprefix(iri.CONCEPT), []).append(name)
    return found


def labels(store: Graph, concept: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The preferred names of a concept by language, and all its names, preferred ones first."""
    bound = unpack_terms({"concept": f"<{iri.concept_iri(concept)}>"})
    preferred: dict[str, str] = {}
    ranked: list[tuple[int, str]] = []
    for prop, name in store.select(template("labels"), bound):
        rank = ("prefLabel", "altLabel", "hiddenLabel").index(_text(prop).rsplit("#", 1)[-1])
        if rank == 0 and name is not None:
            preferred[getattr(name, "language", None) or ""] = _text(name)
        ranked.append((rank, _text(name)))
    return preferred, tuple(dict.fromkeys(name for _, name in sorted(ranked)))


def subjects_at(store: Graph, post: str, start: int, end: int) -> list[str]:
    """The concepts that the statements of ``post``'s sentence at start:end are about."""
    position = unpack_terms({"position": f"<{iri.post_iri(post)}#char={start},{end}>"})
    found = store.select(template("about"), position)
    return [_text(row[0]).removeprefix(iri.CONCEPT) for row in found]


def _select(store: Graph, name: str) -> list[Row]:
    return store.select(template(name))


@lru_cache(maxsize=32)
def _variables(name: str) -> tuple[str, ...]:
    head = template(name).split("SELECT", 1)[1].split("WHERE", 1)[0]
    plain = _COMPUTED.sub(r"\1 ", head)
    return tuple(word[1:] for word in plain.split() if word.startswith("?"))


def _text(value: object) -> str:
    return "" if value is None else str(getattr(value, "value", value))
