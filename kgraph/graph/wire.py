"""The SPARQL 1.1 protocols over HTTP: query, update and graph store, and what may go wrong.

Nothing that a server sends is trusted: a reply has a largest size, a request a time after which it
is given up whatever the server does, redirects are not followed, and every failure is an error of
kgraph's own with the endpoint in it.
"""

from __future__ import annotations

import os
import re
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from kgraph import __version__
from kgraph.config import StoreSettings
from kgraph.errors import QueryError, StoreError

LARGEST = 64 << 20
"""Bytes that a reply may have."""

USER, PASSWORD, TOKEN = "KGRAPH_STORE_USER", "KGRAPH_STORE_PASSWORD", "KGRAPH_STORE_TOKEN"
"""The environment variables that hold credentials."""

_T = TypeVar("_T")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Response:
    """What a server sent: ``headers`` by lower-case name, ``body`` decoded from its encoding."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Wire:
    """A connection to the endpoints of one store.

    Args:
        settings: where they are.
        timeout: seconds that a request may take, from its start to the end of its reply.

    Raises:
        StoreError: half of the credentials is missing.
    """

    def __init__(self, settings: StoreSettings, timeout: float) -> None:
        import httpx  # here, since most runs of kgraph need no server

        self.settings = settings
        self.timeout = timeout
        user, password = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
        token = os.environ.get(TOKEN, "")
        if bool(user) != bool(password):
            raise StoreError(f"{USER} and {PASSWORD} belong together: set both, or neither")
        headers = {"User-Agent": f"kgraph/{__version__}"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        urls = (settings.query, settings.update, settings.data)
        if any(url.startswith("https:") for url in urls):
            tls = ssl.create_default_context()  # the system's, or that of SSL_CERT_FILE
        else:  # trusts nobody; reading certificates takes longer than a query
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # No redirects and no proxies: credentials and notes go where the settings say.
        self._client = httpx.Client(
            headers=headers, verify=tls, follow_redirects=False, trust_env=False
        )
        self._auth: httpx.Auth | None = None
        # A password is sent when it is asked for, and in the way that is asked for.
        self._logins: dict[str, Callable[[], httpx.Auth]] = {}
        if user and not token:
            self._logins = {
                "digest": lambda: httpx.DigestAuth(user, password),
                "basic": lambda: httpx.BasicAuth(user, password),
            }
        self._failures = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError)
        self._too_slow = httpx.TimeoutException

    def query(
        self,
        text: str,
        accept: str,
        *,
        default: str = "",
        named: Sequence[str] = (),
        timeout: float | None = None,
    ) -> Response:
        """Send a query; ``default`` and ``named`` are its dataset.

        Raises:
            QueryError: the server refuses the query, or is too slow.
            StoreError: it cannot be reached or refuses the request.
        """
        form: dict[str, str | list[str]] = {"query": text}
        if default:
            form["default-graph-uri"] = default
        if named:
            form["named-graph-uri"] = list(named)
        url = self.settings.query
        seconds = timeout or self.timeout
        try:
            response = self._send("POST", url, seconds, {"Accept": accept}, form=form)
        except TimeoutError:
            raise QueryError(
                f"the query was stopped after {seconds:g} s: make it more specific, add a LIMIT, "
                "or allow more time with --timeout"
            ) from None
        if response.status in (400, 500) and (said := _said(response)):
            raise QueryError(f"{url} refused the query ({response.status}: {said})")
        _expect(response, url, 200)
        if "x-sql-state" in response.headers:  # Virtuoso's partial results
            raise QueryError(f"{url} stopped before the query's end: make it more specific")
        return response

    def update(self, text: str) -> None:
        """Send an update.

        Raises:
            StoreError: the store is only read, cannot be reached, or refuses it.
        """
        if not self.settings.update:
            raise StoreError(
                "this store is only read: name its `update` endpoint in [store] of kgraph.toml"
            )
        headers = {"Content-Type": "application/sparql-update"}
        self._write("POST", self.settings.update, headers, text.encode())

    def add(self, graph: str, lines: Sequence[str]) -> None:
        """Add triples, as lines of N-Triples, to the graph with this IRI.

        Raises:
            StoreError: as :meth:`update`.
        """
        if not self.settings.data:
            self.update(f"INSERT DATA {{ GRAPH <{graph}> {{\n{''.join(lines)}}} }}")
            return
        headers = {"Content-Type": "application/n-triples"}
        body = "".join(lines).encode()
        self._write("POST", self.settings.data, headers, body, {"graph": graph})

    def _write(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes,
        params: dict[str, str] | None = None,
    ) -> None:
        try:
            response = self._send(method, url, self.timeout, headers, body=body, params=params)
        except TimeoutError:
            raise StoreError(f"{url} did not answer within {self.timeout:g} s") from None
        _expect(response, url, 200, 201, 204)

    def _send(
        self,
        method: str,
        url: str,
        seconds: float,
        headers: dict[str, str],
        *,
        form: Mapping[str, str | list[str]] | None = None,
        body: bytes | None = None,
        params: dict[str, str] | None = None,
    ) -> Response:
        """One request, sent again with credentials if they are asked for.

        Raises:
            TimeoutError: ``seconds`` are over.
            StoreError: there was no reply, or one too large.
        """
        end = time.monotonic() + seconds

        def once() -> Response:
            left = max(end - time.monotonic(), 0.001)
            with self._client.stream(
                method,
                url,
                headers=headers,
                data=form,
                content=body,
                params=params,
                auth=self._auth,
                timeout=left,
            ) as response:
                received = bytearray()
                for chunk in response.iter_bytes():
                    received += chunk
                    if len(received) > LARGEST:
                        raise StoreError(
                            f"{url} sent more than {LARGEST >> 20} MiB: ask for less, with LIMIT"
                        )
                    if time.monotonic() > end:
                        raise TimeoutError
                return Response(response.status_code, response.headers, bytes(received))

        try:
            response = _within(seconds, once)
            scheme = response.headers.get("www-authenticate", "").partition(" ")[0].lower()
            if response.status == 401 and self._auth is None and scheme in self._logins:
                self._auth = self._logins[scheme]()
                response = _within(max(end - time.monotonic(), 0.001), once)
        except self._too_slow as error:
            raise TimeoutError from error
        except self._failures as error:
            reason = _line(str(error)) or type(error).__name__
            raise StoreError(f"{url} cannot be reached ({reason}): is the server up?") from error
        return response


def _within(seconds: float, work: Callable[[], _T]) -> _T:
    """What ``work`` returns, if it does so in time; otherwise it is left behind.

    The timeouts of sockets count from one byte to the next, so that a server which dribbles would
    never be too slow.

    Raises:
        TimeoutError: ``seconds`` are over.
    """
    results: list[_T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors.pop()  # an error that its own frames hold would keep them all alive
    if not results:
        raise TimeoutError
    return results[0]


def _expect(response: Response, url: str, *wanted: int) -> None:
    status = response.status
    if status in wanted:
        return
    if status in (401, 403):
        raise StoreError(
            f"{url} refused access ({status}): set {USER} and {PASSWORD}, or {TOKEN}, to an "
            "account that may do this"
        )
    if status in (404, 405):
        raise StoreError(
            f"{url} is no such endpoint ({status}): name the server's own in [store] of "
            "kgraph.toml, as query, update and data"
        )
    if 300 <= status < 400:
        raise StoreError(f"{url} redirects ({status}), which is not followed: give the final URL")
    said = _said(response)
    raise StoreError(f"{url} answered {status}" + (f": {said}" if said else ""))


def _said(response: Response) -> str:
    """The first line of a plain text reply, for a message; pages have nothing to say."""
    if response.media_type != "text/plain":
        return ""
    lines = response.body[:4096].decode(errors="replace").strip().splitlines()
    return _line(lines[0]) if lines else ""


def _line(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()[:200]
