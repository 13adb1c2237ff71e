from __future__ import annotations

from pathlib import Path

import pytest

from kgraph.errors import BusyError, IndexMismatchError, IndexMissingError
from kgraph.storage.generations import (
    FORMAT,
    Generations,
    Manifest,
    Source,
    SourceFile,
    read_manifest,
    write_manifest,
)

MANIFEST = Manifest(
    format=FORMAT,
    version="0",
    digest="d",
    model="",
    encoder="e",
    dimension=2,
    sources=(Source("/notes", (SourceFile("가.md", "s", "k", ("가",)),)),),
    counts={"posts": 1},
)


def _build(generations: Generations) -> Path:
    with generations.new() as folder:
        write_manifest(folder, MANIFEST)
    return generations.require()


def test_a_build_becomes_current_and_the_one_before_stays(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    assert generations.current() is None
    with pytest.raises(IndexMissingError, match="kgraph ingest"):
        generations.require()
    built = [_build(generations).name for _ in range(3)]
    assert built == ["000001", "000002", "000003"]
    assert sorted(p.name for p in (tmp_path / "generations").iterdir()) == built[1:]
    assert read_manifest(generations.require()) == MANIFEST


def test_a_build_that_fails_leaves_the_old_one_and_no_trace(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    before = _build(generations)

    def stopped() -> None:
        with generations.new() as folder:
            (folder / "half").write_text("")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert generations.require() == before
    assert [p.name for p in (tmp_path / "generations").iterdir()] == ["000001"]


def test_leftovers_of_a_killed_build_are_swept(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    _build(generations)
    (tmp_path / "generations" / "000002.tmp").mkdir()
    assert _build(generations).name == "000002"
    assert sorted(p.name for p in (tmp_path / "generations").iterdir()) == ["000001", "000002"]


def test_a_pointer_to_nothing_counts_as_no_index(tmp_path: Path) -> None:
    (tmp_path / "current").write_text("000009\n")
    assert Generations(tmp_path).current() is None


@pytest.mark.parametrize("text", ["", "{", '{"format": 99}', '{"format": "x"}'])
def test_a_damaged_manifest_says_how_to_mend_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(IndexMismatchError, match="kgraph ingest --rebuild"):
        read_manifest(tmp_path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    path = tmp_path / "manifest.json"
    path.write_text(path.read_text().replace(f'"format": {FORMAT}', '"format": 99'))
    with pytest.raises(IndexMismatchError, match="format 99"):
        read_manifest(tmp_path)


def test_only_one_may_write(tmp_path: Path) -> None:
    first, second = Generations(tmp_path), Generations(tmp_path)
    with first.lock(), pytest.raises(BusyError, match="Another ingest"), second.lock():
        pass
    with second.lock():
        pass
