"""The Lua text of docs/editors.md in a real headless Neovim: hover, completion, a code action."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from kgraph.cli import app
from kgraph.config import Settings
from kgraph.pipeline.ingest import ingest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NVIM = shutil.which("nvim")
HAS_LSP = "lsp" in typer.main.get_command(app).commands  # type: ignore[attr-defined]
POD = "# 파드\n\n파드(Pod)는 컨테이너를 포함한다. 파드는 쿠버네티스의 배포 단위이다.\n"
DRAFT = "# 초안\n\n파드를 쓴다\n"

pytestmark = pytest.mark.skipif(NVIM is None, reason="nvim is not installed")


def _command(folder: Path, code: str) -> None:
    """Make ``kgraph`` on the PATH of the editor run ``code``."""
    folder.mkdir()
    shim = folder / "kgraph"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" {code} "$@"\n', encoding="utf-8")
    shim.chmod(0o755)


def _edit(folder: Path, note: Path, typed: str) -> dict[str, Any]:
    """What the probe saw in a Neovim set up by the page's text alone."""
    page = (ROOT / "docs" / "editors.md").read_text("utf-8")
    (lua,) = re.findall(r"^```lua\n(.*?)^```$", page, flags=re.S | re.M)
    setup, out = folder / "kgraph.lua", folder / "out.json"
    setup.write_text(lua, encoding="utf-8")
    environment = {
        **os.environ,
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PROBE_OUT": str(out),
        "PROBE_NOTE": str(note),
        "PROBE_ROW": "3",
        "PROBE_COLUMN": "0",
        "PROBE_TYPED": typed,
    }
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        environment[name] = str(folder / name)
    filetype = ["--cmd", "filetype on"]  # off with -u NONE, on for everyone else
    scripts = ["-c", f"luafile {setup}", "-c", f"luafile {HERE / 'neovim_probe.lua'}"]
    done = subprocess.run(
        [str(NVIM), "--headless", "-n", "-u", "NONE", *filetype, *scripts],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        stdin=subprocess.DEVNULL,
        cwd=folder,
    )
    assert out.is_file(), done.stderr
    seen: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return seen


def test_the_page_starts_a_server_in_the_notes_folder_and_uses_its_answers(tmp_path: Path) -> None:
    (tmp_path / "notes" / "deep").mkdir(parents=True)
    (tmp_path / "notes" / "kgraph.toml").write_text("", encoding="utf-8")
    note = tmp_path / "notes" / "deep" / "draft.md"
    note.write_text(DRAFT, encoding="utf-8")
    _command(tmp_path / "bin", f'"{HERE / "fake_server.py"}"')
    assert _edit(tmp_path, note, "파") == {
        "attached": True,
        "cwd": str(tmp_path / "notes"),
        "omnifunc": "v:lua.vim.lsp.omnifunc",
        "hover_key": True,
        "hover": "**파드** (Pod)",
        "completion": ["파드"],
        "actions": ["link [[파드]]"],
        "lines": ["# 초안", "", "[[파드]]를 쓴다"],
    }


@pytest.mark.skipif(not HAS_LSP, reason="this kgraph has no lsp command")
def test_kgraph_answers_in_neovim(tmp_path: Path) -> None:
    home = tmp_path / "notes"
    home.mkdir()
    (home / "pod.md").write_text(POD, encoding="utf-8")
    ingest([home], Settings(indexes=home / "indexes"))
    note = home / "draft.md"
    note.write_text(DRAFT, encoding="utf-8")
    _command(tmp_path / "bin", '-c "from kgraph.cli import main; main()"')
    seen = _edit(tmp_path, note, "파")
    assert seen["attached"]
    assert "Pod" in seen["hover"]
    assert any("파드" in label for label in seen["completion"])
    assert seen["lines"][2].startswith("[[파드")
    assert seen["lines"][2].endswith("를 쓴다")
