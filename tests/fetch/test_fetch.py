"""Reading a blog on loopback that serves pages as real ones do, and remembers what it was asked."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

from kgraph.config import FetchSettings, Limits
from kgraph.errors import FetchError
from kgraph.fetch.client import AGENT
from kgraph.fetch.crawl import Fetched, fetch
from kgraph.fetch.mirror import Mirror
from kgraph.read import read_file
from kgraph.types import Post

PAGE = """<!doctype html><html><head><title>{title}</title>
<link rel="canonical" href="{base}/{id}">
<meta property="article:published_time" content="2022-03-04T05:06:07+09:00"></head>
<body id="tt-body-page"><nav>메뉴</nav><div class="entry-content">
<div class="tt_article_useless_p_margin contents_style"><p>{body}</p></div></div>
<div class="tags"><a rel="tag" href="/tag/k8s">k8s</a></div></body></html>"""


@dataclass
class Reply:
    """What the server sends for a path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    act: Callable[[BaseHTTPRequestHandler], None] | None = None


class Blog:
    """The server; ``pages`` maps paths to replies, ``asked`` holds (path, headers) in order."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply | list[Reply]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        blog = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                blog.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append((handler.path, {k.lower(): v for k, v in handler.headers.items()}))
        found = self.pages.get(handler.path, Reply(b"not here", 404))
        reply = found.pop(0) if isinstance(found, list) else found
        if reply.act:
            reply.act(handler)
            return
        etag = reply.headers.get("ETag")
        status, body = reply.status, reply.body
        if etag and handler.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        handler.send_response(status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def post(self, id: str, title: str, body: str, *, etag: str = "") -> None:
        """Serve a post of a Tistory blog."""
        html = PAGE.format(base=self.base, id=id, title=title, body=body)
        headers = {"Content-Type": "text/html; charset=utf-8"}
        self.pages[f"/{id}"] = Reply(
            html.encode(), headers=headers | ({"ETag": etag} if etag else {})
        )

    def serve(self, path: str, text: str | bytes, kind: str, **headers: str) -> None:
        """Serve something else."""
        body = text.encode() if isinstance(text, str) else text
        self.pages[path] = Reply(body, headers={"Content-Type": kind, **headers})

    def sitemap(self, *paths: str, zipped: bool = False) -> str:
        """Serve a sitemap of these paths; returns its address."""
        entries = "".join(f"<url><loc>{self.base}{path}</loc></url>" for path in paths)
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
        )
        body = gzip.compress(text.encode()) if zipped else text.encode()
        name = "/sitemap.xml.gz" if zipped else "/sitemap.xml"
        self.serve(name, body, "application/x-gzip" if zipped else "application/xml")
        return self.base + name

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def blog() -> Iterator[Blog]:
    made = Blog()
    yield made
    made.close()


@pytest.fixture
def polite() -> FetchSettings:
    return FetchSettings(delay=0.0, timeout=2.0, private=True)


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A body that comes a byte at a time and never ends."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.02)
    except OSError:
        handler.close_connection = True


def cut(handler: BaseHTTPRequestHandler) -> None:
    """A body that is shorter than it says."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"<html>")
    handler.close_connection = True


def garbage(handler: BaseHTTPRequestHandler) -> None:
    """No HTTP at all."""
    handler.wfile.write(b"\x00\x01 what?\r\n\r\n")
    handler.close_connection = True


