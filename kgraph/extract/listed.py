"""A label that names a trait and what it may be: 상태 : OPEN / CLOSED, 구성 요소: A, B."""

from __future__ import annotations

import re
from typing import NamedTuple

from kgraph.extract.morphology import Analyser
from kgraph.extract.structure import noun_phrase

_RELATIONS = {
    word: relation
    for relation, words in {
        "hasState": "상태 state states status 스테이트",
        "contains": "종류 유형 타입 type types 구성 구성요소 요소 컴포넌트 component 단계",
        "hasAttribute": "옵션 option options 모드 mode modes 필드 field fields 속성 인자 파라미터",
    }.items()
    for word in words.split()
}
_MARKS = re.compile(r"\s*,\s+|\s+/\s+|\s+\+\s+|\s*·\s*")
_ETC = re.compile(r"\s*(등등?|etc\.?|\.{2,})\s*$")


class Listed(NamedTuple):
    """The members of such a list, and how what the list is about has them."""

    relation: str
    names: list[str]


def listed(label: str, text: str, analyser: Analyser) -> Listed | None:
    """What ``text`` lists below a label that is a trait; None if it is anything else."""
    relation = _RELATIONS.get(label.casefold().replace("구성 요소", "구성요소"))
    parts = _MARKS.split(_ETC.sub("", text.strip()))
    if relation is None or len(parts) < 2:
        return None
    names = [noun_phrase(part, analyser) for part in parts]
    return Listed(relation, names) if all(names) else None
