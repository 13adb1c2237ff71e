"""Posts and sources taken out of an index, and brought back."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

from kgraph.config import Settings
from kgraph.errors import KgraphError, NotFoundError
from kgraph.pipeline.ingest import rebuilt
from kgraph.pipeline.report import Report
from kgraph.pipeline.sources import named
from kgraph.pipeline.steps import Progress
from kgraph.storage.generations import Generations, read_manifest


def remove(
    name: Path | str,
    settings: Settings,
    *,
    source: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Build the index anew without a post, or with ``source`` without a source.

    A removed post stays out of later builds until :func:`restore` brings it back; its file stays.
    What is no post is taken for a source.

    Raises:
        NotFoundError: there is no such post or source, or nothing else.
        BusyError: another ingest is running on the same indexes.
    """
    generations = Generations(settings.indexes)
    before = read_manifest(generations.require())
    posts = {post for entry in before.sources for file in entry.files for post in file.posts}
    if not source and str(name) in posts:
        if len(posts) == 1:
            raise NotFoundError(f"{name} is the only post; delete {settings.indexes} instead")
        return _without(generations.removed() | {str(name)}, settings, progress)
    known = [entry.path for entry in before.sources]
    path = named(name)
    if path not in known:
        kind = "source" if source else "post or source"
        raise NotFoundError(f"{name} is no {kind} of this index; its sources: {', '.join(known)}")
    left = {entry.path: entry.form for entry in before.sources if entry.path != path}
    if not left:
        raise NotFoundError(f"{path} is the only source; delete {settings.indexes} instead")
    return rebuilt(settings, left, progress)


def restore(post: str, settings: Settings, *, progress: Progress | None = None) -> Report:
    """Take back the removal of a post, and build the index anew.

    Raises:
        NotFoundError: it was not removed.
        BusyError: another ingest is running on the same indexes.
    """
    removed = Generations(settings.indexes).removed()
    if post not in removed:
        named = ", ".join(sorted(removed)) or "none"
        raise NotFoundError(f"{post} was not removed from this index; removed are: {named}")
    return _without(removed - {post}, settings, progress)


def _without(removed: Set[str], settings: Settings, progress: Progress | None) -> Report:
    """Build with ``removed`` left out. Killed on the way, the next ingest does it."""
    generations = Generations(settings.indexes)
    before = generations.removed()
    try:
        return rebuilt(settings, None, progress, removed)
    except KgraphError:
        generations.remove(before)
        raise
