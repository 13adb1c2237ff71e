"""HTML cut into tags, text and references, each with its offsets, in one pass.

The standard library's parser starts again at every ``<`` that it cannot close, which takes hours on
a hostile page, and cuts differently from one release of Python to the next. This one follows the
tokeniser of the HTML standard, but for what never ends: a tag or comment that is still open where
the text ends is text, so that a slip of the pen hides nothing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

_NAME = re.compile(r"[A-Za-z][^\s/>\x00]*")
_BLANK = re.compile(r"[\s/]*")
_KEY = re.compile(r"=?[^\s/>=]*")
_EQUALS = re.compile(r"\s*=\s*")
_BARE = re.compile(r"[^\s>]*")
_COMMENT_END = re.compile(r"--!?>")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
_SUBSET = re.compile(r"<!doctype[^<>\[]{0,1000}\[", re.IGNORECASE)
_RAW = frozenset(("script", "style", "xmp", "iframe", "noembed", "noframes"))
_TEXT_ONLY = frozenset(("title", "textarea"))  # no tags inside, but references
_TRIES = 32  # tags without an end; after so many the rest holds none worth looking for


class Part(Enum):
    """What a stretch of HTML is."""

    OPEN = "open"
    CLOSE = "close"
    TEXT = "text"
    REFERENCE = "reference"
    COMMENT = "comment"  # and declarations, and processing instructions


@dataclass(frozen=True, slots=True)
class Token:
    """``source[start:end]`` of the text that was cut."""

    part: Part
    start: int
    end: int
    name: str = ""  # of a tag, in lower case; of a reference the characters that it means
    attrs: dict[str, str] = field(default_factory=dict)  # of repeated ones the first counts
    closed: bool = False  # <br/>


def tokens(text: str) -> Iterator[Token]:
    """The parts of ``text`` in their order; together they are all of it."""
    return _Cutter(text).run()


class _Cutter:
    def __init__(self, text: str) -> None:
        self._text = text
        self._size = len(text)
        self._tries = _TRIES
        self._endless: set[str] = set()  # what is known to end nowhere from here on

    def run(self) -> Iterator[Token]:
        text, done = self._text, 0
        at = text.find("<")
        while at >= 0:
            token = self._markup(at)
            if token is None:
                at = text.find("<", at + 1)
                continue
            yield from self._prose(done, at)
            yield token
            done = token.end
            if token.part is Part.OPEN and not token.closed:
                end = self._inside(token)
                if token.name in _RAW and end > done:
                    yield Token(Part.TEXT, done, end)
                else:
                    yield from self._prose(done, end)
                done = end
            at = text.find("<", done)
        yield from self._prose(done, self._size)

    def _inside(self, token: Token) -> int:
        """Where the text of an element ends in which no tags are known."""
        if token.name not in _RAW and token.name not in _TEXT_ONLY:
            return token.end
        if token.name not in self._endless:
            ends = re.compile(rf"</{token.name}(?=[\s/>])", re.IGNORECASE)
            found = ends.search(self._text, token.end)
            if found:
                return found.start()
            self._endless.add(token.name)
        return self._size if token.name in _RAW else token.end

    def _markup(self, at: int) -> Token | None:
        """The tag or comment that starts at ``at``; None for a ``<`` that is text."""
        text = self._text
        following = text[at + 1 : at + 2]
        if following.isascii() and following.isalpha():
            return self._tag(Part.OPEN, at, at + 1)
        if following == "/":
            letter = text[at + 2 : at + 3]
            if letter.isascii() and letter.isalpha():
                return self._tag(Part.CLOSE, at, at + 2)
            return self._until(at, ">") if letter else None
        if following == "!":
            if text.startswith("<!--", at):
                return self._comment(at)
            if text.startswith("<![CDATA[", at):
                return self._until(at, "]]>") or self._until(at, ">")
            declared = _SUBSET.match(text, at)
            return (declared and self._until(at, "]>")) or self._until(at, ">")
        return self._until(at, ">") if following == "?" else None

    def _comment(self, at: int) -> Token | None:
        for abrupt in ("<!-->", "<!--->"):
            if self._text.startswith(abrupt, at):
                return Token(Part.COMMENT, at, at + len(abrupt))
        if "-->" in self._endless:
            return None
        found = _COMMENT_END.search(self._text, at + 4)
        if found is None:
            self._endless.add("-->")
            return None
        return Token(Part.COMMENT, at, found.end())

    def _until(self, at: int, closing: str) -> Token | None:
        end = -1 if closing in self._endless else self._text.find(closing, at)
        if end < 0:
            self._endless.add(closing)
            return None
        return Token(Part.COMMENT, at, end + len(closing))

    def _tag(self, part: Part, start: int, at: int) -> Token | None:
        if not self._tries:
            return None
        text, size = self._text, self._size
        found = _NAME.match(text, at)
        assert found is not None
        name, at = found[0].lower(), found.end()
        attrs: dict[str, str] = {}
        while True:
            blank = _BLANK.match(text, at)
            assert blank is not None
            at = blank.end()
            if at >= size:
                break
            if text[at] == ">":
                closed = text[at - 1] == "/"
                return Token(part, start, at + 1, name, attrs, closed)
            key = _KEY.match(text, at)
            assert key is not None
            at, value = max(key.end(), at + 1), ""
            if equals := _EQUALS.match(text, at):
                at = equals.end()
                quote = text[at : at + 1]
                if quote and quote in "\"'":
                    end = text.find(quote, at + 1)
                    if end < 0:
                        break
                    value, at = text[at + 1 : end], end + 1
                else:
                    bare = _BARE.match(text, at)
                    assert bare is not None
                    value, at = bare[0], bare.end()
            attrs.setdefault(key[0].lower(), html.unescape(value))
        self._tries -= 1
        return None

    def _prose(self, start: int, end: int) -> Iterator[Token]:
        """The text of ``start:end``, cut at its references."""
        done = start
        for found in _REFERENCE.finditer(self._text, start, end):
            meant = html.unescape(found[0])
            if meant == found[0]:
                continue
            if found.start() > done:
                yield Token(Part.TEXT, done, found.start())
            yield Token(Part.REFERENCE, found.start(), found.end(), meant)
            done = found.end()
        if end > done:
            yield Token(Part.TEXT, done, end)
