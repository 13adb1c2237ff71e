"""What of a question is only its way of asking: its language, and the kind of thing asked for.

"Which component ...", "무슨 알고리즘 ...", "... 삭제하는 명령어는?": an answer need not say
component, 알고리즘 or 명령어, so these words weigh less than the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgraph.ask.ports import Token
from kgraph.ask.words import empty_words
from kgraph.text import has_hangul, language
from kgraph.vocab import Relations

Span = tuple[int, int]

_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*|[^\W\d_]+")
_HERE = re.compile(r"\b(?:this|these)\s+([a-z]+)|(?<![가-힣])이\s+([가-힣]{2,})", re.IGNORECASE)
_WHICH = frozenset(["which", "what"])
_AUXILIARY = re.compile(
    r"is|are|was|were|do|does|did|can|could|will|would|should|must|may|might|has|have|had"
)
_ANY = ("어떤", "어느", "무슨")
_ASKS_KO = frozenset(["무엇", "뭐", "누구", "어디", "언제", "얼마", "이", "뭔가", "어떻", "몇"])


def question_language(text: str) -> str:
    """``"en"`` for an English question, whatever names it holds: "Who runs the 부트캠프?"."""
    if not has_hangul(text):
        return "en"
    words = _WORD.findall(text)
    english = sum(1 for word in words if word.isascii() and word.casefold() in empty_words())
    korean = sum(1 for word in words if has_hangul(word))
    return "en" if english > 1 and english >= korean else language(text)


def light_spans(text: str, lang: str, tokens: Sequence[Token], relations: Relations) -> list[Span]:
    """Where ``text`` names the kind of thing that it asks for, or the notes themselves."""
    found = [m.span(1 if m.group(1) else 2) for m in _HERE.finditer(text)]
    kind = _english(text, relations) if lang == "en" else _korean(tokens)
    return [*found, kind] if kind else found


def _english(text: str, relations: Relations) -> Span | None:
    """The last noun between "which" and the verb; in "which signal does ...": signal."""
    words = list(_WORD.finditer(text))
    at = next((i for i, w in enumerate(words) if w.group().casefold() in _WHICH), -1)
    if at < 0:
        return None
    head: re.Match[str] | None = None
    for word in words[at + 1 : at + 7]:
        plain = word.group().casefold()
        if _AUXILIARY.fullmatch(plain):
            return head.span() if head else None
        if head is not None:
            forms = {form for _, form in relations.english_form(plain)}
            plural = head.group().casefold().endswith("s")
            if forms & {"s", "past"} or ("base" in forms and plural):
                return head.span()
        if plain.endswith("ly"):
            continue
        if plain in empty_words():
            return None
        head = word
    return None


def _korean(tokens: Sequence[Token]) -> Span | None:
    """The noun after 어떤, or the one at the end that a clause describes: 삭제하는 명령어는?"""
    at = next((i for i, t in enumerate(tokens) if t.form in _ANY), -1)
    if at >= 0:
        return _head(tokens, at + 1)
    for i in range(len(tokens) - 1, 0, -1):
        if tokens[i].tag == "ETM":
            head = _head(tokens, i + 1)
            rest = [t for t in tokens if head and t.start >= head[1]]
            only_asks = all(
                t.tag[0] in "JES" or t.tag.startswith(("VCP", "NP", "XS")) or t.form in _ASKS_KO
                for t in rest
            )
            return head if only_asks else None
    return None


def _head(tokens: Sequence[Token], start: int) -> Span | None:
    """The last noun of the noun phrase that begins with token ``start``.

    Before a copula that is the one before: in 무슨 알고리즘 기반이야, 기반 is what is said.
    """
    nouns: list[Token] = []
    following = ""
    for token in tokens[start:]:
        following = token.tag
        if not token.tag.startswith(("N", "SL", "XPN", "XSN", "XR")):
            break
        if token.tag.startswith(("NN", "SL", "XR")):
            nouns.append(token)
    if following.startswith("VCP") and len(nouns) > 1:
        nouns.pop()
    return (nouns[-1].start, nouns[-1].end) if nouns else None
