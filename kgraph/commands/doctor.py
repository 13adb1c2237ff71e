"""``kgraph doctor``: is the index whole, and what in the graph looks wrong."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.commands.state import state

if TYPE_CHECKING:
    from kgraph.doctor import Finding


class DoctorFormat(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"


def doctor(
    form: Annotated[
        DoctorFormat, typer.Option("--format", help="Output format.")
    ] = DoctorFormat.TEXT,
) -> None:
    """Check the index and audit the graph; exit code 1 if the index is damaged. 색인을 진단한다."""
    import msgspec

    from kgraph.doctor import Severity, examine
    from kgraph.render.texts import json_block

    settings = state.settings()
    found = examine(settings)
    damaged = any(item.severity is Severity.DAMAGE for item in found)
    if form is DoctorFormat.JSON:
        data = {
            "indexes": str(settings.indexes),
            "sound": not damaged,
            "findings": msgspec.to_builtins(found),
        }
        typer.echo(json_block(data))
    else:
        typer.echo(_text(found))
        said = "damaged; 손상되었습니다" if damaged else "sound; 색인은 온전합니다"
        typer.echo(f"{settings.indexes}: {said}", err=True)
    if damaged:
        raise typer.Exit(1)


def _text(found: list[Finding]) -> str:
    lines: list[str] = []
    for item in found:
        lines.append(f"{item.severity} [{item.check}] {item.message}")
        lines += [f"    {line}" for line in item.evidence]
        lines.append(f"    → {item.mend}")
    return "\n".join(lines) if lines else "nothing to mend / 고칠 것이 없습니다"
