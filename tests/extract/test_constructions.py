"""One construction a case, each on a topic of its own: all that a careful reader writes down."""

from __future__ import annotations

import pytest

from kgraph.extract.morphology import Analyser
from kgraph.extract.posts import extract
from kgraph.read import read_bytes
from kgraph.segment import segment
from kgraph.vocab.relations import load_relations

Facts = list[tuple[str, str, str]]

LIGHT = [
    ("HLS는 영상을 쪼개는 데 쓰인다.", [("HLS", "converts", "영상")]),
    ("감사 모듈은 접근 이력을 기록하는 역할을 한다.", [("감사 모듈", "stores", "접근 이력")]),
    ("토큰을 검증하는 것은 게이트웨이이다.", [("게이트웨이", "validates", "토큰")]),
    ("큐레이터는 재시도를 하지 않는다.", [("큐레이터", "not supports", "재시도")]),
    ("이미지 압축은 libvips가 한다.", [("libvips", "converts", "이미지")]),
    (
        "어떤 서버가 요청을 처리할지 결정하는 것은 라우팅 규칙이다.\n\n"
        "규칙은 어떤 서버가 받을지 정한다.",
        [
            ("라우팅 규칙", "selects", "서버"),
            ("규칙", "configures", "서버"),
        ],
    ),
]
MEANS = [
    (
        "`htop` 명령으로 점유율을 확인한다.",
        [("htop 명령", "monitors", "점유율")],
    ),
    (
        "잠금을 해제하려면 `pg_unlock`을 사용한다.",
        [("pg_unlock", "removes", "잠금")],
    ),
    (
        "패스워드는 bcrypt로 암호화된다.",
        [("bcrypt", "encrypts", "패스워드"), ("패스워드", "uses", "bcrypt")],
    ),
    ("`--prune` 옵션을 주면 낡은 참조를 제거한다.", [("--prune 옵션", "removes", "낡은 참조")]),
    (
        "팀 위키는 Jekyll에서 Hugo로 옮겼다.",
        [
            ("Hugo", "replaces", "Jekyll"),
            ("팀 위키", "routedTo", "Hugo"),
            ("팀 위키", "uses", "Hugo"),
        ],
    ),
]
SUBJECTS = [
    (
        "압축된 결과는 로컬 디스크에 저장되고, 워커에게 전달된다.",
        [("압축된 결과", "storedIn", "로컬 디스크"), ("압축된 결과", "routedTo", "워커")],
    ),
    (
        "캐시 서버는 서울에, 원본 서버는 도쿄에 둔다.",
        [("캐시 서버", "locatedIn", "서울"), ("원본 서버", "locatedIn", "도쿄")],
    ),
    (
        "정렬은 인덱서가, 중복 제거는 필터가 담당한다.",
        [("인덱서", "handles", "정렬"), ("필터", "handles", "중복 제거")],
    ),
    (
        "로그를 모아 압축하는 에이전트가 파일을 지운다.",
        [
            ("에이전트", "converts", "로그"),
            ("에이전트", "collects", "로그"),
            ("에이전트", "removes", "파일"),
        ],
    ),
    (
        "Sidekiq이 큐를 읽고 있으면 스케줄러가 이를 감시한다.",
        [("스케줄러", "monitors", "큐")],
    ),
    (
        "Zstd는 손실 없는 압축 형식이고, 페이스북에서 만든 기술로, 사전을 지원한다.",
        [
            ("Zstd", "isA", "압축 형식"),
            ("페이스북", "creates", "기술"),
            ("Zstd", "isA", "기술"),
            ("Zstd", "supports", "사전"),
        ],
    ),
    ("현재는 우리 팀이 Grafana를 쓴다.", [("우리 팀", "uses", "Grafana")]),
]
NOTES = [
    (
        "- LZ4\n  - 빠른 압축 O 사전 지원 X\n  - 최대 64KB\n",
        [
            ("LZ4", "supports", "압축"),
            ("LZ4", "not supports", "사전 지원"),
            ("LZ4", "hasAttribute", "64KB"),
        ],
    ),
    (
        "- 압축 단계 3개\n  - fast -> 기본값\n  - best : 가장 작은 파일을 만든다\n",
        [
            ("압축 단계", "contains", "fast"),
            ("압축 단계", "hasAttribute", "fast"),
            ("압축 단계", "contains", "best"),
            ("best", "creates", "파일"),
        ],
    ),
    (
        "- `zip_level` (기본 6)은 압축률을 조절한다\n",
        [
            ("zip_level", "hasAttribute", "6"),
            ("zip_level", "controls", "압축률"),
        ],
    ),
    ("- 러너에 Node를 설치할 필요가 없다\n", [("러너", "not requires", "Node 설치")]),
    ("- Wasm엔 스레드가 없음\n", [("Wasm", "not hasAttribute", "스레드")]),
    (
        "- `-z` = gzip 압축 / `-j` = bzip2 압축\n",
        [("-z", "isA", "gzip 압축"), ("-j", "isA", "bzip2 압축")],
    ),
]
VALUES = [
    ("배치 크기는 약 512MB이다.", [("배치 크기", "hasAttribute", "약 512MB")]),
    ("세션 TTL은 30분으로 설정했다.", [("세션 TTL", "hasAttribute", "30분")]),
    ("- `wal_sync` (기본값: fsync)\n", [("wal_sync", "hasAttribute", "fsync")]),
    (
        "| 포맷 | 압축 | 기본 확장자 |\n|---|---|---|\n| Avro | O | .avro |\n| CSV | X | .csv |\n",
        [
            ("Avro", "supports", "압축"),
            ("Avro", "hasAttribute", ".avro"),
            ("CSV", "not supports", "압축"),
            ("CSV", "hasAttribute", ".csv"),
        ],
    ),
    (
        "| 항목 | AS-IS | TO-BE |\n|---|---|---|\n| 큐 | SQS (서울에서 동작) | NATS |\n",
        [
            ("큐", "hasAttribute", "SQS"),
            ("SQS", "runsOn", "서울"),
            ("NATS", "replaces", "SQS"),
            ("TO-BE", "uses", "NATS"),
        ],
    ),
]
CARRIED = [
    (
        "## Delta Lake\n오픈 테이블 포맷의 구현체. ACID 트랜잭션을 지원한다.\n",
        [
            ("Delta Lake", "isA", "구현체"),
            ("Delta Lake", "supports", "ACID 트랜잭션"),
        ],
    ),
    (
        "Bloom 필터는 비트 배열을 쓰는 자료구조이다. 이 자료구조는 메모리를 절약한다.",
        [
            ("Bloom 필터", "uses", "비트 배열"),
            ("Bloom 필터", "isA", "자료구조"),
            ("Bloom 필터", "scales", "메모리"),
        ],
    ),
    (
        "Envoy는 HTTP/2를 지원하고 UDP 멀티캐스트는 지원하지 않는다.",
        [("Envoy", "supports", "HTTP/2"), ("Envoy", "not supports", "UDP 멀티캐스트")],
    ),
    (
        "MinIO도 검토했지만 계층화를 지원하지 않아 뺐다.",
        [("MinIO", "not supports", "계층화")],
    ),
    (
        "워커는 작업을 나누어 처리하는 프로세스이고, 우리는 Celery로 교체했다.",
        [
            ("워커", "handles", "작업"),
            ("워커", "isA", "프로세스"),
            ("우리", "uses", "Celery"),
        ],
    ),
    ("캐시에는 세션이 저장된다.", [("세션", "storedIn", "캐시"), ("캐시", "stores", "세션")]),
    ("- 색인기\n  - Lucene이 대체함\n", [("Lucene", "replaces", "색인기")]),
    ("- TODO\n  - Nomad가 컨테이너를 실행한다\n", []),
]
CLAUSES = [
    (
        "수집기는 지표를 여러 서버에 고르게 저장한다.",
        [
            ("수집기", "stores", "지표"),
            ("수집기", "storedIn", "서버"),
            ("지표", "storedIn", "서버"),
        ],
    ),
    ("창고 서버는 장애가 발생해도 주문을 보관한다.", [("창고 서버", "stores", "주문")]),
    ("Sidekiq은 예약을 지원하지 않는다는 단점이 있다.", [("Sidekiq", "not supports", "예약")]),
    ("검사기는 토큰이 유효한지 확인한다.", [("검사기", "monitors", "토큰")]),
    ("관문은 사용자가 누구인지 확인한다.", [("관문", "monitors", "사용자")]),
    ("잠금은 파일을 수정하는 것을 막는다.", [("잠금", "prevents", "파일 수정")]),
    ("메일 서버는 큐가 비워진 뒤에 연결을 종료한다.", [("메일 서버", "stops", "연결")]),
    (
        "조회기는 역색인을 이용해서 문서를 찾는다.",
        [
            ("조회기", "uses", "역색인"),
            ("조회기", "finds", "문서"),
        ],
    ),
    (
        "적재기는 파일을 읽어 꼬리표를 붙이고 보관소로 전송한다.",
        [
            ("적재기", "receives", "파일"),
            ("적재기", "assigns", "꼬리표"),
            ("적재기", "sends", "파일"),
            ("적재기", "forwardsTo", "보관소"),
            ("파일", "routedTo", "보관소"),
        ],
    ),
    (
        "등록기는 감시자를 만들고, 얘가 이벤트를 수집한다.",
        [
            ("등록기", "creates", "감시자"),
            ("감시자", "collects", "이벤트"),
        ],
    ),
    ("영속성 계층은 저장소 역할을 한다.", [("영속성 계층", "isA", "저장소")]),
    ("라우터에는 인증서가 필수이다.", [("라우터", "requires", "인증서")]),
    ("공개된 변수만 브라우저에 노출된다.", [("변수", "routedTo", "브라우저")]),
    ("팀이 Vault를 도입한 과정을 정리했다.", [("팀", "uses", "Vault")]),
    ("`retries`의 기본값이 3이라는 점을 기억하자.", [("retries", "hasAttribute", "3")]),
    ("재귀로 함수를 호출하면 스택 오버플로가 발생한다.", [("함수", "triggers", "스택 오버플로")]),
    (
        "JVM은 바이트코드를 해석하는 인터프리터를 내장하고 있다.",
        [
            ("인터프리터", "converts", "바이트코드"),
            ("JVM", "contains", "인터프리터"),
        ],
    ),
    ("주문이 많다고 생각하면 창고는 물건을 내보낸다.", [("창고", "sends", "물건")]),
]
LAYOUT = [
    (
        "> **Tempo**\n> 추적을 저장하는 백엔드.",
        [
            ("Tempo", "isA", "백엔드"),
            ("Tempo", "stores", "추적"),
        ],
    ),
    (
        "## 섹션 2. Jaeger\n\n추적 시스템. 스팬을 저장한다.",
        [
            ("Jaeger", "isA", "추적 시스템"),
            ("Jaeger", "stores", "스팬"),
        ],
    ),
    (
        "- Zipkin\n  - 상태 3개 : UP / DOWN / WAIT",
        [
            ("Zipkin", "hasState", "UP"),
            ("Zipkin", "hasState", "DOWN"),
            ("Zipkin", "hasState", "WAIT"),
        ],
    ),
    ("- 알림 서비스\n  - 메시지 자동 발송", [("알림 서비스", "sends", "메시지")]),
    ("`pool_size` 는 연결 수를 제한한다.", [("pool_size", "prevents", "연결 수")]),
    ("maxRetries = 5", [("maxRetries", "hasAttribute", "5")]),
    (
        "| 부품 | 하는 일 |\n|---|---|\n| 수집기 | 로그 수집 및 저장 |",
        [
            ("수집기", "hasAttribute", "로그 수집 및 저장"),
            ("수집기", "collects", "로그"),
            ("수집기", "stores", "로그"),
        ],
    ),
    (
        "- MX : 메일 서버, 우선순위를 가진다",
        [("MX", "isA", "메일 서버"), ("MX", "hasAttribute", "우선순위")],
    ),
    ("트리는 뿌리가 있고 순환이 없는 그래프를 말한다.", [("트리", "means", "그래프")]),
    ("어제 캐시를 껐다. 반나절이나 로그를 확인했다.", []),
    ("출처: 사내 위키 문서", []),
    ("# Linkerd\n\n- 적용 대상: 모든 오브젝트", []),
    ("# Linkerd\n\n적용 대상: 모든 오브젝트", []),
    ("| 이름 | 언제 |\n|---|---|\n| 결속 | API 오브젝트인 경우 |", []),
    ("조회기는 root -> TLD 순으로 물어본다", []),
    ("색인기는 문서 -> 색인 -> 보관소 순서로 보낸다", []),
    ("- CI\n  - 배포 점검은 `smoke check`", [("smoke check", "monitors", "배포")]),
]
ENGLISH = [
    (
        "The proxy rejects bad requests, and it encrypts headers and cookies.\n",
        [
            ("proxy", "prevents", "bad requests"),
            ("proxy", "encrypts", "headers"),
            ("proxy", "encrypts", "cookies"),
        ],
    ),
    (
        "Snapshots are stored in S3 and are used to restore the cluster.\n",
        [("Snapshots", "storedIn", "S3"), ("Snapshots", "restores", "cluster")],
    ),
    (
        "The sidecar allows the app to send metrics.\n",
        [
            ("sidecar", "allows", "app"),
            ("app", "sends", "metrics"),
            ("sidecar", "allows", "metrics"),
        ],
    ),
    (
        "If the cache evicts the key, the loader reads the database.\n",
        [
            ("loader", "receives", "database"),
        ],
    ),
    ("Varnish는 it caches responses.\n", [("Varnish", "stores", "responses")]),
]


def said(markdown: str) -> Facts:
    """The statements of a note in short, a negated relation with "not " before it."""
    post = read_bytes(markdown.encode(), "note.md")[0]
    analyser = Analyser.shared()
    found = extract(post, segment(post, analyser), analyser, load_relations())
    return [
        (c.subject, ("not " if c.negated else "") + c.relation, c.object) for c in found.candidates
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [*LIGHT, *MEANS, *SUBJECTS, *NOTES, *VALUES, *CARRIED, *CLAUSES, *LAYOUT, *ENGLISH],
)
def test_a_construction_says_this_and_no_more(text: str, expected: Facts) -> None:
    assert sorted(said(text)) == sorted(expected)
