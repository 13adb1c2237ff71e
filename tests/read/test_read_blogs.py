"""Fixtures written from each format's documented structure, with the posts they must give."""

from __future__ import annotations

import contextlib
import os
import random
import zipfile
from pathlib import Path

import pytest

from kgraph.errors import KgraphError
from kgraph.read import READERS, Skipped, discover, read, read_bytes
from kgraph.types import Post

BACKUP = """<!doctype html><html><head><title>쿠버네티스 정리</title></head><body>
<div class="article"><h2 class="title-article">쿠버네티스 정리</h2>
<p class="category">DevOps/Kubernetes</p><p class="date">2021-12-19 15:07:30</p>
<div class="article-view"><div class="contents_style"><h3>Pod</h3>
<p>pod는 &amp; 컨테이너를 담는다.</p>
<figure data-ke-type="opengraph"><a href="https://x.y"><div class="og-image">&nbsp;</div>
<div class="og-text"><p class="og-title">카드</p><p class="og-desc">남의 글</p>
<p class="og-host">x.y</p></div></a></figure>
<div data-ke-type="moreLess"><a class="btn-toggle-moreless">더보기</a>
<div class="moreless-content"><p>접힌 내용</p></div></div>
<pre data-ke-language="bash"><code>kubectl get {{ x }}</code></pre>
<figure><img src="a.png"><figcaption>그림 설명</figcaption></figure>
</div></div><div class="tags">#k8s #docker hub</div></div></body></html>"""

PAGE = """<!doctype html><html><head><title>블로그 - 글</title>
<link rel="canonical" href="https://a.tistory.com/7">
<meta property="og:regDate" content="19990101000000">
<meta property="article:section" content="틀린 분류">
<meta property="article:published_time" content="2022-03-04T05:06:07+09:00">
<script type="application/ld+json">{"@context":"http://schema.org","@type":"BlogPosting",
"headline":"Scheduler &amp; Pod","datePublished":"2022-03-04T05:06:07+09:00"}</script></head>
<body id="tt-body-page"><nav>메뉴</nav><div class="entry-content">
<div class="tt_article_useless_p_margin contents_style"><p>스케줄러는 노드를 고른다.</p>
<ins class="adsbygoogle">광고</ins><div class="container_postbtn"><p>공감</p></div>
<div class="another_category another_category_color_gray"><h4>다른 글</h4></div></div></div>
<div class="tags"><a rel="tag" href="/tag/k8s">k8s</a>, <a rel="tag" href="/t">#etcd</a></div>
</body></html>"""

LISTING = """<html><body id="tt-body-category">
<div class="post-item"><a href="/12"><span class="title">둘째 글</span>
<span class="excerpt">kubelet은 노드의 에이전트다. ..</span>
<span class="date">2022. 1. 5.</span></a></div>
<div class="post-item"><a href="/11?category=3"><span class="title">첫 글</span>
<span class="excerpt">etcd는 저장소다. ..</span><span class="date">2022. 1. 4.</span></a></div>
<div class="post-item"><a href="/m/11"><span class="title">첫 글</span>
<span class="excerpt">etcd는 저장소다. ..</span></a></div></body></html>"""

NAVER = """<html><head><meta property="og:title" content="네이버 제목">
<meta property="og:url" content="https://blog.naver.com/x/1"></head><body>
<div class="se-viewer"><div class="se-documentTitle"><div class="se-title-text">
<p><span>도커 정리</span></p></div><span class="se_publishDate">2023. 1. 5. 10:30</span></div>
<div class="se-main-container"><div class="se-component se-text"><div class="se-module-text">
<p class="se-text-paragraph"><span>이미지는 컨테이너의 틀이다.</span></p></div></div>
<div class="se-component se-oglink"><div class="se-oglink-info"><p>남의 설명</p></div></div>
</div></div></body></html>"""

