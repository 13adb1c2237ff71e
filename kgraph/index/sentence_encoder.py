"""Any sentence-transformers model in place of the embedded one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kgraph.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

DOWNLOAD_VARIABLE = "KGRAPH_ALLOW_DOWNLOAD"
_QUERY_PROMPTS = ("query",)
_PASSAGE_PROMPTS = ("document", "passage", "corpus")
_STEP = 256  # texts between two reports of progress
_SAMPLE = 64  # weights of each tensor that enter the fingerprint


class SentenceTransformersEncoder:
    """A model by name or path, with the prompts that it brings itself.

    Nothing is downloaded unless the environment says ``KGRAPH_ALLOW_DOWNLOAD=1``. The model runs
    on the device that sentence-transformers picks, in its batches.
    """

    def __init__(self, model: str) -> None:
        """Load the model.

        Raises:
            ModelError: sentence-transformers cannot be imported, or cannot load the model.
        """
        self._model = _load(model)
        prompts: dict[str, str] = dict(self._model.prompts or {})
        default = prompts.get(self._model.default_prompt_name or "") or None
        self._query_prompt = _first(prompts, _QUERY_PROMPTS) or default
        self._passage_prompt = _first(prompts, _PASSAGE_PROMPTS) or default
        self._dimension: int = self._encode(["kgraph"], query=True).shape[1]
        self._fingerprint = f"{model}:{self._digest()}"

    @property
    def fingerprint(self) -> str:
        """The name given, and the start of a hash over weights, prompts and longest input."""
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """Numbers in a vector of this model."""
        return self._dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, (n, dimension), of unit length.

        Raises:
            ModelError: the model fails.
        """
        return self._encode(texts, query=True)

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of passages, (n, dimension), of unit length.

        Raises:
            ModelError: the model fails.
        """
        parts = []
        for start in range(0, len(texts), _STEP):
            parts.append(self._encode(texts[start : start + _STEP], query=False))
            if progress:
                progress(min(start + _STEP, len(texts)))
        return np.concatenate(parts) if parts else self._encode([], query=False)

    def _encode(self, texts: Sequence[str], *, query: bool) -> Vectors:
        if not texts:
            return np.empty((0, self._dimension), dtype=np.float32)
        # encode_query and encode_document (5.0 and later) also choose the side of a model that
        # has two; older versions know only encode.
        side = "encode_query" if query else "encode_document"
        encode = getattr(self._model, side, self._model.encode)
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        try:
            made = encode(
                clean,
                prompt=self._query_prompt if query else self._passage_prompt,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        except Exception as error:
            raise ModelError(
                f"The model cannot encode text: {_first_line(error)}. Choose another model, or"
                " leave --model out to use the embedded one."
            ) from error
        return np.ascontiguousarray(made, dtype=np.float32)

    def _digest(self) -> str:
        """Equal for equal models: from a sample of every tensor, for a model may have gigabytes."""
        digest = hashlib.sha256()
        for name, tensor in sorted(self._model.state_dict().items()):
            flat = tensor.detach().flatten()
            sample = flat[:: max(1, len(flat) // _SAMPLE)].cpu().float().numpy()
            digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
            digest.update(sample.tobytes())
        settings = (self._query_prompt, self._passage_prompt, self._model.max_seq_length)
        digest.update(repr(settings).encode())
        return digest.hexdigest()[:16]


def _load(model: str) -> Any:
    may_download = os.environ.get(DOWNLOAD_VARIABLE) == "1"
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ModelError(
            f"sentence-transformers cannot be imported ({_first_line(error)}). Run: pip install"
            " sentence-transformers, or leave --model out to use the embedded encoder."
        ) from error
    _hide_loading_bars()
    try:
        return SentenceTransformer(model, local_files_only=not may_download)
    except Exception as error:  # the loaders raise many types
        way_out = (
            "Check the name and the network."
            if may_download
            else f"Give the path of a model folder, or set {DOWNLOAD_VARIABLE}=1 to download it."
        )
        raise ModelError(
            f"The model {model} cannot be loaded from this machine: {_first_line(error)}. {way_out}"
            " Without --model the embedded encoder is used."
        ) from error


def _hide_loading_bars() -> None:
    """Transformers draws a bar while it reads weights; kgraph shows progress of its own."""
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call,unused-ignore]


def _first(prompts: dict[str, str], names: tuple[str, ...]) -> str | None:
    """The first prompt of these names that says anything."""
    return next((prompts[name] for name in names if prompts.get(name)), None)


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")
