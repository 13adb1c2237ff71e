from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.storage.spool import Spool, ascending
from kgraph.types import Occurrence

ITEMS = st.lists(
    st.builds(Occurrence, st.text(max_size=4), st.text(max_size=4), st.integers(0, 9), st.just(1))
)


@given(ITEMS, st.integers(1, 5))
def test_what_was_put_is_read_in_order_again_and_by_place(
    items: list[Occurrence], batch: int
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("kgraph.storage.spool._BATCH", batch)
        spool = Spool(iter(items), Occurrence, Path(folder))
        assert len(spool) == len(items)
        assert list(spool) == list(spool) == items
        assert [spool[i] for i in range(len(spool))] == items
        assert spool[1:-1] == items[1:-1]
        # Two at once do not disturb each other.
        assert list(zip(spool, spool, strict=True)) == [(x, x) for x in items]
        with pytest.raises(IndexError):
            spool[len(items)]
        assert not list(Path(folder).iterdir())


@given(st.lists(st.tuples(st.integers(-3, 3), st.binary(max_size=3))))
def test_items_ascend_by_key_the_first_of_each(items: list[tuple[int, bytes]]) -> None:
    first: dict[int, bytes] = {}
    for key, item in items:
        first.setdefault(key, item)
    with TemporaryDirectory() as folder:
        assert list(ascending(items, Path(folder))) == sorted(first.items())


def test_what_fails_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        Spool((1 // x for x in (1, 0)), int, tmp_path)
    assert not list(tmp_path.iterdir())
