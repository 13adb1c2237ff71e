"""Which of the pairs in the notes name one thing: 쿠버네티스(Kubernetes), but not 파드(Running).

Parentheses hold translations and abbreviations, and as often asides, examples, defaults and lists.
A pair counts when the two are in different scripts, or one abbreviates the other, and nothing that
is known speaks against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kgraph.resolution.transliteration import likeness, needed
from kgraph.text import fold, has_hangul
from kgraph.types import Kind
from kgraph.vocab.lexicon import Lexicon, LexiconEntry

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[가-힣]+")
_SMALL = frozenset({"of", "and", "the", "for", "in", "to", "a", "as", "or", "on", "with"})
_ASIDE = re.compile(
    r"[,;:/·=<>\[\]{}|]|\.\.|…|\b(?:e\.?g|i\.?e|etc|default|optional|required|deprecated|alpha|beta"
    r"|stable|ver|version|new|true|false|yes|no|none|null|example|recommended|or|and|vs)\b"
    r"|기본|선택|필수|예시|예를|버전|이상|이하|참고|권장|또는|혹은|등$|및",
    re.IGNORECASE,
)
# A word before the last that ends so is no part of a name: 요청에는 오리진(origin).
_CLAUSE = re.compile(
    r"(?:[은는을를의에와며한된할]|에서|으로|하면|려면|하고|되고|이고|해서)(?:\s|$)"
)
_MOST_WORDS = 6


def abbreviates(short: str, long: str) -> bool:
    """Whether ``short`` is made of the first letters of ``long``'s words, or is its numeronym.

    ``PVC`` of ``PersistentVolumeClaim`` and ``persistent volume claim``; ``k8s`` of ``Kubernetes``.
    """
    if has_hangul(short) or has_hangul(long):
        return False
    letters, whole = fold(short), fold(long)
    if not 2 <= len(letters) < len(whole) or not letters.isalnum():
        return False
    numeronym = re.fullmatch(r"([a-z])(\d+)([a-z])", letters)
    if numeronym and whole.isalpha():
        first, between, last = numeronym.groups()
        return whole[0] == first and whole[-1] == last and len(whole) == int(between) + 2
    words = _WORD.findall(long)
    initials = "".join(word[0] for word in words).casefold()
    main = "".join(word[0] for word in words if word.lower() not in _SMALL).casefold()
    return len(words) > 1 and letters in (initials, main)


def plausible(first: str, second: str, lexicon: Lexicon) -> bool:
    """Whether a pair of names that the notes put side by side may name one thing."""
    if _ASIDE.search(first) or _ASIDE.search(second) or first[:1] == "-" or second[:1] == "-":
        return False
    if len(first.split()) > _MOST_WORDS or len(second.split()) > _MOST_WORDS:
        return False
    if abbreviates(first, second) or abbreviates(second, first):
        return True
    if has_hangul(first) == has_hangul(second):
        return False
    korean, english = (first, second) if has_hangul(first) else (second, first)
    if not any(ch.isalpha() for ch in english):
        return False
    if _part_of(korean, english, lexicon):
        return False
    short = english.isupper() or bool(re.search(r"\d", english))
    before = korean.split()[:-1]
    if before and (_CLAUSE.search(" ".join(before)) or (not short and _longer(korean, english))):
        return False
    return all(
        _fits(entry, other)
        for entry, other in ((lexicon.lookup(korean), english), (lexicon.lookup(english), korean))
        if entry is not None
    )


def _part_of(korean: str, english: str, lexicon: Lexicon) -> bool:
    """Whether ``korean`` is the last word of ``english`` alone: 리소스(custom resource)."""
    words = english.replace("-", " ").split()
    if len(korean.split()) > 1 or len(words) < 2:
        return False
    last, entry = words[-1], lexicon.lookup(korean)
    if entry is not None and lexicon.lookup(last) is entry:
        return lexicon.lookup(english) is not entry
    return likeness(last, korean) >= needed(korean)


def _longer(korean: str, english: str) -> bool:
    """Whether ``korean`` has more words than ``english``: it holds more than the translation."""
    return len(korean.split()) > len(_WORD.findall(english))


def narrow(korean: str, english: str) -> str:
    """The last words of ``korean`` that sound like all of ``english``, or ``korean`` itself.

    테인트 이펙트(effect) pairs 이펙트 with effect.
    """
    words = korean.split()
    for start in range(1, len(words)):
        tail = " ".join(words[start:])
        if likeness(english, tail) >= needed(tail):
            return tail
    return korean


def _fits(entry: LexiconEntry, other: str) -> bool:
    """Whether ``other`` may be one more name of ``entry``.

    A term whose name in the other language is known has no second one there, unless it is an
    abbreviation or another rendering of the same sound. The name of a product is not translated at
    all: 데이터 저장소(etcd) says what etcd is.
    """
    hangul = has_hangul(other)
    known = any(has_hangul(name) == hangul for name in entry.names)
    if fold(other) in map(fold, entry.names) or not (
        known or (hangul and entry.kind is Kind.PRODUCT)
    ):
        return True
    if hangul:
        return any(likeness(name, other) >= needed(other) for name in entry.en)
    return any(abbreviates(other, name) for name in entry.en)


def best_partners(
    pairs: Iterable[tuple[str, str, str]],
) -> list[tuple[str, str]]:
    """The pairs in which each name is the other's only or most frequent partner, sorted.

    Args:
        pairs: two names (or sets of names) and the post that pairs them.
    """
    posts: dict[tuple[str, str], set[str]] = {}
    for first, second, post in pairs:
        if first != second:
            posts.setdefault((min(first, second), max(first, second)), set()).add(post)
    partners: dict[str, list[tuple[int, str]]] = {}
    for (first, second), where in posts.items():
        partners.setdefault(first, []).append((len(where), second))
        partners.setdefault(second, []).append((len(where), first))
    best: dict[str, str] = {}
    for name, found in partners.items():
        found.sort(key=lambda x: (-x[0], x[1]))
        if len(found) == 1 or found[0][0] > found[1][0]:
            best[name] = found[0][1]
    return sorted((a, b) for a, b in posts if best.get(a) == b and best.get(b) == a)
