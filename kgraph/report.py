"""What an ingest reports, and what its manifest says of the sources and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kgraph.changes import compare
from kgraph.generations import Manifest, Source, SourceFile
from kgraph.prepare import Input
from kgraph.types import Resolution


@dataclass(frozen=True, slots=True)
class Report:
    """What an ingest did. ``skipped`` holds (file, reason); ``seconds`` are wall-clock by stage."""

    unchanged: bool
    new: int
    changed: int
    deleted: int
    same: int
    counts: dict[str, int]
    skipped: tuple[tuple[str, str], ...]
    seconds: dict[str, float]
    moved: int = 0  # posts whose file has another name now, and the same content


def skipped(manifest: Manifest) -> tuple[tuple[str, str], ...]:
    """The files that gave nothing, with the reason."""
    return tuple((f.name, f.skipped) for s in manifest.sources for f in s.files if f.skipped)


def sources_of(
    files: Sequence[Input],
    failed: dict[str, str],
    posts: Mapping[str, tuple[str, ...]],
    passed_over: dict[str, list[tuple[str, str]]],
) -> tuple[Source, ...]:
    """What the manifest says of each source.

    Args:
        files: every file, with the source it was found in.
        failed: why files gave nothing, by their keys.
        posts: the ids of the posts that the others gave, by their keys.
        passed_over: what is no note, with the reason, by source.
    """
    sources: list[Source] = []
    for path in sorted({file.source for file in files} | passed_over.keys()):
        mine = [
            SourceFile(
                file.file.name,
                file.sha256,
                file.key,
                () if file.key in failed else posts.get(file.key, ()),
                failed.get(file.key, ""),
            )
            for file in files
            if file.source == path
        ]
        mine += [SourceFile(name, "", "", (), why) for name, why in passed_over.get(path, ())]
        sources.append(Source(path, tuple(mine)))
    return tuple(sources)


def counts_of(posts: int, passages: int, resolution: Resolution, vectors: int) -> dict[str, int]:
    """What a generation holds; statements are counted once, however often they are said."""
    statements = resolution.statements
    return {
        "posts": posts,
        "passages": passages,
        "concepts": len(resolution.concepts),
        "statements": len({(s.subject, s.relation, s.object, s.negated) for s in statements}),
        "evidence": len(statements),
        "negated": len({(s.subject, s.relation, s.object) for s in statements if s.negated}),
        "minted": len({(s.subject, s.relation, s.object) for s in statements if s.minted}),
        "vectors": vectors,
    }


def report_of(before: Manifest | None, after: Manifest, seconds: dict[str, float]) -> Report:
    """How the posts of ``after`` differ from those of ``before``."""

    def posts(manifest: Manifest | None) -> dict[str, str]:
        if manifest is None:
            return {}
        return {p: f.sha256 for s in manifest.sources for f in s.files for p in f.posts}

    found = compare(posts(before), posts(after))
    return Report(
        unchanged=False,
        new=len(found.new),
        changed=len(found.changed),
        deleted=len(found.deleted),
        same=found.same,
        counts=after.counts,
        skipped=skipped(after),
        seconds=seconds,
        moved=len(found.moved),
    )
