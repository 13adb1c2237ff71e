from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgraph.extract.morphology import Analyser
from kgraph.extract.posts import EXTRACTOR_VERSION, extract
from kgraph.read import read_bytes
from kgraph.segment import segment
from kgraph.types import Extraction, Kind
from kgraph.vocab.relations import load_relations


def extracted(markdown: str) -> Extraction:
    post = read_bytes(markdown.encode(), "note.md")[0]
    analyser = Analyser.shared()
    return extract(post, segment(post, analyser), analyser, load_relations())


def said(markdown: str) -> list[tuple[str, str, str]]:
    """The statements in short, a negated relation with "not " before it."""
    return [
        (c.subject, ("not " if c.negated else "") + c.relation, c.object)
        for c in extracted(markdown).candidates
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vault는 비밀번호를 암호화한다.", [("Vault", "encrypts", "비밀번호")]),
        ("Vault는 비밀번호를 암호화하지 않는다.", [("Vault", "not encrypts", "비밀번호")]),
        ("Vault는 비밀번호를 조회할 수 없다.", [("Vault", "not finds", "비밀번호")]),
        (
            "Fluentd는 로그를 수집하고 Kafka로 전송한다.",
            [
                ("Fluentd", "collects", "로그"),
                ("Fluentd", "sends", "로그"),
                ("로그", "routedTo", "Kafka"),
                ("Fluentd", "forwardsTo", "Kafka"),
            ],
        ),
        (
            "세션과 쿠키는 Redis에 저장된다.",
            [("세션", "storedIn", "Redis"), ("쿠키", "storedIn", "Redis")],
        ),
        ("로그는 Fluentd에 의해 수집된다.", [("Fluentd", "collects", "로그")]),
        ("Consul은 Raft에 의존한다.", [("Consul", "dependsOn", "Raft")]),
        ("Kafka는 Zookeeper가 필요하다.", [("Kafka", "requires", "Zookeeper")]),
        ("Redis는 메시지 큐이다.", [("Redis", "isA", "메시지 큐")]),
        ("gRPC는 브라우저를 격려한다.", [("gRPC", "격려하다", "브라우저")]),
        ("- 조회 작업은 쓰기 작업을 막지 않는다", [("조회 작업", "not prevents", "쓰기 작업")]),
        ("Standby는 쓰기 불가능", [("Standby", "not supports", "쓰기")]),
        ("systemd-timer : cron 대신 사용", [("systemd-timer", "replaces", "cron")]),
        (
            "팀은 Jenkins 대신 Argo를 사용한다.",
            [("팀", "uses", "Argo"), ("Argo", "replaces", "Jenkins")],
        ),
        (
            "Deque와 달리 Stack은 배열을 사용한다.",
            [
                ("Stack", "differsFrom", "Deque"),
                ("Stack", "uses", "배열"),
            ],
        ),
        ("`max_retries` 기본값은 0.5", [("max_retries", "hasAttribute", "0.5")]),
        ("- `cache_level = deep`", [("cache_level", "hasAttribute", "deep")]),
        (
            "logd는 로그를 수집하는 데몬인데, 로그를 압축한다.",
            [("logd", "collects", "로그"), ("logd", "isA", "데몬"), ("logd", "converts", "로그")],
        ),
        ("훅은 메모리를 사용할 수 있게 해주는 함수다.", [("훅", "isA", "함수")]),
        (
            "Nuxt는 Vue 기반 프레임워크이다.",
            [("Nuxt", "isA", "Vue 기반 프레임워크"), ("Nuxt", "basedOn", "Vue")],
        ),
        ("`max_size` 를 Vault가 검증한다.", [("Vault", "validates", "max_size")]),
        ("Vault는 도구의 예시이다.", []),
        ("수백 명이 Vault를 사용한다.", []),
        ("# Vault\n\n1. 키를 생성한다.", []),
        ("# Vault\n\n- 키를 생성한다", [("Vault", "creates", "키")]),
        (
            "# 큐\n\n## 큐의 종류\n\n- FIFO\n- Standard : 메시지를 복제한다",
            [
                ("큐", "contains", "FIFO"),
                ("큐", "contains", "Standard"),
                ("Standard", "replicates", "메시지"),
            ],
        ),
        ("- MANDATORY : 예외 발생", [("MANDATORY", "triggers", "예외")]),
        ("- retry : 재시작", []),
        ("Consul does not store secrets immediately.", [("Consul", "not stores", "secrets")]),
        (
            "# DB\n\n**COMPACT** : 설명\n\n- 락이 필요하다",
            [("COMPACT", "requires", "락")],
        ),
        ("Terraform creates a security group.", [("Terraform", "creates", "security group")]),
        ("The queue is monitored by Datadog.", [("Datadog", "monitors", "queue")]),
        ("Consul does not store secrets.", [("Consul", "not stores", "secrets")]),
        ("자바(JVM)는 힙 메모리를 관리한다.", [("자바", "manages", "힙 메모리")]),
        (
            "- 실행 파일 : `/opt/bin`, 설정 : `/etc/app`",
            [("실행 파일", "locatedIn", "/opt/bin"), ("설정", "locatedIn", "/etc/app")],
        ),
        (
            "- Envoy\n- 요청을 검증한다\n- Nomad\n- 작업을 배치한다",
            [("Envoy", "validates", "요청"), ("Nomad", "schedules", "작업")],
        ),
        (
            "| | Prometheus | Grafana |\n|---|---|---|\n| 지표 수집 | O | X |",
            [("Prometheus", "supports", "지표 수집"), ("Grafana", "not supports", "지표 수집")],
        ),
        (
            "| | eBPF |\n|---|---|\n| Flannel | X |\n| Cilium | O |",
            [("Flannel", "not supports", "eBPF"), ("Cilium", "supports", "eBPF")],
        ),
        ("Git is a version control system.", [("Git", "isA", "version control system")]),
        ("로그를 저장할 서버를 선택한다.", []),
        ("인덱스가 아니라 캐시가 응답 시간을 보장한다.", [("캐시", "ensures", "응답 시간")]),
        ("OOM killer가 프로세스를 kill", [("OOM killer", "stops", "프로세스")]),
        ("Go는 구글에서 만든 언어이다.", [("구글", "creates", "Go"), ("Go", "isA", "언어")]),
        ("Kafka는 ZooKeeper가 필요 없다.", [("Kafka", "not requires", "ZooKeeper")]),
        ("실제 로그는 볼륨에 들어있음.", [("실제 로그", "locatedIn", "볼륨")]),
        ("- `az vm start` : 가상 머신을 생성", [("az vm start", "creates", "가상 머신")]),
        (
            "- `pool.max` = `core` + `spare`",
            [("pool.max", "contains", "core"), ("pool.max", "contains", "spare")],
        ),
        (
            "Client -> Gateway -> Backend",
            [("Client", "forwardsTo", "Gateway"), ("Gateway", "forwardsTo", "Backend")],
        ),
        (
            "Kafka = Broker + Topic",
            [("Kafka", "contains", "Broker"), ("Kafka", "contains", "Topic")],
        ),
    ],
)
def test_a_sentence_states(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Redis는 왜 빠를까?",
        "ex) Redis가 세션을 저장한다",
        "~~Redis는 세션을 저장한다.~~",
        "```\nRedis는 세션을 저장한다.\n```",
        "비유하자면 Redis는 책상이다.",
        "이것은 그것을 저장한다.",
        "세션을 저장한다.",
        "# Redis는 세션을 저장한다",
    ],
)
def test_what_states_nothing(text: str) -> None:
    assert said(text) == []


