"""What a hover or a completion tells of a concept: short text, never the whole note."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsprotocol import types as lsp

from kgraph.graph.cards import Relationship
from kgraph.lsp.view import View

_RELATIONS, _POSTS = 3, 3
_LONGEST = 200  # characters of a quote
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&])")


class Markdown:
    """Text with markup, for clients that show it."""

    kind = lsp.MarkupKind.Markdown
    line_break = "  \n  "

    def plain(self, text: str) -> str:
        """``text`` so that it is shown as it is."""
        return _MARKUP.sub(r"\\\1", text)

    def strong(self, text: str) -> str:
        """``text`` to stand out."""
        return f"**{self.plain(text)}**"

    def link(self, text: str, address: str) -> str:
        """``text``, leading to ``address``."""
        target = f"<{address}>" if re.search(r"[\s()]", address) else address
        return f"[{self.plain(text)}]({target})"


class Plain(Markdown):
    """Text without markup, for clients that would show it."""

    kind = lsp.MarkupKind.PlainText
    line_break = "\n  "

    def plain(self, text: str) -> str:
        """``text`` itself."""
        return text

    def strong(self, text: str) -> str:
        """``text`` itself."""
        return text

    def link(self, text: str, address: str) -> str:
        """``text``; addresses of files would only be in the way."""
        return f"{text} {address}" if address.startswith("http") else text


def markup(formats: Sequence[lsp.MarkupKind] | None) -> Markdown:
    """How to write for a client that takes ``formats``; one that does not say takes plain text."""
    return Markdown() if lsp.MarkupKind.Markdown in (formats or ()) else Plain()


def concept_text(view: View, concept: str, form: Markdown) -> str:
    """Labels, definition, the three strongest relations with a quote, up to three posts."""
    card = view.card(concept)
    labels = list(dict.fromkeys(label.text for label in card.preferred))
    head = form.strong(labels[0] if labels else card.label)
    if labels[1:]:
        head += f" ({form.plain(', '.join(labels[1:]))})"
    parts = [f"{head} · {card.kind}"]
    if card.definitions:
        parts.append(form.plain(_short(card.definitions[0].text)))
    said = [_relation(relation, form) for relation in _strongest(card.relations)]
    if said:
        parts.append("\n".join(said))
    posts = []
    for post in view.posts_of(concept)[:_POSTS]:
        file = view.file(post.id)
        address = post.url or (file.as_uri() if file else "")
        title = _short(post.title or post.id)
        date = f" ({post.date[:10]})" if post.date else ""
        posts.append(f"- {form.link(title, address) if address else form.plain(title)}{date}")
    if posts:
        parts.append("\n".join(posts))
    return "\n\n".join(parts)


def post_text(view: View, post: str, form: Markdown) -> str:
    """A post's title, date, tags and address."""
    info = view.info(post)
    lines = [form.strong(info.title or info.id)]
    lines += [form.plain(x) for x in (info.date[:10], ", ".join(info.tags)) if x]
    return "\n\n".join([*lines, info.url] if info.url else lines)


def _strongest(relations: tuple[Relationship, ...]) -> list[Relationship]:
    """The relations that most posts state; those said of the concept before those said to it."""

    def strength(r: Relationship) -> tuple[int, bool, str, str]:
        return -len({c.post for c in r.citations}), not r.outgoing, r.label, r.name

    return sorted(relations, key=strength)[:_RELATIONS]


def _relation(relation: Relationship, form: Markdown) -> str:
    arrow = f"{relation.label}{' (아님)' if relation.negated else ''} → {relation.name}"
    quote, title = _short(relation.citations[0].quote), _short(relation.citations[0].title)
    return f"- {form.plain(arrow)}{form.line_break}“{form.plain(quote)}” — {form.plain(title)}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
