"""What a person may choose to do with what stands under the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from lsprotocol import types as lsp
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

from kgraph.draft import link, section_at
from kgraph.iri import CONCEPT
from kgraph.lsp.links import link_to
from kgraph.lsp.options import Insert
from kgraph.lsp.places import (
    HEADING,
    LONGEST,
    column_at,
    concept_at,
    line_at,
    section_end,
    span,
)
from kgraph.lsp.view import Named, View

_RELATED = 5  # posts and concepts that "관련 글" lists
_ALIAS = 80  # characters of a selection that may be an alias
_CLOSED = re.compile(
    r"\[\[[^\[\]]*\]\]|!?\[[^\[\]]*\]\([^()]*\)|(`+)[^`]+\1|<[^<>\s]+>|https?://\S+"
)
_LINKS, _NOTES = lsp.CodeActionKind.RefactorRewrite, lsp.CodeActionKind.RefactorInline
_COMMANDS = lsp.CodeActionKind.Refactor
KINDS = [_COMMANDS, _LINKS, _NOTES]


def actions(
    view: View,
    doc: TextDocument,
    where: lsp.Range,
    insert: Insert,
    only: Sequence[str] | None = None,
) -> list[lsp.CodeAction]:
    """Link, define, rename or ignore the concept under the cursor; list what is related.

    ``only`` are the kinds that the client asks for, each with those below it.
    """
    found = [*_of_concept(view, doc, where, insert), *_of_selection(view, doc, where)]
    related = {"related": doc.uri, "line": where.start.line}
    found.append(lsp.CodeAction("관련 글 넣기 / insert related notes", _NOTES, data=related))
    return [action for action in found if only is None or _asked(action, only)]


def _asked(action: lsp.CodeAction, only: Sequence[str]) -> bool:
    kind = str(getattr(action.kind, "value", action.kind))
    return any(not asked or kind == asked or kind.startswith(f"{asked}.") for asked in only)


def _of_concept(
    view: View, doc: TextDocument, where: lsp.Range, insert: Insert
) -> Iterator[lsp.CodeAction]:
    found = concept_at(view, doc, where.start)
    if found is None:
        return
    line = line_at(doc, where.start)
    text, label = line[found.start : found.end], view.kg.neighbours.label(found.concept)
    if not _closed(line, found):
        style = Insert.WIKILINK if insert is Insert.LABEL else insert
        linked = link_to(view, doc, label, text, found.concept, style)
        place = span(doc, where.start.line, found.start, found.end)
        yield _edit(f"link {linked}", _LINKS, doc, lsp.TextEdit(place, linked))
    if definitions := view.card(found.concept).definitions:
        said = " ".join(definitions[0].text.split())
        edit = _paragraph(doc, where.start.line, f"> {said}")
        yield _edit(f"정의 넣기 / insert the definition of {label}", _LINKS, doc, edit)
    yield _command("무시 / ignore this term", "kgraph.ignore", [text])


def _of_selection(view: View, doc: TextDocument, where: lsp.Range) -> Iterator[lsp.CodeAction]:
    """A selected name that only sounds or looks like a known one may be its alias."""
    if where.start.line != where.end.line:
        return
    line = line_at(doc, where.start)
    selected = line[column_at(doc, where.start) : column_at(doc, where.end)].strip()
    alike = view.kg.matcher.find(selected) if 0 < len(selected) <= _ALIAS else []
    if alike and alike[0].reason in ("sound", "spelling"):
        label = view.kg.neighbours.label(alike[0].concept)
        title = f"별명으로 / add {selected!r} as an alias of {label}"
        yield _command(title, "kgraph.addAlias", [label, selected])


def _closed(line: str, found: Named) -> bool:
    """Whether a mention stands in a link or in code, where no link can go."""
    return any(m.start() < found.end and found.start < m.end() for m in _CLOSED.finditer(line))


def _paragraph(doc: TextDocument, line: int, text: str) -> lsp.TextEdit:
    """``text`` as a paragraph of its own behind the one that ``line`` stands in."""
    lines = doc.lines
    after = min(line + 1, len(lines))
    while after < len(lines) and lines[after].strip() and not HEADING.match(lines[after]):
        after += 1
    end = _line_end(doc)
    if after == len(lines):
        at = span(doc, after - 1, len(lines[-1]), len(lines[-1])).start
        new = ("" if not lines[-1].strip() else 2 * end) + text + end
    else:
        at = lsp.Position(after, 0)
        new = end + text + end + ("" if not lines[after].strip() else end)
    return lsp.TextEdit(lsp.Range(at, at), new)


def _line_end(doc: TextDocument) -> str:
    """What ends the lines of a document."""
    return "\r\n" if doc.lines[0].endswith("\r\n") else "\n"


def with_related(
    view: View, doc: TextDocument, action: lsp.CodeAction, insert: Insert
) -> lsp.CodeAction:
    """The action that inserts related notes, with its edit: it is made when it is chosen."""
    data = action.data if isinstance(action.data, dict) else {}
    number = int(data.get("line", 0))
    text = section_at(doc.source, number + 1) if len(doc.source) <= LONGEST else ""
    path = to_fs_path(doc.uri)
    file = Path(path) if path else None
    found = view.kg.related(text, k=_RELATED, path=file)
    if insert is Insert.MARKDOWN:
        links = [link("md", p.title, p.title, view.kg.target(p.post, file)) for p in found.posts]
    else:
        links = [link("wikilink", post.title, post.title) for post in found.posts if post.title]
    links += [
        link_to(view, doc, c.label, c.label, c.iri.removeprefix(CONCEPT), insert)
        for c in found.concepts
    ]
    end, at = _line_end(doc), section_end(doc, number)
    before = "" if at.character == 0 else end
    lines = ["", "관련 글", "", *(f"- {x}" for x in dict.fromkeys(links)), ""]
    edit = lsp.TextEdit(lsp.Range(at, at), before + end.join(lines))
    action.edit = lsp.WorkspaceEdit({doc.uri: [edit]})
    return action


def _edit(
    title: str, kind: lsp.CodeActionKind, doc: TextDocument, edit: lsp.TextEdit
) -> lsp.CodeAction:
    return lsp.CodeAction(title, kind, edit=lsp.WorkspaceEdit({doc.uri: [edit]}))


def _command(title: str, name: str, arguments: list[object]) -> lsp.CodeAction:
    command = lsp.Command(title=title, command=name, arguments=arguments)
    return lsp.CodeAction(title, _COMMANDS, command=command)
