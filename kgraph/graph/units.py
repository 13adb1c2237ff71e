"""What a graph is made of, so that the next one can be made of the same parts.

A graph is made of units: a post with what it links to and mentions, a concept, a statement. Each
has a key, a digest of all that its quads depend on, but for the build itself (the activity that all
evidence names). The keys of a build are kept beside its graph, in a :class:`Composition`, the units
in the cache; so the next build knows which units went and which came.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path

import msgspec
from pyoxigraph import Quad

from kgraph.graph import rdf
from kgraph.storage.notes import PostInfo
from kgraph.types import Concept, Resolution, Statement

FILE = "graph.units"
_FORMAT = 1
_SIZE = 16  # bytes of a key


class PostUnit(msgspec.Struct, frozen=True, tag="post"):
    """A post with the ids of the concepts it mentions and of the posts it links to."""

    post: PostInfo
    mentions: tuple[str, ...]
    links: tuple[str, ...]


class ConceptUnit(msgspec.Struct, frozen=True, tag="concept"):
    """A concept."""

    concept: Concept


class StatementUnit(msgspec.Struct, frozen=True, tag="statement"):
    """A statement with its evidence."""

    statement: Statement


Unit = PostUnit | ConceptUnit | StatementUnit
_decoder = msgspec.msgpack.Decoder(Unit)
_encoder = msgspec.msgpack.Encoder()


def units(
    posts: Iterable[PostInfo], resolution: Resolution, links: Mapping[str, Sequence[str]]
) -> Iterator[Unit]:
    """All units of a graph, each once."""
    by_id = {post.id: post for post in posts}
    for post_id, mentions in rdf.mentions_of(resolution.occurrences):
        yield PostUnit(by_id.pop(post_id), tuple(mentions), tuple(links.get(post_id, ())))
    for post in by_id.values():
        yield PostUnit(post, (), tuple(links.get(post.id, ())))
    yield from map(ConceptUnit, resolution.concepts)
    yield from map(StatementUnit, resolution.statements)


def quads_of(unit: Unit, activity: rdf.Activity) -> Iterator[Quad]:
    """The quads of a unit in the graph that ``activity`` builds."""
    if isinstance(unit, PostUnit):
        yield from rdf.post_quads(unit.post)
        yield from rdf.mention_quads(unit.post.id, unit.mentions)
        yield from rdf.link_quads(unit.post.id, unit.links)
    elif isinstance(unit, ConceptUnit):
        yield from rdf.concept_quads(unit.concept, activity)
    else:
        yield from rdf.statement_quads(unit.statement, activity)


def pack(unit: Unit) -> tuple[bytes, bytes]:
    """The key of a unit, and the unit as bytes."""
    packed = _encoder.encode(unit)
    return _key(packed), packed


def unpack(key: bytes, packed: bytes) -> Unit | None:
    """The inverse of :func:`pack`; None if the bytes are not those of ``key``."""
    if _key(packed) != key:
        return None
    found: Unit = _decoder.decode(packed)
    return found


def _key(packed: bytes) -> bytes:
    return hashlib.blake2b(packed, digest_size=_SIZE).digest()


class Composition(msgspec.Struct, frozen=True):
    """What a graph is made of, kept in :data:`FILE` in its generation."""

    base: str  # digest of what is the same for every unit: code, vocabulary
    activity: str  # the IRI of the build
    minted: tuple[str, ...]  # ids of the relations that the vocabulary does not have
    joined: bytes  # the keys of all units, ascending, in a row
    turns: int = 0  # renewals since the store was last written whole or tidied up
    format: int = _FORMAT

    @classmethod
    def of(cls, base: str, activity: str, minted: Set[str], keys: Set[bytes]) -> Composition:
        """That of a new graph."""
        return cls(base, activity, tuple(sorted(minted)), b"".join(sorted(keys)))

    @classmethod
    def read(cls, folder: Path) -> Composition | None:
        """That of the generation in ``folder``; None if it cannot be told."""
        try:
            found = msgspec.msgpack.decode((folder / FILE).read_bytes(), type=cls)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None
        return found if found.format == _FORMAT else None

    def write(self, folder: Path) -> None:
        """Write it into the generation in ``folder``."""
        (folder / FILE).write_bytes(_encoder.encode(self))

    @property
    def keys(self) -> set[bytes]:
        """The keys of all units."""
        return {self.joined[i : i + _SIZE] for i in range(0, len(self.joined), _SIZE)}
