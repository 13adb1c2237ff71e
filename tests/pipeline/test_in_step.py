"""Whatever became of the notes, in whichever order: the index equals a build from scratch."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from numpy.typing import NDArray

from kgraph.config import Settings
from kgraph.errors import NotFoundError, ReadError
from kgraph.fetch.mirror import Mirror, Page
from kgraph.graph.store import GraphStore
from kgraph.pipeline.ingest import ingest
from kgraph.pipeline.removal import remove, restore
from kgraph.pipeline.report import Report
from kgraph.storage.generations import Generations, read_manifest


class WordEncoder:
    """Vectors that depend on the text alone, at once."""

    fingerprint = "words"
    dimension = 8

    def encode_passages(self, texts: list[str], progress: object = None) -> NDArray[np.float32]:
        made = np.array(
            [
                [sum(map(ord, text)) % n + 1 for n in (7, 11, 13, 17, 19, 23, 29, 31)]
                for text in texts
            ],
            dtype=np.float32,
        ).reshape(len(texts), 8)
        scaled: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
        return scaled


def content(indexes: Path) -> dict[str, bytes]:
    """The graph in its canonical form, and every file of index and notes, vectors among them."""
    folder = Generations(indexes).require()
    found = {"graph": GraphStore.open(folder / "graph").canonical_nquads()}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith("graph/") and name not in _NOT_CONTENT:
            found[name] = path.read_bytes()
    assert any(name.endswith(".faiss") for name in found)
    return found


class _Fetched:
    failed = ()


_NOT_CONTENT = ("checksums.json", "graph.units")

BODIES = st.sampled_from(
    [
        "Pod는 노드에서 실행된다.",
        "kubelet은 노드의 에이전트이다. 쿠버네티스(Kubernetes)를 쓴다.",
        "Scheduler는 Pod를 노드에 배치한다. 서비스는 값을 가진다.",
        "컨테이너는 container이다. [[가]]를 보라.",
        "디플로이먼트(Deployment)는 레플리카셋을 생성한다. 서비스를 시작한다.",
        "값은 3이다. Deployment는 ReplicaSet을 생성하지 않는다.",
        "",
    ]
)
TITLES = st.sampled_from(["노드", "kubelet", "서비스", "Pod"])
NAMES = st.sampled_from(["가.md", "나.md", "d/가.md", "d/다.txt", "가.html", "목록.txt"])
FRONTS = st.sampled_from(
    ["", "---\ntags: [a]\nseries: 연재\n---\n", "---\nurl: https://a.b/1\n---\n"]
)


class Blog(RuleBasedStateMachine):
    """Two folders, an archive and a page of the web; every step is one ingest."""

    def __init__(self) -> None:
        super().__init__()
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # builds sync a lot
        self.root = Path(tempfile.mkdtemp(prefix="kgraph-step-", dir=memory))
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr("kgraph.index.encoder.load_encoder", lambda model=None: WordEncoder())
        # However much has changed: where less has, building from scratch is only slower.
        self.patch.setattr("kgraph.graph.make._RENEWED", 1e9)
        # Addresses are not asked: their copies are put there.
        self.patch.setattr("kgraph.fetch.crawl.fetch", lambda *_, **__: _Fetched)
        self.notes, self.more = self.root / "notes", self.root / "more"
        self.config = Settings(indexes=self.root / "indexes")
        self.sources: list[str] = []
        self.report: Report | None = None

    def teardown(self) -> None:
        self.patch.undo()
        shutil.rmtree(self.root)

    @initialize(title=TITLES, body=BODIES)
    def begin(self, title: str, body: str) -> None:
        self.write(self.notes / "늘.md", title, body or "etcd는 상태를 저장한다.")
        self.sources = [str(self.notes)]

    def write(self, path: Path, title: str, body: str, front: str = "") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.name == "목록.txt":
            text = f"블로그\n\n{title}\n\n{body}..\n\n첫째\n\nPod는 작다..\n"
        elif path.suffix == ".html":
            text = f"<title>{title}</title><h1>{title}</h1><p>{body}</p>"
        elif path.suffix == ".txt":
            text = f"{title}\n\n{body}\n"
        else:
            text = f"{front}# {title}\n\n{body}\n"
        path.write_text(text, "utf-8")

    @rule(name=NAMES, title=TITLES, body=BODIES, front=FRONTS)
    def add_or_edit(self, name: str, title: str, body: str, front: str) -> None:
        self.write(self.notes / name, title, body, front)

    @rule(name=NAMES, other=NAMES)
    def rename(self, name: str, other: str) -> None:
        before, after = self.notes / name, self.notes / other
        if before.exists() and before != after:
            after.parent.mkdir(exist_ok=True)
            before.replace(after)

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        (self.notes / name).unlink(missing_ok=True)

    @rule(name=NAMES, title=TITLES, body=BODIES)
    def second_source(self, name: str, title: str, body: str) -> None:
        self.write(self.more / name, title, body)
        if str(self.more) not in self.sources:
            self.sources.append(str(self.more))

    @rule(title=TITLES, body=BODIES)
    def archive(self, title: str, body: str) -> None:
        with zipfile.ZipFile(self.notes / "backup.zip", "w") as file:
            file.writestr("옛/글.md", f"# {title}\n\n{body}\n")

    @rule(title=TITLES, body=BODIES)
    def page(self, title: str, body: str) -> None:
        url = "https://a.b/1"
        html = f"<title>{title}</title><link rel=canonical href={url}><p>{body} 끝이다.</p>"
        mirror = Mirror(self.config.indexes, url)
        mirror.switch([Page(url, mirror.put(html.encode()), "text/html")])
        if url not in self.sources:
            self.sources.append(url)

    def posts(self) -> list[str]:
        folder = Generations(self.config.indexes).current()
        sources = read_manifest(folder).sources if folder else ()
        return [post for source in sources for file in source.files for post in file.posts]

    @precondition(lambda self: len(self.posts()) > 1)
    @rule(data=st.data())
    def take_out(self, data: st.DataObject) -> None:
        remove(data.draw(st.sampled_from(self.posts()), label="post"), self.config)

    @rule(data=st.data())
    def bring_back(self, data: st.DataObject) -> None:
        removed = sorted(Generations(self.config.indexes).removed())
        if removed:
            restore(data.draw(st.sampled_from(removed), label="post"), self.config)

    @precondition(lambda self: len(self.sources) > 1)
    @rule()
    def drop_a_source(self) -> None:
        gone = self.sources.pop()
        if gone == str(self.more):
            shutil.rmtree(self.more)
        try:
            remove(gone, self.config, source=True)
        except NotFoundError:
            return  # it was never ingested

    @invariant()
    def it_is_what_a_build_from_scratch_gives(self) -> None:
        if not self.sources:
            return
        other = Settings(indexes=self.root / "scratch")
        for folder in ("web", "removed"):
            beside = self.config.indexes / folder
            if beside.is_dir():
                shutil.copytree(beside, other.indexes / folder)
            elif beside.is_file():
                other.indexes.mkdir(exist_ok=True)
                shutil.copy(beside, other.indexes / folder)
        try:
            with pytest.MonkeyPatch.context() as patch:
                # As if the notes were too many for the memory: that must not show either.
                patch.setattr("kgraph.pipeline.notes._HELD", -1)
                ingest(self.sources, other)
        except ReadError:  # all that is left is empty: then there is nothing to be in step with
            with pytest.raises(ReadError):
                ingest(self.sources, self.config)
        else:
            ingest(self.sources, self.config)
            assert content(self.config.indexes) == content(other.indexes)
        shutil.rmtree(other.indexes, ignore_errors=True)


TestBlog = Blog.TestCase
TestBlog.settings = settings(
    max_examples=25,
    stateful_step_count=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