NOTION = """<html><head><title>노트</title></head><body><article class="page sans">
<header><h1 class="page-title">RBAC 노트</h1><table class="properties"><tbody>
<tr class="property-row property-row-date"><th>Date</th><td><time>@2023-02-03</time></td></tr>
<tr class="property-row property-row-multi_select"><th>Tags</th><td>
<span class="selected-value">security</span><span class="selected-value">k8s</span></td></tr>
</tbody></table></header><div class="page-body"><p>Role은 권한을 묶는다.</p>
<ul class="toggle"><li><details open=""><summary>더</summary><p>RoleBinding</p></details></li></ul>
</div></article></body></html>"""

RSS = """<?xml version="1.0" encoding="EUC-KR"?><rss version="2.0"
xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>b</title>
<item><title>제목 &amp; 하나</title><link>https://a.tistory.com/12</link>
<description>요약</description><content:encoded><![CDATA[<p>Pod는 작다.</p>]]></content:encoded>
<category>k8s</category><pubDate>Sun, 19 Dec 2021 15:07:30 +0900</pubDate></item>
<item><title>제목</title><link>https://a.tistory.com/m/12</link>
<description>같은 글</description></item>
<item><title>둘</title><guid>https://a.tistory.com/11</guid>
<description>두 번째</description></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>b</title><entry><title>글</title>
<link rel="self" href="https://a.b/self"/><link href="https://a.b/entry/etcd"/>
<category term="db"/><published>2022-01-02T03:04:05Z</published>
<content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>etcd는 저장소다.</p></div>
</content>
</entry></feed>"""

ASCIIDOC = """= 도커 노트
:revdate: 2023-01-02
:keywords: docker, build

== 이미지
이미지는 `Dockerfile` 로
*만든다*.

* 하나
** 둘

Layer:: 층이다.

[source,bash]
----
docker build .
----

|===
|이름 |값

|a
|1
|===
"""

FIXTURES = {
    "tistory-backup": ("12/12-a.html", BACKUP),
    "tistory": ("7.html", PAGE),
    "naver": ("naver.html", NAVER),
    "notion": ("RBAC.html", NOTION),
    "feed": ("rss.xml", RSS),
    "asciidoc": ("docker.adoc", ASCIIDOC),
    "markdown": (
        "a.md",
        "---\ntitle: x\ntags: [a]\n---\n# t\n\n- [[w|l]] `c`\n\n| a |\n|---|\n| b |",
    ),
    "listing": ("l.txt", "블로그\n\n둘째\n\n내용 둘..\n\n첫째\n\n내용 하나..\n"),
    "html": ("g.html", "<html><title>t</title><table><tr><td>a<td>b</table><ul><li>c</ul>"),
    "text": ("t.txt", "제목\n\n내용이다.\n- 하나\n  - 둘\n"),
}


def one(data: str, name: str) -> Post:
    (post,) = read_bytes(data.encode(), name)
    return post


def told(post: Post) -> tuple[object, ...]:
    return post.format, post.title, post.date, post.url, post.tags, shown(post)


def shown(post: Post) -> list[tuple[str, str]]:
    for block in post.blocks:
        for run in block.runs:
            here = block.text[run.block_start : run.block_start + run.length]
            assert post.text[run.source_start : run.source_start + run.length] == here
    return [(block.kind.value, block.text) for block in post.blocks]


def test_tistory_backup() -> None:
    post = one(BACKUP, "12/12-a.html")
    assert told(post) == (
        "tistory-backup",
        "쿠버네티스 정리",
        "2021-12-19T15:07:30+09:00",
        "",
        ("DevOps", "Kubernetes", "k8s", "docker hub"),
        [
            ("heading", "Pod"),
            ("paragraph", "pod는 & 컨테이너를 담는다."),
            ("paragraph", "카드"),
            ("paragraph", "접힌 내용"),
            ("code", "kubectl get {{ x }}"),
            ("paragraph", "그림 설명"),
        ],
    )
    assert post.blocks[4].language == "bash"


def test_tistory_backup_with_an_empty_category() -> None:
    post = one(BACKUP.replace("DevOps/Kubernetes", ""), "12/12-a.html")
    assert post.tags == ("k8s", "docker hub")


