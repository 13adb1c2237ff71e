"""The language server: which feature answers which request. Nothing here blocks typing."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from kgraph.config import Settings
from kgraph.errors import KgraphError
from kgraph.library import Kgraph
from kgraph.lsp import actions, features
from kgraph.lsp.cards import Markdown, Plain, markup
from kgraph.lsp.commands import register
from kgraph.lsp.diagnostics import Diagnostics
from kgraph.lsp.options import Options, read_options
from kgraph.lsp.protocol import Answering
from kgraph.lsp.refresh import Refresher
from kgraph.lsp.text import Document, Texts
from kgraph.lsp.view import View, Views

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Server(LanguageServer):
    """A language server over one index."""

    def __init__(self, settings: Settings) -> None:
        name = version("kgraph") if _installed() else "0"
        super().__init__("kgraph", name, protocol_cls=Answering)
        self.settings = settings
        self.options = Options()
        self.views = Views(lambda: Kgraph(settings))
        self.refresher: Refresher | None = None
        self.diagnostics = self._diagnostics()
        self.hover_form: Markdown = Plain()
        self.item_form: Markdown = Plain()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told: set[str] = set()

    def begin(self, params: lsp.InitializeParams) -> None:
        """Learn what the editor can do and wants."""
        self._loop = asyncio.get_running_loop()
        kind = lsp.TextDocumentSyncKind.Incremental
        self.protocol._workspace = Texts.like(self.workspace, kind)
        self.options = read_options(params.initialization_options)
        self.diagnostics = self._diagnostics()
        able = params.capabilities.text_document
        if able and able.hover:
            self.hover_form = markup(able.hover.content_format)
        if able and able.completion and able.completion.completion_item:
            self.item_form = markup(able.completion.completion_item.documentation_format)

    def answer(self, work: Callable[[View], _T], nothing: _T) -> _T:
        """``work`` over the view; ``nothing``, and a message told once, where there is none.

        A generation may be taken away while it is read; then the next one is asked.
        """
        try:
            view = self.views.get()
            try:
                return work(view)
            except Exception:
                if not view.stale:
                    raise
                return work(self.views.get())
        except KgraphError as error:
            self.tell(f"kgraph: {error}")
            return nothing
        except Exception:  # an editor must not lose its server over one request
            _log.exception("a request failed")
            return nothing

    def tell(self, text: str) -> None:
        """Show a message, each one once."""
        if text not in self._told:
            self._told.add(text)
            kind = lsp.MessageType.Warning
            params = lsp.ShowMessageParams(kind, " ".join(text.split()))
            self._send(lambda: self.window_show_message(params))

    def document(self, uri: str) -> Document:
        """The text of a document as the editor has it, saved or not."""
        found = self.workspace.get_text_document(uri)
        assert isinstance(found, Document)
        return found

    def saved(self, uri: str) -> None:
        """A document was saved: bring the index up to date in the background."""
        path = to_fs_path(uri)
        if not self.options.ingestOnSave or path is None:
            return
        if self.refresher is None:
            nothing: list[str] = []
            sources = self.answer(lambda v: [s.path for s in v.kg.manifest.sources], nothing)
            if not sources:
                return
            self.refresher = Refresher(self.settings.indexes, sources, self._refreshed)
        self.refresher.saved(Path(path))

    def _send(self, message: Callable[[], None]) -> None:
        """Send ``message`` from the one thread that writes to the editor."""
        if threading.current_thread() is threading.main_thread() or self._loop is None:
            message()
        elif not self._loop.is_closed():
            self._loop.call_soon_threadsafe(message)

    def _refreshed(self, wrong: str) -> None:
        if wrong:
            self.tell(f"kgraph: the notes could not be ingested: {wrong}")

    def _diagnostics(self) -> Diagnostics:
        def publish(uri: str, version: int | None, found: list[lsp.Diagnostic]) -> None:
            params = lsp.PublishDiagnosticsParams(uri, found, version)
            self._send(lambda: self.text_document_publish_diagnostics(params))

        return Diagnostics(self.options, self.document, lambda work: self.answer(work, []), publish)


def _installed() -> bool:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        distribution("kgraph")
    except PackageNotFoundError:
        return False
    return True


def make_server(settings: Settings) -> Server:
    """A server over the index of ``settings``, its features registered."""
    server = Server(settings)

    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        server.begin(params)

    @server.feature(lsp.INITIALIZED)
    def initialized(params: lsp.InitializedParams) -> None:
        # The parts that take a second are loaded now, so that the first hover finds them.
        server.answer(lambda view: len(view.named("kgraph")), 0)
        gc.freeze()  # what is loaded stays: the collector need not go through it while one types
        gc.enable()

    @server.feature(lsp.SHUTDOWN)
    def shutdown(params: None) -> None:
        if server.refresher is not None:
            server.refresher.close()

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        server.diagnostics.read(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        server.diagnostics.changed(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        server.diagnostics.closed(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        server.saved(params.text_document.uri)
        server.diagnostics.read(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        doc = server.document(params.text_document.uri)
        form = server.hover_form
        return server.answer(lambda view: features.hover(view, doc, params.position, form), None)

    triggers = lsp.CompletionOptions(trigger_characters=["["], resolve_provider=True)

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, triggers)
    def completion(params: lsp.CompletionParams) -> lsp.CompletionList:
        doc = server.document(params.text_document.uri)
        return server.answer(
            lambda view: features.completion(view, doc, params.position, server.options.insert),
            lsp.CompletionList(is_incomplete=True, items=[]),
        )

    @server.feature(lsp.COMPLETION_ITEM_RESOLVE)
    def resolve(item: lsp.CompletionItem) -> lsp.CompletionItem:
        return server.answer(lambda view: features.resolved(view, item, server.item_form), item)

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def definition(params: lsp.DefinitionParams) -> list[lsp.Location]:
        doc = server.document(params.text_document.uri)
        return server.answer(lambda view: features.definition(view, doc, params.position), [])

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def references(params: lsp.ReferenceParams) -> list[lsp.Location]:
        doc = server.document(params.text_document.uri)
        return server.answer(lambda view: features.references(view, doc, params.position), [])

    @server.feature(lsp.WORKSPACE_SYMBOL)
    def symbols(params: lsp.WorkspaceSymbolParams) -> list[lsp.SymbolInformation]:
        return server.answer(lambda view: features.symbols(view, params.query), [])

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_LINK)
    def links(params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink]:
        doc = server.document(params.text_document.uri)
        return server.answer(lambda view: features.links(view, doc), [])

    kinds = lsp.CodeActionOptions(code_action_kinds=actions.KINDS, resolve_provider=True)

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, kinds)
    def code_actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        doc = server.document(params.text_document.uri)
        insert, only = server.options.insert, params.context.only
        return server.answer(
            lambda view: actions.actions(view, doc, params.range, insert, only), []
        )

    @server.feature(lsp.CODE_ACTION_RESOLVE)
    def resolve_action(action: lsp.CodeAction) -> lsp.CodeAction:
        data = action.data if isinstance(action.data, dict) else {}
        if "related" not in data:
            return action
        doc = server.document(str(data["related"]))
        insert = server.options.insert
        return server.answer(lambda view: actions.with_related(view, doc, action, insert), action)

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    def lenses(params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        doc = server.document(params.text_document.uri)
        if not server.options.codeLens:
            return []
        return server.answer(lambda view: features.lenses(view, doc), [])

    @server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
    def inlay_hints(params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
        doc = server.document(params.text_document.uri)
        if not server.options.inlayHints:
            return []
        return server.answer(lambda view: features.hints(view, doc, params.range), [])

    register(server)
    return server
