"""All checks in order; those of the content only where the graph can be read."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace

from kgraph.config import Settings
from kgraph.doctor.audit import contradictions, hubs, near_duplicates
from kgraph.doctor.findings import Finding, Severity
from kgraph.doctor.integrity import check_cache, check_evidence, check_files, check_sources
from kgraph.errors import IndexMismatchError, KgraphError
from kgraph.graph.store import GraphStore
from kgraph.storage.generations import CURRENT, Generations, read_manifest
from kgraph.storage.notes import NoteStore
from kgraph.vocab import load_lexicon


def examine(settings: Settings) -> list[Finding]:
    """What is wrong with the index in ``settings.indexes``: damage first, advice last.

    The commands that mend are such as can be run as they are.

    Raises:
        IndexMissingError: nothing has been ingested there.
    """
    found = sorted(_all(settings), key=lambda x: list(Severity).index(x.severity))
    return [replace(item, mend=_addressed(item.mend, settings)) for item in found]


def _all(settings: Settings) -> list[Finding]:
    generations = Generations(settings.indexes)
    # Where no generation can tell its sources any more, the user has to.
    rebuild = "kgraph ingest --rebuild" + ("" if generations.last_sources() else " PATH...")
    folder = generations.current()
    if folder is None:
        pointer = settings.indexes / CURRENT
        if pointer.is_file():
            name = pointer.read_text("utf-8", errors="replace").strip()
            gone = f"{pointer} names generation {name!r}, which is gone"
            return [Finding("generation", Severity.DAMAGE, gone, rebuild)]
        generations.require()
    assert folder is not None
    try:
        manifest = read_manifest(folder)
    except IndexMismatchError as error:
        return [Finding("manifest", Severity.DAMAGE, str(error), rebuild)]
    found = [*check_files(folder), *check_sources(manifest, settings)]
    found += check_cache(generations.cache_path, manifest)
    try:
        store, notes = GraphStore.open(folder / "graph"), NoteStore(folder / "notes.sqlite")
        found += check_evidence(store, notes, manifest)
    except KgraphError as error:
        found.append(Finding("graph", Severity.DAMAGE, str(error), rebuild))
    else:
        lexicon = load_lexicon(settings.lexicon)
        found += hubs(store, lexicon)
        found += near_duplicates(store, lexicon)
        found += contradictions(store)
    return found


def _addressed(command: str, settings: Settings) -> str:
    """``command`` for these very indexes."""
    if settings.indexes == Settings().indexes:
        return command
    named = f"kgraph --indexes {shlex.quote(str(settings.indexes))} "
    return re.sub(r"\bkgraph (?=ingest|remove|alias)", lambda _: named, command)
