"""How far a concept is worth pointing a writer at, whatever it is near to.

A graph read from prose holds every noun phrase: 파드, and 일부 파드 as well. What has a note of
its own, a name in both languages or a place in the lexicon is a thing that people look up; a phrase
that one note says in passing is not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from kgraph.text import has_hangul
from kgraph.types import Kind
from kgraph.vocab.generic import load_generic
from kgraph.vocab.lexicon import Lexicon

_TITLED, _KNOWN, _DEFINED, _BOTH, _SYMBOL, _OFTEN = 0.35, 0.45, 0.2, 0.2, 0.15, 0.2
_THING = 0.3  # a component, resource, product or command, not a word such as 프로그램
_LEAST = 0.1
_OFTEN_AT = 8  # posts that name a concept often
WORTH_A_LINK = 0.3
"""From here on a concept is offered as a link wherever a draft names it."""

_COMMAND, _PRODUCT, _LITERAL, _WRITTEN, _WORD = 0.1, 0.6, 0.6, 0.5, 0.6
"""How much what examples and sentences are made of counts (:func:`aptness`)."""
_SIGNS = re.compile(r"[./=:\[\]\d]|^-|^(?:my|your|foo|bar|example|sample|demo|test)-")
_TOLD = frozenset({Kind.PRODUCT, Kind.ORGANISATION, Kind.PERSON})
_LONG = 3  # words of a label beyond which it is a phrase rather than a name


def worth(
    labels: Sequence[str],
    names: Sequence[Sequence[str]],
    posts: NDArray[np.int64],
    titled: Collection[int],
    defined: Iterable[int] = (),
    lexicon: Lexicon | None = None,
) -> NDArray[np.float64]:
    """The worth in [0, about 2] of each of n concepts, (n,).

    Args:
        labels: what each is shown as.
        names: all names of each, folded.
        posts: how many posts name it, (n,).
        titled: places of those that a post is titled with.
        defined: places of those that the notes define.
        lexicon: the terms that are known to be terms.
    """
    generic, told = load_generic(), frozenset(defined)
    scores = np.zeros(len(labels))
    often = np.minimum(np.log1p(np.maximum(posts - 1, 0)) / np.log(_OFTEN_AT), 1.0).tolist()
    for i, (label, folded) in enumerate(zip(labels, names, strict=True)):
        if not generic.isdisjoint(folded) or len(label) < 2:
            scores[i] = 0.0
            continue
        score = _LEAST
        if i in told:
            score += _DEFINED
        if i in titled:
            score += _TITLED
        terms = [lexicon.exact(name) for name in folded] if lexicon is not None else []
        if known := [term for term in terms if term is not None]:
            score += _KNOWN
            score += _THING * (known[0].kind is not Kind.CONCEPT)
        scripts = {has_hangul(name) for name in folded}
        if len(scripts) == 2:
            score += _BOTH
        elif " " not in label and scripts == {False} and label[0].isalpha():
            score += _SYMBOL
        score += _OFTEN * often[i]
        if label.count(" ") >= _LONG and len(label.split()) > _LONG:
            score *= 0.5
        scores[i] = score
    return scores


def aptness(
    labels: Sequence[str], names: Sequence[Sequence[str]], lexicon: Lexicon | None = None
) -> NDArray[np.float64]:
    """How apt each of n concepts is as a thing to read on about, (n,) in (0, 1].

    A note on probes runs `kubectl get`, on Ubuntu, on a pod named my-service, with -o=yaml, and
    says how a deadlock comes about: the command, the product, the literal, what is written in files
    and the one word of the trade stand where the note is near, and are seldom what it leads on to.
    Arguments as of :func:`worth`.
    """
    apt = np.ones(len(labels))
    for i, (label, folded) in enumerate(zip(labels, names, strict=True)):
        entries = [lexicon.exact(name) for name in folded] if lexicon is not None else []
        kind = next((entry.kind for entry in entries if entry is not None), None)
        if kind is Kind.COMMAND:
            apt[i] = _COMMAND
        elif kind in _TOLD:
            apt[i] = _PRODUCT
        elif kind is Kind.CONCEPT and " " not in label:
            apt[i] = _WORD
        elif kind is None and " " not in label and not any(map(has_hangul, folded)):
            apt[i] = _LITERAL
        if _SIGNS.search(label):
            apt[i] *= _WRITTEN
    return apt
