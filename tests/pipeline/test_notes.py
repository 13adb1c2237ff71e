"""Posts read part by part: what is damaged in the cache is made again, or the file is named."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kgraph.config import Settings
from kgraph.errors import ReadError
from kgraph.pipeline.entries import entries_of
from kgraph.pipeline.inputs import Input, list_inputs
from kgraph.pipeline.notes import Notes, Shelf
from kgraph.storage.cache import CUTS, EXTRACTIONS, HEADS, TEXTS, Cache

SETTINGS = Settings()
LISTED = "블로그\n\n둘째\n\nPod는 노드에서 실행된다..\n\n첫째\n\nkubelet은 에이전트이다..\n"


@pytest.fixture
def files(tmp_path: Path) -> list[Input]:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "나.md").write_text("# 나\n\n[가](a.md)를 보라.\n", "utf-8")
    (notes / "가.md").write_text("# 가\n\netcd는 상태를 저장한다.\n", "utf-8")
    (notes / "다.txt").write_text(LISTED, "utf-8")
    return list(list_inputs({str(notes): ""}, {str(notes)}, SETTINGS, "v").files)


def _notes(cache: Cache, files: list[Input]) -> Notes:
    shelf = Shelf(cache, SETTINGS)
    return Notes([e for file in files for e in entries_of(file, shelf.heads(file)[0])], shelf)


def _whole(notes: Notes) -> list[object]:
    return [notes.infos, *map(list, (notes.heads, notes.texts, notes.extractions, notes.cuts))]


def test_posts_ascend_by_id_in_every_part(files: list[Input], tmp_path: Path) -> None:
    with Cache(tmp_path / "cache.sqlite") as cache:
        notes = _notes(cache, files)
        ids = [post.id for post in notes.infos]
        assert ids == sorted(ids) == ["가", "나", "다/1", "다/2"]
        assert [post.id for post in notes.heads] == ids
        assert [said.post for said in notes.extractions] == ids
        assert [{p.post for p in cut.passages} for cut in notes.cuts] == [{x} for x in ids]
        texts = list(notes.texts)
        assert texts[:2] == ["# 가\n\netcd는 상태를 저장한다.\n", "# 나\n\n[가](a.md)를 보라.\n"]
        for said, text in zip(notes.extractions, texts, strict=True):
            for item in said.candidates:
                assert text[item.evidence.start : item.evidence.end] == item.evidence.quote
        marks = [[m.target for b in post.blocks for m in b.marks] for post in notes.heads]
        assert marks == [[], ["a.md"], [], []]
        assert {k: sorted(i for i, _ in v) for k, v in notes.by_file.items()} == {
            file.key: [x for x in ids if x.split("/")[0] == file.file.id] for file in files
        }


def _damage(cache: Cache, place: int) -> None:
    rows = cache._db.execute("SELECT key, value FROM prepared").fetchall()
    for key, value in rows:
        parts = msgspec.msgpack.decode(value)
        parts[place] = b"damaged"
        cache.put_prepared(key, msgspec.msgpack.encode(parts))


@pytest.mark.parametrize("part", [HEADS, TEXTS, EXTRACTIONS, CUTS], ids=lambda part: part.place)
def test_a_damaged_part_is_made_again(files: list[Input], tmp_path: Path, part: object) -> None:
    place = part.place  # type: ignore[attr-defined]
    with Cache(tmp_path / "cache.sqlite") as cache:
        notes = _notes(cache, files)
        whole = _whole(notes)
        _damage(cache, place)
        assert _whole(notes) == whole
        assert all(cache.prepared(file.key, TEXTS) is not None for file in files)
        _damage(cache, place)
        assert _whole(_notes(cache, files)) == whole


def test_what_cannot_be_made_again_is_named(files: list[Input], tmp_path: Path) -> None:
    with Cache(tmp_path / "cache.sqlite") as cache:
        notes = _notes(cache, files)
        _damage(cache, TEXTS.place)
        (tmp_path / "notes" / "가.md").write_bytes(b"\0\1\2" * 1000)
        with pytest.raises(ReadError, match=r"가\.md is not what it was \(.*\): ingest again"):
            list(notes.texts)
