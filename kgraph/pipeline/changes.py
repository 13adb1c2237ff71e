"""What an ingest would do, found by content hashes without reading or building anything."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kgraph.config import Settings
from kgraph.errors import ReadError
from kgraph.pipeline.sources import default, listed, named
from kgraph.read import Skipped
from kgraph.storage.generations import Generations, read_manifest


@dataclass(frozen=True, slots=True)
class Changes:
    """Files by what became of them, as ``source/name``; ``moved`` holds (before, after)."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]
    deleted: tuple[str, ...]
    same: int
    skipped: tuple[str, ...]


def plan(paths: Sequence[Path | str], settings: Settings, *, rebuild: bool = False) -> Changes:
    """How the files under ``paths`` differ from what was last ingested from them.

    Sources that are not named count as they are on disk; with ``rebuild`` as deleted, unless none
    are named at all. Addresses are not asked: they count as they were fetched last.

    Raises:
        ReadError: a path does not exist.
        IndexMismatchError: the manifest of the index cannot be read.
    """
    folder = Generations(settings.indexes).current()
    sources = read_manifest(folder).sources if folder else ()
    before = {
        f"{source.path}/{file.name}": file.sha256
        for source in sources
        for file in source.files
        if file.sha256
    }
    known = {source.path for source in sources}
    given = {named(path) for path in paths} or known or {default(settings)}
    if not (rebuild and paths):
        given |= known
    after: dict[str, str] = {}
    skipped: list[str] = []
    for source_path in sorted(given):
        for found in listed(source_path, settings):
            if isinstance(found, Skipped):
                skipped.append(found.reason)
                continue
            try:
                data = found.read()
            except (OSError, ReadError) as error:
                skipped.append(f"{found.name}: cannot be read ({error})")
                continue
            after[f"{source_path}/{found.name}"] = hashlib.sha256(data).hexdigest()
    return compare(before, after, skipped)


def compare(before: dict[str, str], after: dict[str, str], skipped: Sequence[str] = ()) -> Changes:
    """What became of the files of ``before``; both map a file's name to the hash of its bytes.

    A file that is gone and one of the same content that is new are one file that moved.
    """
    gone: dict[str, list[str]] = {}
    for name in sorted(before.keys() - after.keys(), reverse=True):
        gone.setdefault(before[name], []).append(name)
    new: list[str] = []
    moved: list[tuple[str, str]] = []
    for name in sorted(after.keys() - before.keys()):
        if gone.get(after[name]):
            moved.append((gone[after[name]].pop(), name))
        else:
            new.append(name)
    both = sorted(before.keys() & after.keys())
    changed = tuple(name for name in both if before[name] != after[name])
    return Changes(
        new=tuple(new),
        changed=changed,
        moved=tuple(moved),
        deleted=tuple(sorted(name for names in gone.values() for name in names)),
        same=len(both) - len(changed),
        skipped=tuple(skipped),
    )
