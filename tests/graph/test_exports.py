"""The exports for tools that read no RDF, each read back by such a tool; RDF 1.2; the dataset."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import networkx
import pytest
import yaml
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kgraph.errors import KgraphError, NotFoundError
from kgraph.exports import obsidian_files, read_graph
from kgraph.exports.export import FOLDERS, PROFILES, export, export_folder
from kgraph.exports.model import Graph, Node
from kgraph.graph.store import GraphStore
from kgraph.graph.validation import read_quads, violations


def written(store: GraphStore, profile: str, form: str | None = None, license: str = "") -> bytes:
    out = io.BytesIO()
    export(store, profile, form, out, license)
    return out.getvalue()


def table(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / name).read_bytes().decode("utf-8-sig"))))


def test_every_statement_is_in_every_export(store: GraphStore, tmp_path: Path) -> None:
    graph = read_graph(store)
    wanted = sorted((e.subject, e.relation, e.object, e.negated) for e in graph.edges)
    assert wanted

    export_folder(store, "csv", tmp_path / "csv")
    edges = table(tmp_path / "csv", "edges.csv")
    rows = [(r["source"], r["relation"], r["target"], r["negated"] == "true") for r in edges]
    assert sorted(rows) == wanted
    evidence = table(tmp_path / "csv", "evidence.csv")
    assert {r["statement"] for r in evidence} == {r["statement"] for r in edges}
    nodes = {r["id"] for r in table(tmp_path / "csv", "nodes.csv")}
    assert nodes == {node.id for node in graph.nodes}

    read = networkx.parse_graphml(written(store, "graphml").decode(), force_multigraph=True)
    assert (
        sorted((s, d["relation"], o, d["negated"]) for s, o, d in read.edges(data=True)) == wanted
    )
    assert set(read.nodes) == nodes

    lines = [json.loads(line) for line in written(store, "jsonl").splitlines()]
    said = [x for x in lines if x["type"] == "statement"]
    assert sorted((x["subject"], x["relation"], x["object"], x["negated"]) for x in said) == wanted
    quotes = {(p["post"], p["quote"], p["start"], p["end"]) for x in said for p in x["evidence"]}
    assert quotes == {(p.post, p.quote, p.start, p.end) for e in graph.edges for p in e.proofs}


def test_the_notes_for_obsidian_link_to_each_other(store: GraphStore, tmp_path: Path) -> None:
    graph = read_graph(store)
    count = export_folder(store, "obsidian", tmp_path / "vault")
    notes = {p.stem: p.read_text("utf-8") for p in (tmp_path / "vault").glob("*.md")}
    assert count == len(notes) == len(graph.nodes)
    for text in notes.values():
        _, head, body = text.split("---\n", 2)
        front = yaml.safe_load(head)
        assert front["iri"].startswith("https://kgraph.example/concept/")
        assert body.startswith("# ")
        links = {part.split("]]")[0] for part in body.split("[[")[1:]}
        assert links <= set(notes)
    told = "\n".join(notes.values())
    for edge in graph.edges:
        assert " ".join(edge.proofs[0].quote.split()) in told


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["a/b", "a:b", "A B"], ["a b", "a b (2)", "A B (3)"]),
        (["con", "NUL.x", "...", "[[x]]|#^"], ["con_", "NUL.x_", "_", "x"]),
        (["가" * 200], ["가" * 50]),
    ],
)
def test_a_label_becomes_a_name_that_every_system_takes(
    labels: list[str], names: list[str]
) -> None:
    nodes = tuple(
        Node(str(i), "concept", (("ko", label),), (), (), 1, ()) for i, label in enumerate(labels)
    )
    files = obsidian_files(Graph(nodes, (), (), ()))
    assert [name for name, _ in files] == [f"{name}.md" for name in names]


def test_a_formula_stays_a_text(tmp_path: Path) -> None:
    node = Node("x", "concept", (("en", '=HYPERLINK("http://x")'),), (), (), 1, ())
    from kgraph.exports import csv_files

    data = dict(csv_files(Graph((node,), (), (), ())))["nodes.csv"].decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(data)))["label_en"] == '\'=HYPERLINK("http://x")'


def test_only_a_folder_of_ours_is_replaced(store: GraphStore, tmp_path: Path) -> None:
    target = tmp_path / "out"
    export_folder(store, "csv", target)
    (target / "stale.csv").write_text("x")
    export_folder(store, "csv", target)
    assert sorted(p.name for p in target.glob("*.csv")) == [
        "edges.csv",
        "evidence.csv",
        "nodes.csv",
    ]
    other = tmp_path / "mine"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work")
    with pytest.raises(KgraphError, match="no export made"):
        export_folder(store, "csv", other)
    assert [p.name for p in other.iterdir()] == ["thesis.txt"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine", "out"]


def test_rdf12_reifies_what_is_said_and_asserts_what_is_not_denied(store: GraphStore) -> None:
    reifies = "http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies"
    for form in ("turtle", "n-triples", "n-quads", "trig"):
        read = list(parse(written(store, "rdf12", form), format=_FORMATS[form]))
        plain = {(q.subject, q.predicate, q.object) for q in read}
        said = [q.object for q in read if q.predicate.value == reifies]
        assert said
        for triple in said:
            assert isinstance(triple, Triple)
        negative = Literal("negative")
        denied = {q.subject for q in read if q.object == negative}
        for quad in read:
            if quad.predicate.value == reifies and isinstance(quad.object, Triple):
                if "skos/core#" in quad.object.predicate.value:
                    continue
                asserted = tuple(quad.object) in plain
                assert asserted or quad.subject in denied
    with pytest.raises(KgraphError, match=r"cannot hold RDF 1\.2"):
        written(store, "rdf12", "json-ld")


_FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "n-triples": RdfFormat.N_TRIPLES,
    "n-quads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
}


def test_the_full_export_describes_its_dataset(store: GraphStore) -> None:
    data = written(store, "full", "n-quads", "https://x.example/by")
    read = list(parse(data, format=RdfFormat.N_QUADS))
    dataset = "<https://kgraph.example/dataset"
    about = {
        str(q.predicate)[1:-1].rpartition("/")[2].rpartition("#")[2]: q.object
        for q in read
        if str(q.subject) == f"{dataset}>"
    }
    plain = [q for q in store.quads() if str(q.graph_name) == "DEFAULT"]
    assert about["triples"] == Literal(len(plain))
    assert about["license"] == NamedNode("https://x.example/by")
    # Less the description, it is the graph itself.
    assert {q for q in read if not str(q.subject).startswith(dataset)} == set(store.quads())


def test_every_profile_is_valid(store: GraphStore, tmp_path: Path) -> None:
    for profile in ("core", "schema", "skos", "rdf12", "full"):
        path = tmp_path / (f"{profile}.trig" if profile == "full" else f"{profile}.ttl")
        path.write_bytes(written(store, profile))
        assert violations(read_quads(path)) == [], profile


SKOS = "http://www.w3.org/2004/02/skos/core#"


@pytest.mark.parametrize(
    ("triples", "message"),
    [
        ([("a", "type", "Concept"), ("a", "type", "ConceptScheme")], "S9"),
        ([("a", "prefLabel", "x@ko"), ("a", "altLabel", "x@ko")], "S13"),
        ([("a", "altLabel", "x@ko"), ("a", "hiddenLabel", "x@ko")], "S13"),
        ([("a", "prefLabel", "x@ko"), ("a", "prefLabel", "y@ko")], "S14"),
        ([("a", "broader", "b"), ("b", "broader", "c"), ("a", "related", "c")], "S27"),
        ([("a", "type", "Concept"), ("a", "type", "Collection")], "S37"),
        ([("a", "exactMatch", "b"), ("a", "broadMatch", "b")], "S46"),
        ([("a", "broader", "b"), ("b", "broader", "a")], "broader than itself"),
    ],
)
def test_each_condition_of_skos_is_checked(
    triples: list[tuple[str, str, str]], message: str
) -> None:
    def node(name: str) -> NamedNode:
        return NamedNode(f"http://x.example/{name}")

    def term(name: str, prop: str) -> NamedNode | Literal:
        if "@" in name:
            return Literal(name.split("@")[0], language=name.split("@")[1])
        return NamedNode(SKOS + name) if prop == "type" else node(name)

    rdf_type = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    quads = [
        Quad(node(s), rdf_type if p == "type" else NamedNode(SKOS + p), term(o, p))
        for s, p, o in triples
    ]
    found = violations(quads)
    assert found
    assert any(message in v.message for v in found), found


def test_profiles_are_told_apart(store: GraphStore, tmp_path: Path) -> None:
    for profile in FOLDERS:
        assert profile in PROFILES
        with pytest.raises(KgraphError, match="is a folder"):
            written(store, profile)
    with pytest.raises(NotFoundError, match="no folder"):
        export_folder(store, "core", tmp_path / "x")
    with pytest.raises(KgraphError, match="no other format"):
        written(store, "graphml", "turtle")


def test_exports_are_the_same_every_time(
    quads: tuple[Quad, ...], on_disk: Callable[[tuple[Quad, ...]], GraphStore], store: GraphStore
) -> None:
    other = GraphStore.memory(reversed(quads))
    for profile in ("graphml", "jsonl", "rdf12", "full"):
        assert written(store, profile) == written(other, profile)
