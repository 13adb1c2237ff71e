from __future__ import annotations

from pathlib import Path

import pytest

from kgraph.extract.morphology import Analyser
from kgraph.index.morphemes import key_of, morphemes_of
from kgraph.storage.cache import Cache

TEXTS = ["kube-apiserver는 접근을 통제한다.", "Pods run containers.", ""]


@pytest.mark.parametrize("window", [1, 2, 100])
def test_texts_are_analysed_as_the_analyser_does_and_looked_up_the_second_time(
    tmp_path: Path, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kgraph.index.morphemes._WINDOW", window)
    asked = [*TEXTS, TEXTS[0]]
    expected = [Analyser.shared().morphemes(text) for text in asked]
    with Cache(tmp_path / "cache.sqlite") as cache:
        used: set[bytes] = set()
        assert list(morphemes_of(asked, cache, used)) == expected
        assert used == {key_of(text) for text in TEXTS}
        marked = [[*found, "stored"] for found in expected]
        cache.put_morphemes([key_of(text) for text in asked], marked)
        assert list(morphemes_of(iter(asked), cache, used)) == marked


def test_a_damaged_value_is_made_again(tmp_path: Path) -> None:
    with Cache(tmp_path / "cache.sqlite") as cache:
        expected = list(morphemes_of(TEXTS[:1], cache, set()))
        cache._db.execute("UPDATE morphemes SET value = x'ff00'")
        assert list(morphemes_of(TEXTS[:1], cache, set())) == expected
