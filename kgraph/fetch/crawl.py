"""From an address to pages: a page or a feed as it is, a sitemap page by page."""

from __future__ import annotations

import gzip
import re
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import unquote, urlsplit, urlunsplit
from xml.etree.ElementTree import ParseError

from kgraph.config import FetchSettings
from kgraph.errors import FetchError
from kgraph.fetch.client import Answer, Client, GoneError, is_http, site
from kgraph.fetch.mirror import Mirror, Page

_SITEMAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")
_DEPTH = 3  # of sitemaps that name sitemaps
# First steps of paths that list posts or lead elsewhere, and are no post.
_LISTS = frozenset(
    ("category", "categories", "tag", "tags", "archive", "archives", "author", "page", "search")
) | {"guestbook", "location", "media", "link", "notice"}
_READABLE = re.compile(r"(?:text/(?!css|javascript).*|application/(?:.*\+)?xml.*|)")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch did. ``failed`` holds (address, reason)."""

    new: int
    changed: int
    same: int
    gone: int
    failed: tuple[tuple[str, str], ...]


def fetch(
    url: str,
    mirror: Mirror,
    settings: FetchSettings,
    *,
    advance: Callable[[int], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Fetched:
    """Bring the copy of ``url`` up to date; pages that cannot be had now stay as they were.

    Args:
        url: of a page, a feed, or a sitemap, whose pages of the same site are read one by one.
        mirror: the copy.
        settings: how, and how far.
        advance: is told of every page.
        sleep: waits so many seconds.

    Raises:
        FetchError: if the address itself cannot be read.
    """
    if not is_http(url):
        raise FetchError(
            f"{url}: no address of a web page; it needs http:// or https:// and a host"
        )
    with Client(settings, sleep=sleep) as client:
        return _Crawl(client, mirror, settings, advance).run(url)


class _Crawl:
    def __init__(
        self,
        client: Client,
        mirror: Mirror,
        settings: FetchSettings,
        advance: Callable[[int], None],
    ) -> None:
        self._client = client
        self._mirror = mirror
        self._settings = settings
        self._advance = advance
        self._before = {page.url: page for page in mirror.pages()}
        self._after: dict[str, Page] = {}
        self._failed: list[tuple[str, str]] = []

    def run(self, url: str) -> Fetched:
        try:
            self._read(url)
        except BaseException:  # keep what came before and what was read, for the next time
            self._switch(self._before | self._after)
            raise
        self._switch(self._after)
        both = self._before.keys() & self._after.keys()
        changed = sum(self._before[url].file != self._after[url].file for url in both)
        return Fetched(
            new=len(self._after.keys() - self._before.keys()),
            changed=changed,
            same=len(both) - changed,
            gone=len(self._before.keys() - self._after.keys()),
            failed=tuple(self._failed),
        )

    def _switch(self, pages: Mapping[str, Page]) -> None:
        self._mirror.switch(sorted(pages.values(), key=lambda page: page.url))

    def _read(self, url: str) -> None:
        known = self._before.get(url)
        answer = self._client.get(
            url, etag=known.etag if known else "", modified=known.modified if known else ""
        )
        if answer.body is None and known:
            self._after[url] = known
        elif _SITEMAP.search(_plain(answer.body or b"", self._most)[:4096]):
            for address in self._listed(url, answer.body or b"", _DEPTH):
                self._page(address)
                self._advance(1)
        elif not self._keep(url, answer):
            raise FetchError(_unreadable(url, answer.kind))

    @property
    def _most(self) -> int:
        return int(self._settings.page_mb * 2**20)

    def _page(self, url: str) -> None:
        known = self._before.get(url)
        try:
            answer = self._client.get(
                url, etag=known.etag if known else "", modified=known.modified if known else ""
            )
        except GoneError:
            return
        except FetchError as error:
            self._failed.append((url, str(error)))
            if known:
                self._after[url] = known
            return
        if answer.body is None and known:
            self._after[url] = known
        elif not self._keep(url, answer):
            self._failed.append((url, _unreadable(url, answer.kind)))

    def _keep(self, url: str, answer: Answer) -> bool:
        """Put a page into the copy, unless it is of a kind that no reader reads."""
        if not _READABLE.fullmatch(answer.kind):
            return False
        file = self._mirror.put(answer.body or b"")
        self._after[url] = Page(url, file, answer.kind, answer.etag, answer.modified)
        return True

    def _listed(self, url: str, body: bytes, depth: int) -> Iterator[str]:
        """The addresses of posts in a sitemap and those it names, each once, in order."""
        seen: set[str] = set()
        for address in self._locations(url, body, depth):
            key = _desktop(address)
            parts = urlsplit(key)
            steps = [step for step in unquote(parts.path).split("/") if step]
            if site(address) != site(url) or not steps or steps[0].lower() in _LISTS or key in seen:
                continue
            seen.add(key)
            if len(seen) > self._settings.pages:
                self._failed.append(
                    (
                        url,
                        f"{url}: lists more than {self._settings.pages} pages; raise pages under"
                        " [fetch] in kgraph.toml",
                    )
                )
                return
            yield key

    def _locations(self, url: str, body: bytes, depth: int) -> Iterator[str]:
        from defusedxml.common import DefusedXmlException
        from defusedxml.ElementTree import fromstring

        try:
            root = fromstring(_plain(body, self._most))
        except (DefusedXmlException, ParseError, ValueError) as error:
            self._failed.append((url, f"{url}: not a sitemap that can be read ({error})"))
            return
        index = root.tag.rpartition("}")[2] == "sitemapindex"
        for entry in root:
            found = (part.text or "" for part in entry if part.tag.rpartition("}")[2] == "loc")
            address = next(found, "").strip()
            if not is_http(address):
                continue
            if not index:
                yield address
            elif depth and site(address) == site(url):
                try:
                    inner = self._client.get(address)
                except FetchError as error:
                    self._failed.append((address, str(error)))
                    continue
                yield from self._locations(address, inner.body or b"", depth - 1)


def _unreadable(url: str, kind: str) -> str:
    return f"{url}: {kind} is no page, feed or sitemap"


def _desktop(url: str) -> str:
    """An address without the ``/m/`` that some blogs put before their pages for telephones."""
    parts = urlsplit(url)
    path = parts.path[2:] if parts.path.startswith("/m/") else parts.path
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def _plain(body: bytes, most: int) -> bytes:
    """``body``, unpacked where it is a ``.xml.gz``; no further than ``most`` bytes."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        with gzip.open(BytesIO(body)) as file:
            return file.read(most)
    except (OSError, EOFError, zlib.error):
        return body
