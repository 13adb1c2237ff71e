"""kgraph: Korean study notes as a knowledge graph and a semantic index, offline.

    import kgraph

    kgraph.ingest(["corpus"], "indexes")
    kg = kgraph.open("indexes")
    print(kg.ask("What creates a ReplicaSet?").answers[0].text)

Importing this package loads none of the heavy libraries; each is loaded when it is first needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgraph.library import Kgraph
    from kgraph.pipeline.report import Report

__version__ = "0.1.0"
__all__ = ["__version__", "ingest", "open"]


def open(indexes: str | Path = "indexes", *, model: str | None = None) -> Kgraph:
    """Open the index in the folder ``indexes`` for reading.

    Raises:
        kgraph.errors.IndexMissingError: nothing has been ingested there.
    """
    from kgraph.library import open_index

    return open_index(indexes, model=model)


def ingest(
    paths: Sequence[str | Path], indexes: str | Path = "indexes", *, model: str | None = None
) -> Report:
    """Bring the index in the folder ``indexes`` up to date with the notes under ``paths``.

    Paths may be addresses; without any, all that the index knows is brought up to date.

    If the settings name a remote store, its graph is brought up to date as well.

    Raises:
        kgraph.errors.ReadError: a path does not exist or holds no notes.
        kgraph.errors.StoreError: the index was built, and could not be pushed.
    """
    from kgraph.config import load_settings
    from kgraph.pipeline.ingest import ingest as run
    from kgraph.pipeline.ingest import push

    settings = load_settings({"indexes": Path(indexes), "model": model})
    report = run(paths, settings)
    if settings.store is not None:
        push(settings)
    return report
