"""Incremental edits: the server's text stays the editor's, in every way of counting positions."""

from __future__ import annotations

import gc
import random
import tracemalloc
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.workspace import PositionCodec, TextDocument, Workspace

from kgraph.config import Settings
from kgraph.library import Kgraph
from kgraph.lsp import features
from kgraph.lsp.options import Insert
from kgraph.lsp.places import span
from kgraph.lsp.view import View
from kgraph.pipeline import ingest

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
]
UNITS = {
    lsp.PositionEncodingKind.Utf8: lambda text: len(text.encode()),
    lsp.PositionEncodingKind.Utf16: lambda text: len(text.encode("utf-16-le")) // 2,
    lsp.PositionEncodingKind.Utf32: len,
}


def position(text: str, offset: int, encoding: lsp.PositionEncodingKind) -> lsp.Position:
    """What an editor calls a place in its text."""
    before = text[:offset]
    line = before.count("\n")
    return lsp.Position(line, UNITS[encoding](before[before.rfind("\n") + 1 :]))


@pytest.mark.parametrize("encoding", list(UNITS))
def test_ten_thousand_edits(encoding: lsp.PositionEncodingKind) -> None:
    dice = random.Random(7)
    text = ""
    doc = TextDocument("file:///a.md", text, position_codec=PositionCodec(encoding))
    for _ in range(10_000 // len(UNITS)):
        start = dice.randint(0, len(text))
        end = min(len(text), start + dice.choice([0, 0, 0, 1, 3, 30]))
        if "\r" in (text[start - 1 : start], text[end - 1 : end]):
            continue  # no editor puts its cursor between the two halves of a line's end
        new = "".join(dice.choice(PIECES) for _ in range(dice.randint(0, 3)))
        where = lsp.Range(position(text, start, encoding), position(text, end, encoding))
        doc.apply_change(lsp.TextDocumentContentChangePartial(range=where, text=new))
        text = text[:start] + new + text[end:]
        assert doc.source == text
        if len(text) > 3000:
            whole = lsp.TextDocumentContentChangeWholeDocument(text="")
            doc.apply_change(whole)
            text = ""


@pytest.mark.parametrize("encoding", list(UNITS))
def test_a_span_is_told_as_the_client_counts(encoding: lsp.PositionEncodingKind) -> None:
    line = "🙂 e\u0301 파드를 쓴다"
    doc = TextDocument(
        "file:///a.md", f"첫 줄\r\n{line}\r\n", position_codec=PositionCodec(encoding)
    )
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
    workspace = Workspace(None, lsp.TextDocumentSyncKind.Incremental, [], utf16)
    workspace.put_text_document(lsp.TextDocumentItem(uri, "markdown", 0, "파드\n"))
    held: dict[int, int] = {}
    tracemalloc.start()
    try:
        for edit in range(1, 10_001):
            doc = workspace.get_text_document(uri)
            text = doc.source
            start = dice.randint(0, len(text))
            end = min(len(text), start + dice.choice([0, 0, 1, 5, 60]))
            if "\r" not in (text[start - 1 : start], text[end - 1 : end]):
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
