"""The editor's text as the protocol means it: which characters end a line, and where positions are.

pygls cuts lines as Python does, at form feeds and U+2028 too. Editors do not, and after the first
such character every edit would land on another line than theirs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types as lsp
from pygls.uris import to_fs_path
from pygls.workspace import (
    PositionCodec,
    ServerTextPosition,
    ServerTextRange,
    TextDocument,
    Workspace,
)

_PYTHONS_OWN = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")  # str.splitlines cuts here as well
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_ENDS = ("\n", "\r")
_CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
"""By the protocol's name: how units are made of text, and the bytes of one."""


def _codec(units: PositionCodec) -> tuple[str, int]:
    return _CODECS.get(units.encoding or "", _CODECS["utf-16"])


def cut(text: str) -> list[str]:
    """The lines of ``text``, with their ends; after the last end there is one more, empty line."""
    lines = _LINE.findall(text) if _PYTHONS_OWN.search(text) else text.splitlines(keepends=True)
    return [*lines, ""] if not text or text.endswith(_ENDS) else lines


class Units(PositionCodec):
    """A client's way of counting, at the speed of an encoder: lines may have millions of it."""

    def client_num_units(self, string: str) -> int:
        """How many units of the client's the string has."""
        codec, width = _codec(self)
        return len(string.encode(codec, "surrogatepass")) // width


class Document(TextDocument):
    """A text document whose lines are those of the editor."""

    _cut: tuple[str, list[str]] | None = None

    @property
    def lines(self) -> Sequence[str]:
        """The lines, with their ends; at least one."""
        source = self.source
        if self._cut is None or self._cut[0] is not source:
            self._cut = source, cut(source)
        return self._cut[1]

    def position_from_client_units(self, position: lsp.Position) -> ServerTextPosition:
        """A client's position in code points; the nearest one that there is."""
        lines = self.lines
        if position.line >= len(lines):
            return ServerTextPosition(len(lines) - 1, len(lines[-1]))
        line = lines[max(position.line, 0)].rstrip("\r\n")
        codec, width = _codec(self.position_codec)
        data, end = line.encode(codec, "surrogatepass"), max(position.character, 0) * width
        while codec == "utf-8" and end < len(data) and data[end] & 0xC0 == 0x80:
            end += 1  # inside of a character
        column = len(data[:end].decode(codec, "surrogatepass"))
        return ServerTextPosition(max(position.line, 0), column)

    def range_from_client_units(self, range: lsp.Range) -> ServerTextRange:
        """A client's range in code points."""
        return ServerTextRange(
            self.position_from_client_units(range.start), self.position_from_client_units(range.end)
        )

    def _apply_incremental_change(self, change: lsp.TextDocumentContentChangePartial) -> None:
        where = self.range_from_client_units(change.range)
        start, end = (self.offset_at_server_position(at) for at in (where.start, where.end))
        source = self.source
        self._source = source[:start] + change.text + source[max(start, end) :]


def _on_disk(uri: str) -> str:
    """The text of a document that was never opened; nothing where there is no file of text."""
    path = to_fs_path(uri)
    try:
        return Path(path).read_bytes().decode() if path and Path(path).is_file() else ""
    except (OSError, ValueError):
        return ""


class Texts(Workspace):
    """The documents that an editor has open."""

    @classmethod
    def like(cls, other: Workspace, kind: lsp.TextDocumentSyncKind) -> Texts:
        """An empty one with the root, the folders and the way of counting of ``other``."""
        folders = list(other.folders.values())
        made = cls(other.root_uri, kind, folders, other.position_encoding)
        made._position_codec = Units(other.position_encoding)
        return made

    def _create_text_document(
        self,
        doc_uri: str,
        source: str | None = None,
        version: int | None = None,
        language_id: str | None = None,
    ) -> Document:
        return Document(
            doc_uri,
            _on_disk(doc_uri) if source is None else source,
            version,
            language_id,
            sync_kind=lsp.TextDocumentSyncKind.Incremental,
            position_codec=self.position_codec,
        )
