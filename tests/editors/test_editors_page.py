"""docs/editors.md: what it tells people to paste parses, and names commands that exist."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import msgspec
import typer

from kgraph.cli import app
from kgraph.lsp.options import Options

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "editors.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks in ``language``."""
    return re.findall(rf"^ *```{language}\n(.*?)^ *```$", PAGE, flags=re.S | re.M)


def test_settings_parse() -> None:
    (helix,) = blocks("toml")
    (language,) = tomllib.loads(helix)["language"]
    assert tomllib.loads(helix)["language-server"]["kgraph"]["command"] == "kgraph"
    assert "kgraph" in language["language-servers"]
    (assistants,) = blocks("json")
    assert json.loads(assistants)["mcpServers"]["kgraph"]["args"][-1] == "mcp"
    (elisp,) = blocks("elisp")
    assert elisp.count("(") == elisp.count(")")


def test_commands_exist_with_their_options() -> None:
    group = typer.main.get_command(app)
    known = group.commands  # type: ignore[attr-defined]
    lines = [line.strip() for block in blocks("sh") for line in block.splitlines()]
    used = [line for line in lines if line.startswith("kgraph ")]
    assert len(used) >= 8
    for line in used:
        words = line.removeprefix("kgraph --indexes /path/to/indexes").split()
        name = next(word for word in words if word != "kgraph")
        options = {o for parameter in known[name].params for o in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, line


def test_the_version_of_the_extension_is_the_one_it_packs_to() -> None:
    version = json.loads((ROOT / "editors" / "vscode" / "package.json").read_text("utf-8"))
    assert f"kgraph-{version['version']}.vsix" in PAGE


def test_the_settings_told_are_the_servers_with_its_defaults() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", PAGE, flags=re.M))
    assert {name: json.loads(value) for name, value in rows.items()} == msgspec.to_builtins(
        Options()
    )
