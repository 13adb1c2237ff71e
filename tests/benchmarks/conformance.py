"""The W3C's SPARQL 1.1 tests through kgraph's own query path: guard, store, results.

    python tests/benchmarks/conformance.py FOLDER [-v]

FOLDER is the suite with its manifests (w3c/rdf-tests, sparql/sparql11). Query evaluation, syntax
and result formats are run; updates, federation, protocol and entailment are counted by why they
are not. Exits with 1 when a test fails that conformance-known.toml does not name, or passes that
it does.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyoxigraph
import rdflib
from pyoxigraph import NamedNode, Quad, RdfFormat
from rdflib import RDF, XSD, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.query import Result as Rows
from rdflib.term import Node

from kgraph.errors import QueryError
from kgraph.graph.query import run
from kgraph.graph.results import Result
from kgraph.graph.store import GraphStore

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
KNOWN = Path(__file__).with_name("conformance-known.toml")
SUFFIXES = {".srx": "xml", ".srj": "json", ".tsv": "tsv", ".csv": "csv"}
NUMBERS = {
    XSD[name] for name in ("integer", "decimal", "double", "float", "int", "long", "short", "byte")
}
# Why whole kinds of tests are not run.
NOT_RUN = {
    "UpdateEvaluationTest": "kgraph only reads",
    "PositiveUpdateSyntaxTest11": "kgraph only reads",
    "NegativeUpdateSyntaxTest11": "kgraph only reads",
    "ProtocolTest": "kgraph is no server",
    "GraphStoreProtocolTest": "kgraph is no server",
    "ServiceDescriptionTest": "kgraph is no server",
}
FOLDERS_NOT_RUN = {
    "entailment": "no entailment regime",
    "service": "SERVICE is refused",
    "syntax-fed": "SERVICE is refused",
}


def path_of(node: object) -> Path:
    """The file behind a file IRI."""
    return Path(unquote(urlsplit(str(node)).path))


def quads_of(file: Path, graph: str = "") -> Iterator[Quad]:
    """The triples of a data file, in a named graph if one is given."""
    form = RdfFormat.from_extension(file.suffix.lstrip("."))
    for quad in pyoxigraph.parse(file.read_bytes(), format=form, base_iri=file.as_uri()):
        if graph:
            yield Quad(quad.subject, quad.predicate, quad.object, NamedNode(graph))
        else:
            yield quad


def store_of(manifest: Graph, action: Node | None) -> GraphStore:
    """The data of an evaluation test, as a store of ours."""
    quads: list[Quad] = []
    for data in manifest.objects(action, QT.data):
        quads += quads_of(path_of(data))
    for data in manifest.objects(action, QT.graphData):
        quads += quads_of(path_of(data), str(data))
    return GraphStore.memory(quads)


def as_graph(variables: list[str], rows: list[dict[str, Node | None]]) -> Graph:
    """A table of solutions as a graph, so that blank nodes are compared as they should be."""
    graph = Graph()
    table = rdflib.BNode()
    for name in variables:
        graph.add((table, RS.resultVariable, Literal(name)))
    for row in rows:
        solution = rdflib.BNode()
        graph.add((table, RS.solution, solution))
        for name, value in row.items():
            if value is None:
                continue
            binding = rdflib.BNode()
            graph.add((solution, RS.binding, binding))
            graph.add((binding, RS.variable, Literal(name)))
            graph.add((binding, RS.value, by_value(value)))
    return graph


def by_value(term: Node) -> Node:
    """A term so that equal numbers are equal however they are written (1, 01, 1.0e0)."""
    if isinstance(term, Literal) and term.datatype in NUMBERS:
        try:
            number = float(term)
        except ValueError:
            return Literal(str(term), datatype=term.datatype, normalize=False)
        return Literal(f"{number:.10g}", datatype=URIRef(f"{term.datatype}#value"))
    return term


def expected_rows(file: Path) -> tuple[bool | None, list[str], list[dict[str, Node | None]]]:
    """What a result file holds: a boolean, or variables and rows."""
    if file.suffix == ".ttl":
        graph = Graph().parse(file)
        (table,) = graph.subjects(RDF.type, RS.ResultSet)
        truth = graph.value(table, RS.boolean)
        if truth is not None:
            return str(truth) == "true", [], []
        names = [str(x) for x in graph.objects(table, RS.resultVariable)]
        stated = [
            {
                str(graph.value(binding, RS.variable)): graph.value(binding, RS.value)
                for binding in graph.objects(solution, RS.binding)
            }
            for solution in graph.objects(table, RS.solution)
        ]
        return None, names, stated
    read = Rows.parse(io.BytesIO(file.read_bytes()), format=SUFFIXES[file.suffix])
    if read.type == "ASK":
        return bool(read.askAnswer), [], []
    names = [str(name) for name in read.vars or ()]
    rows: list[dict[str, Node | None]] = [
        {str(k): v for k, v in binding.items()} for binding in read.bindings
    ]
    return None, names, rows


def our_rows(result: Result) -> tuple[bool | None, list[str], list[dict[str, Node | None]]]:
    """Our result through our own JSON, read back by another library."""
    read = Rows.parse(io.BytesIO(result.serialise("json")), format="json")
    if read.type == "ASK":
        return bool(read.askAnswer), [], []
    rows: list[dict[str, Node | None]] = [
        {str(k): v for k, v in binding.items()} for binding in read.bindings
    ]
    return None, list(result.variables), rows


def evaluated(manifest: Graph, test: Node) -> str:
    """Run one evaluation test; what is wrong, or an empty string."""
    action = manifest.value(test, MF.action)
    file, wanted = path_of(manifest.value(action, QT.query)), manifest.value(test, MF.result)
    query = f"BASE <{file.as_uri()}>\n{file.read_text('utf-8')}"
    try:
        result = run(store_of(manifest, action), query)
    except QueryError as error:
        return f"refused: {error}"
    target = path_of(wanted)
    if (test, RDF.type, MF.CSVResultFormatTest) in manifest:
        form = target.suffix.lstrip(".")
        ours, theirs = table(result.serialise(form).decode()), table(target.read_text("utf-8"))
        return "" if ours == theirs else f"{ours} != {theirs}"
    if result.kind == "triples":
        same = isomorphic(result.graph, Graph().parse(target))
        return "" if same else "another graph"
    truth, names, rows = our_rows(result)
    said, wanted_names, wanted_rows = expected_rows(target)
    if truth is not None or said is not None:
        return "" if truth is said else f"{truth} instead of {said}"
    if set(names) != set(wanted_names):
        return f"variables {names} instead of {wanted_names}"
    same = isomorphic(as_graph(names, rows), as_graph(names, wanted_rows))
    return "" if same else f"{len(rows)} rows, {len(wanted_rows)} wanted, or other values"


def table(text: str) -> list[list[tuple[str | None, str | None]]]:
    """The rows of a CSV, sorted; columns by name, blank nodes all called the same."""
    rows = csv.DictReader(io.StringIO(text))
    found = []
    for row in rows:
        cells = {k: "_:" if v and v.startswith("_:") else v for k, v in row.items()}
        found.append(sorted(cells.items(), key=str))
    return sorted(found, key=str)


def syntax(manifest: Graph, test: Node, good: bool) -> str:
    """Run one syntax test."""
    file = path_of(manifest.value(test, MF.action))
    text = f"BASE <{file.as_uri()}>\n{file.read_text('utf-8')}"
    try:
        run(GraphStore.memory([]), text)
    except QueryError as error:
        return f"refused: {error}" if good else ""
    return "" if good else "accepted"


def main() -> int:
    """Run the suite."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true")
    given = parser.parse_args()
    known: dict[str, str] = tomllib.loads(KNOWN.read_text("utf-8"))["known"]
    passed: Counter[str] = Counter()
    failed: dict[str, str] = {}
    skipped: Counter[str] = Counter()
    for file in sorted(given.folder.glob("*/manifest.ttl")):
        manifest = Graph().parse(file, publicID=file.resolve().as_uri())
        for head in manifest.objects(None, MF.entries):
            for test in Collection(manifest, head):
                kinds = {str(x).rpartition("#")[2] for x in manifest.objects(test, RDF.type)}
                area = file.parent.name
                reason = FOLDERS_NOT_RUN.get(area) or next(
                    (NOT_RUN[kind] for kind in sorted(kinds) if kind in NOT_RUN), ""
                )
                if reason:
                    skipped[f"{area}: {reason}"] += 1
                    continue
                if kinds & {"PositiveSyntaxTest11", "NegativeSyntaxTest11"}:
                    wrong = syntax(manifest, test, "PositiveSyntaxTest11" in kinds)
                elif kinds & {"QueryEvaluationTest", "CSVResultFormatTest"}:
                    wrong = evaluated(manifest, test)
                else:
                    skipped[f"{area}: {', '.join(sorted(kinds))}"] += 1
                    continue
                name = f"{area}/{str(test).rpartition('#')[2]}"
                if wrong:
                    failed[name] = wrong
                else:
                    passed[area] += 1
    for area in sorted({*passed, *(name.split("/")[0] for name in failed)}):
        bad = sum(name.startswith(f"{area}/") for name in failed)
        print(f"{area:22}{passed[area]:5} passed{bad:5} failed")
    for reason, count in sorted(skipped.items()):
        print(f"not run {count:5}  {reason}")
    print(f"in all {sum(passed.values())} passed, {len(failed)} failed")
    for name, wrong in sorted(failed.items()):
        if given.verbose or name not in known:
            print(f"{name}: {' '.join(wrong.split())[:200]}")
    surprises = sorted(set(failed) ^ set(known))
    for name in surprises:
        print(f"{'fails unexpectedly' if name in failed else 'passes unexpectedly'}: {name}")
    return 1 if surprises else 0


if __name__ == "__main__":
    sys.exit(main())
