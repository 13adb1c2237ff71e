"""What related things are found in, on disk: concepts, posts, statements and mentions by place."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import IO

import msgspec
import numpy as np

from kgraph.errors import IndexMismatchError
from kgraph.index.records import PostLike, RelationLike
from kgraph.types import Occurrence, Resolution, Statement

_FILE = "related.msgpack"
_ARRAY = struct.Struct(">BI")  # the head of a long array: its sign and length


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
    """Write what :class:`kgraph.index.related.Neighbours` reads into ``folder``.

    It is :class:`Data`, written field by field: nothing but numbers is held of all notes.
    """
    place: dict[str, int] = {}
    labels: list[str] = []
    defined: list[int] = []
    for i, concept in enumerate(resolution.concepts):
        place[concept.id] = i
        labels.append(concept.label())
        if concept.definitions:
            defined.append(i)
    known = sorted((post.id, post.title, post.url) for post in posts)
    post_place = {post_id: i for i, (post_id, _, _) in enumerate(known)}
    with (folder / _FILE).open("wb") as file:
        out = _Out(file, len(Data.__struct_fields__))
        out.write("ids", place)
        out.write("labels", labels)
        out.write("names", (list(concept.names) for concept in resolution.concepts))
        out.write("posts", known)
        out.write("edges", _edges(resolution.statements, relations, place, post_place))
        out.write("mentions", _mentions(resolution.occurrences, place, post_place))
        out.write("spots", _spots(resolution.occurrences, place, post_place))
        out.write("defined", defined)


class _Out:
    """A map of ``fields`` arrays in MessagePack, whose lengths are known when they are written."""

    def __init__(self, file: IO[bytes], fields: int) -> None:
        self._file = file
        self._encode = msgspec.msgpack.Encoder().encode
        file.write(bytes([0x80 | fields]))

    def write(self, name: str, items: Iterable[object]) -> None:
        """Write the field ``name``."""
        self._file.write(self._encode(name))
        start = self._file.tell()
        self._file.write(_ARRAY.pack(0xDD, 0))
        count = 0
        for item in items:
            self._file.write(self._encode(item))
            count += 1
        self._file.seek(start)
        self._file.write(_ARRAY.pack(0xDD, count))
        self._file.seek(0, os.SEEK_END)


def _edges(
    statements: Iterable[Statement],
    relations: Mapping[str, RelationLike],
    place: Mapping[str, int],
    post_place: Mapping[str, int],
) -> Iterator[Edge]:
    """What is stated, each once with the first sentence that says so."""
    said: set[tuple[int, str, int]] = set()
    for s in statements:
        relation = relations[s.relation].en if s.relation in relations else s.relation
        key = (place[s.subject], relation, place[s.object])
        if not s.negated and key not in said:
            said.add(key)
            quote = " ".join(s.evidence.quote.split())
            yield Edge(*key, post_place[s.evidence.post], quote)


def _mentions(
    occurrences: Iterable[Occurrence], place: Mapping[str, int], post_place: Mapping[str, int]
) -> Iterator[tuple[int, int, int]]:
    """Concept, post and how often it names the concept, in this order."""
    pairs = np.fromiter(
        (place[o.concept] << 32 | post_place[o.post] for o in occurrences), dtype=np.int64
    )
    distinct, times = np.unique(pairs, return_counts=True)
    for pair, count in zip(distinct, times, strict=True):
        yield int(pair) >> 32, int(pair) & 0xFFFFFFFF, int(count)


def _spots(
    occurrences: Iterable[Occurrence], place: Mapping[str, int], post_place: Mapping[str, int]
) -> Iterator[list[tuple[int, int]]]:
    """Start and concept of each occurrence, by post; these and ``occurrences`` ascend by id."""
    by_post = groupby(occurrences, key=lambda o: o.post)
    post, found = next(by_post, ("", iter(())))
    for known in post_place:
        if known != post:
            yield []
            continue
        yield sorted((o.start, place[o.concept]) for o in found)
        post, found = next(by_post, ("", iter(())))


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
