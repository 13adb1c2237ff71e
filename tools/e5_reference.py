"""The encoder once more in plain numpy, to check the graph against."""

from __future__ import annotations

import math

import numpy as np
from e5_weights import Weights
from numpy.typing import NDArray

Array = NDArray[np.float32]
_erf = np.frompyfunc(math.erf, 1, 1)


def loud_neurons(weights: Weights, texts: list[list[int]], times: float = 2.0) -> dict[int, int]:
    """The feed-forward neuron of each layer that is ``times`` louder than any other of it.

    Judged by token ids of a few texts: which neurons these are does not depend on the text.
    Layers without one are left out.
    """
    seen = np.zeros((weights.layers, weights.inner), np.float32)
    for ids in texts:
        forward(weights, ids, seen)
    ranked = np.argsort(-seen, axis=1)[:, :2]
    return {
        layer: int(first)
        for layer, (first, second) in enumerate(ranked)
        if seen[layer, first] >= times * seen[layer, second]
    }


def forward(weights: Weights, ids: list[int], loudest: Array | None = None) -> Array:
    """The unit vector of one text, from its token ids.

    ``loudest`` (layers, inner) is raised to what each neuron has given at most.
    """
    tensors = weights.vectors
    rows = weights.words.take(np.array(ids)).dense()
    state = rows + tensors["emb.pos"][: len(ids)] + tensors["emb.type"][0]
    state = _normalise(weights, state, "emb.ln")
    for layer in range(weights.layers):
        name = f"l{layer}"
        attended = _attention(weights, state, name)
        state = _normalise(weights, state + _linear(weights, attended, f"{name}.ao"), f"{name}.aln")
        inner = _linear(weights, state, f"{name}.fi")
        active = inner * 0.5 * (1 + _erf(inner / np.sqrt(2)).astype(np.float32))
        if loudest is not None:
            np.maximum(loudest[layer], np.abs(active).max(axis=0), out=loudest[layer])
        state = _normalise(weights, state + _linear(weights, active, f"{name}.fo"), f"{name}.oln")
    mean = state.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def _attention(weights: Weights, state: Array, name: str) -> Array:
    size = weights.hidden // weights.heads
    query, key, value = (
        _linear(weights, state, f"{name}.{part}").reshape(len(state), weights.heads, size)
        for part in "qkv"
    )
    scores = np.einsum("qhd,khd->hqk", query, key) / np.sqrt(size)
    shares = np.exp(scores - scores.max(axis=2, keepdims=True))
    shares /= shares.sum(axis=2, keepdims=True)
    mixed = np.einsum("hqk,khd->qhd", shares, value).reshape(len(state), weights.hidden)
    return np.asarray(mixed, np.float32)


def _linear(weights: Weights, state: Array, name: str) -> Array:
    return state @ weights.vectors[f"{name}.w"].T + weights.vectors[f"{name}.b"]


def _normalise(weights: Weights, state: Array, name: str) -> Array:
    centred = state - state.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + weights.epsilon)
    scaled = centred / spread * weights.vectors[f"{name}.w"] + weights.vectors[f"{name}.b"]
    return np.asarray(scaled, np.float32)
