"""Lists told as one answer: rows of tables, labelled items, children of a line."""

from __future__ import annotations

import pytest

from kgraph.config import Settings
from kgraph.library import Kgraph
from kgraph.pipeline.ingest import ingest

NOTE = """# 이벤트 정리

## 속성

| 속성 | 필수 | 설명 |
|---|---|---|
| id | O | 이벤트 식별자 |
| source | O | 이벤트가 발생한 곳 |
| subject | X | 이벤트의 대상 |
| time | X | 발생 시각 |

## 전송

- HTTP로 보낼 때는 모드 2개
  - binary mode : 속성은 헤더로
  - structured mode : 전부 본문에
  - Content-Type = application/json
"""

QUEUES = """# 메시지 브로커

- Broker
  - 메시지를 저장하지 않는다
  - 라우팅만 담당한다

| type | 라우팅 기준 |
|---|---|
| direct | 키가 같은 큐 |
| fanout | 모든 큐 |
| topic | 키의 패턴 |

- Breaker
  - state 3개
    - CLOSED : 정상
    - OPEN : 거절
    - HALF_OPEN : 일부만 통과
"""


@pytest.fixture(scope="module")
def kg(tmp_path_factory: pytest.TempPathFactory) -> Kgraph:
    folder = tmp_path_factory.mktemp("lists")
    (folder / "notes").mkdir()
    (folder / "notes" / "events.md").write_text(NOTE, "utf-8")
    (folder / "notes" / "queues.md").write_text(QUEUES, "utf-8")
    settings = Settings(indexes=folder / "indexes")
    ingest([folder / "notes"], settings)
    return Kgraph(settings)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("이벤트의 필수 속성 목록은?", "id, source — "),
        ("Which event attributes are required?", "id, source — "),
        ("필수가 아닌 이벤트 속성 목록은?", "subject, time — "),
        (
            "HTTP로 보낼 때 모드 두 가지는?",
            "binary mode, structured mode — HTTP로 보낼 때는 모드 2개",
        ),
        ("Which broker types are there?", "direct, fanout, topic — "),
        ("breaker 상태 종류", "CLOSED, OPEN, HALF_OPEN — state 3개"),
    ],
)
def test_a_list_is_told_as_one_answer(kg: Kgraph, question: str, names: str) -> None:
    reply = kg.ask(question)
    assert not reply.abstained
    assert reply.answers[0].text.startswith(names)
    count = names.split(" — ")[0].count(",") + 1
    assert len(reply.answers[0].evidence) == count
    for cited in reply.answers[0].evidence:
        assert kg.notes.text(cited.post)[cited.start : cited.end] == cited.quote
