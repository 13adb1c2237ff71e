from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kgraph.errors import ModelError
from kgraph.index.encoder import MANIFEST, MODELS, OnnxEncoder, load_encoder

KOREAN = "kube-apiserver는 접근을 통제한다."
ENGLISH = "The kube-apiserver controls access."
OTHER = "고양이는 창가에서 잠을 잔다."


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(threads=2)


def lengths(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.linalg.norm(vectors, axis=1), np.float32)


def test_vectors_have_unit_length_and_the_dimension(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode_passages([KOREAN, ENGLISH, OTHER])
    assert (vectors.shape, str(vectors.dtype), encoder.dimension) == ((3, 384), "float32", 384)
    np.testing.assert_allclose(lengths(vectors), 1, atol=1e-5)


def test_a_translation_is_nearer_than_another_subject(encoder: OnnxEncoder) -> None:
    (query,) = encoder.encode_queries(["접근을 통제하는 것은 무엇인가?"])
    korean, english, other = encoder.encode_passages([KOREAN, ENGLISH, OTHER])
    assert query @ korean > query @ english > query @ other
    assert korean @ english > korean @ other


def test_a_vector_does_not_depend_on_its_neighbours(encoder: OnnxEncoder) -> None:
    texts = [KOREAN, ENGLISH * 40, "", OTHER, "a", KOREAN, "쿠버네티스 " * 200]
    together = encoder.encode_passages(texts)
    alone = np.concatenate([encoder.encode_passages([text]) for text in texts])
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(encoder.encode_passages(texts[::-1])[::-1], together)


def test_queries_and_passages_get_different_prefixes(encoder: OnnxEncoder) -> None:
    (query,), (passage,) = encoder.encode_queries([KOREAN]), encoder.encode_passages([KOREAN])
    assert 0.8 < query @ passage < 0.9999


def test_nothing_gives_no_rows(encoder: OnnxEncoder) -> None:
    assert encoder.encode_queries([]).shape == (0, 384)
    assert encoder.encode_passages([]).shape == (0, 384)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n\t",
        "\x00",
        "\udc80 half a pair",
        "👩‍💻🇰🇷",
        "漢字 ひらがな",
        "가" * 5000,
        "z" * 100_000,
    ],
)
def test_any_text_has_a_vector(encoder: OnnxEncoder, text: str) -> None:
    vectors = encoder.encode_passages([text])
    np.testing.assert_allclose(lengths(vectors), 1, atol=1e-5)


def test_only_512_tokens_count(encoder: OnnxEncoder) -> None:
    long = "kubelet runs pods. " * 300
    np.testing.assert_array_equal(
        encoder.encode_passages([long]), encoder.encode_passages([long + "Something else."])
    )


def test_decomposed_hangul_is_the_same_text(encoder: OnnxEncoder) -> None:
    np.testing.assert_array_equal(
        encoder.encode_queries([unicodedata.normalize("NFD", OTHER)]),
        encoder.encode_queries([OTHER]),
    )


@pytest.mark.parametrize("threads", [1, 3])
def test_progress_counts_the_texts_done(threads: int) -> None:
    seen: list[int] = []
    OnnxEncoder(threads=threads).encode_passages(["a", "b", "c", "d"], seen.append)
    assert seen == [1, 2, 3, 4]


def test_an_interrupt_gives_up_the_texts_that_wait(
    encoder: OnnxEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    vector = encoder._vector

    def count(text: str) -> NDArray[np.float32]:
        done.append(text)
        return vector(text)

    monkeypatch.setattr(encoder, "_vector", count)

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encoder.encode_passages([KOREAN] * 2000, interrupt)
    assert len(done) < 1000


def test_the_fingerprint_is_the_hash_of_the_files() -> None:
    manifest = json.loads((MODELS / MANIFEST).read_text("utf-8"))
    digest = hashlib.sha256()
    for part in ("model", "tokenizer"):
        digest.update((MODELS / manifest[part]).read_bytes())
    name = Path(manifest["model"]).stem
    assert load_encoder().fingerprint == f"{name}:{digest.hexdigest()[:16]}"


def test_the_files_stay_small() -> None:
    assert sum(path.stat().st_size for path in MODELS.iterdir() if path.is_file()) <= 60_000_000


@pytest.mark.parametrize("part", ["manifest", "model", "tokenizer"])
@pytest.mark.parametrize("damage", ["missing", "empty", "cut"])
def test_a_damaged_model_says_how_to_mend_it(tmp_path: Path, part: str, damage: str) -> None:
    manifest = json.loads((MODELS / MANIFEST).read_text("utf-8"))
    names = {"manifest": MANIFEST, "model": manifest["model"], "tokenizer": manifest["tokenizer"]}
    for key, name in names.items():
        if key != part:
            (tmp_path / name).symlink_to(MODELS / name)
        elif damage == "empty":
            (tmp_path / name).write_bytes(b"")
        elif damage == "cut":
            whole = (MODELS / name).read_bytes()
            (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match=r"missing or damaged .*Reinstall kgraph"):
        OnnxEncoder(tmp_path)


def test_the_embedded_encoder_never_imports_torch() -> None:
    code = (
        "import sys; from kgraph.index.encoder import load_encoder;"
        "light = {'onnxruntime', 'tokenizers'} & set(sys.modules);"
        "load_encoder().encode_queries(['a']);"
        "print(light, {'torch', 'sentence_transformers', 'transformers'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "set() set()\n"
