"""The prefixes that queries may use without declaring them and that exports declare.

Imports nothing but :mod:`kgraph.iri`, so that a light path may use it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kgraph import iri

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"
SCHEMA = "https://schema.org/"
DCTERMS = "http://purl.org/dc/terms/"
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
SH = "http://www.w3.org/ns/shacl#"
KG = iri.TERMS

PREFIXES: dict[str, str] = {
    "c": iri.CONCEPT,
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "ev": iri.EVIDENCE,
    "g": iri.GRAPH,
    "kg": KG,
    "oa": OA,
    "owl": OWL,
    "post": iri.POST,
    "prov": PROV,
    "r": iri.RELATION,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sh": SH,
    "skos": SKOS,
    "void": VOID,
    "xsd": XSD,
}
"""Prefix -> namespace IRI, sorted by prefix."""

# A local name that Turtle, TriG and SPARQL read as written, without escapes: PN_LOCAL less ":" and
# "%". (re's \\w holds more, such as the superscript digits.)
_START = (
    "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_INSIDE = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040\\-"


@lru_cache(maxsize=1)
def _local() -> re.Pattern[str]:
    # Compiled when first asked for: such classes take some milliseconds, which starting has not.
    return re.compile(f"[{_START}0-9](?:[{_INSIDE}.]*[{_INSIDE}])?")


# What every XML parser takes in a name: expat still keeps to the fourth edition of XML 1.0.
_XML = "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0131\u4e00-\u9fa5\uac00-\ud7a3"


@lru_cache(maxsize=1)
def ncname_end() -> re.Pattern[str]:
    """Finds the longest XML name without a colon at the end of a string."""
    return re.compile(f"[{_XML}][{_XML}0-9.\\-]*$")


@lru_cache(maxsize=1 << 17)
def compact(value: str) -> str | None:
    """``value`` as a prefixed name (``c:kube-apiserver``), or None where none can be written."""
    for prefix, namespace in _BY_LENGTH:
        if value.startswith(namespace):
            local = value[len(namespace) :]
            return f"{prefix}:{local}" if _local().fullmatch(local) else None
    return None


_BY_LENGTH = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))
