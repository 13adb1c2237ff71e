from __future__ import annotations

import random
import tempfile
from io import BytesIO
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat

from kgraph.errors import KgraphError, NotFoundError
from kgraph.exports.export import FORMATS, export, format_of
from kgraph.graph import sorting
from kgraph.graph.namespaces import OWL, PREFIXES, RDF, RDFS, SKOS
from kgraph.graph.rdf import to_dataset
from kgraph.graph.store import GraphStore
from kgraph.graph.writers import DATASET_FORMATS, write

OXIGRAPH = {
    "turtle": RdfFormat.TURTLE,
    "n-triples": RdfFormat.N_TRIPLES,
    "n-quads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "json-ld": RdfFormat.JSON_LD,
    "rdf-xml": RdfFormat.RDF_XML,
}
RDFLIB = {
    "turtle": "turtle",
    "n-triples": "nt",
    "n-quads": "nquads",
    "trig": "trig",
    "json-ld": "json-ld",
    "rdf-xml": "xml",
}


def exported(store: GraphStore, profile: str, format: str | None = None) -> bytes:
    out = BytesIO()
    export(store, profile, format, out)
    return out.getvalue()


def by_oxigraph(data: bytes, format: str) -> set[str]:
    return {str(quad) for quad in pyoxigraph.parse(data, format=OXIGRAPH[format])}


def by_rdflib(data: bytes, format: str) -> set[tuple[object, ...]]:
    dataset = rdflib.Dataset()
    dataset.parse(data=data, format=RDFLIB[format])
    default = dataset.default_graph.identifier
    return {(s, p, o, None if g == default else g) for s, p, o, g in dataset.quads()}


def written(quads: list[Quad], format: str) -> bytes:
    out = BytesIO()
    write(quads, format, out)
    return out.getvalue()


TRIPLES = ("core", "schema", "full", "skos")  # profiles that RDF 1.1 holds


def profiles_and_formats() -> list[tuple[str, str]]:
    return [
        (profile, format)
        for profile in TRIPLES
        for format in FORMATS
        if profile != "full" or format in DATASET_FORMATS
    ]


@pytest.mark.parametrize(("profile", "format"), profiles_and_formats())
def test_every_profile_in_every_format_is_the_same_graph(
    store: GraphStore, profile: str, format: str
) -> None:
    reference = "n-quads"
    expected = by_oxigraph(exported(store, profile, reference), reference)
    data = exported(store, profile, format)
    assert by_oxigraph(data, format) == expected
    assert by_rdflib(data, format) == by_rdflib(exported(store, profile, reference), reference)


def test_full_is_everything(store: GraphStore) -> None:
    lines = exported(store, "full", "n-quads").splitlines(keepends=True)
    own = [line for line in lines if not line.startswith(b"<https://kgraph.example/dataset")]
    assert b"".join(own) == store.canonical_nquads()
    assert exported(store, "full") == exported(store, "full", "trig")
    again = pyoxigraph.parse(exported(store, "full"), format=RdfFormat.TRIG)
    assert GraphStore.memory(again).canonical_nquads() == b"".join(lines)


@pytest.mark.parametrize(("profile", "format"), profiles_and_formats())
def test_the_order_of_building_changes_no_byte(
    store: GraphStore, quads: tuple[Quad, ...], profile: str, format: str
) -> None:
    shuffled = list(quads)
    random.Random(7).shuffle(shuffled)
    again = exported(GraphStore.memory(shuffled), profile, format)
    assert again == exported(store, profile, format)


def test_core_reads_well(store: GraphStore) -> None:
    text = exported(store, "core").decode()
    assert (
        "\nc:kube-apiserver a skos:Concept ,\n"
        "        kg:Component ;\n"
        '    skos:altLabel "API server"@en ;\n'
        '    skos:hiddenLabel "kube apiserver"@en ;\n'
        "    skos:inScheme <https://kgraph.example/concepts> ;\n"
        '    skos:prefLabel "API 서버"@ko ,\n'
        '        "kube-apiserver"@en ;\n'
        "    r:controls c:access .\n"
    ) in text
    assert "rdf:Statement" not in text
    assert "BlogPosting" not in text