def test_a_colon_defines_and_its_modifier_tells_what_the_term_does() -> None:
    assert said("Fluentd : 로그를 수집하는 데몬.") == [
        ("Fluentd", "collects", "로그"),
        ("Fluentd", "isA", "데몬"),
    ]


def test_bare_items_speak_of_their_parent() -> None:
    note = "## 구성\n\n- Consul\n  - 서비스를 조회한다\n  - 설정 저장\n"
    assert said(note) == [("Consul", "finds", "서비스"), ("Consul", "stores", "설정")]


def test_a_condition_is_kept() -> None:
    (candidate,) = extracted("장애가 발생하면 Sentinel은 마스터를 선출한다.").candidates
    assert (candidate.subject, candidate.relation, candidate.object) == (
        "Sentinel",
        "selects",
        "마스터",
    )
    assert candidate.condition == "장애가 발생하면"


def test_tables() -> None:
    matrix = "|  | Redis | Etcd |\n|---|---|---|\n| TTL | O | X |\n"
    assert said(matrix) == [("Redis", "supports", "TTL"), ("Etcd", "not supports", "TTL")]
    ports = "| 이름 | 포트 |\n|---|---|\n| Redis | 6379 |\n"
    assert said(ports) == [("Redis", "hasAttribute", "6379")]


