"""Posts of blog services, as their backups and saved pages hold them: Tistory, Naver, Notion."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from kgraph.errors import ReadError
from kgraph.read.base import SourceFile
from kgraph.read.build import BlockList
from kgraph.read.elements import Element, Page, moment
from kgraph.read.html import HtmlBlocks
from kgraph.text import main_language
from kgraph.types import Post

_KST = "+09:00"
_SUFFIXES = ("", ".html", ".htm", ".xhtml")
#: What stands among a Tistory post's paragraphs and is no part of it. The description on a link
#: card is another site's prose; only the card's title stays.
_TISTORY_DROPS = (
    *("div.container_postbtn", "div.another_category", "div.another_category_color_gray"),
    *("ins.adsbygoogle", "div.revenue_unit_wrap", "a.btn-toggle-moreless", "p.og-desc"),
    *("p.og-host", "div.og-image", "div.postbtn_like", "div.postbtn_ccl", "div.tt-plugin"),
)
_TISTORY_BODIES = (
    *("div.tt_article_useless_p_margin", "div.contents_style", "div.article_view"),
    *("div.article-view", "div.entry-content"),
)
_NAVER_BODIES = ("div.se-main-container", "div.se_component_wrap", "div#postViewArea")
_NAVER_DROPS = (
    *("div.se-oglink-info", "div.se-documentTitle", "div.se_og_box", "div.se-section-oglink"),
    *("div.se_mediaArea", "div.se-section-material", "div.se-placesMap"),
)
_NOTION_DROPS = ("table.properties", "header", "h1.page-title")


@dataclass(frozen=True, slots=True)
class _Said:
    """What a format says of a post, besides its body."""

    title: str = ""
    date: str = ""
    url: str = ""
    tags: tuple[str, ...] = ()


def _post(
    page: Page, source: SourceFile, form: str, sha: str, body: Element, drops: tuple[str, ...],
    said: _Said,
) -> Post:  # fmt: skip
    blocks = BlockList()
    gone = [(x.start, x.end) for x in page.all(*drops, inside=body)] if drops else []
    HtmlBlocks(page.source, body.inner, body.close, blocks, drop=gone, templates=False)
    return Post(
        id=source.id,
        title=said.title or PurePosixPath(source.name).stem,
        text=page.source,
        format=form,
        sha256=sha,
        blocks=tuple(blocks),
        lang=main_language("\n".join(block.text for block in blocks)),
        url=said.url,
        date=said.date,
        tags=tuple(dict.fromkeys(tag for tag in said.tags if tag)),
        path=source.name,
    )


def _is_page(text: str, name: str, *marks: str) -> bool:
    suffix = PurePosixPath(name).suffix.lower()
    return suffix in _SUFFIXES and all(mark in text for mark in marks)


class TistoryBackupReader:
    """One post of a Tistory backup: ``{id}/{id}-{title}.html``."""

    name = "tistory-backup"

    def sniff(self, text: str, name: str) -> float:
        """1 for a page with the backup's own title class."""
        return 1.0 if _is_page(text, name, "title-article") else 0.0

    def read(self, text: str, source: SourceFile, sha256: str) -> Iterator[Post]:
        """One post a file; its date is Korean time, its category counts among its tags.

        Raises:
            ReadError: if the page has no body of a backup.
        """
        page = Page(text)
        body = page.first("div.contents_style", "div.article-view")
        if body is None:
            raise ReadError(_no_body(source, "a Tistory backup", "div.contents_style"))
        category = page.text(page.first("p.category"))
        tags = page.text(page.first("div.tags")).split("#")
        said = _Said(
            title=page.text(page.first("h2.title-article")) or page.text(page.first("title")),
            date=moment(page.text(page.first("p.date")), _KST),
            url=page.url(),
            tags=(*(part.strip() for part in category.split("/")), *(tag.strip() for tag in tags)),
        )
        yield _post(page, source, self.name, sha256, body, _TISTORY_DROPS, said)


class TistoryPageReader:
    """A post's page of a Tistory blog, saved or fetched; or a page that lists posts."""

    name = "tistory"

    def sniff(self, text: str, name: str) -> float:
        """1 for a page with Tistory's own script, class or body id."""
        if not _is_page(text, name):
            return 0.0
        marks = (
            "tt_article_useless_p_margin",
            "tistory_admin",
            "t1.daumcdn.net/tistory",
            "tt-body",
        )
        return 1.0 if any(mark in text for mark in marks) else 0.0

    def read(self, text: str, source: SourceFile, sha256: str) -> Iterator[Post]:
        """The page's post; for a listing one post an entry, its text the entry as it stands.

        Raises:
            ReadError: if the page holds neither.
        """
        page = Page(text)
        body = page.first(*_TISTORY_BODIES)
        if body is not None:
            said = _Said(page.title(), page.date(), page.url(), page.tags())
            yield _post(page, source, self.name, sha256, body, _TISTORY_DROPS, said)
            return
        entries = list(_entries(page))
        if not entries:
            raise ReadError(_no_body(source, "a Tistory page", _TISTORY_BODIES[0]))
        yield from (_listed(page, source, *entry) for entry in entries)


