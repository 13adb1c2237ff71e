"""The vectors of everything that is searched: each text is encoded once ever."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence, Set
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kgraph.index.vectorfile import VectorFile
from kgraph.pipeline.steps import Stages
from kgraph.storage.cache import Cache

if TYPE_CHECKING:
    from kgraph.index.encoder import Encoder

_CHUNK = 256  # texts encoded between two commits to the cache: what Ctrl-C can lose
_LOOKED_UP = 4096  # vectors looked up at once


class Encoding:
    """Encodes with ``encoder`` what ``cache`` does not have."""

    def __init__(self, encoder: Encoder, cache: Cache, stages: Stages) -> None:
        self._encoder = encoder
        self._salt = encoder.fingerprint
        self._cache = cache
        self._stages = stages

    def vectors(
        self, texts: Callable[[], Iterator[str]], folder: Path
    ) -> tuple[VectorFile, Set[bytes]]:
        """The vectors (n, d) of ``texts``, which are gone through twice, kept in ``folder``; and
        their keys in the cache."""
        keys = [self._key(text) for text in texts()]
        distinct = set(keys)
        missing = len(distinct) - self._cache.count_vectors(distinct)
        with self._stages.stage("encode", missing):
            parts = self._parts(keys, texts())
            return VectorFile(parts, self._encoder.dimension, folder), distinct

    def _parts(self, every: Sequence[bytes], texts: Iterator[str]) -> Iterator[NDArray[np.float32]]:
        """The vectors of ``texts``, whose keys are ``every``, some at a time."""
        size = self._encoder.dimension
        for start in range(0, len(every), _LOOKED_UP):
            keys = every[start : start + _LOOKED_UP]
            known = dict(self._cache.vectors(keys, size))
            part = zip(keys, islice(texts, len(keys)), strict=True)
            missing = {key: text for key, text in part if key not in known}
            todo = list(missing.items())
            for i in range(0, len(todo), _CHUNK):
                chunk = todo[i : i + _CHUNK]
                made = self._encoder.encode_passages([text for _, text in chunk])
                self._cache.put_vectors([key for key, _ in chunk], made)
                known.update((key, row) for (key, _), row in zip(chunk, made, strict=True))
                self._stages.advance(len(chunk))
            yield np.stack([known[key] for key in keys])

    def _key(self, text: str) -> bytes:
        return hashlib.blake2b(f"{self._salt}\0{text}".encode(), digest_size=16).digest()
