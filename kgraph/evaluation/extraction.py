"""Precision, recall and F1 of statements against annotated notes: in all, by relation, by rule.

A gold note is a JSON object ``{"id", "title", "text", "triples": [...]}``, a triple
``{"s": [forms], "r": [relations], "o": [forms], "neg": false, "need": true, "group": ...}``. A
statement is right when some triple has its relation and polarity and both its arguments; a need is
found when some statement matches it. Triples of one group are one need. Statements whose relation
the gold does not judge (minted ones) are counted apart.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kgraph.errors import ReadError

# Relations of the vocabulary that the gold's guidelines do not judge yet.
UNJUDGED = frozenset(
    ["precedes", "pointsTo", "restores", "identifies", "assignedTo", "compatibleWith", "scales"]
)
_CLOSE = 0.75  # share of the longer form that the shorter must have where one holds the other
_ENDINGS = r"(은|는|이|가|을|를|의|에|에서|에게|으로|로|와|과|도|들)$"
_PARTICLE = re.compile(rf"(?<=[a-z0-9]){_ENDINGS}|(?<=[가-힣][가-힣]){_ENDINGS}")
_PLURAL = re.compile(r"(?<!http)(?<=[a-z]{2}[a-rt-z])s(?![a-z0-9])")
_NEGATING = re.compile(r"(non|un|re|no|not|비|미|무|불|재|준) ?")
_NEGATED = re.compile(r" ?(없음|없이|불가|불가능|안 함|않음)")


@dataclass(frozen=True, slots=True)
class GoldTriple:
    """What a note says: surface forms of both arguments, the relations a reader would accept."""

    subjects: tuple[str, ...]
    relations: tuple[str, ...]
    objects: tuple[str, ...]
    negated: bool = False
    needed: bool = True
    group: str = ""


@dataclass(frozen=True, slots=True)
class GoldNote:
    """An annotated note."""

    id: str
    title: str
    text: str
    triples: tuple[GoldTriple, ...]

    @property
    def markdown(self) -> str:
        """The note as a Markdown file: its title as heading where the text has none."""
        if self.text.lstrip().startswith("# "):
            return self.text + "\n"
        return f"# {self.title}\n\n{self.text}\n"


@dataclass(frozen=True, slots=True)
class Predicted:
    """A statement to judge; the first label of an argument is its name, the others are aliases."""

    post: str
    subject: tuple[str, ...]
    relation: str
    object: tuple[str, ...]
    rule: str
    negated: bool = False
    minted: bool = False


@dataclass(slots=True)
class Tally:
    """Counts that add up: statements right and judged, needs found and asked for, minted ones."""

    right: int = 0
    judged: int = 0
    found: int = 0
    needed: int = 0
    minted: int = 0

    @property
    def precision(self) -> float:
        """The share of judged statements that are right; 0 without any."""
        return self.right / self.judged if self.judged else 0.0

    @property
    def recall(self) -> float:
        """The share of needs that are found; 0 without any."""
        return self.found / self.needed if self.needed else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(slots=True)
class Report:
    """What the statements were worth.

    ``rules`` holds no needs, for a need has no rule; its ``found`` counts the needs that only
    this rule's statements met, what would be lost without it.
    """

    total: Tally = field(default_factory=Tally)
    notes: dict[str, Tally] = field(default_factory=dict)
    relations: dict[str, Tally] = field(default_factory=dict)
    rules: dict[str, Tally] = field(default_factory=dict)
    wrong: list[Predicted] = field(default_factory=list)
    missed: list[tuple[str, GoldTriple]] = field(default_factory=list)


def load_gold(path: Path) -> list[GoldNote]:
    """The gold notes of a JSON file, or of the JSON files in a folder, by name.

    Raises:
        ReadError: there is none, or one does not hold what a gold note must.
    """
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files:
        raise ReadError(f"No gold notes (*.json) lie in {path}; name a folder that has some.")
    return [_note(file) for file in files]


def _note(file: Path) -> GoldNote:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        triples = tuple(_triple(t) for t in data["triples"])
        return GoldNote(str(data["id"]), str(data["title"]), str(data["text"]), triples)
    except OSError as error:
        raise ReadError(f"{file} cannot be read: {error.strerror}. Check the path.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReadError(
            f"{file} is no gold note ({error}): it needs id, title, text and triples"
            " with s, r and o."
        ) from error


def _triple(data: dict[str, Any]) -> GoldTriple:
    return GoldTriple(
        tuple(data["s"]),
        tuple(data["r"]),
        tuple(data["o"]),
        bool(data.get("neg")),
        bool(data.get("need", True)),
        str(data.get("group", "")),
    )


def evaluate(gold: Sequence[GoldNote], statements: Iterable[Predicted]) -> Report:
    """Judges ``statements`` against ``gold``; what belongs to no note of it is left out."""
    report = Report()
    unique: dict[tuple[object, ...], Predicted] = {}
    for p in statements:
        names = normal(p.subject[0]), normal(p.object[0])
        unique.setdefault((p.post, names, p.relation, p.negated), p)
    by_post: dict[str, list[Predicted]] = {note.id: [] for note in gold}
    for p in unique.values():
        by_post.get(p.post, []).append(p)
    for note in gold:
        _judge(note, by_post[note.id], report)
    return report


def _judge(note: GoldNote, statements: list[Predicted], report: Report) -> None:
    here = report.notes.setdefault(note.id, Tally())
    met: dict[GoldTriple, set[str]] = {t: set() for t in note.triples}  # triple: rules
    for p in statements:
        rows = [
            report.total,
            here,
            report.relations.setdefault(p.relation, Tally()),
            report.rules.setdefault(p.rule, Tally()),
        ]
        if p.minted or p.relation in UNJUDGED:
            for row in rows:
                row.minted += 1
            continue
        fits = [t for t in note.triples if matches(p, t)]
        for row in rows:
            row.judged += 1
            row.right += bool(fits)
        for t in fits:
            met[t].add(p.rule)
        if not fits:
            report.wrong.append(p)
    for needs in _needs(note):
        rules = set().union(*(met[t] for t in needs))
        for row in (
            report.total,
            here,
            report.relations.setdefault(needs[0].relations[0], Tally()),
        ):
            row.needed += 1
            row.found += bool(rules)
        if len(rules) == 1:
            report.rules[rules.pop()].found += 1
        elif not rules:
            report.missed.append((note.id, needs[0]))


def _needs(note: GoldNote) -> list[list[GoldTriple]]:
    groups: dict[str, list[GoldTriple]] = {}
    for i, t in enumerate(note.triples):
        if t.needed:
            groups.setdefault(t.group or f"#{i}", []).append(t)
    return list(groups.values())


def matches(p: Predicted, t: GoldTriple) -> bool:
    """Whether relation and polarity agree and each argument has a form of the gold's."""
    return (
        p.relation in t.relations
        and p.negated == t.negated
        and any(same(a, b) for a in p.subject for b in t.subjects)
        and any(same(a, b) for a in p.object for b in t.objects)
    )


