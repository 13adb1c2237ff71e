"""Every feature as the editors that people use ask for it: with their capabilities, by pytest-lsp.

pytest-lsp checks each answer against what the client said that it can do; test_server.py, whose
client speaks bytes, sees what goes over the wire and sends what no client would.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from kgraph.config import Settings
from kgraph.pipeline.ingest import ingest
from kgraph.resolution.overrides import load_overrides

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.filterwarnings("error::pytest_lsp.LspSpecificationWarning"),
]

CLIENTS = ("neovim@0.7", "neovim@0.11", "emacs", "visual-studio-code")
POD = """---
title: 파드 정리
date: 2024-05-01
---
# 파드 정리

파드(Pod)는 컨테이너를 묶은 배포 단위이다.
Deployment는 파드를 생성한다.
"""
NODE = "# 노드 정리\n\n노드는 파드를 실행한다. Kubernetes는 Docker를 사용하지 않는다.\n"
DRAFT = """# 파드

🙂 pod를 쓴다, 쿠버넷티스도
[[파드 정리]]

Kubernetes는 Docker를 사용한다.
"""
BEGINS: dict[LanguageClient, int] = {}
COUNT = {"utf-16": 3, "utf-8": 5, "utf-32": 2}  # where pod begins, after a smiley


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clients")
    (folder / "notes").mkdir()
    (folder / "notes" / "pod.md").write_text(POD, "utf-8")
    (folder / "notes" / "node.md").write_text(NODE, "utf-8")
    ingest([folder / "notes"], Settings(indexes=folder / "indexes"))
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=CLIENTS)
async def client(request: pytest.FixtureRequest, home: Path) -> AsyncIterator[LanguageClient]:
    code = "from kgraph.cli import main; main()"
    command = [sys.executable, "-c", code, "--indexes", str(home / "indexes"), "lsp"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    client = await ClientServerConfig(command, server_env=environment).start()
    assert isinstance(client, LanguageClient)
    wanted = {"diagnostics": True, "contradictions": True, "codeLens": True, "inlayHints": True}
    able = client_capabilities(request.param)
    asked = lsp.InitializeParams(able, initialization_options=wanted | {"ingestOnSave": False})
    begun = await client.initialize_session(asked)
    encoding = begun.capabilities.position_encoding or lsp.PositionEncodingKind.Utf16
    BEGINS[client] = COUNT[lsp.PositionEncodingKind(encoding).value]
    item = lsp.TextDocumentItem(uri(home), "markdown", 1, DRAFT)
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    yield client
    await client.shutdown_session()


def uri(home: Path, name: str = "draft.md") -> str:
    return (home / "notes" / name).as_uri()


def document(home: Path) -> lsp.TextDocumentIdentifier:
    return lsp.TextDocumentIdentifier(uri(home))


def start(client: LanguageClient) -> int:
    """Where pod begins, as the client counts."""
    return BEGINS[client]


async def test_hover(client: LanguageClient, home: Path) -> None:
    at = lsp.Position(2, start(client))
    found = await client.text_document_hover_async(lsp.HoverParams(document(home), at))
    assert found is not None
    assert found.range == lsp.Range(at, lsp.Position(2, at.character + 3))
    assert isinstance(found.contents, lsp.MarkupContent)
    text = found.contents.value
    assert "파드(Pod)는 컨테이너를 묶은 배포 단위이다." in text
    assert "“Deployment는 파드를 생성한다.” — 파드 정리" in text
    assert "(2024-05-01)" in text
    marked = found.contents.kind is lsp.MarkupKind.Markdown
    assert text.startswith("**파드** (Pod)" if marked else "파드 (Pod)")


async def test_completion_and_its_documentation(client: LanguageClient, home: Path) -> None:
    at = lsp.Position(2, start(client) + 2)
    found = await client.text_document_completion_async(lsp.CompletionParams(document(home), at))
    assert isinstance(found, lsp.CompletionList)
    (item,) = [x for x in found.items if x.label == "파드"]
    assert item.filter_text == "Pod"
    assert item.documentation is None
    told = await client.completion_item_resolve_async(item)
    said = told.documentation
    assert "배포 단위" in (said.value if isinstance(said, lsp.MarkupContent) else str(said))


async def test_navigation(client: LanguageClient, home: Path) -> None:
    at = lsp.Position(2, start(client))
    places = await client.text_document_definition_async(lsp.DefinitionParams(document(home), at))
    assert isinstance(places, list)
    assert [(x.uri, x.range.start.line) for x in places if isinstance(x, lsp.Location)] == [
        (uri(home, "pod.md"), 6)
    ]
    context = lsp.ReferenceContext(include_declaration=True)
    asked = lsp.ReferenceParams(context, document(home), at)
    mentions = await client.text_document_references_async(asked)
    assert mentions is not None
    assert {x.uri for x in mentions} == {uri(home, "pod.md"), uri(home, "node.md")}
    found = await client.workspace_symbol_async(lsp.WorkspaceSymbolParams("노드 정"))
    assert found is not None
    assert [(x.name, x.location.uri) for x in found] == [("노드 정리", uri(home, "node.md"))]
    assert all(isinstance(x.location, lsp.Location) for x in found)
    links = await client.text_document_document_link_async(lsp.DocumentLinkParams(document(home)))
    assert links is not None
    assert [(x.range.start.line, x.target) for x in links] == [(3, uri(home, "pod.md"))]


async def test_the_five_code_actions(client: LanguageClient, home: Path) -> None:
    def asked(first: lsp.Position, last: lsp.Position, *only: str) -> lsp.CodeActionParams:
        kinds = [lsp.CodeActionKind(kind) for kind in only] or None
        context = lsp.CodeActionContext([], only=kinds)
        return lsp.CodeActionParams(document(home), lsp.Range(first, last), context)

    at = lsp.Position(2, start(client))
    found = await client.text_document_code_action_async(asked(at, at))
    assert found is not None
    titles = [action.title for action in found]
    assert [title.split()[0] for title in titles] == ["link", "정의", "무시", "관련"]
    related = found[-1]
    assert isinstance(related, lsp.CodeAction)
    chosen = await client.code_action_resolve_async(related)
    assert chosen.edit is not None
    assert chosen.edit.changes is not None
    (edit,) = chosen.edit.changes[uri(home)]
    assert isinstance(edit, lsp.TextEdit)
    assert edit.new_text.startswith("\n관련 글\n\n- [[")
    only = await client.text_document_code_action_async(asked(at, at, "refactor.inline"))
    assert only is not None
    assert [x.title for x in only] == [related.title]
    assert not await client.text_document_code_action_async(asked(at, at, "quickfix"))

    line = DRAFT.splitlines()[2]
    shift = start(client) - line.index("pod")  # what the smiley counts more than one
    wide = 3 if start(client) == COUNT["utf-8"] else 1  # units of a syllable
    behind = line[line.index("pod") : line.index("쿠버")]
    first = line.index("pod") + shift + len(behind) + (wide - 1) * sum(x > "~" for x in behind)
    span = lsp.Position(2, first), lsp.Position(2, first + 5 * wide)
    named = await client.text_document_code_action_async(asked(*span))
    assert named is not None
    # lsprotocol reads an action that has a command as that command, and loses it.
    assert "별명으로 / add '쿠버넷티스' as an alias of 쿠버네티스" in [x.title for x in named]
    command = lsp.ExecuteCommandParams("kgraph.addAlias", ["쿠버네티스", "쿠버넷티스"])
    await client.workspace_execute_command_async(command)
    file = home / "kgraph-aliases.toml"
    assert "쿠버넷티스" in {name for names in load_overrides(file).merge for name in names}
    file.unlink()


async def test_what_is_opt_in(client: LanguageClient, home: Path) -> None:
    lenses = await client.text_document_code_lens_async(lsp.CodeLensParams(document(home)))
    assert lenses is not None
    assert [x.command.title for x in lenses if x.command] == ["파드: 글 2 posts"]
    whole = lsp.Range(lsp.Position(0, 0), lsp.Position(6, 0))
    hints = await client.text_document_inlay_hint_async(lsp.InlayHintParams(document(home), whole))
    assert hints is not None
    assert " (파드)" not in [x.label for x in hints]  # the heading has said it
    assert " (Pod)" in [x.label for x in hints]
    while not any("contradicts" in x.message for x in client.diagnostics.get(uri(home), ())):
        await client.wait_for_notification("textDocument/publishDiagnostics")
    found = client.diagnostics[uri(home)]
    (against,) = [x.message for x in found if "contradicts" in x.message]
    assert "“Kubernetes는 Docker를 사용한다.”" in against
    assert "“Kubernetes는 Docker를 사용하지 않는다.” (노드 정리)" in against
    assert any("known, not linked" in x.message for x in found)
    assert {x.severity for x in found} == {lsp.DiagnosticSeverity.Hint}


async def test_the_command_for_plugins(client: LanguageClient, home: Path) -> None:
    asked = lsp.ExecuteCommandParams("kgraph.related", [{"uri": uri(home), "line": 2, "k": 1}])
    found = await client.workspace_execute_command_async(asked)
    assert isinstance(found, dict)
    assert len(found["concepts"]) == len(found["posts"]) == 1
