"""``kgraph mcp`` without its extra."""

from __future__ import annotations

import sys

import pytest
from typer.testing import CliRunner

from kgraph.cli import app


def test_without_the_sdk_the_command_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("kgraph.mcp_server")]:
        monkeypatch.delitem(sys.modules, name)
    for name in [name for name in sys.modules if name.split(".")[0] == "mcp"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [_NoMcp(), *sys.meta_path])
    result = CliRunner().invoke(app, ["mcp"])
    assert result.exit_code == 1
    assert str(result.exception) == (
        "`kgraph mcp` needs the MCP SDK, which is not installed. Run: pip install 'kgraph[mcp]'"
    )


class _NoMcp:
    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.split(".")[0] == "mcp":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