def _entries(page: Page) -> Iterator[tuple[Element, Element, Element, str]]:
    """(entry, title, excerpt, address) of a listing page, in its order; each address once."""
    seen: set[str] = set()
    for item in page.all("div.post-item", "li.item_post", "article.post-item", "div.list_content"):
        title = page.first("strong.tit_post", "span.title", "strong.title", inside=item)
        excerpt = page.first("p.txt_post", "span.excerpt", "p.excerpt", "p.summary", inside=item)
        link = page.first("a[href]", inside=item)
        if title is None or excerpt is None or link is None:
            continue
        address = re.sub(r"[?#].*", "", link.attrs["href"])
        address = re.sub(r"(^|://[^/]+)/m(?=/)", r"\1", address)
        if address not in seen:
            seen.add(address)
            yield item, title, excerpt, address


def _listed(
    page: Page, source: SourceFile, item: Element, title: Element, excerpt: Element, address: str
) -> Post:
    text = page.source[item.start : item.end]
    blocks = BlockList()
    for part in (title, excerpt):
        HtmlBlocks(
            text, part.inner - item.start, part.close - item.start, blocks, templates=False
        )  # fmt: skip
    date = page.text(page.first("span.date", "span.txt_date", "time", inside=item))
    return Post(
        id=f"{source.id}/{address.rstrip('/').rpartition('/')[2] or 'entry'}",
        title=page.text(title),
        text=text,
        format=TistoryPageReader.name,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        blocks=tuple(blocks),
        lang=main_language(page.text(title) + page.text(excerpt)),
        url=address if address.startswith(("http://", "https://")) else "",
        date=moment(date, _KST),
        path=source.name,
    )


class NaverReader:
    """A post of a Naver blog, saved from its ``PostView`` page."""

    name = "naver"

    def sniff(self, text: str, name: str) -> float:
        """1 for a page with a body of Naver's editors."""
        marks = ("se-main-container", "se_component_wrap", "postViewArea")
        return 1.0 if _is_page(text, name) and any(mark in text for mark in marks) else 0.0

    def read(self, text: str, source: SourceFile, sha256: str) -> Iterator[Post]:
        """One post a page.

        Raises:
            ReadError: if the page has no body of a Naver post.
        """
        page = Page(text)
        body = page.first(*_NAVER_BODIES)
        if body is None:
            raise ReadError(_no_body(source, "a Naver post", _NAVER_BODIES[0]))
        title = page.first("div.se-title-text", "span.pcol1", "h3.se_textarea")
        printed = page.first("span.se_publishDate", "p.date", "span.se_date")
        said = _Said(
            title=page.text(title) or page.title(),
            date=moment(page.text(printed), _KST),
            url=page.url(),
            tags=tuple(
                page.text(x).removeprefix("#").strip()
                for x in page.all("a.item", "span.ell")
                if page.text(x).startswith("#")
            ),
        )
        yield _post(page, source, self.name, sha256, body, _NAVER_DROPS, said)


class NotionReader:
    """A page of a Notion export as HTML."""

    name = "notion"

    def sniff(self, text: str, name: str) -> float:
        """1 for a page with the export's own classes."""
        return 1.0 if _is_page(text, name, 'class="page-body"', "page-title") else 0.0

    def read(self, text: str, source: SourceFile, sha256: str) -> Iterator[Post]:
        """One post a page; its properties give date and tags.

        Raises:
            ReadError: if the page has no body of an export.
        """
        page = Page(text)
        body = page.first("div.page-body")
        if body is None:
            raise ReadError(_no_body(source, "a Notion page", "div.page-body"))
        date, tags = "", []
        for row in page.all("tr.property-row"):
            if row.matches("tr.property-row-multi_select") or row.matches("tr.property-row-select"):
                tags += [page.text(x) for x in page.all("span.selected-value", inside=row)]
            elif "date" in row.attrs.get("class", "") or "created" in row.attrs.get("class", ""):
                found = page.text(page.first("time", inside=row)).removeprefix("@")
                date = date or moment(found)
        said = _Said(
            title=page.text(page.first("h1.page-title")) or page.title(),
            date=date,
            tags=tuple(tags),
        )
        yield _post(page, source, self.name, sha256, body, _NOTION_DROPS, said)


def _no_body(source: SourceFile, what: str, selector: str) -> str:
    return f"{source.name}: not {what}: it has no {selector}; read it with --from html"
