"""Incremental edits: the server's text stays the editor's, in every way of counting positions."""

from __future__ import annotations

import gc
import random
import re
import tracemalloc
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from lsprotocol import types as lsp
from pygls.workspace import PositionCodec

from kgraph.config import Settings
from kgraph.library import Kgraph
from kgraph.lsp import features
from kgraph.lsp.options import Insert
from kgraph.lsp.places import span
from kgraph.lsp.text import Document, Texts
from kgraph.lsp.view import View
from kgraph.pipeline.ingest import ingest

PIECES = [
    "파드",
    "nod\u1100\u1161",
    "🙂",
    "e\u0301",
    "\r\n",
    "\n",
    "kube-apiserver ",
    "\u200b",
    "[[",
    "]]",
    "가나다라 ",
    "\u2028",
    "\x0c",
    "\x85",
    "\r",
]
UNITS = {
    lsp.PositionEncodingKind.Utf8: lambda text: len(text.encode()),
    lsp.PositionEncodingKind.Utf16: lambda text: len(text.encode("utf-16-le")) // 2,
    lsp.PositionEncodingKind.Utf32: len,
}


def position(text: str, offset: int, encoding: lsp.PositionEncodingKind) -> lsp.Position:
    """What an editor calls a place in its text."""
    *lines, last = re.split(r"\r\n|\r|\n", text[:offset])
    return lsp.Position(len(lines), UNITS[encoding](last))


class Edits(RuleBasedStateMachine):
    """An editor and the server, whose text has to stay the same."""

    encoding = lsp.PositionEncodingKind.Utf16

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.server = Texts(None, lsp.TextDocumentSyncKind.Incremental, [], self.encoding)
        self.server.put_text_document(lsp.TextDocumentItem("file:///a.md", "markdown", 0, ""))

    @rule(
        start=st.integers(0, 4000),
        gone=st.sampled_from([0, 0, 0, 1, 3, 30, 300]),
        pieces=st.lists(st.sampled_from(PIECES), max_size=4),
    )
    def edit(self, start: int, gone: int, pieces: list[str]) -> None:
        """Put something in the place of something, across lines too."""
        start = min(start, len(self.text))
        end = min(len(self.text), start + gone)
        if any(self.text[x - 1 : x + 1] == "\r\n" for x in (start, end)):
            return  # no editor puts its cursor between the two halves of a line's end
        new = "".join(pieces)
        first, last = (position(self.text, x, self.encoding) for x in (start, end))
        change = lsp.TextDocumentContentChangePartial(range=lsp.Range(first, last), text=new)
        self._send(change, self.text[:start] + new + self.text[end:])

    @rule(pieces=st.lists(st.sampled_from(PIECES), max_size=6))
    def behind_the_end(self, pieces: list[str]) -> None:
        """A place that there is not is the nearest one: behind a line, behind the last one."""
        new = "".join(pieces)
        far = lsp.Range(lsp.Position(10**6, 7), lsp.Position(10**6, 7))
        self._send(lsp.TextDocumentContentChangePartial(range=far, text=new), self.text + new)

    @rule(pieces=st.lists(st.sampled_from(PIECES), max_size=20))
    def replace(self, pieces: list[str]) -> None:
        """Send the whole text."""
        new = "".join(pieces) if len(self.text) > 500 else self.text
        self._send(lsp.TextDocumentContentChangeWholeDocument(text=new), new)

    def _send(self, change: lsp.TextDocumentContentChangeEvent, text: str) -> None:
        version = lsp.VersionedTextDocumentIdentifier(1, "file:///a.md")
        self.server.update_text_document(version, change)
        self.text = text

    @invariant()
    def the_text_is_the_same(self) -> None:
        """What the server has is what the editor has, line by line."""
        doc = self.server.get_text_document("file:///a.md")
        assert doc.source == self.text
        assert list(doc.lines) == re.split(r"(?<=\n)|(?<=\r)(?!\n)", self.text)


def machine(kind: lsp.PositionEncodingKind) -> type[RuleBasedStateMachine]:
    return type(f"Edits{kind.name}", (Edits,), {"encoding": kind})


MANY = hypothesis.settings(
    max_examples=34, stateful_step_count=100, deadline=None, derandomize=True
)  # with three ways of counting, 10,000 steps


@pytest.mark.parametrize("encoding", list(UNITS))
def test_ten_thousand_edits(encoding: lsp.PositionEncodingKind) -> None:
    run_state_machine_as_test(machine(encoding), settings=MANY)


@pytest.mark.parametrize("encoding", list(UNITS))
def test_a_span_is_told_as_the_client_counts(encoding: lsp.PositionEncodingKind) -> None:
    line = "🙂 e\u0301 파드를 쓴다"
    doc = Document("file:///a.md", f"첫 줄\r\n{line}\r\n", position_codec=PositionCodec(encoding))
    start = line.index("파드")
    found = span(doc, 1, start, start + 2)
    units = UNITS[encoding]
    assert found == lsp.Range(
        lsp.Position(1, units(line[:start])), lsp.Position(1, units(line[: start + 2]))
    )


MOST = 1_000_000
"""Bytes: more than the names of words seen, which a matcher keeps 32,768 of at most; a copy of the
document kept by each edit would be twenty times that."""


def test_memory_stays_where_it_is_over_ten_thousand_edits(tmp_path: Path) -> None:
    """What 8,000 edits leave behind, one in ten with a hover and a completion after it."""
    (tmp_path / "notes").mkdir()
    note = "# 파드\n\n파드(Pod)는 컨테이너를 묶은 배포 단위이다.\n"
    (tmp_path / "notes" / "pod.md").write_text(note, "utf-8")
    settings = Settings(indexes=tmp_path / "indexes")
    ingest([tmp_path / "notes"], settings)
    view = View(Kgraph(settings))
    dice = random.Random(11)
    utf16 = lsp.PositionEncodingKind.Utf16
    uri, whole = "file:///a.md", lsp.TextDocumentContentChangeWholeDocument(text="파드\n")
    workspace = Texts(None, lsp.TextDocumentSyncKind.Incremental, [], utf16)
    workspace.put_text_document(lsp.TextDocumentItem(uri, "markdown", 0, "파드\n"))
    held: dict[int, int] = {}
    tracemalloc.start()
    try:
        for edit in range(1, 10_001):
            doc = workspace.get_text_document(uri)
            text = doc.source
            start = dice.randint(0, len(text))
            end = min(len(text), start + dice.choice([0, 0, 1, 5, 60]))
            if "\r\n" not in (text[start - 1 : start + 1], text[end - 1 : end + 1]):
                new = "".join(dice.choice(PIECES) for _ in range(dice.randint(0, 12)))
                where = lsp.Range(position(text, start, utf16), position(text, end, utf16))
                change = lsp.TextDocumentContentChangePartial(range=where, text=new)
                version = lsp.VersionedTextDocumentIdentifier(edit, uri)
                workspace.update_text_document(version, change if len(text) < 3000 else whole)
            if edit % 10 == 0:
                at = position(doc.source, dice.randint(0, len(doc.source)), utf16)
                features.hover(view, doc, at)
                features.completion(view, doc, at, Insert.WIKILINK)
            if edit % 2000 == 0:
                gc.collect()
                held[edit] = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert held[10_000] - held[2000] < MOST, held
