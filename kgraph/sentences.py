"""Where sentences end, in notes: Korean with English inside, terse, run together, hard-wrapped.

Kiwi proposes boundaries from its sentence-final endings. Around it, this module splits what Kiwi
leaves together (a full stop after a noun, no space after the full stop) and takes back what a note
makes it split wrongly (a quoted word, an example in brackets).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol

from kgraph.text import has_hangul


class TaggedToken(Protocol):
    """A morpheme with its Sejong tag."""

    @property
    def tag(self) -> str:
        """The tag, such as ``NNG`` or ``JKS``."""
        ...


class Morphology(Protocol):
    """What sentence splitting asks of a morphological analyser."""

    def sentences(self, text: str) -> list[tuple[int, int]]:
        """The spans of the sentences that the analyser sees."""
        ...

    def tokens(self, text: str) -> Sequence[TaggedToken]:
        """The morphemes of ``text``."""
        ...


_LONGEST = 2000  # Kiwi is shown at most so many characters at once
_MARK = re.compile(r"[.?!…。？！]+")
_CLOSERS = "\"'”’」』)]}>"
_BRACKETS = {"(": ")", "[": "]", "{": "}", "“": "”", "「": "」", "『": "』"}
_ABBREVIATIONS = frozenset(
    "cf e.g i.e eg ie ex etc vs no fig al approx dr mr mrs ms prof st inc ltd ver v p pp vol q a "
    "www".split()
)
# What can end a Korean sentence that has no full stop: endings, by their last syllable.
_FINAL = "다요죠까네자음함됨임짐움옴감남봄줌춤냄킴림림힘김짐팀침님"
_NOMINAL = re.compile(r"(?:없음|있음|않음|아님|못함|[했됐었였겠]음)$")
_ASKING = re.compile(r"[가-힣]는가$")
_AFTER_ASKING = ("하", "싶", "보", "여부", "에", "라", "아니", "없", "의", "는", "를", "이", "가")
_ARROWS = ("->", "=>", "→", "⇒", "=", "~")
_PARTICLES = re.compile(
    r"(?:이라는|이라고|라는|라고|이란|에서|으로|에게|까지|부터|처럼|보다|하고|하는|하며|인|이|가|은|는|을|를|"
    r"에|의|와|과|도|로|만|란|며|고)(?=[\s.,?!)]|$)"
)
_STARTERS = re.compile(r"(?:[QA][.:)]|cf\.|ex\)|예\)|※|\*|->|=>|→|①|②|③|\d{1,2}\))\s?")


def split_sentences(
    text: str, analyser: Morphology, soft_breaks: Sequence[int] = ()
) -> list[tuple[int, int]]:
    """The spans of the sentences of ``text``, without white space at their ends, ascending.

    Args:
        text: readable text; a newline always ends a sentence.
        analyser: the morphological analyser.
        soft_breaks: offsets of the spaces that stand for line ends of the source; the ones that the
            author meant end a sentence, the ones that wrap a long line do not.
    """
    cuts = {0, len(text)}
    for i, char in enumerate(text):
        if char == "\n":
            cuts.add(i)
    cuts.update(_meant(text, soft_breaks, analyser))
    for start, end in list(pairwise(sorted(cuts))):
        cuts.update(_punctuated(text, start, end))
    for start, end in list(pairwise(sorted(cuts))):
        cuts.update(_analysed(text, start, end, analyser))
    spans = []
    for start, end in pairwise(sorted(cuts)):
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if left < right:
            spans.append((left, right))
    return spans


# ------------------------------------------------------------------ punctuation


def _punctuated(text: str, start: int, end: int) -> Iterator[int]:
    """Boundaries in ``text[start:end]`` that its punctuation shows."""
    closed = _bracketed(text, start, end)
    first = start
    for found in _MARK.finditer(text, start, end):
        if any(found.start() < close for close in closed.get(found.start(), ())):
            continue
        cut = _boundary(text, first, found.start(), found.end(), end)
        if cut is not None:
            yield cut
            first = cut


def _bracketed(text: str, start: int, end: int) -> dict[int, tuple[int, ...]]:
    """For each punctuation mark inside brackets or quotes that close again: where they close."""
    inside: dict[int, tuple[int, ...]] = {}
    open_: list[tuple[str, int]] = []
    quote = -1
    marks: list[tuple[int, int]] = []
    for i in range(start, end):
        char = text[i]
        if char in _BRACKETS:
            open_.append((_BRACKETS[char], i))
        elif open_ and char == open_[-1][0]:
            opening = open_.pop()[1]
            marks.append((opening, i))
        elif char in "\"'" and (char == '"' or _is_quote(text, i, end)):
            if quote >= 0 and text[quote] == char:
                marks.append((quote, i))
                quote = -1
            elif quote < 0:
                quote = i
    marks = [(low, high) for low, high in marks if high - low <= 200]
    for found in _MARK.finditer(text, start, end):
        closes = tuple(high for low, high in marks if low < found.start() < high)
        if closes:
            inside[found.start()] = closes
    return inside


def _is_quote(text: str, i: int, end: int) -> bool:
    """Whether the ``'`` at ``i`` is a quotation mark, not an apostrophe."""
    before = text[i - 1] if i else " "
    after = text[i + 1] if i + 1 < end else " "
    return not (before.isascii() and before.isalpha() and after.isascii() and after.isalpha())


