"""What related things are found in, on disk: concepts, posts, statements and mentions by place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from kgraph.errors import IndexMismatchError
from kgraph.index.records import PostLike, RelationLike
from kgraph.types import Resolution

_FILE = "related.msgpack"


class Edge(msgspec.Struct, frozen=True, array_like=True):
    """A statement: places of its ends among the concepts, its relation's label, its evidence."""

    subject: int
    relation: str
    target: int
    post: int
    quote: str


class Data(msgspec.Struct, frozen=True):
    """Everything; concepts and posts are told by their places in the lists."""

    ids: list[str]
    labels: list[str]
    names: list[list[str]]
    posts: list[tuple[str, str, str]]  # id, title, url
    edges: list[Edge]
    mentions: list[tuple[int, int, int]]  # concept, post, times
    spots: list[list[tuple[int, int]]] = []  # of each post: start and concept, ascending
    defined: list[int] = []  # concepts that the notes say the meaning of


def build_related(
    folder: Path,
    resolution: Resolution,
    posts: Iterable[PostLike],
    relations: Mapping[str, RelationLike],
) -> None:
    """Write what :class:`kgraph.index.related.Neighbours` reads into ``folder``."""
    place = {concept.id: i for i, concept in enumerate(resolution.concepts)}
    known = [(post.id, post.title, post.url) for post in posts]
    post_place = {post_id: i for i, (post_id, _, _) in enumerate(known)}
    edges: dict[tuple[int, str, int], Edge] = {}
    for s in resolution.statements:
        if s.negated:
            continue
        relation = relations[s.relation].en if s.relation in relations else s.relation
        key = (place[s.subject], relation, place[s.object])
        quote = " ".join(s.evidence.quote.split())
        edges.setdefault(key, Edge(*key, post_place[s.evidence.post], quote))
    counts: dict[tuple[int, int], int] = {}
    spots: list[list[tuple[int, int]]] = [[] for _ in known]
    for o in resolution.occurrences:
        at = (place[o.concept], post_place[o.post])
        counts[at] = counts.get(at, 0) + 1
        spots[at[1]].append((o.start, at[0]))
    data = Data(
        [concept.id for concept in resolution.concepts],
        [concept.label() for concept in resolution.concepts],
        [list(concept.names) for concept in resolution.concepts],
        known,
        list(edges.values()),
        [(c, p, n) for (c, p), n in sorted(counts.items())],
        [sorted(spot) for spot in spots],
        [i for i, concept in enumerate(resolution.concepts) if concept.definitions],
    )
    (folder / _FILE).write_bytes(msgspec.msgpack.encode(data))


def load(folder: Path) -> Data:
    """What :func:`build_related` wrote into ``folder``.

    Raises:
        IndexMismatchError: it is not there or damaged.
    """
    try:
        return msgspec.msgpack.decode((folder / _FILE).read_bytes(), type=Data)
    except (OSError, msgspec.DecodeError) as error:
        raise IndexMismatchError(
            f"{folder / _FILE} cannot be read. Run: kgraph ingest --rebuild"
        ) from error
