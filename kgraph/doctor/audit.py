# ruff: noqa: SIM905
"""What in the graph's content looks wrong: junk hubs, near-duplicates, contradictions.

Nothing here is sure, so nothing is mended by itself: each finding has its evidence, and the command
that mends it if a reader agrees.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from statistics import mean, pstdev

from kgraph.doctor.findings import Finding, Severity
from kgraph.graph.store import GraphStore
from kgraph.resolution.why import quoted
from kgraph.text import fold, has_hangul
from kgraph.vocab.generic import load_generic
from kgraph.vocab.inflection import singulars
from kgraph.vocab.lexicon import Lexicon

_SHOWN = 20  # findings of one check
_QUOTES = 3
_FEWEST_NEIGHBOURS = 8
_FEWEST_MENTIONS = 20

_CONCEPTS = """
SELECT ?concept ?label ?mentions ?preferred WHERE {
  ?concept a skos:Concept ; kg:mentionCount ?mentions .
  { ?concept skos:prefLabel ?label BIND(true AS ?preferred) }
  UNION { ?concept skos:altLabel ?label BIND(false AS ?preferred) }
}"""
_TRIPLES = """
SELECT DISTINCT ?s ?o WHERE {
  ?e a rdf:Statement ; rdf:subject ?s ; rdf:object ?o . FILTER(isIRI(?o))
}"""
_SAID = """
SELECT ?post ?quote WHERE {
  { ?e rdf:subject ?c } UNION { ?e rdf:object ?c }
  ?e prov:wasDerivedFrom/schema:identifier ?post ; oa:hasSelector/oa:exact ?quote .
} ORDER BY ?post ?quote LIMIT 3"""
_BOTH = """
SELECT DISTINCT ?s ?p ?o ?yes_post ?yes ?no_post ?no ?yes_if ?no_if WHERE {
  ?n kg:polarity "negative" ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ;
     prov:wasDerivedFrom/schema:identifier ?no_post ; oa:hasSelector/oa:exact ?no .
  ?y kg:polarity "positive" ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ;
     prov:wasDerivedFrom/schema:identifier ?yes_post ; oa:hasSelector/oa:exact ?yes .
  OPTIONAL { ?n kg:condition ?no_if } OPTIONAL { ?y kg:condition ?yes_if }
} ORDER BY ?s ?p ?o ?yes_post ?no_post ?yes ?no"""
# A prefix more, or one of a pair for the other, makes another name: 동기 and 비동기, 송신 and 수신.
_PREFIXES = frozenset("비불무미재부반")
_CONTRARIES = frozenset(
    "전후 상하 내외 대소 고저 신구 다단 송수 출입 자타 동정 공사 주부 유무 좌우 증감 선후".split()
)


def hubs(store: GraphStore, lexicon: Lexicon) -> Iterator[Finding]:
    """Concepts with far more neighbours or mentions than others that no one knows as a term.

    A name that the lexicon has may be a hub: Kubernetes is one in notes about Kubernetes. So may a
    name with more than one word or a Latin letter in it. What is left is an ordinary noun.
    """
    names, mentions = _names(store)
    near: dict[str, set[str]] = defaultdict(set)
    for subject, object_ in _rows(store, _TRIPLES):
        near[subject].add(object_)
        near[object_].add(subject)
    degrees = [len(near[concept]) for concept in names]
    least = max(_FEWEST_NEIGHBOURS, _far(degrees))
    often = max(_FEWEST_MENTIONS, _far(list(mentions.values())))
    generic = load_generic()
    found: list[tuple[int, int, str]] = []
    for concept, labels in names.items():
        degree = len(near[concept])
        if degree < least and mentions[concept] < often:
            continue
        keys = set(map(fold, labels))
        known = any(lexicon.exact(key) is not None for key in keys)
        if keys & generic or not (known or any(map(_proper, labels))):
            found.append((-degree, -mentions[concept], concept))
    for degree, count, concept in sorted(found)[:_SHOWN]:
        label = names[concept][0]
        quotes = store.select(_SAID.replace("?c ", f"<{concept}> "))
        yield Finding(
            "hub",
            Severity.ADVICE,
            f"{label} has {-degree} neighbours and {-count} mentions, and names little by itself",
            f"kgraph alias ignore {quoted(label)}",
            tuple(f"{_value(post)}: “{_short(_value(quote))}”" for post, quote in quotes[:_QUOTES]),
        )


def near_duplicates(store: GraphStore, lexicon: Lexicon) -> Iterator[Finding]:
    """Concepts whose names differ by one letter, or by number: maybe one concept in two.

    Two terms of the lexicon are two: 스케줄러 and 스케줄링.
    """
    names, mentions = _names(store)
    owners: dict[str, str] = {}
    for concept in sorted(names):
        for label in names[concept]:
            owners.setdefault(fold(label), concept)
    found: dict[tuple[str, str], tuple[str, str]] = {}
    shapes: dict[str, list[str]] = defaultdict(list)
    for key in sorted(owners):
        for form in singulars(key):
            _pair(found, owners, key, form)
        if len(key) >= (4 if has_hangul(key) else 6) and key[0] != "-":
            for at in range(len(key)):
                shapes[key[:at] + "\0" + key[at + 1 :]].append(key)
                if (other := key[:at] + key[at + 1 :]) in owners and _slip(key[at], ""):
                    _pair(found, owners, key, other)
    for shape in sorted(shapes):
        at = shape.index("\0")
        for i, one in enumerate(keys := shapes[shape]):
            for other in keys[i + 1 :]:
                if _slip(one[at], other[at]):
                    _pair(found, owners, one, other)
    terms = {x: next(filter(None, map(lexicon.lookup, names[x])), None) for x in names}
    found = {pair: how for pair, how in found.items() if None in map(terms.get, pair)}
    ranked = sorted(found, key=lambda pair: (-min(mentions[x] for x in pair), pair))
    for pair in ranked[:_SHOWN]:
        one, other = (names[concept][0] for concept in pair)
        spellings = " ~ ".join(found[pair])
        counts = f"{mentions[pair[0]]} and {mentions[pair[1]]} mentions"
        yield Finding(
            "duplicate",
            Severity.ADVICE,
            f"{one} and {other} may be one concept ({counts})",
            f"kgraph alias merge {quoted(one)} {quoted(other)}",
            (spellings,),
        )


def contradictions(store: GraphStore) -> Iterator[Finding]:
    """Statements that one post makes and another denies, unless under conditions of their own."""
    labels = _names(store)[0]
    found: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for row in _rows(store, _BOTH):
        subject, relation, object_, yes_post, yes, no_post, no, yes_if, no_if = row
        if yes_post == no_post or yes_if != no_if:
            continue
        evidence = (f"{yes_post}: “{_short(yes)}”", f"{no_post}: “{_short(no)}”")
        found.setdefault((subject, relation, object_), evidence)
    for subject, relation, object_ in sorted(found)[:_SHOWN]:
        one, other = (labels.get(x, (x,))[0] for x in (subject, object_))
        name = relation.rsplit("/", 1)[-1]
        yield Finding(
            "contradiction",
            Severity.ADVICE,
            f"{one} {name} {other}: one post says so, another denies it",
            "edit the note that is wrong, then: kgraph ingest",
            found[subject, relation, object_],
        )


def _names(store: GraphStore) -> tuple[dict[str, tuple[str, ...]], dict[str, int]]:
    """The labels of each concept, a preferred one first, and how often it is mentioned."""
    preferred: dict[str, list[str]] = defaultdict(list)
    others: dict[str, list[str]] = defaultdict(list)
    mentions: dict[str, int] = {}
    for concept, label, count, is_preferred in sorted(_rows(store, _CONCEPTS)):
        (preferred if is_preferred == "true" else others)[concept].append(label)
        mentions[concept] = int(count)
    return {
        concept: (*sorted(preferred[concept], key=lambda x: not has_hangul(x)), *others[concept])
        for concept in sorted(mentions)
    }, mentions


def _rows(store: GraphStore, query: str) -> list[tuple[str, ...]]:
    return [tuple(map(_value, row)) for row in store.select(query)]


def _value(term: object) -> str:
    return str(getattr(term, "value", "") or "")


def _far(numbers: list[int]) -> float:
    return mean(numbers) + 4 * pstdev(numbers) if numbers else 0.0


def _proper(label: str) -> bool:
    return len(label.split()) > 1 or re.search("[A-Za-z]", label) is not None


def _slip(one: str, other: str) -> bool:
    """Whether one letter may stand by mistake for the other, or for none."""
    if one.isdigit() or other.isdigit():
        return False
    return (one not in _PREFIXES) if not other else not {one + other, other + one} & _CONTRARIES


def _pair(
    found: dict[tuple[str, str], tuple[str, str]], owners: dict[str, str], one: str, other: str
) -> None:
    if other in owners and owners[one] != owners[other]:
        a, b = sorted((owners[one], owners[other]))
        found.setdefault((a, b), (one, other))


def _short(quote: str) -> str:
    text = " ".join(quote.split())
    return text if len(text) <= 120 else text[:119] + "…"
