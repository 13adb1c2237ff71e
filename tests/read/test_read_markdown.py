from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.read import read_bytes
from kgraph.types import Block, BlockKind, MarkKind, Post


def post(text: str, name: str = "노트.md") -> Post:
    (result,) = read_bytes(text.encode(), name)
    return result


def shape(note: Post) -> list[tuple[str, str]]:
    return [(block.kind.value, block.text) for block in note.blocks]


def marks(block: Block) -> list[tuple[str, str, str]]:
    return [(m.kind.value, block.text[m.start : m.end], m.target) for m in block.marks]


def assert_sound(note: Post) -> None:
    """The promises of the types: runs are unchanged text, ascending, inside their block."""
    for index, block in enumerate(note.blocks):
        assert 0 <= block.start < block.end <= len(note.text)
        assert block.text == block.text.strip()
        done = (0, block.start)
        for run in block.runs:
            low, high = run.block_start, run.block_start + run.length
            assert run.length > 0
            assert low >= done[0]
            assert run.source_start >= done[1]
            source_end = run.source_start + run.length
            assert block.text[low:high] == note.text[run.source_start : source_end]
            done = (high, source_end)
        assert done[1] <= block.end
        assert block.runs
        assert all(h < index for h in block.headings)
        assert all(note.blocks[h].kind is BlockKind.HEADING for h in block.headings)
        assert block.parent is None or block.parent < index
        assert all(0 <= m.start < m.end <= len(block.text) for m in block.marks)
    assert note.text == unicodedata.normalize("NFC", note.text)


def test_headings_items_code_and_table() -> None:
    note = post(
        "# 제목\n\n첫 문단\n둘째 줄\n\n## 목록\n- 하나\n  - 둘\n\n    둘의 문단\n1. 셋\n\n"
        "```bash\ndocker ps -a\n```\n\n| 키 | 값 |\n|---|---|\n| a | b\\|c |\n|  | d |\n"
    )
    assert shape(note) == [
        ("heading", "제목"),
        ("paragraph", "첫 문단 둘째 줄"),
        ("heading", "목록"),
        ("item", "하나"),
        ("item", "둘"),
        ("paragraph", "둘의 문단"),
        ("item", "셋"),
        ("code", "docker ps -a"),
        ("cell", "키"),
        ("cell", "값"),
        ("cell", "a"),
        ("cell", "b|c"),
        ("cell", "d"),
    ]
    blocks = note.blocks
    assert [b.level for b in blocks[:7]] == [1, 0, 2, 1, 2, 0, 1]
    assert [b.parent for b in blocks[3:7]] == [None, 3, 4, None]
    assert [b.ordered for b in blocks[3:7]] == [False, False, False, True]
    assert {b.headings for b in blocks[3:]} == {(0, 2)}
    assert blocks[7].language == "bash"
    cells = [(b.table, b.row, b.column) for b in blocks[8:]]
    assert cells == [(0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (0, 2, 1)]
    assert note.title == "제목"
    assert note.heading_path(blocks[3]) == ("제목", "목록")
    assert_sound(note)


def test_marks_and_their_source() -> None:
    source = (
        "**굵게** `kube-apiserver`는 [문서](https://a.b/c_d) *기울임* ~~취소~~ "
        "[[노트|별칭]] [[다른 노트#절]] ![그림](x.png) <https://e.f>"
    )
    note = post(source)
    (block,) = note.blocks
    assert block.text == ("굵게 kube-apiserver는 문서 기울임 취소 별칭 다른 노트#절  https://e.f")
    assert marks(block) == [
        ("strong", "굵게", ""),
        ("code", "kube-apiserver", ""),
        ("link", "문서", "https://a.b/c_d"),
        ("emphasis", "기울임", ""),
        ("deleted", "취소", ""),
        ("wikilink", "별칭", "노트"),
        ("wikilink", "다른 노트#절", "다른 노트#절"),
        ("link", "https://e.f", "https://e.f"),
    ]
    for mark in block.marks:
        low, high = block.source_span(mark.start, mark.end)
        assert source[low:high] == block.text[mark.start : mark.end]


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("앞 <br> 뒤", "앞 \n 뒤", []),
        ("앞<BR/>뒤", "앞\n뒤", []),
        ("줄 끝  \n다음", "줄 끝\n다음", []),
        ("<del>아님</del> 맞음", "아님 맞음", [("deleted", "아님", "")]),
        ("IAM<sub>Identity</sub>은", "IAM Identity은", [("gloss", "Identity", "")]),
        ("H<sub>2</sub>O", "H2O", [("gloss", "2", "")]),
        ("<kbd>Ctrl</kbd> <font color=red>빨강</font>", "Ctrl 빨강", [("code", "Ctrl", "")]),
        ("List<String> 과 <none>", "List<String> 과 <none>", []),
        ("a &lt; b &amp; c", "a < b & c", []),
        ("\\*별\\* \\_밑줄\\_", "*별* _밑줄_", []),
        ("<!-- 주석 -->본문", "본문", []),
        ("%%숨김%%보임 100%", "보임 100%", []),
        (
            "[글]({% post_url 2020-01-01-a %}) 참고",
            "글 참고",
            [("link", "글", "{% post_url 2020-01-01-a %}")],
        ),
        ("[그림](./내 폴더/a b.png)", "그림", [("link", "그림", "./내 폴더/a b.png")]),
        ("[용어](설명하는 말)", "[용어](설명하는 말)", []),
        ("![스크린샷](a b.png) 뒤", "뒤", []),
        (
            "[약어][rfc] 참고\n\n[rfc]: https://r.fc",
            "약어 참고",
            [("link", "약어", "https://r.fc")],
        ),
        ("각주[^1]이다\n", "각주[^1]이다", []),
        ("끝 {: .notice--info }", "끝", []),
        ("``a ` b``", "a ` b", [("code", "a ` b", "")]),
        ("`` `x` ``", "`x`", [("code", "`x`", "")]),
        ("2 * 3 * 4 와 snake_case_name", "2 * 3 * 4 와 snake_case_name", []),
        ("[a*b](c*d)e*", "a*be*", [("link", "a*b", "c*d")]),
    ],
)
def test_inline(source: str, text: str, expected: list[tuple[str, str, str]]) -> None:
    note = post(source)
    assert note.blocks[0].text == text
    assert marks(note.blocks[0]) == expected
    assert_sound(note)


