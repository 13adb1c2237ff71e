"""``kgraph ask``: a question, a batch of them, or a prompt."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.commands.inout import lines, typed
from kgraph.commands.state import state

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgraph.types import Reply


class AskFormat(StrEnum):
    """How answers and search results are printed."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


def ask(
    question: Annotated[
        str,
        typer.Argument(help="A question, or - to read one a line; none opens a prompt."),
    ] = "",
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="Answers at most.")] = 3,
    post: Annotated[
        list[str] | None, typer.Option(help="Only from this post or folder (repeatable).")
    ] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only from posts with this tag.")] = None,
    since: Annotated[str, typer.Option(help="Only from posts of this date or later.")] = "",
    until: Annotated[str, typer.Option(help="Only from posts of this date or earlier.")] = "",
    show_sparql: Annotated[
        bool, typer.Option("--show-sparql", help="Print the query that found the answer.")
    ] = False,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Print how the question was read, what was tried and why."),
    ] = False,
    llm: Annotated[
        bool,
        typer.Option(help="Let the model of [llm] in kgraph.toml, if there is one, word answers."),
    ] = True,
    form: Annotated[AskFormat, typer.Option("--format", help="Output format.")] = AskFormat.TEXT,
) -> None:
    """Answer a question from the notes. 노트에서 질문에 답한다.

    Without a question it opens a prompt, where a question may speak of the last answer as "it".
    """
    from kgraph.library import post_filter
    from kgraph.render.answers import reply_data, reply_text
    from kgraph.render.texts import json_block, json_line

    kg = state.open()
    state.warn_if_behind(kg)
    only = post_filter(post, tag, since, until)
    answer = kg.asker.ask if question else kg.dialogue().ask
    word = _wording() if llm else None
    for i, text in enumerate(lines(question) if question else typed()):
        reply = answer(text, k, only)
        if word:
            reply = word(reply)
        if form is AskFormat.JSONL:
            typer.echo(json_line(reply_data(reply, explain=explain)))
        elif form is AskFormat.JSON:
            typer.echo(json_block(reply_data(reply, explain=explain)))
        else:
            if question == "-":
                typer.echo(("\n" if i else "") + f"? {text}")
            typer.echo(reply_text(reply, show_sparql=show_sparql, explain=explain))


def _wording() -> Callable[[Reply], Reply] | None:
    """What lets the configured model word a reply; None without one."""
    settings = state.settings()
    if settings.llm is None:
        return None
    from kgraph.ask.llm import Wording
    from kgraph.errors import ModelError

    wording = Wording(settings.llm)

    def word(reply: Reply) -> Reply:
        try:
            return wording.word(reply)
        except ModelError as error:
            typer.echo(f"kgraph: {error} The plain answer stands.", err=True)
            return reply

    return word
