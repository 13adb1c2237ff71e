"""Which noun phrases name a concept, and how they are written as one."""

from __future__ import annotations

import re

from kgraph.types import Kind

# Words that name nothing by themselves: dependent nouns, pronouns, places in the text, adverbs that
# are nouns to the analyser.
_EMPTY = frozenset(
    """
    튜토리얼 섹션 선택 결과적 특성
    다수 소수
    사항 상세 항목 종료일 이하 이상 갖가지 반면 편의상
    동기 비동기 주기적 독립적 정확 병렬 순차 결국 대체 최소한 경우도 수도 전용 용도 시점 시간 갯수만
    것 수 때 경우 부분 내용 이것 그것 저것 여기 거기 그 이 저 자신 자체 등 중 후 전 뒤 앞 동안
    사이 점 바 이때 그때 나 너 우리 저희 누구 누가 무엇 뭐 어디 언제 왜 어떻게 어떤 얼마 몇 여러
    모두 모든 전부 각각 하나 둘 셋 처음 마지막 다음 이후 이전 나중 지금 현재 최근 기존 이번 자동
    수동 직접 간접 별도 추가 실제 기본 최대 최소 내부 외부 위 아래 옆 안 밖 속 방법 방식 이유
    목적 역할 특징 장점 단점 종류 예 예시 예제 참고 정리 개념 개요 설명 소개 결론 요약 의미 뜻
    정의 차이 비교 문제 상황 과정 결과 대상 기준 필요 가능 불가능 불가 생각 말 일 사람 때문
    덕분 대신 위해 관련 대부분 일부 전체 다른 같은 그대로 바로 항상 보통 주로 일반 대표
    핵심 포인트 중요 중심 하위 상위 목록 확인 사용 이용 가지 종 번 개 번째 정도 만큼 뿐 채 척 듯
    쪽 편 측 식 줄 끝 곳 순서 단계 형태 상대 혼자 서로 스스로 it this that these those they
    them he she we you i one which what who how why when where there here o x v q a the an and
    or of to in on for with by from as at is are be note tip etc ex e.g i.e vs yes no 오늘 내일
    어제 강의 공부 스터디 메모 노트 블로그 글 포스팅 링크 그림 사진 아래쪽 위쪽 실습 시험 질문
    책임 임무 유스케이스 사례 고려사항 이점
    월요일 화요일 수요일 목요일 금요일 토요일 일요일 새벽 오전 오후 주말 평일 매일 매주 매월 매년
    한나절 한번 한번쯤 하루종일
    매번 하루 이틀 당일 금일
    이걸 그걸 이게 그게 그건 이건 todo fixme 다음편 추신 ps
    동시 한꺼번 그동안 그간 반나절 오른쪽 왼쪽 앞쪽 뒤쪽 안쪽 바깥쪽 원인 해결책 대안 정답 후보 등등
    답 예전 과거 요즘 당시 초기 평소 그런거 이런거 거 사실상 무조건 거의 절대 일단 사실 원래
    """.split()  # noqa: SIM905
)
_DETERMINERS = frozenset(
    """
    각종 갖가지 so and but or then
    자세한 다양한 이러한 그러한 다음의
    해당 이 그 저 모든 각 각각 어떤 여러 새 새로운 한 두 세 네 몇 매 무슨 어느
    기타 반면 편의상 또한 대신 다음 위 아래 수많은
    가지 이때 그때 결국 즉 또 뒤 이후 이전에 만약 특정 동안 시
    온 이런 그런 저런
    본 그냥 전 첫 the a an each every this that these those its their his her our your all any
    some
    """.split()  # noqa: SIM905
)
_SHORT = frozenset(
    """
    앱 큐 키 힙 락 웹 팟 뷰 셸 쉘 맵 덤프 봇 빈 훅 팀 랙 롤 잡 존 돔 탭 폼 행 열 셋 락 핀 덱 랩 칩
    """.split()  # noqa: SIM905
)
_ATTRIBUTES = frozenset(
    """
    개수 갯수 수 크기 이름 값 기본값 목적 주소 비용 시간 기간 유효기간 속도 성능 권한 역할 상태
    범위 순서 길이
    버전 타입
    종류 결과 예외 포트 확장자 단위 한도 제한 용량 비율 확률 위치 경로 반환값 초기값 최댓값 최솟값
    주기 간격 횟수 최대값 최소값 공식 문법 별칭 약자 형식 포맷 명칭 원칙 특성 임계치 임계값
    """.split()  # noqa: SIM905
)
# Words of the text in capitals that name nothing: any other is an identifier (FROM, OR).
_SHOUTED = frozenset(["NO", "YES", "TODO", "TIP", "NOTE", "ETC", "EX", "VS", "FYI", "TMI"])
_TRAILING = frozenset(["등", "등등", "중", "하나", "자체", "모두", "전부", "각각", "들", "끼리"])
_COUNTS = frozenset(["두", "세", "네", "다섯", "여러", "몇", "2", "3", "4", "5"])
_COUNTED = frozenset(["개", "종류", "가지", "종", "대", "명", "단계"])
_QUANTITY = re.compile(
    r"(?:첫|한|두|세|네|몇|여러|수십|수백|수천|\d+) ?"
    r"(?:개|번|건|대|명|차례|가지|줄|장|종류)의?"
)
_SUMMED = re.compile(  # 헤더, 페이로드, 서명의 세 부분
    r"(?<=[\w가-힣])(?:의|이라는|라는)? (?:한|두|세|네|다섯|여섯|\d+) ?"
    r"(?:부분|가지|종류|단계|요소|영역|개|기능|가지 (?:방법|방식|종류|기능|요소|단계|유형))$"
)
_NUMBERED = re.compile(r"\d+(?:개|가지|종류|종|대|명)")
_NUMBER = re.compile(
    r"([\d\s.,:%/~+\-]*|(수십|수백|수천|한|두|세|네|여러)\s?)(개|번|초|분|시간|일|주|달|월|년|배|명|건|회|차|대|줄|가지|번째)?"
)
_EDGE = " \t\n\"'`‘’“”.,:;!?·*~…()[]{}<>|="
_OPEN_EDGE = " \t\n\"'`‘’“”.,:;!?·*~…|="
_OPTION = re.compile(r"--?[A-Za-z][\w\-]*([ =].*)?")


