"""Following notes: what is done with a stream of changes, and which changes count."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import watchfiles
from typer.testing import CliRunner

from kgraph.cli import app
from kgraph.config import Settings
from kgraph.errors import BusyError, KgraphError, ReadError
from kgraph.pipeline.watch import Batch, Wanted, changes, follow
from kgraph.storage.generations import Generations, read_manifest

SOME: Batch = [Path("a.md")]


class Updates:
    """Fails as it is told, in turn; counts how often it was asked."""

    def __init__(self, *errors: KgraphError | None) -> None:
        self.errors = list(errors)
        self.count = 0

    def __call__(self) -> None:
        self.count += 1
        error = self.errors.pop(0) if self.errors else None
        if error:
            raise error


def followed(update: Updates, *batches: Batch) -> list[str]:
    told: list[str] = []
    follow(update, iter(batches), lambda error: told.append(str(error)))
    return told


def test_every_batch_with_a_change_is_one_update() -> None:
    update = Updates()
    assert followed(update, SOME, (), (), [Path("b"), Path("c")], ()) == []
    assert update.count == 2


def test_what_is_wrong_with_the_notes_is_told_and_waits_for_the_next_change() -> None:
    update = Updates(ReadError("empty"), ReadError("empty"), None, ReadError("empty"))
    assert followed(update, SOME, (), SOME, SOME, SOME) == ["empty", "empty"]
    assert update.count == 4  # the second time it is no news, after a good turn it is again


def test_what_passes_by_itself_is_tried_again() -> None:
    update = Updates(BusyError("busy"), BusyError("busy"), None)
    assert followed(update, SOME, (), (), (), ()) == ["busy"]
    assert update.count == 3


def test_which_changes_count(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    (notes / "indexes").mkdir(parents=True)
    for name in ("a.md", "b.png", "옛.zip", "indexes/x.md"):
        (notes / name).write_text("x", "utf-8")
    wanted = Wanted([str(notes), "https://a.example/"], Settings(indexes=notes / "indexes"))
    counted = {
        name: wanted(None, str(tmp_path / name))
        for name in (
            *("notes/a.md", "notes/b.png", "notes/옛.zip", "notes/indexes/x.md"),
            *("notes/.git/a.md", "notes/.a.md.swp", "notes/gone", "notes/sub/new.html", "else.md"),
        )
    }
    assert [name for name, counts in counted.items() if counts] == [
        "notes/a.md",
        "notes/옛.zip",
        "notes/gone",
        "notes/sub/new.html",
    ]
    assert (wanted.roots, wanted.deep) == ([notes], True)


def test_a_single_file_is_watched_by_its_folder_and_beside_folders_looked_at(
    tmp_path: Path,
) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "a.md").write_text("x", "utf-8")
    alone = Wanted([str(tmp_path / "a.md")], Settings(indexes=tmp_path / "indexes"))
    assert (alone.roots, alone.deep) == ([tmp_path], False)
    assert alone(None, str(tmp_path / "a.md"))
    assert not alone(None, str(tmp_path / "b.md"))
    both = [str(tmp_path / "a.md"), str(tmp_path / "notes")]
    before = Wanted(both, Settings(indexes=tmp_path / "indexes"))
    assert before.roots == [tmp_path / "notes"]
    (tmp_path / "a.md").write_text("longer", "utf-8")
    assert Wanted(both, Settings(indexes=tmp_path / "indexes")).marks != before.marks


def test_a_folder_that_went_and_came_back_is_watched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watcher is a script here: it says what it is asked to watch, and acts."""
    notes, away = tmp_path / "notes", tmp_path / "away"
    notes.mkdir()
    opened: list[list[Path]] = []

    def watch(*roots: Path, **_: object) -> Iterator[set[tuple[int, str]]]:
        opened.append(list(roots))
        yield set()
        if roots == (notes,):
            yield {(1, str(notes / "a.md"))}
            notes.rename(away)
            yield set()
        else:
            away.rename(notes)
            yield {(1, str(notes))}

    monkeypatch.setattr(watchfiles, "watch", watch)
    told = changes(lambda: [str(notes)], Settings(indexes=tmp_path / "i"))
    assert [next(told) for _ in range(7)] == [
        [notes],
        [notes / "a.md"],
        [],  # it is gone now
        [tmp_path],
        [notes],  # and back
        [notes],
        [notes / "a.md"],
    ]
    assert opened == [[notes], [tmp_path], [notes]]


