from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.text import fold, has_hangul, language, main_language, nfc, unmarked


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Kube-APIServer", "kube apiserver"),
        ("접근 제어", "접근제어"),
        ("'destination Service'", "destination-service"),
        ("ＡＷＳ", "aws"),
        (unicodedata.normalize("NFD", "파드"), "파드"),
    ],
)
def test_spellings_of_one_name_fold_to_one_form(first: str, second: str) -> None:
    assert fold(first) == fold(second)


@pytest.mark.parametrize(("first", "second"), [("--name", "name"), ("C++", "C"), ("-p", "p")])
def test_different_names_fold_apart(first: str, second: str) -> None:
    assert fold(first) != fold(second)


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@given(st.text("가나다라마바사한글 -", min_size=1))
def test_hangul_survives_folding(text: str) -> None:
    assert [c for c in fold(text) if has_hangul(c)] == [c for c in text if has_hangul(c)]


@given(st.text("가각힣abc "))
def test_nfc_composes_what_nfd_takes_apart(text: str) -> None:
    assert nfc(unicodedata.normalize("NFD", text)) == text


def test_language_of_labels_and_texts() -> None:
    assert language("Kubernetes 클러스터") == "ko"
    assert language("Metrics Server") == "en"
    assert main_language("Deployment는 ReplicaSet을 생성한다") == "ko"
    assert main_language("A pod runs containers, see 파드.") == "en"


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("**Replica Set** : 같은\n데이터를", "Replica Set : 같은 데이터를"),
        ("`kubectl get`은 <b>목록</b>을<br/>", "kubectl get은 목록을"),
        ("[파드](https://a.b/c)와 ![그림](x.png)", "파드와 그림"),
        ("Box<T>는 a/**/b, x * y ~~아님~~", "Box<T>는 a/**/b, x * y 아님"),
        ("", ""),
    ],
)
def test_quotes_are_shown_without_marks(quote: str, shown: str) -> None:
    assert unmarked(quote) == shown
