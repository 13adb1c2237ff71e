"""RSS 2.0 and Atom: one post an entry, its text the entry's HTML as the feed's reader would get it.

The XML is parsed without entities of its own and without outside references, so that a feed can
neither grow in memory nor read a file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from kgraph.errors import ReadError
from kgraph.read.base import SourceFile
from kgraph.read.build import BlockList
from kgraph.read.elements import moment, plain
from kgraph.read.html import HtmlBlocks
from kgraph.text import main_language, nfc
from kgraph.types import Post

SUFFIXES = (".xml", ".rss", ".atom")
_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_DC_DATE = "{http://purl.org/dc/elements/1.1/}date"
_ROOT = re.compile(r"<(?:rss|feed)[\s>]|<rdf:RDF[\s>]")
_SITEMAP = re.compile(r"<(?:urlset|sitemapindex)[\s>]")
# The declaration names the encoding of the bytes, which are decoded by now.
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


class FeedReader:
    """RSS 2.0 and Atom feeds."""

    name = "feed"

    def sniff(self, text: str, name: str) -> float:
        """1 for XML with a feed's root element near its start."""
        if PurePosixPath(name).suffix.lower() not in ("", *SUFFIXES):
            return 0.0
        return 1.0 if _ROOT.search(text[:2000]) else 0.0

    def read(self, text: str, source: SourceFile, sha256: str) -> Iterator[Post]:
        """One post an entry; mobile addresses (``/m/``) of an entry that is there already are
        passed over.

        Raises:
            ReadError: if the XML is broken, declares entities, or holds no entries.
        """
        root = _parse(text, source)
        entries = root.findall("./channel/item") or root.findall(f"{_ATOM}entry")
        if not entries:
            raise ReadError(f"{source.name}: a feed without entries; name another file")
        seen: set[str] = set()
        for number, entry in enumerate(entries):
            atom = entry.tag.startswith(_ATOM)
            url = _link(entry, atom=atom)
            key = re.sub(r"^(\w+://[^/]+)/m(?=/)", r"\1", url) or f"{number}"
            if key not in seen:
                seen.add(key)
                yield _post(entry, source, key if url else "", len(entries) - number, atom=atom)


def other_xml(text: str, name: str) -> str:
    """What a file with a feed's suffix is that is none; empty for other files."""
    if PurePosixPath(name).suffix.lower() not in SUFFIXES:
        return ""
    if _SITEMAP.search(text[:2000]):
        return "a sitemap; its pages are ingested by its address"
    return "XML and no feed" if text.lstrip().startswith("<") else ""


def _parse(text: str, source: SourceFile) -> Element:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(_DECLARATION.sub("", text).lstrip())
    except DefusedXmlException as error:
        raise ReadError(
            f"{source.name}: declares XML entities, which feeds have no need of; refused"
        ) from error
    except (ParseError, ValueError) as error:
        raise ReadError(f"{source.name}: not well-formed XML ({error}); fetch it again") from error
    assert isinstance(root, Element)
    return root


def _post(entry: Element, source: SourceFile, url: str, number: int, *, atom: bool) -> Post:
    prefix = _ATOM if atom else ""
    bodies = (f"{_ATOM}content", f"{_ATOM}summary") if atom else (_CONTENT, "description")
    body = next((text for name in bodies if (text := _markup(entry.find(name)))), "")
    text = nfc(body.replace("\r\n", "\n").replace("\r", "\n"))
    title = plain(_markup(entry.find(f"{prefix}title")))
    blocks = BlockList()
    HtmlBlocks(text, 0, len(text), blocks, templates=False)
    tags = (
        (c.get("label") or c.get("term") or "") if atom else (c.text or "")
        for c in entry.findall(f"{prefix}category")
    )
    return Post(
        id=f"{source.id}/{_slug(url) or number}",
        title=title or f"{PurePosixPath(source.name).stem} {number}",
        text=text,
        format=FeedReader.name,
        sha256=hashlib.sha256(f"{title}\0{text}".encode("utf-8", "replace")).hexdigest(),
        blocks=tuple(blocks),
        lang=main_language("\n".join((title, *(block.text for block in blocks)))),
        url=url,
        date=_date(entry, atom=atom),
        tags=tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip())),
        path=source.name,
    )


def _markup(element: Element | None) -> str:
    """The HTML that an element holds: as text, or for Atom's ``type="xhtml"`` as elements."""
    if element is None:
        return ""
    if len(element):
        from xml.etree.ElementTree import tostring

        inner = "".join(tostring(child, encoding="unicode") for child in element)
        return re.sub(r"(</?)\w+:|\sxmlns(?::\w+)?=\"[^\"]*\"", r"\1", inner)
    return element.text or ""


def _link(entry: Element, *, atom: bool) -> str:
    if atom:
        links = entry.findall(f"{_ATOM}link")
        link = next((x for x in links if x.get("rel", "alternate") == "alternate"), None)
        found = (link.get("href") or "") if link is not None else ""
    else:
        guid = entry.find("guid")
        permanent = guid is not None and guid.get("isPermaLink", "true") == "true"
        found = (
            entry.findtext("link") or (guid.text if guid is not None and permanent else "") or ""
        )
    found = found.strip()
    return found if found.startswith(("http://", "https://")) else ""


def _slug(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return nfc(unquote(parts.path)).rstrip("/").rpartition("/")[2].replace("\0", "")


def _date(entry: Element, *, atom: bool) -> str:
    if atom:
        names = (f"{_ATOM}published", f"{_ATOM}updated")
        return next((d for name in names if (d := moment(entry.findtext(name) or ""))), "")
    printed = entry.findtext("pubDate") or ""
    try:
        return parsedate_to_datetime(printed).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return moment(printed or entry.findtext(_DC_DATE) or "")
