from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.extract.morphology import Analyser
from kgraph.read import read_bytes
from kgraph.segment import LONGEST, segment
from kgraph.segment.sentences import split_sentences
from kgraph.types import BlockKind, Post, Segmented

ANALYSER = Analyser.shared()


def split(text: str) -> list[str]:
    return [text[low:high] for low, high in split_sentences(text, ANALYSER)]


def cut(source: str, name: str = "x.md") -> tuple[Post, Segmented]:
    (post,) = read_bytes(source.encode(), name)
    return post, segment(post, ANALYSER)


def assert_sound(post: Post, segmented: Segmented) -> None:
    last = (-1, -1)
    for index, sentence in enumerate(segmented.sentences):
        block = post.blocks[sentence.block]
        assert sentence.index == index
        assert block.kind is not BlockKind.CODE
        assert sentence.text == block.text[sentence.block_start : sentence.block_end]
        assert sentence.text == sentence.text.strip() != ""
        assert block.start <= sentence.start < sentence.end <= block.end
        assert (sentence.block, sentence.block_start) >= last
        last = (sentence.block, sentence.block_end)
    kinds = [post.blocks[s.block].kind for s in segmented.sentences]
    prose = [s.index for s in segmented.sentences if kinds[s.index] is not BlockKind.HEADING]
    covered = [i for passage in segmented.passages for i in passage.sentences]
    assert sorted(covered) == prose
    for index, passage in enumerate(segmented.passages):
        assert (passage.post, passage.index) == (post.id, index)
        assert 0 < len(passage.text) <= LONGEST
        assert 0 <= passage.start < passage.end <= len(post.text)
        sections = {
            post.heading_path(post.blocks[segmented.sentences[i].block]) for i in passage.sentences
        }
        assert sections <= {passage.headings}


@pytest.mark.parametrize(
    "sentences",
    [
        # run together
        ["기술이 활용되고 있다고 함", "AWS IVS로 라이브 스트리밍을 전송한다."],
        ["모든 작업을 담당하는 것.", "Interactive의 의미란?", "두 가지로 나뉜다."],
        ["경험의 중요한 가치.", "Lean forward: 참여하는 것."],
        ["설정을 바꾼다.", "그러면 재시작한다.", "Pod가 뜬다."],
        ["AWS IVS?", "완전관리형 라이브 영상 서비스."],
    ],
)
def test_run_together_sentences(sentences: list[str]) -> None:
    assert split("".join(sentences)) == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        # full stops after nouns, endings without full stops
        ["기타 k8s가 올라가있는 VM 자체의 Security.", "시험에서는 Security가 주로 나옴"],
        ["Authentication 사용하지 않음", "SSH key-based authentication 사용."],
        ["Security가 주로 나옴", "kube-apiserver : 모든 요청과 통제를 담당하는 컴포넌트."],
        ["별 내용 없음", "Logging and Monitoring 강의 설명이다."],
        ["어떤 절차로 작업이 진행되는가", "앱을 처음 배포한다."],
        ["새로운 revision을 생성한다. (revision 1)", "버전이 올라간다."],
        ["노드에서 제거된다.", "(dead로 간주함)", "마스터는 5분은 대기한다."],
        ["Service -> ensure it is running.", "Ingress -> 클러스터 밖의 경로."],
        # what is no end
        ["버전 1.2.3을 설치한다.", "kgraph.dev에서 받는다.", "a.b.c는 식별자다."],
        ["v1.24에서 제거됨.", "e.g. 이런 것.", "See Fig. 3 for more."],
        ["README.md에 적는다.", "한글.txt도 설정.yaml도 있다."],
        ["URL은 https://a.b/c?d=e.f 이다.", "Node.js는 V8을 쓴다."],
        ['그는 "안녕. 반가워." 라고 말했다.', "'5분' 인 이유는 timeout 때문이다."],
        ["그리고 (이건 비밀이다. 쉿!) 지운다.", "끝."],
        ["여러 곳에서 쓰려면? -> ClusterIssuer를 쓰면 됨.", "끝."],
        ["무엇을 통제할 것인가? 가 핵심.", "Access의 경우...", "다음에 본다."],
        ["1. 설치한다", "2. 실행한다", "3. 끝낸다"],
        ["값은 PID 1.", "기본값은 0.5이다."],
        ["kubectl get pods -n kube-system.", "이 명령은 파드를 본다."],
        ["The pod starts.", "kubelet watches it.", "See docs."],
        ["참고로 직원 아님 ㅎㅎ"],
        ["프로그램API는 게임API다"],
        ["켜져 있는데...", "이거 꺼야 하나??", "물어보기"],
    ],
)
def test_sentences(sentences: list[str]) -> None:
    assert split(" ".join(sentences)) == sentences


def test_line_ends_that_the_author_meant() -> None:
    post, segmented = cut(
        "Q. 왜 안 썼나요? -> 규정 때문에\nQ. 롤백은요?\n비용 무료\n리전 구분 없음\n"
    )
    assert [s.text for s in segmented.sentences] == [
        "Q. 왜 안 썼나요? -> 규정 때문에",
        "Q. 롤백은요?",
        "비용 무료",
        "리전 구분 없음",
    ]
    assert_sound(post, segmented)


