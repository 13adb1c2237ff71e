from __future__ import annotations

import codecs
import os
import unicodedata
from pathlib import Path

import pytest

from kgraph.errors import ReadError
from kgraph.read import Skipped, SourceFile, discover, list_files, read, read_bytes, read_file
from kgraph.types import Post

CORPUS = Path(__file__).parents[2] / "corpus"


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def ids(paths: list[Path]) -> list[str]:
    return [result.id for result in read(paths) if isinstance(result, Post)]


def test_the_ten_posts_of_the_corpus() -> None:
    posts = [result for result in read([CORPUS]) if isinstance(result, Post)]
    assert [(post.id, post.title) for post in posts] == [
        ("blog-listing/10", "CKA 대비 kubernetes 스터디 - 6. Security (1)"),
        ("blog-listing/9", "CKA 대비 kubernetes 스터디 - 5. Cluster Maintenance"),
        ("blog-listing/8", "CKA 대비 kubernetes 스터디 - 4. Application LifeCycle Management"),
        (
            "blog-listing/7",
            "헷갈리니까 확실히 알고 쓰자! Docker의 Entrypoint, cmd와 k8s의 command, args 비교하기",
        ),
        ("blog-listing/6", "CKA 대비 kubernetes 스터디 - 3. Logging / Monitoring"),
        ("blog-listing/5", "CKA 대비 kubernetes 스터디 - 2. Scheduler"),
        ("blog-listing/4", "CKA 대비 kubernetes 스터디 - 1. Core Concept"),
        ("blog-listing/3", "AWS re:Invent 2021 - Amazon IVS로 11번가 라이브커머스 플랫폼 구축"),
        ("blog-listing/2", "Knative Series 4 - Eventing Deep Dive"),
        ("blog-listing/1", "Knative로 배포한 애플리케이션의 동작과정"),
    ]
    source = (CORPUS / "blog-listing.txt").read_text("utf-8")
    for post in posts:
        assert post.format == "listing"
        assert post.lang == "ko"
        assert post.text in source
        assert post.text.startswith(post.title + "\n\n")
        assert [block.kind.value for block in post.blocks] == ["heading", "paragraph"]
        title, body = post.blocks
        assert (title.text, body.text) == tuple(post.text.split("\n\n"))
        assert body.headings == (0,)
        assert post.text[body.start : body.end] == body.text


def test_a_newer_entry_leaves_the_others_their_ids() -> None:
    old = "블로그\n\n둘째\n\n내용 둘..\n\n첫째\n\n내용 하나..\n"
    new = "블로그\n\n셋째\n\n내용 셋..\n\n둘째\n\n내용 둘..\n\n첫째\n\n내용 하나..\n"
    before = read_bytes(old.encode(), "l.txt")
    after = read_bytes(new.encode(), "l.txt")
    assert after[1:] == before
    assert [post.id for post in after] == ["l/3", "l/2", "l/1"]


def test_a_listing_excerpt_that_was_not_cut() -> None:
    text = "제목 하나\n\n잘린 내용..\n\n제목 둘\n\n짧은 글.\n\n제목 셋\n\n또 잘린..\n"
    posts = read_bytes(text.encode(), "l.txt", "listing")
    assert [(p.title, p.blocks[1].text) for p in posts] == [
        ("제목 하나", "잘린 내용.."),
        ("제목 둘", "짧은 글."),
        ("제목 셋", "또 잘린.."),
    ]


def test_discovery_is_sorted_and_skips_what_is_no_note(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "나.md": "# 나\n",
            "가/둘.md": "# 둘\n",
            "가/하나.txt": "하나는 하나다.\n",
            unicodedata.normalize("NFD", "가/셋.md"): "# 셋\n",
            ".숨김/x.md": "# x\n",
            ".숨김.md": "# x\n",
            "그림.png": b"\x89PNG\0",
            "빈.md": "\n \n",
            "이진.md": b"a\0b",
            "라틴.md": "café".encode("latin-1"),
        },
    )
    (tmp_path / "가" / "고리").symlink_to(tmp_path, target_is_directory=True)
    results = list(read([tmp_path]))
    assert [r.id for r in results if isinstance(r, Post)] == ["가/둘", "가/셋", "가/하나", "나"]
    skipped = [r for r in results if isinstance(r, Skipped)]
    assert [(r.path.name, r.foreign) for r in skipped] == [
        ("그림.png", True),
        ("라틴.md", False),
        ("빈.md", False),
        ("이진.md", False),
    ]
    assert all(r.path.name in r.reason for r in skipped if not r.foreign)
    assert list(read([tmp_path])) == results
    assert [f.name for f in list_files([tmp_path])] == [
        "가/둘.md",
        unicodedata.normalize("NFC", "가/셋.md"),
        "가/하나.txt",
        "나.md",
        "라틴.md",
        "빈.md",
        "이진.md",
    ]


def test_ids_are_unique_and_stay_with_their_file(tmp_path: Path) -> None:
    write(tmp_path, {"a/n.md": "# 1", "a/n.txt": "둘", "b/n.md": "# 3", "c.v1.md": "# 4"})
    assert ids([tmp_path]) == ["a/n", "a/n.txt", "b/n", "c.v1"]
    assert ids([tmp_path / "a", tmp_path / "b"]) == ["n", "n.txt", "n.md"]
    assert ids([tmp_path / "b", tmp_path / "b"]) == ["n", "n.md"]


