"""What a terminal is shown while the index is built."""

from __future__ import annotations

import io
import re

import pytest

from kgraph.commands.progress import show_progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, *, quiet: bool = False) -> list[str]:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with show_progress(quiet=quiet) as progress:
        if progress is not None:
            for stage, total in (("extract", 40), ("encode", 3000), ("graph", 0)):
                progress.start(stage, total)
                for _ in range(4):
                    progress.advance(total // 4)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    return [line.strip() for line in re.split(r"[\r\n]+", plain) if line.strip()]


def test_each_stage_has_a_bar_with_count_rate_time_and_time_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = shown(monkeypatch)[-3:]
    for line, (name, count) in zip(
        lines,
        [
            ("읽기·추출 / read, extract", "40/40"),
            ("임베딩 / encode", "3000/3000"),
            ("그래프 / graph", "1/1"),
        ],
        strict=True,
    ):
        assert line.startswith(name), line
        assert re.search(rf" {count} +([\d,.]+/s)? +0:00:0\d < 0:00:00$", line), line
    assert "/s" in lines[0]
    assert "/s" in lines[1]


def test_quiet_and_files_are_shown_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, quiet=True) == []
    monkeypatch.setattr("sys.stderr", io.StringIO())
    with show_progress() as progress:
        assert progress is None
