"""Progress on stderr: bars on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from kgraph.pipeline.steps import Progress

_NAMES = {
    "fetch": "가져오기 / fetch",
    "list": "찾기 / find",
    "extract": "읽기·추출 / read, extract",
    "read": "모으기 / collect",
    "resolve": "개념 정리 / resolve",
    "encode": "임베딩 / encode",
    "graph": "그래프 / graph",
    "index": "색인 / index",
    "write": "저장 / write",
    "push": "올리기 / push",
}


class _Bars:
    """A bar a stage, drawn by rich."""

    def __init__(self, bars: RichProgress) -> None:
        self._bars = bars
        self._task: TaskID | None = None

    def start(self, stage: str, total: int) -> None:
        self.finish()
        self._task = self._bars.add_task(_NAMES.get(stage, stage), total=total or None)

    def advance(self, steps: int) -> None:
        if self._task is not None:
            self._bars.advance(self._task, steps)

    def finish(self) -> None:
        """Show the current stage as done."""
        if self._task is not None:
            task = self._bars.tasks[self._task]
            self._bars.update(self._task, total=task.total or 1, completed=task.total or 1)


@contextmanager
def show_progress(*, quiet: bool = False) -> Iterator[Progress | None]:
    """A progress display for the duration of the block; ``None`` where stderr is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """Steps a second: over the last half minute, of a stage that is done over all of it."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(
                "" if speed is None else f"{speed:,.1f}/s" if speed < 100 else f"{speed:,.0f}/s"
            )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate())
    times = (TimeElapsedColumn(), TextColumn("<"), TimeRemainingColumn())
    with Progress(*columns, *times, console=Console(stderr=True)) as bars:
        shown = _Bars(bars)
        yield shown
        shown.finish()
