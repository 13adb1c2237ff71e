"""What the user says about names; it wins over everything that resolution finds out.

merge = [["파드", "팟"], ["API 서버", "kube-apiserver"]]   # each list is one concept
split = ["라이브"]                                        # stands for itself, merged with nothing
ignore = ["참고"]                                         # names nothing
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from kgraph.errors import VocabularyError

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


def _names(path: Path, what: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(x, str) and x.strip() for x in value):
        raise VocabularyError(f"In the alias file {path}, {what} must be a list of names.")
    return tuple(value)