def test_tistory_page() -> None:
    assert told(one(PAGE, "saved.html")) == (
        "tistory",
        "Scheduler & Pod",
        "2022-03-04T05:06:07+09:00",
        "https://a.tistory.com/7",
        ("k8s", "etcd"),
        [("paragraph", "스케줄러는 노드를 고른다.")],
    )


def test_tistory_listing_page_gives_each_post_once() -> None:
    posts = read_bytes(LISTING.encode(), "category.html")
    assert [(p.id, p.title, p.date, shown(p)) for p in posts] == [
        (
            "category/12",
            "둘째 글",
            "2022-01-05",
            [("paragraph", "둘째 글"), ("paragraph", "kubelet은 노드의 에이전트다. ..")],
        ),
        (
            "category/11",
            "첫 글",
            "2022-01-04",
            [("paragraph", "첫 글"), ("paragraph", "etcd는 저장소다. ..")],
        ),
    ]


def test_naver() -> None:
    assert told(one(NAVER, "naver.html")) == (
        "naver",
        "도커 정리",
        "2023-01-05T10:30:00+09:00",
        "https://blog.naver.com/x/1",
        (),
        [("paragraph", "이미지는 컨테이너의 틀이다.")],
    )


def test_notion_html() -> None:
    assert told(one(NOTION, "RBAC.html")) == (
        "notion",
        "RBAC 노트",
        "2023-02-03",
        "",
        ("security", "k8s"),
        [("paragraph", "Role은 권한을 묶는다."), ("item", "더"), ("paragraph", "RoleBinding")],
    )


def test_rss_in_cp949() -> None:
    posts = read_bytes(RSS.encode("cp949"), "rss.xml")
    assert [(p.id, *told(p)) for p in posts] == [
        (
            "rss/12",
            "feed",
            "제목 & 하나",
            "2021-12-19T15:07:30+09:00",
            "https://a.tistory.com/12",
            ("k8s",),
            [("paragraph", "Pod는 작다.")],
        ),
        ("rss/11", "feed", "둘", "", "https://a.tistory.com/11", (), [("paragraph", "두 번째")]),
    ]


def test_atom() -> None:
    post = one(ATOM, "atom.xml")
    assert (post.id, *told(post)) == (
        "atom/etcd",
        "feed",
        "글",
        "2022-01-02T03:04:05+00:00",
        "https://a.b/entry/etcd",
        ("db",),
        [("paragraph", "etcd는 저장소다.")],
    )


def test_a_feed_may_not_declare_entities() -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + RSS.partition("?>")[2]
    with pytest.raises(KgraphError, match=r"rss\.xml: declares XML entities"):
        read_bytes(bomb.encode(), "rss.xml")


