from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kgraph.errors import ReadError
from kgraph.evaluation.retrieval import (
    Outcome,
    Query,
    compare,
    load,
    measure,
    run_pages,
    run_pairs,
    summarise,
    table,
)
from kgraph.index.search import Searcher, build
from kgraph.storage.notes import PostInfo
from kgraph.types import Record, RecordKind

WORDS_OF = {"빨간": "red", "사과": "apple", "회색": "grey", "돌": "stone"}


class _Glossary:
    """Morphemes are the words; a vector counts them, a Korean word as its English one."""

    fingerprint = "glossary"
    dimension = 5

    def morphemes(self, text: str) -> list[str]:
        return text.split()

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_passages(texts)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        known = sorted(WORDS_OF.values())
        rows = np.full((len(texts), 5), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.split():
                english = WORDS_OF.get(word, word)
                row[known.index(english) if english in known else 4] += 1
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


ENGINE = _Glossary()


def _file(folder: Path, *lines: dict[str, object]) -> Path:
    path = folder / "queries.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n", "utf-8")
    return path


def test_measures_of_one_query() -> None:
    assert measure([0], 1) == {
        "recall@1": 1.0, "recall@3": 1.0, "recall@5": 1.0, "recall@10": 1.0,
        "mrr@10": 1.0, "ndcg@10": 1.0,
    }  # fmt: skip
    assert measure([3, 12], 2)["recall@5"] == 0.5
    assert measure([3, 12], 2)["mrr@10"] == 0.25
    assert measure([3, 12], 2)["ndcg@10"] == pytest.approx((1 / np.log2(5)) / (1 + 1 / np.log2(3)))
    assert set(measure([], 1).values()) == {0.0}
    assert set(measure([10], 1).values()) == {0.0}


def test_questions_and_pairs_are_told_apart(tmp_path: Path) -> None:
    queries, pairs = load(
        _file(tmp_path, {"id": "q", "question": "사과란?", "gold_pages": ["a.md"]})
    )
    assert queries == [Query("q", "사과란?", frozenset({"a.md"}), ("all", "ko"))]
    assert pairs == []
    assert load(_file(tmp_path, {"ko": "돌", "en": "stone", "hard": True}))[1] == [
        ("돌", "stone", True)
    ]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([{"question": "no gold"}], "line 1: neither"),
        ([{"ko": "돌", "en": "stone"}, {"question": "q", "gold": ["a"]}], "two files"),
        ([], "holds no queries"),
        ([{"question": 3}], "line 1"),
    ],
)
def test_a_file_that_is_no_set_of_queries_is_refused(
    tmp_path: Path, lines: list[dict[str, object]], message: str
) -> None:
    with pytest.raises(ReadError, match=message):
        load(_file(tmp_path, *lines))
    with pytest.raises(ReadError, match="cannot be read"):
        load(tmp_path / "nowhere.jsonl")


def _searcher(folder: Path) -> Searcher:
    texts = [("a", "red apple"), ("a", "apple"), ("b", "grey stone"), ("c", "red stone")]
    records = [
        Record(i + 1, RecordKind.PASSAGE, text, text, post=post)
        for i, (post, text) in enumerate(texts)
    ]
    vectors = ENGINE.encode_passages([text for _, text in texts])
    build(folder, records, vectors, ENGINE.fingerprint, ENGINE)
    return Searcher.open(folder, ENGINE, ENGINE)


def test_a_page_stands_where_its_first_passage_does(tmp_path: Path) -> None:
    queries = [
        Query("1", "apple", frozenset({"a.md"}), ("all",)),
        Query("2", "red stone", frozenset({"c", "b"}), ("all",)),
    ]
    names = {"a.md": "a", "b": "b", "c": "c"}
    outcome = run_pages(_searcher(tmp_path), queries, names)
    assert outcome.ranks["fused"] == ((0,), (0, 1))
    assert outcome.queries[0].gold == {"a"}
    with pytest.raises(ReadError, match=r"Query 1: the index has no page 'a[.]md'"):
        run_pages(_searcher(tmp_path / "again"), queries, {})


def test_questions_about_pages_in_another_language_are_counted_apart(tmp_path: Path) -> None:
    posts = [
        PostInfo(post, "", "", "", (), "en", f"{post}.md", "markdown", "") for post in ("a", "b")
    ]
    records = [
        Record(i, RecordKind.PASSAGE, text, text, post=post.id)
        for i, (post, text) in enumerate(zip(posts, ("red apple", "grey stone"), strict=True), 1)
    ]
    vectors = ENGINE.encode_passages([record.text for record in records])
    build(tmp_path, records, vectors, ENGINE.fingerprint, ENGINE, posts)
    queries = [
        Query("1", "회색 돌", frozenset({"b"}), ("all", "ko")),
        Query("2", "red apple", frozenset({"a"}), ("all", "en")),
    ]
    searcher = Searcher.open(tmp_path, ENGINE, ENGINE)
    report = summarise(run_pages(searcher, queries, {"a": "a", "b": "b"}))
    assert {group: found["queries"] for group, found in report.items()} == {
        "all": 2, "ko": 1, "ko→en": 1, "en": 1,
    }  # fmt: skip
    assert report["ko→en"]["systems"]["dense"]["recall@1"] == 1.0
    assert report["ko→en"]["systems"]["lexical"]["recall@1"] == 0.0


def test_pairs_are_asked_in_both_directions_and_words_do_no_harm(tmp_path: Path) -> None:
    pairs = [("빨간 사과", "red apple", True), ("회색 돌", "grey stone", False)]
    outcome = run_pairs(pairs, tmp_path, ENGINE, ENGINE)
    report = summarise(outcome)
    assert list(report) == ["ko→en", "ko→en, hard", "en→ko", "en→ko, hard"]
    assert [report[group]["queries"] for group in report] == [2, 1, 2, 1]
    for found in report.values():
        assert found["systems"]["dense"]["recall@1"] == 1.0
        assert found["systems"]["fused"] == found["systems"]["dense"]


def test_the_fused_side_is_compared_pair_by_pair() -> None:
    queries = tuple(Query(str(i), "q", frozenset({"p"}), ("all",)) for i in range(40))
    outcome = Outcome(
        queries,
        {"dense": ((1,),) * 40, "lexical": ((0,),) * 39 + ((),), "fused": ((0,),) * 40},
    )
    against = summarise(outcome)["all"]["against"]
    assert against["dense"]["recall@1"] == {"difference": 1.0, "low": 1.0, "high": 1.0, "p": 0.0001}
    assert against["lexical"]["recall@1"]["difference"] == 0.025
    assert against["lexical"]["recall@1"]["p"] == 1.0
    assert "fused against dense: recall@1 +1.0000 [+1.0000, +1.0000] p=0.0001" in table(
        summarise(outcome)
    )


def test_no_difference_is_no_evidence() -> None:
    assert compare(np.zeros(5)) == {"difference": 0.0, "low": 0.0, "high": 0.0, "p": 1.0}
