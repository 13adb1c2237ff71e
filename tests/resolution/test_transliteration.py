from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.resolution.sounds import SoundIndex, skeleton, skeletons
from kgraph.resolution.transliteration import jamo, likeness, may_be_loan, needed

RENDERINGS = [
    ("espresso", "에스프레소"),
    ("croissant oven", "크루아상 오븐"),
    ("compressor", "컴프레서"),
    ("synthesizer", "신시사이저"),
    ("microphone", "마이크로폰"),
    ("amplifier", "앰플리파이어"),
    ("equalizer", "이퀄라이저"),
    ("distortion", "디스토션"),
    ("trumpet", "트럼펫"),
    ("orchestra", "오케스트라"),
    ("festival", "페스티벌"),
    ("marathon", "마라톤"),
    ("carburetor", "카뷰레터"),
    ("transmission", "트랜스미션"),
    ("suspension", "서스펜션"),
    ("spoiler", "스포일러"),
    ("throttle body", "스로틀 바디"),
    ("calibration", "캘리브레이션"),
]
OTHERS = [
    ("jaeger", "제거"),
    ("helm", "흐름"),
    ("zookeeper", "작업"),
    ("json", "이전"),
    ("query", "길이"),
    ("compiler", "컴파일"),
    ("compute", "컴퓨터"),
    ("controller", "콘트라베이스"),
    ("trumpet", "트럼프"),
    ("festival", "페스타"),
    ("marathon", "마라탕"),
    ("espresso", "익스프레스"),
    ("user", "유실"),
    ("value", "보류"),
]


def test_threshold_on_other_trades() -> None:
    heard = {(en, ko) for en, ko in RENDERINGS if likeness(en, ko) >= needed(ko)}
    wrong = {(en, ko) for en, ko in OTHERS if likeness(en, ko) >= needed(ko)}
    assert wrong == set()
    assert len(heard) >= 14, set(RENDERINGS) - heard


def test_index_finds_either_script() -> None:
    index = SoundIndex(["espresso", "trumpet", "트럼펫", "에스프레소", "제거"])
    assert index.best("에스프레소") == (1.0, ["espresso"])
    assert index.best("trumpet")[1] == ["트럼펫"]
    assert index.best("jaeger") == (0.0, [])
    assert index.best("사람") == (0.0, [])


@pytest.mark.parametrize(("english", "korean"), RENDERINGS)
def test_skeleton_of_a_rendering(english: str, korean: str) -> None:
    if likeness(english, korean) >= needed(korean):
        assert skeleton(korean) in skeletons(english)


def test_jamo() -> None:
    assert jamo("컨테이너") == "ㅋㅓㄴㅌㅔㅣㄴㅓ"
    assert jamo("API 쿼리") == "apiㅋㅜㅓㄹㅣ"
    assert jamo(unicodedata.normalize("NFD", "팟")) == "ㅍㅏT"


def test_loans() -> None:
    assert may_be_loan("서버")
    assert may_be_loan("API 그룹")
    assert not may_be_loan("제거")
    assert not may_be_loan("pod")


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_a_share(english: str, korean: str) -> None:
    assert 0.0 <= likeness(english, korean) <= 1.0
