"""Contradicting notes, filters, explanations: questions over two posts that disagree."""

from __future__ import annotations

import random

import pytest

from kgraph.config import Settings
from kgraph.library import Kgraph
from kgraph.pipeline.ingest import ingest
from kgraph.types import Citation

OLD = """---
title: 도커 이미지 옛날 메모
date: 2021-03-01
tags: [docker]
---
# 도커 이미지 옛날 메모

Kubernetes는 Docker를 사용한다.
Scheduler는 노드를 선택한다.
"""
NEW = """---
title: 컨테이너 런타임 정리
date: 2024-07-09
tags: [runtime]
---
# 컨테이너 런타임 정리

Kubernetes는 Docker를 사용하지 않는다.
kubelet은 컨테이너를 실행한다.
"""


@pytest.fixture(scope="module")
def kg(tmp_path_factory: pytest.TempPathFactory) -> Kgraph:
    folder = tmp_path_factory.mktemp("notes")
    (folder / "old.md").write_text(OLD, encoding="utf-8")
    (folder / "new.md").write_text(NEW, encoding="utf-8")
    settings = Settings(indexes=tmp_path_factory.mktemp("indexes"))
    ingest([folder], settings)
    return Kgraph(settings)


def said(kg: Kgraph, cited: Citation) -> tuple[str, str, str]:
    assert kg.notes.text(cited.post)[cited.start : cited.end] == cited.quote
    return cited.post, cited.date, cited.quote


def test_notes_that_contradict_stand_side_by_side_with_their_dates(kg: Kgraph) -> None:
    first = kg.ask("Kubernetes는 무엇을 사용하나?").answers[0]
    assert "Docker" in first.labels
    assert [said(kg, c) for c in first.evidence] == [
        ("old", "2021-03-01", "Kubernetes는 Docker를 사용한다.")
    ]
    assert [said(kg, c) for c in first.against] == [
        ("new", "2024-07-09", "Kubernetes는 Docker를 사용하지 않는다.")
    ]


def test_a_denied_statement_is_never_an_answer_by_itself(kg: Kgraph) -> None:
    reply = kg.ask("Kubernetes는 무엇을 사용하나?", since="2024")
    assert all(answer.kind != "graph" for answer in reply.answers)


def test_filters_leave_only_their_posts(kg: Kgraph) -> None:
    asked = "Scheduler는 무엇을 선택하나?"
    assert {c.post for a in kg.ask(asked).answers[:1] for c in a.evidence} == {"old"}
    for reply in (kg.ask(asked, tags=["runtime"]), kg.ask(f"2024년에 쓴 글에서 {asked}")):
        assert {c.post for a in reply.answers for c in a.evidence} <= {"new"}
        assert reply.abstained
    named = kg.ask(f"'도커 이미지' 글에서 {asked}")
    assert {c.post for a in named.answers for c in a.evidence} == {"old"}
    assert not named.abstained


def test_the_explanation_says_what_was_tried_and_why_it_lost(kg: Kgraph) -> None:
    log = kg.ask("kubelet은 무엇을 실행하나?").explanation
    assert any("object(c:kubelet, r:runs): 1 rows, best" in line for line in log)
    assert any(line.endswith("not run, the graph has no such triple") for line in log)
    assert any(line.startswith("confidence ") for line in log)


def test_the_query_shown_gives_the_rows_that_answered(kg: Kgraph) -> None:
    reply = kg.ask("kubelet은 무엇을 실행하나?")
    result = kg.sparql(reply.sparql)
    rows = [
        {k: v.value if v else "" for k, v in zip(result.variables, row, strict=True)}
        for row in result.rows
    ]
    cited = [
        (c.post, c.quote, c.start, c.end)
        for a in reply.answers
        if a.kind == "graph"
        for c in a.evidence
    ]
    assert [(r["post"], r["quote"], int(r["start"]), int(r["end"])) for r in rows] == cited


PIECES = [
    "'; DROP ALL; --",
    "} SERVICE <http://127.0.0.1/> {",
    "SELECT * WHERE { ?s ?p ?o }",
    "{{",
    "}}",
    "<https://kgraph.example/concept/pod>",
    "\\u0022",
    '"""',
    "#aws",
    "?subject",
    "VALUES",
    "파드",
    "Docker",
    "는 무엇을",
    "사용하나?",
    "\x00",
    "\x1b[2J",
    "\u202e",
    "\ud800",
    "ㅋㅋ",
    "🙂",
    "%s",
    "$(id)",
    "\n",
    "\t",
    "2024년에 쓴 글에서",
    "'' 글에서",
    "what",
    "is",
    "not",
    "a" * 50,
    "가" * 50,
]


def test_a_thousand_hostile_questions(kg: Kgraph) -> None:
    """No error, and no query that a bound term escaped from: it reads as what the template says."""
    dice = random.Random(20260101)
    for number in range(1000):
        text = "".join(
            dice.choice(PIECES) + dice.choice(["", " "]) for _ in range(dice.randint(0, 12))
        )
        if number % 250 == 0:
            text *= 2 + 100_000 // max(len(text), 1)
        reply = kg.ask(text, k=2)
        assert reply.question == text
        for forbidden in ("SERVICE", "DROP", "127.0.0.1"):
            assert forbidden not in reply.sparql
