# ruff: noqa: SIM905
"""Inflected names back to the forms they came from: English plurals, Korean 들 and stray particles.

These functions only propose. ``redis`` has no singular and ``Windows`` is not many a ``Window``;
what cannot be told from the letters is decided by the caller, who takes a proposal only if that
name is known otherwise (in the lexicon or in the notes).
"""

from __future__ import annotations

import re

from kgraph.text import fold

_LAST_WORD = re.compile(r"[A-Za-z]+$")

# Words whose singular, were it seen, would be something else.
_NOT_PLURAL = frozenset(
    """https windows news series species analytics physics mathematics electronics ethics aws
    kubernetes redis jenkins status class access process address canvas alias atlas always
    less sass chaos kudos pandas keras express nexus prometheus elasticsearch ios macos centos
    nodejs vuejs reactjs nextjs nestjs expressjs js css cors oss saas paas iaas faas baas dns nfs
    tls ebs ecs eks rds sns sqs kms ops devops gitops bus gas lens this its thus plus axis basis
    analysis synthesis hypothesis emphasis thesis cls args kwargs os ss is as us""".split()
)

# Particles that end no ordinary noun of two syllables and more; after Latin letters all will do.
_AFTER_HANGUL = tuple("들에서 들으로 들은 들을 들의 들이 에서 으로 들 은 는 을 를 의".split())
_AFTER_LATIN = (*_AFTER_HANGUL, *"이랑 까지 부터 이 가 에 로 와 과 도 만 란".split())
_LAST = frozenset(ending[-1] for ending in _AFTER_LATIN)
_IN_QUESTIONS = """
이란 에게 에는 에서는 으로는 에도 이나 나 라는 이라는 처럼 보다 한테 께서 하고 마다 조차 밖에 이라도
라도 로는 와는 과는 로부터 으로부터 에서의 로의 으로의 와의 과의 이며 며 인 이다 인가 인가요 이야 야
입니까 인지 들도 들이란 들에 들과 들로 같은 에만 에서만 만의 부터의
"""
PARTICLES = tuple(
    sorted({*_AFTER_LATIN, *_IN_QUESTIONS.split()}, key=lambda ending: (-len(ending), ending))
)
"""Endings that may follow a name in a question, longest first."""


def singulars(name: str) -> tuple[str, ...]:
    """The folded singulars that the English name ``name`` may be the plural of, likeliest first.

    Empty when the last word cannot be a plural: ``DNS``, ``status``, ``class``, ``https``.
    """
    match = _LAST_WORD.search(name.rstrip())
    if match is None:
        return ()
    word = match.group()
    stem = word[:-1]
    if not word.endswith("s") or word.lower() in _NOT_PLURAL:
        return ()
    folded = fold(name)
    if stem.isupper() and len(stem) > 1:  # VMs, APIs
        return (folded[:-1],)
    lower = word.lower()
    if lower.endswith(("ss", "us", "is")) or len(stem) < 3:
        return ()
    if lower.endswith("ies") and len(word) > 4:
        return (folded[:-3] + "y", folded[:-1])
    if lower.endswith(("ses", "xes", "zes", "ches", "shes")):
        return (folded[:-2], folded[:-1])
    return (folded[:-1],)


def bare(name: str) -> tuple[str, ...]:
    """The folded forms that ``name`` has without 들 and particles, shortest cut first.

    Empty when nothing can go, or what is left would be shorter than two syllables or letters.
    """
    folded = fold(name)
    if folded[-1:] not in _LAST:
        return ()
    found = []
    for particle in _AFTER_LATIN:
        if not folded.endswith(particle):
            continue
        stem = folded[: -len(particle)]
        after_hangul = "가" <= stem[-1:] <= "힣"
        if len(stem) >= 2 and (not after_hangul or particle in _AFTER_HANGUL):
            found.append(stem)
    return tuple(sorted(set(found), key=lambda stem: (-len(stem), stem)))
