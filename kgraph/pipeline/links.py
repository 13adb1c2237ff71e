"""Links between posts: what one post's text says it points to, resolved to other posts' ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from kgraph.text import fold, nfc
from kgraph.types import Block, MarkKind, Post

_SUFFIX = re.compile(r"\.(?:md|mdx|markdown|html?|txt|adoc|asciidoc)$", re.I)
_POST_URL = re.compile(r"\{%-?\s*(?:post_url|link)\s+(?P<name>\S+)\s*-?%\}")
_REF = re.compile(r"\{\{[<%]\s*(?:rel)?ref\s+[\"']?(?P<name>[^\"'\s>%]+)[\"']?\s*[>%]\}\}")


def with_links_only(post: Post) -> Post:
    """``post`` without its text and with only the links of its blocks: what
    :func:`links_between` reads."""
    blocks = []
    for block in post.blocks:
        marks = tuple(x for x in block.marks if x.kind in (MarkKind.LINK, MarkKind.WIKILINK))
        if marks:
            blocks.append(Block(block.kind, "", (), block.start, block.end, marks=marks))
    return replace(post, text="", blocks=tuple(blocks))


def links_between(posts: Iterable[Post]) -> dict[str, tuple[str, ...]]:
    """For each post that links to others, by id, the ids that it links to, in order.

    ``posts`` are gone through twice.

    A wikilink names a post by its id, the end of its id, its title or an alias; a link leads to it
    by its address (``http`` or ``https``, with or without ``www.``, ``/m/`` or a closing slash) or
    by its path, relative to the linking post or from the root of its source. A name that several
    posts have leads nowhere: which one is meant, nobody can tell.
    """
    places = _Places(posts)
    found: dict[str, tuple[str, ...]] = {}
    for post in posts:
        targets = dict.fromkeys(places.of(post))
        targets.pop(post.id, None)
        if targets:
            found[post.id] = tuple(targets)
    return found


class _Places:
    """Where posts are: by id, by name and by address."""

    def __init__(self, posts: Iterable[Post]) -> None:
        ids: list[tuple[str, str]] = []
        names: list[tuple[str, str]] = []
        addresses: list[tuple[str, str]] = []
        for post in posts:
            ids += [(_path(post.id), post.id), (_path(post.path), post.id)]
            names += [(fold(name), post.id) for name in (post.title, *post.aliases)]
            names += [(tail, post.id) for tail in _tails(_path(post.id))]
            addresses.append((address(post.url), post.id))
        self._ids, self._names, self._addresses = _single(ids), _single(names), _single(addresses)

    def of(self, post: Post) -> Iterator[str]:
        """The ids of the posts that ``post`` links to, as they stand in its text."""
        for block in post.blocks:
            for mark in block.marks:
                target = nfc(mark.target).strip()
                found = None
                if mark.kind is MarkKind.WIKILINK:
                    found = self._named(re.split(r"[#^]", target, maxsplit=1)[0])
                elif mark.kind is MarkKind.LINK:
                    found = self._linked(target, post)
                if found:
                    yield found

    def _named(self, name: str) -> str | None:
        path = _path(name)
        return self._ids.get(path) or self._names.get(fold(name)) or self._names.get(path)

    def _linked(self, target: str, post: Post) -> str | None:
        template = _POST_URL.search(target) or _REF.search(target)
        if template:
            return self._named(template["name"])
        if re.match(r"[a-z][a-z0-9+.-]*:|//", target, re.I):
            return self._addresses.get(address(target))
        path = _path(unquote(re.split(r"[?#]", target, maxsplit=1)[0]))
        if not path:
            return None
        if target.startswith("/"):
            return self._ids.get(path) or self._names.get(path)
        return self._ids.get(_path(join(dirname(post.path or post.id), path)))


def _path(text: str) -> str:
    """A path without its suffix, case folded, as ids are compared."""
    plain = normpath(_SUFFIX.sub("", text.strip().replace("\\", "/"))).strip("/")
    return "" if plain == "." else nfc(plain).casefold()


def _tails(path: str) -> Iterator[str]:
    """``a/b/c`` -> ``b/c``, ``c``; a date in front of a file's name may be left out."""
    parts = path.split("/")
    for i in range(1, len(parts)):
        yield "/".join(parts[i:])
    undated = re.sub(r"^\d{4}-\d\d?-\d\d?-", "", parts[-1])
    if undated != parts[-1]:
        yield undated


def address(url: str) -> str:
    """An address as two of them are compared: no scheme, ``www.``, ``/m/``, query or fragment."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if not parts.netloc:
        return ""
    host = parts.netloc.casefold().removeprefix("www.")
    path = nfc(unquote(parts.path)).rstrip("/")
    return host + (path[2:] if path.startswith("/m/") else path)


def _single(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Those keys that lead to one post only."""
    found: dict[str, str] = {}
    several = set()
    for key, post in pairs:
        if key and found.setdefault(key, post) != post:
            several.add(key)
    return {key: post for key, post in found.items() if key not in several}
