"""The only place that strings the stages together: files in, a new generation out.

A build is a pure function of (files, settings, code): the generation carries a digest of all three,
and when the digest is that of the current generation nothing is done. What a file gives before
names are resolved, and every vector, come from the cache when they were made before; resolution
and index are always made from everything, and the graph of what changed is the graph of everything,
so that no order of adding, editing and deleting notes can show in the result.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kgraph import __version__
from kgraph.config import Settings
from kgraph.errors import ReadError
from kgraph.fetch.mirror import Mirror, copies
from kgraph.index.recordstore import RecordStore
from kgraph.iri import concept_iri
from kgraph.pipeline.encoding import Encoding
from kgraph.pipeline.entries import Entry, dropped_of, entries_of
from kgraph.pipeline.inputs import Input, Reasons, list_inputs
from kgraph.pipeline.links import links_between
from kgraph.pipeline.notes import Notes, Shelf
from kgraph.pipeline.prepare import prepare_many
from kgraph.pipeline.report import Report, counts_of, report_of, skipped, sources_of
from kgraph.pipeline.resolving import resolve_notes
from kgraph.pipeline.sources import is_copied
from kgraph.pipeline.steps import Stages
from kgraph.storage.cache import Cache, Head, Table
from kgraph.storage.checksums import write_checksums
from kgraph.storage.fingerprint import code_digest, digest_of
from kgraph.storage.generations import (
    FORMAT,
    Generations,
    Manifest,
    read_manifest,
    write_manifest,
)
from kgraph.storage.notes import NoteStore
from kgraph.types import Kind, RecordKind, Resolution

if TYPE_CHECKING:
    from kgraph.index.vectorfile import VectorFile
    from kgraph.segment.lines import Line

INDEX = "index"
"""The folder of the index in a generation."""

_COMMIT = 32  # files prepared between two commits


class Build:
    """One run: its stages in order."""

    def __init__(
        self, generations: Generations, cache: Cache, settings: Settings, stages: Stages
    ) -> None:
        from kgraph.index.encoder import load_encoder

        self.generations = generations
        self.cache = cache
        self.settings = settings
        self.stages = stages
        self.shelf = Shelf(cache, settings)
        self.encoder = load_encoder(settings.model or None)
        extras = [p.read_bytes() if p else b"" for p in (settings.lexicon, settings.relations)]
        self.settings_digest = digest_of(*extras)
        # Not among the settings that extraction depends on: a new alias only resolves anew.
        aliases = settings.aliases
        self.aliases_digest = digest_of(aliases.read_bytes() if aliases.is_file() else b"")

    def run(
        self,
        sources: Mapping[str, str],
        given: Set[str],
        folder: Path | None,
        unfetched: Reasons,
    ) -> Report:
        """Build from ``sources``, unless the generation in ``folder`` is what they would give."""
        before = read_manifest(folder) if folder else None
        with self.stages.stage("list"):
            listing = list_inputs(
                sources, given, self.settings, self.settings_digest, self.stages.advance
            )
        files, passed_over = listing.files, listing.passed_over
        for source, reasons in unfetched.items():
            passed_over[source] = reasons + passed_over[source]
        digest = self._digest(files)
        if (
            before is not None
            and before.digest == digest
            and {source.path: source.form for source in before.sources} == sources
        ):
            same = sum(len(f.posts) for s in before.sources for f in s.files)
            failing = skipped(before, passed_over)
            return Report(True, 0, 0, 0, same, before.counts, failing, self.stages.seconds)

        failed = self._prepare(files)
        entries: list[Entry] = []
        with self.stages.stage("read", len(files)):
            for file, heads in self._load(files, failed):
                entries += entries_of(file, heads)
        dropped = dropped_of(entries, self.generations.removed())
        notes = Notes([entry for i, entry in enumerate(entries) if i not in dropped], self.shelf)
        self._tell(entries, dropped, notes, failed, passed_over)
        if not notes.infos:
            whys = [failed[f.key] for f in files if f.key in failed]
            raise ReadError(f"No notes in {', '.join(sources)}. {'; '.join(whys[:5])}".strip())
        with self.generations.new() as target:
            with self.stages.stage("resolve"):
                resolution = resolve_notes(notes, self.settings, target)
                self._records(target, notes, resolution)
            vectors = self._encode(target)
            manifest = Manifest(
                format=FORMAT,
                version=__version__,
                digest=digest,
                model=self.settings.model,
                encoder=self.encoder.fingerprint,
                dimension=self.encoder.dimension,
                sources=sources_of(sources, files, failed, notes.by_file, passed_over),
                counts=self._counts(target, notes, resolution),
            )
            self._graph(target, notes, resolution, digest, folder)
            with self.stages.stage("index", vectors.shape[0]):
                self._index(target, vectors, notes, resolution)
            with self.stages.stage("write"):
                texts = zip(notes.infos, notes.texts, strict=True)
                NoteStore.build(target / "notes.sqlite", texts)
                write_manifest(target, manifest)
                write_checksums(target)
        self._prune("prepared", {file.key for file in files})
        copied = {Mirror(self.settings.indexes, x).folder for x in sources if is_copied(x)}
        for copy in copies(self.settings.indexes) - copied:
            shutil.rmtree(copy, ignore_errors=True)
        return report_of(before, manifest, self.stages.seconds)

    # ------------------------------------------------------------ input

    def _digest(self, files: Sequence[Input]) -> str:
        return digest_of(
            code_digest(),
            self.settings_digest,
            self.encoder.fingerprint,
            self.aliases_digest,
            *sorted(self.generations.removed()),
            *(f"{f.file.name}\0{f.key}" for f in files),
        )

    def _prepare(self, files: Sequence[Input]) -> dict[str, str]:
        """Fill the cache with every file that is not in it; returns why some failed, by key."""
        known = self.cache.has_prepared(file.key for file in files)
        todo = [file for file in files if file.key not in known]
        failed: dict[str, str] = {}
        with self.stages.stage("extract", len(todo)):
            try:
                for done, (file, (blob, reason)) in enumerate(prepare_many(todo, self.settings)):
                    if reason:
                        failed[file.key] = reason
                    else:
                        self.cache.put_prepared(file.key, blob)
                    if done % _COMMIT == _COMMIT - 1:
                        self.cache.commit()
                    self.stages.advance(1)
            finally:  # what Ctrl-C breaks off goes on from here
                self.cache.commit()
        return failed

    def _load(
        self, files: Sequence[Input], failed: dict[str, str]
    ) -> Iterator[tuple[Input, tuple[Head, ...]]]:
        """Each file with the posts that it gave, in order."""
        for file in files:
            self.stages.advance(1)
            if file.key in failed:
                continue
            heads, reason = self.shelf.heads(file)
            if reason:
                failed[file.key] = reason
            else:
                yield file, heads

    @staticmethod
    def _tell(
        entries: Sequence[Entry],
        dropped: Mapping[int, str],
        notes: Notes,
        failed: dict[str, str],
        passed_over: Reasons,
    ) -> None:
        """Enter why posts were dropped: with their file, or beside it where others of it stay."""
        for i, reason in dropped.items():
            file = entries[i].file
            why = f"{file.file.name}: {reason}"
            if file.key in notes.by_file:
                passed_over.setdefault(file.source, []).append((file.file.name, why))
            else:
                failed[file.key] = why

    def _prune(self, table: Table, keep: Set[bytes] | Set[str]) -> None:
        with suppress(sqlite3.OperationalError):  # a full disk: another build prunes
            self.cache.prune(table, keep)

    # ------------------------------------------------------------ output

    def _records(self, target: Path, notes: Notes, resolution: Resolution) -> None:
        from kgraph.index.records import make_records
        from kgraph.vocab import load_relations

        passages = ((post, cut.passages) for post, cut in zip(notes.infos, notes.cuts, strict=True))
        relations = load_relations(self.settings.relations)
        RecordStore.build(target / INDEX, make_records(passages, resolution, relations))

    def _counts(self, target: Path, notes: Notes, resolution: Resolution) -> dict[str, int]:
        kinds = RecordStore(target / INDEX).counts()
        passages = kinds.get(RecordKind.PASSAGE, 0)
        return counts_of(len(notes.infos), passages, resolution, sum(kinds.values()))

    def _encode(self, target: Path) -> VectorFile:
        encoding = Encoding(self.encoder, self.cache, self.stages)
        vectors, keys = encoding.vectors(RecordStore(target / INDEX).embeds, target)
        self._prune("vectors", keys)
        return vectors

    def _graph(
        self,
        target: Path,
        notes: Notes,
        resolution: Resolution,
        digest: str,
        before: Path | None,
    ) -> None:
        from kgraph.extract.version import EXTRACTOR_VERSION
        from kgraph.graph.make import Content, make_graph
        from kgraph.graph.rdf import Activity
        from kgraph.vocab import load_relations

        activity = Activity(
            digest=digest,
            version=__version__,
            extractor=EXTRACTOR_VERSION,
            model=self.encoder.fingerprint,
        )
        relations = load_relations(self.settings.relations)
        content = Content(notes.infos, resolution, relations, links_between(notes.heads))
        with self.stages.stage("graph", len(content)):
            keys = make_graph(
                target,
                before,
                content,
                activity,
                self.settings_digest,
                self.cache,
                self.stages.counted,
            )
        self._prune("units", keys)

    def _index(
        self, target: Path, vectors: VectorFile, notes: Notes, resolution: Resolution
    ) -> None:
        from kgraph.index.linestore import LineStore
        from kgraph.index.morphemes import morphemes_of
        from kgraph.index.neighbourhood import build_related
        from kgraph.index.search import build_beside
        from kgraph.vocab import load_relations

        folder = target / INDEX
        records = RecordStore(folder)
        keys: set[bytes] = set()
        words = self.stages.counted(morphemes_of(records.embeds(), self.cache, keys))
        kinds = {
            concept_iri(concept.id): concept.kind
            for concept in resolution.concepts
            if concept.kind is not Kind.CONCEPT
        }
        build_beside(folder, vectors, self.encoder.fingerprint, words, notes.infos, kinds)
        self._prune("morphemes", keys)
        asked = (said for cut in notes.cuts for said in cut.words.items())
        LineStore.build(folder, _lines(notes, records), asked)
        build_related(folder, resolution, notes.infos, load_relations(self.settings.relations))


def _lines(notes: Notes, records: RecordStore) -> Iterator[tuple[int, tuple[Line, ...]]]:
    """The lines of each passage with the id of its record."""
    for post, cut in zip(notes.infos, notes.cuts, strict=True):
        cut_there = zip(cut.passages, cut.lines, strict=True)
        lines = {(p.start, p.end, p.text): found for p, found in cut_there}
        for record in records.of_post(post.id):
            if found := lines.get((record.start, record.end, record.text)):
                yield record.id, found
