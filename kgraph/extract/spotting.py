# ruff: noqa: SIM905
"""Terms of the lexicon wherever they stand: inside a longer name, an aside, a list in brackets.

The clause reader takes whole noun phrases for mentions, so 쿠버네티스 컨트롤 플레인 컴포넌트 would
hide the control plane, and (예: 디플로이먼트, 잡) both of its examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kgraph.text import fold
from kgraph.vocab.inflection import PARTICLES, singulars
from kgraph.vocab.lexicon import Lexicon

_UNIT = re.compile(r"[A-Za-z0-9](?:[\w.+#\-]*[A-Za-z0-9+#])?|[가-힣]+", re.ASCII)
_GAPS = ("", " ", "-")
# Endings that also end verbs and other nouns tell too little.
_DOUBTFUL = frozenset("인 야 나 며 이며 이야 인지 인가 인가요 같은 하고 라도 이라도 이다".split())
_ENDINGS = (frozenset(PARTICLES) | {"만을", "만이", "뿐만"}) - _DOUBTFUL
_LONGEST_ENDING = max(map(len, _ENDINGS))
# After a name of one syllable: 잡이 and 잡은 are as often forms of a verb.
_AFTER_ONE = frozenset("와 과 의 에 에서 에게 으로 만 만을 들 들을 들이 들은".split())


class _Unit(NamedTuple):
    """A run of one script: its folded form, and that without the particles it may end in."""

    start: int
    end: int
    key: str
    stems: tuple[tuple[str, int], ...]  # (folded, characters cut), nothing cut first


def spot(text: str, lexicon: Lexicon) -> Iterator[tuple[str, int, int]]:
    """Every term in ``text``, longest first at each place, with its span; particles left out."""
    units = [_unit(match) for match in _UNIT.finditer(text)]
    at = 0
    while at < len(units):
        found = _longest(text, units, at, lexicon)
        if found is None:
            at += 1
            continue
        at, end = found[1], found[0]
        start = units[found[2]].start
        yield text[start:end], start, end


def _longest(
    text: str, units: Sequence[_Unit], at: int, lexicon: Lexicon
) -> tuple[int, int, int] | None:
    """The end of the longest term that begins with ``units[at]``, the unit after it, and ``at``."""
    if at and units[at - 1].end == units[at].start:
        return None  # in the middle of a word
    last = at + 1
    while (
        last < len(units)
        and last - at < lexicon.longest + 2  # API를 counts as two
        and text[units[last - 1].end : units[last].start] in _GAPS
    ):
        last += 1
    before = [""]
    for unit in units[at:last]:
        before.append(before[-1] + unit.key)
    for end in range(last, at, -1):
        unit = units[end - 1]
        if not _ends_word(units, end):
            continue
        for stem, cut in unit.stems:
            if lexicon.exact(before[end - 1 - at] + stem) is not None:
                return unit.end - cut, end, at
        if unit.key.endswith("s"):
            whole = text[units[at].start : unit.end]
            if any(lexicon.exact(form) is not None for form in singulars(whole)):
                return unit.end, end, at
    return None


def _ends_word(units: Sequence[_Unit], end: int) -> bool:
    """Whether nothing but a particle is glued to ``units[end - 1]``."""
    if end == len(units) or units[end].start > units[end - 1].end:
        return True
    return units[end].key in _ENDINGS


def _unit(match: re.Match[str]) -> _Unit:
    word = match.group()
    key = fold(word)
    stems = [(key, 0)]
    if "가" <= word[0] <= "힣":
        for size in range(1, min(_LONGEST_ENDING, len(word) - 1) + 1):
            ending = word[-size:]
            if ending in (_ENDINGS if len(word) - size > 1 else _AFTER_ONE):
                stems.append((word[:-size], size))
    return _Unit(match.start(), match.end(), key, tuple(stems))
