"""Serialisations that read well and never change: the same quads give the same bytes.

Quads are sorted by graph, subject, predicate (the type first) and object, and repeats are dropped,
whatever order they come in and however many they are: beyond a hundred thousand they are sorted on
disk, and memory holds one subject at a time (in JSON-LD, one named graph). The engine's own
serialisers keep the order they are given but shuffle their prefixes from run to run, and rdflib's
need the whole graph as rdflib objects; so the formats are written here, and the tests hold both
libraries' parsers against them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import PurePath
from typing import BinaryIO

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kgraph.errors import KgraphError
from kgraph.graph.namespaces import PREFIXES, RDF, RDFS, SKOS, XSD, compact, ncname_end
from kgraph.graph.sorting import Sorted
from kgraph.iri import TERMS

_TYPE = RDF + "type"
_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# JSON-LD: these predicates get a short name and a map from language to text.
_LANGUAGE_MAPS = {
    SKOS + "prefLabel": "prefLabel",
    SKOS + "altLabel": "altLabel",
    SKOS + "hiddenLabel": "hiddenLabel",
    SKOS + "definition": "definition",
    RDFS + "label": "label",
    RDFS + "comment": "comment",
    TERMS + "inverseLabel": "inverseLabel",
    TERMS + "roles": "roles",
}


def write(quads: Iterable[Quad], format: str, out: BinaryIO) -> None:
    """Write ``quads`` in a format of :data:`FORMATS` as UTF-8.

    Raises:
        KgraphError: if the format cannot hold them: named graphs in a format of triples, or a
            character or predicate that XML has no way to write.
    """
    if format in ("n-triples", "n-quads"):
        with Sorted(map(str, _triples(quads, format)), str) as lines:
            out.writelines(f"{line} .\n".encode() for line in lines)
        return
    writer: Callable[[Iterable[Quad]], Iterator[str]] = {
        "turtle": _trig,
        "trig": _trig,
        "json-ld": _json_ld,
        "rdf-xml": _rdf_xml,
    }[format]
    with Sorted(_triples(quads, format), _key) as ordered:
        out.writelines(piece.encode() for piece in writer(ordered))


FORMATS: dict[str, tuple[str, ...]] = {
    "turtle": ("ttl",),
    "n-triples": ("nt", "ntriples"),
    "n-quads": ("nq", "nquads"),
    "trig": (),
    "json-ld": ("jsonld", "json"),
    "rdf-xml": ("rdfxml", "rdf", "xml", "rdf/xml", "owl"),
}
"""Format -> its other names; file name suffixes are among them."""

DATASET_FORMATS = ("n-quads", "trig", "json-ld")
"""The formats that hold named graphs."""


def format_name(name: str) -> str | None:
    """The format that ``name`` means (``ttl``, ``N-Triples``, ``rdf/xml``), or None."""
    name = name.lower().lstrip(".")
    return next((key for key, others in FORMATS.items() if name == key or name in others), None)


def format_of(path: PurePath) -> str | None:
    """The format that a file's suffix means, or None."""
    return format_name(path.suffix) if path.suffix else None


def _triples(quads: Iterable[Quad], format: str) -> Iterator[Quad]:
    """``quads``, refused if the format would lose the graph they are in."""
    for quad in quads:
        if format not in DATASET_FORMATS and not isinstance(quad.graph_name, DefaultGraph):
            raise KgraphError(
                f"{format} cannot hold named graphs: use one of {', '.join(DATASET_FORMATS)}"
            )
        yield quad


def _key(quad: Quad) -> tuple[str, str, str, str]:
    graph = "" if isinstance(quad.graph_name, DefaultGraph) else str(quad.graph_name)
    predicate = quad.predicate.value
    return graph, str(quad.subject), "" if predicate == _TYPE else predicate, str(quad.object)


def _by_graph(quads: Iterable[Quad]) -> Iterator[tuple[object, Iterator[Quad]]]:
    yield from groupby(quads, key=lambda quad: quad.graph_name)


