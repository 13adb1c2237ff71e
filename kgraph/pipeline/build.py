"""The only place that strings the stages together: files in, a new generation out.

A build is a pure function of (files, settings, code): the generation carries a digest of all three,
and when the digest is that of the current generation nothing is done. What a file gives before
names are resolved, and every vector, come from the cache when they were made before; resolution
and index are always made from everything, and the graph of what changed is the graph of everything,
so that no order of adding, editing and deleting notes can show in the result.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kgraph import __version__
from kgraph.config import Settings
from kgraph.errors import ReadError
from kgraph.fetch.mirror import Mirror, copies
from kgraph.iri import concept_iri
from kgraph.pipeline.entries import Entry, dropped_of, entries_of
from kgraph.pipeline.inputs import Input, Reasons, list_inputs
from kgraph.pipeline.links import links_between
from kgraph.pipeline.prepare import prepare, prepare_many
from kgraph.pipeline.report import Report, counts_of, report_of, skipped, sources_of
from kgraph.pipeline.sources import is_copied
from kgraph.pipeline.steps import Stages
from kgraph.storage.cache import Cache, Prepared
from kgraph.storage.checksums import write_checksums
from kgraph.storage.fingerprint import code_digest, digest_of
from kgraph.storage.generations import (
    FORMAT,
    Generations,
    Manifest,
    read_manifest,
    write_manifest,
)
from kgraph.storage.notes import NoteStore, info
from kgraph.types import Extraction, Record, Resolution

_CHUNK = 256  # texts encoded between two commits to the cache: what Ctrl-C can lose
_COMMIT = 32  # files prepared between two commits


def resolve_all(extractions: Sequence[Extraction], settings: Settings) -> Resolution:
    """Resolve what all posts say, with the shipped and the user's vocabulary and aliases."""
    from kgraph.resolution.overrides import load_overrides
    from kgraph.resolution.resolve import resolve
    from kgraph.vocab import load_lexicon, load_relations

    lexicon = load_lexicon(settings.lexicon)
    overrides = load_overrides(settings.aliases)
    return resolve(extractions, lexicon, load_relations(settings.relations), overrides)


