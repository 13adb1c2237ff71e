"""``kgraph related``: what the notes hold on a term or on a draft, for editors of any kind."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.commands.inout import decode
from kgraph.commands.state import state
from kgraph.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgraph.draft import Unlinked
    from kgraph.library import Kgraph
    from kgraph.types import Related

_AT_LINE = re.compile(r"(.+?):(\d+)(?::\d+)?")


class RelatedFormat(StrEnum):
    """How related things are printed."""

    TEXT = "text"
    JSON = "json"
    WIKILINK = "wikilink"
    MD = "md"


def related(
    target: Annotated[
        str, typer.Argument(help="A term, FILE, FILE:LINE (its section), or - for a draft.")
    ],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Concepts at most.")] = 10,
    why: Annotated[bool, typer.Option("--why", help="Show each reason and its sentence.")] = False,
    unlinked: Annotated[
        bool,
        typer.Option("--unlinked", help="Known concepts that the draft names without a link."),
    ] = False,
    file: Annotated[
        str,
        typer.Option("--file", help="The FILE or FILE:LINE whose unsaved text is on stdin."),
    ] = "",
    form: Annotated[
        RelatedFormat, typer.Option("--format", help="Output format.")
    ] = RelatedFormat.TEXT,
) -> None:
    """Concepts and posts near a term or a draft. 관련 개념과 글을 찾는다."""
    from kgraph.draft import section_at

    text, path, line = _draft(target, file)
    kg = state.open()
    if unlinked:
        style = "md" if form is RelatedFormat.MD else "wikilink"
        places = kg.unlinked(text, style=style, path=path)
        if line:
            section = section_at(text, line)
            low = text.find(section) if section else 0
            places = [x for x in places if low <= x.start < low + len(section)]
        shown = _unlinked_shown(places, str(path or "-"), form)
    else:
        section = section_at(text, line) if line else text
        shown = _shown(kg, kg.related(section, k=k, path=path), form, path, why=why)
    if shown:
        typer.echo(shown)
    elif form is not RelatedFormat.JSON and state.verbosity >= 0:
        typer.echo("nothing found. 찾은 것이 없습니다.", err=True)


def _draft(target: str, file: str) -> tuple[str, Path | None, int]:
    """The text that ``target`` means, the file it is of, and a line of it or 0.

    Raises:
        ReadError: a file or stdin is not text.
    """
    if target == "-":
        path, line = _at_line(file)
        return decode(sys.stdin.buffer.read(), "stdin"), Path(path) if path else None, line
    path, line = (target, 0) if _is_file(target) else _at_line(target)
    if not _is_file(path):
        return target, Path(file) if file else None, 0
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise ReadError(f"{path} cannot be read: {error.strerror or error}.") from error
    return decode(data, path), Path(path), line


def _at_line(target: str) -> tuple[str, int]:
    found = _AT_LINE.fullmatch(target)
    return (found[1], int(found[2])) if found else (target, 0)


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):  # a term too long for a file's name, or with a NUL in it
        return False


def _shown(kg: Kgraph, found: Related, form: RelatedFormat, path: Path | None, *, why: bool) -> str:
    import msgspec

    from kgraph.render.related import related_markdown, related_text, related_wikilinks
    from kgraph.render.texts import json_block

    if form is RelatedFormat.JSON:
        return json_block(msgspec.to_builtins(found))
    if form is RelatedFormat.WIKILINK:
        return related_wikilinks(found)
    if form is RelatedFormat.MD:
        targets = {post.post: kg.target(post.post, path) for post in found.posts}
        for concept in found.concepts:
            home = kg.home(concept.iri)
            targets[concept.iri] = kg.target(home, path) if home else ""
        return related_markdown(found, targets, why=why)
    return related_text(found, why=why)


def _unlinked_shown(places: Sequence[Unlinked], name: str, form: RelatedFormat) -> str:
    """``FILE:LINE:COLUMN: text → link`` as compilers tell errors, for an editor's list of them."""
    import msgspec

    from kgraph.render.texts import json_block

    if form is RelatedFormat.JSON:
        return json_block({"unlinked": msgspec.to_builtins(places)})
    if form is RelatedFormat.TEXT:
        return "\n".join(f"{name}:{x.line}:{x.column}: {x.text} → {x.insert}" for x in places)
    return "\n".join(dict.fromkeys(x.insert for x in places))
