"""An index and an encoder as they would be on another machine: every vector a little off.

The embedded encoder rounds its activations to int8, so CPUs, and versions of the engine, that
add in another order give other vectors: cosine 0.997 to 1 with ours, 0.999 on average (seen with
the CPUs that QEMU emulates). Answers must not hang on that. Here each vector is turned by a
random angle, the same for the same text and seed.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kgraph.index.encoder import Encoder
from kgraph.index.pages import Pages
from kgraph.index.rows import KINDS, Rows
from kgraph.index.vectors import Vectors
from kgraph.types import RecordKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


class Shaken:
    """An encoder whose vectors have the cosine ``cosine`` with those of ``encoder``.

    Args:
        encoder: the true one.
        cosine: in (0, 1]; 1 changes nothing.
        seed: another seed turns every vector another way.
    """

    def __init__(self, encoder: Encoder, cosine: float, seed: int) -> None:
        self._encoder = encoder
        self._cosine = cosine
        self._seed = seed

    @property
    def fingerprint(self) -> str:
        """The true encoder's: they pass for the same."""
        return self._encoder.fingerprint

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return self._encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        """Vectors of questions, (n, dimension)."""
        made = self._encoder.encode_queries(texts)
        return shake(made, [f"query: {text}" for text in texts], self._cosine, self._seed)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Floats:
        """Vectors of passages, (n, dimension)."""
        made = self._encoder.encode_passages(texts, progress)
        return shake(made, [f"passage: {text}" for text in texts], self._cosine, self._seed)


def shake(vectors: Floats, keys: Sequence[str], cosine: float, seed: int) -> Floats:
    """Unit ``vectors`` (n, d), each turned by the angle of ``cosine`` in a direction that its key
    and ``seed`` choose.
    """
    shaken = np.array(vectors, dtype=np.float64)
    for row, key in enumerate(keys):
        vector = shaken[row]
        random = np.random.default_rng(zlib.crc32(f"{seed}:{key}".encode("utf-8", "replace")))
        aside = random.standard_normal(len(vector))
        aside -= (aside @ vector) * vector
        aside /= np.linalg.norm(aside)
        shaken[row] = cosine * vector + np.sqrt(1 - cosine * cosine) * aside
    return shaken.astype(np.float32)


def shake_index(folder: Path, model: str, cosine: float, seed: int) -> None:
    """Turn the vectors of the index in ``folder``, made by the encoder ``model``, as
    :func:`shake` does, and the means of its pages with them.
    """
    rows = Rows.load(folder)
    ids, made = Vectors.open(folder, model).built()
    turned = shake(made, [str(number) for number in ids], cosine, seed)
    Vectors.build(folder, ids, turned, model)
    pages = np.where(rows.kinds == KINDS.index(RecordKind.PASSAGE), rows.posts, -1)
    Pages.save_means(folder, turned, pages, len(rows.known))
