"""The pieces that clauses are read from: noun phrases with their particles, predicates."""

from __future__ import annotations

from dataclasses import dataclass, field

from kgraph.extract.morphology import Token


@dataclass(slots=True)
class Phrase:
    """A noun phrase: its span, the head after the last 의, and its particle (normal form)."""

    start: int  # of the whole phrase
    end: int
    head: int  # where the part after the last 의 starts
    marker: str = ""
    topic: bool = False
    words: list[Token] = field(default_factory=list)
    pronoun: bool = False
    joined: bool = False  # stands with the next phrase in one coordination
    pointing: bool = False  # 이 값, 해당 파일: what was spoken of before


@dataclass(slots=True)
class Predicate:
    """A predicate: dictionary form, polarity, and how its clause ends.

    ``ending`` is one of final, link, condition, time, modifier, content, purpose, question.
    """

    lemma: str
    start: int
    end: int
    negated: bool = False
    ending: str = "final"
    able: bool = False
    must: bool = False
    needless: bool = False  # …할 필요가 없다
    again: bool = False  # 다시
    caused: bool = False  # …하게 해 준다: somebody else does it
    passive: bool = False  # …어지다
    adjective: bool = False
    light: bool = False  # 재시도를 한다: its verbal noun is its object
    serial: bool = False  # 나누어 읽다: the first of two verbs that are one act
    planned: bool = False  # 보낼 헤더: what is to happen
    past: bool = False
    quoted: bool = False  # 받았다고 응답한다
    under: bool = False  # …하므로, …한 뒤: linked to the clause that it stands in, not beside it


@dataclass(slots=True)
class Copula:
    """이다 or 아니다 behind the phrase before it."""

    start: int
    end: int
    negated: bool = False
    ending: str = "final"
    naming: bool = False  # HCL이라는 언어


@dataclass(slots=True)
class Break:
    """Punctuation between clauses or members of a list."""

    form: str
    start: int
    end: int


Chunk = Phrase | Predicate | Copula | Break


def verbal_size(words: list[Token]) -> int:
    """How many of the last words make the verbal noun: 재+시작, 암호+화."""
    size = 1
    while size < len(words) and (words[-size].tag == "XSN" or words[-size - 1].tag == "XPN"):
        size += 1
    return size
