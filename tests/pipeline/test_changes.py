from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kgraph.config import Settings
from kgraph.errors import BusyError, NotFoundError
from kgraph.pipeline.changes import Changes, compare, plan
from kgraph.pipeline.ingest import ingest
from kgraph.pipeline.removal import remove
from kgraph.storage.generations import FORMAT, Generations, Manifest

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


def test_who_holds_the_lock_is_named(tmp_path: Path) -> None:
    first, second = Generations(tmp_path), Generations(tmp_path)
    with (
        first.lock(),
        pytest.raises(BusyError, match=rf"\(process {os.getpid()}\)"),
        second.lock(),
    ):
        pass
