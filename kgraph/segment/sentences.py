"""Where sentences end, in notes: Korean with English inside, terse, run together, hard-wrapped.

Punctuation is looked at first: a full stop ends a sentence after a noun as well, and with no space
after it, but not in an identifier, a version, an abbreviation, a number that counts, or a bracket.
What is left is cut after Kiwi's final endings (활용되고 있다고 함AWS IVS로 ...).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol

from kgraph.text import has_hangul


class TaggedToken(Protocol):
    """A morpheme with its Sejong tag."""

    @property
    def form(self) -> str:
        """The morpheme."""
        ...

    @property
    def tag(self) -> str:
        """The tag, such as ``NNG`` or ``JKS``."""
        ...

    @property
    def start(self) -> int:
        """Where it starts in the text."""
        ...

    @property
    def end(self) -> int:
        """Where it ends in the text (contracted morphemes overlap)."""
        ...


class Morphology(Protocol):
    """What sentence splitting asks of a morphological analyser."""

    def tokens(self, text: str) -> Sequence[TaggedToken]:
        """The morphemes of ``text``."""
        ...


_SPACE = re.compile(r"\s+")
_DOTS = re.compile(r"(?:\.{2,}|…)\s+")
# Tags that no sentence starts with.
_NO_START = ("J", "E", "XS", "VCP", "SF", "SP", "SE", "SSC")
_MARK = re.compile(r"[.?!…。？！]+")
_CLOSERS = "\"'”’」』)]}>"
_BRACKETS = {"(": ")", "[": "]", "{": "}", "“": "”", "「": "」", "『": "』"}
_ABBREVIATIONS = frozenset(
    ("al", "approx", "cf", "dr", "e.g", "eg", "etc", "ex", "i.e", "ie", "inc", "mr", "ms", "vs")
)
_COUNTED = frozenset(("no", "fig", "ver", "v", "p", "pp", "vol", "ch", "sec"))  # "No. 3"
# What can end a Korean sentence that has no full stop: endings, by their last syllable.
FINAL_SYLLABLES = "다요죠까네자음함됨임짐움옴감남봄줌춤냄킴림림힘김짐팀침님"
_NOMINAL = re.compile(r"(?:없음|있음|않음|아님|못함|[했됐었였겠]음)$")
_ASKING = re.compile(r"[가-힣]는가$")
_AFTER_ASKING = ("하", "싶", "보", "여부", "에", "라", "아니", "없", "의", "는", "를", "이", "가")
ARROWS = ("->", "=>", "→", "⇒", "=", "~")
PARTICLES = re.compile(
    r"(?:이라는|이라고|라는|라고|이란|에서|으로|에게|까지|부터|처럼|보다|하고|하는|하며|인|이|가|은|는|을|를|"
    r"에|의|와|과|도|로|만|란|며|고)(?=[\s.,?!)]|$)"
)


def split_sentences(
    text: str, analyser: Morphology, breaks: Sequence[int] = ()
) -> list[tuple[int, int]]:
    """The spans of the sentences of ``text``, without white space at their ends, ascending.

    Args:
        text: readable text; a newline always ends a sentence.
        analyser: the morphological analyser.
        breaks: offsets of spaces that end a sentence whatever they stand between.
    """
    cuts = {0, len(text), *breaks, *(i for i, char in enumerate(text) if char == "\n")}
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
    closed = _closed_spans(text, start, end)
    first = start
    for found in _MARK.finditer(text, start, end):
        if _inside(closed, found.start()):
            continue
        for cut in _boundaries(text, first, found.start(), found.end(), end):
            yield cut
            first = max(first, cut)


def _closed_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Brackets and quotes of at most 200 characters that close again; outermost ones, sorted."""
    open_: list[tuple[str, int]] = []
    spans: list[tuple[int, int]] = []
    quote = -1
    for i in range(start, end):
        char = text[i]
        if char in _BRACKETS:
            open_.append((_BRACKETS[char], i))
        elif open_ and char == open_[-1][0]:
            spans.append((open_.pop()[1], i))
        elif char in "\"'" and (char == '"' or _is_quote(text, i, end)):
            if quote >= 0 and text[quote] == char:
                spans.append((quote, i))
                quote = -1
            elif quote < 0 or i - quote > 200:
                quote = i
    outermost: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if high - low <= 200 and (not outermost or low > outermost[-1][1]):
            outermost.append((low, high))
    return outermost


def _inside(spans: Sequence[tuple[int, int]], at: int) -> bool:
    i = bisect_right(spans, (at, at)) - 1
    return i >= 0 and spans[i][0] < at < spans[i][1]


def _is_quote(text: str, i: int, end: int) -> bool:
    """Whether the ``'`` at ``i`` is a quotation mark, not an apostrophe."""
    before = text[i - 1] if i else " "
    after = text[i + 1] if i + 1 < end else " "
    return not (before.isascii() and before.isalnum() and after.isascii() and after.isalpha())


