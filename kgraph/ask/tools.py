"""What both kinds of answer are made with: names, sentences, vectors, citations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kgraph.ask.facts import Fact
from kgraph.ask.ports import Lines, Morphology, Searching, Texts
from kgraph.ask.sentences import Sentences, SentenceUnit, locate
from kgraph.ask.templates import Query, labels
from kgraph.graph.ports import Graph
from kgraph.index.rows import Filter
from kgraph.types import Answer, Citation
from kgraph.vocab import Relations

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_REMEMBERED = 4096  # vectors of sentences that are kept


@dataclass(frozen=True, slots=True)
class Ranked:
    """An answer with its score, and the query and the statement behind it, if there are any.

    ``said`` is the sentence that answers, without what its answer tells besides.
    """

    answer: Answer
    score: float
    said: str
    query: Query | None = None
    fact: Fact | None = None


class Tools:
    """The graph, the index and the stored posts, with what was looked up there kept at hand.

    Args:
        store: the graph.
        searcher: retrieval of passages.
        analyser: the morphological analyser.
        relations: the relation vocabulary.
        texts: the stored posts.
        lines: what ingestion cut and analysed; without it that is done when asked.
    """

    def __init__(
        self,
        store: Graph,
        searcher: Searching,
        analyser: Morphology,
        relations: Relations,
        texts: Texts,
        lines: Lines | None,
    ) -> None:
        self.store = store
        self.searcher = searcher
        self.relations = relations
        self.source = lru_cache(maxsize=256)(texts.text)
        self.info = lru_cache(maxsize=4096)(texts.info)
        self.sentences = Sentences(analyser, self.source, lines)
        self.labels = lru_cache(maxsize=4096)(lambda concept: labels(store, concept))
        self._encoded: dict[str, NDArray[np.float32]] = {}

    def label(self, concept: str, lang: str) -> str:
        """A concept's name in a language, or in another if it has none there."""
        preferred, names = self.labels(concept)
        return (
            preferred.get(lang) or next(iter(preferred.values()), "") or next(iter(names), concept)
        )

    def cited(self, unit: SentenceUnit) -> Citation:
        """The source sentence of ``unit``."""
        record = unit.record
        source = self.source(record.post)
        start, end = locate(source, record, unit.start, unit.end)
        info = self.info(record.post)
        return Citation(
            record.post,
            record.title,
            info.url,
            source[start:end],
            start,
            end,
            record.heading,
            info.date,
        )

    def passes(self, post: str, only: Filter) -> bool:
        """Whether ``only`` lets a post pass."""
        return not only.of_posts or only.passes(self.info(post))

    def nearness(self, question: str, units: Sequence[SentenceUnit]) -> list[float]:
        """How near the meaning of each sentence comes to the question's, 0..1."""
        asked = self.searcher.query_vector(question)
        return [near(float(asked @ x)) for x in self._vectors([_context(u) for u in units])]

    def _vectors(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """The vectors of ``texts``; those not seen lately are encoded side by side."""
        if len(self._encoded) > _REMEMBERED:
            self._encoded.clear()
        missing = [text for text in dict.fromkeys(texts) if text not in self._encoded]
        if missing:
            made = self.searcher.encoder.encode_passages(missing)
            self._encoded.update(zip(missing, made, strict=True))
        return [self._encoded[text] for text in texts]


def near(cosine: float) -> float:
    """A cosine of the encoder, whose values crowd together, as 0..1."""
    return min(max((cosine - 0.76) / 0.14, 0.0), 1.0)


def _context(unit: SentenceUnit) -> str:
    """What of a sentence is encoded: its heading and itself."""
    heading = unit.record.heading.rsplit(" > ", 1)[-1] or unit.record.title
    return f"{heading}: {unit.text}"
