"""How far a build is, as it is told to who looks on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kgraph.config import Settings
from kgraph.pipeline.ingest import ingest


class _Encoder:
    fingerprint = "one"
    dimension = 2

    def encode_passages(self, texts: list[str], progress: object = None) -> NDArray[np.float32]:
        return np.full((len(texts), 2), 0.5**0.5, dtype=np.float32)


class _Told:
    """Adds up what it is told."""

    def __init__(self) -> None:
        self.totals: dict[str, int] = {}
        self.steps: dict[str, int] = {}
        self._stage = ""

    def start(self, stage: str, total: int) -> None:
        self._stage = stage
        self.totals[stage] = total

    def advance(self, steps: int) -> None:
        self.steps[self._stage] = self.steps.get(self._stage, 0) + steps


def test_reading_extracting_encoding_and_building_tell_how_far_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kgraph.index.encoder.load_encoder", lambda model=None: _Encoder())
    notes = tmp_path / "notes"
    notes.mkdir()
    for number in range(70):
        text = (
            f"# 글 {number}\n\nPod {number}은 노드에서 실행된다. kubelet은 Pod {number}를 만든다.\n"
        )
        (notes / f"{number}.md").write_text(text, "utf-8")
    told = _Told()
    report = ingest([notes], Settings(indexes=tmp_path / "indexes"), progress=told)
    counts = report.counts
    assert counts["evidence"] > 64 < counts["concepts"]
    whole = {
        "extract": 70,
        "read": 70,
        "encode": told.totals["encode"],
        "graph": 70 + counts["concepts"] + counts["evidence"],
        "index": counts["vectors"],
    }
    assert {stage: told.totals[stage] for stage in whole} == whole
    assert {stage: told.steps[stage] for stage in whole} == whole
    assert 0 < told.totals["encode"] <= counts["vectors"]
