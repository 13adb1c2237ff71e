"""Settings: flags > ``KGRAPH_*`` variables > ``kgraph.toml`` (found upward) > defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from kgraph.errors import ConfigError

FILE_NAME = "kgraph.toml"
ALIASES = "kgraph-aliases.toml"


class LlmSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[llm]``: an OpenAI-compatible endpoint that may word answers. Its key is no setting."""

    base_url: str  # such as http://localhost:11434/v1
    model: str
    key_variable: str = "KGRAPH_LLM_KEY"  # the environment variable that holds the key
    timeout: float = 20.0  # seconds


class StoreSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[store]``: a SPARQL 1.1 server that holds the graph. Its credentials are no setting.

    They come from KGRAPH_STORE_USER and KGRAPH_STORE_PASSWORD, or from KGRAPH_STORE_TOKEN.
    """

    query: str  # the URL that answers queries
    update: str = ""  # that takes updates; empty: the store is only read
    data: str = ""  # of the Graph Store Protocol; empty: graphs are written by updates
    graph: str = ""  # the IRI of kgraph's records there; empty: kgraph's own

    @classmethod
    def at(cls, url: str, graph: str = "") -> StoreSettings:
        """The endpoints of the server at ``url``.

        A URL that ends in ``/sparql`` is taken for Virtuoso's, whose endpoints for writing have
        names of their own; of any other the endpoints are ``/query``, ``/update`` and ``/store``
        below it, as Oxigraph's are.

        Raises:
            ConfigError: it is no http or https URL, or holds a user or password.
        """
        url = url.rstrip("/")
        if url.endswith("/sparql"):
            found = cls(url, f"{url}-auth", f"{url}-graph-crud-auth", graph)
        else:
            url = url.removesuffix("/query")
            found = cls(f"{url}/query", f"{url}/update", f"{url}/store", graph)
        found.check()
        return found

    def check(self) -> None:
        """Pass if each endpoint is a plain http or https URL.

        Raises:
            ConfigError: saying which is not.
        """
        for url in filter(None, (self.query, self.update, self.data)):
            try:
                parts = urlsplit(url)
                good = parts.scheme in ("http", "https") and bool(parts.hostname)
                good = good and (parts.port is None or parts.port > 0)
            except ValueError:
                good = False
            if not good:
                raise ConfigError(f"{url!r} is no URL of a store: give http://… or https://….")
            if "@" in parts.netloc or parts.query or parts.fragment:
                raise ConfigError(
                    "The URL of a store holds no user, password, query or fragment: put the"
                    " credentials into KGRAPH_STORE_USER and KGRAPH_STORE_PASSWORD."
                )


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[limits]``: what notes may hold; what holds more is passed over by name."""

    note_mb: float = 20.0  # a larger "note" is a dump, and would stall every later stage
    note_seconds: float = 60.0  # of computing for one note, and as much again for each MB of it
    archive_entries: int = 50_000
    archive_mb: float = 2048.0  # all notes of one archive, unpacked
    archive_ratio: float = 200.0  # text packs to a tenth or so; a bomb packs to a thousandth

    @property
    def note_bytes(self) -> int:
        """The most bytes that a note may have."""
        return int(self.note_mb * 2**20)

    def seconds_for(self, size: int) -> float:
        """How long a note of ``size`` bytes may be computed on."""
        return self.note_seconds * (1 + size / 2**20)


class FetchSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[fetch]``: how politely blogs are read, and how far."""

    delay: float = 1.0  # seconds between two requests to one site, or what its robots.txt asks
    timeout: float = 20.0  # seconds that a page may take
    pages: int = 2000  # of one sitemap
    page_mb: float = 10.0
    minutes: float = 60.0  # for one ingest
    private: bool = False  # addresses of this machine and its network may be read
    elsewhere: bool = False  # redirects may lead to other sites


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run needs to know. Relative paths of a ``kgraph.toml`` are relative to its folder."""

    indexes: Path = Path("indexes")
    corpus: Path = Path("corpus")
    model: str = ""  # a sentence-transformers name or path; empty: the embedded encoder
    lexicon: Path | None = None  # a lexicon.toml of the user's own, read after the shipped one
    relations: Path | None = None  # a relations.toml of the user's own
    overrides: Path | None = None  # the alias file; None: ALIASES beside the indexes folder
    timeout: float = 30.0  # seconds a SPARQL query may run
    license: str = ""  # of the notes, an IRI or a text: the full export says it
    llm: LlmSettings | None = None  # words answers; only from kgraph.toml
    store: StoreSettings | None = None  # a remote store that ingest fills and queries ask
    limits: Limits = field(default_factory=Limits)  # only from kgraph.toml
    fetch: FetchSettings = field(default_factory=FetchSettings)  # only from kgraph.toml

    @property
    def aliases(self) -> Path:
        """The file in which the user says what names what; it need not exist."""
        return self.overrides or self.indexes.parent / ALIASES


class _File(msgspec.Struct, forbid_unknown_fields=True):
    """What may stand in kgraph.toml."""

    indexes: str | None = None
    corpus: str | None = None
    model: str | None = None
    lexicon: str | None = None
    relations: str | None = None
    overrides: str | None = None
    timeout: float | None = None
    license: str | None = None
    llm: LlmSettings | None = None
    store: str | StoreSettings | None = None
    limits: Limits | None = None
    fetch: FetchSettings | None = None


_TABLES = ("llm", "limits", "fetch")
_PATHS = ("indexes", "corpus", "lexicon", "relations", "overrides")


def find_file(start: Path) -> Path | None:
    """The nearest ``kgraph.toml`` in ``start`` or a folder above it."""
    for folder in (start, *start.parents):
        candidate = folder / FILE_NAME
        if candidate.is_file():
            return candidate
    return None


def load_settings(
    flags: Mapping[str, Any] | None = None,
    *,
    env: Mapping[str, str] | None = None,
    start: Path | None = None,
) -> Settings:
    """Settings from all four sources; ``flags`` that are ``None`` were not given.

    Raises:
        ConfigError: a file does not parse, or a key or value is not one kgraph knows.
    """
    env = os.environ if env is None else env
    values: dict[str, Any] = {}
    path = find_file((start or Path.cwd()).resolve())
    if path is not None:
        values.update(_from_file(path))
    for name in Settings.__dataclass_fields__:
        text = env.get(f"KGRAPH_{name.upper()}")
        if text and name not in _TABLES:
            values[name] = _convert(name, text, f"KGRAPH_{name.upper()}")
    values.update({k: v for k, v in (flags or {}).items() if v is not None})
    settings = Settings(**values)
    if not settings.timeout > 0:
        raise ConfigError(f"timeout must be more than 0 seconds, not {settings.timeout:g}.")
    return settings


def _from_file(path: Path) -> dict[str, Any]:
    try:
        decoded = msgspec.toml.decode(path.read_bytes(), type=_File)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, ValueError) as error:
        known = ", ".join(_File.__struct_fields__)
        raise ConfigError(f"{path}: {error}. Settings it may hold: {known}.") from error
    found: dict[str, Any] = {}
    for name in _File.__struct_fields__:
        value = getattr(decoded, name)
        if value is not None:
            found[name] = path.parent / value if name in _PATHS else value
    if isinstance(decoded.store, str):
        found["store"] = StoreSettings.at(decoded.store)
    elif decoded.store is not None:
        decoded.store.check()
    return found


def _convert(name: str, text: str, source: str) -> Any:
    if name in _PATHS:
        return Path(text)
    if name == "store":
        return StoreSettings.at(text)
    if name == "timeout":
        try:
            return float(text)
        except ValueError as error:
            raise ConfigError(f"{source} must be a number of seconds, not {text!r}.") from error
    return text
