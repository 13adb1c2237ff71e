"""Front matter: the metadata block of Jekyll, Hugo and Obsidian notes (YAML or TOML)."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import yaml

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

    A block that follows a ``# title`` line counts as well if it is a clean mapping: exporters that
    put the title first produce it. A block whose YAML is broken is read line by line.
    """
    # Only the first lines can hold it, so that a long note costs nothing.
    lines = _Lines(text[:65536])
    first = 0
    while first < len(lines.starts) and not lines.line(first).strip():
        first += 1
    if first == len(lines.starts):
        return FrontMatter()
    titled = lines.line(first).startswith("# ")
    if titled:
        first += 1
        while first < len(lines.starts) and not lines.line(first).strip():
            first += 1
        if first == len(lines.starts):
            return FrontMatter()
    fence = lines.line(first).rstrip()
    if fence not in _FENCES:
        return FrontMatter()
    last = first + 1
    while last < len(lines.starts) and lines.line(last).rstrip() not in _FENCES[fence]:
        last += 1
    if last == len(lines.starts):
        return FrontMatter()
    start = lines.starts[first]
    end = min(lines.starts[last] + len(lines.line(last)), len(text))
    body = text[lines.starts[first + 1] : lines.starts[last]]
    data = _toml(body) if fence == "+++" else _yaml(body)
    if data is None:
        if titled:
            return FrontMatter()
        data = _lenient(body, "=" if fence == "+++" else ":")
        if not data and body.strip():
            return FrontMatter()  # two rules around prose
    return FrontMatter(
        start=start,
        end=end,
        title=_string(data.get("title")),
        date=_date(data.get("date") or data.get("created") or data.get("publishDate")),
        url=_url(data),
        tags=_merge(_list(data.get(key)) for key in ("tags", "tag", "categories", "category")),
        aliases=_merge(_list(data.get(key), spaces=False) for key in ("aliases", "alias")),
    )


def iso_date(text: str) -> str:
    """``text`` as an ISO 8601 date or date-time if it starts with one, else empty."""
    text = text.strip()
    for candidate in (text, text.replace(" +", "+"), text[:10].replace("/", "-").replace(".", "-")):
        try:
            moment = datetime.datetime.fromisoformat(candidate)
        except ValueError:
            continue
        return moment.date().isoformat() if len(candidate) <= 10 else moment.isoformat()
    return ""


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
        return [_string(part) for part in value]
    return [_string(value)]


def _merge(lists: Iterable[list[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(x.removeprefix("#") for part in lists for x in part if x))
