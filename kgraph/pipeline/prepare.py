"""One source file at a time: read, segmented and extracted; many files side by side."""

from __future__ import annotations

import os
import signal
import threading
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from kgraph.config import Settings
from kgraph.pipeline.inputs import Input
from kgraph.pipeline.links import with_links_only
from kgraph.read import SourceFile
from kgraph.storage.cache import Cut, Head, Prepared, pack
from kgraph.types import Extraction, Post, Segmented

_PARALLEL_BYTES = 400_000  # from here on, a second process earns its start
_MAIN = threading.main_thread()


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
    extractions: list[Extraction] = []
    cuts: list[Cut] = []
    for post in posts:
        parts = segment(post, analyser)
        said = extract(post, parts, analyser, relations, lexicon)
        lines = tuple(
            cut_lines(passage.text, post.text, passage.start, passage.end, analyser)
            for passage in parts.passages
        )
        around = {item for passage in lines for line in passage for item in line.outer}
        asked = (*_asked_for(post, parts, said), *sorted(around))
        words = {text: content_words(text, analyser) for text in dict.fromkeys(asked)}
        extractions.append(said)
        cuts.append(Cut(parts.passages, lines, words))
    heads = tuple(Head(with_links_only(post), _size(post)) for post in posts)
    texts = tuple(post.text for post in posts)
    return Prepared(heads, texts, tuple(extractions), tuple(cuts)), ""


def _size(post: Post) -> int:
    return sum(len(block.text) for block in post.blocks)


def _asked_for(post: Post, parts: Segmented, said: Extraction) -> Iterator[str]:
    """What besides the passages' lines an answer compares words with."""
    yield post.title
    for headings in dict.fromkeys(passage.headings for passage in parts.passages):
        yield " > ".join(headings)
        yield headings[-1] if headings else ""
    evidence = [c.evidence for c in said.candidates] + [d.evidence for d in said.definitions]
    yield from (post.text[e.start : e.end] for e in evidence)


def prepare_many(
    files: Sequence[Input], settings: Settings
) -> Iterator[tuple[Input, tuple[bytes, str]]]:
    """Each file with its packed :class:`Prepared`, or with the reason why it has none.

    From about half a megabyte on, several processes share the work; the order stays. A file that
    takes too long, ends its process or trips kgraph itself is given up by name, and the others are
    read.
    """
    jobs = [(file.file, settings, file.form) for file in files]
    size = sum(file.file.size for file in files)
    workers = min(os.cpu_count() or 1, 4)
    if workers < 2 or size < _PARALLEL_BYTES:
        yield from zip(files, map(_prepare_job, jobs), strict=True)
        return
    done = 0
    while done < len(files):
        with _pool(workers) as pool:
            try:
                for result in pool.map(_prepare_job, jobs[done:], chunksize=2):
                    yield files[done], result
                    done += 1
            except BrokenProcessPool:
                pass
        if done < len(files):  # one of the next files, or the memory of the machine
            with _pool(1) as alone:
                try:
                    result = next(alone.map(_prepare_job, jobs[done : done + 1]))
                except BrokenProcessPool:
                    name = files[done].file.name
                    result = (b"", f"{name}: reading it ended the process; leave it out")
            yield files[done], result
            done += 1


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_quiet)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _quiet() -> None:
    """Ctrl-C is for the process that shares the work out; it ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _prepare_job(job: tuple[SourceFile, Settings, str]) -> tuple[bytes, str]:
    file, settings, form = job
    try:
        with _no_longer_than(settings.limits.seconds_for(file.size)):
            prepared, reason = prepare(file, settings, form or None)
    except _TooLongError:
        return b"", (
            f"{file.name}: takes too long; split it, or raise note_seconds under [limits] in"
            " kgraph.toml"
        )
    except Exception as error:  # one note must not stop the others, whatever is wrong
        where = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__}: {error} in {Path(where.filename).name}:{where.lineno}"
        return b"", f"{file.name}: a fault of kgraph's ({told}); please report it"
    return (b"", reason) if prepared is None else (pack(prepared), "")


class _TooLongError(Exception):
    pass


@contextmanager
def _no_longer_than(seconds: float) -> Iterator[None]:
    """End the block with an error after so many seconds of computing, where that can be told.

    They are counted on the process's own clock, so that a busy machine ends nothing sooner.
    """
    if not hasattr(signal, "SIGVTALRM") or threading.current_thread() is not _MAIN:
        yield
        return

    def ring(number: int, frame: object) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
