"""The language server at size: how long an editor waits.

    python tests/benchmarks/bench_lsp.py INDEXES [--save FILE]

INDEXES is a built index. Starts ``kgraph lsp`` over it, opens a draft of a few hundred lines made
of the index's own labels, and times the first hover (start included) and then hovers, completions
and code actions, each as a round trip. With --save, FILE (a note of the index) is saved before the
code actions, so that they run while the index is brought up to date.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import sys
import time
from pathlib import Path

import numpy as np

from kgraph.config import Settings
from kgraph.library import Kgraph

COUNT = 200


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


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("indexes", type=Path)
    parser.add_argument("--save", type=Path)
    given = parser.parse_args()
    near = Kgraph(Settings(indexes=given.indexes)).neighbours
    dice = random.Random(3)
    names = sorted(near.label(c) for c in near.names if near.linkable(c))
    lines = [
        f"{dice.choice(names)}는 {dice.choice(names)}를 쓰고 pod를 만든다." for _ in range(300)
    ]

    started = time.perf_counter()
    editor = editor_class()(["--indexes", str(given.indexes.resolve()), "lsp"], Path.cwd())
    editor.start()
    uri = "file:///tmp/draft.md"
    editor.open(uri, "\n".join(lines))
    editor.at("textDocument/hover", uri, 0, 0)
    data: dict[str, object] = {"first_hover_s": round(time.perf_counter() - started, 2)}

    def timed(name: str, method: str, **more: object) -> None:
        spent = []
        for _ in range(COUNT):
            line = dice.randrange(len(lines))
            column = dice.randrange(max(len(lines[line]) - 1, 1))
            begun = time.perf_counter()
            if method.endswith("codeAction"):
                place = {"line": line, "character": column}
                asked = {"textDocument": {"uri": uri}, "range": {"start": place, "end": place}}
                editor.ask(method, asked | more)
            else:
                editor.at(method, uri, line, column)
            spent.append(1000 * (time.perf_counter() - begun))
        p50, p95 = np.quantile(spent, [0.5, 0.95])
        data[name] = {"p50_ms": round(float(p50), 1), "p95_ms": round(float(p95), 1)}

    timed("hover", "textDocument/hover")
    timed("completion", "textDocument/completion")
    if given.save:
        document = {"uri": given.save.resolve().as_uri()}
        editor.tell("textDocument/didSave", {"textDocument": document})
        time.sleep(2)  # the server waits a second before it begins
    timed("code_action", "textDocument/codeAction", context={"diagnostics": []})
    print(json.dumps(data, indent=2))
    editor.close()


if __name__ == "__main__":
    main()
