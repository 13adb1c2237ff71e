"""The command line: thin, data to stdout, everything else to stderr.

Exit codes: 0 done, 1 failed, 2 usage, 3 no index yet. Heavy modules are imported inside commands.
"""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kgraph import __version__
from kgraph.commands import evaluate
from kgraph.commands.alias import alias
from kgraph.commands.ask import AskFormat, ask
from kgraph.commands.doctor import doctor
from kgraph.commands.ingest import ingest, remove
from kgraph.commands.inout import decode, lines
from kgraph.commands.lsp import lsp
from kgraph.commands.mcp import mcp
from kgraph.commands.push import push
from kgraph.commands.related import related
from kgraph.commands.state import state as _state
from kgraph.commands.validate import validate
from kgraph.errors import KgraphError

app = typer.Typer(
    name="kgraph",
    help="Study notes as a knowledge graph you can ask, query and export. 노트를 지식 그래프로.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(evaluate.app, name="eval")
app.add_typer(alias, name="alias")
app.command()(ask)
app.command()(ingest)
app.command()(remove)
app.command()(doctor)
app.command()(push)
app.command()(related)
app.command()(lsp)
app.command()(mcp)
app.command()(validate)


class ExtractFormat(StrEnum):
    """How statements are printed."""

    TEXT = "text"
    JSONL = "jsonl"


def _version(value: bool) -> None:
    if value:
        typer.echo(f"kgraph {__version__}")
        raise typer.Exit


@app.callback()
def _global(
    context: typer.Context,
    indexes: Annotated[
        Path | None, typer.Option(help="Folder of the index (default: indexes).")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="A sentence-transformers model by name or path; default: embedded."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors on stderr.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="More on stderr.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    context.obj = _state.flags = {"indexes": indexes, "model": model}
    _state.verbosity = verbose - quiet


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="What to look for, or - to read one a line.")],
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Results at most.")] = 10,
    kind: Annotated[
        list[str] | None, typer.Option(help="Only passage, concept or statement (repeatable).")
    ] = None,
    post: Annotated[
        list[str] | None, typer.Option(help="Only in this post or folder (repeatable).")
    ] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only posts with this tag.")] = None,
    since: Annotated[str, typer.Option(help="Only posts of this date or later: 2024-03.")] = "",
    until: Annotated[str, typer.Option(help="Only posts of this date or earlier.")] = "",
    lang: Annotated[list[str] | None, typer.Option(help="Only posts in ko or en.")] = None,
    concept_kind: Annotated[
        list[str] | None, typer.Option(help="Only concepts of this kind, such as component.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show the parts of a score.")] = False,
    form: Annotated[AskFormat, typer.Option("--format", help="Output format.")] = AskFormat.TEXT,
) -> None:
    """Find passages and concepts. 노트와 개념을 찾는다."""
    from kgraph.render.hits import hits_data, hits_text
    from kgraph.render.texts import json_block, json_line

    kg = _state.open()
    for line in lines(text):
        hits = kg.search(
            line,
            k=k,
            kinds=kind,
            posts=post,
            tags=tag,
            since=since,
            until=until,
            langs=lang,
            concepts=concept_kind,
        )
        if form is AskFormat.JSONL:
            typer.echo(json_line(hits_data(line, hits, explain=explain)))
        elif form is AskFormat.JSON:
            typer.echo(json_block(hits_data(line, hits, explain=explain)))
        else:
            typer.echo(hits_text(hits, explain=explain))


@app.command()
def concept(
    name: Annotated[str, typer.Argument(help="A name of the concept, in any language, or its id.")],
    why: Annotated[
        bool,
        typer.Option("--why", help="Show why each name is its, and how to undo it."),
    ] = False,
    form: Annotated[AskFormat, typer.Option("--format", help="Output format.")] = AskFormat.TEXT,
) -> None:
    """Show a concept's card: labels, definition, relations. 개념 카드를 보여 준다."""
    import msgspec

    from kgraph.render.statements import card_text
    from kgraph.render.texts import json_block, json_line
    from kgraph.resolution.why import merges_data, merges_text

    card = _state.open().concept(name)
    if form is AskFormat.TEXT:
        typer.echo(card_text(card))
        if why:
            typer.echo(merges_text(card.merges))
    else:
        data = msgspec.to_builtins(card)
        if why:
            data["merges"] = merges_data(card.merges)
        typer.echo(json_line(data) if form is AskFormat.JSONL else json_block(data))


