from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.errors import VocabularyError
from kgraph.resolution.overrides import (
    Overrides,
    load_overrides,
    save_overrides,
    with_ignore,
    with_merge,
    with_split,
    without,
)

NAMES = ["원두", "bean", "Bean", "에스프레소", '따옴표 "안"', "back\\slash", "줄 바꿈", "é"]
edits = st.lists(
    st.tuples(
        st.sampled_from(["merge", "split", "ignore", "remove"]),
        st.lists(st.sampled_from(NAMES), min_size=2, max_size=3, unique=True),
    ),
    max_size=6,
)


def edited(steps: list[tuple[str, list[str]]]) -> Overrides:
    said = Overrides()
    for step, names in steps:
        if step == "merge":
            said = with_merge(said, names)
        else:
            change = {"split": with_split, "ignore": with_ignore, "remove": without}[step]
            said = change(said, names[0])
    return said


@given(edits)
def test_what_is_saved_is_loaded(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, list[str]]]
) -> None:
    path = tmp_path_factory.mktemp("said") / "aliases.toml"
    said = edited(steps)
    save_overrides(path, said)
    assert load_overrides(path) == said
    assert list(path.parent.iterdir()) == [path]


def test_a_later_word_wins() -> None:
    said = with_merge(Overrides(), ["원두", "bean"])
    assert with_merge(said, ["Bean", "coffee"]) == Overrides((("원두", "bean", "coffee"),))
    assert with_split(said, "Bean") == Overrides(split=("Bean",))
    assert with_ignore(with_split(said, "bean"), "bean") == Overrides(ignore=("bean",))
    assert with_merge(Overrides(ignore=("원두",)), ["원두", "bean"]) == said
    assert without(said, "원두") == Overrides()
    assert without(said, "다른 것") == said


def test_groups_that_share_a_name_become_one() -> None:
    said = with_merge(with_merge(Overrides(), ["a", "b"]), ["c", "d"])
    assert with_merge(said, ["b", "c"]) == Overrides((("a", "b", "c", "d"),))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match="cannot be written"):
        save_overrides(tmp_path / "gone" / "aliases.toml", Overrides(split=("a",)))
