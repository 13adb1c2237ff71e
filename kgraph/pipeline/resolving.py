"""Resolution with what the settings name: in memory for a few posts, on disk for a build."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kgraph.config import Settings
from kgraph.pipeline.notes import Notes
from kgraph.storage.spool import Spool
from kgraph.types import Extraction, Resolution

if TYPE_CHECKING:
    from kgraph.resolution.resolve import Keeper

_T = TypeVar("_T")


def resolve_all(extractions: Iterable[Extraction], settings: Settings) -> Resolution:
    """Resolve what all posts say, with the shipped and the user's vocabulary and aliases."""
    from kgraph.resolution.resolve import in_memory

    return _resolve(sorted(extractions, key=lambda x: x.post), settings, in_memory)


def resolve_notes(notes: Notes, settings: Settings, folder: Path) -> Resolution:
    """The same for all notes of a build; if they are many, the result lies in ``folder``."""
    from kgraph.resolution.resolve import forget, in_memory

    if notes.few:
        return _resolve(notes.extractions, settings, in_memory)
    resolution = _resolve(notes.extractions, settings, _OnDisk(folder))
    forget()
    return resolution


class _OnDisk:
    """Keeps what a resolution holds in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, items: Iterable[_T], kind: type[_T]) -> Sequence[_T]:
        return Spool(items, kind, self._folder)


def _resolve(extractions: Iterable[Extraction], settings: Settings, keep: Keeper) -> Resolution:
    from kgraph.resolution.overrides import load_overrides
    from kgraph.resolution.resolve import resolve_sorted
    from kgraph.vocab import load_lexicon, load_relations

    lexicon = load_lexicon(settings.lexicon)
    overrides = load_overrides(settings.aliases)
    return resolve_sorted(extractions, lexicon, load_relations(settings.relations), overrides, keep)
