"""A small graph made by hand, which the tests of this folder share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import Quad

from kgraph.graph.make import Content
from kgraph.graph.rdf import Activity, knowledge_quads
from kgraph.graph.store import GraphStore
from kgraph.storage.notes import info
from kgraph.types import (
    Concept,
    Definition,
    Evidence,
    Kind,
    Label,
    Merge,
    Occurrence,
    Post,
    Resolution,
    Statement,
)

ACTIVITY = Activity(digest="d1", version="0.1", extractor="7", model="tiny")


@dataclass(frozen=True)
class Verb:
    id: str
    en: str
    ko: str
    inverse_en: str = ""
    inverse_ko: str = ""
    roles: str = ""
    parent: str = ""


RELATIONS: Mapping[str, Verb] = {
    "controls": Verb(
        "controls", "controls", "통제한다", "is controlled by", "통제받는다", "agent -> thing"
    ),
    "creates": Verb("creates", "creates", "생성한다"),
    "isA": Verb("isA", "is a", "이다"),
    "replicates": Verb("replicates", "replicates", "복제한다", parent="creates"),
}

API_TEXT = "kube-apiserver는 접근을 통제한다. 파드를 만들지 않는다."
POD_TEXT = "ReplicaSet은 파드를 만든다. 파드는 객체이다. API 서버는 접근을 통제한다."


def quoted(post: str, text: str, quote: str, rule: str = "ko.clause") -> Evidence:
    start = text.index(quote)
    return Evidence(post, quote, start, start + len(quote), rule, "7")


def api(quote: str) -> Evidence:
    return quoted("개념/api", API_TEXT, quote)


def pod(quote: str, rule: str = "ko.clause") -> Evidence:
    return quoted("pod", POD_TEXT, quote, rule)


POSTS = (
    Post(
        "개념/api",
        "API 서버",
        API_TEXT,
        "markdown",
        "a" * 64,
        (),
        url="https://notes.example/api",
        date="2024-01-02",
        tags=("k8s", "보안"),
        path="개념/api.md",
    ),
    Post("pod", "Pod", POD_TEXT, "text", "b" * 64, (), "en", date="2025-03-04T05:06:07"),
)

RESOLUTION = Resolution(
    concepts=(
        Concept("access", (Label("접근", "ko"), Label("access", "en"))),
        Concept(
            "kube-apiserver",
            (Label("kube-apiserver", "en"), Label("API 서버", "ko")),
            (Label("API 서버", "ko"), Label("API server", "en")),
            (Label("kube apiserver", "en"),),
            Kind.COMPONENT,
            merges=(Merge("API 서버", "lexicon", "kube-apiserver"),),
            mentions=3,
        ),
        Concept("object", (Label("객체", "ko"), Label("object", "en"))),
        Concept(
            "pod",
            (Label("파드", "ko"), Label("Pod", "en")),
            kind=Kind.RESOURCE,
            definitions=(Definition("파드", "파드는 객체이다.", pod("파드는 객체이다.")),),
            mentions=4,
        ),
        Concept("replicaset", (Label("ReplicaSet", "en"),), kind=Kind.RESOURCE, mentions=1),
    ),
    statements=(
        Statement("kube-apiserver", "controls", "access", api("kube-apiserver는 접근을 통제한다.")),
        Statement("kube-apiserver", "creates", "pod", api("파드를 만들지 않는다."), negated=True),
        Statement("replicaset", "creates", "pod", pod("ReplicaSet은 파드를 만든다.")),
        Statement("pod", "isA", "object", pod("파드는 객체이다.", "ko.copula")),
        Statement("kube-apiserver", "controls", "access", pod("API 서버는 접근을 통제한다.")),
        Statement(
            "replicaset", "만들어-내다", "pod", pod("파드를 만든다"), condition="항상", minted=True
        ),
    ),
    occurrences=(
        Occurrence("kube-apiserver", "개념/api", 0, 14),
        Occurrence("kube-apiserver", "개념/api", 0, 14),
        Occurrence("pod", "개념/api", 27, 29),
        Occurrence("pod", "pod", 13, 15),
    ),
)
LINKS = {POSTS[0].id: (POSTS[1].id,)}


@pytest.fixture(scope="session")
def quads() -> tuple[Quad, ...]:
    return tuple(knowledge_quads(POSTS, RESOLUTION, RELATIONS, ACTIVITY, LINKS))


@pytest.fixture(scope="session")
def store(quads: tuple[Quad, ...], tmp_path_factory: pytest.TempPathFactory) -> GraphStore:
    folder = tmp_path_factory.mktemp("graph") / "store"
    GraphStore.build(folder, quads)
    return GraphStore.open(folder)


@pytest.fixture(scope="session")
def build() -> Callable[[Resolution], tuple[Quad, ...]]:
    """Quads of another resolution over the same posts."""
    return lambda resolution: tuple(knowledge_quads(POSTS, resolution, RELATIONS, ACTIVITY, LINKS))


@pytest.fixture(scope="session")
def content() -> Content:
    return Content([info(post) for post in POSTS], RESOLUTION, RELATIONS, LINKS)


@pytest.fixture(scope="session")
def resolution() -> Resolution:
    return RESOLUTION


@pytest.fixture
def on_disk(tmp_path: Path) -> Callable[[tuple[Quad, ...]], GraphStore]:
    def make(quads: tuple[Quad, ...]) -> GraphStore:
        GraphStore.build(tmp_path / "g", quads)
        return GraphStore.open(tmp_path / "g")

    return make
