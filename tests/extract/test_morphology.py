from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.extract.morphology import Analyser, identifiers


def _forms(text: str) -> list[tuple[str, str]]:
    return [(t.form, t.tag) for t in Analyser.shared().tokens(text)]


def test_a_misspelt_stem_is_the_verb_that_is_meant() -> None:
    tokens = Analyser.shared().tokens("레플리카셋을 만듬")
    assert [(t.form, t.tag) for t in tokens[2:]] == [("만들", "VV"), ("ᆷ", "EF")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kube-proxy는", ["kube-proxy"]),
        ("--max-pods=110을", ["--max-pods=110"]),
        ("docker ps -a 명령", ["-a"]),
        ("/etc/hosts, ./run.sh.", ["/etc/hosts", "./run.sh"]),
        ("s3:PutObject와 nginx:1.25", ["s3:PutObject", "nginx:1.25"]),
        ("https://a.example/b?c=1에서", ["https://a.example/b?c=1"]),
        ("C++과 C#, Node.js", ["C++", "C#", "Node.js"]),
        ("k8s 5m0s IPv4", ["k8s", "5m0s", "IPv4"]),
        ("VM/PM, TCP / IP, 끝.Next 1.3", []),
        ("The end.Next one", []),
    ],
)
def test_identifiers_are_found_whole(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in identifiers(text)] == found


def test_particles_behind_identifiers_are_particles() -> None:
    assert _forms("kube-proxy는 s3:PutObject를 쓴다.") == [
        ("kube-proxy", "SL"),
        ("는", "JX"),
        ("s3:PutObject", "SL"),
        ("를", "JKO"),
        ("쓰", "VV"),
        ("ᆫ다", "EF"),
        (".", "SF"),
    ]


def test_offsets_count_code_points_and_full_stops_stay_outside() -> None:
    text = "😀😀 pod와 VM."
    tokens = Analyser.shared().tokens(text)
    assert [text[t.start : t.end] for t in tokens if t.tag == "SL"] == ["pod", "VM"]
    assert (tokens[-1].form, tokens[-1].start, tokens[-1].end) == (".", 10, 11)


def test_a_word_before_a_full_stop_stays_whole() -> None:
    tokens = Analyser.shared().tokens("It is upstream. Use a framework.")
    assert [t.form for t in tokens] == ["It", "is", "upstream", ".", "Use", "a", "framework", "."]


def test_morphemes_give_identifiers_whole_and_in_parts() -> None:
    morphemes = Analyser.shared().morphemes
    assert morphemes("kube-proxy가 nodeNames를 저장했다") == [
        "kube-proxy",
        "kube",
        "proxy",
        "nodenames",
        "node",
        "name",
        "저장",
    ]
    assert morphemes("Pods는 파드를") == ["pod", "파드"]


TEXTS = st.lists(
    st.sampled_from(
        [*"가나다 .,()-/:=\n", "pod", "를 ", "--x=1", "k8s", "된다", "😀", "한글", "é"]
    ),
    max_size=30,
).map("".join)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_spans_lie_in_the_text_in_order_and_identifiers_are_never_cut(text: str) -> None:
    tokens = Analyser.shared().tokens(text)
    assert all(0 <= t.start <= t.end <= len(text) for t in tokens)
    assert [t.start for t in tokens] == sorted(t.start for t in tokens)
    for start, end in identifiers(text):
        assert not [t for t in tokens if start < t.start < end or start < t.end < end]
    for token in tokens:
        if token.tag == "SL":
            assert text[token.start : token.end] == token.form


def test_long_text_is_cut_into_pieces_with_the_same_offsets() -> None:
    text = "파드는 노드에서 실행된다. " * 400
    tokens = Analyser.shared().tokens(text)
    pods = [t.start for t in tokens if t.form == "파드"]
    assert pods == [i * len("파드는 노드에서 실행된다. ") for i in range(400)]


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("기존 값을 덮어쓴다.", "덮어쓰"),
        ("필터가 요청을 걸러냈다.", "걸러내"),
        ("메트릭을 가져가서 저장한다.", "가져가"),
        ("응답을 돌려보내지 않는다.", "돌려보내"),
    ],
)
def test_two_verbs_that_mean_one_thing_are_one(text: str, stem: str) -> None:
    verbs = [t.form for t in Analyser.shared().tokens(text) if t.tag.startswith("VV")]
    assert verbs[0] == stem


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("매출은 1,200억원으로", ["1200"]),
        ("1200억 원의 3.5%", ["1200", "3.5"]),
        ("2024.03.05. 기준", ["2024", "3", "5"]),
        ("2024-03-05에", ["2024", "3", "5"]),
        ("2024년 3월 5일에", ["2024", "3", "5"]),
        ("번호 010-1234-5678", ["010-1234-5678", "10", "1234", "5678"]),
    ],
)
def test_numbers_are_the_same_however_they_are_grouped(text: str, numbers: list[str]) -> None:
    found = Analyser.shared().morphemes(text)
    assert [word for word in found if word[0].isdigit()] == numbers


@pytest.mark.parametrize(
    ("text", "noun"),
    [("실패한 잡이 다시 실행된다.", True), ("락을 잡고 예외를 잡으면 잡는다.", False)],
)
def test_a_loanword_that_looks_like_another_word_is_told_by_its_place(
    text: str, noun: bool
) -> None:
    found = {(token.form, token.tag[:2]) for token in Analyser.shared().tokens(text)}
    assert (("잡", "NN") in found, "잡이" in {form for form, _ in found}) == (noun, False)
