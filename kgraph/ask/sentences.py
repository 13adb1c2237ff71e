"""The sentences of retrieved passages: what an answer may be, and what stands around each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from kgraph.ask.cues import is_question, of_kinds
from kgraph.ask.forms import TextIndex
from kgraph.ask.ports import Lines, Morphology
from kgraph.segment.lines import Line, content_words, cut_lines
from kgraph.types import Hit, Record

_ASIDE = re.compile(r"\([^()]*[?？]\s*\)")  # a question in brackets says nothing
_COLUMNS = " | "
_REACH = 3  # sentences after a question of the notes that may answer it


@dataclass(frozen=True, slots=True)
class SentenceUnit:
    """A sentence, list item or table row of a passage, with what a reader sees around it."""

    text: str
    record: Record
    start: int  # offsets in record.text
    end: int
    position: int  # among the sentences of its passage
    lead: str  # what it is said of: the list item above it, or the question it answers
    words: TextIndex
    scope: TextIndex  # its lead, the list items around that or its columns, and its heading
    near: TextIndex  # the sentences before it, up to two, and the one after
    above: TextIndex  # headings and title
    asks: bool  # it is a question, or what is left to look up
    after_question: int  # how many sentences before it the notes ask, 0 for none
    items: tuple[SentenceUnit, ...] = ()  # of a list that is told as one
    kinds: bool = False  # what is around it says that it is a kind of something


class Sentences:
    """Cuts passages into sentences, remembering those it has seen.

    Args:
        analyser: the morphological analyser, for what was not analysed at ingestion.
        source: a post's stored text by its id; tells which list item stands under which.
        known: what was cut and analysed at ingestion.
    """

    def __init__(
        self, analyser: Morphology, source: Callable[[str], str], known: Lines | None = None
    ) -> None:
        self._analyser = analyser
        self._text_of = source
        self._known = known
        self._cut = lru_cache(maxsize=4096)(self._units)
        self._words = lru_cache(maxsize=8192)(self._words_of)

    def of(self, hits: Iterable[Hit]) -> list[SentenceUnit]:
        """The sentences of the passages among ``hits``, in their order."""
        return [unit for hit in hits for unit in self._cut(hit.record)]

    def passage(self, record: Record) -> tuple[SentenceUnit, ...]:
        """The sentences of one passage."""
        return self._cut(record)

    def index(self, *texts: str) -> TextIndex:
        """``texts``, one below the other, as something that can be asked for words.

        Each is analysed by itself: what stands in several is analysed once.
        """
        return TextIndex("\n".join(texts), (word for t in texts for word in self._words(t)))

    def _words_of(self, text: str) -> tuple[str, ...]:
        known = self._known.words(text) if self._known else None
        return content_words(text, self._analyser) if known is None else known

    def _lines_of(self, record: Record) -> tuple[Line, ...]:
        known = self._known.lines(record.id) if self._known else None
        if known is not None:
            return known
        source = self._text_of(record.post)
        return cut_lines(record.text, source, record.start, record.end, self._analyser)

    def _units(self, record: Record) -> tuple[SentenceUnit, ...]:
        lines = self._lines_of(record)
        asks = [is_question(line.text) for line in lines]
        heading = record.heading.rsplit(" > ", 1)[-1]
        above = self.index(record.title, record.heading)
        over_all = self._words(heading)
        units = []
        for i, line in enumerate(lines):
            distance = 0
            if not asks[i]:
                distance = next((d for d in range(1, _REACH + 1) if d <= i and asks[i - d]), 0)
            over = lines[i - distance] if distance else None
            outer = line.outer
            if over is None and line.parent >= 0:
                over = lines[line.parent]
            if over is not None:
                lead, over_words = over.text, over.words
            else:  # the item that it stands under may be in a passage before
                lead, over_words = next((x for x in outer[-1:] if _COLUMNS not in x), ""), ()
            around = [word for item in outer for word in self._words(item)]
            units.append(
                SentenceUnit(
                    text=line.text,
                    record=record,
                    start=line.start,
                    end=line.end,
                    position=i,
                    lead=lead,
                    words=TextIndex(_ASIDE.sub(" ", line.text), line.words),
                    scope=TextIndex(
                        "\n".join([*outer, lead, heading]), (*over_words, *over_all, *around)
                    ),
                    near=_joined([*lines[max(i - 2, 0) : i], *lines[i + 1 : i + 2]]),
                    above=above,
                    kinds=of_kinds("\n".join([*outer, lead, heading])),
                    asks=asks[i],
                    after_question=distance,
                )
            )
        return tuple(units)


def _joined(lines: list[Line]) -> TextIndex:
    return TextIndex("\n".join(x.text for x in lines), (w for x in lines for w in x.words))


# ---------------------------------------------------------------- where a sentence stands

# Words, cut where the script changes: marks may stand there in the source (`If-None-Match`에).
_FAR = 400  # characters of marks that may stand between two words: an address
_WORDS = re.compile(r"[A-Za-z0-9]+|[^\W\dA-Za-z_]+")


def locate(source: str, record: Record, start: int, end: int) -> tuple[int, int]:
    """The source span of ``record.text[start:end]``; the passage's own if it cannot be told.

    The passage's text has no markup, its source has; between two words any marks may stand.
    """
    low, high = record.start, min(record.end, len(source))
    wanted = record.text[start:end]
    guess = source.find(wanted, low, high)
    if guess >= 0 and source.find(wanted, guess + 1, high) < 0:
        return guess, guess + len(wanted)
    words = _WORDS.findall(record.text)
    first = len(_WORDS.findall(record.text[:start]))
    last = first + len(_WORDS.findall(wanted))
    spans: list[tuple[int, int]] = []
    at = low
    for word in words:
        span = _next(source, word, at, high)
        if span is None:
            return (guess, guess + len(wanted)) if guess >= 0 else (low, high)
        spans.append(span)
        at = span[1]
    if first >= last:
        return low, high
    stop = spans[last - 1][1]
    closing = record.text[:end].rstrip()[-1:]
    if stop < high and source[stop] == closing and not closing.isalnum():
        stop += 1
    return spans[first][0], stop


def _next(source: str, word: str, at: int, high: int) -> tuple[int, int] | None:
    """Where ``word`` comes next in ``source[at:high]``; marks may part it: **권한**을."""
    found = source.find(word, at, min(high, at + _FAR + len(word)))
    if found >= 0:
        return found, found + len(word)
    start, end = -1, at
    for ch in word:
        place = source.find(ch, end, min(high, end + _FAR // 4))
        if place < 0:
            return None
        start, end = place if start < 0 else start, place + 1
    return start, end
