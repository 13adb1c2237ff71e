"""The ONNX graph of the encoder, from token ids to a vector of unit length.

``input_ids`` is (1, n): one text a run, so there is no padding and no mask. The word table stays
in the 4-bit blocks of its source and only the rows in use are unpacked. Matrices are int8 per
output column, activations are quantised at run time.

The weights use 7 of their 8 bits, -64..64: CPUs without VNNI add two products of an unsigned and
a signed byte in 16 bits, which only that range cannot overflow, so all CPUs give one result.

In most layers one neuron of the feed-forward part is several times louder than all others, on any
text. One scale for all would leave the others a few steps of int8, so that neuron goes its own
way in 32-bit floats: a column in, a row out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from e5_weights import BLOCK, Weights
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
WEIGHT_LIMIT = 64
OPSET = 18
RECIPE = "2"


class _Graph:
    """Nodes and constants in the order in which they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(
        self,
        operator: str,
        inputs: list[str],
        output: str,
        domain: str = "",
        **attributes: Any,
    ) -> str:
        self.split(operator, inputs, [output], domain, **attributes)
        return output

    def split(
        self,
        operator: str,
        inputs: list[str],
        outputs: list[str],
        domain: str = "",
        **attributes: Any,
    ) -> None:
        self.nodes.append(
            helper.make_node(
                operator, inputs, outputs, name=outputs[0], domain=domain, **attributes
            )
        )


def build_graph(weights: Weights, *, quantised: bool, loud: Mapping[int, int]) -> onnx.ModelProto:
    """The model as int8, or in 32-bit floats to measure what int8 costs.

    Args:
        weights: of the encoder.
        quantised: whether to int8; without, GELU is exact too.
        loud: the loudest neuron of the feed-forward part by layer, where it is kept apart.
    """
    graph = _Graph()
    tensors = weights.vectors
    hidden = _embeddings(graph, weights)
    for layer in range(weights.layers):
        name = f"l{layer}"
        joined = np.concatenate([tensors[f"{name}.{part}.w"] for part in "qkv"])
        bias = np.concatenate([tensors[f"{name}.{part}.b"] for part in "qkv"])
        projected = _linear(graph, f"{name}.qkv", hidden, joined, bias, quantised)
        parts = [f"{name}.{part}" for part in "qkv"]
        sizes = graph.constant(f"{name}.sizes", np.full(3, weights.hidden, np.int64))
        graph.split("Split", [projected, sizes], parts, axis=2)
        attended = graph.add(
            "MultiHeadAttention", parts, f"{name}.heads", MICROSOFT, num_heads=weights.heads
        )
        output = _linear(
            graph,
            f"{name}.ao",
            attended,
            tensors[f"{name}.ao.w"],
            tensors[f"{name}.ao.b"],
            quantised,
        )
        middle = _add_and_normalise(graph, weights, f"{name}.aln", output, hidden)
        output = _feed_forward(graph, weights, name, middle, loud.get(layer), quantised)
        hidden = _add_and_normalise(graph, weights, f"{name}.oln", output, middle)
    one = graph.constant("axis.one", np.array([1], np.int64))
    mean = graph.add("ReduceMean", [hidden, one], "mean", keepdims=0)
    graph.add("LpNormalization", [mean], "embedding", axis=1, p=2)
    return _model(graph, weights.hidden)


