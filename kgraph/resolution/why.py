"""Why names are one concept, in words, and the command that undoes it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from kgraph.types import Merge

_REASONS = {
    "spelling": "the same name but for case, spaces and hyphens / 같은 이름의 다른 표기",
    "plural": "a plural, or a particle on the name / 복수형이나 조사",
    "pair": "a note puts them side by side / 노트에 나란히 적힘",
    "lexicon": "the lexicon / 용어집",
    "transliteration": "Korean for the sound of it / 소리를 옮겨 적음",
    "user": "your alias file / 직접 정한 것",
}


def quoted(name: str) -> str:
    """``name`` as one argument of a shell: Hangul needs no quotes, white space does."""
    return name if re.fullmatch(r"\w[\w.\-]*", name) else shlex.quote(name)


def undo(merge: Merge) -> str:
    """The command that takes the name away; empty where no command can (equal spellings)."""
    if merge.reason == "user":
        return f"kgraph alias remove {quoted(merge.surface)}"
    if merge.reason == "spelling":
        return ""
    return f"kgraph alias split {quoted(merge.surface)}"


def merges_data(merges: Iterable[Merge]) -> list[dict[str, str]]:
    """Each merge with the command that undoes it, for JSON."""
    return [
        {"surface": m.surface, "reason": m.reason, "detail": m.detail, "undo": undo(m)}
        for m in merges
    ]


def merges_text(merges: Iterable[Merge]) -> str:
    """The merges for people: a line each, reason by reason."""
    by_reason: dict[str, list[Merge]] = {}
    for merge in merges:
        by_reason.setdefault(merge.reason, []).append(merge)
    lines: list[str] = []
    for reason in sorted(by_reason, key=lambda x: (list(_REASONS).index(x), x)):
        lines.append(f"  {reason}: {_REASONS[reason]}")
        for merge in by_reason[reason]:
            detail = f"  ({' '.join(merge.detail.split())})" if merge.detail else ""
            lines.append(f"    {merge.surface}{detail}")
            if command := undo(merge):
                lines.append(f"        undo: {command}")
    return "\n".join(lines) if lines else "  no other names were merged into it / 합친 이름 없음"
