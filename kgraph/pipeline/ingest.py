"""What an ingest is asked for: which sources are fetched and built from, and which are known."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kgraph.config import Settings
from kgraph.errors import ConfigError, FetchError, IndexMismatchError, ReadError
from kgraph.fetch.mirror import STDIN, Mirror, Page, is_address
from kgraph.pipeline.build import Build
from kgraph.pipeline.inputs import Input, Reasons
from kgraph.pipeline.prepare import prepare, prepare_many
from kgraph.pipeline.report import Report
from kgraph.pipeline.resolving import resolve_all
from kgraph.pipeline.sources import default, named
from kgraph.pipeline.steps import Progress, Silent, Stages
from kgraph.read import SourceFile, reader_named
from kgraph.storage.cache import EXTRACTIONS, Cache, discard, is_damage, unpack
from kgraph.storage.disk import writing
from kgraph.storage.generations import (
    Generations,
    read_manifest,
)
from kgraph.types import Extraction, Resolution

if TYPE_CHECKING:
    from kgraph.graph.push import PushReport

AUTO = "auto"
"""The name that takes a reader named earlier back."""


def ingest(
    paths: Sequence[Path | str],
    settings: Settings,
    *,
    form: str | None = None,
    rebuild: bool = False,
    progress: Progress | None = None,
    stdin: bytes | None = None,
) -> Report:
    """Bring the index up to date with the notes under ``paths``; without paths with all it knows.

    Each path or address is a source of its own: what lies there now replaces what it gave before,
    and other sources stay; only addresses among ``paths`` are asked, or all where there are none.
    ``rebuild`` makes everything anew, and forgets the other sources if ``paths`` are named. An
    index that knows no source starts with ``settings.corpus``. ``form`` names the reader for
    ``paths``, now and later; :data:`AUTO` takes that back. ``stdin`` is what ``-`` holds.

    Raises:
        ReadError: a path does not exist or holds no notes.
        FetchError: an address among ``paths`` cannot be read.
        BusyError: another ingest is running on the same indexes.
        ModelError: the encoder cannot be loaded.
        StorageError: the disk is full.
    """
    if form and form != AUTO:
        reader_named(form)
    generations = Generations(settings.indexes)
    with writing(settings.indexes), generations.lock():
        known = known_sources(generations, lenient=rebuild)
        given = [named(path) for path in paths] or list(known) or [default(settings)]
        sources = {} if rebuild and paths else dict(known)
        for source in given:
            earlier = known.get(source, "")
            sources[source] = earlier if form is None else "" if form == AUTO else form
        stages = Stages(progress)
        passed_over = _fetch(given, settings, stages, stdin, lenient=not paths)
        before = None if rebuild else generations.current()
        return _run(generations, settings, stages, sources, set(given), before, passed_over)


def rebuilt(
    settings: Settings,
    sources: Mapping[str, str] | None,
    progress: Progress | None,
    removed: Set[str] | None = None,
) -> Report:
    """Build from ``sources`` with the readers named for them, None for those that are known.

    No address is asked. ``removed`` are the ids of posts to leave out, from now on.

    Raises:
        IndexMissingError: nothing has been ingested yet.
        BusyError: another ingest is running on the same indexes.
    """
    generations = Generations(settings.indexes)
    with writing(settings.indexes), generations.lock():
        folder = generations.require()
        if removed is not None:
            generations.remove(removed)
        known = known_sources(generations) if sources is None else sources
        return _run(generations, settings, Stages(progress), known, set(), folder, {})


def known_sources(generations: Generations, *, lenient: bool = False) -> dict[str, str]:
    """The sources of the current generation with the readers named for them.

    If that is gone, or ``lenient`` and it cannot be read, those of the newest that tells them.

    Raises:
        IndexMismatchError: the current generation cannot be read.
    """
    folder = generations.current()
    if folder is None:
        return generations.last_sources()
    try:
        return {source.path: source.form for source in read_manifest(folder).sources}
    except IndexMismatchError:
        if lenient:
            return generations.last_sources()
        raise


def _fetch(
    given: Sequence[str],
    settings: Settings,
    stages: Stages,
    stdin: bytes | None,
    *,
    lenient: bool,
) -> Reasons:
    """Bring the copies of the addresses up to date; returns what could not be had, by source.

    Raises:
        FetchError: an address cannot be read at all; if ``lenient`` its copy stays as it was.
    """
    failed: Reasons = {}
    for source in given:
        mirror = Mirror(settings.indexes, source)
        if source == STDIN and stdin is not None:
            mirror.switch([Page("stdin", mirror.put(stdin))])
        elif is_address(source):
            from kgraph.fetch.crawl import fetch

            with stages.stage("fetch"):
                try:
                    found = fetch(source, mirror, settings.fetch, advance=stages.advance)
                except FetchError as error:
                    if not lenient:
                        raise
                    failed[source] = [(source, str(error))]
                else:
                    failed[source] = list(found.failed)
    return failed


def _run(
    generations: Generations,
    settings: Settings,
    stages: Stages,
    sources: Mapping[str, str],
    given: Set[str],
    before: Path | None,
    passed_over: Reasons,
) -> Report:
    """Build with the cache; one that proves damaged on the way is thrown away, it holds copies."""
    for last in (False, True):
        try:
            generations.sweep()
            with Cache(generations.cache_path) as cache, _collecting_later():
                build = Build(generations, cache, settings, stages)
                return build.run(sources, given, before, passed_over)
        except sqlite3.DatabaseError as error:
            if last or not is_damage(error):
                raise
            discard(generations.cache_path)
    raise AssertionError("the second turn returns or raises")


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Millions of small objects are made that no cycle holds: looking for cycles is a fifth of
    the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def push(settings: Settings, *, progress: Progress | None = None) -> PushReport:
    """Make the remote store of ``settings`` hold the graph of the current generation.

    Raises:
        ConfigError: the settings name no store.
        IndexMissingError: nothing has been ingested yet.
        BusyError: an ingest is running on the same indexes.
        StoreError: the server cannot be reached or refuses; see :func:`kgraph.graph.push.push`.
    """
    from kgraph.graph.push import push as run
    from kgraph.graph.store import GraphStore

    if settings.store is None:
        raise ConfigError('no store is named: give its URL, or set store = "https://…"')
    generations = Generations(settings.indexes)
    generations.require()
    shown = progress or Silent()
    with generations.lock():
        folder = generations.require()
        store = GraphStore.open(folder / "graph")
        shown.start("push", len(store))
        return run(store, read_manifest(folder).digest, settings.store, advance=shown.advance)


def extract_only(
    source: Path | bytes, settings: Settings, *, form: str | None = None
) -> tuple[Resolution, tuple[tuple[str, str], ...]]:
    """The resolved statements of a file, folder or text, without storing anything.

    Returns the resolution and the files that were skipped, with the reason.

    Raises:
        ReadError: ``source`` does not exist or holds no notes.
    """
    from kgraph.read import Skipped, discover

    extractions: list[Extraction] = []
    skipped: list[tuple[str, str]] = []
    if isinstance(source, bytes):
        prepared, reason = prepare(
            SourceFile(Path("stdin"), "stdin.md", "stdin"), settings, form, source
        )
        if prepared is None:
            raise ReadError(reason)
        extractions += prepared.extractions
    else:
        files: list[Input] = []
        for found in discover([source]):
            if isinstance(found, Skipped):
                skipped.append((found.path.name, found.reason))
            else:
                files.append(Input("", found, form=form or ""))
        for file, (blob, reason) in prepare_many(files, settings):
            if reason:
                skipped.append((file.file.name, reason))
            else:
                found_there = unpack(blob, EXTRACTIONS)
                extractions += found_there
        if not extractions:
            reasons = "; ".join(f"{name}: {reason}" for name, reason in skipped[:5])
            raise ReadError(f"No notes in {source}. {reasons}".strip())
    return resolve_all(extractions, settings), tuple(skipped)
