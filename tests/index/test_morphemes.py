from __future__ import annotations

from pathlib import Path

from kgraph.extract.morphology import Analyser
from kgraph.index.morphemes import KnownMorphemes, analyse, keys_of
from kgraph.storage.cache import Cache

TEXTS = ["kube-apiserver는 접근을 통제한다.", "Pods run containers.", ""]


def test_texts_are_analysed_as_the_analyser_does_and_looked_up_the_second_time(
    tmp_path: Path,
) -> None:
    expected = {text: Analyser.shared().morphemes(text) for text in TEXTS}
    keys = keys_of([*TEXTS, TEXTS[0]])
    assert sorted(keys.values()) == sorted(TEXTS)
    with Cache(tmp_path / "cache.sqlite") as cache:
        assert analyse(keys, cache) == expected
        marked = {key: [*expected[text], "stored"] for key, text in keys.items()}
        cache.put_morphemes(list(marked), list(marked.values()))
        assert analyse(keys, cache) == {text: [*expected[text], "stored"] for text in TEXTS}


def test_a_damaged_value_is_made_again(tmp_path: Path) -> None:
    keys = keys_of(TEXTS[:1])
    path = tmp_path / "cache.sqlite"
    with Cache(path) as cache:
        expected = analyse(keys, cache)
        cache._db.execute("UPDATE morphemes SET value = x'ff00'")
        assert analyse(keys, cache) == expected


def test_known_texts_are_looked_up_and_others_analysed() -> None:
    known = KnownMorphemes({"파드": ["파드"]}, str.split)
    assert [known.morphemes(text) for text in ("파드", "a b")] == [["파드"], ["a", "b"]]
