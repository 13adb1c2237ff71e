"""Answers in words: a statement as a sentence, a long sentence cut to the clause that answers."""

from __future__ import annotations

import re
from collections.abc import Callable

from kgraph.vocab import Relation

LONGEST = 160
"""Characters of an answer that a reader takes in; longer sentences are cut to their best part."""

NOTHING = {"ko": "노트에 근거가 없습니다", "en": "The notes do not say"}
YES = {"ko": "예", "en": "Yes"}
NO = {"ko": "아니오", "en": "No"}

_FINAL_SOUND = re.compile(r"[013678LMNlmn]$")
_HEAD = re.compile(r"\s*(?::|=|->|=>|→)\s")
_CUT = re.compile(
    r"(?<=[,;:.!?])\s+|\s(?=->|=>|→)|(?<=[가-힣]고)\s|(?<=며)\s|(?<=지만)\s|(?<=면)\s"
)


def statement(subject: str, relation: Relation | None, verb: str, object_: str, lang: str) -> str:
    """A statement in words; ``verb`` stands in for a relation that the vocabulary lacks."""
    name = (relation.ko if lang == "ko" else relation.en) if relation else verb
    if lang == "en":
        return f"{subject} {name} {object_}"
    if name == "이다":
        return f"{_with(subject, '은', '는')} {object_}이다"
    if name.startswith(("에 ", "로 ", "위에서", "에서 ", "에게 ")):
        if name.startswith("로 "):
            return f"{_with(subject, '은', '는')} {_toward(object_)}{name[1:]}"
        space = " " if name.startswith("위") else ""
        return f"{_with(subject, '은', '는')} {object_}{space}{name}"
    if name == "다르다":
        return f"{_with(subject, '은', '는')} {_with(object_, '과', '와')} {name}"
    return f"{_with(subject, '은', '는')} {_with(object_, '을', '를')} {name}"


def _closed(word: str) -> bool:
    """Whether a word is heard to end in a consonant."""
    last = word.rstrip(")\"'` ")[-1:]
    if "가" <= last <= "힣":
        return (ord(last) - 0xAC00) % 28 > 0
    return bool(_FINAL_SOUND.search(last))


def topic(name: str, closed: str = "은", open_: str = "는") -> str:
    """``name`` with the form of a particle that its last sound asks for."""
    return _with(name, closed, open_)


def _with(word: str, closed: str, open_: str) -> str:
    return word + (closed if _closed(word) else open_)


def _toward(word: str) -> str:
    last = word[-1:]
    rieul = ("가" <= last <= "힣" and (ord(last) - 0xAC00) % 28 == 8) or last in "lL"
    return word + ("으로" if _closed(word) and not rieul else "로")


def shorten(text: str, worth: Callable[[str], float], longest: int = LONGEST) -> str:
    """``text`` if it is short, else the run of clauses up to ``longest`` that is worth most.

    ``worth`` grades a stretch of text.
    """
    text = " ".join(text.split())
    if len(text) <= longest:
        return text
    edges = [0, *(m.end() for m in _CUT.finditer(text)), len(text)]
    best, chosen = -1.0, text[:longest]
    for i, start in enumerate(edges[:-1]):
        fitting = [end for end in edges[i + 1 :] if end - start <= longest]
        stretch = text[start : fitting[-1]] if fitting else text[start : start + longest]
        value = worth(stretch)
        if value > best:
            best, chosen = value, stretch
    return chosen.strip()


def led(lead: str, text: str) -> str:
    """``text`` with what it is said of before it, if that is short and not said in it."""
    lead = _HEAD.split(" ".join(lead.split()), maxsplit=1)[0].rstrip("?？.,: ")
    if not lead or len(lead) > 50 or lead in text or len(lead) + len(text) + 2 > LONGEST:
        return text
    return f"{lead}: {text}"


def says(lang: str, yes: bool, text: str) -> str:
    """A yes or no with the sentence that says so."""
    word = (YES if yes else NO)[lang]
    return f"{word} — {text}" if text else word