class Waits:
    """Counts the seconds that are waited, and waits none."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)


def posts(mirror: Mirror) -> list[tuple[str, str, str, str]]:
    read = [result for file in mirror.files(Limits()) for result in read_file(file)]
    return [(p.id, p.title, p.url, p.blocks[0].text) for p in read if isinstance(p, Post)]


def paths(blog: Blog) -> list[str]:
    return [path for path, _ in blog.asked]


def test_a_page(blog: Blog, polite: FetchSettings, tmp_path: Path) -> None:
    blog.post("12", "Pod 정리", "파드는 작다.")
    mirror = Mirror(tmp_path, f"{blog.base}/12")
    assert fetch(f"{blog.base}/12", mirror, polite) == Fetched(1, 0, 0, 0, ())
    assert posts(mirror) == [("127.0.0.1/12", "Pod 정리", f"{blog.base}/12", "파드는 작다.")]
    assert paths(blog) == ["/robots.txt", "/12"]
    assert all(headers["user-agent"] == AGENT for _, headers in blog.asked)


def test_a_page_without_an_address_of_its_own_gets_the_one_it_was_fetched_from(
    blog: Blog, polite: FetchSettings, tmp_path: Path
) -> None:
    blog.serve("/글/파드?v=2", "# 파드\n\n작다.", "text/markdown; charset=utf-8")
    blog.pages["/%EA%B8%80/%ED%8C%8C%EB%93%9C?v=2"] = blog.pages["/글/파드?v=2"]
    url = f"{blog.base}/%EA%B8%80/%ED%8C%8C%EB%93%9C?v=2"
    mirror = Mirror(tmp_path, url)
    fetch(url, mirror, polite)
    assert posts(mirror) == [("127.0.0.1/글/파드", "파드", url, "파드")]


def test_a_feed(blog: Blog, polite: FetchSettings, tmp_path: Path) -> None:
    blog.serve(
        "/rss",
        "<rss version='2.0'><channel><item><title>하나</title><link>https://a.example/1</link>"
        "<description>&lt;p&gt;파드&lt;/p&gt;</description></item></channel></rss>",
        "application/rss+xml",
    )
    mirror = Mirror(tmp_path, "feed")
    fetch(f"{blog.base}/rss", mirror, polite)
    assert posts(mirror) == [("127.0.0.1/rss/1", "하나", "https://a.example/1", "파드")]


@pytest.mark.parametrize("zipped", [False, True])
def test_a_sitemap_is_read_page_by_page(
    blog: Blog, polite: FetchSettings, tmp_path: Path, zipped: bool
) -> None:
    for id in ("11", "12"):
        blog.post(id, f"글 {id}", f"파드 {id}.")
    url = blog.sitemap(
        "/12", "/m/12", "/11", "/", "/category/k8s", "/tag/a", "/404", "/m/11", zipped=zipped
    )
    seen: list[int] = []
    mirror = Mirror(tmp_path, url)
    assert fetch(url, mirror, polite, advance=seen.append) == Fetched(2, 0, 0, 0, ())
    assert [(id, text) for id, _, _, text in posts(mirror)] == [
        ("127.0.0.1/11", "파드 11."),
        ("127.0.0.1/12", "파드 12."),
    ]
    assert paths(blog) == ["/robots.txt", url.removeprefix(blog.base), "/12", "/11", "/404"]
    assert seen == [1, 1, 1]


def test_a_sitemap_of_sitemaps_stays_on_its_site(
    blog: Blog, polite: FetchSettings, tmp_path: Path
) -> None:
    blog.post("1", "하나", "파드.")
    blog.sitemap("/1")
    blog.serve(
        "/all.xml",
        f"<sitemapindex><sitemap><loc>{blog.base}/sitemap.xml</loc></sitemap>"
        f"<sitemap><loc>{blog.base}/all.xml</loc></sitemap>"
        "<sitemap><loc>http://other.example/sitemap.xml</loc></sitemap></sitemapindex>",
        "text/xml",
    )
    mirror = Mirror(tmp_path, "all")
    assert fetch(f"{blog.base}/all.xml", mirror, polite).new == 1
    assert posts(mirror) == [("127.0.0.1/1", "하나", f"{blog.base}/1", "파드.")]


def test_asked_again_only_what_changed_is_sent(
    blog: Blog, polite: FetchSettings, tmp_path: Path
) -> None:
    for id in ("1", "2", "3"):
        blog.post(id, id, f"파드 {id}.", etag=f'"{id}"')
    url = blog.sitemap("/1", "/2", "/3")
    mirror = Mirror(tmp_path, url)
    fetch(url, mirror, polite)
    blog.asked.clear()
    blog.post("2", "2", "바뀐 파드.", etag='"new"')
    del blog.pages["/3"]
    blog.post("4", "4", "새 파드.")
    blog.sitemap("/1", "/2", "/3", "/4")
    assert fetch(url, mirror, polite) == Fetched(new=1, changed=1, same=1, gone=1, failed=())
    assert [text for _, _, _, text in posts(mirror)] == ["파드 1.", "바뀐 파드.", "새 파드."]
    assert [h.get("if-none-match") for path, h in blog.asked if path in "/1/2/3/4"] == [
        '"1"',
        '"2"',
        '"3"',
        None,
    ]
    assert len(list(mirror.folder.iterdir())) == 4  # three pages and the index


def test_a_page_that_cannot_be_had_now_stays_as_it_was(
    blog: Blog, polite: FetchSettings, tmp_path: Path
) -> None:
    blog.post("1", "하나", "파드.")
    url = blog.sitemap("/1", "/2")
    mirror = Mirror(tmp_path, url)
    fetch(url, mirror, polite)
    blog.pages["/1"] = Reply(b"", 403)
    found = fetch(url, mirror, polite)
    assert found == Fetched(0, 0, 1, 0, ((f"{blog.base}/1", f"{blog.base}/1: {FORBIDDEN}"),))
    assert [text for _, _, _, text in posts(mirror)] == ["파드."]


FORBIDDEN = "the site answered 403 Forbidden"


def test_robots_txt_is_obeyed(blog: Blog, polite: FetchSettings, tmp_path: Path) -> None:
    blog.serve("/robots.txt", "User-agent: *\nDisallow: /private\nCrawl-delay: 7\n", "text/plain")
    blog.post("1", "하나", "파드.")
    blog.post("private/2", "둘", "비밀.")
    url = blog.sitemap("/1", "/private/2")
    waits = Waits()
    found = fetch(url, Mirror(tmp_path, url), polite, sleep=waits)
    assert [why for _, why in found.failed] == [
        f"{blog.base}/private/2: its site's robots.txt does not allow it to be read"
    ]
    assert "/private/2" not in paths(blog)
    assert len(waits.asked) == 2  # before the sitemap and before the page
    assert all(6 < seconds <= 7 for seconds in waits.asked)


def test_robots_txt_that_cannot_be_read_closes_the_site(
    blog: Blog, polite: FetchSettings, tmp_path: Path
) -> None:
    blog.pages["/robots.txt"] = Reply(b"", 500)
    blog.post("1", "하나", "파드.")
    with pytest.raises(FetchError, match=r"robots\.txt does not allow"):
        fetch(f"{blog.base}/1", Mirror(tmp_path, "x"), polite, sleep=Waits())


def test_the_site_is_left_alone_between_two_pages(blog: Blog, tmp_path: Path) -> None:
    for id in ("1", "2"):
        blog.post(id, id, "파드.")
    url = blog.sitemap("/1", "/2")
    waits = Waits()
    fetch(url, Mirror(tmp_path, url), FetchSettings(delay=3.0, private=True), sleep=waits)
    assert len(waits.asked) == 3
    assert all(2 < seconds <= 3 for seconds in waits.asked)


def test_a_busy_site_is_asked_again_when_it_says(
    blog: Blog, polite: FetchSettings, tmp_path: Path
) -> None:
    blog.post("1", "하나", "파드.")
    page = blog.pages["/1"]
    assert isinstance(page, Reply)
    blog.pages["/1"] = [Reply(b"", 429, {"Retry-After": "9"}), Reply(b"", 503), page]
    waits = Waits()
    assert fetch(f"{blog.base}/1", Mirror(tmp_path, "x"), polite, sleep=waits).new == 1
    assert waits.asked == [9.0, 2.0]


def test_a_redirect_on_the_site_is_followed(
    blog: Blog, polite: FetchSettings, tmp_path: Path
) -> None:
    blog.pages["/old"] = Reply(b"", 301, {"Location": "/1"})
    blog.post("1", "하나", "파드.")
    mirror = Mirror(tmp_path, "x")
    fetch(f"{blog.base}/old", mirror, polite)
    assert [text for _, _, _, text in posts(mirror)] == ["파드."]


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("http://other.example/", "redirected to another site; ingest http://other.example/"),
        ("file:///etc/passwd", "which is no web page"),
        ("/loop", "redirected more than 5 times"),
        ("http://127.0.0.1:1/", "redirected to another site"),
    ],
)
def test_other_redirects_are_refused(
    blog: Blog, polite: FetchSettings, tmp_path: Path, location: str, says: str
) -> None:
    blog.pages["/loop"] = Reply(b"", 302, {"Location": location})
    with pytest.raises(FetchError, match=says):
        fetch(f"{blog.base}/loop", Mirror(tmp_path, "x"), polite)


def test_addresses_of_this_machine_are_refused_unless_allowed(blog: Blog, tmp_path: Path) -> None:
    blog.post("1", "하나", "파드.")
    port = blog.base.rpartition(":")[2]
    strict = FetchSettings(delay=0.0)
    for host in ("127.0.0.1", "localhost", "[::1]", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"):
        with pytest.raises(FetchError, match=r"private = true|no such host"):
            fetch(f"http://{host}:{port}/1", Mirror(tmp_path, "x"), strict)
    assert blog.asked == []


def test_a_redirect_to_this_machine_is_refused(blog: Blog, tmp_path: Path) -> None:
    """Where redirects may lead anywhere, the address is still judged when it is connected to."""
    from kgraph.fetch import transport

    blog.pages["/x"] = Reply(b"", 302, {"Location": blog.base.replace("127.0.0.1", "127.0.0.2")})
    settings = FetchSettings(delay=0.0, elsewhere=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transport, "_public", lambda address: address == "127.0.0.1")
        with pytest.raises(FetchError, match="address of this machine"):
            fetch(f"{blog.base}/x", Mirror(tmp_path, "x"), settings)


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply(act=drip), "not there after"),
        (Reply(act=cut), "try again later"),
        (Reply(act=garbage), "try again later"),
        (Reply(b"x", headers={"Content-Type": "image/png"}), "image/png is no page"),
        (Reply(b"x" * 2_000_000, headers={"Content-Type": "text/html"}), "page_mb"),
        (
            Reply(
                gzip.compress(b"x" * 50_000_000),
                headers={"Content-Type": "text/html", "Content-Encoding": "gzip"},
            ),
            "page_mb",
        ),
        (Reply(b"", 404), "no such page"),
        (Reply(b"", 418), "answered 418"),
    ],
)
def test_what_is_no_page_is_an_error_that_names_it(
    blog: Blog, tmp_path: Path, reply: Reply, says: str
) -> None:
    blog.pages["/x"] = reply
    settings = FetchSettings(delay=0.0, timeout=0.5, page_mb=1.0, private=True)
    mirror = Mirror(tmp_path, "x")
    url = f"{blog.base}/x"
    with pytest.raises(FetchError, match=says) as found:
        fetch(url, mirror, settings, sleep=Waits())
    assert str(found.value).startswith(url)
    assert mirror.pages() == ()


def test_a_hostile_sitemap_is_refused(blog: Blog, polite: FetchSettings, tmp_path: Path) -> None:
    blog.serve(
        "/s.xml",
        '<!DOCTYPE x [<!ENTITY a "b">]><urlset><url><loc>&a;</loc></url></urlset>',
        "text/xml",
    )
    (failed,) = fetch(f"{blog.base}/s.xml", Mirror(tmp_path, "x"), polite).failed
    assert "not a sitemap that can be read" in failed[1]


def test_a_long_sitemap_ends_where_the_settings_say(
    blog: Blog, polite: FetchSettings, tmp_path: Path
) -> None:
    for id in range(4):
        blog.post(f"{id}", f"{id}", "파드.")
    url = blog.sitemap(*(f"/{id}" for id in range(4)))
    few = msgspec.structs.replace(polite, pages=2)
    found = fetch(url, Mirror(tmp_path, url), few)
    assert found.new == 2
    assert found.failed == (
        (url, f"{url}: lists more than 2 pages; raise pages under [fetch] in kgraph.toml"),
    )


def test_a_fetch_that_is_broken_off_keeps_what_it_has(
    blog: Blog, polite: FetchSettings, tmp_path: Path
) -> None:
    for id in ("1", "2"):
        blog.post(id, id, f"파드 {id}.")
    url = blog.sitemap("/1", "/2")
    mirror = Mirror(tmp_path, url)

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(url, mirror, polite, advance=stop)
    assert [text for _, _, _, text in posts(mirror)] == ["파드 1."]
    assert fetch(url, mirror, polite) == Fetched(1, 0, 1, 0, ())


@pytest.mark.parametrize("url", ["http://", "https:///x", "http://[::1", "http://a b/"])
def test_what_is_no_address(url: str, tmp_path: Path) -> None:
    with pytest.raises(FetchError):
        fetch(url, Mirror(tmp_path, url), FetchSettings(delay=0.0), sleep=Waits())