def clean(text: str) -> str:
    """``text`` without quotes, punctuation and determiners at its edges, white space as one."""
    text = _SUMMED.sub("", text.removeprefix("의 "))
    option = _OPTION.fullmatch(text.strip())
    words = [text] if option else text.strip(_OPEN_EDGE + "-–—").split()
    while len(words) > 1 and words[-1] in _TRAILING:
        words = words[:-1]
    if len(words) > 2 and words[-2] in _COUNTS and words[-1] in _COUNTED:
        words = words[:-2]  # self-hosted 두 종류
    elif len(words) > 1 and _NUMBERED.fullmatch(words[-1]):
        words = words[:-1]  # Survivor 2개
    if len(words[-1:]) and words[-1].endswith("끼리") and len(words[-1]) > 3:
        words[-1] = words[-1].removesuffix("끼리")
    if len(words) > 2 and _QUANTITY.fullmatch(" ".join(words[:2])):
        words = words[2:]  # 한 번의 요청
    elif len(words) > 1 and _QUANTITY.fullmatch(words[0]):
        words = words[1:]
    if len(words) > 2 and words[0] in ("약", "총", "최대", "최소") and words[1][0].isdigit():
        words = words[2:] if _QUANTITY.fullmatch(words[1]) else words  # 약 800개의 파드
    ordinal = len(words) > 2 and words[1] == "번째"  # 두 번째 버전
    while len(words) > 1 and words[0].casefold() in _DETERMINERS and not ordinal:
        words = words[1:]
    return _balanced(" ".join(words))


def _balanced(text: str) -> str:
    """``text`` without marks at its edges; brackets of its own are kept: Box<T>, lock()."""
    bare = text.strip(_EDGE)
    tail = text[text.find(bare) + len(bare) :]
    if tail.startswith("()") and bare[-1:].isalnum():
        return bare + "()"
    for opening, closing in ("()", "<>", "[]"):
        if bare.count(opening) > bare.count(closing) and tail.startswith(closing):
            return bare + closing
    return bare


def is_term(text: str) -> bool:
    """Whether ``text``, cleaned, can be an argument of a statement."""
    if not text or len(text) > 60 or len(text.split()) > 6:
        return False
    if all(is_empty_word(w) or _NUMBER.fullmatch(w) for w in text.split()):
        return False
    if _NUMBER.fullmatch(text) or is_empty_word(text):
        return False
    if text.casefold().startswith(("it ", "they ", "this ", "which ")):
        return False
    if len(text) == 1:
        return text in _SHORT
    return any(c.isalnum() for c in text)


def is_empty_word(word: str) -> bool:
    """Whether a word names nothing by itself (것, 방법, it)."""
    if word.isupper() and word.isascii() and len(word) > 1 and word not in _SHOUTED:
        return False
    return word.casefold() in _EMPTY


def is_trait(word: str) -> bool:
    """Whether a word is that of a trait that has a value: 크기, 이름, 포트."""
    return word in _ATTRIBUTES


def is_attribute(name: str) -> bool:
    """Whether a term is a trait of something else, no topic to go on with: 개수, X의 목적."""
    words = name.split()
    return (
        (words[0] in ("기본", "최대", "최소") and len(words) > 1)
        or is_empty_word(words[-1])
        or words[-1] in _ATTRIBUTES
    )


def kind_of(text: str, code: bool = False) -> Kind:
    """What the form of a name says of its kind."""
    if _OPTION.fullmatch(text):
        return Kind.OPTION
    if text.endswith(("필드", " field")):
        return Kind.FIELD
    if code and " " in text and re.match(r"[a-z][\w\-]* ", text):
        return Kind.COMMAND
    if re.fullmatch(r"\d[\w.]*", text):
        return Kind.VALUE
    return Kind.CONCEPT
