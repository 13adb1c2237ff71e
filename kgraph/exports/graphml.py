"""The graph as GraphML, for Gephi, yEd, Cytoscape and NetworkX."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from kgraph.exports.model import Graph

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KEYS = (
    ("node", "label", "string"),
    ("node", "label_ko", "string"),
    ("node", "label_en", "string"),
    ("node", "kind", "string"),
    ("node", "iri", "string"),
    ("node", "definition", "string"),
    ("node", "mentions", "int"),
    ("edge", "relation", "string"),
    ("edge", "relation_ko", "string"),
    ("edge", "relation_en", "string"),
    ("edge", "negated", "boolean"),
    ("edge", "weight", "int"),
    ("edge", "quote", "string"),
    ("edge", "post", "string"),
)


def write_graphml(graph: Graph, out: BinaryIO) -> None:
    """Concepts as nodes, statements as directed edges; ``weight`` counts the sentences behind one.

    Characters that XML cannot hold are left out.
    """
    xml = XMLGenerator(out, encoding="utf-8", short_empty_elements=True)
    xml.startDocument()
    _open(xml, "graphml", {"xmlns": "http://graphml.graphdrawing.org/xmlns"})
    for owner, name, kind in _KEYS:
        key = {"id": f"{owner}_{name}", "for": owner, "attr.name": name, "attr.type": kind}
        _open(xml, "key", key)
        xml.endElement("key")
    _open(xml, "graph", {"id": "kgraph", "edgedefault": "directed"})
    for node in graph.nodes:
        values = (
            ("label", node.label("ko")),
            ("label_ko", node.label("ko")),
            ("label_en", node.label("en")),
            ("kind", node.kind),
            ("iri", node.iri),
            ("definition", node.definitions[0] if node.definitions else ""),
            ("mentions", str(node.mentions)),
        )
        _element(xml, "node", {"id": node.id}, values)
    for number, edge in enumerate(graph.edges, 1):
        first = edge.proofs[0]
        values = (
            ("relation", edge.relation),
            ("relation_ko", graph.relation_label(edge.relation, "ko")),
            ("relation_en", graph.relation_label(edge.relation, "en")),
            ("negated", str(edge.negated).lower()),
            ("weight", str(len(edge.proofs))),
            ("quote", first.quote),
            ("post", first.post),
        )
        ends = {"id": f"s{number}", "source": edge.subject, "target": edge.object}
        _element(xml, "edge", ends, values)
    xml.endElement("graph")
    xml.endElement("graphml")
    xml.endDocument()


def _element(
    xml: XMLGenerator, name: str, attributes: dict[str, str], values: tuple[tuple[str, str], ...]
) -> None:
    xml.characters("\n")
    _open(xml, name, attributes)
    for key, text in _said(values):
        _open(xml, "data", {"key": f"{name}_{key}"})
        xml.characters(_NOT_XML.sub("", text))
        xml.endElement("data")
    xml.endElement(name)


def _open(xml: XMLGenerator, name: str, attributes: dict[str, str]) -> None:
    clean = {key: _NOT_XML.sub("", text) for key, text in attributes.items()}
    xml.startElement(name, AttributesImpl(clean))


def _said(values: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    return ((key, text) for key, text in values if text)
