"""What an ingest reports, and what its manifest says of the sources and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import cycle

from kgraph.pipeline.changes import compare
from kgraph.pipeline.inputs import Input, Reasons
from kgraph.storage.generations import Manifest, Source, SourceFile
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


def skipped(manifest: Manifest, now: Reasons | None = None) -> tuple[tuple[str, str], ...]:
    """The files that gave nothing, with the reason; what is passed over as it is ``now``."""
    found = [
        (f.name, f.skipped)
        for s in manifest.sources
        for f in s.files
        if f.skipped and (now is None or f.key)
    ]
    found += [reason for reasons in (now or {}).values() for reason in reasons]
    return tuple(found)


def sources_of(
    sources: Mapping[str, str],
    files: Sequence[Input],
    failed: dict[str, str],
    posts: Mapping[str, tuple[tuple[str, str], ...]],
    passed_over: Reasons,
) -> tuple[Source, ...]:
    """What the manifest says of each source.

    Args:
        sources: each with the reader that the user named for it, or none.
        files: every file, with the source it was found in.
        failed: why files gave nothing, by their keys.
        posts: id and hash of the posts that the others gave, by their keys.
        passed_over: what is no note, with the reason, by source.
    """
    by_source: dict[str, list[SourceFile]] = {path: [] for path in sources}
    for file in files:
        given = () if file.key in failed else posts.get(file.key, ())
        by_source[file.source].append(
            SourceFile(
                file.file.name,
                file.sha256,
                file.key,
                tuple(id for id, _ in given),
                failed.get(file.key, ""),
                tuple(sha for _, sha in given),
            )
        )
    for path, reasons in passed_over.items():
        by_source[path] += [SourceFile(name, "", "", (), why) for name, why in reasons]
    return tuple(
        Source(path, tuple(found), sources[path]) for path, found in sorted(by_source.items())
    )


def counts_of(posts: int, passages: int, resolution: Resolution, vectors: int) -> dict[str, int]:
    """What a generation holds; statements are counted once, however often they are said."""
    said, negated, minted = _Distinct(), _Distinct(), _Distinct()
    for s in resolution.statements:
        triple = (s.subject, s.relation, s.object)
        said.add(*triple, str(s.negated))
        if s.negated:
            negated.add(*triple)
        if s.minted:
            minted.add(*triple)
    return {
        "posts": posts,
        "passages": passages,
        "concepts": len(resolution.concepts),
        "statements": len(said),
        "evidence": len(resolution.statements),
        "negated": len(negated),
        "minted": len(minted),
        "vectors": vectors,
    }


class _Distinct:
    """How many different things there were, by their digests."""

    def __init__(self) -> None:
        self._digests: set[bytes] = set()

    def add(self, *parts: str) -> None:
        data = "\0".join(parts).encode("utf-8", "surrogatepass")
        self._digests.add(blake2b(data, digest_size=16).digest())

    def __len__(self) -> int:
        return len(self._digests)


def report_of(before: Manifest | None, after: Manifest, seconds: dict[str, float]) -> Report:
    """How the posts of ``after`` differ from those of ``before``."""

    def posts(manifest: Manifest | None) -> dict[str, str]:
        if manifest is None:
            return {}
        return {
            post: sha
            for source in manifest.sources
            for file in source.files
            for post, sha in zip(file.posts, file.hashes or cycle((file.sha256,)), strict=False)
        }

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
