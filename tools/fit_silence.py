"""Fit the weights by which ``ask`` judges its silence (kgraph/ask/confidence.py).

    python tools/fit_silence.py [--draws 3] [--cosine 0.998] [--set NAME=QUESTIONS,NOTES[,NOTES...]]

Asks the questions of queries/ and tests/gold over their notes: as they are, with the posts that
answer them taken away, and all of that again with every vector a little off (another CPU). Prints
the weights, and what each set of notes gets from weights that were fitted without it, by itself and
all of them together at several thresholds. A set's NOTES are folders of notes, or of gold notes in
JSON.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from kgraph.ask.confidence import THRESHOLD, Signs
from kgraph.config import Settings
from kgraph.evaluation.questions import GoldQuestion, evaluate, load
from kgraph.evaluation.shaken import Shaken, shake_index
from kgraph.index.rows import Filter
from kgraph.library import Kgraph
from kgraph.pipeline.ingest import ingest

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "tests" / "gold"
SETS = {
    "corpus": (ROOT / "queries" / "questions-corpus.jsonl", (ROOT / "corpus",)),
    **{
        name: (GOLD / "questions" / f"{name}-dev.jsonl", (GOLD / "notes", ROOT / "corpus"))
        for name in ("seed", "notes", "wild-a", "wild-b")
    },
    **{
        file.stem: (file, (GOLD / "others" / "extraction", ROOT / "corpus"))
        for file in sorted((GOLD / "others" / "questions").glob("*.jsonl"))
    },
}
TOGETHER = {"seed": "corpus"}  # sets over the same notes are left out together
UNANSWERED, AWAY = 2.0, 0.6  # what an unanswerable question counts, and one whose posts are away
RIDGE = 5.0  # what keeps weights small
THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)


@dataclass(frozen=True)
class Example:
    """A question as it was asked."""

    group: str
    signs: Signs
    answerable: bool
    right: bool  # the first answers hold what is asked
    weight: float


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--cosine", type=float, default=0.998)
    parser.add_argument("--set", action="append", default=[])
    given = parser.parse_args()
    sets = dict(SETS)
    for text in given.set:
        name, _, paths = text.partition("=")
        questions, *notes = map(Path, paths.split(","))
        sets[name] = (questions, tuple(notes))
    examples = collect(sets, given.draws, given.cosine)
    names = list(examples[0].signs)
    groups = sorted({e.group for e in examples})
    unseen: list[tuple[Example, float]] = []
    for left_out in groups:
        weights = fit([e for e in examples if e.group != left_out], names)
        judged = [(e, sureness(e, weights)) for e in examples if e.group == left_out]
        tell(f"without {left_out}", judged, THRESHOLD)
        unseen += judged
    for threshold in THRESHOLDS:
        tell(f"all of these at {threshold}", unseen, threshold)
    weights = fit(examples, names)
    tell("all", [(e, sureness(e, weights)) for e in examples], THRESHOLD)
    print(f"BIAS = {weights['']:.2f}")
    print("WEIGHTS = {")
    for name in names:
        print(f'    "{name}": {weights[name]:.2f},')
    print("}")


def collect(
    sets: dict[str, tuple[Path, tuple[Path, ...]]], draws: int, cosine: float
) -> list[Example]:
    """Ask every question in every way."""
    examples: list[Example] = []
    with tempfile.TemporaryDirectory() as scratch:
        opened: dict[tuple[Path, ...], Path] = {}
        for name, (file, notes) in sets.items():
            if notes not in opened:
                opened[notes] = Path(scratch) / str(len(opened))
                ingest([_as_notes(path, Path(scratch)) for path in notes],
                       Settings(indexes=opened[notes]))  # fmt: skip
            gold = load(file)
            for draw in range(draws + 1):
                with tempfile.TemporaryDirectory() as other:
                    kg = _opened(opened[notes], Path(other) / "indexes", cosine, draw)
                    group = TOGETHER.get(name, name)
                    examples += [e for q in gold for e in _asked(kg, q, group)]
    return examples


def _as_notes(path: Path, scratch: Path) -> Path:
    """A folder of Markdown notes: of gold notes in JSON, their texts."""
    if not any(path.glob("*.json")):
        return path
    folder = scratch / f"notes-{path.parent.name}-{path.name}"
    folder.mkdir(exist_ok=True)
    for file in sorted(path.glob("*.json")):
        note = json.loads(file.read_text("utf-8"))
        text = note["text"] if note["text"].lstrip().startswith("# ") else (
            f"# {note['title']}\n\n{note['text']}"
        )  # fmt: skip
        (folder / f"{note['id']}.md").write_text(text + "\n", "utf-8")
    return folder


def _opened(indexes: Path, copy: Path, cosine: float, draw: int) -> Kgraph:
    """The index as it is for draw 0, otherwise a copy with every vector a little off."""
    if draw == 0:
        return Kgraph(Settings(indexes=indexes))
    shutil.copytree(indexes, copy, symlinks=True)
    kg = Kgraph(Settings(indexes=copy))
    shake_index(kg.folder / "index", kg.manifest.encoder, cosine, draw)
    kg.searcher.encoder = Shaken(kg.searcher.encoder, cosine, draw)
    return kg


def _asked(kg: Kgraph, question: GoldQuestion, group: str) -> list[Example]:
    """A question as it is, and with the posts that answer it taken away."""
    found = []
    for away in (False, True) if question.answerable else (False,):
        only = Filter()
        if away:
            posts = {
                post.id: (post.id.casefold(), post.title.casefold()) for post in kg.notes.all()
            }
            wanted = [name.casefold() for name in question.posts]
            kept = (
                post
                for post, names in posts.items()
                if not any(name in known for name in wanted for known in names)
            )
            only = Filter(posts=frozenset(kept))
        signs = max(
            (s for s in kg.asker.signs(question.text, only) if s),
            key=lambda s: s["covered"],
            default=None,
        )
        if signs is None:
            continue
        reply = replace(kg.asker.ask(question.text, only=only), abstained=False)
        right = question.answerable and not away and not evaluate([question], [reply]).wrong
        weight = AWAY if away else 1.0 if question.answerable else UNANSWERED
        found.append(Example(group, signs, question.answerable and not away, right, weight))
    return found


def fit(examples: list[Example], names: list[str]) -> dict[str, float]:
    """Weights by name, the bias under the empty name: logistic regression with a ridge.

    Answerable questions with a wrong answer say nothing of silence and are left out.
    """
    used = [e for e in examples if e.right or not e.answerable]
    x = np.array([[e.signs[name] for name in names] for e in used])
    y = np.array([float(e.right) for e in used])
    w = np.array([e.weight for e in used])
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.column_stack([(x - mean) / deviation, np.ones(len(x))])
    ridge = np.diag([RIDGE] * len(names) + [0.0])
    theta = np.zeros(z.shape[1])
    for _ in range(50):  # Newton's steps
        p = 1 / (1 + np.exp(-z @ theta))
        gradient = z.T @ (w * (p - y)) + ridge @ theta
        hessian = (z * (w * p * (1 - p))[:, None]).T @ z + ridge
        step = np.linalg.solve(hessian, gradient)
        theta -= step
        if np.abs(step).max() < 1e-9:
            break
    weights = dict(zip(names, theta[:-1] / deviation, strict=True))
    weights[""] = float(theta[-1] - (theta[:-1] * mean / deviation).sum())
    return weights


def sureness(example: Example, weights: dict[str, float]) -> float:
    """How sure it is that the notes answer, 0..1, by ``weights``."""
    x = weights[""] + sum(weights[name] * value for name, value in example.signs.items())
    return float(1 / (1 + np.exp(-x)))


def tell(title: str, judged: list[tuple[Example, float]], threshold: float) -> None:
    """Print how often an answer is given that is right, and silence is kept where it is due."""
    asked = [(e, sure) for e, sure in judged if e.answerable]
    known = sum(e.right for e, _ in asked)
    said = sum(e.right and sure >= threshold for e, sure in asked)
    due = [sure for e, sure in judged if not e.answerable and e.weight > 1]
    away = [sure for e, sure in judged if not e.answerable and e.weight < 1]
    print(
        f"{title}: right answers {known}/{len(asked)}, given {said / len(asked):.3f};"
        f" silent {sum(sure < threshold for sure in due)}/{len(due)},"
        f" posts away {sum(sure < threshold for sure in away)}/{len(away)}"
    )


if __name__ == "__main__":
    main()
