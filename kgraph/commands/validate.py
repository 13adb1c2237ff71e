"""``kgraph validate``: the graph, or any RDF file, against the shapes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kgraph.commands.state import state

_SHOWN = 50


def validate(
    file: Annotated[
        Path | None, typer.Argument(help="An RDF file; default: the graph of the index.")
    ] = None,
) -> None:
    """Check the graph against SHACL shapes and SKOS's conditions. 그래프를 검사한다."""
    from kgraph.graph.validation import read_quads, violations

    found = violations(read_quads(file) if file else state.open().store.quads())
    for violation in found[:_SHOWN]:
        typer.echo(f"{violation.node}: {violation.message}")
    if len(found) > _SHOWN:
        typer.echo(f"... and {len(found) - _SHOWN} more")
    typer.echo(f"{len(found)} violations" if found else "no violations", err=True)
    if found:
        raise typer.Exit(1)
