"""One source file at a time: read, segmented and extracted; many files side by side."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from kgraph.cache import Prepared, pack
from kgraph.config import Settings
from kgraph.read import SourceFile
from kgraph.types import Extraction, Post, Segmented

_PARALLEL_BYTES = 400_000  # from here on, a second process earns its start


@dataclass(frozen=True, slots=True)
class Input:
    """A file to ingest: the path it was found under, what the readers need, its content's key."""

    source: str
    file: SourceFile
    sha256: str
    key: str


def prepare(
    file: SourceFile, settings: Settings, form: str | None = None, data: bytes | None = None
) -> tuple[Prepared | None, str]:
    """Read, segment and extract one file; returns what it gave, or why it gave nothing."""
    from kgraph.extract.morphology import Analyser
    from kgraph.extract.posts import extract
    from kgraph.read import Skipped, read_file
    from kgraph.segment import segment
    from kgraph.segment.lines import content_words, cut_lines
    from kgraph.vocab import load_lexicon, load_relations

    analyser = Analyser.shared()
    relations = load_relations(settings.relations)
    lexicon = load_lexicon(settings.lexicon)
    posts: list[Post] = []
    for result in read_file(file, format=form, data=data):
        if isinstance(result, Skipped):
            return None, result.reason
        posts.append(result)
    segmented = tuple(segment(post, analyser) for post in posts)
    extractions = tuple(
        extract(post, parts, analyser, relations, lexicon)
        for post, parts in zip(posts, segmented, strict=True)
    )
    lines = tuple(
        cut_lines(passage.text, post.text, passage.start, passage.end, analyser)
        for post, parts in zip(posts, segmented, strict=True)
        for passage in parts.passages
    )
    words = {
        text: content_words(text, analyser)
        for post, parts, said in zip(posts, segmented, extractions, strict=True)
        for text in _asked_for(post, parts, said)
    }
    return Prepared(tuple(posts), segmented, extractions, lines, words), ""


def _asked_for(post: Post, parts: Segmented, said: Extraction) -> Iterator[str]:
    """What besides the passages' lines an answer compares words with."""
    yield post.title
    for headings in dict.fromkeys(passage.headings for passage in parts.passages):
        yield " > ".join(headings)
        yield headings[-1] if headings else ""
    evidence = [c.evidence for c in said.candidates] + [d.evidence for d in said.definitions]
    yield from (post.text[e.start : e.end] for e in evidence)


def prepare_many(
    files: Sequence[Input], settings: Settings, form: str
) -> Iterator[tuple[Input, tuple[bytes, str]]]:
    """Each file with its packed :class:`Prepared`, or with the reason why it has none.

    From about half a megabyte on, several processes share the work; the order stays.
    """
    jobs = [(file.file, settings, form) for file in files]
    size = sum(file.file.path.stat().st_size for file in files)
    workers = min(os.cpu_count() or 1, 4)
    if workers < 2 or size < _PARALLEL_BYTES:
        yield from zip(files, map(_prepare_job, jobs), strict=True)
        return
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        yield from zip(files, pool.map(_prepare_job, jobs, chunksize=2), strict=True)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _prepare_job(job: tuple[SourceFile, Settings, str]) -> tuple[bytes, str]:
    file, settings, form = job
    prepared, reason = prepare(file, settings, form or None)
    return (b"", reason) if prepared is None else (pack(prepared), "")
