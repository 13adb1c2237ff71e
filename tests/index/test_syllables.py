from __future__ import annotations

import unicodedata

from kgraph.index.syllables import pairs


def test_pairs_are_of_one_word_and_of_hangul_alone() -> None:
    assert pairs("재연체율 3.5% 는 API서버, 은행") == ["재연", "연체", "체율", "서버", "은행", "는"]
    assert pairs("no Hangul 12") == []


def test_decomposed_syllables_are_the_same() -> None:
    assert pairs(unicodedata.normalize("NFD", "연체율")) == ["연체", "체율"]


def test_compounds_share_pairs_with_their_parts() -> None:
    whole, apart = set(pairs("다중채무자")), set(pairs("다중 채무자"))
    assert whole & apart == {"다중", "채무", "무자"}
