"""``kgraph ingest`` and ``kgraph remove``: what the index is made of."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.commands.state import state

if TYPE_CHECKING:
    from kgraph.config import Settings
    from kgraph.pipeline.report import Report


class ReportFormat(StrEnum):
    """How an ingest reports: to stderr for people, or to stdout for programs."""

    TEXT = "text"
    JSON = "json"


Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only errors on stderr.")]
Form = Annotated[ReportFormat, typer.Option("--report", help="json prints the report to stdout.")]


def ingest(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files, folders or ZIP archives of notes; the address of a page, feed or sitemap;"
            " - for standard input. Default: all that is ingested already, at first corpus/."
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--from", help="Force a reader, now and later: markdown, feed ...; auto: none any more."
        ),
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make all anew; with PATHS forget other sources.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say which files are new, changed or gone.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 1 if any note could not be read.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on, and ingest again whenever a note changes.")
    ] = False,
    quiet: Quiet = False,
    report: Form = ReportFormat.TEXT,
) -> None:
    """Bring graph and index up to date with the notes. 노트를 그래프와 색인으로 만든다."""
    from kgraph.commands.progress import show_progress
    from kgraph.pipeline.ingest import AUTO, ingest
    from kgraph.read import READERS

    readers = [AUTO, *sorted(reader.name for reader in READERS)]
    if form is not None and form not in readers:
        raise typer.BadParameter(f"--from takes one of {', '.join(readers)}, not {form!r}")
    given = paths or []
    if watch and ("-" in given or dry_run):
        raise typer.BadParameter("--watch follows files and folders: no - and no --dry-run")
    settings = state.settings()
    state.verbosity -= quiet
    if dry_run:
        _plan(given, settings, rebuild=rebuild, report=report, strict=strict)
        return
    stdin = sys.stdin.buffer.read() if "-" in given else None

    def run(paths: list[str], *, anew: bool) -> Report:
        with show_progress(quiet=state.verbosity < 0) as progress:
            return ingest(paths, settings, form=form, rebuild=anew, progress=progress, stdin=stdin)

    if watch:
        _watch(run, given, settings, rebuild=rebuild, report=report)
        return
    done = run(given, anew=rebuild)
    _show(done, report)
    _push(settings)
    _judge([why for _, why in done.skipped], strict=strict)


def _watch(
    run: Callable[..., Report],
    given: list[str],
    settings: Settings,
    *,
    rebuild: bool,
    report: ReportFormat,
) -> None:
    """Ingest, and again after every change, until Ctrl-C."""
    from kgraph.errors import KgraphError
    from kgraph.pipeline.ingest import known_sources
    from kgraph.pipeline.sources import is_copied, named
    from kgraph.pipeline.watch import changes, follow
    from kgraph.storage.generations import Generations

    told = state.verbosity >= 0
    first = True

    def sources() -> list[str]:
        return sorted({*known_sources(Generations(settings.indexes)), *map(named, given)})

    def update() -> None:
        done = run(given, anew=rebuild and first)
        if first or not done.unchanged:
            _show(done, report, line=True)
            _push(settings)

    def complain(error: KgraphError) -> None:
        typer.echo("kgraph: " + " ".join(str(error).split()), err=True)

    try:
        if any(not is_copied(x) and not Path(x).exists() for x in map(named, given)):
            update()  # which says what is wrong; what appears later is another matter
        follow(update, iter([[Path()]]), complain)
        first = False
        if told:
            typer.echo("watching; Ctrl-C ends it. 노트를 지켜봅니다.", err=True)
        follow(update, changes(sources, settings), complain)
    except KeyboardInterrupt:
        if told:
            typer.echo("no longer watching; the index holds the last complete build", err=True)


def remove(
    name: Annotated[
        str | None, typer.Argument(help="A post's id, or a source: a file, folder or address.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="A source, with all its posts.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Bring a removed post back.")] = False,
    quiet: Quiet = False,
    report: Form = ReportFormat.TEXT,
) -> None:
    """Take a post or a source out of the index; the notes stay. 글이나 원본을 색인에서 뺀다."""
    from kgraph.commands.progress import show_progress
    from kgraph.pipeline.removal import remove as run
    from kgraph.pipeline.removal import restore

    given = [x for x in (name, source) if x is not None]
    if len(given) != 1 or (undo and name is None):
        raise typer.BadParameter("name one post, or one source with --source")
    settings = state.settings()
    state.verbosity -= quiet
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

    from kgraph.pipeline.changes import plan
    from kgraph.render.texts import json_block

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


def _show(done: Report, report: ReportFormat, *, line: bool = False) -> None:
    import msgspec

    from kgraph.render.reports import report_text
    from kgraph.render.texts import json_block, json_line

    if report is ReportFormat.JSON:
        data = msgspec.to_builtins(done)
        typer.echo(json_line(data) if line else json_block(data))
    elif state.verbosity >= 0:
        typer.echo(report_text(done, verbose=state.verbosity > 0), err=True)


def _judge(reasons: list[str] | tuple[str, ...], *, strict: bool) -> None:
    from kgraph.storage.generations import FOREIGN

    bad = [why for why in reasons if not why.startswith(FOREIGN)]
    if strict and bad:
        typer.echo(f"--strict: {len(bad)} not read; first: {bad[0]}", err=True)
        raise typer.Exit(1)
