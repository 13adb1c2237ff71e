"""What a hover or a completion tells of a concept: short Markdown, never the whole note."""

from __future__ import annotations

import re

from kgraph.graph.cards import Relationship
from kgraph.lsp.view import View

_RELATIONS, _POSTS = 3, 3
_LONGEST = 200  # characters of a quote
_MARKUP = re.compile(r"([\\`*_\[\]<>#|])")


def concept_text(view: View, concept: str) -> str:
    """Labels, definition, the three strongest relations with a quote, up to three posts."""
    card = view.card(concept)
    labels = list(dict.fromkeys(label.text for label in card.preferred))
    head = f"**{_plain(labels[0] if labels else card.label)}**"
    if labels[1:]:
        head += f" ({_plain(', '.join(labels[1:]))})"
    parts = [f"{head} · {card.kind}"]
    if card.definitions:
        parts.append(_short(card.definitions[0].text))
    said = [_relation(relation) for relation in _strongest(card.relations)]
    if said:
        parts.append("\n".join(said))
    posts = []
    for post in view.posts_of(concept)[:_POSTS]:
        file = view.file(post.id)
        address = post.url or (file.as_uri() if file else "")
        title = _plain(post.title or post.id)
        date = f" ({post.date[:10]})" if post.date else ""
        posts.append(f"- [{title}]({address}){date}" if address else f"- {title}{date}")
    if posts:
        parts.append("\n".join(posts))
    return "\n\n".join(parts)


def post_text(view: View, post: str) -> str:
    """A post's title, date, tags and address."""
    info = view.info(post)
    lines = [f"**{_plain(info.title or info.id)}**"]
    lines += [x for x in (info.date[:10], ", ".join(info.tags), info.url) if x]
    return "\n\n".join(lines)


def _strongest(relations: tuple[Relationship, ...]) -> list[Relationship]:
    """The relations that most posts state; those said of the concept before those said to it."""

    def strength(r: Relationship) -> tuple[int, bool, str, str]:
        return -len({c.post for c in r.citations}), not r.outgoing, r.label, r.name

    return sorted(relations, key=strength)[:_RELATIONS]


def _relation(relation: Relationship) -> str:
    arrow = f"{relation.label}{' (아님)' if relation.negated else ''} → {relation.name}"
    quote = _short(relation.citations[0].quote)
    return f"- {_plain(arrow)}  \n  “{quote}” — {_plain(relation.citations[0].title)}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return _plain(line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…")


def _plain(text: str) -> str:
    """``text`` so that Markdown shows it as it is."""
    return _MARKUP.sub(r"\\\1", text)
