"""What starting a command may load: an answer must not wait for libraries it does not use."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("torch", "sentence_transformers", "faiss", "onnxruntime", "kiwipiepy", "bm25s", "scipy")


def _loaded(code: str) -> set[str]:
    report = "import sys; print(*sorted(m for m in sys.modules if '.' not in m))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split("\n")[-2].split())


@pytest.mark.parametrize("module", ["kgraph", "kgraph.cli", "kgraph.library", "kgraph.graph.query"])
def test_light_modules_load_no_heavy_library(module: str) -> None:
    assert _loaded(f"import {module}") & set(HEAVY) == set()


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys, contextlib\nfrom kgraph.cli import app\n"
        "with contextlib.suppress(SystemExit): app(['--help'])"
    )
    assert _loaded(code) & {*HEAVY, "rdflib", "numpy", "pyoxigraph"} == set()


def test_the_library_loads_no_reader_of_notes() -> None:
    code = "import sys, kgraph.library; print(*(m for m in sys.modules if m.startswith('kgraph.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "kgraph.library" in done.stdout.split()
    assert not {"kgraph.read", "kgraph.fetch", "kgraph.pipeline.sources"} & set(done.stdout.split())
