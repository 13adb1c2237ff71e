"""Ingests that are killed, over and over.

    python tests/pipeline/crash/driver.py FOLDER {at|first|remove|random|full} N

One process loads everything once and forks a child for each ingest. The child is killed at one of
its steps that reach the disk (``at``: the first, the second, ... of an update; ``first``: of a
first ingest; ``remove``: of taking a post out and bringing it back), or by a timer at any moment,
be it inside a library (``random``). Afterwards the index must be a complete one, of the notes
before or after; and a last ingest that nobody kills must give what a build from scratch gives.
``full`` leaves N kB on the disk instead, then a third more, until they are enough: on a disk of
its own if FOLDER lies on a small one, else no file may have more. N kills are enough for the
others. Prints one JSON object; whatever is wrong ends it with an error.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

import kgraph.graph.make
import kgraph.index.encoder
from kgraph.config import Settings
from kgraph.doctor import examine
from kgraph.errors import IndexMissingError, NotFoundError, StorageError
from kgraph.extract.morphology import Analyser
from kgraph.graph.rdf import ontology_quads
from kgraph.graph.store import GraphStore
from kgraph.pipeline.ingest import ingest
from kgraph.pipeline.prepare import prepare
from kgraph.pipeline.removal import remove, restore
from kgraph.read import SourceFile
from kgraph.storage.checksums import checksums, read_checksums
from kgraph.storage.generations import Generations, read_manifest
from kgraph.storage.notes import NoteStore
from kgraph.vocab import load_lexicon, load_relations

State = dict[str, str]
"""Posts by id, with the hash of their content."""


class LengthEncoder:
    """Vectors that depend on the text alone, at once."""

    fingerprint = "length"
    dimension = 8

    def encode_passages(self, texts: list[str], progress: object = None) -> NDArray[np.float32]:
        """Unit rows, (n, 8)."""
        rows = [[len(text) % n + 1 for n in range(2, 10)] for text in texts]
        made = np.array(rows, dtype=np.float32).reshape(len(texts), 8)
        scaled: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
        return scaled


class Notes:
    """A folder of notes that every turn changes a little."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder = folder
        self._chance = chance
        self._turn = 0
        folder.mkdir(parents=True)
        for name in ("가", "나", "다", "d/라"):
            self._write(name)

    def _write(self, name: str) -> None:
        self._turn += 1
        path = self.folder / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            f"# {name}\n\nPod는 노드 {self._turn}에서 실행된다. kubelet은 Pod를 재시작한다.\n"
            f"\n## 절 {self._turn}\n\nScheduler는 Pod를 노드에 배치한다.\n",
            "utf-8",
        )

    def change(self) -> None:
        """Edit a note; now and then add, rename or delete one as well."""
        self._write(self._chance.choice(("가", "나")))
        what = self._chance.randrange(4)
        extra = self.folder / "d" / "더.md"
        if what == 1:
            self._write("d/더")
        elif what == 2:
            extra.unlink(missing_ok=True)
        elif what == 3 and extra.exists():
            extra.rename(self.folder / f"옮김-{self._turn % 3}.md")

    def state(self) -> State:
        """What an index of the folder holds."""
        return {
            path.relative_to(self.folder).with_suffix("").as_posix(): hashlib.sha256(
                path.read_bytes()
            ).hexdigest()
            for path in self.folder.rglob("*.md")
        }


# ---------------------------------------------------------------- killing

left = 0
_STEPS = frozenset(
    ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.truncate", "sqlite3.connect")
)


def _tick(*_: object) -> None:
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


class _Connection(sqlite3.Connection):
    def commit(self) -> None:
        _tick()
        super().commit()
        _tick()

    def __exit__(self, *error: Any) -> Any:
        _tick()
        super().__exit__(*error)
        _tick()
        return False


def _audited(event: str, args: tuple[Any, ...]) -> None:
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT
    if event == "open":
        if isinstance(args[2], int) and args[2] & writing:
            _tick()
    elif event in _STEPS:
        _tick()


