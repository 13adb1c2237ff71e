"""Front matter: the metadata block of Jekyll, Hugo, Hexo and Obsidian notes (YAML, TOML, JSON)."""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

_JSON_END = re.compile(r"(?m)^;;;[ \t]*$")
_YAML_END = re.compile(r"(?m)^---[ \t]*$")
_FIRST_KEY = re.compile(r"(?:title|date|layout|tags|categories): \S")
_PROPERTIES = re.compile(
    r"# [^\n]*\n\n(?P<lines>(?:[^\n:#`|>-][^\n:]{0,40}: [^\n]*(?:\n|$))+)(?=\n|$)"
)
_TAG_KEYS = ("tags", "태그", "tag", "keywords", "키워드", "category", "카테고리", "분류")
_DATE_KEYS = (
    *("date", "날짜", "created", "created time", "생성일", "생성 일시", "작성일", "published"),
    *("last edited time", "최종 편집 일시"),
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPOKEN = re.compile(
    r"(?:(?P<name>(?:" + "|".join(_MONTHS) + r")[a-z]*)\.? (?P<day>\d{1,2}), (?P<end>\d{4})"
    r"|(?P<year>\d{4})년 (?P<month>\d{1,2})월 (?P<day2>\d{1,2})일)"
    r"(?:,? (?:(?P<half>오전|오후) )?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?: ?(?P<half2>[AP]M))?)?",
    re.IGNORECASE,
)
_FENCES = {"---": ("---", "..."), "+++": ("+++",)}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a front matter block says. ``start``/``end`` are its source offsets (0, 0: none)."""

    start: int = 0
    end: int = 0
    title: str = ""
    date: str = ""  # ISO 8601
    url: str = ""  # absolute
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    series: str = ""


@dataclass(slots=True)
class _Lines:
    text: str
    starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        position = 0
        for line in self.text.split("\n"):
            self.starts.append(position)
            position += len(line) + 1

    def line(self, number: int) -> str:
        end = self.starts[number + 1] - 1 if number + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[number] : end]


def front_matter(text: str) -> FrontMatter:
    """The front matter at the start of ``text``; empty if there is none.

    YAML between ``---``, TOML between ``+++``, a JSON object (Hugo), JSON members up to ``;;;`` and
    YAML that only ends in ``---`` (Hexo). A block that follows a ``# title`` line counts as well if
    it is a clean mapping: exporters that put the title first produce it. A block whose YAML is
    broken is read line by line.
    """
    head = text[:65536]  # only the first lines can hold it, so that a long note costs nothing
    for read in (_fenced, _object, _members, _unopened):
        found = read(head)
        if found is not None:
            return _made(*found)
    return FrontMatter()


_Found: TypeAlias = tuple[int, int, Mapping[object, object]]


def _made(start: int, end: int, data: Mapping[object, object]) -> FrontMatter:
    return FrontMatter(
        start=start,
        end=end,
        title=_string(data.get("title")),
        date=_date(data.get("date") or data.get("created") or data.get("publishDate")),
        url=_url(data),
        tags=_merge(_list(data.get(key)) for key in ("tags", "tag", "categories", "category")),
        aliases=_merge(_list(data.get(key), spaces=False) for key in ("aliases", "alias")),
        series=next(iter(_merge([_list(data.get("series"), spaces=False)])), ""),
    )


def _fenced(text: str) -> _Found | None:
    lines = _Lines(text)
    first = 0
    while first < len(lines.starts) and not lines.line(first).strip():
        first += 1
    if first == len(lines.starts):
        return None
    titled = lines.line(first).startswith("# ")
    if titled:
        first += 1
        while first < len(lines.starts) and not lines.line(first).strip():
            first += 1
        if first == len(lines.starts):
            return None
    fence = lines.line(first).rstrip()
    if fence not in _FENCES:
        return None
    last = first + 1
    while last < len(lines.starts) and lines.line(last).rstrip() not in _FENCES[fence]:
        last += 1
    if last == len(lines.starts):
        return None
    start = lines.starts[first]
    end = min(lines.starts[last] + len(lines.line(last)), len(text))
    body = text[lines.starts[first + 1] : lines.starts[last]]
    data = _toml(body) if fence == "+++" else _yaml(body)
    if data is None:
        if titled:
            return None
        data = _lenient(body, "=" if fence == "+++" else ":")
        if not data and body.strip():
            return None  # two rules around prose
    return start, end, data


def _object(text: str) -> _Found | None:
    """Hugo's JSON: an object, and then the note."""
    start = len(text) - len(text.lstrip())
    if not text.startswith("{", start):
        return None
    try:
        data, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    named = isinstance(data, dict) and ("title" in data or "date" in data)
    return (start, end, data) if named and text[end : end + 1] in ("", "\n") else None


def _members(text: str) -> _Found | None:
    """Hexo's JSON: the members of an object without its braces, ended by ``;;;``."""
    found = _JSON_END.search(text) if text.startswith('"') else None
    if found is None:
        return None
    try:
        data = json.loads("{" + text[: found.start()].rstrip().removesuffix(",") + "}")
    except (ValueError, RecursionError):
        return None
    return 0, found.end(), data


def _unopened(text: str) -> _Found | None:
    """Hexo's YAML: no fence above it, one below."""
    found = _YAML_END.search(text) if _FIRST_KEY.match(text) else None
    if found is None:
        return None
    data = _yaml(text[: found.start()])
    return (0, found.end(), data) if data else None


def notion_properties(text: str) -> FrontMatter:
    """What a page of a Notion export says between its ``# title`` and its body: ``Key: value``.

    Only date and tags are taken from it; the rest is a database's, and no sentence.
    """
    found = _PROPERTIES.match(text)
    if found is None:
        return FrontMatter()
    said = {
        key.strip().casefold(): value.strip()
        for key, _, value in (line.partition(":") for line in found["lines"].splitlines())
    }
    tags = next((said[key] for key in _TAG_KEYS if said.get(key)), "")
    date = next((made for key in _DATE_KEYS if (made := iso_date(said.get(key, "")))), "")
    return FrontMatter(
        start=found.start("lines"),
        end=found.end("lines"),
        date=date,
        tags=_merge([[tag.strip() for tag in tags.split(",")]]),
    )


def iso_date(text: str) -> str:
    """``text`` as an ISO 8601 date or date-time if it starts with one, else empty.

    Reads also what Notion writes: ``January 5, 2023 10:30 AM``, ``2023년 1월 5일 오후 3:04``.
    """
    text = text.strip()
    for candidate in (text, text.replace(" +", "+"), text[:10].replace("/", "-").replace(".", "-")):
        try:
            moment = datetime.datetime.fromisoformat(candidate)
        except ValueError:
            continue
        return moment.date().isoformat() if len(candidate) <= 10 else moment.isoformat()
    found = _SPOKEN.fullmatch(text)
    if found is None:
        return ""
    month = found["month"] or _MONTHS.index(found["name"].casefold()[:3]) + 1
    try:
        number = found["day"] or found["day2"]
        day = datetime.date(int(found["year"] or found["end"]), int(month), int(number))
        if found["hour"] is None:
            return day.isoformat()
        hour, half = int(found["hour"]), (found["half"] or found["half2"] or "").casefold()
        if half:
            hour = hour % 12 + (12 if half in ("pm", "오후") else 0)
        time = datetime.time(hour, int(found["minute"]))
    except ValueError:
        return ""
    return datetime.datetime.combine(day, time).isoformat()


def _yaml(body: str) -> Mapping[object, object] | None:
    try:
        data = yaml.safe_load(body)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    if data is None:
        return {}
    return data if isinstance(data, dict) else None


def _toml(body: str) -> Mapping[object, object] | None:
    try:
        return {str(key): value for key, value in tomllib.loads(body).items()}
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _lenient(body: str, separator: str) -> Mapping[object, object]:
    """Simple ``key: value`` lines of a block that does not parse, and ``- value`` lists."""
    data: dict[object, object] = {}
    key = ""
    for line in body.split("\n"):
        name, found, value = line.partition(separator)
        stripped = line.strip()
        if stripped.startswith("- ") and key:
            previous = data.get(key)
            data[key] = [*(previous if isinstance(previous, list) else ()), _bare(stripped[2:])]
        elif found and name and not name[0].isspace() and " " not in name.strip():
            key = name.strip()
            data[key] = _bare(value)
    return data


def _bare(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def _string(value: object) -> str:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        with suppress(ValueError):  # Python prints no number of thousands of digits
            return " ".join(str(value).split())
    if isinstance(value, datetime.date):
        return value.isoformat()
    return ""


def _date(value: object) -> str:
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    return iso_date(value) if isinstance(value, str) else ""


def _url(data: Mapping[object, object]) -> str:
    for key in ("canonical_url", "canonicalURL", "canonical", "url", "permalink", "source"):
        value = data.get(key)
        if isinstance(value, str) and value.startswith(("http://", "https://")):
            return value.strip()
    return ""


def _list(value: object, *, spaces: bool = True) -> list[str]:
    if isinstance(value, str):
        text = value.strip().removeprefix("[").removesuffix("]")
        parts = text.split(",") if "," in text or not spaces else text.split()
        return [_bare(part) for part in parts]
    if isinstance(value, list):
        nested = (part if isinstance(part, list) else [part] for part in value)
        return [_string(part) for parts in nested for part in parts]  # Hexo nests categories
    return [_string(value)]


def _merge(lists: Iterable[list[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(x.removeprefix("#") for part in lists for x in part if x))