def _boundary(text: str, first: int, mark: int, after: int, end: int) -> int | None:
    """Where a sentence ends at the punctuation ``text[mark:after]``, or None."""
    close = after
    while close < end and text[close] in _CLOSERS:
        close += 1
    rest = close
    while rest < end and text[rest] == " ":
        rest += 1
    if rest >= end:
        return None
    before, follows = _word_before(text, first, mark), text[rest]
    ellipsis = after - mark > 1 and text[mark] in ".…" or text[mark] == "…"
    if text.startswith(_ARROWS, rest):
        return None
    if rest == close:
        return (
            close if not ellipsis and close == after and _glued(text, before, mark, rest) else None
        )
    if ellipsis and not _finished(text, mark):
        return None
    if close > after and (_PARTICLES.match(text, rest, end) or not _finished(text, mark)):
        return None
    if text[mark] == "." and after - mark == 1 and _abbreviated(before, text, first, mark):
        return None
    if text[mark] in "?!" and _PARTICLES.match(text, rest, end):
        return None
    if follows == "(":
        return _aside(text, rest, end)
    return rest


def _aside(text: str, opening: int, end: int) -> int | None:
    """A bracket after a full stop: a sentence of its own, or a note on the sentence before it."""
    close = text.find(")", opening, min(end, opening + 200))
    if close < 0:
        return opening
    inner = text[opening + 1 : close].rstrip(" .!?")
    if len(inner) >= 6 and inner[-1:] in _FINAL and has_hangul(inner):
        return opening
    rest = close + 1
    while rest < end and text[rest] == " ":
        rest += 1
    return rest if rest > close + 1 and rest < end and not text.startswith(_ARROWS, rest) else None


def _word_before(text: str, first: int, mark: int) -> str:
    i = mark
    while i > first and not text[i - 1].isspace() and mark - i < 60:
        i -= 1
    return text[i:mark]


def _abbreviated(word: str, text: str, first: int, mark: int) -> bool:
    bare = word.strip("([{\"'“‘").casefold()
    if bare in _ABBREVIATIONS:
        return True
    if bare.isdigit() and len(bare) <= 2:  # a number that counts: "1. install"
        return True
    return len(bare) == 1 and bare.isascii() and bare.isalpha()


def _finished(text: str, mark: int) -> bool:
    """Whether the text before ``mark`` ends like a Korean sentence."""
    return mark > 0 and text[mark - 1] in _FINAL


