"""``kgraph mcp``: the notes for assistants that speak the Model Context Protocol."""

from __future__ import annotations

from kgraph.commands.state import state
from kgraph.errors import ConfigError


def mcp() -> None:
    """Serve the notes over MCP on stdin and stdout. 노트를 MCP 도구로 제공한다."""
    try:
        from kgraph.mcp_server.server import make_server
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("mcp", "pydantic"):
            raise
        raise ConfigError(
            "`kgraph mcp` needs the MCP SDK, which is not installed. Run: pip install 'kgraph[mcp]'"
        ) from error
    make_server(state.settings()).run("stdio")
