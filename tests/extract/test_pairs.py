from __future__ import annotations

import pytest

from kgraph.extract.pairs import abbreviates, find_pairs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("그라인더(grinder)는", [("그라인더", "grinder")]),
        ("새로운 전동 그라인더(electric grinder)를", [("전동 그라인더", "electric grinder")]),
        ("바리스타는 추출 도구(brewing tool)를", [("추출 도구", "brewing tool")]),
        ("원두의 그라인더(coffee grinder)", [("그라인더", "coffee grinder")]),
        ("추출 압력 측정기(EPM)", [("추출 압력 측정기", "EPM")]),
        ("빈 문자열 필드(podField)", [("문자열 필드", "podField")]),
        ("brewing tool(추출 도구)", [("brewing tool", "추출 도구")]),
        ("이 brewing tool(추출 도구)", [("brewing tool", "추출 도구")]),
        ("the Concurrent Mark Sweep (CMS)", [("Concurrent Mark Sweep", "CMS")]),
        ("CMS (Concurrent Mark Sweep)", [("CMS", "Concurrent Mark Sweep")]),
        ("원두(로스팅)", []),
        ("grinder(tool)", []),
        ("원두 (1kg)", []),
        ("", []),
    ],
)
def test_find_pairs(text: str, expected: list[tuple[str, str]]) -> None:
    assert list(find_pairs(text)) == expected


@pytest.mark.parametrize(
    ("short", "long", "expected"),
    [("CMS", "Concurrent Mark Sweep", True), ("CM", "Concurrent Mark Sweep", False)],
)
def test_abbreviates(short: str, long: str, expected: bool) -> None:
    assert abbreviates(short, long) is expected
