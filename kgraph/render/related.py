"""Related concepts and posts, as text, wikilinks and Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kgraph.draft import link
from kgraph.text import unmarked
from kgraph.types import Related, Why


def related_text(related: Related, *, why: bool = False) -> str:
    """Related concepts and posts for people."""
    lines: list[str] = []
    for concept in related.concepts:
        lines.append(f"{concept.label}  ({concept.score:.3f})")
        lines += _why_lines(concept.why) if why else []
    if related.posts and lines:
        lines.append("")
    for post in related.posts:
        lines.append(f"▸ {post.title or post.post}  ({post.score:.3f})")
        lines += _why_lines(post.why) if why else []
    return "\n".join(lines)


def _why_lines(reasons: Iterable[Why]) -> Iterator[str]:
    for reason in reasons:
        yield f"    {reason.reason}"
        if reason.quote:
            yield f"        “{unmarked(reason.quote)}”"


def related_wikilinks(related: Related) -> str:
    """Related concepts as Obsidian wikilinks, one a line."""
    return "\n".join(f"[[{concept.label}]]" for concept in related.concepts)


def related_markdown(related: Related, targets: Mapping[str, str], *, why: bool = False) -> str:
    """Two Markdown lists of links; ``targets`` are by IRI of a concept and id of a post."""
    lines: list[str] = []
    for concept in related.concepts:
        lines.append(f"- {_markdown_link(concept.label, targets.get(concept.iri, ''))}")
        lines += [f"  - {reason.reason}" for reason in concept.why if why]
    if related.posts:
        lines += [""] * bool(lines) + ["관련 글:", ""]
    for post in related.posts:
        lines.append(f"- {_markdown_link(post.title or post.post, targets.get(post.post, ''))}")
        lines += [f"  - {reason.reason}" for reason in post.why if why]
    return "\n".join(lines)


def _markdown_link(text: str, target: str) -> str:
    return link("md", text, text, target) if target else text
