"""Pairs of syllables: what two spellings of Korean have in common whatever the analyser makes of
them.

The analyser cuts a compound one way in the notes and another way in the question (재연체율,
재 연체율), and guesses at words that it does not know. Neighbouring syllables (재연, 연체, 체율)
are the same in both.
"""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[가-힣]+")


def pairs(text: str) -> list[str]:
    """Every two neighbouring Hangul syllables of each word of ``text``, in order.

    A word of one syllable is itself.
    """
    found: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFC", text)):
        found += [word[i : i + 2] for i in range(len(word) - 1)] or [word]
    return found