def test_shortcodes_keep_what_a_reader_sees() -> None:
    note = post(
        '{{< glossary_tooltip text="컨트롤러" term_id="controller" >}}를 실행한다. '
        "버전 {{< skew >}} 이후\n\n"
        '## 다음 {{% heading "whatsnext" %}} {#next}\n\n'
        "{{< note >}}\n주의하라.\n{{< /note >}}\n"
        "{{< table >}}\n| a | b |\n|---|---|\n| 1 | 2 |\n{{< /table >}}\n"
        "- 항목\n{% include toc.html %}\n- 항목 2\n\n"
        "{% highlight ruby %}\nputs 1\n{% endhighlight %}\n"
        "{% comment %}\n비밀\n{% endcomment %}\n%%\n메모\n%%\n본문\n{: .notice }\n"
    )
    assert shape(note) == [
        ("paragraph", "컨트롤러를 실행한다. 버전 이후"),
        ("heading", "다음"),
        ("paragraph", "주의하라."),
        ("cell", "a"),
        ("cell", "b"),
        ("cell", "1"),
        ("cell", "2"),
        ("item", "항목"),
        ("item", "항목 2"),
        ("code", "puts 1"),
        ("paragraph", "본문"),
    ]
    assert note.blocks[9].language == "ruby"
    low, high = note.blocks[0].source_span(0, 4)
    assert note.text[low:high] == "컨트롤러"
    assert_sound(note)


def test_code_with_template_tags_stays_as_it_is() -> None:
    note = post("`{{ .Values.x }}` 값\n\n```yaml\nrun: ${{ secrets.X }}\n```\n")
    assert shape(note) == [("paragraph", "{{ .Values.x }} 값"), ("code", "run: ${{ secrets.X }}")]


def test_definition_lists_quotes_and_tasks() -> None:
    note = post(
        "etcd\n: 키-값 저장소이다.\n: 상태를 담는다.\n\n> 인용 한 줄\n> 둘째\n\n"
        "- [x] 끝낸 일\n- [ ] 할 일\n"
    )
    assert shape(note) == [
        ("term", "etcd"),
        ("detail", "키-값 저장소이다."),
        ("detail", "상태를 담는다."),
        ("quote", "인용 한 줄 둘째"),
        ("item", "끝낸 일"),
        ("item", "할 일"),
    ]
    assert [b.parent for b in note.blocks] == [None, 0, 0, None, None, None]
    assert_sound(note)


