"""How far a build is: what a display is told, and the clock of each stage."""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Protocol, TypeVar

_T = TypeVar("_T")
_AT_ONCE = 64  # steps told at once: drawing takes longer than most of them


class Progress(Protocol):
    """Is told how far a build is; the command line draws bars, a library user may pass nothing."""

    def start(self, stage: str, total: int) -> None:
        """A stage of ``total`` steps begins, 0 for a number unknown; the one before it is over."""

    def advance(self, steps: int) -> None:
        """``steps`` more steps of the current stage are done."""


class Silent:
    """A :class:`Progress` that shows nothing."""

    def start(self, stage: str, total: int) -> None:
        """Nothing."""

    def advance(self, steps: int) -> None:
        """Nothing."""


class Stages:
    """The stages of one build: shown, and timed in ``seconds``, of the wall clock."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress or Silent()
        self.seconds: dict[str, float] = {}
        self.advance = self._progress.advance

    def counted(self, items: Iterable[_T]) -> Iterator[_T]:
        """``items``, each a step of the current stage."""
        rest = iter(items)
        while some := list(islice(rest, _AT_ONCE)):
            yield from some
            self.advance(len(some))

    @contextmanager
    def stage(self, name: str, total: int = 0) -> Iterator[None]:
        """The block is the stage ``name``; entered again, its time is added."""
        self._progress.start(name, total)
        started = time.perf_counter()
        try:
            yield
        finally:
            _give_back()
            took = time.perf_counter() - started
            self.seconds[name] = self.seconds.get(name, 0.0) + took


def _give_back() -> None:
    """Let the system have what was freed: glibc keeps it, the more the more a store took."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)