def _used_prefixes(quads: Iterable[Quad], terms: Callable[[Quad], Iterable[object]]) -> list[str]:
    used = set()
    for quad in quads:
        for term in _parts(terms(quad)):
            value = term.datatype if isinstance(term, Literal) else term
            if isinstance(value, NamedNode) and (name := compact(value.value)):
                used.add(name.partition(":")[0])
    return sorted(used)


def _parts(terms: Iterable[object]) -> Iterator[object]:
    """``terms``, those of RDF 1.2's triple terms in their place."""
    for term in terms:
        if isinstance(term, Triple):
            yield from _parts(tuple(term))
        else:
            yield term


# ---------------------------------------------------------------- Turtle and TriG


def _trig(quads: Iterable[Quad]) -> Iterator[str]:
    for prefix in _used_prefixes(quads, tuple):
        yield f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n"
    for graph, group in _by_graph(quads):
        if isinstance(graph, DefaultGraph):
            yield from _subjects(group, "")
        else:
            yield f"\n{_turtle(graph)} {{"
            yield from _subjects(group, "    ")
            yield "}\n"


def _subjects(quads: Iterator[Quad], indent: str) -> Iterator[str]:
    for subject, about in groupby(quads, key=lambda quad: quad.subject):
        parts = []
        for predicate, group in groupby(about, key=lambda quad: quad.predicate):
            verb = "a" if predicate.value == _TYPE else _turtle(predicate)
            objects = f" ,\n{indent}        ".join(_turtle(quad.object) for quad in group)
            parts.append(f"{verb} {objects}")
        yield f"\n{indent}{_turtle(subject)} " + f" ;\n{indent}    ".join(parts) + " .\n"


def _turtle(term: object) -> str:
    if isinstance(term, Triple):
        return f"<<( {_turtle(term.subject)} {_turtle(term.predicate)} {_turtle(term.object)} )>>"
    if isinstance(term, NamedNode):
        return compact(term.value) or str(term)
    if isinstance(term, Literal) and not term.language:
        datatype = term.datatype.value
        if datatype == XSD + "integer" and _INTEGER.fullmatch(term.value):
            return term.value
        if datatype == XSD + "boolean" and term.value in ("true", "false"):
            return term.value
        if datatype != XSD + "string":
            return f"{Literal(term.value)}^^{_turtle(term.datatype)}"
    return str(term)


# ---------------------------------------------------------------- JSON-LD


def _json_ld(quads: Iterable[Quad]) -> Iterator[str]:
    context: dict[str, object] = {"id": "@id", "type": "@type"}
    context |= {prefix: PREFIXES[prefix] for prefix in _used_prefixes(quads, tuple)}
    predicates = {quad.predicate.value for quad in quads}
    for value, name in _LANGUAGE_MAPS.items():
        if value in predicates:
            context[name] = {"@id": value, "@container": "@language"}
    yield f'{{\n"@context": {_json(context)},\n"@graph": ['
    separator = "\n"
    for graph, group in _by_graph(quads):
        if isinstance(graph, DefaultGraph):
            for node in _nodes(group):
                yield separator + _json(node)
                separator = ",\n"
        else:
            yield separator + _json({"id": _name(graph), "@graph": list(_nodes(group))})
            separator = ",\n"
    yield "\n]\n}\n"


def _nodes(quads: Iterator[Quad]) -> Iterator[dict[str, object]]:
    for subject, about in groupby(quads, key=lambda quad: quad.subject):
        node: dict[str, object] = {"id": _name(subject)}
        for predicate, group in groupby(about, key=lambda quad: quad.predicate.value):
            objects = [quad.object for quad in group]
            if predicate == _TYPE and all(isinstance(x, NamedNode) for x in objects):
                node["type"] = _single([_name(x) for x in objects])
                continue
            if predicate in _LANGUAGE_MAPS:
                node |= _language_map(_LANGUAGE_MAPS[predicate], objects)
                objects = [x for x in objects if not (isinstance(x, Literal) and x.language)]
            if objects:
                key = compact(predicate) or predicate
                node[key] = _single([_json_value(x) for x in objects])
        yield node


