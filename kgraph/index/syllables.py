"""Pairs of syllables: what two spellings of Korean have in common whatever the analyser makes of
them.

The analyser cuts a compound one way in the notes and another way in the question (재연체율,
재 연체율), and guesses at words that it does not know. Neighbouring syllables (재연, 연체, 체율)
are the same in both.
"""

from __future__ import annotations

import re
import unicodedata

_PAIR = re.compile(r"(?=([가-힣]{2}))")  # at every syllable: they overlap
_ALONE = re.compile(r"(?<![가-힣])[가-힣](?![가-힣])")


def pairs(text: str) -> list[str]:
    """Every two neighbouring Hangul syllables of each word of ``text``, in order.

    After them come the words of one syllable.
    """
    text = unicodedata.normalize("NFC", text)
    return _PAIR.findall(text) + _ALONE.findall(text)
