"""``kgraph alias``: what names what, kept in a TOML file that wins over everything."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.commands.state import state
from kgraph.errors import IndexMissingError

if TYPE_CHECKING:
    from kgraph.resolution.overrides import Overrides

alias = typer.Typer(
    help="Say which names are one concept, and which are none. 개념의 이름을 직접 정한다.",
    no_args_is_help=True,
)


class AliasFormat(StrEnum):
    """How the alias file is printed."""

    TEXT = "text"
    JSON = "json"


@alias.command()
def add(
    name: Annotated[str, typer.Argument(help="A name of the concept.")],
    aliases: Annotated[list[str], typer.Argument(help="Its other names, in the notes or not.")],
) -> None:
    """Give a concept more names. 개념에 이름을 더한다."""
    from kgraph.resolution.overrides import with_merge

    path, said = _load()
    _known(name)
    _save(path, with_merge(said, [name, *aliases]))


@alias.command()
def merge(
    names: Annotated[list[str], typer.Argument(help="Two or more names of one concept.")],
) -> None:
    """Make one concept of several; the first one's kind and id stay. 개념을 하나로 합친다."""
    from kgraph.resolution.overrides import with_merge

    if len(names) < 2:
        raise typer.BadParameter("name two concepts at least")
    path, said = _load()
    for name in names:
        _known(name)
    _save(path, with_merge(said, names))


@alias.command()
def split(
    name: Annotated[str, typer.Argument(help="The name that is to stand for itself.")],
) -> None:
    """Take a name out of its concept. 이름을 개념에서 떼어 낸다."""
    from kgraph.resolution.overrides import with_split

    path, said = _load()
    _known(name)
    _save(path, with_split(said, name))


@alias.command()
def ignore(
    name: Annotated[str, typer.Argument(help="The name that names nothing.")],
) -> None:
    """Let a name be no concept, and drop what is said of it. 개념으로 치지 않는다."""
    from kgraph.resolution.overrides import with_ignore

    path, said = _load()
    _save(path, with_ignore(said, name))


@alias.command()
def remove(
    name: Annotated[str, typer.Argument(help="A name in the alias file.")],
) -> None:
    """Take back what was said of a name. 정한 것을 거둔다."""
    from kgraph.errors import NotFoundError
    from kgraph.resolution.overrides import without

    path, said = _load()
    rest = without(said, name)
    if rest == said:
        raise NotFoundError(f"{path} says nothing of {name!r}; `kgraph alias list` shows it.")
    _save(path, rest)


@alias.command(name="list")
def show(
    form: Annotated[
        AliasFormat, typer.Option("--format", help="Output format.")
    ] = AliasFormat.TEXT,
) -> None:
    """Show what the alias file says. 정한 것을 보여 준다."""
    from kgraph.render.texts import json_block

    path, said = _load()
    if form is AliasFormat.JSON:
        data = {
            "path": str(path),
            "merge": [list(group) for group in said.merge],
            "split": list(said.split),
            "ignore": list(said.ignore),
        }
        typer.echo(json_block(data))
        return
    for group in said.merge:
        typer.echo("merge   " + " = ".join(group))
    for name in said.split:
        typer.echo(f"split   {name}")
    for name in said.ignore:
        typer.echo(f"ignore  {name}")
    if not (said.merge or said.split or said.ignore):
        typer.echo(f"{path} says nothing yet. 아직 없습니다.", err=True)


def _load() -> tuple[Path, Overrides]:
    from kgraph.resolution.overrides import load_overrides

    path = state.settings().aliases
    return path, load_overrides(path)


def _save(path: Path, said: Overrides) -> None:
    from kgraph.resolution.overrides import save_overrides

    save_overrides(path, said)
    if state.verbosity >= 0:
        typer.echo(f"{path}: takes effect with the next `kgraph ingest`", err=True)


def _known(name: str) -> None:
    """Tell a misspelt name at once; without an index any name will do.

    Raises:
        NotFoundError: the notes have no such name; the message has the nearest.
    """
    from kgraph.graph.cards import the_concept

    try:
        kg = state.open()
    except IndexMissingError:
        return
    the_concept(kg.store, name)
