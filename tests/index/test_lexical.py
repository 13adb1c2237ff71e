from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kgraph.errors import IndexMismatchError
from kgraph.index.fusion import fuse, standardised, trust
from kgraph.index.lexical import Documents, Lexical
from kgraph.index.nearwords import NearWords


def _lexical(folder: Path, *texts: str) -> Lexical:
    Lexical.build(folder, Documents.of([text.split() for text in texts]))
    return Lexical(folder)


def test_share_is_what_the_best_row_has_of_the_query(tmp_path: Path) -> None:
    lexical = _lexical(tmp_path, "red apple", "green pear")
    assert lexical.best_share(lexical.read(["red", "apple"])) == pytest.approx(1.0)
    assert 0 < lexical.best_share(lexical.read(["red", "unheard"])) < 0.5
    assert lexical.best_share(lexical.read(["red", "pear"])) == pytest.approx(0.5)
    assert lexical.best_share(lexical.read(["unheard"])) == 0
    assert lexical.best_share([]) == 0


def test_scores_are_of_the_rows_with_the_words(tmp_path: Path) -> None:
    lexical = _lexical(tmp_path, "red apple", "green pear", "red pear")
    scores = lexical.scores(lexical.read(["pear", "green", "pear"]))
    assert scores[1] > scores[2] > scores[0] == 0
    assert len(lexical) == 3


def test_a_document_counts_among_its_like(tmp_path: Path) -> None:
    passages = ["red apple on a green table", "red pear", "one green apple and one more"]
    names = ["red", "apple", "apple", ""]
    Lexical.build(tmp_path / "alone", Documents.of([text.split() for text in passages]))
    both = [names[0], *passages, *names[1:]]
    groups = np.array([1, 0, 0, 0, 1, 1, 1])
    Lexical.build(tmp_path / "both", Documents.of([text.split() for text in both]), groups)
    alone, beside = Lexical(tmp_path / "alone"), Lexical(tmp_path / "both")
    query = ["red", "apple", "table"]
    scores = beside.scores(beside.read(query))
    np.testing.assert_array_equal(scores[1:4], alone.scores(alone.read(query)))
    assert scores[0] > scores[4] == scores[5] > scores[6] == 0


def test_an_index_without_any_word_still_opens(tmp_path: Path) -> None:
    lexical = _lexical(tmp_path, "   ")
    assert lexical.scores(lexical.read(["x"])).tolist() == [0.0]
    assert lexical.best_share(lexical.read(["x"])) == 0


def test_a_misspelt_word_finds_the_one_it_looks_like(tmp_path: Path) -> None:
    lexical = _lexical(tmp_path, "kubelet runs", "scheduler waits")
    query = lexical.read(["kubelt"])
    assert [list(words) for words in query] == [["kubelet"]]
    assert lexical.scores(query)[0] > 0 == lexical.scores(query)[1]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("쿠버네티스스케줄러", ["쿠버네티스", "스케줄러"]),  # run together
        ("스케쥴러", ["스케줄러"]),  # one vowel is wrong
        ("kubelt", ["kubelet", "kube"]),  # not kube and lt
        ("kubectlapply", ["kubectl", "apply"]),
        ("pod", []),  # too short to be like anything
        ("unheard", []),
        ("", []),
        ("가" * 100, []),
    ],
)
def test_words_near_to_one_that_is_not_known(word: str, found: list[str]) -> None:
    near = NearWords(
        ["kubelet", "쿠버네티스", "스케줄러", "노드", "kube", "lt", "kubectl", "apply"]
    )
    assert [other for other, _ in near.find(word)] == found
    assert all(0.6 <= likeness <= 1 for _, likeness in near.find(word))


def test_a_damaged_index_says_how_to_mend_it(tmp_path: Path) -> None:
    _lexical(tmp_path, "red apple")
    (tmp_path / "lexical.words").write_text("one")
    with pytest.raises(IndexMismatchError, match="kgraph ingest --rebuild"):
        Lexical(tmp_path)
    with pytest.raises(IndexMismatchError, match="kgraph ingest --rebuild"):
        Lexical(tmp_path / "nowhere")


def test_words_are_trusted_from_chance_to_sure() -> None:
    assert [trust(share) for share in (0.0, 0.3, 0.5, 1.0)] == [0.0, 0.0, 1.0, 1.0]
    assert trust(0.4) == pytest.approx(0.5)


def test_without_trust_the_fused_order_is_that_of_the_vectors() -> None:
    import numpy as np

    dense = np.array([0.1, 0.5, 0.3], dtype=np.float32)
    words = np.array([9.0, 0.0, 0.0], dtype=np.float32)
    assert fuse(dense, words, 0.0).argsort().tolist() == dense.argsort().tolist()
    assert fuse(dense, words, 2.0).argmax() == 0
    assert standardised(np.ones(3, dtype=np.float32)).tolist() == [0.0, 0.0, 0.0]
    assert standardised(np.empty(0, dtype=np.float32)).tolist() == []
