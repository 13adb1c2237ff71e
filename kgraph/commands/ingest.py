"""``kgraph ingest`` and ``kgraph remove``: what the index is made of."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.commands.state import state

if TYPE_CHECKING:
    from kgraph.config import Settings


class ReportFormat(StrEnum):
    """How an ingest reports: to stderr for people, or to stdout for programs."""

    TEXT = "text"
    JSON = "json"


Form = Annotated[ReportFormat, typer.Option("--report", help="json prints the report to stdout.")]


def ingest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files, folders or ZIP archives of notes (default: corpus/)."),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option("--from", help="Force a reader: markdown, tistory-backup, feed ..."),
    ] = None,
    rebuild: Annotated[
        bool, typer.Option(help="Forget earlier sources; build from these alone.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say which files are new, changed or gone.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 1 if any note could not be read.")
    ] = False,
    report: Form = ReportFormat.TEXT,
) -> None:
    """Bring graph and index up to date with the notes. 노트를 그래프와 색인으로 만든다."""
    from kgraph.pipeline import ingest as run
    from kgraph.progress import show_progress

    settings = state.settings()
    given = paths or [settings.corpus]
    if dry_run:
        _plan(given, settings.indexes, rebuild=rebuild, report=report, strict=strict)
        return
    with show_progress(quiet=state.verbosity < 0) as progress:
        done = run(given, settings, form=form, rebuild=rebuild, progress=progress)
    _show(done, report)
    _push(settings)
    _judge([why for _, why in done.skipped], strict=strict)


def remove(
    source: Annotated[Path, typer.Argument(help="A file or folder that was ingested.")],
    report: Form = ReportFormat.TEXT,
) -> None:
    """Take a source and its posts out of the index; the notes stay. 원본을 색인에서 뺀다."""
    from kgraph.pipeline import remove as run
    from kgraph.progress import show_progress

    settings = state.settings()
    with show_progress(quiet=state.verbosity < 0) as progress:
        done = run(source, settings, progress=progress)
    _show(done, report)
    _push(settings)


def _push(settings: Settings) -> None:
    """Bring the store up to date if the settings name one, even when no note has changed."""
    if settings.store is None:
        return
    from kgraph.commands.push import push_shown
    from kgraph.errors import KgraphError, StoreError

    try:
        push_shown(settings)
    except KgraphError as error:
        raise StoreError(
            f"the index is up to date, the store is not; the next ingest tries again: {error}"
        ) from error


def _plan(
    paths: list[Path], indexes: Path, *, rebuild: bool, report: ReportFormat, strict: bool
) -> None:
    import msgspec

    from kgraph.changes import plan
    from kgraph.render import json_block

    found = plan(paths, indexes, rebuild=rebuild)
    if report is ReportFormat.JSON:
        typer.echo(json_block(msgspec.to_builtins(found)))
    else:
        for sign, names in (("+", found.new), ("~", found.changed), ("-", found.deleted)):
            for name in names:
                typer.echo(f"{sign} {name}")
        for before, after in found.moved:
            typer.echo(f"> {before} -> {after}")
        for why in found.skipped:
            typer.echo(f"! {why}", err=True)
        typer.echo(
            f"{len(found.new)} new, {len(found.changed)} changed, {len(found.moved)} moved,"
            f" {len(found.deleted)} deleted, {found.same} as before; nothing was written",
            err=True,
        )
    _judge(found.skipped, strict=strict)


def _show(done: object, report: ReportFormat) -> None:
    import msgspec

    from kgraph.render import json_block, report_text
    from kgraph.report import Report

    assert isinstance(done, Report)
    if report is ReportFormat.JSON:
        typer.echo(json_block(msgspec.to_builtins(done)))
    elif state.verbosity >= 0:
        typer.echo(report_text(done, verbose=state.verbosity > 0), err=True)


def _judge(reasons: list[str] | tuple[str, ...], *, strict: bool) -> None:
    from kgraph.changes import FOREIGN

    bad = [why for why in reasons if not why.startswith(FOREIGN)]
    if strict and bad:
        typer.echo(f"--strict: {len(bad)} not read; first: {bad[0]}", err=True)
        raise typer.Exit(1)
