"""Lines of passages and words of texts, as they were stored at ingestion."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgraph.errors import IndexMismatchError
from kgraph.extract.morphology import Analyser
from kgraph.index.linestore import LineStore
from kgraph.segment.lines import content_words, cut_lines

SOURCE = """- **Eden**에서 시작한다 (정말?)
  - Survivor로 간다. 넘으면 승격

| 이름 | 값 |
|---|---|
| xms | 2g |
"""
TEXT = "Eden에서 시작한다 (정말?)\nSurvivor로 간다. 넘으면 승격\n이름 | 값\nxms | 2g"


def test_lines_are_cut_with_their_parents_and_columns() -> None:
    lines = cut_lines(TEXT, SOURCE, 0, len(SOURCE), Analyser.shared())
    assert [(line.text, TEXT[line.start : line.end], line.parent) for line in lines] == [
        ("Eden에서 시작한다 (정말?)", "Eden에서 시작한다 (정말?)", -1),
        ("Survivor로 간다.", "Survivor로 간다.", 0),
        ("넘으면 승격", "넘으면 승격", 0),
        ("이름 | 값", "이름 | 값", -1),
        ("xms: 값 2g", "xms | 2g", -1),
    ]
    assert lines[0].words == ("Eden", "시작")


NESTED = """# 패턴
머리말이다.

- **Circuit breaker**
  - state 2개 : CLOSED / OPEN
    - CLOSED : 정상
    - OPEN : 거절
      - `wait` 지나면 닫는다
  - 용도
1. Retry
   - 4xx는 안 한다
"""


def test_lines_know_the_list_items_around_them_in_the_passages_before_as_well() -> None:
    def around(first: str, text: str) -> list[tuple[str, int, tuple[str, ...]]]:
        start = NESTED.index(first)
        lines = cut_lines(text, NESTED, start, len(NESTED), Analyser.shared())
        return [(line.text, line.parent, line.outer) for line in lines]

    breaker, state = "Circuit breaker", "state 2개 : CLOSED / OPEN"
    assert around("머리말", f"머리말이다.\n{breaker}\n{state}\nCLOSED : 정상") == [
        ("머리말이다.", -1, ()),
        (breaker, 0, ()),
        (state, 1, ()),
        ("CLOSED : 정상", 2, (breaker,)),
    ]
    rest = "OPEN : 거절\nwait 지나면 닫는다\n용도\nRetry\n4xx는 안 한다"
    assert around("OPEN : 거절", rest) == [
        ("OPEN : 거절", -1, (breaker, state)),
        ("wait 지나면 닫는다", 0, (breaker, state)),
        ("용도", -1, (breaker,)),
        ("Retry", -1, ()),
        ("4xx는 안 한다", 3, ()),
    ]


def test_what_was_stored_is_read_back(tmp_path: Path) -> None:
    lines = cut_lines(TEXT, SOURCE, 0, len(SOURCE), Analyser.shared())
    words = {"제목": content_words("제목", Analyser.shared()), "lone \ud800": ("lone",)}
    LineStore.build(tmp_path, [(2**62, ()), (-7, lines)], [*words.items(), *words.items()])
    store = LineStore(tmp_path)
    assert store.lines(-7) == lines
    assert store.lines(2**62) == ()
    assert store.lines(1) is None
    assert {text: store.words(text) for text in words} == words
    assert store.words("다른 제목") is None


def test_a_missing_store_says_what_mends_it(tmp_path: Path) -> None:
    with pytest.raises(IndexMismatchError, match="kgraph ingest --rebuild"):
        LineStore(tmp_path)
