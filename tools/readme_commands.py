"""Print the N-th shell command of the README, as a user would paste it: ``readme_commands.py N``.

Runs before anything is installed, so it needs nothing but Python.
"""

from __future__ import annotations

import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def shell_commands(text: str) -> list[str]:
    """The contents of the ``sh`` fences of a Markdown text, in order."""
    commands: list[str] = []
    lines: list[str] | None = None
    for line in text.splitlines():
        if lines is None:
            lines = [] if line.strip() == "```sh" else None
        elif line.strip() == "```":
            commands.append("\n".join(lines))
            lines = None
        else:
            lines.append(line)
    return commands


if __name__ == "__main__":
    print(shell_commands(README.read_text("utf-8"))[int(sys.argv[1]) - 1])
