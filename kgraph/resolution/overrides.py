"""What the user says about names; it wins over everything that resolution finds out.

merge = [["파드", "팟"], ["API 서버", "kube-apiserver"]]   # each list is one concept
split = ["라이브"]                                        # stands for itself, merged with nothing
ignore = ["참고"]                                         # names nothing

A later word wins over an earlier one: :func:`with_split` takes a name out of the lists it is in.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kgraph.errors import VocabularyError
from kgraph.text import fold, nfc

_HEAD = "# Names of concepts, as `kgraph alias` keeps them; comments of your own are not kept.\n"
_KEYS = ("merge", "split", "ignore")


@dataclass(frozen=True, slots=True)
class Overrides:
    """Names to merge (groups of them), to keep apart from all others, and to ignore."""

    merge: tuple[tuple[str, ...], ...] = ()
    split: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def load_overrides(path: Path) -> Overrides:
    """The overrides in the TOML file ``path``; none if there is no such file.

    Raises:
        VocabularyError: the file cannot be read or holds something else.
    """
    if not path.exists():
        return Overrides()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise VocabularyError(f"The alias file {path} cannot be read as TOML: {error}.") from error
    unknown = sorted(set(table) - set(_KEYS))
    if unknown:
        raise VocabularyError(
            f"The alias file {path} has unknown keys: {', '.join(unknown)}; known are "
            f"{', '.join(_KEYS)}."
        )
    merge = table.get("merge", [])
    if not isinstance(merge, list):
        raise VocabularyError(f"In the alias file {path}, merge must be a list of lists of names.")
    return Overrides(
        merge=tuple(_names(path, "each item of merge", group) for group in merge),
        split=_names(path, "split", table.get("split", [])),
        ignore=_names(path, "ignore", table.get("ignore", [])),
    )


def save_overrides(path: Path, overrides: Overrides) -> None:
    """Write ``overrides`` to ``path``, whole or not at all.

    Raises:
        VocabularyError: the file cannot be written.
    """
    lines = [_HEAD]
    if overrides.merge:
        lines.append("merge = [\n" + "".join(f"  {_array(g)},\n" for g in overrides.merge) + "]\n")
    for key, names in (("split", overrides.split), ("ignore", overrides.ignore)):
        if names:
            lines.append(f"{key} = {_array(names)}\n")
    partial = path.with_name(path.name + ".part")
    try:
        partial.write_text("".join(lines), encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise VocabularyError(f"The alias file {path} cannot be written: {error}.") from error


def with_merge(overrides: Overrides, names: Sequence[str]) -> Overrides:
    """``overrides`` in which ``names`` and all that was merged with one of them are one concept."""
    names = [*map(_tidy, names)]
    keys = {fold(name) for name in names}
    group: dict[str, str] = {}
    kept: list[tuple[str, ...]] = []
    for old in overrides.merge:
        if keys & set(map(fold, old)):
            for name in old:
                group.setdefault(fold(name), name)
        else:
            kept.append(old)
    for name in names:
        group.setdefault(fold(name), name)
    return Overrides(
        (*kept, tuple(group.values())),
        _less(overrides.split, keys),
        _less(overrides.ignore, keys),
    )


def with_split(overrides: Overrides, name: str) -> Overrides:
    """``overrides`` in which ``name`` stands for itself alone."""
    rest = without(overrides, name)
    return replace(rest, split=(*rest.split, _tidy(name)))


def with_ignore(overrides: Overrides, name: str) -> Overrides:
    """``overrides`` in which ``name`` names nothing."""
    rest = without(overrides, name)
    return replace(rest, ignore=(*rest.ignore, _tidy(name)))


def without(overrides: Overrides, name: str) -> Overrides:
    """``overrides`` that say nothing of ``name``."""
    gone = {fold(name)}
    groups = (_less(group, gone) for group in overrides.merge)
    return Overrides(
        tuple(group for group in groups if len(group) > 1),
        _less(overrides.split, gone),
        _less(overrides.ignore, gone),
    )


def _less(names: Iterable[str], gone: set[str]) -> tuple[str, ...]:
    return tuple(name for name in names if fold(name) not in gone)


def _tidy(name: str) -> str:
    return " ".join(nfc(name).split())


def _array(names: Iterable[str]) -> str:
    # A JSON string without \u escapes of printable characters is a TOML string as well.
    return "[" + ", ".join(json.dumps(x, ensure_ascii=False) for x in names) + "]"


def _names(path: Path, what: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(x, str) and x.strip() for x in value):
        raise VocabularyError(f"In the alias file {path}, {what} must be a list of names.")
    return tuple(value)
