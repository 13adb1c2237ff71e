"""The text of a line for the analyser and for the eye, and what is known when it is read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgraph.extract.clauses import ClauseReader
from kgraph.extract.ledger import Ledger
from kgraph.extract.morphology import Analyser, Token
from kgraph.extract.structure import blank, noun_phrase, tokens_around
from kgraph.extract.topics import Topics
from kgraph.types import Block, Kind, MarkKind, Post, Segmented, Sentence
from kgraph.vocab.lexicon import Lexicon
from kgraph.vocab.relations import Relations

_PARTICLE = re.compile(r" (은|는|이|가|을|를|의|에|에서|로|으로|와|과)(?= )")
_LOOSE = re.compile(r"([A-Za-z0-9]) (은|는|가|을|를)(?= )")
_REMEMBERED = 24  # names kept for 이 토픽 to point back to


class LineReader(Ledger):
    """Keeps what the lines read so far have named, and readies the next one."""

    def __init__(
        self,
        post: Post,
        segmented: Segmented,
        analyser: Analyser,
        relations: Relations,
        lexicon: Lexicon,
    ) -> None:
        super().__init__(post)
        self._segmented = segmented
        self._analyser = analyser
        self._relations = relations
        self._lexicon = lexicon
        self._topics = Topics(post, analyser, relations)
        self._spoken: list[str] = []  # names of the sentences before, latest last
        self._kinds: dict[str, str] = {}  # what was last said to be of a kind
        self._object: list[str] = []  # of the sentence before
        self._done: list[str] = []  # to what the part before an arrow did something
        self._conditional = False  # the part read last only sets a condition
        self._follows = ""  # by or for what the part read last says something follows
        self._caption = ""  # the bold line right above in the same paragraph
        self._unsure = False  # the sentence spoke of somebody else than its topic
        self._code = frozenset(
            block.text[m.start : m.end].strip()
            for block in post.blocks
            for m in block.marks
            if m.kind is MarkKind.CODE
        )

    def _reader(
        self,
        text: str,
        subject: str = "",
        defined: str = "",
        loose: bool = False,
        prose: bool = False,
    ) -> ClauseReader:
        """A reader of clauses that knows what the sentences before were about."""
        reader = ClauseReader(
            text,
            self._relations,
            subject,
            defined,
            loose=loose,
            prose=prose,
            spoken=self._spoken,
            kinds=self._kinds,
            code=self._code,
            acts=self._acts,
        )
        reader.object_before = self._object
        return reader

    def _remember(self, names: Sequence[str]) -> None:
        self._spoken = [*self._spoken, *names][-_REMEMBERED:]

    def _name(self, plain: str, shown: str, start: int, end: int) -> str:
        """The term that this part of the sentence is nothing but, or an empty string."""
        return noun_phrase(plain[start:end], self._analyser, shown[start:end])

    def _visible(self, sentence: Sentence, block: Block) -> tuple[str, str]:
        """The sentence for the analyser (code as one word) and for the eye, of one length."""
        shown = sentence.text
        masked = shown
        low, high = sentence.block_start, sentence.block_end
        gone: list[tuple[int, int]] = []
        for mark in block.marks:
            start, end = max(mark.start, low) - low, min(mark.end, high) - low
            if start >= end:
                continue
            if mark.kind in (MarkKind.DELETED, MarkKind.IMAGE, MarkKind.GLOSS):
                gone.append((start, end))
            elif mark.kind is MarkKind.CODE:
                if _PARTICLE.match(masked, end):
                    end += 1  # `maxmemory` 를: the space belongs to the word
                masked = masked[:start] + "x" * (end - start) + masked[end:]
        # libuv 가 thread pool을: the space belongs to the word, as writers of mixed text type it
        masked = _LOOSE.sub(lambda m: m[1] + "x" + m[2], masked)
        masked = re.sub("['\"‘’“”`*]", " ", masked)
        return blank(masked, gone), blank(shown, gone)

    def _restore(self, plain: str, shown: str) -> tuple[Token, ...]:
        return tuple(
            Token(shown[t.start : t.end], t.tag, t.start, t.end) if t.tag == "SL" else t
            for t in tokens_around(plain, self._analyser)
        )

    def _shifted(self, plain: str, shown: str, offset: int) -> tuple[Token, ...]:
        return self._restore(plain[offset:], shown[offset:])

    def _acts(self, name: str) -> bool:
        """Whether a name is that of something that does things by itself."""
        entry = self._lexicon.lookup(name)
        return entry is not None and entry.kind in (Kind.COMPONENT, Kind.PRODUCT)

    def _is_part(self, name: str) -> bool:
        entry = self._lexicon.lookup(name)
        return entry is not None and entry.kind in (Kind.COMPONENT, Kind.PRODUCT, Kind.RESOURCE)
