"""``kgraph push``: the graph onto a server that speaks SPARQL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.commands.state import state

if TYPE_CHECKING:
    from kgraph.config import Settings


def push(
    url: Annotated[
        str, typer.Argument(help="The server, such as http://localhost:7878; default: the setting.")
    ] = "",
    graph: Annotated[
        str, typer.Option(help="IRI of kgraph's record there (default: kgraph's own).")
    ] = "",
) -> None:
    """Put the graph onto a SPARQL server. 그래프를 SPARQL 서버에 올린다.

    Credentials come from KGRAPH_STORE_USER and KGRAPH_STORE_PASSWORD, or KGRAPH_STORE_TOKEN.
    """
    import msgspec

    from kgraph.config import StoreSettings

    settings = state.settings()
    store = StoreSettings.at(url) if url else settings.store
    if store is not None and graph:
        store = msgspec.structs.replace(store, graph=graph)
    push_shown(replace(settings, store=store))


def push_shown(settings: Settings) -> None:
    """Push to the store of ``settings`` and report it on stderr."""
    from kgraph.commands.progress import show_progress
    from kgraph.pipeline.ingest import push as run
    from kgraph.render.reports import push_text

    with show_progress(quiet=state.verbosity < 0) as progress:
        done = run(settings, progress=progress)
    if state.verbosity >= 0 and settings.store is not None:
        typer.echo(push_text(done, settings.store.query), err=True)