def test_the_question_that_is_called_the_point() -> None:
    note = "authd : 로그인을 처리하는 데몬. 누가 접근할 수 있는가? 가 핵심."
    assert ("authd", "controls", "접근") in said(note)
    assert ("authd", "controls", "접근") not in said(note.removesuffix(" 가 핵심."))


def test_pairs_definitions_and_kinds() -> None:
    found = extracted("레디스(Redis)는 캐시 서버이다. `redis-cli ping` 명령과 --port 옵션을 쓴다.")
    assert [(p.first, p.second) for p in found.pairs] == [("레디스", "Redis")]
    assert [(d.term, d.text) for d in found.definitions] == [
        ("레디스", "레디스(Redis)는 캐시 서버이다.")
    ]
    assert {m.kind for m in found.mentions if m.surface == "--port"} <= {Kind.OPTION}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(
            [
                "Redis는",
                "세션을",
                "저장하는",
                "캐시",
                "이다.",
                "->",
                ":",
                "- ",
                "\n\n",
                "😀",
                "않는다.",
                "(a)",
                "`x y`",
                "is stored in",
                "|",
                "**",
                "?",
                "가",
                "X",
                "\n",
                "없음",
                "안",
                "하",
                "에 의해",
            ]
        ),
        max_size=14,
    )
)
def test_every_quote_stands_at_its_offsets(parts: list[str]) -> None:
    text = " ".join(parts)
    posts = read_bytes(text.encode(), "note.md")
    analyser = Analyser.shared()
    for post in posts:
        found = extract(post, segment(post, analyser), analyser, load_relations())
        again = extract(post, segment(post, analyser), analyser, load_relations())
        assert found == again
        evidence = [x.evidence for x in found.candidates]
        evidence += [x.evidence for x in found.pairs]
        evidence += [x.evidence for x in found.definitions]
        for e in evidence:
            assert post.text[e.start : e.end] == e.quote
            assert e.version == EXTRACTOR_VERSION
        for m in found.mentions:
            assert 0 <= m.start < m.end <= len(post.text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("장애가 나도 Supervisor는 워커를 다시 시작시킨다.", ("Supervisor", "restarts", "워커")),
        ("TTL을 사용하려면 Redis가 필요하다.", ("TTL", "requires", "Redis")),
        ("Consul의 역할은 서비스를 조회하는 것이다.", ("Consul", "finds", "서비스")),
        ("Consul의 경우 평문 저장 불가능", ("Consul", "not supports", "평문 저장")),
        ("Consul은 로그 저장 안 함", ("Consul", "not stores", "로그")),
    ],
)
def test_turns_of_phrase(text: str, expected: tuple[str, str, str]) -> None:
    assert said(text) == [expected]