def test_html_blocks_end_where_their_element_ends() -> None:
    note = post(
        '<p align="center"><img src="a.png" alt="그림"></p>\n본문 [링크](u) 시작\n\n<br>\n## 제목\n'
        "<table><tr><th></th><th>A</th></tr><tr><td>b<br>c</td><td>O</td></tr></table>\n\n"
        "<details>\n<summary>요약</summary>\n\n**속**\n\n</details>\n"
        "<ul><li>하나<ul><li>둘</li></ul></li></ul>\n"
    )
    assert shape(note) == [
        ("paragraph", "본문 링크 시작"),
        ("heading", "제목"),
        ("cell", "A"),
        ("cell", "b\nc"),
        ("cell", "O"),
        ("paragraph", "요약"),
        ("paragraph", "속"),
        ("item", "하나"),
        ("item", "둘"),
    ]
    assert [(b.row, b.column) for b in note.blocks[2:5]] == [(0, 1), (1, 0), (1, 1)]
    assert [(b.level, b.parent) for b in note.blocks[-2:]] == [(1, None), (2, 7)]
    assert_sound(note)


def test_a_heading_without_text_ends_the_section_before() -> None:
    note = post('# A\n## B\n가\n## {{% heading "x" %}}\n나\n')
    assert [note.heading_path(b) for b in note.blocks] == [(), ("A",), ("A", "B"), ("A",)]


def test_bold_line_over_a_rule_is_a_heading() -> None:
    note = post("**RDS (Relational)**\n---\n본문\n")
    assert shape(note) == [("heading", "RDS (Relational)"), ("paragraph", "본문")]


def test_crlf_nfd_and_bom_become_one_form() -> None:
    nfd = unicodedata.normalize("NFD", "# 한글 제목\r\n\r\n본문은 여기.\r\n")
    (note,) = read_bytes(b"\xef\xbb\xbf" + nfd.encode(), unicodedata.normalize("NFD", "노트.md"))
    assert note.text == "# 한글 제목\n\n본문은 여기.\n"
    assert (note.id, note.title, note.path) == ("노트", "한글 제목", "노트.md")


def test_same_bytes_same_post() -> None:
    source = "# a\n\n- b `c`\n\n| d |\n|---|\n| e |\n"
    assert post(source) == post(source)


@pytest.mark.parametrize("source", ["- " * 400, "> " * 400, "[" * 3000, "*a " * 3000, "{{" * 3000])
def test_deep_nesting_is_read(source: str) -> None:
    assert_sound(post(source + "x"))


_FRAGMENTS = st.sampled_from(
    [
        *(
            "# ",
            "## ",
            "- ",
            "1. ",
            "> ",
            "    ",
            "\t",
            "```\n",
            "~~~",
            "---\n",
            "***",
            "| a | b |\n",
        ),
        *(
            "|---|---|\n",
            "\n\n",
            "  \n",
            "**",
            "*",
            "_",
            "`",
            "~~",
            "[",
            "](",
            ")",
            "![",
            "[[",
            "]]",
        ),
        *(
            "<br>",
            "<del>",
            "</del>",
            "<div>\n",
            "</div>",
            "<table><tr><td>",
            "<sub>abcd</sub>",
            "<!--",
        ),
        *(
            "-->",
            "{{< x >}}",
            '{{< t text="글" >}}',
            "{% y %}",
            "{: .z }",
            "%%",
            "&amp;",
            "&nbsp;",
            "\\",
        ),
        *(
            "한글 ",
            "kube-apiserver는 ",
            "A -> B. ",
            "term\n: 설명\n",
            "[^1]",
            "[^1]: 각주\n",
            "\n",
            " ",
        ),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(_FRAGMENTS, st.text(max_size=5)), max_size=30))
def test_any_markdown_gives_sound_blocks(parts: list[str]) -> None:
    source = "".join(parts).replace("\0", "")
    data = source.encode("utf-8", "replace")
    posts = read_bytes(data, "x.md")
    for note in posts:
        assert_sound(note)
    assert posts == read_bytes(data, "x.md")


def test_footnotes_stay_where_they_are_written() -> None:
    note = post("본문[^1]이다.\n\n[^1]: 각주의 글\n\n## 다음\n")
    assert shape(note) == [
        ("paragraph", "본문이다."),
        ("paragraph", "각주의 글"),
        ("heading", "다음"),
    ]
    assert_sound(note)


def test_deleted_text_is_marked_across_html_and_markdown() -> None:
    note = post("<p>맞음 <del>틀림</del></p>\n\n~~틀림~~")
    assert [m.kind for b in note.blocks for m in b.marks] == [MarkKind.DELETED, MarkKind.DELETED]
