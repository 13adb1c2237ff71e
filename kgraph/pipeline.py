"""The only place that strings the stages together: notes in, a new generation out.

Ingestion is a pure function of (files, settings, code): the generation carries a digest of all
three, and when the digest is that of the current generation nothing is done. What a file gives
before names are resolved, and every vector, come from the cache when they were made before;
resolution, graph and index are always made from everything, so that no order of adding, editing
and deleting notes can show in the result.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from kgraph import __version__
from kgraph.cache import Cache, Prepared, unpack
from kgraph.checksums import write_checksums
from kgraph.config import Settings
from kgraph.entries import Entry, dropped_of, entries_of
from kgraph.errors import ConfigError, NotFoundError, ReadError
from kgraph.fetch.mirror import STDIN, Mirror, Page, is_address
from kgraph.fingerprint import code_digest, digest_of, extraction_digest
from kgraph.generations import (
    FORMAT,
    Generations,
    Manifest,
    read_manifest,
    write_manifest,
)
from kgraph.iri import concept_iri
from kgraph.links import links_between
from kgraph.notes import NoteStore, info
from kgraph.prepare import Input, prepare, prepare_many
from kgraph.read import SourceFile
from kgraph.report import Report, counts_of, report_of, skipped, sources_of
from kgraph.sources import folder, is_copied, listed, named
from kgraph.types import Extraction, Record, Resolution

if TYPE_CHECKING:
    from kgraph.graph.push import PushReport

_T = TypeVar("_T")
_CHUNK = 256  # texts encoded between two commits to the cache: what Ctrl-C can lose


class Progress(Protocol):
    """Is told how far a build is; the command line draws bars, a library user may pass nothing."""

    def start(self, stage: str, total: int) -> None:
        """A stage of ``total`` steps begins; the one before it is over."""

    def advance(self, steps: int) -> None:
        """``steps`` more steps of the current stage are done."""


class Silent:
    """A :class:`Progress` that shows nothing."""

    def start(self, stage: str, total: int) -> None:
        """Nothing."""

    def advance(self, steps: int) -> None:
        """Nothing."""


def resolve_all(extractions: Sequence[Extraction], settings: Settings) -> Resolution:
    """Resolve what all posts say, with the shipped and the user's vocabulary and aliases."""
    from kgraph.resolution.overrides import load_overrides
    from kgraph.resolve import resolve
    from kgraph.vocab import load_lexicon, load_relations

    lexicon = load_lexicon(settings.lexicon)
    overrides = load_overrides(settings.aliases)
    return resolve(extractions, lexicon, load_relations(settings.relations), overrides)


def ingest(
    paths: Sequence[Path | str],
    settings: Settings,
    *,
    form: str | None = None,
    rebuild: bool = False,
    progress: Progress | None = None,
    stdin: bytes | None = None,
) -> Report:
    """Bring the index up to date with the notes under ``paths``.

    Each path or address is a source of its own: what lies there now replaces what it gave before,
    and other sources stay; only addresses among ``paths`` are asked. ``rebuild`` forgets the other
    sources. ``stdin`` is what the source ``-`` holds.

    Raises:
        ReadError: a path does not exist or holds no notes.
        FetchError: an address cannot be read.
        BusyError: another ingest is running on the same indexes.
        ModelError: the encoder cannot be loaded.
    """
    generations = Generations(settings.indexes)
    with generations.lock(), Cache(generations.cache_path) as cache:
        build = _Build(generations, cache, settings, form, progress or Silent())
        given = [named(path) for path in paths]
        return build.run(given, rebuild, build.fetch(given, stdin))


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
    left = [entry for entry in known if entry != path]
    if not left:
        raise NotFoundError(f"{path} is the only source; delete {settings.indexes} instead")
    with generations.lock(), Cache(generations.cache_path) as cache:
        _Build(generations, cache, settings, None, progress or Silent()).run(left, True, {})
    if is_copied(path):
        shutil.rmtree(folder(path, settings.indexes), ignore_errors=True)
    return report_of(before, read_manifest(generations.require()), {})


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
    generations = Generations(settings.indexes)
    with generations.lock(), Cache(generations.cache_path) as cache:
        generations.remove(removed)
        return _Build(generations, cache, settings, None, progress or Silent()).run([], False, {})


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


