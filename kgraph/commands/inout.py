"""What the commands read: arguments, standard input, a prompt."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import BinaryIO

import typer

from kgraph.errors import ReadError


def lines(text: str) -> Iterator[str]:
    """``text`` itself, or for ``-`` the non-empty lines of stdin."""
    if text != "-":
        yield text
        return
    stream: BinaryIO = sys.stdin.buffer
    for raw in stream:
        line = decode(raw, "stdin").strip()
        if line:
            yield line


def typed() -> Iterator[str]:
    """The lines that are typed at a prompt until Ctrl-D, with history; or those of a pipe."""
    if not sys.stdin.isatty():
        yield from lines("-")
        return
    import contextlib

    with contextlib.suppress(ImportError):  # not on Windows; only the history is lost
        import readline  # noqa: F401
    while True:
        try:
            line = input("? ").strip()
        except EOFError:
            typer.echo("")
            return
        if line:
            yield line


def decode(data: bytes, name: str) -> str:
    """``data`` as text.

    Raises:
        ReadError: it is not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(f"{name} is not UTF-8 ({error.reason}); convert it first.") from error
