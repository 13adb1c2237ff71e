"""What a draft says already: the concepts that are but another form of what it names.

No writer wants to be told 파드 템플릿 beside 파드템플릿, 오토스케일링 beside 오토스케일러 or
ingressClassName beside 인그레스클래스.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kgraph.index.naming import Naming
from kgraph.text import fold

_FIELD = re.compile(r"[a-z]+[A-Z]\w*")
_MOST = 0.6  # of a field's name: what it is of (ingressClassName), if it starts with it
_FORM = 3  # characters of a folded name beyond which it may have forms
_ALIKE = 0.8  # of the longer of two names: they share more of a start if they are forms of a word


class Said:
    """What was said: by a draft that names the concepts ``seeds`` (places), then by what is told.

    A kind or a part of what the draft names is still told: what a CSI 임시 볼륨 is, "CSI" and
    "임시 볼륨" do not say.

    Args:
        naming: of the notes.
        seeds: the concepts that the draft names.
        text: the draft, folded.
    """

    def __init__(self, naming: Naming, seeds: Iterable[int], text: str) -> None:
        self._naming = naming
        self._text = text
        self._told = [(self._spoken(i), naming.keys[i]) for i in seeds if naming.linkable(i)]

    def already(self, concept: int) -> bool:
        """Whether ``concept`` was said; from now on it is, in any form.

        One that the draft names itself is not remembered: it was there from the start.
        """
        keys = self._naming.keys[concept]
        if any(key in self._text for key in keys if len(key) > 1):
            return True
        names = self._spoken(concept)
        label = self._naming.data.labels[concept]
        field = fold(label) if _FIELD.fullmatch(label) else ""
        same = any(
            _holds(known, names) or _alike(keys, others) or (field and _field_of(field, others))
            for known, others in self._told
        )
        self._told.append((names, keys))
        return same

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
