"""Is the index what was built, and does it fit the notes as they are now?"""

from __future__ import annotations

import hashlib
import shlex
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from kgraph import __version__
from kgraph.config import Settings
from kgraph.doctor.findings import Finding, Severity
from kgraph.errors import NotFoundError
from kgraph.graph.store import GraphStore
from kgraph.pipeline.sources import folder, listed
from kgraph.storage.cache import Cache
from kgraph.storage.checksums import checksums, read_checksums
from kgraph.storage.generations import Manifest
from kgraph.storage.notes import NoteStore

_REBUILD = "kgraph ingest --rebuild"
_INGEST = "kgraph ingest"
_SHOWN = 5

_EVIDENCE = """
SELECT ?evidence ?post ?start ?end ?quote WHERE {
  ?evidence prov:wasDerivedFrom ?source ; oa:hasSelector ?position, ?text .
  ?position oa:start ?start ; oa:end ?end .
  ?text oa:exact ?quote .
  ?source schema:identifier ?post .
}"""
_COUNTS = {
    "posts": "SELECT (COUNT(?x) AS ?n) WHERE { ?x a schema:BlogPosting }",
    "concepts": "SELECT (COUNT(?x) AS ?n) WHERE { ?x a skos:Concept }",
}
_NO_POST = """
SELECT ?evidence WHERE {
  ?evidence a rdf:Statement .
  FILTER NOT EXISTS { ?evidence prov:wasDerivedFrom/schema:identifier ?post }
}"""
_NO_CONCEPT = """
SELECT DISTINCT ?concept WHERE {
  ?evidence a rdf:Statement ; rdf:subject|rdf:object ?concept .
  FILTER(isIRI(?concept))
  FILTER NOT EXISTS { ?concept a skos:Concept }
}"""


def check_files(folder: Path) -> Iterator[Finding]:
    """The files of the generation in ``folder`` against the checksums written with them."""
    for leftover in sorted(folder.parent.glob("*.tmp")):
        yield Finding(
            "generation",
            Severity.STALE,
            f"{leftover} was left by a build that did not end (or one is running)",
            _INGEST,
        )
    known = read_checksums(folder)
    if known is None:
        yield Finding(
            "checksum", Severity.DAMAGE, f"{folder} has no readable list of checksums", _REBUILD
        )
        return
    there = checksums(folder)
    for name in sorted(known.keys() | there.keys()):
        if name not in there:
            said = "is missing"
        elif name not in known:
            said = "is no part of what was built"
        elif known[name] != there[name]:
            said = "is not as it was built"
        else:
            continue
        yield Finding("checksum", Severity.DAMAGE, f"{folder / name} {said}", _REBUILD)


def check_sources(manifest: Manifest, settings: Settings) -> Iterator[Finding]:
    """The notes as they are now against those that were ingested; the program's version."""
    from kgraph.read import Skipped

    if manifest.version != __version__:
        yield Finding(
            "version",
            Severity.STALE,
            f"built by kgraph {manifest.version}, this is {__version__}",
            _INGEST,
        )
    for source in manifest.sources:
        path = folder(source.path, settings.indexes)
        if not path.exists():
            yield Finding(
                "source",
                Severity.STALE,
                f"{source.path} was ingested and is gone",
                f"kgraph remove --source {shlex.quote(source.path)}"
                if len(manifest.sources) > 1
                else f"{_REBUILD} PATH...",
            )
            continue
        before = {file.name: file.sha256 for file in source.files if file.sha256}
        now = {
            found.name: hashlib.sha256(found.read()).hexdigest()
            for found in listed(source.path, settings)
            if not isinstance(found, Skipped)
        }
        changed = sorted(
            name for name in before.keys() | now.keys() if before.get(name) != now.get(name)
        )
        if changed:
            yield Finding(
                "source",
                Severity.STALE,
                f"{len(changed)} files of {source.path} were added, edited or deleted since",
                _INGEST,
                tuple(changed[:_SHOWN]),
            )


def check_cache(path: Path, manifest: Manifest) -> Iterator[Finding]:
    """Whether the cache can be read and holds what the index was built from."""
    if not path.is_file():
        yield Finding(
            "cache", Severity.STALE, f"{path} is gone: the next ingest takes longer", _REBUILD
        )
        return
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            said = db.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        yield Finding(
            "cache",
            Severity.DAMAGE,
            f"{path} is damaged ({said}); it holds only copies",
            f"rm {shlex.quote(str(path))} && {_REBUILD}",
        )
        return
    with Cache(path) as cache:
        keys = {file.key: file.name for s in manifest.sources for file in s.files if file.posts}
        gone = sorted(keys[key] for key in keys.keys() - cache.has_prepared(keys))
    if gone:
        yield Finding(
            "cache",
            Severity.STALE,
            f"{len(gone)} files are not in the cache: the next ingest reads them again",
            _REBUILD,
            tuple(gone[:_SHOWN]),
        )


def check_evidence(store: GraphStore, notes: NoteStore, manifest: Manifest) -> Iterator[Finding]:
    """Whether the graph is complete and every quote stands where its evidence says."""
    for name, query in _COUNTS.items():
        (counted,) = (int(row[0].value) for row in store.select(query) if row[0] is not None)
        if counted != manifest.counts.get(name):
            yield Finding(
                "count",
                Severity.DAMAGE,
                f"the graph holds {counted} {name}, {manifest.counts.get(name)} were built",
                _REBUILD,
            )
    dangling = [str(row[0]) for row in store.select(_NO_POST)]
    yield from _broken("pieces of evidence come from no post", dangling)
    nameless = [str(row[0]) for row in store.select(_NO_CONCEPT)]
    yield from _broken("concepts of statements are none", nameless)
    texts: dict[str, str] = {}
    wrong: list[str] = []
    for row in store.select(_EVIDENCE):
        node, post, start, end, quote = (x.value if x is not None else "" for x in row)
        if post not in texts:
            try:
                texts[post] = notes.text(post)
            except (NotFoundError, zlib.error, sqlite3.DatabaseError):
                texts[post] = ""
        if texts[post][int(start) : int(end)] != quote:
            wrong.append(f"{node} {post}[{start}:{end}] “{quote[:60]}”")
    yield from _broken("quotes do not stand where their evidence says", wrong)


def _broken(what: str, found: list[str]) -> Iterator[Finding]:
    if found:
        shown = tuple(sorted(found)[:_SHOWN])
        yield Finding("evidence", Severity.DAMAGE, f"{len(found)} {what}", _REBUILD, shown)
