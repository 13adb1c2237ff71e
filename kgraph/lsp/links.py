"""The link to a concept or post, as the user has set it, and the links that are there."""

from __future__ import annotations

import re
from pathlib import Path

from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

from kgraph.draft import link
from kgraph.lsp.options import Insert
from kgraph.lsp.view import View

WIKILINK = re.compile(r"\[\[([^\[\]\n|#]+)[^\[\]\n]*\]\]")
_NO_NAME = re.compile(r"[\[\]|#^\n]")
_MOST = 50


def inserted(view: View, doc: TextDocument, label: str, concept: str, insert: Insert) -> str:
    """What a completion inserts for a concept, or for a post (no concept)."""
    if insert is Insert.LABEL:
        return label
    return link_to(view, doc, label, label, concept, insert)


def link_to(
    view: View, doc: TextDocument, label: str, text: str, concept: str, insert: Insert
) -> str:
    """The link to put around ``text``; a Markdown link leads to the post about the concept."""
    path = to_fs_path(doc.uri)
    home = view.kg.neighbours.home(concept) if concept else ""
    broken = _NO_NAME.search(label) is not None  # as a wikilink's target
    if home and (insert is Insert.MARKDOWN or broken):
        return link("md", label, text, view.kg.target(home, Path(path) if path else None))
    return text if broken else link("wikilink", label, text)


def linked(view: View, name: str) -> str:
    """The post that a wikilink's name leads to, or nothing."""
    for choice in view.choices(name.strip(), _MOST):
        if choice.name.casefold() == name.strip().casefold():
            return choice.post or view.kg.neighbours.home(choice.concept)
    return ""
