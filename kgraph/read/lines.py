"""From a block token's content back to the source: which character stands where."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Content:
    """A block token's content, aligned: ``segments`` are (content offset, source offset, length)
    of stretches that stand in the source as they are, ascending."""

    segments: tuple[tuple[int, int, int], ...]
    start: int  # source offsets of the whole
    end: int

    def pieces(self, text: str, at: int) -> Iterator[tuple[str, int | None]]:
        """``text``, which stands at content offset ``at`` (-1: nowhere), cut into pieces with the
        source offset of each (None: nowhere)."""
        if at < 0 or not text:
            yield text, None
            return
        done, end = at, at + len(text)
        first = max(bisect_right(self.segments, at, key=lambda segment: segment[0]) - 1, 0)
        for i in range(first, len(self.segments)):
            offset, source, length = self.segments[i]
            if offset >= end:
                break
            low, high = max(done, offset), min(end, offset + length)
            if low >= high:
                continue
            if low > done:
                yield text[done - at : low - at], None
            yield text[low - at : high - at], source + low - offset
            done = high
        if done < end:
            yield text[done - at :], None


class LineTable:
    """The lines of a text and where they start."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0]
        position = text.find("\n")
        while position >= 0:
            self._starts.append(position + 1)
            position = text.find("\n", position + 1)

    def start(self, line: int) -> int:
        """The offset of the line's first character."""
        return self._starts[line] if line < len(self._starts) else len(self._text)

    def end(self, line: int) -> int:
        """The offset after the line's last character, its newline aside."""
        if line + 1 < len(self._starts):
            return self._starts[line + 1] - 1
        return len(self._text)

    def indented(self, line: int) -> int:
        """The offset of the line's first character that is not white space."""
        start, end = self.start(line), self.end(line)
        return end - len(self._text[start:end].lstrip())

    def content(self, content: str, first: int, last: int, skip: str) -> Content:
        """Align ``content`` with the source lines ``first`` to ``last`` (exclusive).

        Line by line: list markers, quote markers and indentation stand before a line's content, and
        nothing but white space (or a heading's closing marks) after it. ``skip`` stands before the
        content of the first line (a heading's opening marks).
        """
        segments: list[tuple[int, int, int]] = []
        offset = 0
        for number, line in enumerate(content.split("\n")):
            if first + number < last:
                start, end = self.start(first + number), self.end(first + number)
                if skip and not number:
                    start = max(self._text.find(skip, start, end), start) + len(skip)
                segments.extend(self._line(line, offset, start, end, last_wins=not skip))
            offset += len(line) + 1
        return _whole(segments, self.start(first), self.end(max(last - 1, first)))

    def cell(self, content: str, line: int, cursor: int) -> Content:
        """Align a table cell's content with its line, from ``cursor`` on."""
        end = self.end(line)
        if not content:
            bar = self._text.find("|", cursor, end)
            position = bar + 1 if bar >= 0 else cursor
            return Content((), position, position)
        return _whole(list(self._line(content, 0, cursor, end, last_wins=False)), cursor, end)

    def _line(
        self, line: str, offset: int, start: int, end: int, *, last_wins: bool
    ) -> Iterator[tuple[int, int, int]]:
        """Segments of one line of content within ``text[start:end]``."""
        bare = line.strip()
        if not bare:
            return
        offset += line.index(bare[0])
        position = -1
        if last_wins:
            stripped = len(self._text[start:end].rstrip())
            if self._text.endswith(bare, start, start + stripped):
                position = start + stripped - len(bare)
        if position < 0:
            position = self._text.find(bare, start, end)
        if position >= 0:
            yield offset, position, len(bare)
            return
        # Something was taken out on the way (the backslash of an escaped bar in a table, a tab
        # turned into spaces): follow the characters that are left, in order.
        at = start
        for i, char in enumerate(bare):
            found = self._text.find(char, at, end)
            if found >= 0:
                yield offset + i, found, 1
                at = found + 1


def _whole(segments: list[tuple[int, int, int]], start: int, end: int) -> Content:
    if not segments:
        return Content((), start, start)
    last = segments[-1]
    return Content(tuple(segments), segments[0][1], last[1] + last[2])
