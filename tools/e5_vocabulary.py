"""The tokenizer of multilingual-e5-small with only the pieces that Korean and English use."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import numpy as np
from numpy.typing import NDArray

MASK = "<mask>"
SPACE = "▁"  # how the model writes a space
_SYMBOLS = ("P", "S")
_LETTER_SYMBOLS = ("LATIN", "GREEK")
_OTHERS = ("No", "Nl", "Cf", "Zs")
_VARIATION = "\ufe0f"  # asks for the coloured form of a symbol


def is_kept(piece: str) -> bool:
    """Whether a piece is written with Hangul, ASCII, punctuation and symbols only.

    A single Latin or Greek letter is kept too: names have accents, formulas have Greek.
    """
    bare = piece.replace(SPACE, "")
    if len(bare) == 1 and unicodedata.name(bare, "").startswith(_LETTER_SYMBOLS):
        return True
    return all(_is_kept_character(character) for character in bare)


def _is_kept_character(character: str) -> bool:
    if character.isascii() or character == _VARIATION:
        return True
    category = unicodedata.category(character)
    if category[0] in _SYMBOLS or category in _OTHERS:
        return True
    return "HANGUL" in unicodedata.name(character, "")


def prune(tokenizer: dict[str, Any]) -> tuple[dict[str, Any], NDArray[np.int64]]:
    """A tokenizer.json without the pieces of other scripts, and the old id of each new one.

    The order of the pieces stays, so do their scores; special pieces keep their part.
    """
    special = {token["content"] for token in tokenizer["added_tokens"]}
    vocabulary = tokenizer["model"]["vocab"]
    kept = [
        number for number, (piece, _) in enumerate(vocabulary) if piece in special or is_kept(piece)
    ]
    ids = {vocabulary[old][0]: new for new, old in enumerate(kept)}
    pruned = {
        **tokenizer,
        "added_tokens": [
            {**token, "id": ids[token["content"]]} for token in tokenizer["added_tokens"]
        ],
        "model": {**tokenizer["model"], "vocab": [vocabulary[old] for old in kept]},
    }
    return pruned, np.array(kept, np.int64)


def compact(tokenizer: dict[str, Any]) -> bytes:
    """The file, without spaces or escapes. Scores stay whole: rounding them reorders ties."""
    return json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")).encode()
