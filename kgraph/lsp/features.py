"""The answers to an editor's questions, over a document and a view; no state, no transport."""

from __future__ import annotations

import re
from pathlib import Path

from lsprotocol import types as lsp
from pygls.uris import from_fs_path, to_fs_path
from pygls.workspace import TextDocument

from kgraph.lsp.cards import Markdown, concept_text, post_text
from kgraph.lsp.links import WIKILINK, inserted, linked
from kgraph.lsp.options import Insert
from kgraph.lsp.places import (
    HEADING,
    LONGEST,
    column_at,
    concept_at,
    line_at,
    location,
    mentions_of,
    prose_lines,
    span,
)
from kgraph.lsp.view import View
from kgraph.text import has_hangul

_OPEN = re.compile(r"\[\[([^\[\]\n]*)$")
_WORD = re.compile(r"[\w가-힣.+#-]+$")
_MOST = 50  # completions offered
_MARKDOWN = Markdown()
_TOP = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
_TYPED = 100  # characters before the cursor that may begin a name


def hover(
    view: View, doc: TextDocument, at: lsp.Position, form: Markdown = _MARKDOWN
) -> lsp.Hover | None:
    """The card of the concept at ``at``."""
    found = concept_at(view, doc, at)
    if found is None:
        return None
    text = concept_text(view, found.concept, form)
    return lsp.Hover(lsp.MarkupContent(form.kind, text), span(doc, at.line, found.start, found.end))


def completion(
    view: View, doc: TextDocument, at: lsp.Position, insert: Insert
) -> lsp.CompletionList:
    """Concepts and posts whose name begins with what stands before the cursor."""
    line, column = line_at(doc, at), column_at(doc, at)
    before = line[max(column - _TYPED, 0) : column]
    opened = _OPEN.search(before)
    word = opened.group(1) if opened else (m.group() if (m := _WORD.search(before)) else "")
    if not opened and len(word) < (1 if has_hangul(word) else 2):
        return lsp.CompletionList(is_incomplete=True, items=[])
    start = column - len(word)
    end = column + (2 if opened and line.startswith("]]", column) else 0)
    place = span(doc, at.line, start, end)
    brackets = span(doc, at.line, start - 2, start) if opened else place
    items = []
    for rank, choice in enumerate(view.choices(word, _MOST)):
        if choice.post and not opened:
            continue  # a post's title is offered where a link begins
        style = Insert.WIKILINK if opened else insert
        text = inserted(view, doc, choice.label, choice.concept, style)
        # The brackets stay as they are: clients hold what is typed behind them against a name.
        kept = opened is not None and text.startswith("[[")
        other = [] if kept or not opened else [lsp.TextEdit(brackets, "")]
        items.append(
            lsp.CompletionItem(
                label=choice.label,
                kind=lsp.CompletionItemKind.File
                if choice.post
                else lsp.CompletionItemKind.Reference,
                detail=choice.name if choice.name != choice.label else None,
                filter_text=choice.name,
                sort_text=f"{rank:04}",
                text_edit=lsp.TextEdit(place, text[2:] if kept else text),
                additional_text_edits=other or None,
                data={"concept": choice.concept, "post": choice.post},
            )
        )
    return lsp.CompletionList(is_incomplete=True, items=items)


def resolved(
    view: View, item: lsp.CompletionItem, form: Markdown = _MARKDOWN
) -> lsp.CompletionItem:
    """A completion with its documentation."""
    data = item.data if isinstance(item.data, dict) else {}
    concept, post = str(data.get("concept", "")), str(data.get("post", ""))
    if concept or post:
        text = concept_text(view, concept, form) if concept else post_text(view, post, form)
        plain = form.kind is lsp.MarkupKind.PlainText  # every client takes a plain string
        item.documentation = text if plain else lsp.MarkupContent(form.kind, text)
    return item


def definition(view: View, doc: TextDocument, at: lsp.Position) -> list[lsp.Location]:
    """Where the notes define the concept at ``at``, or the post that is about it begins."""
    found = concept_at(view, doc, at)
    if found is None:
        return []
    card = view.card(found.concept)
    cited = [(d.citation.post, d.citation.start, d.citation.end) for d in card.definitions]
    home = view.kg.neighbours.home(found.concept)
    places = (location(view, doc, *place) for place in (*cited, (home, 0, 0)) if place[0])
    return [place for place in places if place][:1]


def references(view: View, doc: TextDocument, at: lsp.Position) -> list[lsp.Location]:
    """Every mention of the concept at ``at`` in the notes that have a file of their own."""
    found = concept_at(view, doc, at)
    return [] if found is None else list(mentions_of(view, doc, found.concept))


def symbols(view: View, query: str) -> list[lsp.SymbolInformation]:
    """Concepts and posts by name, each at its place in the notes."""
    found: list[lsp.SymbolInformation] = []
    for choice in view.choices(query, _MOST):
        post = choice.post or view.kg.neighbours.home(choice.concept)
        file = view.file(post) if post else None
        if file is not None:
            kind = lsp.SymbolKind.File if choice.post else lsp.SymbolKind.Key
            # A range that need not be resolved: older clients look for one.
            place = lsp.Location(from_fs_path(str(file)) or "", _TOP)
            found.append(lsp.SymbolInformation(place, choice.label, kind))
    return found


def links(view: View, doc: TextDocument) -> list[lsp.DocumentLink]:
    """The wikilinks of a document that name a concept or a post, with the file they lead to."""
    found = []
    for number, line in prose_lines(doc):
        for match in WIKILINK.finditer(line):
            post = linked(view, match.group(1))
            file = view.file(post) if post else None
            if file is not None:
                place = span(doc, number, match.start(), match.end())
                found.append(lsp.DocumentLink(place, target=from_fs_path(str(file))))
    return found


def lenses(view: View, doc: TextDocument) -> list[lsp.CodeLens]:
    """Above a heading that is a concept: how many posts name it."""
    found = []
    for number, line in prose_lines(doc):
        heading = HEADING.match(line)
        if heading is None:
            continue
        named = [n for n in view.named(heading.group(1)) if n.end - n.start > 1]
        if named:
            count = len(view.posts_of(named[0].concept))
            title = f"{view.kg.neighbours.label(named[0].concept)}: 글 {count} posts"
            place = span(doc, number, 0, len(line))
            found.append(lsp.CodeLens(place, lsp.Command(title, "")))
    return found


def hints(view: View, doc: TextDocument, where: lsp.Range) -> list[lsp.InlayHint]:
    """Behind a concept's first mention in the range: its name in the other language."""
    told: set[str] = set()
    found = []
    for number, line in prose_lines(doc):
        if not where.start.line <= number <= where.end.line:
            continue
        for named in view.named(line):
            other = view.other_name(named.concept, line[named.start : named.end])
            if other and named.concept not in told:
                told.add(named.concept)
                at = span(doc, number, named.end, named.end).start
                found.append(lsp.InlayHint(at, f" ({other})"))
    return found


def unlinked(view: View, doc: TextDocument) -> list[lsp.Diagnostic]:
    """Hints at known concepts that the document names without a link."""
    path = to_fs_path(doc.uri)
    if len(doc.source) > LONGEST:
        return []
    return [
        lsp.Diagnostic(
            span(doc, u.line - 1, u.column - 1, u.column - 1 + u.end - u.start),
            f"{u.label}: 링크가 없습니다 / known, not linked",
            severity=lsp.DiagnosticSeverity.Hint,
            source="kgraph",
        )
        for u in view.kg.unlinked(doc.source, path=Path(path) if path else None)
    ]
