"""Vectors in FAISS: exact inner product over unit vectors, ids stable, a manifest beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from kgraph.errors import IndexMismatchError

FORMAT = 1
_FILE, _MANIFEST = "vectors.faiss", "vectors.json"
_MEND = "Run: kgraph ingest --rebuild"


class VectorManifest(msgspec.Struct, frozen=True):
    """What the vectors are: which encoder made them, how many, how they are kept."""

    format: int
    model: str
    dimension: int
    count: int
    type: str


class Vectors:
    """A FAISS index opened for searching."""

    def __init__(self, index: Any, manifest: VectorManifest) -> None:
        self._index = index
        self.manifest = manifest

    @staticmethod
    def build(folder: Path, ids: Sequence[int], vectors: NDArray[np.float32], model: str) -> None:
        """Write ``vectors`` (n, d) under ``ids`` (n distinct 64-bit numbers) into ``folder``."""
        import faiss

        index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        index.add_with_ids(np.ascontiguousarray(vectors), np.asarray(ids, dtype=np.int64))
        faiss.write_index(index, str(folder / _FILE))
        manifest = VectorManifest(FORMAT, model, vectors.shape[1], len(ids), "IDMap2,Flat")
        (folder / _MANIFEST).write_bytes(msgspec.json.encode(manifest) + b"\n")

    @classmethod
    def open(cls, folder: Path, model: str) -> Vectors:
        """Open the vectors in ``folder``.

        Raises:
            IndexMismatchError: they are damaged, or another encoder than ``model`` made them.
        """
        import faiss

        try:
            data = (folder / _MANIFEST).read_bytes()
            manifest = msgspec.json.decode(data, type=VectorManifest)
            index = faiss.read_index(str(folder / _FILE))
        except (OSError, RuntimeError, msgspec.DecodeError) as error:
            raise IndexMismatchError(f"The vectors in {folder} cannot be read. {_MEND}") from error
        if manifest.format != FORMAT or manifest.model != model:
            raise IndexMismatchError(
                f"The vectors in {folder} were made by {manifest.model}, not {model}. {_MEND}"
            )
        if (index.ntotal, index.d) != (manifest.count, manifest.dimension):
            raise IndexMismatchError(f"The vectors in {folder} are not complete. {_MEND}")
        return cls(index, manifest)

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """The ``k`` nearest (id, cosine) to ``query`` (d,), best first, among ``allowed`` ids."""
        import faiss

        k = min(k, self.manifest.count if allowed is None else len(allowed))
        if k < 1:
            return []
        parameters: Any = None
        if allowed is not None:
            make: Any = faiss.SearchParameters  # its stub leaves out its keywords
            parameters = make(sel=faiss.IDSelectorBatch(allowed))
        scores, ids = self._index.search(query[None, :], k, params=parameters)
        return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i != -1]

    def scores(self, query: NDArray[np.float32], ids: Sequence[int]) -> NDArray[np.float32]:
        """The cosine of ``query`` (d,) with each of ``ids``, (n,)."""
        if not ids:
            return np.zeros(0, dtype=np.float32)
        rows = np.stack([self._index.reconstruct(int(i)) for i in ids])
        return np.asarray(rows @ query, dtype=np.float32)