def test_core_types_and_labels_every_predicate(store: GraphStore) -> None:
    graph = rdflib.Graph().parse(data=exported(store, "core"), format="turtle")
    properties = {
        rdflib.URIRef(OWL + name)
        for name in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    }
    label, kind = rdflib.URIRef(RDFS + "label"), rdflib.URIRef(RDF + "type")
    minted = rdflib.URIRef(PREFIXES["kg"] + "minted")
    for predicate in sorted(set(graph.predicates()), key=str):
        if str(predicate).startswith((RDF, RDFS)):
            continue
        assert properties & set(graph.objects(predicate, kind)), predicate
        languages = {str(getattr(x, "language", "")) for x in graph.objects(predicate, label)}
        expected = {"ko"} if (predicate, minted, None) in graph else {"ko", "en"}
        assert languages == expected, predicate


def test_schema_holds_no_concepts(store: GraphStore) -> None:
    graph = rdflib.Graph().parse(data=exported(store, "schema"), format="turtle")
    kind = rdflib.URIRef(RDF + "type")
    assert not list(graph.subjects(kind, rdflib.URIRef(SKOS + "Concept")))
    relations = {str(x) for x in graph.subjects(kind, rdflib.URIRef(PREFIXES["kg"] + "Relation"))}
    assert relations == {
        PREFIXES["r"] + name for name in ("controls", "creates", "isA", "replicates", "만들어-내다")
    }


def test_json_ld_reads_well(store: GraphStore) -> None:
    import json

    document = json.loads(exported(store, "skos", "json-ld"))
    nodes = {node["id"]: node for node in document["@graph"]}
    scheme = {"id": "https://kgraph.example/concepts"}
    assert nodes["c:pod"] == {
        "id": "c:pod",
        "type": "skos:Concept",
        "prefLabel": {"en": "Pod", "ko": "파드"},
        "definition": {"ko": "파드는 객체이다."},
        "skos:broader": {"id": "c:object"},
        "skos:inScheme": scheme,
        "skos:related": {"id": "c:replicaset"},
    }


def test_skos_has_no_cycles_and_related_is_not_broader() -> None:
    def triple(s: str, p: str, o: str) -> Quad:
        return Quad(NamedNode(s), NamedNode(p), NamedNode(o))

    c, r, kg = PREFIXES["c"], PREFIXES["r"], PREFIXES["kg"]
    quads = [triple(c + x, RDF + "type", SKOS + "Concept") for x in "abcd"]
    quads += [triple(r + x, RDF + "type", kg + "Relation") for x in ("isA", "uses")]
    pairs = [("a", "b"), ("b", "c"), ("c", "a"), ("d", "d")]
    quads += [triple(c + x, r + "isA", c + y) for x, y in pairs]
    quads += [triple(c + x, r + "uses", c + y) for x, y in [("a", "c"), ("a", "d"), ("d", "d")]]
    text = exported(GraphStore.memory(quads), "skos", "n-triples").decode()
    found = {
        name: {
            (s.removeprefix(f"<{c}")[:-1], o.removeprefix(f"<{c}")[:-1])
            for s, p, o, _ in (line.split(" ", 3) for line in text.splitlines())
            if p == f"<{SKOS}{name}>"
        }
        for name in ("broader", "related")
    }
    assert found == {
        "broader": {("a", "b"), ("b", "c")},
        "related": {("a", "d"), ("d", "a")},
    }


def test_what_cannot_be_written_says_the_way_out(store: GraphStore) -> None:
    with pytest.raises(KgraphError, match="n-quads or trig or json-ld, or the profile core"):
        exported(store, "full", "turtle")
    with pytest.raises(NotFoundError, match="choose one of core, schema, full, skos"):
        exported(store, "cores")
    with pytest.raises(NotFoundError, match="choose one of turtle"):
        exported(store, "core", "pdf")
    s, p = NamedNode("x:s"), NamedNode("https://kgraph.example/relation/1")
    with pytest.raises(KgraphError, match="ends in no XML name"):
        written([Quad(s, p, s)], "rdf-xml")
    with pytest.raises(KgraphError, match=r"the character U\+0001"):
        written([Quad(s, NamedNode("x:p"), Literal("a\x01"))], "rdf-xml")
    with pytest.raises(KgraphError, match="cannot hold named graphs"):
        written([Quad(s, p, s, s)], "turtle")


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.ttl", "turtle"),
        ("a.NT", "n-triples"),
        ("a.jsonld", "json-ld"),
        ("a.owl", "rdf-xml"),
        ("a.trig", "trig"),
        ("a.b.nq", "n-quads"),
        ("a.pdf", None),
        ("a", None),
    ],
)
def test_formats_by_suffix(name: str, format: str | None) -> None:
    assert format_of(Path(name)) == format