def _boundaries(text: str, first: int, mark: int, after: int, end: int) -> tuple[int, ...]:
    """Where sentences end at the punctuation ``text[mark:after]``."""
    close = after
    while close < end and text[close] in _CLOSERS:
        close += 1
    rest = _skip_spaces(text, close, end)
    if rest >= end or text.startswith(ARROWS, rest):
        return ()
    word = _word_before(text, first, mark)
    ellipsis = text[mark] == "…" or text[mark:after] == "." * (after - mark) != "."
    if rest == close:
        ends = not ellipsis and close == after and _glued(text, word, mark, rest)
        return (close,) if ends else ()
    if ellipsis and not _finished(text, mark):
        return ()
    if PARTICLES.match(text, rest, end) and (close > after or text[mark] != "."):
        return ()
    if close > after and not _finished(text, mark):
        return ()
    if text[mark] == "." and after - mark == 1:
        if word.isdigit() and len(word) <= 2:
            number = mark - len(word)
            if _counts(text, int(word), first, number, end):
                return (number,) if number > first else ()
        elif _abbreviated(word, text[rest]):
            return ()
    return _aside(text, rest, end) if text[rest] == "(" else (rest,)


def _aside(text: str, opening: int, end: int) -> tuple[int, ...]:
    """A bracket after a full stop: a sentence of its own, or a note on the sentence before it."""
    close = text.find(")", opening, min(end, opening + 200))
    if close < 0:
        return (opening,)
    inner = text[opening + 1 : close].rstrip(" .!?")
    whole = len(inner) >= 6 and inner[-1:] in FINAL_SYLLABLES and has_hangul(inner)
    rest = _skip_spaces(text, close + 1, end)
    ends = close + 1 < rest < end and not text.startswith(ARROWS, rest)
    return (*((opening,) if whole else ()), *((rest,) if ends else ()))


def _skip_spaces(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start


def _counts(text: str, number: int, first: int, at: int, end: int) -> bool:
    """Whether a number with a full stop counts, as in "1. install 2. start"."""
    if not text[first:at].strip():
        return True
    if number == 1:
        return text.find("2. ", at, end) >= 0
    return text.rfind(f"{number - 1}. ", max(0, at - 300), at) >= 0


def _word_before(text: str, first: int, mark: int) -> str:
    i = mark
    while i > first and not text[i - 1].isspace() and mark - i < 60:
        i -= 1
    return text[i:mark]


def _abbreviated(word: str, follows: str) -> bool:
    bare = word.strip("([{\"'“‘").casefold()
    if bare in _ABBREVIATIONS or (bare in _COUNTED and follows.isdigit()):
        return True
    return len(bare) == 1 and bare.isascii() and bare.isalpha()


def _finished(text: str, mark: int) -> bool:
    """Whether the text before ``mark`` ends like a Korean sentence."""
    return mark > 0 and text[mark - 1] in FINAL_SYLLABLES


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
        return after.isupper() or (before in FINAL_SYLLABLES and len(word) > 1)
    return (
        has_hangul(after)
        and len(word) > 2
        and word.isascii()
        and word.isalpha()
        and not PARTICLES.match(text, rest)
    )


# ------------------------------------------------------------------ endings


def _analysed(text: str, start: int, end: int, analyser: Morphology) -> Iterator[int]:
    """Boundaries in ``text[start:end]`` that morphemes show: final endings, dots that trail off."""
    start = _skip_spaces(text, start, end)
    piece = text[start:end].rstrip()
    if len(piece) < 8 or not has_hangul(piece):
        return
    closed = _closed_spans(piece, 0, len(piece))
    tokens = analyser.tokens(piece)
    cuts = [found.end() for found in _SPACE.finditer(piece) if _ends_bare(piece, *found.span())]
    for token, following in pairwise(tokens):
        if token.tag == "EF" and following.start >= token.end:
            cut = _skip_spaces(piece, token.end, len(piece))
            if cut == following.start and _final(piece, token.end, cut, following.tag):
                cuts.extend(_aside(piece, cut, len(piece)) if piece[cut] == "(" else (cut,))
    ends = [token.end for token in tokens]
    for found in _DOTS.finditer(piece):
        before = bisect_right(ends, found.start()) - 1
        if before >= 0 and _trails_off(tokens[before]) and not _continues(piece, found.end()):
            cuts.append(found.end())
    for cut in cuts:
        if not _inside(closed, cut):
            yield start + cut


def _final(piece: str, end: int, cut: int, following: str) -> bool:
    """Whether the final ending that ends at ``end`` ends its sentence."""
    if (
        piece[end - 1] not in FINAL_SYLLABLES
        or following.startswith(_NO_START)
        or _continues(piece, cut)
    ):
        return False
    if piece[cut] in "ㅋㅎㅠㅜ^;":  # laughter belongs to what was said
        return False
    return cut > end or piece[cut].isascii() or piece[end - 1] in "다요"


def _continues(piece: str, cut: int) -> bool:
    return piece.startswith(ARROWS, cut) or PARTICLES.match(piece, cut) is not None


def _trails_off(token: TaggedToken) -> bool:
    """Whether a sentence can end in dots after this morpheme."""
    if token.tag == "EC":
        return token.form.endswith(("데", "지만"))
    return not token.tag.startswith(("J", "ETM", "MM", "MA", "SP"))


def _ends_bare(piece: str, space: int, after: int) -> bool:
    """Whether a sentence ends at a space, at an ending that the analyser takes for a noun's."""
    head, follows = piece[max(0, space - 8) : space], piece[after : after + 4]
    if _NOMINAL.search(head):
        return follows[:1].isascii() and follows[:1].isupper()
    return _ASKING.search(head) is not None and not follows.startswith(_AFTER_ASKING)
