"""Template tags in notes: Hugo shortcodes, Liquid tags, attributes, Obsidian comments.

They are instructions to a site generator, not text. A markdown-it plugin takes them out of the
text, wherever they stand, and keeps what a reader would see: the ``text=`` of a tooltip, the
caption of a figure, the code between ``highlight`` tags.
"""

from __future__ import annotations

from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_PAIRS = (("{{<", ">}}"), ("{{%", "%}}"), ("{{", "}}"), ("{%", "%}"), ("{:", "}"), ("{#", "}"))
_SHOWN = ("text", "caption", "term_id")  # parameters that a reader sees, best first
_CODE = frozenset({"highlight", "mermaid", "code", "plantuml", "katex", "math"})
_HIDDEN = frozenset({"comment"})
_LONGEST = 4000  # a tag that is still open after so many characters is no tag


@dataclass(frozen=True, slots=True)
class Tag:
    """One template tag at ``start:end`` of a text; ``shown`` is the span that a reader sees."""

    start: int
    end: int
    name: str  # "/note" for a closing shortcode
    argument: str  # the first word after the name
    shown: tuple[int, int] | None


def tag_at(text: str, start: int) -> Tag | None:
    """The template tag that starts at ``start``, or None."""
    if not text.startswith("{", start):
        return None
    pair = next((pair for pair in _PAIRS if text.startswith(pair[0], start)), None)
    if pair is None:
        return None
    opening, closing = pair
    position = start + len(opening)
    limit = min(len(text), position + _LONGEST)
    if text.find(closing, position, limit + len(closing)) < 0:
        return None
    words: list[tuple[int, int]] = []
    values: dict[str, tuple[int, int]] = {}
    word = -1
    while position < limit and not text.startswith(closing, position):
        char = text[position]
        if char in "\"'" and (quote_end := _quoted(text, position, limit)) > 0:
            if word >= 0 and text[position - 1] == "=":
                values.setdefault(text[word : position - 1], (position + 1, quote_end))
            word = -1
            position = quote_end + 1
            continue
        if char.isspace():
            if word >= 0:
                words.append((word, position))
            word = -1
        elif word < 0:
            word = position
        position += 1
    if position >= limit:
        return None
    if closing == "}" and "\n" in text[start:position]:  # attributes stand in one line
        return None
    if word >= 0:
        words.append((word, position))
    name = text[slice(*words[0])] if words else ""
    if name == "/" and len(words) > 1:
        words = words[1:]
        name = "/" + text[slice(*words[0])]
    shown = next((values[key] for key in _SHOWN if key in values), None)
    argument = text[slice(*words[1])] if len(words) > 1 else ""
    return Tag(start, position + len(closing), name, argument, shown)


def _quoted(text: str, start: int, limit: int) -> int:
    """Where the quote that opens at ``start`` closes, or -1 (an apostrophe opens none)."""
    if text[start] == "'" and text[start - 1].isalnum():
        return -1
    end = text.find(text[start], start + 1, limit)
    return end if end >= 0 and "\n\n" not in text[start:end] else -1


def masked(text: str) -> str:
    """``text`` with its template tags blanked, their shown parts left where they stand."""
    parts: list[str] = []
    done = 0
    position = text.find("{")
    while position >= 0:
        tag = tag_at(text, position)
        if tag is None:
            position = text.find("{", position + 1)
            continue
        low, high = tag.shown or (tag.end, tag.end)
        parts += [text[done:position], _blank(text[position:low]), text[low:high]]
        parts.append(_blank(text[high : tag.end]))
        done = tag.end
        position = text.find("{", done)
    return "".join([*parts, text[done:]])


def _blank(text: str) -> str:
    return "".join("\n" if char == "\n" else " " for char in text)


def templates_plugin(md: MarkdownIt) -> None:
    """Teach ``md`` to take template tags and ``%%comments%%`` out of the text."""
    over: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list", "table"]}
    md.block.ruler.before("table", "template", _block, over)
    md.block.ruler.before("table", "comment", _comment_block, over)
    md.inline.ruler.before("link", "template", _inline)
    md.inline.ruler.before("link", "comment", _comment)


def _inline(state: StateInline, silent: bool) -> bool:
    tag = tag_at(state.src, state.pos)
    if tag is None or tag.end > state.posMax:
        return False
    if not silent and tag.shown is not None:
        token = state.push("text", "", 0)
        token.content = state.src[slice(*tag.shown)]
        token.meta["at"] = tag.shown[0]
    state.pos = tag.end
    if tag.shown is None and state.src[max(tag.start - 1, 0) : tag.start] in ("", " ", "\n"):
        while state.pos < state.posMax and state.src[state.pos] == " ":
            state.pos += 1
    return True


def _comment(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("%%", state.pos):
        return False
    end = state.src.find("%%", state.pos + 2, state.posMax)
    if end < 0:
        return False
    state.pos = end + 2
    return True


def _block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Lines that hold nothing but tags; ``highlight`` and ``comment`` take their content along."""
    if state.is_code_block(start_line):
        return False
    position = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("{", position):
        return False
    limit = state.eMarks[end_line - 1]
    line = start_line
    tags: list[Tag] = []
    while position < limit:
        tag = tag_at(state.src, position)
        if tag is None or tag.end > limit:
            return False
        tags.append(tag)
        position = tag.end
        while line < end_line and state.eMarks[line] < position:
            line += 1
        while position < state.eMarks[line] and state.src[position] in " \t":
            position += 1
        if position >= state.eMarks[line]:
            break
    if not tags or any(tag.shown is not None for tag in tags):
        return False
    if silent:
        return True
    name = tags[-1].name
    state.line = line + 1
    if name in _CODE or name in _HIDDEN:
        closing = _closing_line(state, line + 1, end_line, name)
        if closing is not None:
            if name in _CODE:
                token = state.push("fence", "code", 0)
                token.info = tags[-1].argument if name == "highlight" else name
                token.content = state.getLines(line + 1, closing, state.blkIndent, True)
                token.map = [line, closing + 1]
            state.line = closing + 1
    return True


def _closing_line(state: StateBlock, first: int, last: int, name: str) -> int | None:
    for line in range(first, last):
        position = state.bMarks[line] + state.tShift[line]
        tag = tag_at(state.src, position) if state.src.startswith("{", position) else None
        if tag is not None and tag.name in (f"/{name}", f"end{name}"):
            return line
    return None


def _comment_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """An Obsidian comment over whole lines."""
    if state.is_code_block(start_line):
        return False
    position = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("%%", position):
        return False
    end = state.src.find("%%", position + 2, state.eMarks[end_line - 1])
    if end < 0:
        return False
    line = start_line
    while state.eMarks[line] < end + 2:
        line += 1
    if state.src[end + 2 : state.eMarks[line]].strip():
        return False
    if not silent:
        state.line = line + 1
    return True
