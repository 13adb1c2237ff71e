"""Inline Markdown with positions: a markdown-it plugin and the walk over what it yields.

markdown-it keeps line numbers for blocks only. Here every inline token is given ``meta["at"]``, the
offset in its paragraph's content where it starts, so that each stretch of readable text can be
traced to the source exactly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from kgraph.read.build import TextBuilder
from kgraph.types import MarkKind

Rule = Callable[[StateInline, bool], bool]

# The characters at which another inline rule may have something to say.
_SPECIAL = re.compile(r"[\n!#$%&*+\-:<=>@\[\\\]^_`{}~]")
HASHTAG = re.compile(r"#((?=[\w/-]*[^\W\d_])\w[\w/-]*)")
_BLOCK_ID = re.compile(r"\^[A-Za-z0-9-]+[ \t]*\Z")
_BRACKETS = 4000  # of one paragraph
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")

#: Elements of HTML; anything else in angle brackets is a placeholder or a type, and stays text.
HTML_TAGS = frozenset(block_names) | {
    *("a", "abbr", "acronym", "audio", "b", "bdi", "bdo", "big", "br", "button", "canvas", "cite"),
    *("code", "data", "del", "dfn", "em", "embed", "font", "i", "img", "input", "ins", "kbd"),
    *("label", "map", "mark", "meter", "noscript", "object", "output", "picture", "pre"),
    *("progress", "q", "rp", "rt", "ruby", "s", "samp", "script", "select", "small", "span"),
    *("strike", "strong", "style", "sub", "sup", "svg", "template", "textarea", "time", "tt"),
    *("u", "var", "video", "wbr"),
}
#: HTML elements that matter to extraction, whatever surrounds them.
HTML_MARKS = {
    "code": MarkKind.CODE,
    "kbd": MarkKind.CODE,
    "samp": MarkKind.CODE,
    "tt": MarkKind.CODE,
    "b": MarkKind.STRONG,
    "strong": MarkKind.STRONG,
    "i": MarkKind.EMPHASIS,
    "em": MarkKind.EMPHASIS,
    "del": MarkKind.DELETED,
    "s": MarkKind.DELETED,
    "strike": MarkKind.DELETED,
    "sub": MarkKind.GLOSS,
    "sup": MarkKind.GLOSS,
}
_MARKDOWN_MARKS = {
    "strong": MarkKind.STRONG,
    "em": MarkKind.EMPHASIS,
    "s": MarkKind.DELETED,
    "link": MarkKind.LINK,
}


def positions_plugin(md: MarkdownIt) -> None:
    """Teach ``md`` to say where its inline tokens stand, and to read wikilinks."""
    ruler = md.inline.ruler
    ruler.at("text", _text)
    ruler.at("newline", _newline)
    for rule in list(ruler.get_active_rules()):
        if rule not in ("text", "newline"):
            ruler.at(rule, _located(_rule_named(md, rule), skip=rule == "autolink"))
    ruler.before("link", "bracket", _bracket)
    ruler.before("link", "wikilink", _wikilink)
    ruler.after("image", "loose_link", _loose_link)
    ruler.push("hashtag", _hashtag)
    ruler.push("block_id", _block_id)
    ruler.push("literal", _literal)
    # Joined text would lose the positions of its parts.
    md.inline.ruler2.disable("fragments_join")
    md.core.ruler.disable("text_join")


def _rule_named(md: MarkdownIt, name: str) -> Rule:
    for rule in md.inline.ruler.__rules__:
        if rule.name == name:
            return rule.fn
    raise LookupError(name)


def _located(rule: Rule, *, skip: bool) -> Rule:
    """``rule``, with its tokens located; ``skip``: its text starts one character in."""

    def located(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            if state.pending:
                state.pushPending()
            at = start + skip
            for token in state.tokens[count:]:
                if token.type == "code_inline":
                    token.meta["at"] = _code_start(state.src, start, token)
                elif "at" not in token.meta:
                    token.meta["at"] = at
                    if token.type == "text":
                        at += len(token.content)
        return True

    return located


def _code_start(src: str, start: int, token: Token) -> int:
    """Where a code span's content starts: one space at each side may have been dropped."""
    at = start + len(token.markup)
    shown = src[at : at + len(token.content)].replace("\n", " ")
    return at if shown == token.content else at + 1


def _push_text(state: StateInline, start: int, end: int) -> None:
    token = state.push("text", "", 0)
    token.content = state.src[start:end]
    token.meta["at"] = start


def _text(state: StateInline, silent: bool) -> bool:
    found = _SPECIAL.search(state.src, state.pos, state.posMax)
    end = found.start() if found else state.posMax
    if end == state.pos:
        return False
    if not silent:
        shown = state.src[state.pos : end]
        if state.src.startswith("\n", end):  # spaces before a line end are the line end's
            shown = shown.rstrip(" ")
        if shown:
            _push_text(state, state.pos, state.pos + len(shown))
    state.pos = end
    return True


def _literal(state: StateInline, silent: bool) -> bool:
    if not silent:
        _push_text(state, state.pos, state.pos + 1)
    state.pos += 1
    return True


def _newline(state: StateInline, silent: bool) -> bool:
    position = state.pos
    if state.src[position] != "\n":
        return False
    if not silent:
        hard = state.src.endswith("  ", 0, position)
        state.push("hardbreak" if hard else "softbreak", "br", 0)
    position += 1
    while position < state.posMax and state.src[position] in " \t":
        position += 1
    state.pos = position
    return True


