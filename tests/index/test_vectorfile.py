from __future__ import annotations

from pathlib import Path

import numpy as np

from kgraph.index.vectorfile import VectorFile
from kgraph.index.vectors import Vectors


def test_parts_are_read_as_one_matrix(tmp_path: Path) -> None:
    whole = np.random.default_rng(7).standard_normal((10, 3)).astype(np.float32)
    made = VectorFile(iter([whole[:4], whole[4:5], whole[5:]]), 3, tmp_path)
    assert made.shape == (10, 3)
    for key in (slice(0, 10), slice(3, 7), slice(8, 99), slice(5, 5), slice(1, 9, 3)):
        np.testing.assert_array_equal(made[key], whole[key])
    places = np.array([9, 0, 4, 4])
    np.testing.assert_array_equal(made[places], whole[places])
    assert not list(tmp_path.iterdir())  # the file has no name: it goes with the object


def test_an_index_of_a_file_is_that_of_the_matrix(tmp_path: Path) -> None:
    whole = np.random.default_rng(7).standard_normal((300, 16)).astype(np.float32)
    for name, given in (("a", whole), ("b", VectorFile([whole], 16, tmp_path))):
        (tmp_path / name).mkdir()
        Vectors.build(tmp_path / name, np.arange(300), given, "m")
    found = [(tmp_path / name / "vectors.faiss").read_bytes() for name in ("a", "b")]
    assert found[0] == found[1]
