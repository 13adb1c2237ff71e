"""A polite reader of web pages: robots.txt, a delay, conditional requests, limits of size and time.

Redirects stay on the site that was asked, unless the settings allow more; where connections may go
is :mod:`kgraph.fetch.transport`'s.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx
from protego import Protego

from kgraph import __version__
from kgraph.config import FetchSettings
from kgraph.errors import FetchError
from kgraph.fetch.transport import Transport

AGENT = f"kgraph/{__version__}"
_REDIRECTS = 5
_TRIES = 3
_LONGEST_WAIT = 60.0  # seconds that a site may ask for between two requests
_ROBOTS_BYTES = 512 * 1024  # RFC 9309 lets a reader stop there
_BROKEN = (
    httpx.HTTPError,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
)
_ACCEPT = "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,text/xml;q=0.9"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answered: ``body`` is None where nothing has changed since."""

    url: str  # after redirects
    body: bytes | None
    kind: str  # the media type, such as text/html
    etag: str
    modified: str  # Last-Modified, as it was sent


class GoneError(FetchError):
    """The page is no more (404, 410)."""


class Client:
    """Reads pages, one after the other; a context manager."""

    def __init__(
        self,
        settings: FetchSettings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open no connection yet; ``sleep`` and ``clock`` are a test's to replace."""
        self._settings = settings
        self._sleep = sleep
        self._clock = clock
        self._ends = clock() + settings.minutes * 60
        self._robots: dict[str, Protego | None] = {}
        self._last: dict[str, float] = {}
        self._http = httpx.Client(
            transport=Transport(private=settings.private),
            headers={"User-Agent": AGENT, "Accept": f"{_ACCEPT},*/*;q=0.1"},
            timeout=settings.timeout,
            trust_env=False,
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def get(self, url: str, *, etag: str = "", modified: str = "") -> Answer:
        """What lies at ``url``; ``etag`` and ``modified`` are those of the last answer.

        Raises:
            GoneError: if the site says so.
            FetchError: if robots.txt, a limit, an error or a redirect stands against it.
        """
        robots = self._robots_of(url)
        if robots is None or not robots.can_fetch(url, AGENT):
            raise FetchError(f"{url}: its site's robots.txt does not allow it to be read")
        headers = {"If-None-Match": etag, "If-Modified-Since": modified}
        asked = url
        for _ in range(_REDIRECTS + 1):
            response, body = self._patiently(asked, {k: v for k, v in headers.items() if v})
            if response.status_code == 304:
                return Answer(asked, None, "", etag, modified)
            target = response.headers.get("location", "")
            if not response.has_redirect_location or not target:
                return _judged(asked, response, body)
            asked = self._redirected(url, urljoin(asked, target))
        raise FetchError(f"{url}: redirected more than {_REDIRECTS} times")

    def _redirected(self, url: str, target: str) -> str:
        if not is_http(target):
            raise FetchError(f"{url}: redirected to {target}, which is no web page")
        if not self._settings.elsewhere and site(url) != site(target):
            raise FetchError(
                f"{url}: redirected to another site; ingest {target} itself, or set elsewhere ="
                " true under [fetch] in kgraph.toml"
            )
        robots = self._robots_of(target)
        if robots is None or not robots.can_fetch(target, AGENT):
            raise FetchError(f"{url}: redirected to {target}, which robots.txt does not allow")
        return target

    def _patiently(self, url: str, headers: Mapping[str, str]) -> tuple[httpx.Response, bytes]:
        """One request, tried again where the site is busy or the connection broke."""
        for attempt in range(_TRIES):
            last = attempt == _TRIES - 1
            self._wait(url)
            try:
                response, body = self._once(url, headers, int(self._settings.page_mb * 2**20))
            except (httpx.InvalidURL, httpx.DecodingError, httpcore.UnsupportedProtocol) as error:
                raise FetchError(f"{url}: {_said(error)}") from error
            except _BROKEN as error:
                if last:
                    raise FetchError(f"{url}: {_said(error)}; try again later") from error
                continue
            if last or response.status_code not in (429, 500, 502, 503, 504):
                return response, body
            asked = response.headers.get("retry-after", "")
            self._sleep(min(float(asked) if asked.isdigit() else 2.0**attempt, _LONGEST_WAIT))
        raise AssertionError("the last try returns or raises")

    def _once(
        self, url: str, headers: Mapping[str, str], most: int
    ) -> tuple[httpx.Response, bytes]:
        until = self._clock() + self._settings.timeout
        with self._http.stream("GET", url, headers=headers) as response:
            size = response.headers.get("content-length", "")
            if size.isdigit() and int(size) > most:
                raise FetchError(_too_large(url, int(size), most))
            parts: list[bytes] = []
            got = 0
            for part in response.iter_bytes():  # unpacked: a small reply can be a bomb
                parts.append(part)
                got += len(part)
                if got > most:
                    raise FetchError(_too_large(url, got, most))
                if self._clock() > until:
                    raise FetchError(
                        f"{url}: not there after {self._settings.timeout:g} s; raise timeout under"
                        " [fetch] in kgraph.toml"
                    )
        return response, b"".join(parts)

    def _wait(self, url: str) -> None:
        """Leave the site alone for as long as it asks, and the settings ask."""
        now = self._clock()
        if now > self._ends:
            raise FetchError(
                f"{url}: {self._settings.minutes:g} minutes are over; run it again to go on"
            )
        origin = _origin(url)
        robots = self._robots.get(origin)
        asked = (robots.crawl_delay(AGENT) or 0.0) if robots else 0.0
        delay = min(max(self._settings.delay, float(asked)), _LONGEST_WAIT)
        left = self._last.get(origin, now - delay) + delay - now
        if left > 0:
            self._sleep(left)
        self._last[origin] = self._clock()

    def _robots_of(self, url: str) -> Protego | None:
        """The rules of a page's site; None where they are there and cannot be read (RFC 9309)."""
        origin = _origin(url)
        if origin not in self._robots:
            text: str | None = ""
            try:
                asked = f"{origin}/robots.txt"
                for _ in range(_REDIRECTS + 1):
                    response, body = self._patiently(asked, {})
                    target = response.headers.get("location", "")
                    if not response.has_redirect_location or site(urljoin(asked, target)) != site(
                        url
                    ):
                        break
                    asked = urljoin(asked, target)
                if response.status_code >= 500:
                    text = None
                elif response.status_code == 200:
                    text = body[:_ROBOTS_BYTES].decode("utf-8", "replace")
            except FetchError as error:
                raise FetchError(f"{error} (asked for robots.txt before {url})") from error
            self._robots[origin] = None if text is None else Protego.parse(text)
        return self._robots[origin]


def is_http(url: str) -> bool:
    """Whether ``url`` is an address of the web, with a host."""
    with suppress(ValueError):
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    return False


def site(url: str) -> str:
    """What of an address names its site: the host and port, without ``www.`` and ``m.``."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    port = None if parts.port in (80, 443) else parts.port
    return host if port is None else f"{host}:{port}"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _judged(url: str, response: httpx.Response, body: bytes) -> Answer:
    status = response.status_code
    if status in (404, 410):
        raise GoneError(f"{url}: the site has no such page ({status})")
    if status != 200:
        raise FetchError(f"{url}: the site answered {status} {response.reason_phrase}".rstrip())
    headers = response.headers
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return Answer(url, body, kind, headers.get("etag", ""), headers.get("last-modified", ""))


def _too_large(url: str, size: int, most: int) -> str:
    return (
        f"{url}: {size / 2**20:.1f} MB or more, and a page may have {most / 2**20:g} MB; raise"
        " page_mb under [fetch] in kgraph.toml"
    )


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
