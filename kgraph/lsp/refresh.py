"""Bringing the index up to date behind the editor's back: in a process of its own, debounced."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

_QUIET = 1.0  # seconds without a save before an ingest begins


class Refresher:
    """Runs ``kgraph ingest`` some time after the last save, one at a time.

    Args:
        indexes: the folder of the index.
        sources: the paths that were ingested.
        done: called from another thread with the last line of what went wrong, or "".
    """

    def __init__(self, indexes: Path, sources: Sequence[str], done: Callable[[str], None]) -> None:
        self._indexes = indexes
        self._sources = list(sources)
        self._done = done
        self._timer: threading.Timer | None = None
        self._running = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False

    def saved(self, path: Path) -> None:
        """A file was saved; anything outside the sources is none of ours."""
        inside = any(path.resolve().is_relative_to(Path(s)) for s in self._sources)
        if not inside or self._closed:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(_QUIET, self._ingest)
        self._timer.daemon = True
        self._timer.start()

    def close(self) -> None:
        """Start nothing more; a running ingest is stopped, and the next one heals it."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()

    def _ingest(self) -> None:
        with self._running:
            if self._closed:
                return
            package = str(Path(__file__).resolve().parents[2])
            known = os.environ.get("PYTHONPATH")
            environment = os.environ | {
                "PYTHONPATH": package + (os.pathsep + known if known else ""),
                "PYTHONUTF8": "1",
            }
            command = [sys.executable, "-c", "from kgraph.cli import main; main()"]
            self._child = subprocess.Popen(
                [*command, "--indexes", str(self._indexes), "-q", "ingest", *self._sources],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=environment,
            )
            _, said = self._child.communicate()
            failed = self._child.returncode != 0 and not self._closed
            lines = said.decode(errors="replace").strip().splitlines()
            self._done(lines[-1] if failed and lines else "")
