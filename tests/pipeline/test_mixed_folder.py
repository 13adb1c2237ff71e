"""A folder of 500 files of all formats: every post is found, and none twice."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kgraph.config import Settings
from kgraph.library import Kgraph
from kgraph.pipeline.ingest import ingest
from kgraph.storage.generations import FOREIGN

BLOG = "https://a.tistory.com"
HEX = "0123456789abcdef0123456789abcdef"


class SumEncoder:
    """Vectors that depend on the text alone, at once."""

    fingerprint = "sum"
    dimension = 8

    def encode_passages(self, texts: list[str], progress: object = None) -> NDArray[np.float32]:
        rows = [[sum(map(ord, text)) % n + 1 for n in range(11, 19)] for text in texts]
        made = np.array(rows, dtype=np.float32).reshape(len(texts), 8)
        scaled: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
        return scaled


def said(n: int) -> str:
    """What only post ``n`` says."""
    return f"파드{n}호는 노드에서 실행된다."


def page(n: int) -> str:
    return (
        f'<html><head><title>글 {n}</title><link rel="canonical" href="{BLOG}/{n}">'
        '<script type="application/ld+json">{"@type":"BlogPosting","headline":"글 '
        f'{n}","datePublished":"2022-03-04T05:06:07+09:00"}}</script></head>'
        '<body id="tt-body-page"><nav>메뉴</nav><div class="tt_article_useless_p_margin '
        f'contents_style"><p>{said(n)}</p><p>더 많은 말이 여기에 있다.</p></div></body></html>'
    )


def backup(n: int) -> str:
    return (
        f'<html><body><h2 class="title-article">백업 {n}</h2><p class="category"></p>'
        '<p class="date">2021-12-19 15:07:30</p><div class="article-view">'
        f'<div class="contents_style"><p>{said(n)}</p></div></div>'
        '<div class="tags">#k8s</div></body></html>'
    )


def naver(n: int) -> str:
    return (
        f'<html><head><meta property="og:title" content="네이버 {n}"></head><body>'
        '<div class="se-main-container"><div class="se-component se-text">'
        f'<p class="se-text-paragraph"><span>{said(n)}</span></p></div></div></body></html>'
    )


def notion(n: int) -> str:
    return (
        f'<html><head><title>노션 {n}</title></head><body><article class="page sans">'
        f'<h1 class="page-title">노션 {n}</h1><div class="page-body"><p>{said(n)}</p></div>'
        "</article></body></html>"
    )


def plain(n: int) -> str:
    return f"<html><title>일반 {n}</title><body><h1>일반 {n}</h1><p>{said(n)}</p></body></html>"


KINDS: dict[str, tuple[str, Callable[[int], str]]] = {
    "tistory backup": ("백업/{n}/{n}-백업 {n}.html", backup),
    "tistory page": ("저장/{n}.html", page),
    "naver": ("네이버/{n}.html", naver),
    "notion html": ("노션/노션 {n} {hex}.html", notion),
    "notion markdown": ("노션/엠디 {n} {hex}.md", lambda n: f"# 엠디\n\nTags: a\n\n{said(n)}\n"),
    "obsidian": (
        "vault/하위/노트 {n}.md",
        lambda n: f"#태그\n\n[[글]]. %%숨김%% {said(n)} ^a\n",
    ),
    "velog": ("velog/{n}.md", lambda n: f"---\ntitle: [K] 글: {n}\ntags: [a]\n---\n{said(n)}\n"),
    "jekyll": ("_posts/2021-03-04-{n}.md", lambda n: f'---\ntitle: "a: {n}"\n---\n{said(n)}\n'),
    "hugo toml": ("content/t{n}.md", lambda n: f'+++\ntitle = "휴고"\n+++\n{said(n)}\n'),
    "hugo json": ("content/j{n}.md", lambda n: f'{{\n  "title": "휴고"\n}}\n\n{said(n)}\n'),
    "hexo": ("source/_posts/{n}.md", lambda n: f"title: 헥소\n---\n{said(n)}\n"),
    "hexo json": ("source/_posts/j{n}.md", lambda n: f'"title": "헥소"\n;;;\n\n{said(n)}\n'),
    "asciidoc": ("doc/{n}.adoc", lambda n: f"= 문서 {n}\n\n== 절\n{said(n)}\n"),
    "html": ("web/{n}.html", plain),
    "text": ("메모/{n}.txt", lambda n: f"메모 {n}\n\n{said(n)}\n"),
    "markdown": ("노트/{n}.markdown", lambda n: f"# 노트 {n}\n\n{said(n)}\n"),
}
EACH = 30  # files of each kind; 480 of the 500
NOT_NOTES = (
    *("백업/1/img/그림.png", "노션/표 1.csv", "노션/표 1_all.csv", "vault/.obsidian/app.json"),
    *("content/_index.scss", ".DS_Store", "source/theme.js"),
)


def item(n: int, title: str, text: str, link: str) -> str:
    return (
        f"<item><title>{title} {n}</title><link>{link}</link>"
        f"<description><![CDATA[<p>{text}</p>]]></description></item>"
    )


def entry(n: int) -> str:
    return (
        f'<entry><title>아톰 {n}</title><link href="https://b.example/{n}"/>'
        f'<content type="html">&lt;p&gt;{said(n)}&lt;/p&gt;</content></entry>'
    )


def listed(n: int, text: str, title: str) -> str:
    return (
        f'<div class="post-item"><a href="/{n}"><span class="title">{title} {n}</span>'
        f'<span class="excerpt">{text}</span></a></div>'
    )


def make(root: Path) -> tuple[int, int]:
    """Write the folder; returns the number of files that hold notes, and of posts in them."""
    files = posts = 0

    def write(name: str, text: str, holds: int = 1) -> None:
        nonlocal files, posts
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        files, posts = files + 1, posts + holds

    for name, text in KINDS.values():
        for n in range(posts, posts + EACH):
            write(name.format(n=n, hex=HEX), text(n))
    pages = range(EACH, 2 * EACH)  # the second kind; feeds and lists of their blog tell them again
    for feed in range(5):
        own = range(posts, posts + 10)
        items = [item(n, "글", said(n), f"{BLOG}/{n}") for n in own]
        items += [item(n, "글", "요약", f"{BLOG}/m/{n}") for n in pages[feed::5]]
        body = "<rss version='2.0'><channel><title>b</title>" + "".join(items) + "</channel></rss>"
        write(f"feeds/{feed}.xml", body, len(own))
    for feed in range(4):
        own = range(posts, posts + 10)
        body = "<feed xmlns='http://www.w3.org/2005/Atom'><title>b</title>"
        write(f"feeds/{feed}.atom", body + "".join(map(entry, own)) + "</feed>", len(own))
    for number in range(5):
        own = range(posts, posts + 10)
        body = "".join(listed(n, f"{said(n)} ..", "목록의 글") for n in own)
        body = f'<html><body id="tt-body-category">{body}</body></html>'
        write(f"목록/{number}.html", body, len(own))
    for number in range(5):
        own = range(posts, posts + 10)
        write(
            f"목록/{number}.txt",
            "블로그\n\n" + "\n\n".join(f"차례 {n}\n\n{said(n)}.." for n in own) + "\n",
            len(own),
        )
    with zipfile.ZipFile(root / "묶음.zip", "w") as archive:
        for n in range(posts, posts + 20):
            archive.writestr(f"{n}/{n}-백업 {n}.html", backup(n))
        archive.writestr(f"{posts}/img/a.png", b"\x89PNG")
    for name in NOT_NOTES:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\0")
    return files + 1, posts + 20


def test_every_post_of_500_files_is_found_and_none_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kgraph.index.encoder.load_encoder", lambda model=None: SumEncoder())
    notes, settings = tmp_path / "notes", Settings(indexes=tmp_path / "indexes")
    files, posts = make(notes)
    assert (files, posts) == (500, 690)
    report = ingest([notes], settings)
    kg = Kgraph(settings)
    infos = kg.notes.all()
    texts = {post.id: kg.notes.text(post.id) for post in infos}
    found = Counter(n for n in range(posts) for text in texts.values() if said(n) in text)
    assert found == Counter(range(posts))
    assert [id for id, text in texts.items() if "파드" not in text] == []
    assert (len(infos), len(texts), report.new) == (posts, posts, posts)
    told = [reason for _, reason in report.skipped]
    again = [reason for reason in told if "which says more" in reason]
    assert len(again) == EACH  # what the feeds tell of the saved pages
    assert [x for x in told if x not in again and FOREIGN not in x] == []
    assert Counter(post.format for post in infos) == {
        **dict.fromkeys(("tistory-backup", "listing"), 50),
        **dict.fromkeys(("naver", "asciidoc", "html", "text"), EACH),
        "notion": EACH,
        "tistory": EACH + 50,  # the saved pages, and the lists of them
        "feed": 90,
        "markdown": 9 * EACH,
    }
    once_more = ingest([notes], settings)
    assert (once_more.unchanged, once_more.same) == (True, posts)
