from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kgraph.config import Settings
from kgraph.evaluation.shaken import Shaken, shake, shake_index
from kgraph.library import Kgraph
from kgraph.pipeline.ingest import ingest


def unit(count: int, seed: int = 0) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal((count, 384))
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return np.asarray(made, dtype=np.float32)


def test_vectors_turn_by_the_angle_and_stay_of_unit_length() -> None:
    vectors = unit(5)
    turned = shake(vectors, list("abcde"), 0.99, 1)
    assert (vectors * turned).sum(axis=1) == pytest.approx([0.99] * 5, abs=1e-5)
    assert np.linalg.norm(turned, axis=1) == pytest.approx([1.0] * 5, abs=1e-5)


def test_a_key_and_a_seed_choose_the_direction() -> None:
    vectors = unit(1)
    turned = shake(vectors, ["a"], 0.99, 1)
    assert (shake(vectors, ["a"], 0.99, 1) == turned).all()
    assert not np.allclose(shake(vectors, ["b"], 0.99, 1), turned)
    assert not np.allclose(shake(vectors, ["a"], 0.99, 2), turned)
    assert shake(vectors, ["a"], 1.0, 1) == pytest.approx(vectors)


class Fake:
    fingerprint, dimension = "fake", 384

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return unit(len(texts))

    def encode_passages(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
        return unit(len(texts))


def test_a_shaken_encoder_passes_for_the_true_one() -> None:
    shaken = Shaken(Fake(), 0.99, 3)
    assert (shaken.fingerprint, shaken.dimension) == ("fake", 384)
    made = shaken.encode_queries(["가", "나"])
    assert (made == shake(unit(2), ["query: 가", "query: 나"], 0.99, 3)).all()
    assert not np.allclose(made, shaken.encode_passages(["가", "나"]))


def test_every_vector_of_an_index_turns_and_its_pages_with_them(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    for name, text in (("one", "파드는 노드에서 실행된다."), ("two", "Kafka는 메시지 브로커이다.")):
        (tmp_path / "notes" / f"{name}.md").write_text(f"# {name}\n\n{text}\n", "utf-8")
    ingest([tmp_path / "notes"], Settings(indexes=tmp_path / "indexes"))
    shutil.copytree(tmp_path / "indexes", tmp_path / "other", symlinks=True)
    kg, other = (Kgraph(Settings(indexes=tmp_path / name)) for name in ("indexes", "other"))
    shake_index(other.folder / "index", other.manifest.encoder, 0.9, 1)
    ids, made = kg.searcher.vectors.built()
    known, turned = other.searcher.vectors.built()
    assert ids.tolist() == known.tolist()
    assert (made * turned).sum(axis=1) == pytest.approx([0.9] * len(ids), abs=1e-4)
    query = unit(1)[0]
    pages = np.arange(2, dtype=np.int32)
    assert not np.allclose(
        kg.searcher.pages.meaning(query, pages), other.searcher.pages.meaning(query, pages)
    )
