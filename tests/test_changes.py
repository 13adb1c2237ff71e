from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kgraph.changes import Changes, compare, plan
from kgraph.config import Settings
from kgraph.errors import BusyError, NotFoundError
from kgraph.generations import FORMAT, Generations, Manifest, read_manifest, write_manifest
from kgraph.graph.store import GraphStore
from kgraph.pipeline import ingest
from kgraph.removal import remove

MANIFEST = Manifest(
    format=FORMAT,
    version="0",
    digest="d",
    model="",
    encoder="e",
    dimension=2,
    sources=(),
    counts={"posts": 1},
)


class LengthEncoder:
    """Vectors that depend on the text alone, at once."""

    fingerprint = "length"
    dimension = 8

    def encode_passages(self, texts: list[str], progress: object = None) -> NDArray[np.float32]:
        rows = [[len(text) % n + 1 for n in range(2, 10)] for text in texts]
        made = np.array(rows, dtype=np.float32).reshape(len(texts), 8)
        scaled: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
        return scaled


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgraph.index.encoder.load_encoder", lambda model: LengthEncoder())


def test_compare_tells_moved_files_from_new_and_deleted_ones() -> None:
    before = {"a": "1", "b": "2", "c": "3", "d": "3", "e": "5"}
    after = {"a": "1", "b": "9", "x": "3", "y": "3", "z": "3"}
    assert compare(before, after) == Changes(
        new=("z",),
        changed=("b",),
        moved=(("c", "x"), ("d", "y")),
        deleted=("e",),
        same=1,
        skipped=(),
    )


@pytest.mark.usefixtures("fast")
def test_plan_says_what_ingest_then_does(tmp_path: Path) -> None:
    notes, config = tmp_path / "notes", Settings(indexes=tmp_path / "indexes")
    notes.mkdir()
    for name in ("가", "나", "다"):
        (notes / f"{name}.md").write_text(f"# {name}\n\nPod는 {name} 노드에서 실행된다.\n", "utf-8")
    assert plan([notes], config).new == tuple(f"{notes}/{n}.md" for n in "가나다")
    ingest([notes], config)
    (notes / "가.md").rename(notes / "라.md")
    (notes / "나.md").write_text("# 나\n\nkubelet은 에이전트이다.\n", "utf-8")
    (notes / "다.md").unlink()
    (notes / "bad.md").write_bytes(b"\0\1")
    found = plan([notes], config)
    assert (found.new, found.changed, found.moved, found.deleted, found.same) == (
        (f"{notes}/bad.md",),
        (f"{notes}/나.md",),
        ((f"{notes}/가.md", f"{notes}/라.md"),),
        (f"{notes}/다.md",),
        0,
    )
    report = ingest([notes], config)
    assert (report.new, report.changed, report.moved, report.deleted) == (0, 1, 1, 1)
    assert [name for name, _ in report.skipped] == ["bad.md"]


@pytest.mark.usefixtures("fast")
def test_remove_takes_one_source_out(tmp_path: Path) -> None:
    config = Settings(indexes=tmp_path / "indexes")
    for name in ("a", "b"):
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\nPod는 노드에서 실행된다.\n", "utf-8")
    ingest([tmp_path / "a.md", tmp_path / "b.md"], config)
    report = remove(tmp_path / "a.md", config)
    assert (report.deleted, report.same) == (1, 1)
    with pytest.raises(NotFoundError, match="only source"):
        remove(tmp_path / "b.md", config)
    with pytest.raises(NotFoundError, match="is no post or source"):
        remove(tmp_path / "a.md", config)


def content(indexes: Path) -> tuple[bytes, bytes]:
    folder = Generations(indexes).require()
    vectors = b"".join(p.read_bytes() for p in sorted((folder / "index").glob("*.faiss")))
    assert vectors
    return GraphStore.open(folder / "graph").canonical_nquads(), vectors


NAMES = st.sampled_from(["a.md", "b.md", "d/a.md"])
TEXTS = st.sampled_from(
    [
        "# 노드\n\nPod는 노드에서 실행된다.\n",
        "# kubelet\n\nkubelet은 노드의 에이전트이다. 쿠버네티스(Kubernetes)를 쓴다.\n",
        "# Scheduler\n\nScheduler는 Pod를 노드에 배치한다.\n",
    ]
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), NAMES, TEXTS),
        st.tuples(st.just("move"), NAMES, NAMES),
        st.tuples(st.just("delete"), NAMES, st.just("")),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.usefixtures("fast")
@settings(
    max_examples=3,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_any_way_to_the_same_notes_gives_the_same_index(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str]]
) -> None:
    root = tmp_path_factory.mktemp("same")
    notes = root / "notes"
    (notes / "d").mkdir(parents=True)
    (notes / "always.md").write_text("# etcd\n\netcd는 상태를 저장한다.\n", "utf-8")
    step_by_step, at_once = Settings(indexes=root / "x"), Settings(indexes=root / "y")
    ingest([notes], step_by_step)
    for action, name, other in steps:
        path = notes / name
        if action == "write":
            path.write_text(other, "utf-8")
        elif path.exists():
            path.replace(notes / other) if action == "move" else path.unlink()
        ingest([notes], step_by_step)
    ingest([notes], at_once)
    assert content(step_by_step.indexes) == content(at_once.indexes)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
def test_killed_at_every_file_operation_a_whole_generation_is_in_use(tmp_path: Path) -> None:
    generations = Generations(tmp_path)

    def build(number: int) -> None:
        with generations.lock(), generations.new() as folder:
            (folder / "index").mkdir()
            (folder / "index" / "part").write_text(str(number))
            write_manifest(folder, msgspec.structs.replace(MANIFEST, digest=str(number)))

    for number in range(3):
        build(number)
    kills = 0
    for at in range(1, 400):
        child = os.fork()
        if not child:
            left = at

            def hook(event: str, _: object) -> None:
                nonlocal left
                if event == "open" or event.startswith(("os.", "shutil.")):
                    left -= 1
                    if not left:
                        os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(hook)
            build(100 + at)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        folder = generations.require()
        digest = read_manifest(folder).digest
        assert (folder / "index" / "part").read_text() == digest
        if not os.WIFSIGNALED(status):
            assert digest == str(100 + at)
            break
        kills += 1
    assert kills > 10
    build(999)
    assert read_manifest(generations.require()).digest == "999"
    assert not list((tmp_path / "generations").glob("*.tmp"))


def test_who_holds_the_lock_is_named(tmp_path: Path) -> None:
    first, second = Generations(tmp_path), Generations(tmp_path)
    with (
        first.lock(),
        pytest.raises(BusyError, match=rf"\(process {os.getpid()}\)"),
        second.lock(),
    ):
        pass
