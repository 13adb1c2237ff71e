"""The ten posts become a graph and an index that answer, through the installed command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kgraph.graph.store import GraphStore

ROOT = Path(__file__).parent.parent


def _kgraph(*args: str, stdin: str = "", code: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kgraph", *args]
    done = subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="session")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("e2e") / "indexes"
    done = _kgraph("--indexes", str(folder), "ingest", str(ROOT / "corpus"))
    assert "10 posts: 10 new" in done.stderr
    assert done.stdout == ""
    return str(folder)


def test_the_four_questions_are_answered_with_sentence_and_title(indexes: str) -> None:
    asked = {
        "kube-apiserver는 무엇을 통제하나?": ("접근", "6. Security"),
        "What creates a ReplicaSet?": ("Deployment", "동작과정"),
        "Metrics Server는 데이터를 어디에 저장하나?": ("메모리", "3. Logging"),
        "Which component restarts the pods after a short node outage?": (
            "kubelet",
            "5. Cluster Maintenance",
        ),
    }
    args = ("--indexes", indexes, "ask", "-", "--format", "jsonl")
    done = _kgraph(*args, stdin="\n".join(asked) + "\n")
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [reply["question"] for reply in replies] == list(asked)
    for reply, (answer, title) in zip(replies, asked.values(), strict=True):
        first = reply["answers"][0]
        assert not reply["abstained"]
        assert answer in first["text"]
        assert title in first["evidence"][0]["title"]
        assert first["evidence"][0]["quote"]


def test_what_the_notes_do_not_say_is_not_answered(indexes: str) -> None:
    done = _kgraph("--indexes", indexes, "ask", "김치찌개는 어떻게 끓이나요?", "--format", "json")
    assert json.loads(done.stdout)["abstained"] is True


def test_the_sparql_of_an_answer_gives_rows_when_pasted(indexes: str) -> None:
    done = _kgraph("--indexes", indexes, "ask", "What creates a ReplicaSet?", "--format", "json")
    query = json.loads(done.stdout)["sparql"]
    rows = json.loads(_kgraph("--indexes", indexes, "sparql", query, "--format", "json").stdout)
    assert "deployment" in json.dumps(rows["results"]["bindings"])


def test_search_related_concept_and_export_answer(indexes: str) -> None:
    found = json.loads(
        _kgraph(
            "--indexes", indexes, "search", "pod eviction", "-k", "3", "--format", "json"
        ).stdout
    )
    assert len(found["results"]) == 3
    assert set(found["results"][0]["parts"]) == {"dense", "lexical", "graph"}
    near = json.loads(
        _kgraph("--indexes", indexes, "related", "kubelet", "--format", "json").stdout
    )
    first_two = {concept["label"]: concept for concept in near["concepts"][:2]}
    assert set(first_two) == {"노드", "파드"}
    assert first_two["파드"]["why"][0]["reason"] == (
        "kubelet —restarts→ 파드, in 'CKA 대비 kubernetes 스터디 - 5. Cluster Maintenance'"
    )
    assert "restarts" in _kgraph("--indexes", indexes, "concept", "kubelet").stdout
    turtle = _kgraph("--indexes", indexes, "export", "core").stdout
    assert "c:kube-apiserver" in turtle


def test_a_second_ingest_changes_nothing_and_a_clean_build_is_the_same(
    indexes: str, tmp_path: Path
) -> None:
    again = _kgraph("--indexes", indexes, "ingest", str(ROOT / "corpus"))
    assert again.stderr.startswith("unchanged: 10 posts")
    other = tmp_path / "other"
    _kgraph("--indexes", str(other), "ingest", str(ROOT / "corpus"))
    quads = []
    for folder in (Path(indexes), other):
        name = (folder / "current").read_text().strip()
        quads.append(GraphStore.open(folder / "generations" / name / "graph").canonical_nquads())
    assert quads[0] == quads[1]


def test_extract_prints_statements_with_quotes_at_their_offsets(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    text = "# 노트\n\n스케줄러는 노드를 선택한다.\n"
    note.write_text(text, "utf-8")
    done = _kgraph("extract", str(note), "--format", "jsonl")
    statements = [json.loads(line) for line in done.stdout.splitlines()]
    assert [s["relation"] for s in statements] == ["selects"]
    evidence = statements[0]["evidence"]
    assert text[evidence["start"] : evidence["end"]] == evidence["quote"]


def test_errors_are_one_line_with_the_way_out(indexes: str, tmp_path: Path) -> None:
    none = _kgraph("--indexes", str(tmp_path / "none"), "ask", "x", code=3)
    assert "kgraph ingest" in none.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    assert (
        "No notes" in _kgraph("--indexes", str(tmp_path / "i"), "ingest", str(empty), code=1).stderr
    )
    binary = tmp_path / "x.md"
    binary.write_bytes(bytes(range(256)))
    failed = _kgraph("--indexes", str(tmp_path / "i"), "ingest", str(binary), code=1)
    assert "x.md" in failed.stderr
    assert (
        "SERVICE"
        in _kgraph(
            "--indexes", indexes, "sparql", "SELECT * { SERVICE <http://x/> {?s ?p ?o} }", code=1
        ).stderr
    )
    _kgraph("ask", "--no-such-option", "x", code=2)


def test_the_graph_keeps_to_its_shapes(indexes: str) -> None:
    from pyshacl import validate
    from rdflib import Graph

    from kgraph.graph import rdf

    name = (Path(indexes) / "current").read_text().strip()
    store = GraphStore.open(Path(indexes) / "generations" / name / "graph")
    data = Graph()
    data += rdf.to_dataset(store.quads()).default_graph
    shapes = Graph().parse(str(Path(rdf.__file__).with_name("shapes.ttl")))
    conforms, _, report = validate(data, shacl_graph=shapes)
    assert conforms, report


def test_status_lists_the_relations_that_the_vocabulary_does_not_have(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("gRPC는 브라우저를 격려한다. Redis는 세션을 저장한다.", "utf-8")
    indexes = str(tmp_path / "indexes")
    _kgraph("--indexes", indexes, "ingest", str(note))
    shown = _kgraph("--indexes", indexes, "status").stdout
    assert "minted relations (verbs outside the vocabulary): 격려하다 1" in shown
