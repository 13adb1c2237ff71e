"""``kgraph lsp``: the notes inside the editor."""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from kgraph.commands.state import state
from kgraph.errors import ConfigError


def lsp(
    tcp: Annotated[
        int | None, typer.Option("--tcp", min=0, max=65535, help="Listen on this port instead.")
    ] = None,
) -> None:
    """Serve editors over the Language Server Protocol. 편집기에 언어 서버로 답한다."""
    gc.disable()  # starting up makes a million objects that stay: looking for dead ones takes long
    try:
        from kgraph.lsp.server import make_server
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise ConfigError(
            "`kgraph lsp` needs pygls, which is not installed. Run: pip install 'kgraph[lsp]'"
        ) from error
    server = make_server(state.settings())
    if tcp is None:
        server.start_io()
    else:
        server.start_tcp("127.0.0.1", tcp)
