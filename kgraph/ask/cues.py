"""What kind of answer a question wants, and whether a sentence has that kind of thing in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from kgraph.ask.ports import Token


class QuestionType(StrEnum):
    """What is asked for."""

    ENTITY = "entity"
    LIST = "list"
    DEFINITION = "definition"
    WHERE = "where"
    WHEN = "when"
    HOWMUCH = "howmuch"
    COUNT = "count"
    YESNO = "yesno"
    HOW = "how"
    WHY = "why"
    COMMAND = "command"
    COMPARISON = "comparison"
    RELATION = "relation"


@dataclass(frozen=True, slots=True)
class _Cues:
    """``cues.toml``, compiled."""

    asked: dict[str, tuple[tuple[QuestionType, re.Pattern[str]], ...]]
    offers: dict[QuestionType, re.Pattern[str]]
    units: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    asks: re.Pattern[str]
    open: re.Pattern[str]
    yesno_en: re.Pattern[str]
    request_ko: re.Pattern[str]
    wh_ko: re.Pattern[str]
    kinds: re.Pattern[str]


@lru_cache(maxsize=1)
def _cues() -> _Cues:
    table = tomllib.loads(files("kgraph.ask").joinpath("cues.toml").read_text("utf-8"))
    question = table["question"]
    return _Cues(
        asked={
            lang: tuple(
                (QuestionType(kind), _any(patterns))
                for kind, patterns in (*table["leading"][lang].items(), *types.items())
            )
            for lang, types in table["asked"].items()
        },
        offers={
            QuestionType(kind): _any(patterns, 0 if kind == "command" else re.IGNORECASE)
            for kind, patterns in table["offers"].items()
        },
        units=tuple((_any(unit["asked"]), _any(unit["has"])) for unit in table["units"]),
        asks=_any(table["notes"]["asks"]),
        open=_any(table["notes"]["open"]),
        yesno_en=_any(question["yesno_en"]),
        request_ko=_any(question["request_ko"]),
        wh_ko=_any(question["wh_ko"]),
        kinds=_any(question["kinds"]),
    )


def _any(patterns: Iterable[str], flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile("|".join(patterns), flags)


def question_type(text: str, lang: str, tokens: Sequence[Token]) -> QuestionType:
    """What ``text`` asks for; ENTITY when nothing says more."""
    cues = _cues()
    if lang == "en":
        if cues.yesno_en.search(text) and not re.search(r"\bor\b", text):
            return QuestionType.YESNO
    elif not cues.wh_ko.search(text) and not cues.request_ko.search(text) and _ends_in_verb(tokens):
        return QuestionType.YESNO
    return next((kind for kind, x in cues.asked[lang] if x.search(text)), QuestionType.ENTITY)


def _ends_in_verb(tokens: Sequence[Token]) -> bool:
    """Whether the last words are a predicate: 되나, 있어?, 인가요, 맞지."""
    rest = [t for t in tokens if t.tag not in ("SF", "SP", "SE", "SS", "SSO", "SSC", "SW")]
    if not rest or not rest[-1].tag.startswith(("EF", "EC", "ETN")):
        return False
    return any(t.tag.startswith(("V", "XSV", "XSA")) for t in rest[-5:])


STRICT = (QuestionType.HOWMUCH, QuestionType.COUNT, QuestionType.COMMAND)
"""Types that want something that can be told by its looks: a number, a command."""


def offers(kind: QuestionType, question: str, text: str) -> float:
    """How far ``text`` has what a question of this type wants: 1 yes, 0 nothing to say, -1 no."""
    cues = _cues()
    cue = cues.offers.get(kind)
    if cue is None:
        return 0.0
    if kind in (QuestionType.HOWMUCH, QuestionType.COUNT):
        for asked, has in cues.units:
            if asked.search(question):
                return 1.0 if has.search(text) else -1.0
    if cue.search(text):
        return 1.0
    return -1.0 if kind in STRICT else 0.0


def of_kinds(text: str) -> bool:
    """Whether a question asks for kinds, or what heads a list says that it has kinds in it."""
    return _cues().kinds.search(text) is not None


def is_question(text: str) -> bool:
    """Whether a sentence of the notes asks, or puts off, instead of saying."""
    cues = _cues()
    return cues.asks.search(text) is not None or cues.open.search(text) is not None
