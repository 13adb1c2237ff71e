"""Default values and limits, as notes give them: 기본값 16KB, default 1mb, 최대 15개까지."""

from __future__ import annotations

import re
from typing import NamedTuple

from kgraph.extract.terms import clean, is_term

_COUNTER = (
    "밀리초|초|분|시간|일|주|개월|달|년|개|번|회|배|대|명|건|줄|자리|글자|자|바이트|비트|코어|단계|"
    "레벨|페이지|스레드|노드|파드|샤드|파티션|원|달러|가지|장|층|칸|행|열|퍼센트|메가|기가|테라|킬로"
)
_COUNTED = rf"(?:{_COUNTER})(?:짜리|마다)?|(?:만|천|억)\s?(?:{_COUNTER})?"
_UNIT = rf"(?:[A-Za-z%µ]{{1,6}}|{_COUNTED})?(?:/[A-Za-z가-힣]+)?"
_VALUE = rf"(?:약\s?)?[\d][\d.,]*\s?(?:~\s?[\d.,]+\s?)?{_UNIT}|true|false|on|off|yes|no|none|null"
_DEFAULT = r"기본\s?값|기본|디폴트|default(?:\s+value)?|defaults?\s+to"
_LIMIT = r"최대|최소|max|min|up to|at most|at least"
_IS = r"\s*(?:은|는|이|가|으로|로|:|=|is)?\s*"
_ENDS = r"(?:\s*(?:까지|부터|이상|이하|이다|임|입니다|까지 가능|까지 지원|필요|단위))*\s*[.!]*"
_GIVEN = re.compile(
    rf"(?P<name>[^,:=()]*?)\s*(?P<head>{_DEFAULT}|{_LIMIT}){_IS}(?P<value>{_VALUE}){_ENDS}", re.I
)
_NAMED = re.compile(  # 기본값 : REQUIRED
    rf"(?P<name>[^,:=()]*?)\s*(?P<head>{_DEFAULT})\s*[:=]\s*(?P<value>[A-Za-z][\w.\-/]*)", re.I
)
_PORT = re.compile(
    r"(?:default\s+port|기본\s+포트|포트\s?번호|포트)(?:은|는)?[\s:=]*(\d{2,5})\S{0,3}", re.I
)
_ALONE = re.compile(_VALUE, re.IGNORECASE)
_ONLY_DEFAULT = re.compile(r"(?:기본\s?값|기본|디폴트|default)(?:임|이다)?[.!]*", re.I)
_PARTICLES = re.compile(r"(?<=[\w가-힣])(?:은|는|의|이|가)$")


class Value(NamedTuple):
    """A value said of ``name``; the name is empty where the line leaves it out."""

    name: str
    value: str


def given_value(text: str) -> Value | None:
    """The value that a line or a part of one gives, if it does nothing else."""
    text = text.strip()
    if port := _PORT.fullmatch(text):
        return Value("", port[1])
    match = _GIVEN.fullmatch(text)
    if match is None:
        match = _NAMED.fullmatch(text)
    if match is None or len(text) > 60:
        return None
    name = clean(_PARTICLES.sub("", match["name"].strip()))
    words = name.split()
    while words and words[-1] in ("크기", "값", "개수", "갯수", "수", "길이", "용량"):
        words.pop()
    name = " ".join(words)
    if name and (not is_term(name) or len(words) > 4):
        return None
    return Value(name, match["value"].strip().rstrip("."))


def is_value(text: str) -> bool:
    """Whether a phrase is a value and nothing else: 7일, true, 1.5."""
    return _ALONE.fullmatch(text.strip()) is not None


def says_default(text: str) -> bool:
    """Whether a line or an aside says nothing but that this is the default."""
    return _ONLY_DEFAULT.fullmatch(text.strip()) is not None
