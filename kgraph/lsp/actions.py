"""What a person may choose to do with what stands under the cursor."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types as lsp
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

from kgraph.draft import section_at
from kgraph.lsp.links import WIKILINK, link_to
from kgraph.lsp.options import Insert
from kgraph.lsp.places import LONGEST, concept_at, line_at, section_end, span
from kgraph.lsp.view import View

_RELATED = 5  # posts and concepts that "관련 글" lists
_ALIAS = 80  # characters of a selection that may be an alias


def actions(
    view: View, doc: TextDocument, where: lsp.Range, insert: Insert
) -> list[lsp.CodeAction]:
    """Link, define, rename or ignore the concept under the cursor; list what is related."""
    found = concept_at(view, doc, where.start)
    made: list[lsp.CodeAction] = []
    line = line_at(doc, where.start)
    if found is not None:
        text = line[found.start : found.end]
        label = view.kg.neighbours.label(found.concept)
        place = span(doc, where.start.line, found.start, found.end)
        if not any(m.start() <= found.start < m.end() for m in WIKILINK.finditer(line)):
            style = Insert.WIKILINK if insert is Insert.LABEL else insert
            linked = link_to(view, doc, label, text, found.concept, style)
            made.append(_edit(f"link {linked}", doc, lsp.TextEdit(place, linked)))
        card = view.card(found.concept)
        if card.definitions:
            said = " ".join(card.definitions[0].text.split())
            below = lsp.Position(where.start.line + 1, 0)
            quote = lsp.TextEdit(lsp.Range(below, below), f"\n> {said}\n")
            made.append(_edit(f"정의 넣기 / insert the definition of {label}", doc, quote))
        made.append(_command("무시 / ignore this term", "kgraph.ignore", [text]))
    selected = doc.text_in_client_range(where).strip() if where.start != where.end else ""
    if selected and "\n" not in selected and len(selected) <= _ALIAS:
        alike = view.kg.matcher.find(selected)
        if alike and alike[0].reason in ("sound", "spelling"):
            label = view.kg.neighbours.label(alike[0].concept)
            title = f"별명으로 / add {selected!r} as an alias of {label}"
            made.append(_command(title, "kgraph.addAlias", [label, selected]))
    made.append(
        lsp.CodeAction(
            "관련 글 넣기 / insert related notes",
            lsp.CodeActionKind.RefactorInline,
            data={"related": doc.uri, "line": where.start.line},
        )
    )
    return made


def with_related(view: View, doc: TextDocument, action: lsp.CodeAction) -> lsp.CodeAction:
    """The action that inserts related notes, with its edit: it is made when it is chosen."""
    data = action.data if isinstance(action.data, dict) else {}
    number = int(data.get("line", 0))
    text = section_at(doc.source, number + 1) if len(doc.source) <= LONGEST else ""
    path = to_fs_path(doc.uri)
    found = view.kg.related(text, k=_RELATED, path=Path(path) if path else None)
    lines = [f"- [[{post.title}]]" for post in found.posts[:_RELATED] if post.title]
    lines += [f"- [[{concept.label}]]" for concept in found.concepts[:_RELATED]]
    at = section_end(doc, number)
    edit = lsp.TextEdit(lsp.Range(at, at), "\n관련 글\n\n" + "\n".join(lines) + "\n")
    action.edit = lsp.WorkspaceEdit({doc.uri: [edit]})
    return action


def _edit(title: str, doc: TextDocument, edit: lsp.TextEdit) -> lsp.CodeAction:
    changes = lsp.WorkspaceEdit({doc.uri: [edit]})
    return lsp.CodeAction(title, lsp.CodeActionKind.RefactorRewrite, edit=changes)


def _command(title: str, name: str, arguments: list[object]) -> lsp.CodeAction:
    command = lsp.Command(title=title, command=name, arguments=arguments)
    return lsp.CodeAction(title, lsp.CodeActionKind.Refactor, command=command)
