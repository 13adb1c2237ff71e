"""``kgraph eval``: how well kgraph does against gold."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgraph.errors import ReadError

if TYPE_CHECKING:
    from kgraph.config import Settings
    from kgraph.evaluation.extraction import Report, Tally
    from kgraph.library import Kgraph

app = typer.Typer(
    help="Measure kgraph against gold. 정답과 견주어 품질을 잰다.", no_args_is_help=True
)


_NAMES = 13  # labels of a concept that count: its name and twelve others


class EvalFormat(StrEnum):
    """How figures are printed."""

    TEXT = "text"
    JSON = "json"


@app.command()
def retrieval(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="JSON lines: questions with gold_pages, or pairs of ko and en.")
    ],
    notes: Annotated[
        Path | None,
        typer.Option(help="A folder of pages, ingested for it; default: the index there is."),
    ] = None,
    form: Annotated[EvalFormat, typer.Option("--format", help="Output format.")] = EvalFormat.TEXT,
) -> None:
    """Recall, MRR and nDCG of search: vectors, words and both together, with paired significance.

    FILE has a line for each question, whose pages are files of the notes by path or id:

    {"question": "...", "gold_pages": ["report/p12.md"]}

    or for each text in two languages, where each side is looked up among all of the other:

    {"ko": "...", "en": "...", "hard": false}

    Figures are given for all, by language, and by direction between languages.
    """
    from dataclasses import replace

    from kgraph.config import load_settings
    from kgraph.evaluation import retrieval as measuring
    from kgraph.render.texts import json_block

    settings = load_settings(context.obj)
    queries, pairs = measuring.load(file)
    with tempfile.TemporaryDirectory(prefix="kgraph-eval-") as scratch:
        if pairs:
            from kgraph.extract.morphology import Analyser
            from kgraph.index.encoder import load_encoder

            outcome = measuring.run_pairs(
                pairs, Path(scratch), load_encoder(settings.model or None), Analyser.shared()
            )
        else:
            from kgraph.library import Kgraph

            if notes is not None:
                from kgraph.commands.progress import show_progress
                from kgraph.pipeline.ingest import ingest

                settings = replace(settings, indexes=Path(scratch))
                with show_progress() as progress:
                    ingest([notes], settings, progress=progress)
            kg = Kgraph(settings)
            names = {name: post.id for post in kg.notes.all() for name in (post.path, post.id)}
            outcome = measuring.run_pages(kg.searcher, queries, names)
    report = measuring.summarise(outcome)
    typer.echo(json_block(report) if form is EvalFormat.JSON else measuring.table(report))


@app.command()
def extraction(
    gold: Annotated[Path, typer.Argument(help="A gold note (JSON) or a folder of them.")],
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="List what is wrong and what is missed.")
    ] = False,
    form: Annotated[EvalFormat, typer.Option("--format", help="Output format.")] = EvalFormat.TEXT,
) -> None:
    """Precision, recall and F1 of statements: in all, by note, by relation and by rule."""
    from kgraph.config import load_settings
    from kgraph.evaluation.extraction import Predicted, evaluate, load_gold
    from kgraph.pipeline.ingest import extract_only
    from kgraph.render.texts import json_block

    if not gold.exists():
        raise ReadError(f"There is no {gold}; name a gold note or a folder of them.")
    notes = load_gold(gold)
    with tempfile.TemporaryDirectory() as folder:
        for note in notes:
            (Path(folder) / f"{note.id}.md").write_text(note.markdown, encoding="utf-8")
        resolution, _ = extract_only(Path(folder), load_settings())
    names = {concept.id: concept.names[:_NAMES] for concept in resolution.concepts}
    report = evaluate(
        notes,
        (
            Predicted(
                s.evidence.post,
                names[s.subject],
                s.relation,
                names[s.object],
                s.evidence.rule,
                s.negated,
                s.minted,
            )
            for s in resolution.statements
        ),
    )
    if form is EvalFormat.JSON:
        typer.echo(json_block(_data(report)))
    else:
        _print(report, verbose)


@app.command()
def questions(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="JSON lines: questions with their answers.")],
    notes: Annotated[
        Path | None,
        typer.Option(help="Ingest these notes for it; default: the index there is."),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="List what was answered wrongly.")
    ] = False,
    draws: Annotated[
        int,
        typer.Option(
            min=0, help="Ask again so often, each vector a little off, as other CPUs make them."
        ),
    ] = 0,
    cosine: Annotated[
        float, typer.Option(min=0.5, max=1.0, help="How near those vectors are to the true ones.")
    ] = 0.998,
    form: Annotated[EvalFormat, typer.Option("--format", help="Output format.")] = EvalFormat.TEXT,
) -> None:
    """Right answers by language and type, right citations, and silence where it is due."""
    from dataclasses import replace

    from kgraph.config import load_settings
    from kgraph.evaluation import questions as judging
    from kgraph.library import Kgraph
    from kgraph.render.texts import json_block

    gold = judging.load(file)
    settings = load_settings(context.obj)
    with tempfile.TemporaryDirectory(prefix="kgraph-eval-") as scratch:
        if notes is not None:
            from kgraph.commands.progress import show_progress
            from kgraph.pipeline.ingest import ingest

            settings = replace(settings, indexes=Path(scratch), store=None)
            with show_progress() as progress:
                ingest([notes], settings, progress=progress)
        kg = Kgraph(settings)
        report = judging.evaluate(gold, (kg.ask(question.text) for question in gold))
        shaken = []
        for seed in range(draws):
            with _shaken(settings, cosine, seed) as other:
                shaken.append(judging.evaluate(gold, (other.ask(q.text) for q in gold)))
    if form is EvalFormat.JSON:
        found: dict[str, dict[str, float]] = {
            name: {"right": s.right, "of": s.of} for name, s in sorted(report.scores.items())
        }
        for name, some in judging.shares(shaken).items():
            found[name] |= {"mean": sum(some) / draws, "worst": min(some)}
        typer.echo(json_block(found))
        return
    drawn = judging.shares(shaken)
    for name, score in sorted(report.scores.items()):
        line = f"{name:20} {score.right}/{score.of} = {score.share:.3f}"
        if name in drawn:
            line += f"   off: mean {sum(drawn[name]) / draws:.3f}, worst {min(drawn[name]):.3f}"
        typer.echo(line)
    if verbose:
        for question, reply in report.wrong:
            said = "abstained" if reply.abstained else "; ".join(a.text for a in reply.answers[:3])
            typer.echo(f"wrong {question.id} {question.text} -> {said}")


@contextmanager
def _shaken(settings: Settings, cosine: float, seed: int) -> Iterator[Kgraph]:
    """A copy of the index with every vector a little off, opened."""
    from dataclasses import replace

    from kgraph.evaluation.shaken import Shaken, shake_index
    from kgraph.library import Kgraph

    with tempfile.TemporaryDirectory(prefix="kgraph-shaken-") as folder:
        copy = Path(folder) / "indexes"
        shutil.copytree(settings.indexes, copy, symlinks=True)
        kg = Kgraph(replace(settings, indexes=copy))
        shake_index(kg.folder / "index", kg.manifest.encoder, cosine, seed)
        kg.searcher.encoder = Shaken(kg.searcher.encoder, cosine, seed)
        yield kg


def _row(name: str, tally: Tally, needs: bool = True) -> str:
    text = f"{name:28} P {tally.precision:.3f} ({tally.right}/{tally.judged})"
    if not needs:
        return f"{text}  needed {tally.found}"
    text += f"  R {tally.recall:.3f} ({tally.found}/{tally.needed})  F1 {tally.f1:.3f}"
    return f"{text}  minted {tally.minted}" if tally.minted else text


def _print(report: Report, verbose: bool) -> None:
    for title, rows in (("notes", report.notes), ("relations", report.relations)):
        typer.echo(f"== {title}")
        for name, tally in sorted(rows.items()):
            typer.echo(_row(name, tally))
    typer.echo("== rules (needed: facts that no other rule finds)")
    for name, tally in sorted(report.rules.items(), key=lambda r: (-r[1].judged, r[0])):
        typer.echo(_row(name, tally, needs=False))
    typer.echo("== all")
    typer.echo(_row("ALL", report.total))
    if not verbose:
        return
    for p in report.wrong:
        polarity = "not " * p.negated
        what = f"{p.subject[0]} | {polarity}{p.relation} | {p.object[0]}"
        typer.echo(f"wrong   {p.post}  {p.rule}: {what}")
    for note, t in report.missed:
        polarity = "not " * t.negated
        what = f"{t.subjects[0]} | {polarity}{'/'.join(t.relations)} | {t.objects[0]}"
        typer.echo(f"missed  {note}: {what}")


def _data(report: Report) -> dict[str, Any]:
    def table(rows: dict[str, Tally]) -> dict[str, dict[str, float]]:
        return {name: numbers(tally) for name, tally in sorted(rows.items())}

    def numbers(tally: Tally) -> dict[str, float]:
        return {
            "precision": round(tally.precision, 4),
            "recall": round(tally.recall, 4),
            "f1": round(tally.f1, 4),
            "right": tally.right,
            "judged": tally.judged,
            "found": tally.found,
            "needed": tally.needed,
            "minted": tally.minted,
        }

    return {
        "all": numbers(report.total),
        "notes": table(report.notes),
        "relations": table(report.relations),
        "rules": table(report.rules),
    }