def test_line_ends_that_wrap_a_long_line() -> None:
    post, segmented = cut(
        "컨트롤 플레인 컴포넌트는 클러스터에 대한 전역적인\n결정을 수행하고 클러스터 이벤트를\n"
        "감지하고 대응한다. 요청을 무시하지\n않는다. 모든 쿠버네티스\n"
        "클러스터는 하나 이상의\n노드로 구성된다.\n"
    )
    assert [s.text for s in segmented.sentences] == [
        "컨트롤 플레인 컴포넌트는 클러스터에 대한 전역적인 결정을 수행하고 클러스터 이벤트를 "
        "감지하고 대응한다.",
        "요청을 무시하지 않는다.",
        "모든 쿠버네티스 클러스터는 하나 이상의 노드로 구성된다.",
    ]
    assert_sound(post, segmented)


def test_quotes_are_exact_and_whole() -> None:
    source = "# 제목\n\n`nodeName` 필드를 **추가**한다. kubelet은 `pod`를 본다. <b>끝</b>.\n"
    post, segmented = cut(source)
    assert [(s.text, source[s.start : s.end]) for s in segmented.sentences] == [
        ("제목", "제목"),
        ("nodeName 필드를 추가한다.", "`nodeName` 필드를 **추가**한다."),
        ("kubelet은 pod를 본다.", "kubelet은 `pod`를 본다."),
        ("끝.", "끝</b>."),
    ]
    assert_sound(post, segmented)


def test_plain_quotes_equal_their_sentence() -> None:
    source = "첫째 문장이다. 둘째 문장이다.\n\n셋째는 noun.넷째 줄"
    _, segmented = cut(source, "x.txt")
    assert all(source[s.start : s.end] == s.text for s in segmented.sentences)
    assert len(segmented.sentences) >= 3


def test_passages_follow_sections_tables_and_code() -> None:
    post, segmented = cut(
        "# 도커\n\n도커는 컨테이너를 실행한다. 이미지를 만든다.\n\n## 명령\n\n- 목록을 본다\n\n"
        "```sh\ndocker ps -a\n```\n\n| 키 | 값 |\n|---|---|\n| a | b |\n\n## 빈 절\n"
    )
    assert [(p.headings, p.text, p.sentences) for p in segmented.passages] == [
        (("도커",), "도커는 컨테이너를 실행한다. 이미지를 만든다.", (1, 2)),
        (("도커", "명령"), "목록을 본다\ndocker ps -a\n키 | 값\na | b", (4, 5, 6, 7, 8)),
    ]
    assert_sound(post, segmented)


def test_a_post_of_headings_only_can_be_found() -> None:
    post, segmented = cut("# 하나\n\n## 둘\n")
    assert [(p.headings, p.text, p.sentences) for p in segmented.passages] == [((), "하나\n둘", ())]
    assert_sound(post, segmented)


def test_passages_are_neither_tiny_nor_too_long() -> None:
    post, segmented = cut("쿠버네티스는 컨테이너를 관리하는 도구이다. " * 60)
    lengths = [len(p.text) for p in segmented.passages]
    assert max(lengths) <= LONGEST
    assert min(lengths[:-1]) > LONGEST // 2
    assert_sound(post, segmented)


def test_a_sentence_longer_than_a_passage_is_cut_at_clauses() -> None:
    text = ", ".join(f"항목{i} 설정을 바꾸고" for i in range(80))
    post, segmented = cut(text)
    assert len(segmented.sentences) == 1
    assert [p.sentences for p in segmented.passages][1:] == [()] * (len(segmented.passages) - 1)
    assert " ".join(p.text for p in segmented.passages) == text
    assert all(p.text.endswith(",") for p in segmented.passages[:-1])
    assert all(post.text[p.start : p.end] == p.text for p in segmented.passages)
    assert_sound(post, segmented)


def test_very_long_lines_take_linear_time() -> None:
    def spent(text: str) -> float:
        started = time.process_time()
        segment(read_bytes(text.encode(), "x.txt")[0], ANALYSER)
        return time.process_time() - started

    unit = "pod는 (꺼짐. 'a') 뜬다. [b.c] 안 됨 "
    short = max(spent(unit * 100), 0.02)
    assert spent(unit * 1600) < 16 * short * 4


_WORDS = st.sampled_from(
    [
        *(
            "kube-apiserver는 ",
            "파드를 만든다",
            ". ",
            ".",
            "? ",
            "! ",
            "... ",
            "함",
            "됨 ",
            "없음 ",
            "AWS ",
        ),
        *(
            "(",
            ")",
            '"',
            "'",
            " -> ",
            ": ",
            "1. ",
            "\n",
            "\n\n",
            "- ",
            "# ",
            "| a | b |\n",
            "|-|-|\n",
        ),
        *(
            "**굵게** ",
            "`코드` ",
            "<br>",
            "<del>x</del>",
            "```\ncode\n```\n",
            "&amp;",
            "e.g. ",
            "v1.2 ",
        ),
    ]
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.one_of(_WORDS, st.text(max_size=4)), max_size=25), st.sampled_from([".md", ".txt"])
)
def test_any_post_is_segmented_soundly(parts: list[str], suffix: str) -> None:
    data = "".join(parts).replace("\0", "").encode("utf-8", "replace")
    for post in read_bytes(data, "x" + suffix):
        segmented = segment(post, ANALYSER)
        assert_sound(post, segmented)
        assert segmented == segment(post, ANALYSER)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("가다함음a. ?!'\"()[]\n-1…ㅋ"), max_size=40))
def test_sentences_cover_the_text(text: str) -> None:
    spans = split_sentences(text, ANALYSER)
    shown = "".join("".join(text[low:high].split()) for low, high in spans)
    assert shown == "".join(text.split())
    assert all(low < high for low, high in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
