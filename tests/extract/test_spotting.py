from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.extract.spotting import spot
from kgraph.vocab.lexicon import load_lexicon

LEXICON = load_lexicon()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "쿠버네티스 컨트롤 플레인 컴포넌트를 켠다",
            ["쿠버네티스", "컨트롤 플레인", "컴포넌트"],
        ),
        ("다른 것(예: 컨피그맵, 시크릿 등)과", ["컨피그맵", "시크릿"]),
        ("API를 이용한 축출이 일어난다", ["API를 이용한 축출"]),
        ("pods를 지운다", ["pods"]),
        ("kube-apiserver에서는", ["kube-apiserver"]),
        ("잡만을 다룬다", ["잡"]),
        ("손으로 잡은 물고기", []),  # a verb
        ("로그인한다", []),  # 로그 with more than a particle on
        ("미로그", []),  # the end of another word
        ("", []),
    ],
)
def test_spot(text: str, expected: list[str]) -> None:
    assert [name for name, _, _ in spot(text, LEXICON)] == expected


@given(st.text("파드를 노드Pod(), 컨트롤플레인-s", max_size=40))
def test_spans_hold_the_names_in_order(text: str) -> None:
    found = list(spot(text, LEXICON))
    assert all(text[start:end] == name for name, start, end in found)
    assert all(a[2] <= b[1] for a, b in pairwise(found))
