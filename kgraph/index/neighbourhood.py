"""What related things are found in, on disk: concepts, posts, statements and mentions by place."""

from __future__ import annotations

import os
import struct
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
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
_LIST, _BYTES = 0xDD, 0xC6


class Data(msgspec.Struct, frozen=True):
    """Everything; concepts, posts, edges and relations are told by their places in the lists.

    What there is very much of is the bytes of an array of :data:`Numbers`, row after row.
    """

    ids: list[str]
    labels: list[str]
    names: list[list[str]]
    posts: list[tuple[str, str, str]]  # id, title, url
    relations: list[str] = []  # labels
    edges: bytes = b""  # (e, 4): subject, target, post, relation; each stated once
    quotes: bytes = b""  # what states each, one after the other in UTF-8
    quote_ends: bytes = b""  # (e,)
    spots: bytes = b""  # (s, 2): start and concept of each mention, ascending, post after post
    spot_ends: bytes = b""  # (p,): of each post
    defined: list[int] = []  # concepts that the notes say the meaning of


Numbers = np.dtype("<i8")


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
        edges = _Edges(resolution.statements, relations, place, post_place)
        out.write_bytes("quotes", edges.quotes())
        out.write_bytes("quote_ends", [edges.ends])
        out.write_bytes("edges", [edges.numbers])
        out.write("relations", edges.relations)
        spots, ends = _spots(resolution.occurrences, place, post_place)
        out.write_bytes("spots", [spots])
        out.write_bytes("spot_ends", [ends])
        out.write("defined", defined)


class _Out:
    """A map of ``fields`` in MessagePack, whose lengths are known when they are written."""

    def __init__(self, file: IO[bytes], fields: int) -> None:
        self._file = file
        self._encode = msgspec.msgpack.Encoder().encode
        file.write(bytes([0x80 | fields]))

    def write(self, name: str, items: Iterable[object]) -> None:
        """Write the field ``name``, a list."""
        self._write(name, _LIST, map(self._encode, items), lambda _: 1)

    def write_bytes(self, name: str, parts: Iterable[bytes | array[int]]) -> None:
        """Write the field ``name``, the bytes of ``parts``."""
        self._write(name, _BYTES, (memoryview(part).cast("B") for part in parts), len)

    def _write(
        self,
        name: str,
        sign: int,
        parts: Iterable[bytes | memoryview],
        size: Callable[[bytes | memoryview], int],
    ) -> None:
        self._file.write(self._encode(name))
        start = self._file.tell()
        self._file.write(_ARRAY.pack(sign, 0))
        count = 0
        for part in parts:
            self._file.write(part)
            count += size(part)
        self._file.seek(start)
        self._file.write(_ARRAY.pack(sign, count))
        self._file.seek(0, os.SEEK_END)


class _Edges:
    """What is stated, each once with the first sentence that says so."""

    def __init__(
        self,
        statements: Iterable[Statement],
        relations: Mapping[str, RelationLike],
        place: Mapping[str, int],
        post_place: Mapping[str, int],
    ) -> None:
        self.relations: dict[str, int] = {}
        """The labels that there are."""
        self.numbers = array("q")
        self.ends = array("q")
        self._statements = statements
        self._known = relations
        self._places = place, post_place

    def quotes(self) -> Iterator[bytes]:
        """Go through the statements: all else is there after it."""
        place, post_place = self._places
        said: set[tuple[int, int, int]] = set()
        end = 0
        for s in self._statements:
            label = self._known[s.relation].en if s.relation in self._known else s.relation
            relation = self.relations.setdefault(label, len(self.relations))
            key = (place[s.subject], place[s.object], relation)
            if not s.negated and key not in said:
                said.add(key)
                quote = " ".join(s.evidence.quote.split()).encode()
                end += len(quote)
                self.numbers.extend((*key[:2], post_place[s.evidence.post], relation))
                self.ends.append(end)
                yield quote


def _spots(
    occurrences: Iterable[Occurrence], place: Mapping[str, int], post_place: Mapping[str, int]
) -> tuple[array[int], array[int]]:
    """Start and concept of each occurrence, by post, and where those of each post end; these and
    ``occurrences`` ascend by id."""
    spots, ends = array("q"), array("q")
    by_post = groupby(occurrences, key=lambda o: o.post)
    post, found = next(by_post, ("", iter(())))
    for known in post_place:
        if known == post:
            for spot in sorted((o.start, place[o.concept]) for o in found):
                spots.extend(spot)
            post, found = next(by_post, ("", iter(())))
        ends.append(len(spots) // 2)
    return spots, ends


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
