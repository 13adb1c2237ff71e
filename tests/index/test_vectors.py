from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kgraph.errors import IndexMismatchError
from kgraph.index import vectors as module
from kgraph.index.vectors import Vectors, choose

Matrix = NDArray[np.float32]


def _unit(count: int, seed: int = 7) -> Matrix:
    """Vectors in clusters, as those of texts are."""
    generator = np.random.Generator(np.random.PCG64(seed))
    centres = generator.standard_normal((8, 16))
    rows = centres[generator.integers(0, 8, count)] + 0.3 * generator.standard_normal((count, 16))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32)


@pytest.fixture(params=["exact", "lists"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of 2,000 vectors under ids 10, 11, ...; flat, and as if they were too many."""
    if request.param == "lists":
        monkeypatch.setattr(module, "EXACT", 1000)
    Vectors.build(tmp_path, np.arange(10, 2010), _unit(2000), "m")
    return tmp_path


def _exact(vectors: Matrix, query: Matrix, k: int) -> list[int]:
    return [int(i) + 10 for i in np.argsort(-(vectors @ query), kind="stable")[:k]]


def test_the_type_is_chosen_by_the_count() -> None:
    assert choose(50_000) == ("SQfp16", {})
    assert choose(60_000)[0] == "IVF1024,SQ8"
    assert choose(1_000_000) == (
        "IVF4096,SQ8",
        {"lists": 4096, "probes": 42, "sample": 163_840},
    )


def test_the_nearest_are_found_with_their_cosines(folder: Path) -> None:
    vectors, opened = _unit(2000), Vectors.open(folder, "m")
    shared = 0
    for query in _unit(20, seed=8):
        ids, cosines = opened.search(query, 10)
        shared += len(set(ids.tolist()) & set(_exact(vectors, query, 10)))
        assert cosines == pytest.approx(vectors[ids - 10] @ query, abs=1e-3)
        assert (np.diff(cosines) <= 0).all()
    assert shared >= 190
    assert len(opened) == 2000


def test_a_filter_is_applied_inside_the_search(folder: Path) -> None:
    opened, query = Vectors.open(folder, "m"), _unit(1, seed=8)[0]
    allowed = np.zeros(2000, dtype=bool)
    allowed[[3, 700, 1999]] = True
    assert set(opened.search(query, 10, allowed)[0].tolist()) == {13, 710, 2009}
    assert opened.search(query, 10, np.zeros(2000, dtype=bool))[0].tolist() == []
    assert opened.search(query, 0)[0].tolist() == []


def test_scores_are_in_the_order_asked_for(folder: Path) -> None:
    vectors, opened = _unit(2000), Vectors.open(folder, "m")
    scores = opened.scores(vectors[5], np.array([1000, 15]))
    assert scores[1] == pytest.approx(1.0, abs=1e-3)
    assert scores[0] == pytest.approx(float(vectors[990] @ vectors[5]), abs=1e-3)
    with pytest.raises(IndexMismatchError, match="lacks the vector"):
        opened.scores(vectors[0], np.array([9]))


def test_vectors_are_added_replaced_and_removed_without_building_anew(folder: Path) -> None:
    before = (folder / "vectors.faiss").read_bytes()
    old, new = _unit(2000), _unit(3, seed=9)
    Vectors.change(folder, np.array([5, 12]), new[:2], np.array([11]))
    Vectors.change(folder, np.array([5]), new[2:], np.array([], dtype=np.int64))
    opened = Vectors.open(folder, "m")
    assert (len(opened), opened.worn) == (2000, False)
    assert opened.search(new[1], 1)[0].tolist() == [12]
    assert opened.search(new[2], 1)[0].tolist() == [5]
    assert opened.scores(new[2], np.array([5]))[0] == pytest.approx(1.0, abs=1e-3)
    assert {11, 12}.isdisjoint(i for i in opened.search(old[1], 5)[0].tolist() if i != 12)
    assert (folder / "vectors.faiss").read_bytes() == before


def test_an_index_wears_out_when_a_tenth_has_changed(folder: Path) -> None:
    Vectors.change(folder, np.arange(5000, 5150), _unit(150), np.arange(10, 70))
    assert Vectors.open(folder, "m").worn


def test_ids_must_ascend_and_fit(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ascend"):
        Vectors.build(tmp_path, [2, 1], _unit(2), "m")
    with pytest.raises(ValueError, match="3 ids for vectors of shape"):
        Vectors.build(tmp_path, [1, 2, 3], _unit(2), "m")


def test_vectors_are_refused_when_made_by_another_encoder_or_damaged(folder: Path) -> None:
    with pytest.raises(IndexMismatchError, match="kgraph ingest --rebuild"):
        Vectors.open(folder, "other")
    np.save(folder / "vectors.ids.npy", np.arange(3))
    with pytest.raises(IndexMismatchError, match="not complete"):
        Vectors.open(folder, "m")
    (folder / "vectors.faiss").write_bytes(b"damaged")
    with pytest.raises(IndexMismatchError, match="cannot be read"):
        Vectors.open(folder, "m")
