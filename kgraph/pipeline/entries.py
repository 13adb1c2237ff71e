"""The posts that files gave, and which of them a build leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from kgraph.pipeline.inputs import Input
from kgraph.pipeline.links import address
from kgraph.storage.cache import Head
from kgraph.storage.notes import PostInfo, info
from kgraph.text import fold


@dataclass(frozen=True, slots=True)
class Entry:
    """A post, and where the rest of it is found: all that a build keeps of it in memory."""

    file: Input
    place: int  # among the posts of its file
    post: PostInfo
    size: int  # characters that a reader sees


def entries_of(file: Input, heads: Sequence[Head]) -> Iterator[Entry]:
    """The posts of one file."""
    for place, head in enumerate(heads):
        yield Entry(file, place, info(head.post), head.size)


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
