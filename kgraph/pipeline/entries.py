"""The posts that files gave, and which of them a build leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from kgraph.pipeline.links import address, with_links_only
from kgraph.segment.lines import Line
from kgraph.storage.cache import Prepared
from kgraph.text import fold
from kgraph.types import Extraction, Passage, Post


@dataclass(frozen=True, slots=True)
class Entry:
    """What a build needs of one post: the rest of what was read would fill the memory."""

    key: str  # of its file in the cache
    post: Post  # of its blocks only the links are left
    size: int  # characters that a reader sees
    passages: tuple[Passage, ...]
    extraction: Extraction
    lines: tuple[tuple[Line, ...], ...]  # of each passage


def entries_of(key: str, prepared: Prepared) -> Iterator[Entry]:
    """The posts of one file."""
    done = 0
    for post, parts, said in zip(
        prepared.posts, prepared.segmented, prepared.extractions, strict=True
    ):
        count = len(parts.passages)
        lines = prepared.lines[done : done + count]
        yield Entry(key, with_links_only(post), _size(post), parts.passages, said, lines)
        done += count


def dropped_of(entries: Sequence[Entry], removed: Set[str]) -> dict[int, str]:
    """Which of ``entries`` are left out, by their position, and why.

    Posts that the user removed; posts of an id that another file's post has; and all but the
    fullest of those with one address and one title, such as a page and its entry in the feed.
    """
    dropped: dict[int, str] = {}
    ids: dict[str, int] = {}
    same: dict[tuple[str, str], list[int]] = {}
    for i, entry in enumerate(entries):
        post = entry.post
        if post.id in removed:
            dropped[i] = f"{post.id} was removed; bring it back with `kgraph remove --undo`"
        elif post.id in ids:
            first = entries[ids[post.id]].post
            dropped[i] = f"its post has the id {post.id} of one in {first.path}; rename the file"
        else:
            ids[post.id] = i
            if where := address(post.url):
                same.setdefault((where, fold(post.title)), []).append(i)
    for found in same.values():
        fullest = max(found, key=lambda i: (entries[i].size, -i))
        for i in found:
            if i != fullest:
                post, kept = entries[i].post, entries[fullest].post
                dropped[i] = f"{post.id} is the post {kept.id} ({kept.url}), which says more"
    return dropped


def _size(post: Post) -> int:
    return sum(len(block.text) for block in post.blocks)
