"""What asking needs of the other parts; tests stand in for them with small fakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from kgraph.types import Hit, RecordKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kgraph.index.encoder import Encoder
    from kgraph.index.rows import Filter
    from kgraph.segment.lines import Line
    from kgraph.storage.notes import PostInfo


class Token(Protocol):
    """A morpheme with its Sejong tag and its span (code points, end exclusive)."""

    @property
    def form(self) -> str: ...  # noqa: D102
    @property
    def tag(self) -> str: ...  # noqa: D102
    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102


class Morphology(Protocol):
    """The morphological analyser; ``kgraph.extract.morphology.Analyser`` is one."""

    def tokens(self, text: str) -> Sequence[Token]:
        """The morphemes of ``text``, in order."""
        ...


class Searching(Protocol):
    """Retrieval; ``kgraph.index.search.Searcher`` is one."""

    @property
    def encoder(self) -> Encoder:
        """What the index was filled with."""
        ...

    def query_vector(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, (d,)."""
        ...

    def search(
        self,
        text: str,
        k: int = 10,
        kinds: frozenset[RecordKind] | None = None,
        *,
        only: Filter = ...,
        meaning: str = "",
    ) -> list[Hit]:
        """The ``k`` best records that ``only`` lets pass; ``meaning``: what is embedded."""
        ...


class Texts(Protocol):
    """The stored posts; ``kgraph.storage.notes.NoteStore`` is one."""

    def text(self, post_id: str) -> str:
        """The stored source text of a post."""
        ...

    def info(self, post_id: str) -> PostInfo:
        """What is known of a post besides its text."""
        ...

    def all(self) -> tuple[PostInfo, ...]:
        """All posts, by id."""
        ...


class Lines(Protocol):
    """What was cut and analysed at ingestion; ``kgraph.index.linestore.LineStore`` is one."""

    def lines(self, record: int) -> tuple[Line, ...] | None:
        """The lines of the passage with this record id; None if it was not cut."""
        ...

    def words(self, text: str) -> tuple[str, ...] | None:
        """The content morphemes of a heading, title or quote; None if it was not analysed."""
        ...
