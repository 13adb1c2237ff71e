"""What a build reads: the files of all sources as they are now, each with its content's key."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace

from kgraph.config import Settings
from kgraph.errors import ReadError
from kgraph.pipeline.sources import folder, listed
from kgraph.read import Skipped, SourceFile
from kgraph.storage.fingerprint import digest_of, extraction_digest

Reasons = dict[str, list[tuple[str, str]]]
"""(name, why it gave nothing), by source."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file to ingest: the source it was found in, what the readers need, its content's key."""

    source: str
    file: SourceFile
    sha256: str = ""
    key: str = ""
    form: str = ""  # the reader that the user named for its source


@dataclass(frozen=True, slots=True)
class Listing:
    """All files, sorted by source and name, and what was passed over."""

    files: tuple[Input, ...]
    passed_over: Reasons = field(default_factory=dict)


def list_inputs(
    sources: Mapping[str, str],
    given: Set[str],
    settings: Settings,
    vocabulary: str,
    advance: Callable[[int], None] = lambda _: None,
) -> Listing:
    """List and hash the files of ``sources``.

    A file that two sources hold is the first one's, and of equal ids the second is made another.

    Args:
        sources: each with the name of its reader, empty for one found by sniffing.
        given: those of them that the user names now.
        settings: where copies lie, and the limits.
        vocabulary: a digest of what extraction goes by, besides kgraph's own code.
        advance: is told of every file.

    Raises:
        ReadError: a source does not exist.
    """
    files: list[Input] = []
    passed_over: Reasons = {}
    ids: set[str] = set()
    places: dict[tuple[str, str], str] = {}
    code = extraction_digest()
    for source, form in sorted(sources.items()):
        path = folder(source, settings.indexes)
        if source not in given and not path.exists():
            raise ReadError(
                f"{source} was ingested before and is gone. Bring it back, or forget it with:"
                f" kgraph remove --source {source}"
            )
        reasons = passed_over.setdefault(source, [])
        for found in listed(source, settings):
            if isinstance(found, Skipped):
                reasons.append((found.path.name, found.reason))
                continue
            place = (os.path.realpath(found.path), found.member)
            if places.setdefault(place, source) != source:
                reasons.append((found.name, f"not a note: read as a part of {places[place]}"))
                continue
            if found.id in ids:
                found = replace(found, id=_free(f"{path.name}/{found.id}", ids))
            ids.add(found.id)
            try:
                sha = hashlib.sha256(found.read()).hexdigest()
            except (OSError, ReadError) as error:
                why = error.strerror if isinstance(error, OSError) else error
                reasons.append((found.name, f"{found.name}: cannot be read ({why})"))
                continue
            key = digest_of(code, vocabulary, found.name, found.id, found.url, sha, form)
            files.append(Input(source, found, sha, key, form))
            advance(1)
    return Listing(tuple(files), passed_over)


def _free(id: str, taken: Set[str]) -> str:
    """``id``, numbered if it is taken."""
    number, free = 1, id
    while free in taken:
        number += 1
        free = f"{id}-{number}"
    return free
