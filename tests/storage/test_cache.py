from __future__ import annotations

from pathlib import Path

import numpy as np

from kgraph.segment.lines import Line
from kgraph.storage.cache import (
    CUTS,
    EXTRACTIONS,
    HEADS,
    TEXTS,
    Cache,
    Cut,
    Head,
    Part,
    Prepared,
    pack,
    unpack,
)
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
)

TEXT = "파드는 컨테이너를 가진다."
BLOCK = Block(BlockKind.PARAGRAPH, "", (), 0, 15, marks=(Mark(MarkKind.LINK, 0, 2, "나"),))
PREPARED = Prepared(
    heads=(Head(Post("가", "제목", "", "markdown", "0" * 64, (BLOCK,), tags=("a",)), 14),),
    texts=(TEXT,),
    extractions=(
        Extraction(
            "가",
            (Mention("파드", 0, 2, 0),),
            (Candidate("파드", "contains", "컨테이너", Evidence("가", TEXT, 0, 15, "r", "1")),),
        ),
    ),
    cuts=(
        Cut(
            (Passage("가", 0, TEXT, (), 0, 15, (0,)),),
            ((Line(TEXT, 0, 14, -1, ("파드", "컨테이너", "가지")),),),
            {"제목": ("제목",)},
        ),
    ),
)
PARTS: tuple[Part[object], ...] = (HEADS, TEXTS, EXTRACTIONS, CUTS)  # type: ignore[assignment]


def parts(cache: Cache, key: str) -> list[object]:
    return [cache.prepared(key, part) for part in PARTS]


WHOLE = [PREPARED.heads, PREPARED.texts, PREPARED.extractions, PREPARED.cuts]


def test_each_part_of_a_prepared_file_survives_packing() -> None:
    blob = pack(PREPARED)
    assert [unpack(blob, part) for part in PARTS] == WHOLE


def test_what_was_put_is_found_by_the_next_run(tmp_path: Path) -> None:
    vectors = np.array([[0.6, 0.8], [1.0, 0.0]], dtype=np.float32)
    with Cache(tmp_path / "c" / "cache.sqlite") as cache:
        cache.put_prepared("k", pack(PREPARED))
        cache.put_vectors([b"a", b"b"], vectors)
        cache.commit()
    with Cache(tmp_path / "c" / "cache.sqlite") as cache:
        assert cache.has_prepared(["k", "other"]) == {"k"}
        assert parts(cache, "k") == WHOLE
        assert parts(cache, "other") == [None] * 4
        found = cache.vectors([b"b", b"a", b"none"], 2)
        assert sorted(found) == [b"a", b"b"]
        assert found[b"a"].tolist() == vectors[0].tolist()
        assert cache.vectors([b"a"], 3) == {}  # of another model's size
        assert cache.count_vectors({b"b", b"c"}) == 1


def test_a_damaged_value_or_file_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    with Cache(path) as cache:
        for damaged in (b"not MessagePack", pack(PREPARED)[:-9]):
            cache.put_prepared("k", damaged)
            assert parts(cache, "k") == [None] * 4
    path.write_bytes(b"this is no database at all, not even a little" * 50)
    with Cache(path) as cache:
        assert parts(cache, "k") == [None] * 4
        cache.put_prepared("k", pack(PREPARED))
        assert parts(cache, "k") == WHOLE


def test_pruning_drops_the_unused_only_when_they_outnumber_the_used(tmp_path: Path) -> None:
    blob = pack(PREPARED)
    with Cache(tmp_path / "cache.sqlite") as cache:
        for key in ("a", "b", "c"):
            cache.put_prepared(key, blob)
        cache.prune("prepared", {"a", "b"})
        assert cache.has_prepared(["a", "b", "c"]) == {"a", "b", "c"}
        cache.prune("prepared", {"a"})
        assert cache.has_prepared(["a", "b", "c"]) == {"a"}