@app.command()
def sparql(
    query: Annotated[str, typer.Argument(help="A query, a .rq file, a named query, or -.")],
    form: Annotated[
        str | None,
        typer.Option("--format", help="table, json, csv, tsv, xml; or turtle, n-triples, ..."),
    ] = None,
    bind: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE for a variable of the query (repeatable).")
    ] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds before it is stopped.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Rows or triples at most; default: all.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print how it is executed instead of its rows.")
    ] = False,
) -> None:
    """Run a read-only SPARQL query over the graph. 그래프에 SPARQL로 묻는다."""
    kg = _state.open()
    text = decode(sys.stdin.buffer.read(), "stdin") if query == "-" else query
    bindings: dict[str, str] = {}
    for pair in bind or []:
        name, separator, value = pair.partition("=")
        if not separator:
            raise typer.BadParameter(f"--bind takes NAME=VALUE, not {pair!r}")
        bindings[name.lstrip("?")] = value
    _state.warn_if_behind(kg)
    seconds = timeout or kg.settings.timeout
    if explain:
        typer.echo(kg.explain_sparql(text, bindings=bindings, timeout=seconds), nl=False)
        return
    result = kg.sparql(text, bindings=bindings, timeout=seconds, limit=limit)
    data = result.serialise(form or "")
    sys.stdout.buffer.write(data if data.endswith(b"\n") else data + b"\n")
    sys.stdout.buffer.flush()
    if result.truncated:
        typer.echo("only the first rows are shown; add LIMIT and OFFSET", err=True)


@app.command()
def extract(
    path: Annotated[str, typer.Argument(help="A file or folder of notes, or - for stdin.")],
    form: Annotated[
        ExtractFormat, typer.Option("--format", help="Output format.")
    ] = ExtractFormat.TEXT,
    reader: Annotated[str | None, typer.Option("--from", help="Force a reader.")] = None,
) -> None:
    """Print the statements of notes without storing them. 저장하지 않고 관계를 뽑는다."""
    from kgraph.pipeline.ingest import extract_only
    from kgraph.render.statements import statement_data, statements_text
    from kgraph.render.texts import json_line

    source: Path | bytes = sys.stdin.buffer.read() if path == "-" else Path(path)
    resolution, skipped = extract_only(source, _state.settings(), form=reader)
    for name, reason in skipped:
        typer.echo(f"skipped {name}: {reason}", err=True)
    if form is ExtractFormat.TEXT:
        typer.echo(statements_text(resolution))
        return
    concepts = {item.id: item for item in resolution.concepts}
    for statement in resolution.statements:
        typer.echo(json_line(statement_data(statement, concepts)))


@app.command()
def export(
    profile: Annotated[
        str | None, typer.Argument(help="core, schema, full, skos, obsidian, csv ...; see --list.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file, or a folder; default: stdout.")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option("--format", help="turtle, n-triples, n-quads, trig, json-ld or rdf-xml."),
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="List profiles and formats.")] = False,
) -> None:
    """Write the graph for other tools. 그래프를 RDF로 내보낸다."""
    from kgraph.exports import export as exporting

    if show or profile is None:
        if not show:
            raise typer.BadParameter("which profile? `kgraph export --list` shows them")
        for name, text in exporting.PROFILES.items():
            typer.echo(f"{name:8} {text}")
        return
    kg = _state.open()
    if output is not None and profile in exporting.FOLDERS:
        count = kg.export_folder(profile, output)
        typer.echo(f"{count} files in {output}", err=True)
        return
    if output is None:
        kg.export(profile, sys.stdout.buffer, form=form)
        return
    partial = output.with_name(output.name + ".part")
    try:
        with partial.open("wb") as file:
            kg.export(profile, file, form=form or _meant(profile, output))
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)


@app.command()
def status(
    form: Annotated[AskFormat, typer.Option("--format", help="Output format.")] = AskFormat.TEXT,
    posts: Annotated[bool, typer.Option("--posts", help="List the posts as well.")] = False,
) -> None:
    """What the index holds and from where. 색인의 상태를 보여 준다."""
    from kgraph.render.reports import status_text
    from kgraph.render.texts import json_block, json_line

    data = _state.open().status(posts=posts)
    if form is AskFormat.TEXT:
        typer.echo(status_text(data))
    else:
        typer.echo(json_line(data) if form is AskFormat.JSONL else json_block(data))


# ---------------------------------------------------------------- plumbing


def _meant(profile: str, output: Path) -> str | None:
    """The format that the file's suffix means, where the profile has several."""
    from kgraph.exports import export as exporting

    return None if profile in exporting.OTHER else exporting.format_of(output)


def main() -> None:
    """Entry point of the ``kgraph`` command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        app()
    except KgraphError as error:
        prefix = "kgraph: "
        typer.echo(prefix + " ".join(str(error).split()), err=True)
        raise SystemExit(error.exit_code) from None
    except BrokenPipeError:
        # The reader (head, less) has gone; nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        typer.echo("stopped; what was done is kept", err=True)
        raise SystemExit(130) from None