class _Notes:
    """Everything that the posts say: those that stay, in the order of the files."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.posts = [entry.post for entry in entries]
        self.infos = [info(post) for post in self.posts]
        self.passages = [p for entry in entries for p in entry.segmented.passages]
        self.extractions = [entry.extraction for entry in entries]
        self.lines = {
            (p.post, p.start, p.end, p.text): lines
            for entry in entries
            for p, lines in zip(entry.segmented.passages, entry.lines, strict=True)
        }
        self.by_file: dict[str, tuple[str, ...]] = {}
        for entry in entries:
            self.by_file[entry.key] = (*self.by_file.get(entry.key, ()), entry.post.id)


class _Build:
    """One run of :func:`ingest`: its stages in order, and the clock of each."""

    def __init__(
        self,
        generations: Generations,
        cache: Cache,
        settings: Settings,
        form: str | None,
        progress: Progress,
    ) -> None:
        from kgraph.index.encoder import load_encoder

        self.generations = generations
        self.cache = cache
        self.settings = settings
        self.form = form or ""
        self.progress = progress
        self.encoder = load_encoder(settings.model or None)
        self.seconds: dict[str, float] = {}
        self.vector_keys: set[bytes] = set()
        self.morpheme_keys: set[bytes] = set()
        extras = [p.read_bytes() if p else b"" for p in (settings.lexicon, settings.relations)]
        self.settings_digest = digest_of(*extras)
        # Not among the settings that extraction depends on: a new alias only resolves anew.
        aliases = settings.aliases
        self.aliases_digest = digest_of(aliases.read_bytes() if aliases.is_file() else b"")

    def fetch(self, given: Sequence[str], stdin: bytes | None) -> dict[str, list[tuple[str, str]]]:
        """Bring the copies of the addresses up to date; returns what could not be had, by source.

        Raises:
            FetchError: an address cannot be read at all.
        """
        failed: dict[str, list[tuple[str, str]]] = {}
        for source in given:
            mirror = Mirror(self.settings.indexes, source)
            if source == STDIN and stdin is not None:
                mirror.switch([Page("stdin", mirror.put(stdin))])
            elif is_address(source):
                from kgraph.fetch.crawl import fetch

                self.progress.start("fetch", 0)
                started = time.perf_counter()
                found = fetch(source, mirror, self.settings.fetch, advance=self.progress.advance)
                self.seconds["fetch"] = time.perf_counter() - started
                failed[source] = list(found.failed)
        return failed

    def run(
        self,
        given: Sequence[str],
        rebuild: bool,
        passed_over: dict[str, list[tuple[str, str]]],
    ) -> Report:
        """Build from the sources ``given`` and, unless it is a rebuild, the earlier ones."""
        before = self._current(rebuild)
        files = self._list(given, before, passed_over)
        digest = self._digest(files)
        if before is not None and before.digest == digest:
            same = sum(len(f.posts) for s in before.sources for f in s.files)
            return Report(True, 0, 0, 0, same, before.counts, skipped(before), self.seconds)

        failed = self._prepare(files)
        entries: list[Entry] = []
        words: dict[str, tuple[str, ...]] = {}
        for file, prepared in self._load(files, failed):
            entries += entries_of(file.key, prepared)
            words.update(prepared.words)
        dropped = dropped_of(entries, self.generations.removed())
        notes = _Notes([entry for i, entry in enumerate(entries) if i not in dropped])
        self._tell(files, entries, dropped, notes, failed, passed_over)
        if not notes.infos:
            reasons = [f"{f.file.name}: {failed[f.key]}" for f in files if f.key in failed]
            raise ReadError(f"No notes in {', '.join(given)}. {'; '.join(reasons[:5])}".strip())
        self.progress.start("resolve", 0)
        resolution = self._clocked("resolve", lambda: resolve_all(notes.extractions, self.settings))
        records = self._clocked("records", lambda: self._records(notes, resolution))
        vectors = self._encode(records)
        manifest = Manifest(
            format=FORMAT,
            version=__version__,
            digest=digest,
            model=self.settings.model,
            encoder=self.encoder.fingerprint,
            dimension=self.encoder.dimension,
            sources=sources_of(files, failed, notes.by_file, passed_over),
            counts=counts_of(len(notes.infos), len(notes.passages), resolution, len(records)),
        )
        with self.generations.new() as folder:
            self.progress.start("graph", 0)
            self._clocked("graph", lambda: self._graph(folder, notes, resolution, digest))
            self.progress.start("index", 0)
            self._clocked(
                "index", lambda: self._index(folder, records, vectors, notes, words, resolution)
            )
            NoteStore.build(folder / "notes.sqlite", notes.posts)
            write_manifest(folder, manifest)
            write_checksums(folder)
        self.cache.prune({file.key for file in files}, self.vector_keys, self.morpheme_keys)
        return report_of(before, manifest, self.seconds)

    # ------------------------------------------------------------ input

    def _current(self, rebuild: bool) -> Manifest | None:
        folder = None if rebuild else self.generations.current()
        return read_manifest(folder) if folder else None

    def _list(
        self,
        given: Sequence[str],
        before: Manifest | None,
        passed_over: dict[str, list[tuple[str, str]]],
    ) -> list[Input]:
        """The files of all sources as they are now; ``passed_over`` is told what is no note."""
        from kgraph.read import Skipped

        kept = [source.path for source in before.sources] if before else []
        files: list[Input] = []
        ids: set[str] = set()
        for source in sorted({*given, *kept}):
            path = folder(source, self.settings.indexes)
            if source not in given and not path.exists():
                raise ReadError(
                    f"{source} was ingested before and is gone. Bring it back, or build from"
                    " what is left with: kgraph ingest --rebuild PATH..."
                )
            for found in listed(source, self.settings):
                if isinstance(found, Skipped):
                    passed_over.setdefault(source, []).append((found.path.name, found.reason))
                    continue
                if found.id in ids:  # the same name under an earlier source
                    found = replace(found, id=_free(f"{path.name}/{found.id}", ids))
                ids.add(found.id)
                try:
                    sha = hashlib.sha256(found.read()).hexdigest()
                except (OSError, ReadError) as error:
                    reason = f"{found.name}: cannot be read ({error})"
                    passed_over.setdefault(source, []).append((found.name, reason))
                    continue
                key = digest_of(
                    extraction_digest(),
                    self.settings_digest,
                    found.name,
                    found.id,
                    found.url,
                    sha,
                    self.form,
                )
                files.append(Input(source, found, sha, key))
        return files

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
        started = time.perf_counter()
        self.progress.start("extract", len(todo))
        for file, (blob, reason) in prepare_many(todo, self.settings, self.form):
            if reason:
                failed[file.key] = reason
            else:
                self.cache.put_prepared(file.key, blob)
            self.progress.advance(1)
        self.cache.commit()
        self.seconds["extract"] = time.perf_counter() - started
        return failed

    def _load(
        self, files: Sequence[Input], failed: dict[str, str]
    ) -> Iterator[tuple[Input, Prepared]]:
        """Each file with what it gave, in order."""
        for file in files:
            if file.key in failed:
                continue
            prepared = self.cache.prepared(file.key)
            if prepared is None:  # damaged: make it again
                prepared, reason = prepare(file.file, self.settings, self.form)
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
        passed_over: dict[str, list[tuple[str, str]]],
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
        started = time.perf_counter()
        size = self.encoder.dimension
        salt = self.encoder.fingerprint
        keys = [
            hashlib.blake2b(f"{salt}\0{r.embed}".encode(), digest_size=16).digest() for r in records
        ]
        self.vector_keys = set(keys)
        known = dict(self.cache.vectors(keys, size))
        missing = {key: r.embed for key, r in zip(keys, records, strict=True) if key not in known}
        todo = list(missing.items())
        self.progress.start("encode", len(todo))
        for i in range(0, len(todo), _CHUNK):
            chunk = todo[i : i + _CHUNK]
            made = self.encoder.encode_passages([text for _, text in chunk])
            self.cache.put_vectors([key for key, _ in chunk], made)
            known.update((key, row) for (key, _), row in zip(chunk, made, strict=True))
            self.progress.advance(len(chunk))
        vectors = np.empty((len(keys), size), dtype=np.float32)
        for row, key in enumerate(keys):
            vectors[row] = known[key]
        self.seconds["encode"] = time.perf_counter() - started
        return vectors

    def _graph(self, folder: Path, notes: _Notes, resolution: Resolution, digest: str) -> None:
        from kgraph.extract.version import EXTRACTOR_VERSION
        from kgraph.graph.rdf import Activity, knowledge_quads
        from kgraph.graph.store import GraphStore
        from kgraph.vocab import load_relations

        activity = Activity(
            digest=digest,
            version=__version__,
            extractor=EXTRACTOR_VERSION,
            model=self.encoder.fingerprint,
        )
        relations = load_relations(self.settings.relations)
        links = links_between(notes.posts)
        quads = knowledge_quads(notes.infos, resolution, relations, activity, links)
        GraphStore.build(folder / "graph", quads)

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

    def _clocked(self, stage: str, work: Callable[[], _T]) -> _T:
        started = time.perf_counter()
        result = work()
        self.seconds[stage] = time.perf_counter() - started
        return result


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
                files.append(Input("", found, "", ""))
        for file, (blob, reason) in prepare_many(files, settings, form or ""):
            if reason:
                skipped.append((file.file.name, reason))
            else:
                extractions += unpack(blob).extractions
        if not extractions:
            reasons = "; ".join(f"{name}: {reason}" for name, reason in skipped[:5])
            raise ReadError(f"No notes in {source}. {reasons}".strip())
    return resolve_all(extractions, settings), tuple(skipped)


def _free(id: str, taken: Set[str]) -> str:
    """``id``, numbered if it is taken."""
    number, free = 1, id
    while free in taken:
        number += 1
        free = f"{id}-{number}"
    return free
