"""Two names for one thing: 쿠버네티스(Kubernetes), Custom Resource (CR)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kgraph.extract.terms import clean
from kgraph.text import has_hangul

_PAIR = re.compile(
    r"([A-Za-z가-힣][\w가-힣.\-]*(?: [A-Za-z][\w.\-]*){0,3})\s?"
    r"\(\s*=?\s*([A-Za-z가-힣][\w가-힣 .\-]{1,40}?)\s*\)"
)


def find_pairs(text: str) -> Iterator[tuple[str, str]]:
    """The names in ``text`` that its brackets say are one: another language's, or an initialism."""
    for match in _PAIR.finditer(text):
        first, second = clean(match.group(1)), clean(match.group(2))
        words = first.split()
        if words and has_hangul(first) and not has_hangul(words[-1]):
            while has_hangul(words[0]):
                words = words[1:]
            first = " ".join(words)
        if has_hangul(first) != has_hangul(second):
            if len(second.split()) <= 3:
                yield words[-1] if has_hangul(first) and words else first, second
        elif abbreviates(first, second):
            yield words[-1] if words else first, second
        elif abbreviates(second, first):
            yield first, second


def abbreviates(short: str, long: str) -> bool:
    """Whether ``short`` is made of the initials of ``long``: CMS, Concurrent Mark Sweep."""
    letters = [w[0] for w in re.findall(r"[A-Za-z]+", long)]
    return 2 <= len(short) <= 6 and short.isupper() and "".join(letters).upper() == short
