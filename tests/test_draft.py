"""The section at a line, and the names of a draft that are not links yet."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.draft import link, section_at, unlinked

DRAFT = "앞글\n\n# 하나\n\n첫 글\n\n## 둘\n\n둘째 글\n\n```\n# 코드\n```\n\n# 셋\n끝\n"


class Found(NamedTuple):
    start: int
    end: int
    concept: str


def pods(text: str) -> list[Found]:
    """Every 파드 of ``text``."""
    at = [i for i in range(len(text)) if text.startswith("파드", i)]
    return [Found(i, i + 2, "pod") for i in at]


@pytest.mark.parametrize(
    ("line", "section"),
    [
        (1, "앞글\n\n"),
        (3, "# 하나\n\n첫 글\n\n"),
        (6, "# 하나\n\n첫 글\n\n"),
        (12, "## 둘\n\n둘째 글\n\n```\n# 코드\n```\n\n"),
        (16, "# 셋\n끝\n"),
        (99, "# 셋\n끝\n"),
    ],
)
def test_a_line_stands_in_the_section_of_the_heading_above(line: int, section: str) -> None:
    assert section_at(DRAFT, line) == section


def test_an_empty_draft_has_an_empty_section() -> None:
    assert section_at("", 3) == ""


def test_names_in_prose_are_found_and_those_in_links_code_and_headings_left_alone() -> None:
    text = (
        "---\ntitle: 파드\n---\n# 파드\n\n😀 파드를 [[파드]] [파드](a.md) `파드`\n\n- **파드**\n\n"
        "```\n파드\n```\n"
    )
    found = [(x.line, x.column, x.text, x.concept) for x in unlinked(text, pods)]
    assert found == [(6, 3, "파드", "pod"), (8, 5, "파드", "pod")]


def test_places_are_those_of_a_draft_with_crlf_and_decomposed_hangul() -> None:
    text = unicodedata.normalize("NFD", "글\r\n\r\n노드의 파드를 본다\r\n")
    (place,) = unlinked(text, pods)
    assert text[place.start : place.end] == unicodedata.normalize("NFD", "파드")
    assert (place.line, place.column) == (3, len(unicodedata.normalize("NFD", "노드의 ")) + 1)


def test_a_name_that_a_mark_joins_is_none() -> None:
    assert list(unlinked("파드\u0301", pods)) == []


@given(st.text(st.sampled_from("파드는 a\n\r#`[](😀\u0301é각") | st.just("파"), max_size=40))
def test_every_place_is_where_it_says(text: str) -> None:
    for place in unlinked(text, pods):
        assert unicodedata.normalize("NFC", text[place.start : place.end]) == "파드"
        before = text[: place.start].replace("\r\n", "\n").replace("\r", "\n")
        assert place.line == before.count("\n") + 1
        assert place.column == len(before.rsplit("\n", 1)[-1]) + 1


def test_links_name_the_concept_where_the_text_does_not() -> None:
    assert link("wikilink", "파드", "파드") == "[[파드]]"
    assert link("wikilink", "파드", "Pod") == "[[파드|Pod]]"
    assert link("md", "파드", "Pod", "../k8s/pod.md") == "[Pod](../k8s/pod.md)"
    assert link("md", "파드", "Pod", "my notes/a (1).md") == "[Pod](<my notes/a (1).md>)"
