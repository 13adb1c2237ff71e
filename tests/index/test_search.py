from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kgraph.errors import IndexMismatchError
from kgraph.index.fusion import PAGE_MEANING
from kgraph.index.neighbourhood import build_related
from kgraph.index.records import make_records
from kgraph.index.related import Neighbours
from kgraph.index.rows import Filter
from kgraph.index.search import Searcher, build
from kgraph.iri import concept_iri
from kgraph.resolution.matching import Matcher
from kgraph.storage.notes import PostInfo
from kgraph.types import (
    Concept,
    Evidence,
    Kind,
    Label,
    Occurrence,
    Passage,
    Record,
    RecordKind,
    Resolution,
    Statement,
)
from kgraph.vocab import load_relations


class _Words:
    """Morphemes are the words; a word's vector is a direction of its own."""

    fingerprint = "words"
    dimension = 64

    def morphemes(self, text: str) -> list[str]:
        return text.casefold().replace("\n", " ").split()

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_passages(texts)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        rows = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in self.morphemes(text):
                row[blake2b(word.encode(), digest_size=1).digest()[0] % self.dimension] += 1
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


WORDS = _Words()
POSTS = [
    PostInfo("a", "title a", "", "", (), "en", "a.md", "markdown", ""),
    PostInfo("b", "title b", "", "2024-03-01", ("Colour",), "en", "b.md", "markdown", ""),
]
TEXTS = {"a": ["red apple pie", "green pear"], "b": ["blue apple sky", "grey stone wall"]}
PASSAGES = [
    Passage(post, i, text, (), 10 * i, 10 * i + len(text), (i,))
    for post, texts in TEXTS.items()
    for i, text in enumerate(texts)
]
EVIDENCE = Evidence("a", "apple makes pie", 0, 15, "r", "1")
RESOLUTION = Resolution(
    tuple(Concept(name, (Label(name, "en"),), mentions=2) for name in ("apple", "pie", "stone")),
    (Statement("apple", "creates", "pie", EVIDENCE),),
    (
        Occurrence("apple", "a", 0, 5),
        Occurrence("apple", "b", 0, 5),
        Occurrence("pie", "a", 6, 9),
        Occurrence("stone", "b", 5, 10),
    ),
)


def _records(posts: Sequence[PostInfo] = POSTS, left_out: int = 0) -> list[Record]:
    told = ((post, [p for p in PASSAGES[left_out:] if p.post == post.id]) for post in posts)
    records = make_records(told, RESOLUTION, load_relations())
    return sorted(records, key=lambda record: record.id)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    records = _records()
    vectors = WORDS.encode_passages([record.embed for record in records])
    kinds = {concept_iri("pie"): Kind.COMMAND}
    build(tmp_path, records, vectors, WORDS.fingerprint, WORDS, POSTS, kinds)
    build_related(tmp_path, RESOLUTION, POSTS, load_relations())
    return tmp_path


def test_record_ids_do_not_depend_on_order_or_on_other_records() -> None:
    whole = {record.embed: record.id for record in _records()}
    assert {record.embed: record.id for record in _records(POSTS[::-1])} == whole
    fewer = {record.embed: record.id for record in _records(left_out=1)}
    assert len(fewer) == len(whole) - 1
    assert fewer.items() <= whole.items()
    assert 0 not in whole.values()


def test_the_record_that_shares_the_words_comes_first(folder: Path) -> None:
    searcher = Searcher.open(folder, WORDS, WORDS)
    hits = searcher.search("blue sky", 3, frozenset({RecordKind.PASSAGE}))
    assert hits[0].record.text == "blue apple sky"
    assert hits[0].record.post == "b"
    assert hits[0].lexical > hits[1].lexical
    again = Searcher.open(folder, WORDS, WORDS).search(
        "blue sky", 3, frozenset({RecordKind.PASSAGE})
    )
    assert again == hits


def test_kinds_are_chosen_inside_the_search(folder: Path) -> None:
    searcher = Searcher.open(folder, WORDS, WORDS)
    for kind, count in (
        (RecordKind.PASSAGE, 4),
        (RecordKind.CONCEPT, 3),
        (RecordKind.STATEMENT, 1),
    ):
        hits = searcher.search("apple", 10, frozenset({kind}))
        assert [hit.record.kind for hit in hits] == [kind] * count
    assert len(searcher.search("apple", 100)) == 8


def test_a_query_without_a_shared_word_is_ranked_by_meaning_alone(folder: Path) -> None:
    searcher = Searcher.open(folder, WORDS, WORDS)
    hits = searcher.search("unheard nonsense", 8)
    assert {(hit.lexical, hit.trust) for hit in hits} == {(0.0, 0.0)}
    dense = [round(hit.dense + PAGE_MEANING * hit.page_dense, 5) for hit in hits]
    assert dense == sorted(dense, reverse=True)