def test_asciidoc() -> None:
    post = one(ASCIIDOC, "docker.adoc")
    assert told(post) == (
        "asciidoc",
        "도커 노트",
        "2023-01-02",
        "",
        ("docker", "build"),
        [
            ("heading", "도커 노트"),
            ("heading", "이미지"),
            ("paragraph", "이미지는 Dockerfile 로 만든다."),
            ("item", "하나"),
            ("item", "둘"),
            ("term", "Layer"),
            ("detail", "층이다."),
            ("code", "docker build ."),
            ("cell", "이름"),
            ("cell", "값"),
            ("cell", "a"),
            ("cell", "1"),
        ],
    )
    cells = [(b.row, b.column) for b in post.blocks if b.table is not None]
    assert cells == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_ids_leave_out_what_exporters_add(tmp_path: Path) -> None:
    for name in ("12/12-제목.html", "노트 0123456789abcdef0123456789abcdef.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(BACKUP if "html" in name else "내용", "utf-8")
    assert [r.id for r in read([tmp_path]) if isinstance(r, Post)] == ["12", "노트"]


def test_a_zip_reads_like_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("12/12-제목.html", BACKUP)
        archive.writestr("12/img.png", b"x")
        archive.writestr("__MACOSX/12/._12.html", b"x")
    (post,) = (r for r in read([path]) if isinstance(r, Post))
    assert (post.id, post.title) == ("12", "쿠버네티스 정리")
    assert [r.id for r in read([tmp_path]) if isinstance(r, Post)] == ["backup/12"]


def test_hostile_archives_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    link = zipfile.ZipInfo("link.md")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../out.md", "밖")
        archive.writestr("/etc/x.md", "밖")
        archive.writestr(link, "/etc/passwd")
        archive.writestr("bomb.md", b"a" * 15_000_000)
        archive.writestr("good.md", "# 좋은 글\n\n내용이다.")
    (tmp_path / "broken.zip").write_bytes(b"PK\3\4 not an archive")
    found = list(read([tmp_path]))
    assert [r.title for r in found if isinstance(r, Post)] == ["좋은 글"]
    assert [r.reason for r in found if isinstance(r, Skipped)] == [
        "bad.zip: /etc/x.md: leads out of the archive; refused",
        "bad.zip: ../out.md: leads out of the archive; refused",
        "bad.zip: bomb.md: packed more than any text can be (a ZIP bomb?); refused",
        "bad.zip: link.md: a symbolic link; refused",
        "broken.zip: not a ZIP archive that can be read (File is not a zip file)",
    ]


def test_a_member_with_a_false_checksum_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.md", "abcdefgh")
    path.write_bytes(path.read_bytes().replace(b"abcdefgh", b"abcdefgX"))
    (skipped,) = read([path])
    assert isinstance(skipped, Skipped)
    assert skipped.reason.startswith("a.md: cannot be unpacked")
    assert len(list(discover([path]))) == 1


def test_escaped_surrogates_do_not_reach_a_post() -> None:
    post = one(PAGE.replace("Scheduler &amp; Pod", r"a\ud800b\u0000"), "a.html")
    assert post.title.encode() == b"a?b"


@pytest.mark.parametrize("form", sorted(FIXTURES))
def test_deep_nesting_ends(form: str) -> None:
    name, text = FIXTURES[form]
    for tag in ("<div>", "<ul><li>", "<b>", "> ", "[[", "{{"):
        with contextlib.suppress(KgraphError):
            read_bytes((text + tag * 10_000).encode(), name, form)


def mutated(text: str, chance: random.Random) -> bytes:
    """``text`` with pieces cut, doubled and put in; one time in eight bytes are broken as well.

    Half of the time only what stands between tags changes: else most feeds would end at their
    first tag that is not closed, and what reads their posts would see little.
    """
    inside = not chance.randrange(2)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(text) + 1)
        if inside:
            if text.rfind("<", 0, at) <= text.rfind(">", 0, at):
                piece = chance.choice(
                    ("]]", "{{", "%%", '"', "\n", "\t", "가", "2022. 1.", "#", ";;;")
                )
                text = text[:at] + piece + text[at:]
            continue
        again = chance.randrange(len(text) or 1)
        piece = chance.choice(
            ("", "<", ">", "]]>", "</div>", '"', "&#xd800;", "{{", "\n", text[again : again + 20])
        )
        text = text[:at] + piece + text[at + chance.randint(0, 12) :]
    data = text.encode()
    if not chance.randrange(8):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.choice((b"\xed\xa0\x80", b"\0", b"\xff")) + data[at:]
    return data


@pytest.mark.parametrize("form", sorted(FIXTURES))
def test_mutated_bytes_raise_nothing_but_our_own_error(form: str) -> None:
    name, text = FIXTURES[form]
    chance = random.Random(form)
    for _ in range(MUTATIONS):
        try:
            posts = read_bytes(mutated(text, chance), name, form)
        except KgraphError:
            continue
        for post in posts:
            post.text.encode()
            shown(post)


MUTATIONS = int(os.environ.get("MUTATIONS", "2000"))  # for each reader; CI has 20,000


def test_every_reader_has_a_fixture() -> None:
    assert sorted(FIXTURES) == sorted(reader.name for reader in READERS)
