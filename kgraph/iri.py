"""The one place where IRIs are made: readable, NFC, Hangul kept.

Every IRI of a graph starts with :data:`BASE`. Concepts end in their slug, so that
``c:kube-apiserver`` and ``c:접근-제어`` can be typed by hand.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

BASE = "https://kgraph.example/"
CONCEPT = BASE + "concept/"
RELATION = BASE + "relation/"
POST = BASE + "post/"
GRAPH = BASE + "graph/"
STATEMENT = BASE + "statement/"
EVIDENCE = BASE + "evidence/"
SCHEME = BASE + "concepts"  # the skos:ConceptScheme that every concept is in
ACTIVITY = BASE + "activity/"
MERGE = BASE + "merge/"
SERIES = BASE + "series/"
TERMS = BASE + "terms#"  # kgraph's own few terms (polarity, condition, rule ...)

# What may stand in the last step of an IRI as it is, besides letters and digits.
_SAFE = "-._~@+,"


def slug(text: str) -> str:
    """A readable path segment for ``text``: NFC, lower case, whitespace as ``-``, Hangul kept.

    Letters and digits of every script, marks and ``-._~@+,`` stay; all else is percent-encoded, so
    that different texts that differ in more than case or white space keep different slugs.
    """
    text = unicodedata.normalize("NFC", "-".join(text.split()).casefold())
    text = unicodedata.normalize("NFC", text)
    return text.translate(_QUOTED)


def concept_iri(concept_id: str) -> str:
    """The IRI of the concept with this id (a slug already)."""
    return CONCEPT + concept_id


def relation_iri(relation_id: str) -> str:
    """The IRI of a relation: vocabulary ids keep their case, minted ones are slugs."""
    return RELATION + relation_id


def post_iri(post_id: str) -> str:
    """The IRI of a post; the ``/`` of its path stay."""
    return POST + _path(post_id)


def series_iri(name: str) -> str:
    """The IRI of the series that posts of this name are parts of."""
    return SERIES + slug(name)


def graph_iri(post_id: str) -> str:
    """The IRI of the named graph that holds one post's statements."""
    return GRAPH + _path(post_id)


def _path(post_id: str) -> str:
    return "/".join(
        step.translate(_QUOTED) for step in unicodedata.normalize("NFC", post_id).split("/")
    )


class _Quoted(dict[int, str]):
    """What stands in an IRI for each character (its code point), found when first asked for."""

    def __missing__(self, code: int) -> str:
        ch = chr(code)
        # RFC 3987 leaves plane 14, which has variation selectors (marks), out of IRIs.
        stays = ch in _SAFE or (unicodedata.category(ch)[0] in "LNM" and code < 0xE0000)
        self[code] = found = ch if stays else quote(ch, safe="")
        return found


_QUOTED = _Quoted()
