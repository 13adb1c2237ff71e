from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kgraph.errors import IndexMismatchError
from kgraph.index.lexical import Lexical
from kgraph.index.records import make_records
from kgraph.index.related import Neighbours, build_related
from kgraph.index.search import Searcher, build
from kgraph.index.vectors import Vectors
from kgraph.notes import PostInfo
from kgraph.resolution.matching import Matcher
from kgraph.types import (
    Concept,
    Evidence,
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
POSTS = [PostInfo(i, f"title {i}", "", "", (), "en", f"{i}.md", "markdown", "") for i in "ab"]
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


def _records() -> list[Record]:
    return make_records(POSTS, PASSAGES, RESOLUTION, load_relations())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    records = _records()
    vectors = WORDS.encode_passages([record.embed for record in records])
    build(tmp_path, records, vectors, WORDS.fingerprint, WORDS)
    build_related(tmp_path, RESOLUTION, POSTS, load_relations())
    return tmp_path


def test_record_ids_do_not_depend_on_order_or_on_other_records() -> None:
    whole = {record.embed: record.id for record in _records()}
    turned = make_records(POSTS[::-1], PASSAGES[::-1], RESOLUTION, load_relations())
    assert {record.embed: record.id for record in turned} == whole
    fewer = make_records(POSTS, PASSAGES[1:], RESOLUTION, load_relations())
    assert {r.embed: r.id for r in fewer}.items() <= whole.items()
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
    assert [hit.lexical for hit in hits] == [0.0] * 8
    dense = [hit.dense for hit in hits]
    assert dense == sorted(dense, reverse=True)


def test_coverage_is_the_share_of_the_query_that_the_notes_know(tmp_path: Path) -> None:
    Lexical.build(tmp_path, [1, 2], ["red apple", "green pear"], WORDS.morphemes)
    lexical = Lexical.open(tmp_path, WORDS.morphemes)
    assert lexical.scores("red apple")[1] == 1.0
    assert 0 < lexical.scores("red unheard")[1] < 0.5
    assert lexical.scores("unheard")[1] == 0.0
    scores = lexical.scores("pear")[0]
    assert scores[1] > scores[0] == 0


def test_an_index_without_any_word_still_opens(tmp_path: Path) -> None:
    Lexical.build(tmp_path, [1], ["   "], WORDS.morphemes)
    scores, coverage = Lexical.open(tmp_path, WORDS.morphemes).scores("x")
    assert (scores.tolist(), coverage) == ([0.0], 0.0)


def test_vectors_are_refused_when_made_by_another_encoder_or_damaged(tmp_path: Path) -> None:
    vectors = WORDS.encode_passages(["a b", "c"])
    Vectors.build(tmp_path, [-5, 7], vectors, "words")
    opened = Vectors.open(tmp_path, "words")
    assert [i for i, _ in opened.search(vectors[0], 5)] == [-5, 7]
    assert opened.scores(vectors[1], [7, -5])[0] == pytest.approx(1.0, abs=1e-6)
    allowed = np.array([7], dtype=np.int64)
    assert [i for i, _ in opened.search(vectors[0], 5, allowed)] == [7]
    with pytest.raises(IndexMismatchError, match="kgraph ingest --rebuild"):
        Vectors.open(tmp_path, "other")
    (tmp_path / "vectors.faiss").write_bytes(b"damaged")
    with pytest.raises(IndexMismatchError, match="cannot be read"):
        Vectors.open(tmp_path, "words")


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
