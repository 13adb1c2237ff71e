"""The Emacs text of docs/editors.md in a real Emacs: hover, completion, a code action."""

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

from kgraph.config import Settings
from kgraph.pipeline.ingest import ingest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EMACS = shutil.which("emacs")
POD = "# 파드\n\n파드(Pod)는 컨테이너를 포함한다. 파드는 쿠버네티스의 배포 단위이다.\n"
DRAFT = "# 초안\n\n파드를 쓴다\n"


def has(library: str) -> bool:
    """Whether Emacs has a library."""
    if EMACS is None:
        return False
    done = subprocess.run(
        [EMACS, "--batch", "--eval", f"(require '{library})"], capture_output=True, timeout=60
    )
    return done.returncode == 0


pytestmark = pytest.mark.skipif(
    not (has("eglot") and has("markdown-mode")),
    reason="Emacs, eglot or markdown-mode is not installed",
)


def edit(folder: Path, note: Path, typed: str) -> dict[str, Any]:
    """What the probe saw in an Emacs set up by the page's text alone."""
    page = (ROOT / "docs" / "editors.md").read_text("utf-8")
    (elisp,) = re.findall(r"^```elisp\n(.*?)^```$", page, flags=re.S | re.M)
    setup, out = folder / "kgraph.el", folder / "out.json"
    setup.write_text(elisp, encoding="utf-8")
    environment = {
        **os.environ,
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PROBE_OUT": str(out),
        "PROBE_NOTE": str(note),
        "PROBE_TYPED": typed,
    }
    loaded = (setup, "eglot", "markdown-mode", HERE / "emacs_probe.el")
    done = subprocess.run(
        [str(EMACS), "--batch", *(word for file in loaded for word in ("-l", str(file)))],
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


def test_kgraph_answers_in_emacs(tmp_path: Path) -> None:
    home = tmp_path / "notes"
    home.mkdir()
    (home / "pod.md").write_text(POD, encoding="utf-8")
    ingest([home], Settings(indexes=home / "indexes"))
    note = home / "draft.md"
    note.write_text(DRAFT, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    shim = tmp_path / "bin" / "kgraph"
    code = "from kgraph.cli import main; main()"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    seen = edit(tmp_path, note, "파")
    assert "error" not in seen, seen
    assert seen["mode"] == "markdown-mode"
    assert seen["attached"]
    assert "Pod" in seen["hover"]
    assert any("파드" in label for label in seen["completion"])
    assert seen["actions"][0] == "link [[파드]]"
    assert seen["lines"][2] == "[[파드]]를 쓴다"
