from __future__ import annotations

import json
import shlex
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kgraph.cli import app
from kgraph.config import Settings
from kgraph.doctor import Finding, Severity, examine
from kgraph.errors import IndexMissingError
from kgraph.pipeline.ingest import ingest
from kgraph.storage.generations import Generations, read_manifest

TEXT = "# 커피\n\n그라인더는 원두를 분쇄한다. 머신은 포터필터를 사용한다.\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text(TEXT, encoding="utf-8")
    made = Settings(indexes=tmp_path / "indexes")
    ingest([tmp_path / "notes"], made)
    return made


def folder(settings: Settings) -> Path:
    found = Generations(settings.indexes).current()
    assert found is not None
    return found


def short(found: list[Finding]) -> list[tuple[str, str]]:
    return [(item.check, item.severity.value) for item in found]


def test_a_fresh_index_is_sound(settings: Settings) -> None:
    assert examine(settings) == []
    done = CliRunner().invoke(app, ["--indexes", str(settings.indexes), "doctor"])
    assert (done.exit_code, done.stdout) == (0, "nothing to mend / 고칠 것이 없습니다\n")


def test_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError):
        examine(Settings(indexes=tmp_path))


def _spoil_vectors(at: Path) -> None:
    path = at / "index" / "vectors.faiss"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def _lose_records(at: Path) -> None:
    (at / "index" / "records.sqlite").unlink()


def _add(at: Path) -> None:
    (at / "stray").write_text("x")


def _unsum(at: Path) -> None:
    (at / "checksums.json").write_text("[")


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (_spoil_vectors, "vectors.faiss is not as it was built"),
        (_lose_records, "records.sqlite is missing"),
        (_add, "stray is no part of what was built"),
        (_unsum, "no readable list of checksums"),
    ],
)
def test_damaged_files(settings: Settings, harm: Callable[[Path], None], message: str) -> None:
    harm(folder(settings))
    found = examine(settings)
    assert short(found) == [("checksum", "damage")]
    assert message in found[0].message
    done = CliRunner().invoke(
        app, ["--indexes", str(settings.indexes), "doctor", "--format", "json"]
    )
    data = json.loads(done.stdout)
    assert (done.exit_code, data["sound"], len(data["findings"])) == (1, False, 1)
    mend = f"kgraph --indexes {settings.indexes} ingest --rebuild"
    assert data["findings"][0]["mend"] == mend


def test_a_changed_text_leaves_its_evidence_dangling(settings: Settings) -> None:
    with sqlite3.connect(folder(settings) / "notes.sqlite") as db:
        db.execute("DELETE FROM posts")
    db.close()
    found = examine(settings)
    assert ("evidence", "damage") in short(found)
    quotes = next(item for item in found if item.check == "evidence").evidence
    assert any("그라인더는 원두를 분쇄한다." in quote for quote in quotes)


def test_a_graph_that_cannot_be_read(settings: Settings) -> None:
    (folder(settings) / "graph" / "CURRENT").unlink()
    assert short(examine(settings)) == [("checksum", "damage"), ("graph", "damage")]


def test_a_generation_that_is_gone(settings: Settings) -> None:
    (folder(settings) / "manifest.json").unlink()
    assert short(examine(settings)) == [("generation", "damage")]


def test_a_manifest_of_another_format(settings: Settings) -> None:
    (folder(settings) / "manifest.json").write_text("{}")
    assert short(examine(settings)) == [("manifest", "damage")]


def test_stale_but_sound(settings: Settings, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    (notes / "a.md").write_text(TEXT + "더 있다.\n", encoding="utf-8")
    (notes / "b.md").write_text("# 새 글\n", encoding="utf-8")
    (settings.indexes / "generations" / "000009.tmp").mkdir()
    found = examine(settings)
    assert short(found) == [("generation", "stale"), ("source", "stale")]
    assert found[1].evidence == ("a.md", "b.md")
    assert {item.mend for item in found} == {f"kgraph --indexes {settings.indexes} ingest"}


def test_the_cache(settings: Settings) -> None:
    path = settings.indexes / "cache.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM prepared")
    db.close()
    assert short(examine(settings)) == [("cache", "stale")]
    path.write_bytes(b"no database at all, but text of some length" * 50)
    for beside in settings.indexes.glob("cache.sqlite-*"):
        beside.unlink()
    assert short(examine(settings)) == [("cache", "damage")]
    path.unlink()
    assert short(examine(settings)) == [("cache", "stale")]
    ingest([settings.indexes.parent / "notes"], settings, rebuild=True)
    assert examine(settings) == []


