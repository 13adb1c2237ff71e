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

    Saves during an ingest are read by one more after it, however many they are.

    Args:
        indexes: the folder of the index.
        sources: the paths that were ingested.
        done: called from another thread with the last line of what went wrong, or "".
        quiet: seconds without a save before an ingest begins.
    """

    def __init__(
        self,
        indexes: Path,
        sources: Sequence[str],
        done: Callable[[str], None],
        quiet: float = _QUIET,
    ) -> None:
        self._indexes = indexes
        self._sources = [Path(source) for source in sources]
        self._done = done
        self._quiet = quiet
        self._timer: threading.Timer | None = None
        self._state = threading.Lock()
        self._running = self._again = self._closed = False
        self._child: subprocess.Popen[bytes] | None = None

    def saved(self, path: Path) -> None:
        """A file was saved; anything outside the sources is none of ours."""
        place = path.resolve()
        if any(place.is_relative_to(source.resolve()) for source in self._sources):
            with self._state:
                self._start_timer()

    def close(self) -> None:
        """Start nothing more; a running ingest is stopped, and the next one heals it."""
        with self._state:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()
            if self._child is not None and self._child.poll() is None:
                self._child.terminate()

    def _start_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self._closed:
            self._timer = threading.Timer(self._quiet, self._ingest)
            self._timer.daemon = True
            self._timer.start()

    def _ingest(self) -> None:
        with self._state:
            if self._running or self._closed:
                self._again = self._running
                return
            self._running, self._again = True, False
            self._child = self._begin()
        _, said = self._child.communicate()
        with self._state:
            failed = self._child.returncode != 0 and not self._closed
            self._running = False
            if self._again:
                self._start_timer()
        lines = said.decode(errors="replace").strip().splitlines()
        self._done(lines[-1] if failed and lines else "")

    def _begin(self) -> subprocess.Popen[bytes]:
        package = str(Path(__file__).resolve().parents[2])
        known = os.environ.get("PYTHONPATH")
        environment = os.environ | {
            "PYTHONPATH": package + (os.pathsep + known if known else ""),
            "PYTHONUTF8": "1",
        }
        command = [sys.executable, "-c", "from kgraph.cli import main; main()"]
        sources = map(str, self._sources)
        return subprocess.Popen(
            [*command, "--indexes", str(self._indexes), "-q", "ingest", *sources],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
        )
