"""The language server: which feature answers which request. Nothing here blocks typing."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import msgspec
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

from kgraph.config import Settings
from kgraph.errors import KgraphError
from kgraph.library import Kgraph
from kgraph.lsp import actions, contradictions, features
from kgraph.lsp.options import Options, read_options
from kgraph.lsp.refresh import Refresher
from kgraph.lsp.view import View, Views

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Server(LanguageServer):
    """A language server over one index."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("kgraph", version("kgraph") if _installed() else "0")
        self.settings = settings
        self.options = Options()
        self.views = Views(lambda: Kgraph(settings))
        self.refresher: Refresher | None = None
        self._told: set[str] = set()

    def answer(self, work: Callable[[View], _T], nothing: _T) -> _T:
        """``work`` over the view; ``nothing``, and a message told once, where there is none."""
        try:
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
            self.window_show_message(lsp.ShowMessageParams(kind, " ".join(text.split())))

    def document(self, uri: str) -> TextDocument:
        """The text of a document as the editor has it, saved or not."""
        return self.workspace.get_text_document(uri)

    def hint(self, uri: str) -> None:
        """Publish the hints that are switched on for a document; reading its statements takes
        seconds, so that is done beside everything else."""
        doc = self.document(uri)
        if self.options.contradictions:
            copy = TextDocument(uri, doc.source, position_codec=doc.position_codec)
            Thread(target=self._hint, args=(copy,), daemon=True).start()
        elif self.options.diagnostics:
            self._publish(doc, [])

    def _hint(self, doc: TextDocument) -> None:
        nothing: list[lsp.Diagnostic] = []
        self._publish(doc, self.answer(lambda view: contradictions.denied(view, doc), nothing))

    def _publish(self, doc: TextDocument, found: list[lsp.Diagnostic]) -> None:
        if self.options.diagnostics:
            nothing: list[lsp.Diagnostic] = []
            found = [*found, *self.answer(lambda view: features.unlinked(view, doc), nothing)]
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(doc.uri, found))

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

    def _refreshed(self, wrong: str) -> None:
        if wrong:
            self.tell(f"kgraph: the notes could not be ingested: {wrong}")


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
        server.options = read_options(params.initialization_options)

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
        server.hint(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        server.saved(params.text_document.uri)
        server.hint(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        doc = server.document(params.text_document.uri)
        return server.answer(lambda view: features.hover(view, doc, params.position), None)

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
        return server.answer(lambda view: features.resolved(view, item), item)

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def definition(params: lsp.DefinitionParams) -> list[lsp.Location]:
        doc = server.document(params.text_document.uri)
        return server.answer(lambda view: features.definition(view, doc, params.position), [])

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def references(params: lsp.ReferenceParams) -> list[lsp.Location]:
        doc = server.document(params.text_document.uri)
        return server.answer(lambda view: features.references(view, doc, params.position), [])

    @server.feature(lsp.WORKSPACE_SYMBOL)
    def symbols(params: lsp.WorkspaceSymbolParams) -> list[lsp.WorkspaceSymbol]:
        return server.answer(lambda view: features.symbols(view, params.query), [])

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_LINK)
    def links(params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink]:
        doc = server.document(params.text_document.uri)
        return server.answer(lambda view: features.links(view, doc), [])

    kinds = lsp.CodeActionOptions(
        code_action_kinds=[lsp.CodeActionKind.Refactor], resolve_provider=True
    )

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, kinds)
    def code_actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        doc = server.document(params.text_document.uri)
        insert = server.options.insert
        return server.answer(lambda view: actions.actions(view, doc, params.range, insert), [])

    @server.feature(lsp.CODE_ACTION_RESOLVE)
    def resolve_action(action: lsp.CodeAction) -> lsp.CodeAction:
        data = action.data if isinstance(action.data, dict) else {}
        if "related" not in data:
            return action
        doc = server.document(str(data["related"]))
        return server.answer(lambda view: actions.with_related(view, doc, action), action)

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

    _commands(server)
    return server


def _commands(server: Server) -> None:
    @server.command("kgraph.related")
    def related(asked: Any) -> Any:
        """The JSON of ``kgraph related`` for a text, or for ``{"text"}`` or ``{"uri"}``."""
        given = asked if isinstance(asked, dict) else {"text": str(asked)}
        uri = str(given.get("uri", ""))
        path = to_fs_path(uri) if uri else None
        draft = str(given.get("text", "")) or (server.document(uri).source if uri else "")
        return server.answer(
            lambda view: msgspec.to_builtins(
                view.kg.related(draft, path=Path(path) if path else None)
            ),
            {"concepts": [], "posts": []},
        )

    @server.command("kgraph.addAlias")
    def add_alias(name: str, alias: str) -> None:
        """Let ``alias`` name what ``name`` names, from the next ingest on."""
        from kgraph.resolution.overrides import load_overrides, save_overrides, with_merge

        path = server.settings.aliases
        server.answer(
            lambda _: save_overrides(path, with_merge(load_overrides(path), [name, alias])), None
        )

    @server.command("kgraph.ignore")
    def ignore(name: str) -> None:
        """Let ``name`` name nothing, from the next ingest on."""
        from kgraph.resolution.overrides import load_overrides, save_overrides, with_ignore

        path = server.settings.aliases
        server.answer(lambda _: save_overrides(path, with_ignore(load_overrides(path), name)), None)