def _language_map(name: str, objects: Iterable[object]) -> dict[str, object]:
    texts: dict[str, list[str]] = {}
    for term in objects:
        if isinstance(term, Literal) and term.language:
            texts.setdefault(term.language, []).append(term.value)
    return {name: {lang: _single(texts[lang]) for lang in sorted(texts)}} if texts else {}


def _single(values: Sequence[object]) -> object:
    return values[0] if len(values) == 1 else values


def _name(term: object) -> str:
    if isinstance(term, NamedNode):
        return compact(term.value) or term.value
    return str(term)


def _json_value(term: object) -> object:
    if not isinstance(term, Literal):
        return {"id": _name(term)}
    if term.language:
        return {"@language": term.language, "@value": term.value}
    datatype = term.datatype.value
    if datatype == XSD + "string":
        return term.value
    if datatype == XSD + "integer" and _INTEGER.fullmatch(term.value) and len(term.value) < 16:
        return int(term.value)
    if datatype == XSD + "boolean" and term.value in ("true", "false"):
        return term.value == "true"
    return {"@type": _name(term.datatype), "@value": term.value}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


# ---------------------------------------------------------------- RDF/XML


def _rdf_xml(quads: Iterable[Quad]) -> Iterator[str]:
    used = _used_prefixes(quads, lambda quad: (quad.predicate,))
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
    for prefix in sorted({*used, "rdf"}):
        yield f"\n    xmlns:{prefix}={_quoted(PREFIXES[prefix])}"
    yield ">\n"
    for subject, about in groupby(quads, key=lambda quad: quad.subject):
        yield f"  <rdf:Description {_xml_node(subject, 'about')}>\n"
        for quad in about:
            tag, declaration = _xml_tag(quad.predicate.value)
            yield f"    <{tag}{declaration}{_xml_object(quad.object, tag)}\n"
        yield "  </rdf:Description>\n"
    yield "</rdf:RDF>\n"


def _xml_tag(predicate: str) -> tuple[str, str]:
    name = compact(predicate)
    if name and ncname_end().fullmatch(name.partition(":")[2]):
        return name, ""
    match = ncname_end().search(predicate)
    if match is None:
        raise KgraphError(
            f"rdf-xml cannot write the predicate <{predicate}>, which ends in no XML name: "
            "use turtle, n-triples or json-ld"
        )
    return f"ns:{match.group()}", f" xmlns:ns={_quoted(predicate[: match.start()])}"


def _xml_node(term: object, attribute: str) -> str:
    if isinstance(term, BlankNode):
        return f'rdf:nodeID="b{term.value}"'
    assert isinstance(term, NamedNode)
    return f"rdf:{attribute}={_quoted(term.value)}"


def _xml_object(term: object, tag: str) -> str:
    """What follows the opening tag's name and declarations."""
    if not isinstance(term, Literal):
        return f" {_xml_node(term, 'resource')}/>"
    if bad := _NOT_XML.search(term.value):
        raise KgraphError(
            f"rdf-xml cannot write the character U+{ord(bad.group()):04X}, which stands in "
            f"{term.value[:60]!r}: use turtle, n-triples or json-ld"
        )
    attribute = ""
    if term.language:
        attribute = f" xml:lang={_quoted(term.language)}"
    elif term.datatype.value != XSD + "string":
        attribute = f" rdf:datatype={_quoted(term.datatype.value)}"
    return f"{attribute}>{_escaped(term.value)}</{tag}>"


# (xml.sax.saxutils has these, and takes 50 ms to import.)
def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;")


def _quoted(text: str) -> str:
    return '"' + _escaped(text).replace('"', "&quot;") + '"'
