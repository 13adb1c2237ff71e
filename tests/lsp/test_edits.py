"""Incremental edits: the server's text stays the editor's, in every way of counting positions."""

from __future__ import annotations

import random

import pytest
from lsprotocol import types as lsp
from pygls.workspace import PositionCodec, TextDocument

from kgraph.lsp.places import span

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
