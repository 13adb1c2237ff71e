"""One thread that holds the index: its parts are not made for several, and a query may be long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from kgraph.config import Settings
from kgraph.library import Kgraph
from kgraph.storage.generations import Generations

_T = TypeVar("_T")


class Desk:
    """Runs what is asked of the newest generation, one thing at a time, off the event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kg: Kgraph | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kgraph")

    async def run(self, job: Callable[[Kgraph], _T]) -> _T:
        """What ``job`` makes of the index.

        Raises:
            KgraphError: what ``job`` raises; there is no index yet or it does not fit.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: job(self._newest()))

    def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _newest(self) -> Kgraph:
        """The index, opened anew where an ingest has made another generation since."""
        folder = Generations(self._settings.indexes).require()
        if self._kg is None or self._kg.folder != folder:
            self._kg = Kgraph(self._settings)
        return self._kg