def _embeddings(graph: _Graph, weights: Weights) -> str:
    """Sum of word, position and (the one) type vector, normalised."""
    halves = graph.constant("words.halves", weights.words.halves.reshape(-1, weights.hidden // 2))
    scales = graph.constant("words.scales", weights.words.scales)
    packed = graph.add("Gather", [halves, "input_ids"], "words.packed", axis=0)
    blocks = weights.hidden // BLOCK
    shape = graph.constant("words.blocks", np.array([1, -1, blocks, BLOCK // 2], np.int64))
    packed = graph.add("Reshape", [packed, shape], "words.blocked")
    four = graph.constant("words.four", np.array(4, np.uint8))
    fifteen = graph.constant("words.fifteen", np.array(15, np.uint8))
    high = graph.add("BitShift", [packed, four], "words.high", direction="RIGHT")
    low = graph.add("BitwiseAnd", [packed, fifteen], "words.low")
    both = graph.add("Concat", [low, high], "words.both", axis=3)
    number = graph.add("Cast", [both], "words.number", to=TensorProto.FLOAT)
    eight = graph.constant("words.eight", np.array(8, np.float32))
    centred = graph.add("Sub", [number, eight], "words.centred")
    scale = graph.add("Gather", [scales, "input_ids"], "words.scale16", axis=0)
    scale = graph.add("Cast", [scale], "words.scale32", to=TensorProto.FLOAT)
    last = graph.constant("axis.last", np.array([3], np.int64))
    scale = graph.add("Unsqueeze", [scale, last], "words.scale")
    scaled = graph.add("Mul", [centred, scale], "words.scaled")
    wide = graph.constant("words.wide", np.array([1, -1, weights.hidden], np.int64))
    words = graph.add("Reshape", [scaled, wide], "words")

    tensors = weights.vectors
    table = graph.constant("positions", tensors["emb.pos"] + tensors["emb.type"][0])
    length = graph.add("Shape", ["input_ids"], "length", start=1, end=2)
    zero = graph.constant("axis.zero", np.array([0], np.int64))
    place = graph.add("Slice", [table, zero, length, zero], "place")
    total = graph.add("Add", [words, place], "embedded")
    return _normalise(graph, weights, "emb.ln", total)


def _feed_forward(
    graph: _Graph, weights: Weights, name: str, value: str, loud: int | None, quantised: bool
) -> str:
    """Both matrices with GELU between them; the neuron ``loud`` beside them, in floats."""
    up, down = weights.vectors[f"{name}.fi.w"], weights.vectors[f"{name}.fo.w"]
    shift = weights.vectors[f"{name}.fi.b"]
    # GELU by tanh instead of erf differs less than a step of int8, and takes 3% less of a run.
    gelu = "FastGelu" if quantised else "BiasGelu"
    aside = None
    if loud is not None:
        one = graph.add("MatMul", [value, graph.constant(f"{name}.lu", up[[loud]].T)], f"{name}.l")
        bias = graph.constant(f"{name}.lb", shift[[loud]])
        one = graph.add(gelu, [one, bias], f"{name}.la", MICROSOFT)
        row = graph.constant(f"{name}.ld", down[:, [loud]].T)
        aside = graph.add("MatMul", [one, row], f"{name}.aside")
        up, down, shift = up.copy(), down.copy(), shift.copy()
        up[loud], down[:, loud], shift[loud] = 0, 0, 0
    inner = _linear(graph, f"{name}.fi", value, up, None, quantised)
    inner_bias = graph.constant(f"{name}.fi.b", shift)
    active = graph.add(gelu, [inner, inner_bias], f"{name}.gelu", MICROSOFT)
    below = weights.vectors[f"{name}.fo.b"]
    output = _linear(graph, f"{name}.fo", active, down, below, quantised)
    return output if aside is None else graph.add("Add", [output, aside], f"{name}.fo.whole")


def _normalise(graph: _Graph, weights: Weights, name: str, value: str) -> str:
    scale = graph.constant(f"{name}.w", weights.vectors[f"{name}.w"])
    shift = graph.constant(f"{name}.b", weights.vectors[f"{name}.b"])
    return graph.add(
        "LayerNormalization",
        [value, scale, shift],
        f"{name}.out",
        axis=-1,
        epsilon=weights.epsilon,
    )


def _add_and_normalise(graph: _Graph, weights: Weights, name: str, new: str, old: str) -> str:
    # Two nodes on purpose: the fused SkipLayerNormalization is slower on CPUs, by 12% of a run.
    return _normalise(graph, weights, name, graph.add("Add", [new, old], f"{name}.sum"))


def _linear(
    graph: _Graph,
    name: str,
    value: str,
    matrix: NDArray[np.float32],
    bias: NDArray[np.float32] | None,
    quantised: bool,
) -> str:
    """``value @ matrix.T + bias``."""
    shift = None if bias is None else graph.constant(f"{name}.bias", bias)
    if not quantised:
        dense = graph.constant(f"{name}.matrix", matrix.T)
        product = graph.add("MatMul", [value, dense], f"{name}.product")
        return product if shift is None else graph.add("Add", [product, shift], f"{name}.out")
    whole, scale = quantise(matrix)
    inputs = [
        value,
        graph.constant(f"{name}.matrix", whole.T),
        graph.constant(f"{name}.scale", scale),
    ]
    if shift is not None:
        inputs += ["", shift]
    return graph.add("DynamicQuantizeMatMul", inputs, f"{name}.out", MICROSOFT)


def quantise(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A matrix (outputs, inputs) as whole numbers -64..64 and one scale for each output."""
    scale = np.abs(matrix).max(axis=1) / WEIGHT_LIMIT
    scale[scale == 0] = 1
    whole = np.rint(matrix / scale[:, None]).astype(np.int8)
    return whole, scale.astype(np.float32)


def _model(graph: _Graph, hidden: int) -> onnx.ModelProto:
    body = helper.make_graph(
        graph.nodes,
        "multilingual-e5-small",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, hidden])],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
    model = helper.make_model(body, opset_imports=opsets, ir_version=8, producer_name="kgraph")
    helper.set_model_props(
        model, {"origin": "intfloat/multilingual-e5-small", "licence": "MIT", "recipe": RECIPE}
    )
    return model