def test_a_file_named_itself_is_read_whatever_its_suffix(tmp_path: Path) -> None:
    write(tmp_path, {"note.org": "kubelet은 에이전트다.\n"})
    assert ids([tmp_path / "note.org"]) == ["note.org"]
    with pytest.raises(ReadError, match="no notes"):
        list(read([tmp_path]))


def test_missing_paths_and_formats(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        list(read([tmp_path / "없음"]))
    with pytest.raises(ReadError, match="unknown format 'docx'"):
        list(read([tmp_path], format="docx"))
    with pytest.raises(ReadError, match="no post listing"):
        read_bytes("그냥 글".encode(), "x.txt", "listing")


def test_a_file_too_large_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "큰.md"
    with path.open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    (result,) = discover([path])
    assert isinstance(result, Skipped)
    assert "21 MB" in result.reason
    assert "split it" in result.reason


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read anything")
def test_an_unreadable_file_is_skipped(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "# a"})
    (tmp_path / "a.md").chmod(0)
    (result,) = read([tmp_path])
    assert isinstance(result, Skipped)


def test_a_file_that_vanished_is_skipped(tmp_path: Path) -> None:
    (result,) = read_file(SourceFile(tmp_path / "gone.md", "gone.md", "gone"))
    assert isinstance(result, Skipped)
    assert "gone.md: cannot be read" in result.reason


@pytest.mark.parametrize(
    "data",
    [
        "쿠버네티스는 컨테이너를 관리한다.".encode("cp949"),
        codecs.BOM_UTF8 + "쿠버네티스는 컨테이너를 관리한다.".encode(),
        "쿠버네티스는 컨테이너를 관리한다.".encode("utf-16"),
        codecs.BOM_UTF16_BE + "쿠버네티스는 컨테이너를 관리한다.".encode("utf-16-be"),
        unicodedata.normalize("NFD", "쿠버네티스는 컨테이너를 관리한다.").encode(),
    ],
)
def test_encodings(data: bytes) -> None:
    (post,) = read_bytes(data, "x.txt")
    assert post.text == "쿠버네티스는 컨테이너를 관리한다."


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xff\xfea\x00\xd8", "UTF-16"),
        (b"a\0b", "binary"),
        (b"caf\xe9!", "iconv"),
        (b"\xed\xa0\x80", "UTF-8"),
    ],
)
def test_what_cannot_be_decoded_says_so(data: bytes, says: str) -> None:
    with pytest.raises(ReadError, match=says) as caught:
        read_bytes(data, "노트.md")
    assert "노트.md" in str(caught.value)


def test_an_empty_input_gives_no_posts() -> None:
    assert read_bytes(b"", "x.md") == ()
    assert read_bytes(b" \n\n", "stdin") == ()


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("# 제목\n\n글", "stdin", "markdown"),
        ("글은 글이다.", "stdin", "text"),
        ("a\n\nb..\n\nc\n\nd..\n", "stdin", "listing"),
        ("<!DOCTYPE html><p>글</p>", "stdin", "html"),
        ("# 제목\n\n글", "x.txt", "text"),
        ("글은 글이다.", "x.MD", "markdown"),
    ],
)
def test_formats_are_sniffed(text: str, name: str, expected: str) -> None:
    (post, *_) = read_bytes(text.encode(), name)
    assert post.format == expected


def test_plain_text_keeps_lines_and_knows_lists() -> None:
    text = "스터디 메모\n\n첫 줄\n둘째 줄\n\n- 하나\n  이어서\n  - 둘\n1. 셋\n끝\n"
    (post,) = read_bytes(text.encode(), "memo.txt")
    assert post.title == "스터디 메모"
    assert [(b.kind.value, b.text, b.level, b.parent) for b in post.blocks] == [
        ("heading", "스터디 메모", 1, None),
        ("paragraph", "첫 줄\n둘째 줄", 0, None),
        ("item", "하나\n이어서", 1, None),
        ("item", "둘", 2, 2),
        ("item", "셋", 1, None),
        ("paragraph", "끝", 0, None),
    ]
    for block in post.blocks:
        for run in block.runs:
            end = run.source_start + run.length
            shown = block.text[run.block_start : run.block_start + run.length]
            assert post.text[run.source_start : end] == shown


def test_an_html_page() -> None:
    page = (
        "<!DOCTYPE html><html><head><title>도커 &amp; 쿠버</title><style>p{}</style></head><body>"
        "<h1>도커</h1><p>컨테이너를\n  실행하는 <b>도구</b>.<br>끝</p>"
        "<ul><li>이미지<ul><li>레이어</li></ul></li></ul><pre>docker ps\n  -a</pre>"
        "<table><tr><th>a</th></tr><tr><td>1 &lt; 2</td></tr></table><script>x()</script></body>"
    )
    (post,) = read_bytes(page.encode(), "d.html")
    assert post.title == "도커 & 쿠버"
    assert [(b.kind.value, b.text) for b in post.blocks] == [
        ("heading", "도커"),
        ("paragraph", "컨테이너를 실행하는 도구.\n끝"),
        ("item", "이미지"),
        ("item", "레이어"),
        ("code", "docker ps\n  -a"),
        ("cell", "a"),
        ("cell", "1 < 2"),
    ]
    assert post.blocks[3].parent == 2
    assert post.blocks[1].headings == (0,)