def _glued(text: str, word: str, mark: int, rest: int) -> bool:
    """Whether a sentence ends at a punctuation mark that no space follows."""
    before, after = text[mark - 1 : mark], text[rest]
    if not before or not word:
        return False
    if text[mark] in "?!":
        return has_hangul(before + after) and (has_hangul(after) or after.isupper())
    if text[mark] != "." or not after.isalpha():
        return False
    if has_hangul(before):
        if has_hangul(after):
            # "가.나.다" counts, "설명.pdf" is a file: a word on both sides ends a sentence.
            return len(word) > 1 and "." not in word and has_hangul(text[rest + 1 : rest + 2])
        return after.isupper() or before in _FINAL and len(word) > 1
    return (
        has_hangul(after)
        and len(word) > 2
        and word.isascii()
        and word.isalpha()
        and not _PARTICLES.match(text, rest)
    )


# ------------------------------------------------------------------ endings


def _analysed(text: str, start: int, end: int, analyser: Morphology) -> Iterator[int]:
    """Boundaries in ``text[start:end]`` that have no punctuation."""
    piece = text[start:end]
    if not has_hangul(piece) or len(piece) < 8:
        return
    for found in re.finditer(r"\s+", piece):
        head, tail = piece[: found.start()], piece[found.end() : found.end() + 4]
        if tail[:1].isascii() and tail[:1].isupper() and _NOMINAL.search(head[-8:]):
            yield start + found.end()
        elif _ASKING.search(head[-8:]) and not tail.startswith(_AFTER_ASKING):
            yield start + found.end()
    offset = 0
    while offset < len(piece):
        stop = offset + _LONGEST
        if stop < len(piece):
            space = piece.rfind(" ", offset, stop)
            stop = space + 1 if space > offset else stop
        for (_, _), (next_start, _) in pairwise(analyser.sentences(piece[offset:stop])):
            if _believable(piece, offset + next_start):
                yield start + offset + next_start
        offset = max(stop, offset + 1)


def _believable(piece: str, cut: int) -> bool:
    """Whether a boundary of the analyser stands in a note as well."""
    head = piece[:cut].rstrip()
    if not head or cut >= len(piece):
        return False
    if head[-1] in ".?!…":
        return len(head) == cut or not piece.startswith(_ARROWS, cut)
    if head[-1] in _CLOSERS:
        return head[-2:-1] in _FINAL and not _PARTICLES.match(piece, cut)
    if head[-1] not in _FINAL or piece.startswith(_ARROWS, cut):
        return False
    glued = len(head) == cut
    return not glued or piece[cut].isascii() or head[-1] in "다요"


# ------------------------------------------------------------------ line ends


def _meant(text: str, soft_breaks: Sequence[int], analyser: Morphology) -> Iterator[int]:
    """The line ends of the source that the author meant as ends."""
    if not soft_breaks:
        return
    edges = [-1, *soft_breaks, len(text)]
    lines = [text[low + 1 : high] for low, high in pairwise(edges)]
    limit = max(60, *(display_width(line) for line in lines))
    for number, at in enumerate(soft_breaks):
        line, following = lines[number].rstrip(), lines[number + 1].lstrip()
        if not line or not following:
            continue
        if _STARTERS.match(following) or line[-1] in _MARKS_AT_END:
            yield at
            continue
        word = following.split(" ", 1)[0]
        roomy = display_width(line) + 1 + display_width(word) <= limit
        if roomy and not _PARTICLES.match(following) and _closed(line, following, analyser):
            yield at


_MARKS_AT_END = ".?!:。？！"


def _closed(line: str, following: str, analyser: Morphology) -> bool:
    """Whether a line without a full stop ends as a note's line does: at a noun or a final ending."""
    if line[-1] in ",;/+&|(-=>":
        return False
    if not has_hangul(line[-12:]):
        return has_hangul(following[:12]) or following[:1].isupper() or not following[:1].isalpha()
    tags = [token.tag for token in analyser.tokens(" ".join(line.split(" ")[-3:]))]
    tag = tags[-1] if tags else ""
    return tag.startswith(("N", "S", "EF", "ETN", "XSN", "XR", "W"))


def display_width(text: str) -> int:
    """Columns that ``text`` takes on a terminal: two for each wide character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