def test_the_first_search_opens_its_files_in_the_thread_that_asks(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = np.load
    threads: list[threading.Thread] = []

    def told(*arguments: Any, **options: Any) -> Any:
        threads.append(threading.current_thread())
        return load(*arguments, **options)

    monkeypatch.setattr(np, "load", told)
    assert Searcher.open(folder, WORDS, WORDS).search("apple")
    assert set(threads) == {threading.current_thread()}


def test_a_passage_counts_with_its_page(folder: Path) -> None:
    searcher = Searcher.open(folder, WORDS, WORDS)
    best, *_ = searcher.search("apple pear", 2, frozenset({RecordKind.PASSAGE}))
    assert best.record.post == "a"  # only its page has both words
    assert best.page_lexical > 0
    assert best.trust > 0


def _of_texts(folder: Path, texts: dict[str, str]) -> Searcher:
    records = [
        Record(i, RecordKind.PASSAGE, text, text, post=post)
        for i, (post, text) in enumerate(texts.items(), 1)
    ]
    vectors = np.ones((len(records), WORDS.dimension), dtype=np.float32)  # which tell nothing
    build(folder, records, vectors, WORDS.fingerprint, WORDS)
    return Searcher.open(folder, WORDS, WORDS)


def test_words_that_are_cut_another_way_meet_by_their_syllables(tmp_path: Path) -> None:
    texts = {"a": "대출 신용평가사", "b": "대출 다중채무자", "c": "예금 이자율표"}
    hits = _of_texts(tmp_path, texts).search("대출 다중 채무", 3, trusted=True)
    assert [hit.record.post for hit in hits] == ["b", "a", "c"]
    assert hits[0].page_lexical == hits[1].page_lexical  # of its words they have 대출 alone
    assert hits[0].page_pairs > hits[1].page_pairs > hits[2].page_pairs == 0


def test_words_that_only_ask_do_not_count(tmp_path: Path) -> None:
    searcher = _of_texts(tmp_path, {"a": "대출 금리", "b": "설명해 주세요 라는 말"})
    asked, said = (searcher.search(q, 2) for q in ("대출 금리를 설명해 주세요", "대출 금리를"))
    assert [(hit.lexical, hit.page_pairs, hit.trust) for hit in asked] == [
        (hit.lexical, hit.page_pairs, hit.trust) for hit in said
    ]


def test_an_index_without_syllables_says_how_to_mend_it(folder: Path) -> None:
    (folder / "pages" / "pairs" / "lexical.json").unlink()
    with pytest.raises(IndexMismatchError, match="kgraph ingest --rebuild"):
        Searcher.open(folder, WORDS, WORDS).search("apple")


@pytest.mark.parametrize(
    ("only", "found"),
    [
        (Filter(posts=frozenset({"a"})), {"red apple pie", "green pear", "apple — creates"}),
        (Filter(tags=frozenset({"COLOUR"})), {"blue apple sky", "grey stone wall"}),
        (Filter(since="2024-02"), {"blue apple sky", "grey stone wall"}),
        (Filter(until="2024"), {"blue apple sky", "grey stone wall"}),
        (Filter(until="2024-02"), set()),
        (Filter(langs=frozenset({"ko"})), set()),
        (Filter(concepts=frozenset({Kind.COMMAND})), {"pie"}),
        (Filter(kinds=frozenset({RecordKind.STATEMENT})), {"apple — creates"}),
    ],
)
def test_filters_leave_all_of_what_passes_and_nothing_else(
    folder: Path, only: Filter, found: set[str]
) -> None:
    searcher = Searcher.open(folder, WORDS, WORDS)
    texts = {hit.record.text.split(" (")[0] for hit in searcher.search("apple", 100, only=only)}
    assert texts == found


def test_a_filter_on_a_folder_leaves_the_posts_in_it() -> None:
    post = PostInfo("notes/k8s/pods", "", "", "", (), "ko", "", "", "")
    assert Filter(posts=frozenset({"notes/k8s"})).passes(post)
    assert Filter(posts=frozenset({"notes/k8s/"})).passes(post)
    assert not Filter(posts=frozenset({"notes/k8"})).passes(post)


def test_rows_that_do_not_belong_together_say_how_to_mend_them(folder: Path) -> None:
    np.save(folder / "rows.kinds.npy", np.zeros(1, dtype=np.uint8))
    with pytest.raises(IndexMismatchError, match="kgraph ingest --rebuild"):
        Searcher.open(folder, WORDS, WORDS).search("apple")


def test_related_concepts_say_why_and_leave_out_the_drafts_own_post(folder: Path) -> None:
    searcher, near = Searcher.open(folder, WORDS, WORDS), Neighbours(folder)
    found = near.related("apple", searcher, Matcher(near.names), 5)
    assert found.concepts[0].label == "pie"
    why = found.concepts[0].why[0]
    assert why.reason == "apple —creates→ pie, in 'title a'"
    assert (why.post, why.quote) == ("a", "apple makes pie")
    assert {post.post for post in found.posts} == {"a", "b"}
    draft = near.related("apple pie", searcher, Matcher(near.names), 5, own="a")
    assert [post.post for post in draft.posts] == ["b"]


def test_a_damaged_graph_of_neighbours_says_how_to_mend_it(tmp_path: Path) -> None:
    with pytest.raises(IndexMismatchError, match="kgraph ingest --rebuild"):
        Neighbours(tmp_path)


def test_words_that_are_the_notes_own_count_in_full(folder: Path) -> None:
    searcher = Searcher.open(folder, WORDS, WORDS)
    mostly_foreign = "apple uno due tre quattro cinque sei sette"
    assert searcher.search(mostly_foreign)[0].trust < 1
    hit = searcher.search(mostly_foreign, trusted=True)[0]
    assert (hit.trust, "apple" in hit.record.embed) == (1.0, True)
