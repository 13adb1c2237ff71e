"""The alias file changes what the next ingest makes of the same notes, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kgraph.cli import app
from kgraph.config import Settings
from kgraph.errors import NotFoundError
from kgraph.library import Kgraph
from kgraph.pipeline.ingest import ingest

NOTES = {
    "a.md": "# 커피\n\n그라인더(grinder)는 원두를 분쇄한다. 머신은 포터필터를 사용한다.\n",
    "b.md": "# 저울\n\n저울은 원두를 저장하지 않는다. 밀링은 그라인더를 사용한다.\n",
}


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for name, text in NOTES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(indexes: Path, *args: str) -> Result:
    return CliRunner().invoke(app, ["--indexes", str(indexes), *args])


def names(indexes: Path, name: str) -> set[str]:
    card = Kgraph(Settings(indexes=indexes)).concept(name)
    return {label.text for label in (*card.preferred, *card.alternative)}


def test_edits_take_effect_with_the_next_ingest(tmp_path: Path, notes: Path) -> None:
    indexes = tmp_path / "indexes"
    settings = Settings(indexes=indexes)
    ingest([notes], settings)
    assert names(indexes, "grinder") == {"그라인더", "grinder"}
    before = Kgraph(settings).store.canonical_nquads()

    assert run(indexes, "alias", "merge", "그라인더", "밀링").exit_code == 0
    assert run(indexes, "alias", "add", "포터필터", "손잡이").exit_code == 0
    assert run(indexes, "alias", "ignore", "저울").exit_code == 0
    report = ingest([notes], settings)
    assert (report.unchanged, report.changed) == (False, 0)
    assert names(indexes, "밀링") == {"그라인더", "grinder", "밀링"}
    assert names(indexes, "손잡이") == {"포터필터", "손잡이"}
    with pytest.raises(NotFoundError):
        Kgraph(settings).concept("저울")
    edited = Kgraph(settings).store.canonical_nquads()

    other = Settings(indexes=tmp_path / "other", overrides=settings.aliases)
    ingest([notes], other)
    assert Kgraph(other).store.canonical_nquads() == edited

    for name in ("밀링", "손잡이", "저울"):
        assert run(indexes, "alias", "remove", name).exit_code == 0
    ingest([notes], settings)
    after = Kgraph(settings).store.canonical_nquads()
    # Only the digest of the inputs tells the file, which is there now, from none.
    assert len(after.splitlines()) == len(before.splitlines())
    assert names(indexes, "grinder") == {"그라인더", "grinder"}


def test_split_undoes_what_why_lists(tmp_path: Path, notes: Path) -> None:
    indexes = tmp_path / "indexes"
    ingest([notes], Settings(indexes=indexes))
    why = run(indexes, "concept", "그라인더", "--why", "--format", "json")
    merges = json.loads(why.stdout)["merges"]
    quote = "그라인더(grinder)는 원두를 분쇄한다."
    assert [(m["surface"], m["reason"], m["detail"], m["undo"]) for m in merges] == [
        ("grinder", "pair", quote, "kgraph alias split grinder"),
        ("그라인더", "pair", quote, "kgraph alias split 그라인더"),
    ]
    assert "undo: kgraph alias split grinder" in run(indexes, "concept", "그라인더", "--why").stdout
    assert run(indexes, "alias", "split", "grinder").exit_code == 0
    ingest([notes], Settings(indexes=indexes))
    assert names(indexes, "그라인더") == {"그라인더"}


def test_list_and_mistakes(tmp_path: Path) -> None:
    indexes = tmp_path / "indexes"  # nothing ingested yet: any name will do
    assert run(indexes, "alias", "list").stdout == ""
    assert run(indexes, "alias", "add", "파드", "팟", "꼬투리").exit_code == 0
    assert run(indexes, "alias", "split", "라이브").exit_code == 0
    assert run(indexes, "alias", "ignore", "참고").exit_code == 0
    shown = run(indexes, "alias", "list")
    assert shown.stdout == "merge   파드 = 팟 = 꼬투리\nsplit   라이브\nignore  참고\n"
    data = json.loads(run(indexes, "alias", "list", "--format", "json").stdout)
    assert data == {
        "path": str(tmp_path / "kgraph-aliases.toml"),
        "merge": [["파드", "팟", "꼬투리"]],
        "split": ["라이브"],
        "ignore": ["참고"],
    }
    assert run(indexes, "alias", "merge", "파드").exit_code == 2
    wrong = run(indexes, "alias", "remove", "없는 이름")
    assert isinstance(wrong.exception, NotFoundError)


def test_a_misspelt_name_is_told_at_once(tmp_path: Path, notes: Path) -> None:
    indexes = tmp_path / "indexes"
    ingest([notes], Settings(indexes=indexes))
    wrong = run(indexes, "alias", "merge", "그라인드", "밀링")
    assert isinstance(wrong.exception, NotFoundError)
    assert "그라인더" in str(wrong.exception)
    assert not (tmp_path / "kgraph-aliases.toml").exists()