class _Notes:
    """Everything that the posts say: those that stay, in the order of the files."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.posts = [entry.post for entry in entries]
        self.infos = [info(post) for post in self.posts]
        self.passages = [p for entry in entries for p in entry.passages]
        self.extractions = [entry.extraction for entry in entries]
        self.lines = {
            (p.post, p.start, p.end, p.text): lines
            for entry in entries
            for p, lines in zip(entry.passages, entry.lines, strict=True)
        }
        self.by_file: dict[str, tuple[tuple[str, str], ...]] = {}  # ids and hashes
        for entry in entries:
            found = (entry.post.id, entry.post.sha256)
            self.by_file[entry.key] = (*self.by_file.get(entry.key, ()), found)


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
        self.encoder = load_encoder(settings.model or None)
        self.vector_keys: set[bytes] = set()
        self.morpheme_keys: set[bytes] = set()
        self.unit_keys: set[bytes] = set()
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
        words: dict[str, tuple[str, ...]] = {}
        with self.stages.stage("read", len(files)):
            for file, prepared in self._load(files, failed):
                entries += entries_of(file.key, prepared)
                words.update(prepared.words)
        dropped = dropped_of(entries, self.generations.removed())
        notes = _Notes([entry for i, entry in enumerate(entries) if i not in dropped])
        self._tell(files, entries, dropped, notes, failed, passed_over)
        if not notes.infos:
            whys = [failed[f.key] for f in files if f.key in failed]
            raise ReadError(f"No notes in {', '.join(sources)}. {'; '.join(whys[:5])}".strip())
        with self.stages.stage("resolve"):
            resolution = resolve_all(notes.extractions, self.settings)
            records = self._records(notes, resolution)
        vectors = self._encode(records)
        manifest = Manifest(
            format=FORMAT,
            version=__version__,
            digest=digest,
            model=self.settings.model,
            encoder=self.encoder.fingerprint,
            dimension=self.encoder.dimension,
            sources=sources_of(sources, files, failed, notes.by_file, passed_over),
            counts=counts_of(len(notes.infos), len(notes.passages), resolution, len(records)),
        )
        with self.generations.new() as target:
            with self.stages.stage("graph"):
                self._graph(target, notes, resolution, digest, folder)
            with self.stages.stage("index"):
                self._index(target, records, vectors, notes, words, resolution)
            with self.stages.stage("write"):
                NoteStore.build(target / "notes.sqlite", notes.posts)
                write_manifest(target, manifest)
                write_checksums(target)
        keys = {file.key for file in files}
        with suppress(sqlite3.OperationalError):  # a full disk: all is done, the next one prunes
            self.cache.prune(keys, self.vector_keys, self.morpheme_keys, self.unit_keys)
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
    ) -> Iterator[tuple[Input, Prepared]]:
        """Each file with what it gave, in order."""
        for file in files:
            self.stages.advance(1)
            if file.key in failed:
                continue
            prepared = self.cache.prepared(file.key)
            if prepared is None:  # damaged: make it again
                prepared, reason = prepare(file.file, self.settings, file.form or None)
                if prepared is None:
                    failed[file.key] = reason
                    continue
            yield file, prepared

    @staticmethod
    def _tell(
        files: Sequence[Input],
        entries: Sequence[Entry],
        dropped: Mapping[int, str],
        notes: _Notes,
        failed: dict[str, str],
        passed_over: Reasons,
    ) -> None:
        """Enter why posts were dropped: with their file, or beside it where others of it stay."""
        by_key = {file.key: file for file in files}
        for i, reason in dropped.items():
            file = by_key[entries[i].key]
            why = f"{file.file.name}: {reason}"
            if file.key in notes.by_file:
                passed_over.setdefault(file.source, []).append((file.file.name, why))
            else:
                failed[file.key] = why

    # ------------------------------------------------------------ output

    def _records(self, notes: _Notes, resolution: Resolution) -> list[Record]:
        from kgraph.index.records import make_records
        from kgraph.vocab import load_relations

        relations = load_relations(self.settings.relations)
        return make_records(notes.infos, notes.passages, resolution, relations)

    def _encode(self, records: Sequence[Record]) -> NDArray[np.float32]:
        """The vectors of ``records``, (n, d), each text encoded once ever."""
        size = self.encoder.dimension
        salt = self.encoder.fingerprint
        keys = [
            hashlib.blake2b(f"{salt}\0{r.embed}".encode(), digest_size=16).digest() for r in records
        ]
        self.vector_keys = set(keys)
        known = dict(self.cache.vectors(keys, size))
        missing = {key: r.embed for key, r in zip(keys, records, strict=True) if key not in known}
        todo = list(missing.items())
        with self.stages.stage("encode", len(todo)):
            for i in range(0, len(todo), _CHUNK):
                chunk = todo[i : i + _CHUNK]
                made = self.encoder.encode_passages([text for _, text in chunk])
                self.cache.put_vectors([key for key, _ in chunk], made)
                known.update((key, row) for (key, _), row in zip(chunk, made, strict=True))
                self.stages.advance(len(chunk))
        vectors = np.empty((len(keys), size), dtype=np.float32)
        for row, key in enumerate(keys):
            vectors[row] = known[key]
        return vectors

    def _graph(
        self,
        target: Path,
        notes: _Notes,
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
        content = Content(notes.infos, resolution, relations, links_between(notes.posts))
        self.unit_keys = make_graph(
            target, before, content, activity, self.settings_digest, self.cache
        )

    def _index(
        self,
        folder: Path,
        records: list[Record],
        vectors: NDArray[np.float32],
        notes: _Notes,
        words: Mapping[str, tuple[str, ...]],
        resolution: Resolution,
    ) -> None:
        from kgraph.extract.morphology import Analyser
        from kgraph.index.linestore import LineStore
        from kgraph.index.morphemes import KnownMorphemes, analyse, keys_of
        from kgraph.index.neighbourhood import build_related
        from kgraph.index.search import build
        from kgraph.vocab import load_relations

        target = folder / "index"
        texts = keys_of(record.embed for record in records)
        self.morpheme_keys = set(texts)
        known = KnownMorphemes(analyse(texts, self.cache), Analyser.shared().morphemes)
        kinds = {concept_iri(concept.id): concept.kind for concept in resolution.concepts}
        build(target, records, vectors, self.encoder.fingerprint, known, notes.infos, kinds)
        cut = ((r.id, notes.lines.get((r.post, r.start, r.end, r.text))) for r in records)
        LineStore.build(target, ((i, lines) for i, lines in cut if lines), words)
        relations = load_relations(self.settings.relations)
        build_related(target, resolution, notes.infos, relations)
