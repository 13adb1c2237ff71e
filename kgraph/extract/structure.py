"""What a line's signs say: terms and what stands behind a colon, a dash, an arrow."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kgraph.extract.chunker import chunk
from kgraph.extract.chunks import Phrase
from kgraph.extract.morphology import Analyser, Token
from kgraph.extract.terms import clean, is_term
from kgraph.text import has_hangul
from kgraph.types import Block, BlockKind

_HOLE = "\ue000"  # stands for an aside that a particle follows: 쿠버네티스(k8s)는
_PARENTHESES = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_SPLIT = re.compile(r"\s+(?:-|–|—)\s+|\s*:\s+|\s+:\s*|\s+={1,2}\s+")
ARROW = re.compile(r"\s*(?:->|→|=>|⇒|➜)\s*")
PLUS = re.compile(r"\+")


@dataclass(frozen=True, slots=True)
class Split:
    """A line cut at its sign: ``sign`` is ":", "-", "=" or "->"."""

    left: str
    right: str
    sign: str
    right_start: int


def blank(text: str, spans: list[tuple[int, int]]) -> str:
    """``text`` with ``spans`` made spaces, its length unchanged."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def without_asides(text: str) -> str:
    """``text`` with what stands in round brackets made spaces.

    Where Hangul follows at once, it belongs to the word before the bracket: there the aside becomes
    something that :func:`tokens_around` looks past.
    """
    for start, end in _aside_spans(text):
        glued = start > 0 and not text[start - 1].isspace() and has_hangul(text[end : end + 1])
        text = text[:start] + (_HOLE if glued else " ") * (end - start) + text[end:]
    return text


def tokens_around(text: str, analyser: Analyser) -> tuple[Token, ...]:
    """The morphemes of ``text``, read as if the asides glued to what follows were not there."""
    if _HOLE not in text:
        return analyser.tokens(text)
    kept = [i for i, ch in enumerate(text) if ch != _HOLE]
    tokens = analyser.tokens("".join(text[i] for i in kept))
    kept.append(len(text))
    return tuple(
        Token(t.form, t.tag, kept[t.start], kept[max(t.end - 1, t.start)] + 1) for t in tokens
    )


def _aside_spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _PARENTHESES.finditer(text)]


def pieces(text: str, sign: re.Pattern[str]) -> list[tuple[int, int]]:
    """The spans of ``text`` between the places where ``sign`` stands."""
    ends = [0, *(at for match in sign.finditer(text) for at in match.span()), len(text)]
    return list(zip(ends[::2], ends[1::2], strict=True))


def split_line(text: str) -> Split | None:
    """The term and what is said of it: ``kubelet : 노드의 에이전트``."""
    arrow = ARROW.search(text)
    match = _SPLIT.search(text)
    if arrow and (match is None or arrow.start() <= match.start()):
        match = arrow
    if match is None or not text[: match.start()].strip() or not text[match.end() :].strip():
        return None
    sign = match.group().strip()[:2]
    sign = "->" if match is arrow else "=" if sign.startswith("=") else ":" if ":" in sign else "-"
    return Split(text[: match.start()], text[match.end() :], sign, match.end())


def noun_phrase(text: str, analyser: Analyser, shown: str = "") -> str:
    """``text`` as a term if it is nothing but one noun phrase, else an empty string.

    ``shown`` is the same text as the eye sees it, where ``text`` has code as one word.
    """
    plain = without_asides(text)
    name = clean(blank(shown, _aside_spans(shown)) if shown else plain.replace(_HOLE, " "))
    if not is_term(name) or "?" in text:
        return ""
    chunks = chunk(plain, tokens_around(plain, analyser))
    phrases = [c for c in chunks if isinstance(c, Phrase)]
    if len(phrases) != 1 or len(chunks) != 1 or phrases[0].marker or phrases[0].pronoun:
        return ""
    if len(name.split()) > 5 or plain[: phrases[0].start].strip(" \t-*\"'‘“"):
        return ""
    return name


def is_block_of_prose(block: Block) -> bool:
    """Whether extraction reads sentences of this block."""
    return block.kind not in (BlockKind.CODE, BlockKind.CELL)
