"""Keeping an index in step with its notes: an update after every change, until stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kgraph.config import Settings
from kgraph.errors import BusyError, KgraphError, StorageError
from kgraph.pipeline.sources import is_copied
from kgraph.read.archive import SUFFIX as ARCHIVE
from kgraph.read.discover import SUFFIXES

if TYPE_CHECKING:
    from watchfiles import Change

QUIET_MS = 400  # without a change before an update begins: editors write in several steps
_LONGEST_MS = 5_000  # that a stream of changes may put it off
_LOOK_MS = 2_000  # between two looks at what no system tells: a folder that came back, a lock
_AGAIN = 5.0  # seconds before a new watcher is tried where there is none

Batch = Collection[Path]
"""What changed since the last one; empty where only time has passed."""


def follow(
    update: Callable[[], None],
    batches: Iterator[Batch],
    complain: Callable[[KgraphError], None],
) -> None:
    """Run ``update`` for every batch that holds a change, until ``batches`` ends.

    An error is told once, and ends nothing: the next change is another chance. What passes by
    itself, such as another ingest, is tried again with the next batch, be it empty.
    """
    waiting, told = False, ""
    for batch in batches:
        if not batch and not waiting:
            continue
        try:
            update()
            waiting, told = False, ""
        except KgraphError as error:
            waiting = isinstance(error, BusyError | StorageError)
            if str(error) != told:
                complain(error)
            told = str(error)


def changes(
    sources: Callable[[], Sequence[str]],
    settings: Settings,
    *,
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[Batch]:
    """The changes of the notes in ``sources()`` and of the user's vocabulary, settled, for ever.

    Addresses are not watched. What is watched is looked at anew every two seconds, so that a folder
    that was moved away and came back is followed again.
    """
    from watchfiles import watch

    while True:
        wanted = Wanted(sources(), settings)
        if not wanted.roots:
            wait(_AGAIN)
            yield ()
            continue
        told = watch(
            *wanted.roots,
            watch_filter=wanted,
            step=QUIET_MS,
            debounce=_LONGEST_MS,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
            recursive=wanted.deep,
        )
        first = True
        while Wanted(sources(), settings).marks == wanted.marks:
            try:
                found = next(told)
            except (RuntimeError, OSError):  # a folder that went, a file whose name is no UTF-8
                wait(_AGAIN)
                break
            # The first word of a watcher is that it watches: what came before it, nobody saw.
            yield wanted.roots if first else [Path(path) for _, path in found]
            first = False


class Wanted:
    """Which folders to watch for ``sources``, and which of the changes below them count."""

    def __init__(self, sources: Sequence[str], settings: Settings) -> None:
        paths = [Path(source) for source in sources if not is_copied(source)]
        self._folders = [path for path in paths if path.is_dir()]
        self._files = {path for path in paths if not path.is_dir()}
        self._indexes = settings.indexes.resolve()
        self.deep = bool(self._folders)
        beside = () if self.deep else {x.parent for x in self._files if x.parent.is_dir()}
        self.roots = sorted({*self._folders, *beside})
        named = (settings.aliases, settings.lexicon, settings.relations)
        looked_at = {path for path in named if path is not None} | (
            self._files if self.deep else set()
        )
        # A single file is looked at from time to time: to be told of one that editors replace, its
        # whole folder would have to be watched.
        self.marks = [_mark(path) for path in (*self.roots, *sorted(looked_at))]

    def __call__(self, change: Change | None, path: str) -> bool:
        """Whether a change of ``path`` may change the index."""
        file = Path(path)
        if file in self._files:
            return True
        if file.is_relative_to(self._indexes):
            return False
        for folder in self._folders:
            if file.is_relative_to(folder):
                below = file.relative_to(folder)
                if any(part.startswith(".") for part in below.parts):
                    return False
                # What is gone may have been a folder of notes.
                return file.suffix.lower() in (*SUFFIXES, ARCHIVE) or not file.is_file()
        return False


def _mark(path: Path) -> tuple[object, ...]:
    """What is another when another folder, or another content of a file, is at ``path``."""
    try:
        state = path.stat()
    except OSError:
        return (path,)
    if path.is_dir():
        return (path, state.st_ino)
    return (path, state.st_ino, state.st_size, state.st_mtime_ns)
