"""HTML pages of any site: the element that holds the article is found, and read whole.

What is the article and what is menu, advertisement or footer is judged by trafilatura. It gives
text without places, and drops what it takes for noise inside an article (code, small tables); so
only its verdict is taken: the smallest element that holds nearly all of the text it keeps is read,
with exact offsets.
"""

from __future__ import annotations

import logging
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import PurePosixPath

from kgraph.read.base import SourceFile
from kgraph.read.build import BlockList
from kgraph.read.elements import Element, Page
from kgraph.read.frontmatter import front_matter
from kgraph.read.html import SUFFIXES, HtmlBlocks
from kgraph.text import main_language
from kgraph.types import Block, BlockKind, Post

# A page without any of these has nothing around its article.
_FRAME = ("nav", "aside", "footer", "header", "form", "div[role=navigation]")
_DROPS = (
    "nav",
    "aside",
    "footer",
    "form",
    "div[role=navigation]",
    "ul[role=navigation]",
    "a[rel=tag]",
)
_HOLDERS = ("article", "main", "section", "div", "td", "body")
_MOST = 0.9  # of the text that trafilatura keeps must lie in the element
_LONGEST = 500_000  # characters; longer pages are read from their <article>, <main> or <body>
_SHORT = 8  # letters; a shorter block may stand anywhere by chance
_BETWEEN = re.compile(r"\s+(?:[|·:»–—-]|::)\s+")


class HtmlReader:
    """Whole HTML pages."""

    name = "html"

    def sniff(self, text: str, name: str) -> float:
        """1 for .html and .htm, high for text that starts like a page."""
        if PurePosixPath(name).suffix.lower() in SUFFIXES:
            return 1.0
        head = text[:200].lstrip().lower()
        return 0.9 if head.startswith(("<!doctype html", "<html")) else 0.0

    def read(self, text: str, source: SourceFile, sha256: str) -> Iterator[Post]:
        """One post a page; front matter, the page's head and its first heading tell its title."""
        front = front_matter(text) if text.startswith("---") else front_matter("")
        page = Page(text)
        body = _article(page, front.end)
        start, end = (body.inner, body.close) if body else (front.end, len(text))
        drops = [x for x in page.all(*_DROPS) if start <= x.start and x.end <= end] if body else []
        blocks = BlockList()
        HtmlBlocks(text, start, end, blocks, drop=[(x.start, x.end) for x in drops])
        heading = next((block.text for block in blocks if block.kind is BlockKind.HEADING), "")
        yield Post(
            id=source.id,
            title=front.title or _title(page, heading) or PurePosixPath(source.name).stem,
            text=text,
            format=self.name,
            sha256=sha256,
            blocks=tuple(blocks),
            lang=main_language("\n".join(block.text for block in blocks)),
            url=front.url or page.url(),
            date=front.date or page.date(),
            tags=front.tags or page.tags(),
            aliases=front.aliases,
            path=source.name,
            series=front.series,
        )


def _title(page: Page, heading: str) -> str:
    """What the page calls itself, without the name of its site where the article repeats it."""
    title = page.title()
    parts = _BETWEEN.split(title)
    return heading if heading and heading in parts and len(parts) > 1 else title or heading


def _article(page: Page, start: int) -> Element | None:
    """The element to read; None for all of the page."""
    if page.first(*_FRAME) is None:
        return None
    if len(page.source) > _LONGEST:
        return page.first("article", "main", "body")
    blocks = BlockList()
    HtmlBlocks(page.source, start, len(page.source), blocks)
    kept = _kept(page.source, tuple(blocks))
    starts = [block.start for block in blocks]
    sums = list(accumulate(kept, initial=0))
    holders = [
        holder
        for holder in page.all(*_HOLDERS)
        if sums[bisect_left(starts, holder.close)] - sums[bisect_left(starts, holder.inner)]
        >= _MOST * sums[-1]
    ]
    if not sums[-1] or not holders:
        return page.first("article", "main", "body")
    return min(holders, key=lambda holder: holder.close - holder.inner)


def _kept(source: str, blocks: Sequence[Block]) -> list[int]:
    """How many letters of each block trafilatura takes for the article's."""
    from trafilatura import extract

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    # "fast" leaves out its second opinions, which take quadratic time.
    text = _letters(extract(source, include_comments=False, favor_recall=True, fast=True) or "")
    sizes: list[int] = []
    for block in blocks:
        letters = _letters(block.text)
        known = len(letters) >= _SHORT and letters in text
        sizes.append(len(letters) if known else 0)
    return sizes


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
