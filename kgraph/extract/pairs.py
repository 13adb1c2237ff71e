"""Two names for one thing: 쿠버네티스(Kubernetes), Custom Resource (CR)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kgraph.extract.terms import clean
from kgraph.text import has_hangul

_PAIR = re.compile(
    r"((?:[A-Za-z가-힣][\w가-힣.\-]* ){0,4}[A-Za-z가-힣][\w가-힣.\-]*)\s?"
    r"\(\s*=?\s*([A-Za-z가-힣][\w가-힣 .\-]{1,40}?)\s*\)"
)
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# A word that ends so is no first word of the name: 요청은 오리진 서버(origin server).
_SENTENCE = re.compile(
    r"[은는을를의에와과도한된할인]$|(?:에서|으로|에게|까지|부터|하고|되고|이고|하며|라고|해서|하여)$|..[이가로]$"
    r"|^(?:및|또는|혹은|그리고|즉|등|이|그|각|새|두)$"
)


def find_pairs(text: str) -> Iterator[tuple[str, str]]:
    """The names in ``text`` that its brackets say are one: another language's, or an initialism.

    Of the words before the bracket the name is as many as its translation has, or as its initials
    ask for: 초기화 컨테이너(init container), 컨테이너 런타임 인터페이스(CRI).
    """
    for match in _PAIR.finditer(text):
        words, second = clean(match.group(1)).split(), clean(match.group(2))
        if not words or not second or len(second.split()) > 4:
            continue
        if has_hangul(words[-1]):
            if not has_hangul(second):
                yield " ".join(_last(words, _size(second))), second
            continue
        latin = " ".join(_latin(words))
        if has_hangul(second):
            if len(second.split()) <= 3:
                yield latin, second
        elif abbreviates(words[-1], second):
            yield words[-1], second
        elif abbreviates(second, latin):
            yield latin, second


def _size(name: str) -> int:
    """How many words a Korean name for the English ``name`` has at most."""
    if name.isupper() and " " not in name:
        return len(name)
    return max(len(name.replace("-", " ").split()), len(_HUMP.findall(name)), 1)


def _last(words: Sequence[str], size: int) -> Sequence[str]:
    """The last ``size`` of ``words``, those left out that the name cannot begin after."""
    words = words[-size:]
    for at in range(len(words) - 2, -1, -1):
        if _SENTENCE.search(words[at]):
            return words[at + 1 :]
    return words


def _latin(words: Sequence[str]) -> Sequence[str]:
    """The last four of ``words`` at most, as far as they are Latin."""
    words = words[-4:]
    for at in range(len(words) - 1, -1, -1):
        if has_hangul(words[at]):
            return words[at + 1 :]
    return words


def abbreviates(short: str, long: str) -> bool:
    """Whether ``short`` is made of the initials of ``long``: CMS, Concurrent Mark Sweep."""
    letters = [w[0] for w in re.findall(r"[A-Za-z]+", long)]
    return 2 <= len(short) <= 6 and short.isupper() and "".join(letters).upper() == short
