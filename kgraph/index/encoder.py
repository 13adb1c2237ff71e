"""Text to vectors: the embedded encoder, or any sentence-transformers model by name.

The embedded one is multilingual-e5-small as int8 ONNX (see kgraph/models/MODEL.md). Its
activations are quantised over the whole input of a run, so a vector would depend on what shares
the run: every text is run by itself, several at a time. Importing this module loads nothing heavy.
"""

from __future__ import annotations

import json
import os
import threading
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from kgraph.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

MODELS = Path(__file__).parent.parent / "models"
MANIFEST = "embedded.json"
_LONGEST = 65_536  # characters of a text that are looked at: far more than 512 tokens can hold


class Encoder(Protocol):
    """What turns texts into vectors of unit length, so that a dot product is a cosine."""

    @property
    def fingerprint(self) -> str:
        """Names the model and its weights: vectors compare only if this is equal."""
        ...

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of what a user asks, (n, dimension), in the order of ``texts``."""
        ...

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of what is searched, (n, dimension), in the order of ``texts``.

        ``progress`` is called now and then with the number of texts done so far.
        """
        ...


def load_encoder(model: str | None = None) -> Encoder:
    """The embedded encoder, or the sentence-transformers model of that name or path.

    Raises:
        ModelError: it cannot be found or loaded; the message says what to do.
    """
    if not model:
        return OnnxEncoder()
    from kgraph.index.sentence_encoder import SentenceTransformersEncoder

    return SentenceTransformersEncoder(model)


class OnnxEncoder:
    """The embedded encoder: reads Korean and English, no network, no torch.

    Equal texts get equal vectors, bit for bit on one machine, whatever is encoded beside them.
    Texts are cut at 512 tokens. May be used from several threads.
    """

    def __init__(self, folder: Path = MODELS, threads: int | None = None) -> None:
        """Load from ``folder``; ``threads`` texts run at a time, by default one for each CPU.

        Raises:
            ModelError: a file of the model is missing or damaged.
        """
        try:
            manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
            self._fingerprint = str(manifest["fingerprint"])
            self._dimension = int(manifest["dimension"])
            self._splitter = _load_tokenizer(
                folder / manifest["tokenizer"], int(manifest["max_tokens"])
            )
            self._session = _load_session(folder / manifest["model"])
        except Exception as error:  # the engines raise types of their own
            raise ModelError(
                f"The embedded model in {folder} is missing or damaged ({_first_line(error)})."
                " Reinstall kgraph: pip install --force-reinstall --no-deps kgraph"
            ) from error
        self._threads = threads or cpus()

    @property
    def fingerprint(self) -> str:
        """The model's name and the start of the hash over its files."""
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """384."""
        return self._dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, (n, dimension)."""
        return self._encode("query: ", texts, None)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of passages, (n, dimension)."""
        return self._encode("passage: ", texts, progress)

    def tokens(self, text: str) -> list[str]:
        """The pieces into which the model splits a text, its marks of start and end included."""
        return list(self._split(text).tokens)

    def _encode(
        self, prefix: str, texts: Sequence[str], progress: Callable[[int], None] | None
    ) -> Vectors:
        vectors = np.empty((len(texts), self._dimension), dtype=np.float32)
        workers = min(self._threads, len(texts))
        if workers <= 1:
            for row, text in enumerate(texts):
                vectors[row] = self._vector(prefix + text)
                if progress:
                    progress(row + 1)
            return vectors

        stop = threading.Event()

        def fill(row: int) -> None:
            if not stop.is_set():
                vectors[row] = self._vector(prefix + texts[row])

        with ThreadPoolExecutor(workers, thread_name_prefix="kgraph-encode") as pool:
            try:
                for row, _ in enumerate(pool.map(fill, range(len(texts)))):
                    if progress:
                        progress(row + 1)
            except BaseException:  # Ctrl-C too: the texts that wait are given up at once
                stop.set()
                raise
        return vectors

    def _vector(self, text: str) -> Vectors:
        ids = np.array([self._split(text).ids], dtype=np.int64)
        (made,) = self._session.run(None, {"input_ids": ids})
        vector: Vectors = made[0]
        return vector

    def _split(self, text: str) -> Any:
        # Lone surrogates have no UTF-8; a decomposed Hangul syllable has no piece of its own.
        clean = text[:_LONGEST].encode("utf-8", "replace").decode()
        return self._splitter.encode(unicodedata.normalize("NFC", clean))


def _load_tokenizer(path: Path, max_tokens: int) -> Any:
    from tokenizers import Tokenizer

    splitter = Tokenizer.from_file(str(path))
    splitter.enable_truncation(max_tokens)
    return splitter


def _load_session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # The graph is written in its final form; every text has another length.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def cpus() -> int:
    """CPUs that this process may use; a container often has fewer than the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0]
