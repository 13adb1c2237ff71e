"""All checks in order; those of the content only where the graph can be read."""

from __future__ import annotations

from kgraph.config import Settings
from kgraph.doctor.audit import contradictions, hubs, near_duplicates
from kgraph.doctor.findings import Finding, Severity
from kgraph.doctor.integrity import check_cache, check_evidence, check_files, check_sources
from kgraph.errors import IndexMismatchError, KgraphError
from kgraph.generations import CURRENT, Generations, read_manifest
from kgraph.graph.store import GraphStore
from kgraph.notes import NoteStore
from kgraph.vocab import load_lexicon


def examine(settings: Settings) -> list[Finding]:
    """What is wrong with the index in ``settings.indexes``: damage first, advice last.

    Raises:
        IndexMissingError: nothing has been ingested there.
    """
    generations = Generations(settings.indexes)
    folder = generations.current()
    if folder is None:
        pointer = settings.indexes / CURRENT
        if pointer.is_file():
            name = pointer.read_text("utf-8", errors="replace").strip()
            return [_damage("generation", f"{pointer} names generation {name!r}, which is gone")]
        generations.require()
    assert folder is not None
    try:
        manifest = read_manifest(folder)
    except IndexMismatchError as error:
        return [_damage("manifest", str(error))]
    found = [*check_files(folder), *check_sources(manifest, settings)]
    found += check_cache(generations.cache_path, manifest)
    try:
        store, notes = GraphStore.open(folder / "graph"), NoteStore(folder / "notes.sqlite")
        found += check_evidence(store, notes, manifest)
    except KgraphError as error:
        found.append(_damage("graph", str(error)))
    else:
        lexicon = load_lexicon(settings.lexicon)
        found += hubs(store, lexicon)
        found += near_duplicates(store, lexicon)
        found += contradictions(store)
    return sorted(found, key=lambda x: list(Severity).index(x.severity))


def _damage(check: str, message: str) -> Finding:
    return Finding(check, Severity.DAMAGE, message, "kgraph ingest --rebuild PATH...")
