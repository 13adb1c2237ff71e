from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kgraph.errors import IndexMismatchError, IndexMissingError, KgraphError
from kgraph.graph.store import GraphStore

READ = """
import sys
from pathlib import Path
from kgraph.graph.store import GraphStore
store = GraphStore.open(Path(sys.argv[1]))
sys.stdin.read(1)
print(len(store))
"""


def test_several_processes_read_one_store_at_once(store: GraphStore) -> None:
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READ, str(store.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    found = [reader.communicate(b"x")[0] for reader in readers]
    assert found == [f"{len(store)}\n".encode()] * 3


def test_a_missing_store_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="kgraph ingest"):
        GraphStore.open(tmp_path / "none")


def test_a_broken_store_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_bytes(b"\0broken")
    with pytest.raises(IndexMismatchError, match="build it anew"):
        GraphStore.open(tmp_path)


def test_a_folder_that_holds_something_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(KgraphError, match="is not empty"):
        GraphStore.build(tmp_path, [])
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_canonical_nquads_are_sorted_by_code_point(
    on_disk: Callable[[tuple[Quad, ...]], GraphStore],
) -> None:
    s, p, g = NamedNode("x:s"), NamedNode("x:p"), NamedNode("x:g")
    quads = (
        Quad(s, p, Literal("나")),
        Quad(s, p, Literal("\U00010000")),
        Quad(s, p, Literal("\uffee")),
        Quad(s, p, Literal("a\nb"), g),
        Quad(s, p, Literal("나")),
    )
    expected = (
        '<x:s> <x:p> "a\\nb" <x:g> .\n'
        '<x:s> <x:p> "나" .\n'
        '<x:s> <x:p> "\uffee" .\n'
        '<x:s> <x:p> "\U00010000" .\n'
    ).encode()
    assert on_disk(quads).canonical_nquads() == expected
    assert GraphStore.memory(quads[::-1]).canonical_nquads() == expected


def test_two_builds_of_the_same_notes_are_equal(
    quads: tuple[Quad, ...],
    store: GraphStore,
    on_disk: Callable[[tuple[Quad, ...]], GraphStore],
) -> None:
    assert on_disk(quads[::-1]).canonical_nquads() == store.canonical_nquads()


def test_patterns(store: GraphStore) -> None:
    pod = NamedNode("https://kgraph.example/concept/pod")
    label = NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    assert [term.value for term in store.objects(pod, label)] == ["Pod", "파드"]
    assert list(store.quads(Literal("x"))) == []
    with pytest.raises(TypeError):
        store.select("ASK {}")