def kill_at(step: int) -> None:
    """In a child: end it at its step ``step`` that reaches the disk, before or after it."""
    global left
    left = step
    fsync, connect = os.fsync, sqlite3.connect

    def synced(handle: int) -> None:
        _tick()
        fsync(handle)

    def connected(*args: Any, **options: Any) -> sqlite3.Connection:
        made: sqlite3.Connection = connect(*args, **{**options, "factory": _Connection})
        return made

    setattr(os, "fsync", synced)  # noqa: B010
    setattr(sqlite3, "connect", connected)  # noqa: B010
    sys.addaudithook(_audited)


def kill_after(seconds: float) -> None:
    """In a child: have the system end it after so many seconds, wherever it is."""
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-4))


def forked(work: Callable[[], None]) -> int:
    """Run ``work`` in a child; its wait status, 0 if it ended well."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


# ---------------------------------------------------------------- judging


def held(settings: Settings) -> State | None:
    """The posts of the index in use; None if there is none. It must be complete.

    Raises:
        AssertionError: it is not.
    """
    generations = Generations(settings.indexes)
    try:
        folder = generations.require()
    except IndexMissingError:
        return None
    assert checksums(folder) == read_checksums(folder), f"{folder} is not whole"
    manifest = read_manifest(folder)
    posts = {
        post: sha
        for source in manifest.sources
        for file in source.files
        for post, sha in zip(file.posts, file.hashes, strict=True)
    }
    notes = NoteStore(folder / "notes.sqlite")
    assert {post.id: post.sha256 for post in notes.all()} == posts, "posts were lost"
    notes.close()
    return posts


def judged(settings: Settings, *, thorough: bool) -> State | None:
    """:func:`held`; if ``thorough`` the graph is opened as well, in a child."""

    def look() -> None:
        if Generations(settings.indexes).current() is not None:
            wrong = [x for x in examine(settings) if x.severity.value == "damage"]
            assert not wrong, wrong

    assert not thorough or forked(look) == 0, "the index is broken"
    return held(settings)


def content(settings: Settings) -> str:
    """A digest of graph and vectors."""
    folder = Generations(settings.indexes).require()
    state = hashlib.sha256(GraphStore.open(folder / "graph").canonical_nquads())
    for path in sorted((folder / "index").glob("vectors*")):
        state.update(path.read_bytes())
    return state.hexdigest()


def same_as_scratch(settings: Settings, notes: Notes) -> None:
    """An ingest that nobody kills heals all; it gives what a build from scratch gives."""
    other = Settings(indexes=settings.indexes.parent / "scratch")

    def compare() -> None:
        ingest([notes.folder], settings)
        assert held(settings) == notes.state(), "the next ingest did not heal"
        assert [x for x in examine(settings) if x.severity.value != "advice"] == []
        ingest([notes.folder], other)
        assert content(settings) == content(other), "not what a build from scratch gives"

    assert forked(compare) == 0
    shutil.rmtree(other.indexes)
    assert not list((settings.indexes / "generations").glob("*.tmp"))


# ---------------------------------------------------------------- scenarios


def _load(folder: Path, update: Callable[[], None]) -> None:
    """Have here what every child needs, but for an open graph: its threads would not be forked."""
    names = folder / "modules.json"

    def look() -> None:
        update()
        names.write_text(json.dumps(sorted(sys.modules)), "utf-8")

    assert forked(look) == 0
    for name in json.loads(names.read_text("utf-8")):
        with suppress(Exception):
            importlib.import_module(name)
    Analyser.shared().morphemes("노드에서 실행된다")
    load_lexicon(None)
    load_relations(None)
    ontology_quads()
    prepare(SourceFile(Path("x.md"), "x.md", "x"), Settings(), None, "# 글\n\nPod다.".encode())
    shutil.rmtree(folder / "indexes")
    gc.freeze()


def main(folder: Path, mode: str, count: int) -> dict[str, object]:
    """Run one scenario; returns how many ingests were killed and how many were not."""
    setattr(kgraph.index.encoder, "load_encoder", lambda model=None: LengthEncoder())  # noqa: B010
    # The notes are few, a change is much of them: graphs are renewed all the same.
    setattr(kgraph.graph.make, "_RENEWED", 1e9)  # noqa: B010
    chance = random.Random(f"{mode}{count}")
    notes = Notes(folder / "notes", chance)
    settings = Settings(indexes=folder / "indexes")

    def update() -> None:
        ingest([notes.folder], settings)

    _load(folder, update)
    started = time.perf_counter()
    assert forked(update) == 0
    length = time.perf_counter() - started
    killed = ended = 0
    before = None if mode == "first" else judged(settings, thorough=True)
    turn = 0
    while killed < count:
        turn += 1
        if mode == "first":
            shutil.rmtree(settings.indexes, ignore_errors=True)
            before = None
        if mode != "remove":
            notes.change()
        after = notes.state()
        taken = mode == "remove" and "나" in (before or {})
        if taken:
            del after["나"]

        def work(
            turn: int = turn,
            taken: bool = taken,
            moment: float = chance.uniform(0, length),
        ) -> None:
            if mode == "random":
                kill_after(moment)
            else:
                kill_at(turn)
            if taken:
                remove("나", settings)
            elif mode == "remove":
                try:
                    restore("나", settings)
                except NotFoundError:  # the last one was killed when this was written down already
                    update()
            else:
                update()

        status = forked(work)
        died = os.WIFSIGNALED(status)
        assert died or status == 0, "an ingest failed"
        killed, ended = killed + died, ended + (not died)
        length *= 1.03 if died else 0.9  # so that moments lie in the whole of an ingest
        found = judged(settings, thorough=turn % 10 == 0)
        assert found in (before, after), f"turn {turn}: {found} is neither {before} nor {after}"
        before = found
        if not died:
            assert found == after
            if mode != "random":
                break
    (settings.indexes / "removed").unlink(missing_ok=True)
    assert killed == count or mode != "random"
    same_as_scratch(settings, notes)
    return {"mode": mode, "killed": killed, "ended": ended}


def full(folder: Path, kilobytes: int) -> dict[str, object]:
    """Ingest with too little room, and then with ever more."""
    setattr(kgraph.index.encoder, "load_encoder", lambda model=None: LengthEncoder())  # noqa: B010
    notes = Notes(folder / "notes", random.Random(1))
    settings = Settings(indexes=folder / "indexes")
    told, filler = folder / "told", folder / "filler"

    def update() -> None:
        ingest([notes.folder], settings)

    _load(folder, update)
    assert forked(update) == 0
    state = os.statvfs(folder)
    small = state.f_blocks * state.f_frsize < 64 * 2**20
    room, failed = kilobytes * 1024, 0
    before = judged(settings, thorough=True)
    while True:
        notes.change()
        told.write_text(" " * 4000, "utf-8")
        if small:
            free = os.statvfs(folder).f_bavail * state.f_frsize
            with filler.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, max(free - room, 1))

        def limited(most: int = room) -> None:
            with told.open("r+b", buffering=0) as file:
                if not small:
                    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
                try:
                    update()
                except StorageError as error:
                    resource.setrlimit(resource.RLIMIT_FSIZE, (2**30, resource.RLIM_INFINITY))
                    file.write(str(error).encode())

        assert forked(limited) == 0, f"{room} bytes: another error than that the disk is full"
        filler.unlink(missing_ok=True)
        said = told.read_text("utf-8").strip()
        found = judged(settings, thorough=True)
        assert found == (before if said else notes.state())
        assert not list((settings.indexes / "generations").glob("*.tmp"))
        if not said:
            break
        assert said.startswith("The disk is full ("), said
        print(f"{room} bytes: {said}", file=sys.stderr)
        before, room, failed = found, room * 4 // 3, failed + 1
    same_as_scratch(settings, notes)
    return {"mode": "full", "small": small, "failed": failed, "enough": room}


if __name__ == "__main__":
    where, what, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    shown = full(where, number) if what == "full" else main(where, what, number)
    print(msgspec.json.encode(shown).decode())
