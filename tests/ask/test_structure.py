"""Questions that several statements answer together, and the query behind each."""

from __future__ import annotations

import pytest

from kgraph.config import Settings
from kgraph.library import Kgraph
from kgraph.pipeline.ingest import ingest

NOTE = """# 쿠버네티스 정리

Deployment는 ReplicaSet을 생성한다.
Deployment는 롤아웃을 발생시킨다.
ReplicaSet은 파드를 생성한다.
kubelet은 컨테이너를 생성한다.
kubelet은 볼륨을 생성한다.
etcd는 클러스터 상태를 저장한다.
"""


@pytest.fixture(scope="module")
def kg(tmp_path_factory: pytest.TempPathFactory) -> Kgraph:
    folder = tmp_path_factory.mktemp("structure")
    (folder / "notes").mkdir()
    (folder / "notes" / "k8s.md").write_text(NOTE, "utf-8")
    settings = Settings(indexes=folder / "indexes")
    ingest([folder / "notes"], settings)
    return Kgraph(settings)


@pytest.mark.parametrize(
    ("question", "text", "quotes"),
    [
        (
            "Deployment와 파드는 어떤 관계야?",
            "디플로이먼트는 레플리카셋을 생성한다 → 레플리카셋은 파드를 생성한다",
            ["Deployment는 ReplicaSet을 생성한다.", "ReplicaSet은 파드를 생성한다."],
        ),
        (
            "How is the pod related to the Deployment?",
            "Deployment creates ReplicaSet → ReplicaSet creates Pod",
            ["Deployment는 ReplicaSet을 생성한다.", "ReplicaSet은 파드를 생성한다."],
        ),
        (
            "Deployment와 ReplicaSet은 무슨 관계?",
            "디플로이먼트는 레플리카셋을 생성한다",
            ["Deployment는 ReplicaSet을 생성한다."],
        ),
        (
            "무엇이 가장 많은 것을 생성하나?",
            "kubelet — 2: 컨테이너, 볼륨",
            ["kubelet은 컨테이너를 생성한다.", "kubelet은 볼륨을 생성한다."],
        ),
        (
            "What creates the most things?",
            "kubelet — 2: container, volume",
            ["kubelet은 컨테이너를 생성한다.", "kubelet은 볼륨을 생성한다."],
        ),
        (
            "Deployment와 ReplicaSet의 차이는?",
            "디플로이먼트는 레플리카셋을 생성한다, 디플로이먼트는 롤아웃을 발생시킨다"
            " / 레플리카셋은 파드를 생성한다",
            [
                "Deployment는 ReplicaSet을 생성한다.",
                "Deployment는 롤아웃을 발생시킨다.",
                "ReplicaSet은 파드를 생성한다.",
            ],
        ),
        (
            "kubelet은 몇 가지를 생성하나?",
            "2: 컨테이너, 볼륨",
            ["kubelet은 컨테이너를 생성한다.", "kubelet은 볼륨을 생성한다."],
        ),
    ],
)
def test_statements_answer_together_and_the_query_gives_rows(
    kg: Kgraph, question: str, text: str, quotes: list[str]
) -> None:
    reply = kg.ask(question)
    assert not reply.abstained
    assert reply.answers[0].text == text
    assert sorted(c.quote for c in reply.answers[0].evidence) == sorted(quotes)
    assert reply.sparql
    assert kg.sparql(reply.sparql).rows


@pytest.mark.parametrize(
    "question", ["etcd와 파드는 어떤 관계야?", "무엇이 가장 많은 것을 암호화하나?"]
)
def test_what_no_statements_join_is_not_said(kg: Kgraph, question: str) -> None:
    reply = kg.ask(question)
    assert all(answer.kind != "graph" for answer in reply.answers)
