"""What a draft says already: the concepts that are but another form of what it names.

No writer wants to be told 파드 템플릿 beside 파드템플릿, 오토스케일링 beside 오토스케일러,
ingressClassName beside 인그레스클래스, or of "memory request" where the draft has both words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from kgraph.index.naming import Naming
from kgraph.index.worth import WORTH_A_LINK
from kgraph.text import fold, has_hangul
from kgraph.vocab.generic import load_generic

_FIELD = re.compile(r"[a-z]+[A-Z]\w*")
_MOST = 0.6  # of a field's name: what it is of (ingressClassName), if it starts with it
_FORM = 3  # characters of a folded name beyond which it may have forms
_ALIKE = 0.8  # of the longer of two names: they share more of a start if they are forms of a word
_OWN = 1.2  # worth of a thing of its own, whose name may have a general word
_GENERAL = 60  # names that have a word as a part of which it says nothing more


class Said:
    """What was said: by a draft that names the concepts ``seeds`` (places), then by what is told.

    Args:
        naming: of the notes.
        seeds: the concepts that the draft names.
        text: the draft, folded.
        heads: concepts that the notes have sections of, near to the draft: things of their own,
            whatever words of the draft their names have.
    """

    def __init__(
        self, naming: Naming, seeds: Iterable[int], text: str, heads: Collection[int] = ()
    ) -> None:
        self._naming = naming
        self._heads = heads
        self._text = text
        self._words = {key for seed in seeds for key in naming.keys[seed]}
        self._told = [(self._spoken(i), naming.keys[i]) for i in seeds if naming.linkable(i)]

    def already(self, concept: int) -> bool:
        """Whether ``concept`` was said; from now on it is, in any form.

        One that the draft names itself is not remembered: it was there from the start.
        """
        keys = self._naming.keys[concept]
        if any(key in self._text for key in keys if len(key) > 1):
            return True
        names = self._spoken(concept)
        phrase = self._phrase(concept, names)
        label = self._naming.data.labels[concept]
        field = fold(label) if _FIELD.fullmatch(label) else ""
        same = self._by_words(concept) or any(
            _holds(known, names)
            or _alike(keys, others)
            or (phrase and _holds(names, known))
            or (field and _field_of(field, others))
            for known, others in self._told
        )
        self._told.append((names, keys))
        return same

    def _phrase(self, concept: int, names: Sequence[str]) -> bool:
        """Whether it is a title or a turn of phrase: no term, which has a name in two languages."""
        if len({has_hangul(name) for name in names}) == 2:
            return False
        if concept in self._naming.titled:
            return True
        return concept not in self._heads and bool(self._naming.worth[concept] < WORTH_A_LINK)

    def _by_words(self, concept: int) -> bool:
        """Whether one of its names is put together of what the draft names and general words.

        A thing of its own that is no kind of what the draft names is still told: what an
        인그레스 컨트롤러 is, 인그레스 does not say.
        """
        made = [x for name in self._naming.data.names[concept] if self._made(x := name.split())]
        own = concept in self._heads or bool(self._naming.worth[concept] >= _OWN)
        return bool(made) and not (own and not any(self._there(fold(x[-1])) for x in made))

    def _made(self, words: Sequence[str]) -> bool:
        keys = [fold(word) for word in words]
        there = [self._there(key) for key in keys]
        return len(keys) > 1 and any(there) and all(
            known or self._general(key) for known, key in zip(there, keys, strict=True)
        )  # fmt: skip

    def _there(self, key: str) -> bool:
        return key in self._words or (len(key) > 1 and key in self._text)

    def _general(self, key: str) -> bool:
        return key in load_generic() or self._naming.parts[key] >= _GENERAL

    def _spoken(self, concept: int) -> list[str]:
        """The names of a concept in lower case, a space on both sides of each word."""
        names = (" ".join(name.lower().split()) for name in self._naming.data.names[concept])
        return [f" {name} " for name in dict.fromkeys(names) if len(name) > 1]


def _holds(names: Sequence[str], others: Sequence[str]) -> bool:
    """Whether one of ``names`` has one of ``others`` in it, as whole words and more besides."""
    return any(other in name and other != name for name in names for other in others)


def _alike(keys: Sequence[str], others: Sequence[str]) -> bool:
    """Whether folded names are forms of one word: 오토스케일러, 오토스케일링."""
    return any(
        len(key) > _FORM
        and other[:1] == key[0]
        and other.startswith(key[: int(_ALIKE * max(len(key), len(other))) + 1])
        for key in keys
        for other in others
    )


def _field_of(field: str, others: Sequence[str]) -> bool:
    """Whether a folded field says little more than one of ``others``."""
    return any(field.startswith(other) and len(other) >= _MOST * len(field) for other in others)