@pytest.mark.parametrize("format", FORMATS)
def test_literals_keep_their_spelling(format: str) -> None:
    integer, boolean = (
        NamedNode(PREFIXES["xsd"] + "integer"),
        NamedNode(PREFIXES["xsd"] + "boolean"),
    )
    s, p = NamedNode("x:s"), NamedNode("x:p")
    spellings = [("007", integer), ("+1", integer), ("-0", integer), ("1", boolean), ("", integer)]
    quads = [Quad(s, p, Literal(text, datatype=kind)) for text, kind in spellings]
    assert by_oxigraph(written(quads, format), format) == {str(quad) for quad in quads}


names = st.text(st.sampled_from("aZ09-_.~@+,²한글é\u0301\U0001d11e"), min_size=1, max_size=6)
texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\"\\\n\r\t<>{}|^`'&한\u1112\u1161\u11ab\u2028"),
    max_size=10,
)
iris = st.builds(lambda n, x: NamedNode(n + x), st.sampled_from(list(PREFIXES.values())), names)
predicates = st.sampled_from(
    [NamedNode(x) for x in (SKOS + "prefLabel", RDF + "type", RDFS + "label", "x:a/b#c")]
) | st.builds(lambda x: NamedNode(PREFIXES["r"] + x + "가"), names)
literals = st.one_of(
    st.builds(lambda x: Literal(x), texts),
    st.builds(lambda x, lang: Literal(x, language=lang), texts, st.sampled_from(["ko", "en-us"])),
    st.builds(
        lambda pair: Literal(pair[0], datatype=NamedNode(PREFIXES["xsd"] + pair[1])),
        st.sampled_from(
            [
                ("1", "integer"),
                ("-7", "integer"),
                ("0", "integer"),
                ("12345678901234567890", "integer"),
                ("true", "boolean"),
                ("2024-01-02", "date"),
                ("https://x.example/가?a=1&b", "anyURI"),
            ]
        ),
    ),
)
datasets = st.lists(
    st.builds(Quad, iris, predicates, iris | literals, iris | st.just(DefaultGraph())), max_size=8
)


@settings(max_examples=60, deadline=None)
@given(datasets, st.sampled_from(FORMATS), st.randoms(use_true_random=False))
def test_round_trips(quads: list[Quad], format: str, order: random.Random) -> None:
    if format not in DATASET_FORMATS:
        quads = [Quad(q.subject, q.predicate, q.object) for q in quads]
    data = written(quads, format)
    assert by_oxigraph(data, format) == {str(quad) for quad in quads}
    order.shuffle(quads)
    assert written(quads + quads, format) == data
    mine = to_dataset(quads)
    default = mine.default_graph.identifier
    expected = {(s, p, str(o), None if g == default else g) for s, p, o, g in mine.quads()}
    assert {(s, p, str(o), g) for s, p, o, g in by_rdflib(data, format)} == expected


@settings(max_examples=60, deadline=None)
@given(datasets, st.sampled_from(FORMATS), st.integers(1, 4))
def test_sorting_on_disk_changes_no_byte(quads: list[Quad], format: str, part: int) -> None:
    if format not in DATASET_FORMATS:
        quads = [Quad(q.subject, q.predicate, q.object) for q in quads]
    whole = written(quads, format)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "PART", part)
        assert written(quads + quads[::-1], format) == whole


def test_sorting_leaves_no_files(
    store: GraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {profile: exported(store, profile) for profile in (*TRIPLES, "rdf12")}
    monkeypatch.setattr(sorting, "PART", 20)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert {profile: exported(store, profile) for profile in whole} == whole
    s, p = NamedNode("x:s"), NamedNode("x:p")
    many = [Quad(s, p, Literal(i)) for i in range(50)]
    with pytest.raises(KgraphError, match="cannot hold named graphs"):
        written([*many, Quad(s, p, s, s)], "turtle")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    with pytest.raises(KgraphError, match="no room to sort"):
        written(many, "turtle")
