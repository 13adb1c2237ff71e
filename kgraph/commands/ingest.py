"""``kgraph ingest`` and ``kgraph remove``: what the index is made of."""

from __future__ import annotations

import sys
from enum import StrEnum
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
        list[str] | None,
        typer.Argument(
            help="Files, folders or ZIP archives of notes (default: corpus/); the address of a"
            " page, feed or sitemap; - for standard input."
        ),
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
    given = paths or [str(settings.corpus)]
    if dry_run:
        _plan(given, settings, rebuild=rebuild, report=report, strict=strict)
        return
    stdin = sys.stdin.buffer.read() if "-" in given else None
    with show_progress(quiet=state.verbosity < 0) as progress:
        done = run(given, settings, form=form, rebuild=rebuild, progress=progress, stdin=stdin)
    _show(done, report)
    _push(settings)
    _judge([why for _, why in done.skipped], strict=strict)


def remove(
    name: Annotated[
        str | None, typer.Argument(help="A post's id, or a source: a file, folder or address.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="A source, with all its posts.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Bring a removed post back.")] = False,
    report: Form = ReportFormat.TEXT,
) -> None:
    """Take a post or a source out of the index; the notes stay. 글이나 원본을 색인에서 뺀다."""
    from kgraph.progress import show_progress
    from kgraph.removal import remove as run
    from kgraph.removal import restore

    given = [x for x in (name, source) if x is not None]
    if len(given) != 1 or (undo and name is None):
        raise typer.BadParameter("name one post, or one source with --source")
    settings = state.settings()
    with show_progress(quiet=state.verbosity < 0) as progress:
        if undo:
            done = restore(given[0], settings, progress=progress)
        else:
            done = run(given[0], settings, source=source is not None, progress=progress)
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
    paths: list[str], settings: Settings, *, rebuild: bool, report: ReportFormat, strict: bool
) -> None:
    import msgspec

    from kgraph.changes import plan
    from kgraph.render import json_block

    found = plan(paths, settings, rebuild=rebuild)
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
