"""The language server at size: how long an editor waits.

    python tests/benchmarks/bench_lsp.py INDEXES [--save FILE] [--runs N]

INDEXES is a built index. Each run starts ``kgraph lsp`` over it, opens a document made of the ten
drafts beside this file and of lines with the index's own labels, and times the first hover, start
included, and then round trips: hovers (each concept of the drafts is hovered over for the first
time in them), completions and code actions at random places, and code actions that list what is
related. With --save, FILE, a note of the index, gets a sentence more and is saved, and all of that
is timed again while the index is brought up to date, round after round until it is; FILE is put
back at the end, and the index is as it was once the next ingest has run. Prints JSON: for each
request the number of them, the median over the runs of p50 and p95, and the worst p95.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from kgraph.config import Settings
from kgraph.library import Kgraph
from kgraph.storage.generations import Generations

COUNT = 200
URI = "file:///tmp/draft.md"


def editor_class() -> type:
    """The client of the tests."""
    path = Path(__file__).parents[1] / "lsp" / "test_server.py"
    spec = importlib.util.spec_from_file_location("lsp_client", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["lsp_client"] = module
    spec.loader.exec_module(module)
    found: type = module.Editor
    return found


def document(indexes: Path) -> list[str]:
    """The lines of the drafts, and 300 with labels of the index."""
    near = Kgraph(Settings(indexes=indexes)).neighbours
    dice = random.Random(3)
    names = sorted(near.label(c) for c in near.names if near.linkable(c))
    drafts = sorted((Path(__file__).parent / "drafts").glob("*.md"))
    lines = [line for path in drafts for line in path.read_text("utf-8").splitlines() if line]
    return lines + [
        f"{dice.choice(names)}는 {dice.choice(names)}를 쓰고 pod를 만든다." for _ in range(300)
    ]


class Run:
    """One server, started and asked."""

    def __init__(self, editor: Any, lines: list[str]) -> None:
        self._editor = editor
        self._lines = lines
        self._dice = random.Random(5)

    def first_hover(self) -> None:
        """Say hello and hover once."""
        self._editor.start()
        self._editor.open(URI, "\n".join(self._lines))
        self._editor.at("textDocument/hover", URI, len(self._lines) - 1, 0)

    def asked(self, count: int) -> dict[str, list[float]]:
        """``count`` of each request, in turns; milliseconds."""
        spent: dict[str, list[float]] = {}
        requests: dict[str, Callable[[int, int], object]] = {
            "hover": lambda line, column: self._editor.at("textDocument/hover", URI, line, column),
            "completion": lambda line, column: self._editor.at(
                "textDocument/completion", URI, line, column
            ),
            "code_action": self._actions,
            "related": self._related,
        }
        for _ in range(count):
            line = self._dice.randrange(len(self._lines))
            column = self._dice.randrange(max(len(self._lines[line]) - 1, 1))
            for name, request in requests.items():
                begun = time.perf_counter()
                request(line, column)
                spent.setdefault(name, []).append(1000 * (time.perf_counter() - begun))
        return spent

    def _actions(self, line: int, column: int) -> Any:
        place = {"line": line, "character": column}
        asked = {"textDocument": {"uri": URI}, "range": {"start": place, "end": place}}
        return self._editor.ask("textDocument/codeAction", asked | {"context": {"diagnostics": []}})

    def _related(self, line: int, column: int) -> Any:
        data = {"related": URI, "line": line}
        return self._editor.ask("codeAction/resolve", {"title": "related", "data": data})


def told(runs: list[dict[str, list[float]]]) -> dict[str, dict[str, float]]:
    """Of each request: how many a run, the medians over the runs of p50 and p95, the worst p95."""
    found = {}
    for name in runs[0]:
        p50, p95 = zip(*(np.quantile(run[name], [0.5, 0.95]) for run in runs), strict=True)
        found[name] = {
            "requests": len(runs[0][name]),
            "p50_ms": round(float(np.median(p50)), 1),
            "p95_ms": round(float(np.median(p95)), 1),
            "worst_p95_ms": round(max(p95), 1),
        }
    return found


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("indexes", type=Path)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    lines, client = document(given.indexes), editor_class()
    first, quiet, saving, took = [], [], [], []
    for number in range(given.runs):
        started = time.perf_counter()
        editor = client(["--indexes", str(given.indexes.resolve()), "lsp"], Path.cwd())
        run = Run(editor, lines)
        run.first_hover()
        first.append(time.perf_counter() - started)
        quiet.append(run.asked(COUNT))
        if given.save:
            was = given.save.read_text("utf-8")
            generations = Generations(given.indexes)
            before = generations.current()
            given.save.write_text(f"{was}\n\n파드는 {number}번 노드를 사용한다.\n", "utf-8")
            begun = time.perf_counter()
            uri = {"uri": given.save.resolve().as_uri()}
            editor.tell("textDocument/didSave", {"textDocument": uri})
            spent: dict[str, list[float]] = {}
            while generations.current() == before:
                for name, times in run.asked(10).items():
                    spent.setdefault(name, []).extend(times)
            took.append(time.perf_counter() - begun)
            for name, times in run.asked(10).items():  # the first of them open the new generation
                spent[name].extend(times)
            saving.append(spent)
            given.save.write_text(was, "utf-8")
        editor.close()
    data: dict[str, object] = {
        "runs": given.runs,
        "first_hover_s": [round(x, 2) for x in first],
        "quiet": told(quiet),
    }
    if saving:
        data |= {"ingest_s": [round(x, 1) for x in took], "while_a_save_is_ingested": told(saving)}
    print(json.dumps(data, indent=1))


if __name__ == "__main__":
    main()
