"""Imports point one way: read -> segment -> extract -> resolve -> graph, index -> ask -> cli."""

from __future__ import annotations

import ast
from pathlib import Path

import kgraph

PACKAGE = Path(kgraph.__file__).parent

# From what everything may import to what nothing may. A longer name beats a shorter one.
LAYERS = [
    ["kgraph", "errors", "types", "text", "iri"],
    ["config", "vocab"],
    ["read"],
    ["segment", "draft"],
    ["extract"],
    ["resolution"],
    ["storage"],
    ["fetch"],
    ["graph"],
    ["index"],
    ["exports", "evaluation"],
    ["ask"],
    ["pipeline"],
    ["library"],
    ["doctor"],
    ["render"],
    ["lsp", "mcp_server"],
    ["commands"],
    ["cli", "__main__"],
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


def _room(module: str) -> str:
    """The top-level room of a module of the package: ``kgraph.graph.rdf`` -> ``graph``."""
    steps = module.split(".")
    return steps[1] if len(steps) > 1 else steps[0]


def _imports(path: Path) -> set[str]:
    """Every kgraph module that a file imports at run time, wherever in the file it does."""
    tree = ast.parse(path.read_text("utf-8"))
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            if node.module == "kgraph":
                found.update(f"kgraph.{alias.name}" for alias in node.names)
            else:
                found.add(node.module)
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(tree)
    return {name for name in found if name.split(".")[0] == "kgraph"}


def test_no_import_points_back() -> None:
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(("kgraph", *path.relative_to(PACKAGE).with_suffix("").parts))
        room = _room(module)
        if room == "__init__":  # the facade may name anything, lazily
            continue
        for name in sorted(_imports(path)):
            target = "kgraph" if name == "kgraph.__version__" else _room(name)
            if RANK[target] > RANK[room]:
                wrong.append(f"{module} imports {name}")
    assert wrong == []


def test_only_one_room_knows_each_engine() -> None:
    """Oxigraph is known to graph and export alone, Kiwi to extract, FAISS and ONNX to index."""
    owners = {
        "pyoxigraph": {"graph", "exports"},
        "kiwipiepy": {"extract", "storage"},
        "faiss": {"index"},
        "onnxruntime": {"index"},
        "sentence_transformers": {"index"},
        "typer": {"cli", "commands"},
        "mcp": {"mcp_server"},
        "pygls": {"lsp"},
        "lsprotocol": {"lsp"},
        "protego": {"fetch"},
        "watchfiles": {"pipeline"},
        "trafilatura": {"read"},
    }
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(("kgraph", *path.relative_to(PACKAGE).with_suffix("").parts))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                engine = name.split(".")[0]
                assert _room(module) in owners.get(engine, {_room(module)}), f"{module}: {name}"
