from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_readme_holds_two_commands_of_one_line_each() -> None:
    read = runpy.run_path(str(ROOT / "tools" / "readme_commands.py"))["shell_commands"]
    commands = read((ROOT / "README.md").read_text("utf-8"))
    assert len(commands) == 2
    assert all("\n" not in command for command in commands)
    first, second = commands
    for step in ("kgraph ingest", "kgraph ask", "kgraph sparql", "kgraph export"):
        assert step in first
    assert second.endswith("&& pytest")
