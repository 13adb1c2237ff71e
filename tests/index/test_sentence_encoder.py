from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kgraph.errors import ModelError
from kgraph.index.encoder import Encoder, load_encoder

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "ask", "find", "pod", "node", "runs", "a", ":")


def make_model(folder: Path, prompts: dict[str, str]) -> str:
    """A BERT of one layer with fixed weights, made on the spot."""
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer

    torch.manual_seed(7)
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n", "utf-8")
    config = transformers.BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
    )
    transformers.BertModel(config).save_pretrained(folder / "bert")
    splitter = getattr(transformers, "BertTokenizerFast")  # noqa: B009 - it is made on demand
    splitter(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    bert = Transformer(str(folder / "bert"))
    pooling = Pooling(16)
    whole = folder / "whole"
    SentenceTransformer(modules=[bert, pooling], prompts=prompts, device="cpu").save(str(whole))
    return str(whole)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return load_encoder(make_model(tmp_path_factory.mktemp("bare"), {}))


@pytest.fixture(scope="module")
def prompted(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    prompts = {"query": "ask: ", "passage": "find: "}
    return load_encoder(make_model(tmp_path_factory.mktemp("prompted"), prompts))


def test_any_model_gives_vectors_of_unit_length(bare: Encoder) -> None:
    vectors = bare.encode_passages(["a pod", "a node runs a pod", ""])
    assert (vectors.shape, str(vectors.dtype), bare.dimension) == ((3, 16), "float32", 16)
    np.testing.assert_allclose(np.sqrt((vectors**2).sum(axis=1)), 1, atol=1e-5)


def test_a_model_without_prompts_treats_both_sides_alike(bare: Encoder) -> None:
    np.testing.assert_allclose(
        bare.encode_queries(["a pod"]), bare.encode_passages(["a pod"]), atol=1e-6
    )


def test_the_prompts_of_the_model_are_put_before_the_text(bare: Encoder, prompted: Encoder) -> None:
    # Both have the same weights, so what one puts before the text can be written by hand.
    np.testing.assert_allclose(
        prompted.encode_queries(["a pod"]), bare.encode_queries(["ask: a pod"]), atol=1e-6
    )
    np.testing.assert_allclose(
        prompted.encode_passages(["a pod"]), bare.encode_passages(["find: a pod"]), atol=1e-6
    )


def test_nothing_gives_no_rows(bare: Encoder) -> None:
    assert bare.encode_queries([]).shape == bare.encode_passages([]).shape == (0, 16)


def test_progress_counts_the_texts_done(bare: Encoder) -> None:
    seen: list[int] = []
    vectors = bare.encode_passages(["pod"] * 300 + ["node"], seen.append)
    assert (seen, len(vectors)) == ([256, 301], 301)


def test_the_fingerprint_depends_on_weights_and_prompts_alone(
    tmp_path: Path, bare: Encoder, prompted: Encoder
) -> None:
    again = load_encoder(make_model(tmp_path, {}))
    digests = [made.fingerprint.rsplit(":", 1)[1] for made in (bare, again, prompted)]
    assert digests[0] == digests[1] != digests[2]


def test_an_unknown_name_is_not_downloaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.delenv("KGRAPH_ALLOW_DOWNLOAD", raising=False)
    with pytest.raises(ModelError, match=r"cannot be loaded .* KGRAPH_ALLOW_DOWNLOAD=1"):
        load_encoder("nobody/no-such-model")
    with pytest.raises(ModelError, match=r"cannot be loaded .* embedded encoder is used"):
        load_encoder(str(tmp_path))
