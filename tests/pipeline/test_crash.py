"""Ingests that end in the middle: killed, the disk full, another one running, readers beside."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kgraph.config import Settings
from kgraph.errors import BusyError
from kgraph.library import Kgraph
from kgraph.pipeline.ingest import ingest
from kgraph.storage.generations import Hold

DRIVER = Path(__file__).parent / "crash" / "driver.py"
KILLS = {"at": 2000, "first": 2000, "remove": 2000, "random": 200, "full": 1}
"""Kills after which a run ends; all but the random ones end by themselves, at their last step."""

posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks and kills")


class LengthEncoder:
    """Vectors that depend on the text alone, at once."""

    fingerprint = "length"
    dimension = 8

    def encode_passages(self, texts: list[str], progress: object = None) -> NDArray[np.float32]:
        rows = [[len(text) % n + 1 for n in range(2, 10)] for text in texts]
        made = np.array(rows, dtype=np.float32).reshape(len(texts), 8)
        scaled: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
        return scaled

    def encode_queries(self, texts: list[str]) -> NDArray[np.float32]:
        return self.encode_passages(texts)


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgraph.index.encoder.load_encoder", lambda model=None: LengthEncoder())


@pytest.fixture(scope="module")
def runs() -> Iterator[dict[str, subprocess.Popen[str]]]:
    """The drivers, side by side; in memory where the system has such a folder: they sync a lot."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    root = Path(tempfile.mkdtemp(prefix="kgraph-crash-", dir=memory))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, root, ignore_errors=True)
        yield {
            mode: stack.enter_context(
                subprocess.Popen(
                    [sys.executable, str(DRIVER), str(root / mode), mode, str(kills)],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    encoding="utf-8",
                )
            )
            for mode, kills in KILLS.items()
        }


@posix
@pytest.mark.parametrize("mode", [mode for mode in KILLS if mode != "full"])
def test_whatever_moment_it_is_killed_at_nothing_is_lost_or_broken(
    runs: dict[str, subprocess.Popen[str]], mode: str
) -> None:
    output, _ = runs[mode].communicate()
    assert runs[mode].returncode == 0, output
    told = json.loads(output.splitlines()[-1])
    if mode == "random":
        assert told["killed"] == 200
    else:
        assert (told["killed"] > 60, told["ended"]) == (True, 1)


@posix
def test_a_full_disk_is_told_and_leaves_the_index_as_it_was(
    runs: dict[str, subprocess.Popen[str]],
) -> None:
    output, _ = runs["full"].communicate()
    assert runs["full"].returncode == 0, output
    assert json.loads(output.splitlines()[-1])["failed"] > 10


@posix
def test_a_small_disk_that_is_full(tmp_path: Path) -> None:
    mount = f"mount -t tmpfs -o size=6m none {tmp_path}"
    if subprocess.run(["unshare", "-rm", "sh", "-c", mount], capture_output=True).returncode:
        pytest.skip("may not mount a small disk here")
    driver = f"exec {sys.executable} {DRIVER} {tmp_path}/x full 4"
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", f"{mount} && {driver}"],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["small"], told["failed"] > 10) == (True, True)


# ---------------------------------------------------------------- several processes


def note(folder: Path, name: str, number: int = 0) -> None:
    folder.mkdir(exist_ok=True)
    text = f"# {name}\n\nPod는 노드 {number}에서 실행된다. kubelet은 Pod를 재시작한다.\n"
    (folder / f"{name}.md").write_text(text, "utf-8")


def command(*args: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from kgraph.cli import main; main()", *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )


HOLD = """
import os, sys
from pathlib import Path
from kgraph.storage.generations import Generations
with Generations(Path(sys.argv[1])).lock():
    print(os.getpid(), flush=True)
    sys.stdin.read()
"""


@posix
@pytest.mark.usefixtures("fast")
def test_a_second_ingest_names_the_first_and_a_killed_one_leaves_no_lock(tmp_path: Path) -> None:
    notes, indexes = tmp_path / "notes", tmp_path / "indexes"
    note(notes, "가")
    ingest([notes], Settings(indexes=indexes))
    note(notes, "나")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(indexes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        pid = int(first.stdout.readline())
        second = command("--indexes", str(indexes), "ingest", str(notes))
        _, said = second.communicate()
        assert (second.returncode, said) == (
            1,
            f"kgraph: Another ingest (process {pid}) is writing {indexes}; wait for it to end, then"
            " try again.\n",
        )
        with pytest.raises(BusyError, match=f"process {pid}"):
            ingest([notes], Settings(indexes=indexes))
        first.kill()
    assert ingest([notes], Settings(indexes=indexes)).new == 1


@pytest.mark.usefixtures("fast")
def test_a_reader_keeps_its_generation_through_any_number_of_builds(tmp_path: Path) -> None:
    notes, settings = tmp_path / "notes", Settings(indexes=tmp_path / "indexes")
    note(notes, "가")
    ingest([notes], settings)
    early = Kgraph(settings)  # nothing of it is opened yet
    for number in range(1, 4):
        note(notes, "가", number)
        note(notes, f"나{number}")
        ingest([notes], settings)
    assert [post.id for post in early.notes.all()] == ["가"]
    assert "노드 0" in early.search("노드", kinds=["passage"])[0].record.text
    assert len(early.sparql("SELECT ?p { ?p a schema:BlogPosting }").rows) == 1
    late = Kgraph(settings)
    assert [post.id for post in late.notes.all()] == ["가", "나1", "나2", "나3"]
    folders = settings.indexes / "generations"
    assert sorted(x.name for x in folders.iterdir()) == ["000001", "000003", "000004"]
    del early
    note(notes, "가", 9)
    ingest([notes], settings)
    assert sorted(x.name for x in folders.iterdir()) == ["000004", "000005"]


@pytest.mark.skipif(os.name == "nt", reason="shared locks of POSIX")
def test_holding_a_generation_that_is_gone_is_no_error(tmp_path: Path) -> None:
    held = Hold(tmp_path / "000001")
    held.close()
    held.close()


@pytest.mark.usefixtures("fast")
def test_readers_beside_a_writer_see_one_build_or_the_next(tmp_path: Path) -> None:
    notes, settings = tmp_path / "notes", Settings(indexes=tmp_path / "indexes")
    note(notes, "가")
    ingest([notes], settings)
    builds = 8
    errors: list[BaseException] = []

    def write() -> None:
        try:
            for number in range(1, builds + 1):
                note(notes, "가", number)
                note(notes, f"나{number}")
                ingest([notes], settings)
        except BaseException as error:
            errors.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    seen: list[int] = []
    while writer.is_alive():
        kg = Kgraph(settings)
        posts = [post.id for post in kg.notes.all()]
        number = len(posts) - 1
        assert posts == ["가", *(f"나{i}" for i in range(1, number + 1))]
        assert len(kg.sparql("SELECT ?p { ?p a schema:BlogPosting }").rows) == number + 1
        assert f"노드 {number}에서" in kg.notes.text("가")
        seen.append(number)
    writer.join()
    assert errors == []
    assert seen == sorted(seen)
    assert Kgraph(settings).manifest.counts["posts"] == builds + 1
