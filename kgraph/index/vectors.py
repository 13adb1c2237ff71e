"""Vectors by stable id, searched by inner product with FAISS; a manifest beside them.

Vectors are kept in 16 bits a number: half as much to read for each search, which is what a search
takes its time for. To :data:`EXACT` of them all are compared. Beyond it is an inverted file of int8
codes, its candidates scored again with the vectors themselves (on disk).
What is added later stands beside it until :meth:`Vectors.worn` says that it should be built anew:
adding costs what is added, not what is there. Removed vectors are only left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from kgraph.errors import IndexMismatchError
from kgraph.index.encoder import cpus

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgraph.index.vectorfile import Rows2D

    Matrix = NDArray[np.float32]
    Ids = NDArray[np.int64]
    Mask = NDArray[np.bool_]

FORMAT = 3
EXACT = 50_000
_FILE, _MANIFEST = "vectors.faiss", "vectors.json"
_IDS, _ROWS = "vectors.ids.npy", "vectors.f16.npy"
_ADDED, _ADDED_IDS, _REMOVED = "added.npy", "added.ids.npy", "removed.npy"
_MEND = "Run: kgraph ingest --rebuild"
_WORN = 0.1  # share of added and removed vectors from which on the index is built anew
_PER_LIST = 40  # vectors a list that the lists' centres are found with
_CHUNK = 65_536  # vectors added to the index at once
_FEW = 20_000  # rows that a filter may leave for all of them to be compared


class VectorManifest(msgspec.Struct, frozen=True):
    """What the vectors are: which encoder made them, how many, how they are kept."""

    format: int
    model: str
    dimension: int
    count: int
    type: str  # what faiss.index_factory understands
    settings: dict[str, int] = {}


def choose(count: int) -> tuple[str, dict[str, int]]:
    """The FAISS type for ``count`` vectors, and its settings.

    Lists are a power of two near 4 times the root of the count; a search looks into a 96th of
    them, at least 16. Centres are found with a sample of the vectors, evenly spread.
    """
    if count <= EXACT:
        return "SQfp16", {}
    lists = 2 ** round(float(np.log2(4 * count**0.5)))
    settings = {"lists": lists, "probes": max(16, lists // 96), "sample": _PER_LIST * lists}
    return f"IVF{lists},SQ8", settings


class Vectors:
    """An index opened for searching; its ids ascend."""

    def __init__(self, folder: Path, index: Any, manifest: VectorManifest) -> None:
        """Use :meth:`build` and :meth:`open`."""
        self._index = index
        self.manifest = manifest
        self._base = np.load(folder / _IDS, mmap_mode="r")
        if manifest.settings:
            self._rows = np.load(folder / _ROWS, mmap_mode="r")
        else:
            self._rows = _codes(index)
        self._added = _saved(folder / _ADDED, np.empty((0, manifest.dimension), np.float32))
        self._added_ids = _saved(folder / _ADDED_IDS, np.empty(0, np.int64))
        removed = _saved(folder / _REMOVED, np.empty(0, np.int64))
        self._alive = ~np.isin(self._base, removed) if len(removed) else None
        self._count = len(self._base) - len(removed) + len(self._added_ids)

    @staticmethod
    def build(folder: Path, ids: Sequence[int] | Ids, vectors: Rows2D, model: str) -> None:
        """Write unit ``vectors`` (n, d) under ``ids`` (n,), which ascend, into ``folder``.

        ``vectors`` may lie on disk: no more than a sample and a chunk is read at once.

        Raises:
            ValueError: the shapes do not fit, or the ids do not ascend.
        """
        import faiss

        numbers = np.asarray(ids, dtype=np.int64)
        if len(vectors.shape) != 2 or numbers.shape != vectors.shape[:1]:
            raise ValueError(f"{len(numbers)} ids for vectors of shape {vectors.shape}")
        if (numbers[1:] <= numbers[:-1]).any():  # their difference may be too large for 64 bits
            raise ValueError("ids must ascend and be distinct")
        count, size = vectors.shape
        kind, settings = choose(count)
        faiss.omp_set_num_threads(cpus())
        index: Any = faiss.index_factory(size, kind, faiss.METRIC_INNER_PRODUCT)
        if settings:
            index.cp.niter = 10
            places = np.linspace(0, count - 1, min(settings["sample"], count)).astype(np.int64)
            index.train(np.ascontiguousarray(vectors[places], dtype=np.float32))
        with (folder / _ROWS).open("wb") if settings else nullcontext() as rows:
            if rows:
                head = {"descr": "<f2", "fortran_order": False, "shape": (count, size)}
                np.lib.format.write_array_header_1_0(rows, head)
            for start in range(0, count, _CHUNK):
                chunk = np.ascontiguousarray(vectors[start : start + _CHUNK], dtype=np.float32)
                index.add(chunk)
                if rows:
                    rows.write(chunk.astype("<f2").tobytes())
        faiss.write_index(index, str(folder / _FILE))
        np.save(folder / _IDS, numbers, allow_pickle=False)
        manifest = VectorManifest(FORMAT, model, size, count, kind, settings)
        (folder / _MANIFEST).write_bytes(msgspec.json.encode(manifest) + b"\n")

    @classmethod
    def open(cls, folder: Path, model: str) -> Vectors:
        """Open the vectors in ``folder``, memory-mapped.

        Raises:
            IndexMismatchError: they are damaged, or another encoder than ``model`` made them.
        """
        import faiss

        try:
            manifest = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=VectorManifest)
            if manifest.format != FORMAT:
                raise ValueError(f"format {manifest.format}, this kgraph reads {FORMAT}")
            flag = faiss.IO_FLAG_MMAP if manifest.settings else faiss.IO_FLAG_MMAP_IFC
            index = faiss.read_index(str(folder / _FILE), flag)
        except (OSError, ValueError, RuntimeError, msgspec.MsgspecError) as error:
            raise IndexMismatchError(f"The vectors in {folder} cannot be read. {_MEND}") from error
        if manifest.model != model:
            raise IndexMismatchError(
                f"The vectors were made by the encoder {manifest.model}, not {model}. {_MEND}"
            )
        try:
            opened = cls(folder, index, manifest)
        except (OSError, ValueError) as error:
            raise IndexMismatchError(f"The vectors in {folder} cannot be read. {_MEND}") from error
        shapes = {(index.ntotal, index.d), (len(opened._base), manifest.dimension)}
        if shapes != {(manifest.count, manifest.dimension)}:
            raise IndexMismatchError(f"The vectors in {folder} are not complete. {_MEND}")
        return opened

    @staticmethod
    def change(folder: Path, ids: Ids, vectors: Matrix, removed: Ids) -> None:
        """Leave out the vectors under ``removed`` and put ``vectors`` (n, d) under ``ids`` (n,).

        An id that is there gets the new vector. Only what was changed since the index was built
        is written; open the index again to search it.
        """
        base = np.load(folder / _IDS, mmap_mode="r")
        kept_ids = _saved(folder / _ADDED_IDS, np.empty(0, np.int64))
        kept = _saved(folder / _ADDED, np.empty((0, vectors.shape[1]), np.float32))
        gone = np.concatenate([np.asarray(removed, np.int64), np.asarray(ids, np.int64)])
        stay = ~np.isin(kept_ids, gone)
        all_ids = np.concatenate([kept_ids[stay], ids])
        order = np.argsort(all_ids)
        _save(folder / _ADDED_IDS, all_ids[order])
        _save(folder / _ADDED, np.concatenate([kept[stay], vectors.astype(np.float32)])[order])
        earlier = _saved(folder / _REMOVED, np.empty(0, np.int64))
        _save(folder / _REMOVED, np.union1d(earlier, gone[_places(base, gone) >= 0]))

    def __len__(self) -> int:
        return self._count

    @property
    def worn(self) -> bool:
        """Whether so much was added and removed that the index should be built anew."""
        changed = len(self._added_ids)
        if self._alive is not None:
            changed += int((~self._alive).sum())
        return changed > min(_WORN * max(len(self._base), 1), EXACT)

    def search(self, query: Matrix, k: int, allowed: Mask | None = None) -> tuple[Ids, Matrix]:
        """The ids and cosines of the ``k`` nearest to ``query`` (d,), best first, (m,) each.

        Of equally near ones the lower id comes first; m is less than ``k`` where fewer are allowed.
        ``allowed`` says which ids may be found, (n,), in the order of the ids that the index was
        built with; what was added later is always allowed.
        """
        mask = allowed if self._alive is None else self._alive
        if allowed is not None and self._alive is not None:
            mask = allowed & self._alive
        rows, scores = self._nearest(query, min(k, len(self._base)), mask)
        ids = np.concatenate([self._base[rows], self._added_ids])
        scores = np.concatenate([scores, _dot(self._added, query)])
        order = np.lexsort((ids, -scores))[:k]
        return ids[order], scores[order]

    def scores(self, query: Matrix, ids: Ids) -> Matrix:
        """The cosine of ``query`` (d,) with the vectors under ``ids`` (n,), (n,).

        Raises:
            IndexMismatchError: an id is not there.
        """
        scores = np.zeros(len(ids), dtype=np.float32)
        later = _places(self._added_ids, ids)
        rows = _places(self._base, ids)
        if ((later < 0) & (rows < 0)).any():
            raise IndexMismatchError(f"The index lacks the vector of a record. {_MEND}")
        scores[later >= 0] = _dot(self._added[later[later >= 0]], query)
        scores[later < 0] = _dot(self._vectors(rows[later < 0]), query)
        return scores

    def built(self) -> tuple[Ids, Matrix]:
        """The ids (n,) and vectors (n, d) that the index was built with."""
        return np.array(self._base), self._vectors(np.arange(len(self._base)))

    def _nearest(self, query: Matrix, k: int, mask: Mask | None) -> tuple[Ids, Matrix]:
        """The nearest rows of the built index and their cosines, in no order."""
        import faiss

        if mask is not None:
            few = np.flatnonzero(mask)
            k = min(k, len(few))
            if self.manifest.settings and len(few) <= _FEW:
                scores = _dot(self._vectors(few), query)
                best = np.argpartition(-scores, k - 1)[:k] if k else np.empty(0, np.int64)
                return few[best], scores[best]
        if k < 1:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        selector = None
        if mask is not None:
            bits = np.packbits(mask, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(mask), faiss.swig_ptr(bits))
        # One query is searched by one thread; others would only wait, and busily.
        faiss.omp_set_num_threads(1)
        row = np.ascontiguousarray(query[None, :], dtype=np.float32)
        if not self.manifest.settings:
            make: Any = faiss.SearchParameters  # its stub leaves out its keywords
            parameters = make(sel=selector) if selector else None
            scores, found = self._index.search(row, k, params=parameters)
            return found[0], scores[0]
        make = faiss.SearchParametersIVF
        for probes in (self.manifest.settings["probes"], self.manifest.settings["lists"]):
            parameters = make(sel=selector, nprobe=probes) if selector else make(nprobe=probes)
            _, found = self._index.search(row, 2 * k, params=parameters)
            rows = np.sort(found[0][found[0] >= 0])
            if len(rows) >= k:
                break
        scores = _dot(self._vectors(rows), query)  # the codes are coarse: by the vectors themselves
        best = np.argsort(-scores, kind="stable")[:k]
        return rows[best], scores[best]

    def _vectors(self, rows: Ids) -> Matrix:
        return np.asarray(self._rows[rows], dtype=np.float32)


def _codes(index: Any) -> NDArray[np.float16]:
    """The vectors of an index of 16 bits a number, where it has them; valid while it lives."""
    import faiss

    kept: Any = faiss.downcast_index(index)
    codes = kept.codes
    view: NDArray[np.uint8] = faiss.rev_swig_ptr(codes.data(), codes.size())
    return view.view(np.float16).reshape(index.ntotal, index.d)


def _dot(vectors: Matrix, query: Matrix) -> Matrix:
    """The product of each row with ``query``; equal rows give equal bits."""
    return np.asarray(np.einsum("ij,j->i", vectors, query, optimize=False), dtype=np.float32)


def _places(ascending: Ids, ids: Ids) -> Ids:
    """Where each of ``ids`` stands in ``ascending``; -1 where it does not."""
    if not len(ascending):
        return np.full(len(ids), -1, dtype=np.int64)
    found = np.searchsorted(ascending, ids)
    found[found == len(ascending)] = 0
    return np.where(ascending[found] == ids, found, -1)


def _saved(path: Path, empty: Any) -> Any:
    return np.load(path) if path.exists() else empty


def _save(path: Path, array: Any) -> None:
    """Write ``array`` to ``path`` at once or not at all."""
    partial = path.with_suffix(".part")
    with partial.open("wb") as file:
        np.save(file, array, allow_pickle=False)
    partial.replace(path)
