from __future__ import annotations

from pathlib import Path

import numpy as np

from kgraph.storage.cache import Cache, Prepared, pack, unpack
from kgraph.types import (
    Block,
    BlockKind,
    Candidate,
    Evidence,
    Extraction,
    Mark,
    MarkKind,
    Mention,
    Passage,
    Post,
    Run,
    Segmented,
    Sentence,
)

TEXT = "파드는 컨테이너를 가진다."
BLOCK = Block(
    BlockKind.PARAGRAPH, TEXT, (Run(0, 0, 15),), 0, 15, marks=(Mark(MarkKind.CODE, 0, 2),)
)
PREPARED = Prepared(
    posts=(Post("가", "제목", TEXT, "markdown", "0" * 64, (BLOCK,), tags=("a",)),),
    segmented=(
        Segmented(
            (Sentence(0, 0, TEXT, 0, 15, 0, 15),), (Passage("가", 0, TEXT, (), 0, 15, (0,)),)
        ),
    ),
    extractions=(
        Extraction(
            "가",
            (Mention("파드", 0, 2, 0),),
            (Candidate("파드", "contains", "컨테이너", Evidence("가", TEXT, 0, 15, "r", "1")),),
        ),
    ),
)


def test_prepared_files_survive_packing() -> None:
    assert unpack(pack(PREPARED)) == PREPARED


def test_what_was_put_is_found_by_the_next_run(tmp_path: Path) -> None:
    vectors = np.array([[0.6, 0.8], [1.0, 0.0]], dtype=np.float32)
    with Cache(tmp_path / "c" / "cache.sqlite") as cache:
        cache.put_prepared("k", pack(PREPARED))
        cache.put_vectors([b"a", b"b"], vectors)
        cache.commit()
    with Cache(tmp_path / "c" / "cache.sqlite") as cache:
        assert cache.has_prepared(["k", "other"]) == {"k"}
        assert cache.prepared("k") == PREPARED
        assert cache.prepared("other") is None
        found = cache.vectors([b"b", b"a", b"none"], 2)
        assert sorted(found) == [b"a", b"b"]
        assert found[b"a"].tolist() == vectors[0].tolist()
        assert cache.vectors([b"a"], 3) == {}  # of another model's size


def test_a_damaged_value_or_file_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    with Cache(path) as cache:
        cache.put_prepared("k", b"not zlib")
        assert cache.prepared("k") is None
    path.write_bytes(b"this is no database at all, not even a little" * 50)
    with Cache(path) as cache:
        assert cache.prepared("k") is None
        cache.put_prepared("k", pack(PREPARED))
        assert cache.prepared("k") == PREPARED


def test_pruning_drops_the_unused_only_when_they_outnumber_the_used(tmp_path: Path) -> None:
    blob = pack(PREPARED)
    with Cache(tmp_path / "cache.sqlite") as cache:
        for key in ("a", "b", "c"):
            cache.put_prepared(key, blob)
        cache.prune({"a", "b"}, set(), set(), set())
        assert cache.has_prepared(["a", "b", "c"]) == {"a", "b", "c"}
        cache.prune({"a"}, set(), set(), set())
        assert cache.has_prepared(["a", "b", "c"]) == {"a"}
