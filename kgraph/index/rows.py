"""What filters need of every record: its id, its kind, its post, a concept's kind.

A record's row, in the lexical index as well, is the rank of its id.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
import numpy as np

from kgraph.errors import IndexMismatchError
from kgraph.types import Kind, Record, RecordKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Places = NDArray[np.int64]

KINDS, CONCEPT_KINDS = tuple(RecordKind), tuple(Kind)
_FORMAT = 2
_FILE, _ARRAYS = "rows.json", ("ids", "kinds", "posts", "concepts")
_NONE = 255  # of a row that is no concept


class Dated(Protocol):
    """What filters ask of a post; ``kgraph.types.Post`` is one."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def date(self) -> str: ...  # noqa: D102
    @property
    def tags(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def lang(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records may be found; an empty field lets all pass.

    A filter on posts, tags, dates or languages leaves only what stands in a post: passages and
    statements. ``concepts`` leaves only concepts of these kinds.
    """

    kinds: frozenset[RecordKind] = frozenset()
    posts: frozenset[str] = frozenset()  # ids of posts, or folders of them
    tags: frozenset[str] = frozenset()  # one of them is enough; case does not matter
    since: str = ""  # ISO dates or starts of them ("2024-03"), both ends inclusive
    until: str = ""
    langs: frozenset[str] = frozenset()
    concepts: frozenset[Kind] = frozenset()

    @property
    def of_posts(self) -> bool:
        """Whether it says anything about posts."""
        return bool(self.posts or self.tags or self.since or self.until or self.langs)

    def passes(self, post: Dated) -> bool:
        """Whether a post's records may be found."""
        if self.posts and not any(
            post.id == name or post.id.startswith(name.rstrip("/") + "/") for name in self.posts
        ):
            return False
        tags = {tag.casefold() for tag in self.tags}
        if tags and not tags & {tag.casefold() for tag in post.tags}:
            return False
        if self.langs and post.lang not in self.langs:
            return False
        if (self.since or self.until) and not post.date:
            return False
        if self.since and post.date < self.since:
            return False
        return not self.until or post.date[: len(self.until)] <= self.until


class _Post(msgspec.Struct, frozen=True, array_like=True):
    id: str
    date: str
    tags: tuple[str, ...]
    lang: str


class _Header(msgspec.Struct, frozen=True):
    format: int
    count: int
    posts: list[_Post]


class Rows:
    """Ids (n,), ascending; kinds, posts and concept kinds as places in their lists, -1: none."""

    def __init__(
        self,
        ids: NDArray[np.int64],
        kinds: NDArray[np.uint8],
        posts: NDArray[np.int32],
        concepts: NDArray[np.uint8],
        known: Sequence[_Post],
    ) -> None:
        """Arrays of one length; use :meth:`build` or :meth:`load`."""
        self.ids = ids
        self.kinds = kinds
        self.posts = posts
        self.concepts = concepts
        self.known = known

    @classmethod
    def build(
        cls,
        folder: Path,
        records: Iterable[Record],
        posts: Iterable[Dated] = (),
        concepts: Mapping[str, Kind] | None = None,
    ) -> Rows:
        """Write the rows of ``records``, which ascend by id, into ``folder``.

        ``posts`` are those the records stand in, ``concepts`` the kinds of concepts by IRI (those
        that it lacks are :data:`Kind.CONCEPT`).
        """
        by_id = {post.id: post for post in posts}
        kinds_of = concepts or {}
        kind_place = {kind: i for i, kind in enumerate(CONCEPT_KINDS)}
        ids, in_posts = array("q"), array("i")
        kinds, concept_kinds = array("B"), array("B")
        met: dict[str, int] = {}  # posts, as they come
        for record in records:
            ids.append(record.id)
            kinds.append(KINDS.index(record.kind))
            in_posts.append(met.setdefault(record.post, len(met)) if record.post else -1)
            kind = kinds_of.get(record.iri, Kind.CONCEPT)
            concept_kinds.append(kind_place[kind] if record.iri else _NONE)
        known: list[_Post] = []
        place = np.full(len(met) + 1, -1, dtype=np.int32)  # the last for -1
        for name in sorted(met):
            place[met[name]] = len(known)
            post = by_id.get(name)
            known.append(
                _Post(name, post.date, post.tags, post.lang) if post else _Post(name, "", (), "")
            )
        rows = cls(
            np.array(ids, dtype=np.int64),
            np.array(kinds, dtype=np.uint8),
            place[np.array(in_posts, dtype=np.int64)],
            np.array(concept_kinds, dtype=np.uint8),
            known,
        )
        for name in _ARRAYS:
            np.save(folder / f"rows.{name}.npy", getattr(rows, name), allow_pickle=False)
        header = _Header(_FORMAT, len(rows), known)
        (folder / _FILE).write_bytes(msgspec.json.encode(header))
        return rows

    @classmethod
    def load(cls, folder: Path) -> Rows:
        """Read the rows in ``folder``.

        Raises:
            IndexMismatchError: they are missing, damaged or of another format.
        """
        try:
            header = msgspec.json.decode((folder / _FILE).read_bytes(), type=_Header)
            if header.format != _FORMAT:
                raise ValueError(f"format {header.format}, this kgraph reads {_FORMAT}")
            ids, kinds, posts, concepts = (np.load(folder / f"rows.{name}.npy") for name in _ARRAYS)
            if not len(ids) == len(kinds) == len(posts) == len(concepts) == header.count:
                raise ValueError("its files do not belong together")
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            raise IndexMismatchError(
                f"The index in {folder} cannot be read ({error}). Run: kgraph ingest --rebuild"
            ) from error
        return cls(ids, kinds, posts, concepts, header.posts)

    def __len__(self) -> int:
        return len(self.ids)

    def places(self, ids: NDArray[np.int64]) -> Places:
        """The rows of ``ids``.

        Raises:
            IndexMismatchError: one is not there.
        """
        found = np.searchsorted(self.ids, ids)
        if len(ids) and (found.max() >= len(self.ids) or (self.ids[found] != ids).any()):
            raise IndexMismatchError(
                "The index has a vector without its record. Run: kgraph ingest --rebuild"
            )
        return found.astype(np.int64)

    def mask(self, only: Filter) -> NDArray[np.bool_]:
        """Which rows ``only`` lets pass, (n,)."""
        mask = np.ones(len(self), dtype=bool)
        if only.kinds:
            mask &= np.isin(self.kinds, [i for i, kind in enumerate(KINDS) if kind in only.kinds])
        if only.concepts:
            wanted = [i for i, kind in enumerate(CONCEPT_KINDS) if kind in only.concepts]
            mask &= np.isin(self.concepts, wanted)
        if only.of_posts:
            passing = [i for i, post in enumerate(self.known) if only.passes(post)]
            mask &= np.isin(self.posts, passing)
        return mask