def _mend(command: str) -> None:
    """Run what a finding says, as a shell would."""
    for step in command.split(" && "):
        program, *args = shlex.split(step)
        if program == "rm":
            Path(args[0]).unlink()
            continue
        done = CliRunner().invoke(app, args)
        assert (program, done.exit_code) == ("kgraph", 0), done.output


def _dangle(at: Path) -> None:
    with sqlite3.connect(at / "notes.sqlite") as db:
        db.execute("UPDATE posts SET text = (SELECT text FROM posts WHERE id = 'b')")
    db.close()


def _break_graph(at: Path) -> None:
    (at / "graph" / "CURRENT").unlink()


def _break_manifest(at: Path) -> None:
    (at / "manifest.json").write_text("{}")


def _other_format(at: Path) -> None:
    path = at / "manifest.json"
    path.write_text(path.read_text().replace('"format": 2', '"format": 1'))


def _lose_generation(at: Path) -> None:
    shutil.rmtree(at)


def _leave(at: Path) -> None:
    (at.parent / "000009.tmp" / "graph").mkdir(parents=True)


def _empty_cache(at: Path) -> None:
    with sqlite3.connect(at.parents[1] / "cache.sqlite") as db:
        db.execute("DELETE FROM prepared")
    db.close()


def _spoil_cache(at: Path) -> None:
    _lose_cache(at)
    (at.parents[1] / "cache.sqlite").write_bytes(b"no database at all" * 500)


def _lose_cache(at: Path) -> None:
    for path in at.parents[1].glob("cache.sqlite*"):
        path.unlink()


def _edit(at: Path) -> None:
    (at.parents[2] / "notes" / "a.md").write_text(TEXT + "더 있다.\n", encoding="utf-8")


def _lose_source(at: Path) -> None:
    shutil.rmtree(at.parents[2] / "더 있는 글")


@pytest.mark.parametrize(
    "harm",
    [
        *(_spoil_vectors, _lose_records, _add, _unsum, _dangle, _break_graph, _break_manifest),
        *(_other_format, _lose_generation, _leave, _empty_cache, _spoil_cache, _lose_cache),
        *(_edit, _lose_source),
    ],
)
def test_the_commands_that_are_told_mend(
    settings: Settings, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    more = tmp_path / "더 있는 글"
    more.mkdir()
    (more / "b.md").write_text("# 찻잔\n\n찻잔은 차를 담는다.\n", encoding="utf-8")
    ingest([more], settings, form="markdown")
    assert examine(settings) == []
    harm(folder(settings))
    found = examine(settings)
    assert found != []
    for command in dict.fromkeys(item.mend for item in found):
        _mend(command)
    assert examine(settings) == []
    manifest = read_manifest(folder(settings))
    known = {source.path: source.form for source in manifest.sources}
    assert known[str(tmp_path / "notes")] == ""
    if harm is _lose_source:
        assert list(known) == [str(tmp_path / "notes")]
    elif harm not in (_break_manifest, _lose_generation):  # the generation before knew less
        assert known[str(more)] == "markdown"


def test_where_nothing_tells_the_sources_any_more_the_user_is_asked(settings: Settings) -> None:
    (folder(settings) / "manifest.json").write_text("{}")
    (found,) = examine(settings)
    assert found.mend == f"kgraph --indexes {settings.indexes} ingest --rebuild PATH..."
    _mend(found.mend.replace("PATH...", str(settings.indexes.parent / "notes")))
    assert examine(settings) == []


def test_severities_are_ordered(settings: Settings, tmp_path: Path) -> None:
    _add(folder(settings))
    (tmp_path / "notes" / "a.md").write_text(TEXT + "더 있다.\n", encoding="utf-8")
    assert [item.severity for item in examine(settings)] == [Severity.DAMAGE, Severity.STALE]