def _bracket(state: StateInline, silent: bool) -> bool:
    """A ``[`` that nothing closes, or one of thousands in its paragraph, which no author writes:
    looking for their ends again and again takes quadratic time."""
    if not state.src.startswith(("[", "!["), state.pos):
        return False
    unclosed = _crowded(state.src) or state.src.find("]", state.pos, state.posMax) < 0
    return unclosed and _literal(state, silent)


@lru_cache(maxsize=4)
def _crowded(paragraph: str) -> bool:
    return paragraph.count("[") > _BRACKETS


def _wikilink(state: StateInline, silent: bool) -> bool:
    """``[[note]]``, ``[[note#part|label]]``; an embedded ``![[file]]`` shows nothing of its own."""
    src, start = state.src, state.pos
    embed = src.startswith("![[", start)
    if not embed and not src.startswith("[[", start):
        return False
    inner = start + (3 if embed else 2)
    end = src.find("]]", inner, state.posMax)
    body = src[inner:end] if end >= 0 else ""
    if not body.strip() or "\n" in body or "[" in body:
        return False
    if not silent and not embed:
        target, bar, label = body.partition("|")
        token = state.push("wikilink", "", 0)
        token.content = label if bar and label.strip() else target
        token.meta["at"] = inner + (len(target) + 1 if token.content is label else 0)
        token.meta["target"] = target.rstrip("\\").strip()
    state.pos = end + 2
    return True


def _hashtag(state: StateInline, silent: bool) -> bool:
    """Obsidian's ``#tag/below``: the word without its mark. ``#1`` and ``C#`` are none."""
    before = state.src[state.pos - 1 : state.pos] if state.pos else " "
    found = HASHTAG.match(state.src, state.pos, state.posMax)
    if found is None or not (before.isspace() or before == "("):
        return False
    if not silent:
        token = state.push("hashtag", "", 0)
        token.content = found[1]
        token.meta["at"] = found.start(1)
    state.pos = found.end()
    return True


def _block_id(state: StateInline, silent: bool) -> bool:
    """Obsidian's ``^name`` at the end of a block, which links lead to."""
    found = _BLOCK_ID.match(state.src, state.pos, state.posMax)
    if found is None or (state.pos and not state.src[state.pos - 1].isspace()):
        return False
    state.pos = found.end()
    return True


def _loose_link(state: StateInline, silent: bool) -> bool:
    """Links that CommonMark refuses: a path with spaces, or a template tag as the target."""
    src, start = state.src, state.pos
    image = src.startswith("![", start)
    if not image and src[start] != "[":
        return False
    opening = start + (1 if image else 0)
    closing = state.md.helpers.parseLinkLabel(state, opening)
    if closing < 0 or not src.startswith("](", closing):
        return False
    end = src.find(")", closing + 2, state.posMax)
    target = src[closing + 2 : end].strip() if end >= 0 else ""
    if "\n" in target or not _is_path(target):
        return False
    if not silent and not image:
        token = state.push("link_open", "a", 1)
        token.attrs = {"href": target}
        token.meta["at"] = start
        limit, state.posMax, state.pos = state.posMax, closing, opening + 1
        state.md.inline.tokenize(state)
        state.posMax = limit
        token = state.push("link_close", "a", -1)
        token.meta["at"] = closing
    state.pos = end + 1
    return True


def _is_path(target: str) -> bool:
    if target.startswith(("/", "./", "../", "{{", "{%", "http:", "https:", "#")):
        return True
    stem, dot, suffix = target.rpartition(".")
    return bool(stem and dot) and 0 < len(suffix) <= 5 and suffix.isalnum() and suffix.isascii()


def walk(children: Sequence[Token], put: Callable[[str, int], None], out: TextBuilder) -> None:
    """Write the readable text of inline tokens to ``out``.

    ``put(text, at)`` appends text that stands at offset ``at`` of the tokens' content.
    """
    for i, token in enumerate(children):
        kind, at = token.type, token.meta.get("at", -1)
        if kind == "text":
            put(token.content, at)
        elif kind == "text_special":
            put(token.content, at + 1 if token.info == "escape" else -1)
        elif kind == "softbreak":
            out.space()
        elif kind == "hardbreak":
            out.newline()
        elif kind == "code_inline":
            out.open("`", MarkKind.CODE)
            put(token.content, at)
            out.close("`")
        elif kind == "hashtag":
            put(token.content, at)
        elif kind == "wikilink":
            out.open("[[", MarkKind.WIKILINK, token.meta["target"])
            put(token.content, at)
            out.close("[[")
        elif kind == "html_inline":
            _html(token, children[i + 1 : i + 2], put, out)
        elif kind.endswith("_open") and kind[:-5] in _MARKDOWN_MARKS:
            target = str(token.attrs.get("href", ""))
            out.open("*" + kind[:-5], _MARKDOWN_MARKS[kind[:-5]], target)
        elif kind.endswith("_close") and kind[:-6] in _MARKDOWN_MARKS:
            out.close("*" + kind[:-6])


def _html(
    token: Token, following: Sequence[Token], put: Callable[[str, int], None], out: TextBuilder
) -> None:
    found = _TAG_NAME.match(token.content)
    if found is None:  # a comment or processing instruction
        return
    name = found.group(1).lower()
    if name == "br":
        out.newline()
    elif name not in HTML_TAGS:
        put(token.content, token.meta["at"])
    elif name in HTML_MARKS:
        if token.content.startswith("</"):
            out.close(name)
        elif HTML_MARKS[name] is MarkKind.GLOSS:
            out.open_gloss(name, sum(len(t.content) for t in following))
        elif not token.content.endswith("/>"):
            out.open(name, HTML_MARKS[name])
