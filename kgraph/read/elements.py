"""The elements of an HTML page with their source offsets, and what its head says of it.

Blog pages bury a post in menus and scripts. :class:`Page` finds the element that holds the post and
the ones inside it to leave out, as spans of the stored text, so that offsets stay exact.
"""

from __future__ import annotations

import datetime
import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from kgraph.read.markup import Part, Token, tokens

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
_SELECTOR = re.compile(
    r"(?P<tag>[a-z][a-z0-9]*)?(?:#(?P<id>[\w-]+))?(?P<classes>(?:\.[\w-]+)*)"
    r"(?:\[(?P<name>[\w:-]+)(?:=(?P<value>[^\]]*))?\])?"
)
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_POSTING = frozenset(("BlogPosting", "Article", "NewsArticle", "TechArticle"))
_MOMENT = re.compile(
    r"(\d{4})\s?[-./년]\s?(\d{1,2})\s?[-./월]\s?(\d{1,2})"
    r"(?:일|\.)?(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)


@dataclass(slots=True)
class Element:
    """One element: ``source[start:end]`` with its tags, ``source[inner:close]`` without them."""

    tag: str
    attrs: Mapping[str, str]
    start: int
    inner: int
    close: int
    end: int

    def matches(self, selector: str) -> bool:
        """Whether ``tag#id.class[name=value]``, any part of it left out, describes the element."""
        found = _parsed(selector)
        if found["tag"] and found["tag"] != self.tag:
            return False
        if found["id"] and found["id"] != self.attrs.get("id"):
            return False
        if found["classes"]:
            have = self.attrs.get("class", "").split()
            if not all(name in have for name in found["classes"][1:].split(".")):
                return False
        if found["name"]:
            value = self.attrs.get(found["name"])
            return value is not None and found["value"] in (None, value)
        return True


@cache
def _parsed(selector: str) -> re.Match[str]:
    found = _SELECTOR.fullmatch(selector)
    if found is None:
        raise ValueError(f"not a selector kgraph knows: {selector}")
    return found


def _elements(source: str) -> list[Element]:
    """The elements of ``source`` in document order."""
    elements: list[Element] = []
    stack: list[Element] = []
    count: Counter[str] = Counter()
    size = len(source)

    def opened(token: Token) -> None:
        element = Element(token.name, token.attrs, token.start, token.end, size, size)
        elements.append(element)
        if token.closed or token.name in _VOID:
            element.close = element.end = token.end
        else:
            stack.append(element)
            count[token.name] += 1

    def closed(token: Token) -> None:
        while count[token.name]:
            element = stack.pop()
            count[element.tag] -= 1
            element.close = element.end = token.start
            if element.tag == token.name:
                element.end = token.end
                return

    for token in tokens(source):
        if token.part is Part.OPEN:
            opened(token)
        elif token.part is Part.CLOSE:
            closed(token)
    return elements


class Page:
    """An HTML page as elements in document order."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.elements = _elements(source)

    def all(self, *selectors: str, inside: Element | None = None) -> Iterator[Element]:
        """The elements that fit any of ``selectors``, in document order."""
        for element in self.elements:
            if inside and not (inside.inner <= element.start and element.end <= inside.close):
                continue
            if any(element.matches(selector) for selector in selectors):
                yield element

    def first(self, *selectors: str, inside: Element | None = None) -> Element | None:
        """The first element that fits the first of ``selectors`` that anything fits."""
        for selector in selectors:
            for element in self.all(selector, inside=inside):
                return element
        return None

    def text(self, element: Element | None) -> str:
        """The readable text of an element in one line; empty for None."""
        return "" if element is None else plain(self.source[element.inner : element.close])

    def meta(self, *names: str) -> str:
        """The content of the first ``<meta>`` whose property or name is the first of ``names``."""
        for name in names:
            for element in self.all(f"meta[property={name}]", f"meta[name={name}]"):
                if content := element.attrs.get("content", "").strip():
                    return content
        return ""

    def posting(self) -> Mapping[str, object]:
        """The JSON-LD object of the blog post; empty if there is none that parses."""
        for element in self.all("script[type=application/ld+json]"):
            try:
                data = json.loads(self.source[element.inner : element.close])
            except (ValueError, RecursionError):
                continue
            for item in _objects(data):
                kind = item.get("@type")
                if kind in _POSTING if isinstance(kind, str) else _POSTING & set(_strings(kind)):
                    return item
        return {}

    def url(self) -> str:
        """The page's canonical address, absolute, or empty."""
        link = self.first("link[rel=canonical]")
        for address in (link.attrs.get("href", "") if link else "", self.meta("og:url")):
            if address.startswith(("http://", "https://")):
                return address.strip()
        return ""

    def title(self) -> str:
        """What the page calls its post: JSON-LD, Open Graph, ``<title>``."""
        headline = self.posting().get("headline")
        named = headline if isinstance(headline, str) else self.meta("og:title")
        return " ".join(html.unescape(named).split()) or self.text(self.first("title"))

    def date(self) -> str:
        """When the post was published, ISO 8601, or empty."""
        published = self.posting().get("datePublished")
        found = published if isinstance(published, str) else ""
        return moment(found or self.meta("article:published_time"))

    def tags(self) -> tuple[str, ...]:
        """The texts of the links that are marked as tags."""
        names = (self.text(link).removeprefix("#").strip() for link in self.all("a[rel=tag]"))
        return tuple(dict.fromkeys(name for name in names if name))


def plain(fragment: str) -> str:
    """The readable text of a piece of HTML in one line."""
    return " ".join(html.unescape(_TAG.sub(" ", fragment)).split())


def moment(text: str, zone: str = "") -> str:
    """The first date (and time) in ``text`` as ISO 8601; ``zone`` is added to a time without one.

    Reads ``2023-01-05T10:30:00+09:00`` and what Korean blogs print: ``2023. 1. 5. 10:30``.
    """
    text = text.strip()
    try:
        read = datetime.datetime.fromisoformat(text)
    except ValueError:
        pass
    else:
        if len(text) <= 10:
            return read.date().isoformat()
        return read.isoformat() + (zone if read.tzinfo is None else "")
    found = _MOMENT.search(text)
    if found is None:
        return ""
    year, month, day, hour, minute, second = (int(x) if x else None for x in found.groups())
    try:
        if hour is None:
            return datetime.date(year or 0, month or 0, day or 0).isoformat()
        read = datetime.datetime(year or 0, month or 0, day or 0, hour, minute or 0, second or 0)
    except ValueError:
        return ""
    return read.isoformat() + zone


def _objects(data: object) -> Iterator[Mapping[str, object]]:
    if isinstance(data, list):
        for part in data:
            if isinstance(part, dict):
                yield part
    elif isinstance(data, dict):
        yield data
        graph = data.get("@graph")
        if isinstance(graph, list):
            yield from (part for part in graph if isinstance(part, dict))


def _strings(value: object) -> Iterable[str]:
    return (x for x in value if isinstance(x, str)) if isinstance(value, list) else ()
