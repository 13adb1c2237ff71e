"""Reading one concept out of the graph: which one a name means, and all the notes say of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode

from kgraph import iri
from kgraph.errors import NotFoundError
from kgraph.graph.namespaces import KG, RDF, SKOS
from kgraph.graph.store import GraphStore, Term
from kgraph.text import fold, nfc
from kgraph.types import Citation, Label, Merge


@dataclass(frozen=True, slots=True)
class Described:
    """A sentence of the notes that says what the concept is."""

    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Relationship:
    """One statement about the concept, seen from it, with every sentence that makes it."""

    relation: str  # the relation's IRI
    label: str  # how the relation reads in this direction: "controls", "is controlled by"
    other: str  # the other concept's IRI
    name: str  # its label
    outgoing: bool  # whether the concept is the subject
    negated: bool
    condition: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """All that the graph knows of one concept."""

    iri: str
    id: str
    label: str  # in the language asked for, if there is one
    kind: str  # "component", "resource", ... (kgraph.types.Kind)
    preferred: tuple[Label, ...]
    alternative: tuple[Label, ...]
    hidden: tuple[Label, ...]
    mentions: int
    definitions: tuple[Described, ...]
    relations: tuple[Relationship, ...]  # outgoing first
    posts: tuple[tuple[str, str, str], ...]  # (id, title, url) of the posts that mention it
    merges: tuple[Merge, ...]


def find_concept(store: GraphStore, name: str) -> list[str]:
    """The IRIs of the concepts that ``name`` names, the most mentioned first; empty if none.

    ``name`` is an IRI, an id (``kube-apiserver``), ``c:kube-apiserver``, or any label in any
    spelling: case, spaces and hyphens do not matter.
    """
    name = nfc(name).strip()
    bare = name.removeprefix("<").removesuffix(">")
    bare = bare.removeprefix(iri.CONCEPT).removeprefix("c:")
    for candidate in (bare, iri.slug(bare)):
        node = _node(iri.concept_iri(candidate))
        if node is not None and _exists(store, node):
            return [node.value]
    found = store.quads(None, _KEY, Literal(fold(name)), _DEFAULT)
    nodes = {quad.subject for quad in found if isinstance(quad.subject, NamedNode)}
    return sorted((node.value for node in nodes), key=lambda x: (-_mentions(store, x), x))


def the_concept(store: GraphStore, name: str) -> str:
    """The IRI of the concept that ``name`` names, the most mentioned where there are several.

    Raises:
        NotFoundError: if there is none; the message has the nearest names.
    """
    if found := find_concept(store, name):
        return found[0]
    keys = {
        quad.object.value: quad.subject
        for quad in store.quads(None, _KEY, None, _DEFAULT)
        if isinstance(quad.object, Literal)
    }
    close = difflib.get_close_matches(fold(name), sorted(keys), n=3, cutoff=0.6)
    names = dict.fromkeys(label(store, keys[key]) for key in close)
    hint = f"did you mean {' / '.join(names)}?" if names else "try `kgraph search` with it"
    raise NotFoundError(f"the notes have no concept {name!r}: {hint}")


def label(store: GraphStore, term: object, lang: str = "ko") -> str:
    """The label of a concept or relation in ``lang``, else in English, else in any language, else
    the end of its IRI."""
    if not isinstance(term, NamedNode):
        return term.value if isinstance(term, Literal) else str(term)
    for predicate in (_PREF, _LABEL):
        if texts := _labels(store, term, predicate):
            by_lang = {item.lang: item.text for item in reversed(texts)}
            return by_lang.get(lang) or by_lang.get("en") or texts[0].text
    return term.value.rsplit("/", 1)[-1]


def card(store: GraphStore, concept: str, lang: str = "ko") -> Card:
    """The card of the concept with this IRI, names in ``lang`` where there are any.

    Raises:
        NotFoundError: if the graph has no such concept.
    """
    node = _node(concept)
    if node is None or not _exists(store, node):
        raise NotFoundError(f"the graph has no concept <{concept}>: `kgraph search` finds names")
    definitions, relations = _said(store, node, lang)
    return Card(
        iri=concept,
        id=concept.removeprefix(iri.CONCEPT),
        label=label(store, node, lang),
        kind=_kind(store, node),
        preferred=_labels(store, node, _PREF),
        alternative=_labels(store, node, _ALT),
        hidden=_labels(store, node, _HIDDEN),
        mentions=_mentions(store, concept),
        definitions=definitions,
        relations=relations,
        posts=_posts(store, node),
        merges=_merges(store, node),
    )


_OPPOSITE = """
SELECT ?id ?title ?quote WHERE {
  ?e rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; kg:polarity ?polarity ;
    prov:wasDerivedFrom ?post ; oa:hasSelector/oa:exact ?quote .
  ?post schema:headline ?title ; schema:identifier ?id .
} ORDER BY ?id ?quote"""


def opposite(
    store: GraphStore, subject: str, relation: str, object_: str, *, negated: bool
) -> list[tuple[str, str, str]]:
    """Who says the opposite of a statement (IRIs): (post id, title, sentence), by post."""
    terms: dict[str, Term] = {
        "s": NamedNode(subject),
        "p": NamedNode(relation),
        "o": NamedNode(object_),
        "polarity": Literal("positive" if negated else "negative"),
    }
    rows = store.select(_OPPOSITE, terms)
    return [(_text(post), _text(title), _text(quote)) for post, title, quote in rows]


_SAID = """
SELECT ?evidence ?s ?p ?o ?polarity ?condition ?id ?title ?url ?quote ?start ?end WHERE {
  ?evidence rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; kg:polarity ?polarity ;
    prov:wasDerivedFrom ?post ; oa:hasSelector ?position, ?text .
  ?position oa:start ?start ; oa:end ?end .
  ?text oa:exact ?quote .
  ?post schema:identifier ?id ; schema:headline ?title .
  OPTIONAL { ?evidence kg:condition ?condition }
  OPTIONAL { ?post schema:url ?url }
}"""

_POSTS = """
SELECT ?concept ?id ?title ?url WHERE {
  ?post schema:mentions ?concept ; schema:identifier ?id ; schema:headline ?title .
  OPTIONAL { ?post schema:url ?url }
} ORDER BY ?id"""


def _said(
    store: GraphStore, node: NamedNode, lang: str
) -> tuple[tuple[Described, ...], tuple[Relationship, ...]]:
    described: dict[tuple[str, int, str], Described] = {}
    groups: dict[tuple[bool, str, str, bool, str], list[Citation]] = {}
    rows = [(row, True) for row in store.select(_SAID, {"s": node})]
    rows += [(row, False) for row in store.select(_SAID, {"o": node})]
    for row, outgoing in rows:
        _, subject, predicate, object_, polarity, condition, post, title, url, quote = row[:10]
        cited = Citation(
            post=_text(post),
            title=_text(title),
            url=_text(url),
            quote=_text(quote),
            start=int(_text(row[10])),
            end=int(_text(row[11])),
        )
        if predicate == _DEFINITION:
            described[cited.post, cited.start, _text(object_)] = Described(_text(object_), cited)
            continue
        other = object_ if outgoing else subject
        key = (
            not outgoing,
            _text(predicate),
            _text(other),
            _text(polarity) == "negative",
            _text(condition),
        )
        groups.setdefault(key, []).append(cited)
    relations = tuple(
        Relationship(
            relation=relation,
            label=_relation_label(store, NamedNode(relation), not incoming, lang),
            other=other,
            name=label(store, NamedNode(other), lang),
            outgoing=not incoming,
            negated=negated,
            condition=condition,
            citations=_sorted(citations),
        )
        for (incoming, relation, other, negated, condition), citations in sorted(groups.items())
    )
    return tuple(described[key] for key in sorted(described)), relations


def _sorted(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    return tuple(sorted(set(citations), key=lambda c: (c.post, c.start, c.end, c.quote)))


def _relation_label(store: GraphStore, relation: NamedNode, outgoing: bool, lang: str) -> str:
    if not outgoing:
        names = {item.lang: item.text for item in _labels(store, relation, _INVERSE)}
        if name := names.get(lang) or names.get("en"):
            return name
    name = label(store, relation, lang)
    return name if outgoing else f"← {name}"


def _posts(store: GraphStore, node: NamedNode) -> tuple[tuple[str, str, str], ...]:
    rows = store.select(_POSTS, {"concept": node})
    return tuple((_text(post), _text(title), _text(url)) for _, post, title, url in rows)


def _merges(store: GraphStore, node: NamedNode) -> tuple[Merge, ...]:
    found = []
    for merge in store.objects(node, NamedNode(KG + "merge")):
        surface, reason, detail = (
            next((_text(x) for x in store.objects(merge, NamedNode(KG + name))), "")
            for name in ("surface", "reason", "detail")
        )
        found.append(Merge(surface, reason, detail))
    return tuple(sorted(found, key=lambda merge: (merge.surface, merge.reason, merge.detail)))


def _labels(store: GraphStore, node: NamedNode, predicate: NamedNode) -> tuple[Label, ...]:
    found = store.objects(node, predicate)
    labels = (Label(x.value, x.language or "") for x in found if isinstance(x, Literal))
    return tuple(sorted(labels, key=lambda item: (item.lang != "ko", item.lang, item.text)))


def _kind(store: GraphStore, node: NamedNode) -> str:
    kinds = (_text(x) for x in store.objects(node, _TYPE))
    names = sorted(x.removeprefix(KG).lower() for x in kinds if x.startswith(KG))
    return next((name for name in names if name != "concept"), "concept")


def _mentions(store: GraphStore, concept: str) -> int:
    counts = store.objects(NamedNode(concept), NamedNode(KG + "mentionCount"))
    return next((int(_text(x)) for x in counts), 0)


def _exists(store: GraphStore, node: NamedNode) -> bool:
    return next(iter(store.quads(node, _TYPE, _CONCEPT, _DEFAULT)), None) is not None


def _node(value: str) -> NamedNode | None:
    try:
        return NamedNode(value)
    except ValueError:
        return None


def _text(term: Term | None) -> str:
    return "" if term is None else term.value


_DEFAULT = DefaultGraph()
_TYPE = NamedNode(RDF + "type")
_LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_CONCEPT = NamedNode(SKOS + "Concept")
_PREF = NamedNode(SKOS + "prefLabel")
_ALT = NamedNode(SKOS + "altLabel")
_HIDDEN = NamedNode(SKOS + "hiddenLabel")
_DEFINITION = NamedNode(SKOS + "definition")
_INVERSE = NamedNode(KG + "inverseLabel")
_KEY = NamedNode(KG + "key")
