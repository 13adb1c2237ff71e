"""HTML cut in one pass: what is a tag, what is text, and that nothing takes quadratic time."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.read.markup import Part, tokens


def cut(text: str) -> list[tuple[str, str]]:
    return [
        (token.part.value, token.name or text[token.start : token.end]) for token in tokens(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a <b>c</b>", [("text", "a "), ("open", "b"), ("text", "c"), ("close", "b")]),
        ("a < b <", [("text", "a < b <")]),
        ("<!-- <p> -->x<!doctype y><?z?>", ["comment", "text", "comment", "comment"]),
        ("<!-->x<!---->y", ["comment", "text", "comment", "text"]),
        ("<!-- never closed <b>", [("text", "<!-- never closed "), ("open", "b")]),
        ("<p title='a>b'>x", [("open", "p"), ("text", "x")]),
        ("<a href=\"never closed>x</a>", [("text", '<a href="never closed>x'), ("close", "a")]),
        ("<script>if (a<b) '</p>'</SCRIPT >x", ["open", "text", "close", "text"]),
        ("<script>never closed <p>", [("open", "script"), ("text", "never closed <p>")]),
        ("<title>a <b> &amp;</title>", ["open", "text", "reference", "close"]),
        ("AT&T &lt;&#44032;&nosuch; &amp", ["text", "reference", "reference", "text", "reference"]),
        ("<br/><BR><![CDATA[<p>]]>", [("open", "br"), "open", ("comment", "<![CDATA[<p>]]>")]),
        ('<!DOCTYPE x [<!ENTITY a "b>">]>x', ["comment", ("text", "x")]),
        ("</ p>x</>", [("comment", "</ p>"), ("text", "x"), ("comment", "</>")]),
        ("1 <2 and 3> 4", [("text", "1 <2 and 3> 4")]),
    ],
)  # fmt: skip
def test_what_is_what(text: str, expected: list[object]) -> None:
    found = cut(text)
    assert [x if isinstance(e, tuple) else x[0] for x, e in zip(found, expected, strict=True)] == (
        expected
    )


def test_attributes() -> None:
    (token,) = tokens("<A HREF='x&amp;y' href=second data-a=b/c d = \"e f\" g / h=''/>")
    assert token.attrs == {
        "href": "x&y",
        "data-a": "b/c",
        "d": "e f",
        "g": "",
        "h": "",
    }
    assert (token.name, token.closed) == ("a", True)


MARKUP = st.lists(
    st.sampled_from(
        [
            *("<", ">", "</", "/>", "<!--", "-->", "<p", "<b>", "</b>", "=", '"', "'", "&amp;"),
            *("&#x", " ", "a", "한글", "<script>", "</script>", "<title>", "<![CDATA[", "]]>"),
            *("\n", "/", "<?"),
        ]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(MARKUP)
def test_the_parts_are_all_of_the_text(text: str) -> None:
    done = 0
    for token in tokens(text):
        assert token.start == done < token.end
        done = token.end
    assert done == len(text)


class Standard(HTMLParser):
    """The standard library's view of a page that is well-formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(("open", tag))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(("close", tag))

    def handle_data(self, data: str) -> None:
        self.found.append(("text", data))

    def handle_entityref(self, name: str) -> None:
        self.found.append(("reference", {"amp": "&", "lt": "<"}[name]))


TREES = st.recursive(
    st.sampled_from(["a b", "한글 ", "&amp;", "x &lt; y", "<!-- c -->", "<br>"]),
    lambda inner: st.lists(inner, max_size=3).map(
        lambda parts: f'<div class="a>b" id=c>{"".join(parts)}</div>'
    ),
)


@given(TREES)
def test_well_formed_pages_are_cut_as_the_standard_library_cuts_them(page: str) -> None:
    standard = Standard()
    standard.feed(page)
    standard.close()
    mine = [part for part in cut(page) if part[0] != Part.COMMENT.value]
    assert mine == standard.found


@pytest.mark.parametrize("piece", ['<a href="', "<p", "<!--", "<a b='", "<![CDATA[", "</x", "<?"])
def test_what_never_ends_is_looked_at_once(piece: str) -> None:
    """Counted, not timed: each part of the text is searched a bounded number of times."""

    class Counting(str):
        searched = 0

        def find(self, *args: Any) -> int:
            Counting.searched += 1
            return super().find(*args)

    text = Counting(piece * 2_000 + ">")
    assert "".join(text[t.start : t.end] for t in tokens(text)) == text
    assert Counting.searched < 2_000 * 3
    endless = piece * 200_000
    assert sum(token.end - token.start for token in tokens(endless)) == len(endless)
