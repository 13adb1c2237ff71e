"""The sentences of retrieved passages: what an answer may be, and what stands around each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from kgraph.ask.cues import is_question
from kgraph.ask.forms import TextIndex
from kgraph.ask.ports import Morphology
from kgraph.segment import split_sentences
from kgraph.types import Hit, Record

COLUMNS = " | "
_CONTENT = ("NN", "NR", "XR", "SL", "SN", "VV", "VA", "MAG", "XPN")
_BULLET = re.compile(r"[\s>*+\-•\d.)]*")
_ASIDE = re.compile(r"\([^()]*[?？]\s*\)")  # a question in brackets says nothing
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
    scope: TextIndex  # its lead and its heading
    near: TextIndex  # the sentences before it, up to two, and the one after
    above: TextIndex  # headings and title
    asks: bool  # it is a question, or what is left to look up
    after_question: int  # how many sentences before it the notes ask, 0 for none


class Sentences:
    """Cuts passages into sentences, remembering those it has seen.

    Args:
        analyser: the morphological analyser.
        source: a post's stored text by its id; tells which list item stands under which.
    """

    def __init__(self, analyser: Morphology, source: Callable[[str], str]) -> None:
        self._analyser = analyser
        self._text_of = source
        self._cut = lru_cache(maxsize=4096)(self._split)

    def of(self, hits: Iterable[Hit]) -> list[SentenceUnit]:
        """The sentences of the passages among ``hits``, in their order."""
        return [unit for hit in hits for unit in self._cut(hit.record)]

    def passage(self, record: Record) -> tuple[SentenceUnit, ...]:
        """The sentences of one passage."""
        return self._cut(record)

    def index(self, *texts: str) -> TextIndex:
        """``texts``, one below the other, as something that can be asked for words.

        Each is analysed by itself: the analyser remembers a line that stands in several.
        """
        forms = (
            token.form
            for text in texts
            for token in self._analyser.tokens(text)
            if token.tag.startswith(_CONTENT)
        )
        return TextIndex("\n".join(texts), forms)

    def _split(self, record: Record) -> tuple[SentenceUnit, ...]:
        text = record.text
        spans: list[tuple[int, int]] = []
        for start, end in _lines(text):
            if COLUMNS in text[start:end]:
                spans.append((start, end))
            else:
                cut = split_sentences(text[start:end], self._analyser, ())
                spans += ((start + a, start + b) for a, b in cut if a < b)
        rows = _headed_rows(text, spans)
        lines = [rows.get(i, text[a:b]) for i, (a, b) in enumerate(spans)]
        parents = _parents(self._text_of(record.post), record, spans)
        asks = [is_question(line) for line in lines]
        above = self.index(record.title, record.heading)
        heading = record.heading.rsplit(" > ", 1)[-1]
        units = []
        for i, (start, end) in enumerate(spans):
            distance = 0
            if not asks[i]:
                distance = next((d for d in range(1, _REACH + 1) if d <= i and asks[i - d]), 0)
            over = parents[i]
            lead = lines[i - distance] if distance else lines[over] if over is not None else ""
            units.append(
                SentenceUnit(
                    text=lines[i],
                    record=record,
                    start=start,
                    end=end,
                    position=i,
                    lead=lead,
                    words=self.index(_ASIDE.sub(" ", lines[i])),
                    scope=self.index(lead, heading),
                    near=self.index(*lines[max(i - 2, 0) : i], *lines[i + 1 : i + 2]),
                    above=above,
                    asks=asks[i],
                    after_question=distance,
                )
            )
        return tuple(units)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"[^\n]+", text):
        yield match.span()


def _headed_rows(text: str, spans: list[tuple[int, int]]) -> dict[int, str]:
    """Table rows with each cell's column name before it: ``yellow: primary 전부 할당, …``."""
    found: dict[int, str] = {}
    header: list[str] = []
    for i, (start, end) in enumerate(spans):
        line = text[start:end]
        if COLUMNS not in line:
            header = []
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if not header:
            header = cells
            continue
        if len(cells) in (len(header), len(header) + 1):
            names = header[1:] if len(cells) == len(header) else header
            parts = [f"{n} {c}".strip() for n, c in zip(names, cells[1:], strict=False) if c]
            found[i] = f"{cells[0]}: {', '.join(parts)}"
    return found


def _parents(source: str, record: Record, spans: list[tuple[int, int]]) -> list[int | None]:
    """For each sentence the one that its list item stands under, told by the source's indents."""
    depths: list[int | None] = []
    at = record.start
    for start, end in spans:
        opening = re.match(r"\w+", record.text[start:end])
        word = opening.group() if opening else record.text[start : start + 4]
        found = source.find(word, at, record.end)
        if found < 0:
            depths.append(None)
            continue
        at = found + len(word)
        line = source.rfind("\n", 0, found) + 1
        before = source[line:found].replace("`", "").replace("**", "")
        inside = _BULLET.fullmatch(before)
        depths.append(len(before.expandtabs(4)) if inside else None)
    parents: list[int | None] = []
    stack: list[tuple[int, int]] = []
    for i, depth in enumerate(depths):
        if depth is None:  # goes on in the line of the sentence before it
            parents.append(parents[-1] if parents else None)
            continue
        while stack and stack[-1][0] >= depth:
            stack.pop()
        parents.append(stack[-1][1] if stack else None)
        stack.append((depth, i))
    return parents


# ---------------------------------------------------------------- where a sentence stands

_WORDS = re.compile(r"\w+")


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
        found = source.find(word, at, high)
        if found < 0 or found - at > 400:
            return (guess, guess + len(wanted)) if guess >= 0 else (low, high)
        spans.append((found, found + len(word)))
        at = found + len(word)
    if first >= last:
        return low, high
    stop = spans[last - 1][1]
    closing = record.text[:end].rstrip()[-1:]
    if stop < high and source[stop] == closing and not closing.isalnum():
        stop += 1
    return spans[first][0], stop