def test_where_nothing_can_be_watched_it_is_tried_again(tmp_path: Path) -> None:
    waits: list[float] = []
    told = changes(
        lambda: [str(tmp_path / "no" / "where"), "-"],
        Settings(indexes=tmp_path / "i"),
        wait=waits.append,
    )
    assert [next(told), next(told)] == [(), ()]
    assert len(waits) == 2


def posts(indexes: Path) -> list[str]:
    manifest = read_manifest(Generations(indexes).require())
    return sorted(post for s in manifest.sources for file in s.files for post in file.posts)


def test_the_command_follows_until_it_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes, indexes = tmp_path / "notes", tmp_path / "indexes"
    notes.mkdir()
    seen: list[list[str]] = []

    def scripted(sources: object, settings: Settings) -> Iterator[Batch]:
        yield [notes]  # still nothing there
        for name in ("가", "나"):
            (notes / f"{name}.md").write_text(f"# {name}\n\nPod는 노드에서 실행된다.\n", "utf-8")
            yield [notes / f"{name}.md"]
            seen.append(posts(indexes))
        yield [notes / "가.md"]  # saved as it was: nothing to tell
        (notes / "가.md").unlink()
        yield [notes / "가.md"]
        seen.append(posts(indexes))
        raise KeyboardInterrupt

    monkeypatch.setattr("kgraph.pipeline.watch.changes", scripted)
    done = CliRunner().invoke(app, ["--indexes", str(indexes), "ingest", str(notes), "--watch"])
    assert (done.exit_code, seen) == (0, [["가"], ["가", "나"], ["나"]])
    lines = done.stderr.splitlines()
    assert [line for line in lines if " posts: " in line] == [
        "1 posts: 1 new, 0 changed, 0 moved, 0 deleted, 0 as before",
        "2 posts: 1 new, 0 changed, 0 moved, 0 deleted, 1 as before",
        "1 posts: 0 new, 0 changed, 0 moved, 1 deleted, 1 as before",
    ]
    assert lines[0] == f"kgraph: No notes in {notes}."
    assert lines[-1] == "no longer watching; the index holds the last complete build"


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_the_real_watcher_sees_a_new_note_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("# 하나\n\nPod는 노드에서 실행된다.\n", "utf-8")
    command = [sys.executable, "-c", "from kgraph.cli import main; main()"]
    with subprocess.Popen(
        [*command, "--indexes", str(tmp_path / "i"), "ingest", str(notes), "--watch"],
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    ) as child:
        assert child.stderr is not None
        for line in child.stderr:
            if line.startswith("watching"):
                (notes / "b.md").write_text("# 둘\n\netcd는 상태를 저장한다.\n", "utf-8")
            if line.startswith("2 posts: 1 new"):
                child.send_signal(signal.SIGINT)
        assert child.wait() == 0
    assert posts(tmp_path / "i") == ["a", "b"]


def test_what_cannot_be_followed_is_a_usage_error(tmp_path: Path) -> None:
    for args in (["-", "--watch"], [str(tmp_path), "--watch", "--dry-run"]):
        assert CliRunner().invoke(app, ["ingest", *args]).exit_code == 2
    missing = CliRunner().invoke(app, ["ingest", str(tmp_path / "none"), "--watch"])
    assert isinstance(missing.exception, ReadError)
