"""Hints at what a draft could link to and at what an earlier note denies, beside the typing.

What is unlinked is looked for a moment after each change, what is denied when a document is opened
or saved: reading its statements takes seconds. Both happen in threads of their own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from lsprotocol import types as lsp

from kgraph.lsp import features
from kgraph.lsp.contradictions import Denial, denied
from kgraph.lsp.options import Options
from kgraph.lsp.places import ranges_of
from kgraph.lsp.text import Document
from kgraph.lsp.view import View

_QUIET = 0.4  # seconds without a change before hints are looked for

Answer = Callable[[Callable[[View], list[lsp.Diagnostic]]], list[lsp.Diagnostic]]


class Diagnostics:
    """The hints of every open document.

    Args:
        options: which hints are wanted.
        document: the text of a document as it is now, by URI.
        answer: runs work over the index; nothing where there is none.
        publish: tells the editor a document's hints, of a version of it.
    """

    def __init__(
        self,
        options: Options,
        document: Callable[[str], Document],
        answer: Answer,
        publish: Callable[[str, int | None, list[lsp.Diagnostic]], None],
    ) -> None:
        self._options = options
        self._document = document
        self._answer = answer
        self._publish = publish
        self._timers: dict[str, threading.Timer] = {}
        self._denied: dict[str, list[Denial]] = {}
        self._open: set[str] = set()
        self._state = threading.Lock()

    def read(self, uri: str) -> None:
        """A document was opened or saved: look for everything."""
        with self._state:
            self._open.add(uri)
        if self._options.contradictions:
            self._later(uri, 0.0, again=True)
        elif self._options.diagnostics:
            self._later(uri, 0.0, again=False)

    def changed(self, uri: str) -> None:
        """A document was changed: look for what is cheap, and keep what still stands there."""
        if self._options.diagnostics or self._denied.get(uri):
            self._later(uri, _QUIET, again=False)

    def closed(self, uri: str) -> None:
        """A document was closed: nothing is hinted at any longer."""
        with self._state:
            self._open.discard(uri)
            self._denied.pop(uri, None)
            timer = self._timers.pop(uri, None)
        if timer is not None:
            timer.cancel()
        if self._options.diagnostics or self._options.contradictions:
            self._publish(uri, None, [])

    def _later(self, uri: str, wait: float, *, again: bool) -> None:
        """Look for hints after ``wait`` seconds; a reading of statements is never put off."""
        timer = threading.Timer(wait, self._look, (uri, again))
        timer.daemon = True
        if not again:
            with self._state:
                before = self._timers.pop(uri, None)
                self._timers[uri] = timer
            if before is not None:
                before.cancel()
        timer.start()

    def _look(self, uri: str, again: bool) -> None:
        now = self._document(uri)
        # A copy: the editor goes on changing the document.
        doc = Document(uri, now.source, now.version, position_codec=now.position_codec)
        if again:
            found: list[Denial] = []

            def read(view: View) -> list[lsp.Diagnostic]:
                found.extend(denied(view, uri, doc.source))
                return []

            self._answer(read)
            with self._state:
                if uri in self._open:
                    self._denied[uri] = found
            if self._document(uri).version != doc.version:  # typed on meanwhile
                return self._look(uri, again=False)
        hints = against(doc, self._denied.get(uri, ()))
        if self._options.diagnostics:
            hints += self._answer(lambda view: features.unlinked(view, doc))
        if uri in self._open:
            self._publish(uri, doc.version, hints)
        return None


def against(doc: Document, denials: Sequence[Denial]) -> list[lsp.Diagnostic]:
    """A hint at each sentence that stands in the document as it was read."""
    found = []
    for denial in denials:
        start = doc.source.find(denial.text) if denial.text else -1
        if start >= 0:
            (place,) = ranges_of(doc, doc.source, [(start, start + len(denial.text))])
            hint = lsp.DiagnosticSeverity.Hint
            found.append(lsp.Diagnostic(place, denial.message, severity=hint, source="kgraph"))
    return found
