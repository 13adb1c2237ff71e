"""How well questions are answered: right answers, right citations, and silence where it is due.

A question file is JSON lines: ``{"id", "lang", "question", "type", "answers": [[forms], ...],
"posts": [ids or titles], "answerable"}``, ``answers`` having one list of accepted forms for each
part of a right answer. A part must be found in the first answers (as many as there are parts, and
one more), in the first 160 characters of the text or among the labels; a yes/no answer must begin
with the word. A citation is right when, for every part, an answer that holds it names a post of
``posts``. An unanswerable question is right when it is abstained from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kgraph.errors import ReadError
from kgraph.evaluation.extraction import normal, stands_in
from kgraph.types import Answer, Reply

_SHOWN = 160  # characters of an answer that count
_LABELS = 12


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with what its answer must hold; ``parts`` is empty if nothing answers it."""

    id: str
    lang: str
    text: str
    type: str
    parts: tuple[tuple[str, ...], ...]
    posts: tuple[str, ...]
    answerable: bool


@dataclass(slots=True)
class Score:
    """Right ones of all."""

    right: int = 0
    of: int = 0

    @property
    def share(self) -> float:
        """The share of right ones; 0 without any."""
        return self.right / self.of if self.of else 0.0


@dataclass(slots=True)
class Report:
    """Scores by name (answer, answer:ko, type:where, citation, abstain), and what went wrong.

    ``citation`` is of the right answers. ``wrong`` holds each question with what was said.
    """

    scores: dict[str, Score] = field(default_factory=dict)
    wrong: list[tuple[GoldQuestion, Reply]] = field(default_factory=list)

    def count(self, name: str, right: bool) -> None:
        """Add one to a score."""
        score = self.scores.setdefault(name, Score())
        score.right += right
        score.of += 1


def load(path: Path) -> list[GoldQuestion]:
    """The questions of a file.

    Raises:
        ReadError: it cannot be read, or a line is no question.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"{path} cannot be read ({error}); name a file of questions.") from error
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            found.append(
                GoldQuestion(
                    str(data["id"]),
                    str(data["lang"]),
                    str(data["question"]),
                    str(data["type"]),
                    tuple(tuple(forms) for forms in data["answers"]),
                    tuple(data["posts"]),
                    bool(data.get("answerable", True)),
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ReadError(
                f"{path}, line {number} is no question ({error}): it needs id, lang, question,"
                " type, answers and posts."
            ) from error
    if not found:
        raise ReadError(f"{path} holds no questions.")
    return found


def evaluate(gold: Sequence[GoldQuestion], replies: Iterable[Reply]) -> Report:
    """Judge ``replies``, which are in the order of ``gold``."""
    report = Report()
    for question, reply in zip(gold, replies, strict=True):
        if not question.answerable:
            right = reply.abstained
            report.count("abstain", right)
        else:
            top = () if reply.abstained else reply.answers[: max(1, len(question.parts)) + 1]
            holding = [[a for a in top if _holds(a, forms, question)] for forms in question.parts]
            right = bool(top) and all(holding)
            for name in ("answer", f"answer:{question.lang}", f"type:{question.type}"):
                report.count(name, right)
            if right:
                cited = all(any(_cites(a, question.posts) for a in some) for some in holding)
                report.count("citation", cited)
        if not right:
            report.wrong.append((question, reply))
    return report


def shares(reports: Sequence[Report]) -> dict[str, list[float]]:
    """The share of right ones by the score's name, of each report in turn."""
    names = dict.fromkeys(name for report in reports for name in report.scores)
    return {name: [r.scores.get(name, Score()).share for r in reports] for name in names}


def _holds(answer: Answer, forms: Sequence[str], question: GoldQuestion) -> bool:
    text = answer.text[:_SHOWN]
    if question.type == "yesno":
        said = text.strip().casefold()
        return any(re.match(rf"{re.escape(f.casefold())}(?![a-z0-9가-힣])", said) for f in forms)
    texts = [normal(t) for t in (text, *answer.labels[:_LABELS]) if t]
    wanted = [normal(form) for form in forms]
    return any(stands_in(form, text) for form in wanted if form for text in texts)


def _cites(answer: Answer, posts: Sequence[str]) -> bool:
    named = {normal(name) for c in answer.evidence for name in (c.post, c.title)}
    return any(post in name for post in map(normal, posts) if post for name in named)
