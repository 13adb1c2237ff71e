"""Questions that ask two things at once: 레플리카셋은 누가 만들고, 파드를 어디에 띄워?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgraph.ask.ports import Token

_EN_ASKS = r"(?:which|what|who|whom|whose|where|when|why|how)"
_EN_SPLIT = re.compile(rf"[,;]?\s+and\s+(?={_EN_ASKS}\b)|[,;?]\s+(?={_EN_ASKS}\b)", re.IGNORECASE)
_EN_WH = re.compile(rf"\b{_EN_ASKS}\b", re.IGNORECASE)
_KO_WH = re.compile(r"누가|누구|무엇|무슨|뭐|뭘|뭔|어디|언제|왜(?![가-힣])|어떻|어떤|어느|얼마|몇")
_SUBORDINATE = re.compile(
    r"\b(?:tell me|know|explain|determines?|decides?|shows?)\s*$", re.IGNORECASE
)


def split(text: str, lang: str, tokens: Sequence[Token]) -> list[str]:
    """The questions in ``text``, each with a question word of its own; most often itself alone."""
    return _english(text) if lang == "en" else _korean(text, tokens)


def _english(text: str) -> list[str]:
    pieces: list[str] = []
    start = 0
    for match in _EN_SPLIT.finditer(text):
        left, right = text[start : match.start()], text[match.end() :]
        if _EN_WH.search(left) and _EN_WH.search(right) and not _SUBORDINATE.search(left):
            pieces.append(left.strip())
            start = match.end()
    return [*pieces, text[start:].strip()]


def _korean(text: str, tokens: Sequence[Token]) -> list[str]:
    pieces: list[str] = []
    start = 0
    for i, token in enumerate(tokens):
        ends = (token.tag == "EC" and token.form in ("고", "며")) or token.tag in ("SF", "SP")
        if not ends or token.end <= start:
            continue
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        if token.form == "고" and following is not None and following.tag.startswith("VX"):
            continue
        left, right = text[start : token.end], text[token.end :]
        if _KO_WH.search(left) and _KO_WH.search(right) and len(left.strip()) > 3:
            pieces.append(left.strip(" ,"))
            start = token.end
    return [*pieces, text[start:].strip(" ,")]