def normal(form: str) -> str:
    """``form`` in lower case without quotes, article, plural s, edge particle; dashes as spaces."""
    text = unicodedata.normalize("NFKC", form).casefold().strip()
    text = re.sub(r"['\"`’“”]+", "", text)
    text = re.sub(r"[\s\-_‐–—·()<>\[\]]+", " ", text).strip()
    text = re.sub(r"^(the|an?) (?=\S)", "", text)
    return _PLURAL.sub("", _PARTICLE.sub("", text))


def same(a: str, b: str) -> bool:
    """Whether two forms name one thing: equal, or one holds nearly all of the other."""
    a, b = normal(a), normal(b)
    if not a or not b:
        return False
    if a.replace(" ", "") == b.replace(" ", ""):
        return True
    short, long = sorted((a, b), key=len)
    if len(short) < _CLOSE * len(long) or not stands_in(short, long):
        return False
    return not (
        _NEGATING.fullmatch(long.removesuffix(short))
        or _NEGATED.fullmatch(long.removeprefix(short))
    )


def stands_in(short: str, long: str) -> bool:
    """Whether ``short`` stands in ``long``, cutting no Latin word or number in two."""
    start = r"(?<![a-z0-9])" if short[0].isascii() else ""
    end = r"(?![a-z0-9])" if short[-1].isascii() else ""
    words = r"\s?".join(re.escape(word) for word in short.split())
    return re.search(start + words + end, long) is not None
