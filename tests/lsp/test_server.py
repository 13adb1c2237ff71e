"""The language server as an editor meets it: a process, JSON-RPC over stdio, unsaved text."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from kgraph.config import Settings
from kgraph.pipeline.ingest import ingest
from kgraph.resolution.overrides import load_overrides

ALIAS = "kgraph.addAlias"
POD = """---
title: 파드 정리
date: 2024-05-01
tags: [kubernetes]
---
# 파드 정리

파드(Pod)는 컨테이너를 묶은 배포 단위이다.
Deployment는 파드를 생성한다.
"""
NODE = """---
title: 노드 정리
date: 2023-01-02
---
# 노드 정리

노드는 파드를 실행한다. Kubernetes는 Docker를 사용하지 않는다.
"""
DRAFT = """# 초안

🙂 파드를 쓴다. 쿠버네티스
[[파드 정리]]
Kubernetes는 Docker를 사용한다.
""".replace("\n", "\r\n")


class Editor:
    """A client that waits for each answer; what the server says in between is kept."""

    def __init__(self, arguments: list[str], cwd: Path, encoding: str = "utf-16") -> None:
        root = str(Path(__file__).parents[2])
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from kgraph.cli import main; main()", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": root},
        )
        self._to: IO[bytes] | None = self._process.stdin
        self._from: IO[bytes] | None = self._process.stdout
        self._encoding = encoding
        self._number = 0
        self.told: list[dict[str, Any]] = []

    def over_tcp(self, port: int) -> None:
        """Speak over a port from now on, as soon as the server listens there."""
        while True:  # the test's own time limit ends it
            assert self._process.poll() is None, "the server is gone"
            try:
                self._socket = socket.create_connection(("127.0.0.1", port))
                break
            except ConnectionRefusedError:
                continue
        self._to, self._from = self._socket.makefile("wb"), self._socket.makefile("rb")

    def start(self, **options: object) -> dict[str, Any]:
        """Say hello; returns what the server can do."""
        general = {"positionEncodings": [self._encoding]}
        item = {"documentationFormat": ["markdown"]}
        shows = {"hover": {"contentFormat": ["markdown"]}, "completion": {"completionItem": item}}
        asked = {
            "processId": None,
            "rootUri": None,
            "capabilities": {"general": general, "textDocument": shows},
            "initializationOptions": options,
        }
        result: dict[str, Any] = self.ask("initialize", asked)["capabilities"]
        self.tell("initialized", {})
        return result

    def open(self, uri: str, text: str) -> None:
        """Open a document."""
        item = {"uri": uri, "languageId": "markdown", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": item})

    def at(self, method: str, uri: str, line: int, column: int, **more: object) -> Any:
        """Ask about a place in a document."""
        place = {"line": line, "character": column}
        return self.ask(method, {"textDocument": {"uri": uri}, "position": place, **more})

    def ask(self, method: str, params: object) -> Any:
        """Send a request; its result, or its error as a dictionary."""
        return self.answer(self.request(method, params))

    def request(self, method: str, params: object) -> int:
        """Send a request; its number."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        return self._number

    def answer(self, number: int) -> Any:
        """The result of a request, or its error as a dictionary."""
        for i, message in enumerate(self.told):
            if message.get("id") == number:
                found = self.told.pop(i)
                break
        else:
            found = self._until(lambda message: message.get("id") == number)
        return found["error"] if "error" in found else found["result"]

    def tell(self, method: str, params: object) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def wait(self, method: str) -> dict[str, Any]:
        """The next notification of a kind, one that came already included."""
        for i, message in enumerate(self.told):
            if message.get("method") == method:
                found: dict[str, Any] = self.told.pop(i)["params"]
                return found
        params: dict[str, Any] = self._until(lambda m: m.get("method") == method)["params"]
        return params

    def send_raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        assert self._to is not None
        self._to.write(data)
        self._to.flush()

    def hang_up(self) -> None:
        """End without a word, as an editor that crashes."""
        assert self._to is not None
        self._to.close()

    def close(self) -> int:
        """Say goodbye; the exit status."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        return self.wait_for_end()

    def wait_for_end(self) -> int:
        """Its exit status."""
        return self._process.wait(30)

    def kill(self) -> None:
        """End it if it runs."""
        self._process.kill()
        self._process.wait()

    def _send(self, message: dict[str, object]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.send_raw(b"Content-Length: %d\r\n\r\n" % len(data) + data)

    def _until(self, wanted: Any) -> dict[str, Any]:
        assert self._from is not None
        while True:
            size = 0
            while (line := self._from.readline()) != b"\r\n":
                assert line, "the server is gone"
                if line.lower().startswith(b"content-length:"):
                    size = int(line.split(b":")[1])
            message: dict[str, Any] = json.loads(self._from.read(size))
            if wanted(message):
                return message
            self.told.append(message)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "notes").mkdir()
    (folder / "notes" / "pod.md").write_text(POD, "utf-8")
    (folder / "notes" / "node.md").write_text(NODE, "utf-8")
    ingest([folder / "notes"], Settings(indexes=folder / "indexes"))
    return folder


@pytest.fixture(scope="module")
def editor(home: Path) -> Iterator[Editor]:
    found = Editor(["lsp"], home)
    found.start(codeLens=True, inlayHints=True, ingestOnSave=False)
    found.open(uri(home), DRAFT)
    yield found
    found.kill()


def uri(home: Path, name: str = "draft.md") -> str:
    return (home / "notes" / name).as_uri()


def span(line: int, start: int, end: int) -> dict[str, dict[str, int]]:
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}


def test_it_says_what_it_can(home: Path) -> None:
    editor = Editor(["lsp"], home)
    able = editor.start()
    assert {name for name, value in able.items() if name.endswith("Provider") and value} == {
        *("hoverProvider", "completionProvider", "definitionProvider", "referencesProvider"),
        *("workspaceSymbolProvider", "documentLinkProvider", "codeActionProvider"),
        *("codeLensProvider", "inlayHintProvider", "executeCommandProvider"),
    }
    assert able["textDocumentSync"]["change"] == 2
    assert editor.close() == 0


def test_hover_shows_the_card_of_what_stands_there(editor: Editor, home: Path) -> None:
    found = editor.at("textDocument/hover", uri(home), 2, 3)
    assert found["range"] == span(2, 3, 5)  # the smiley is two units of UTF-16
    text = found["contents"]["value"]
    assert text.startswith(
        "**파드** (Pod) · resource\n\n파드(Pod)는 컨테이너를 묶은 배포 단위이다."
    )
    assert "“Deployment는 파드를 생성한다.” — 파드 정리" in text
    assert f"[파드 정리]({(home / 'notes' / 'pod.md').as_uri()}) (2024-05-01)" in text
    assert editor.at("textDocument/hover", uri(home), 2, 9) is None


@pytest.mark.parametrize(("encoding", "start"), [("utf-8", 5), ("utf-32", 2)])
def test_positions_are_counted_as_the_client_counts(home: Path, encoding: str, start: int) -> None:
    other = Editor(["lsp"], home, encoding)
    assert other.start()["positionEncoding"] == encoding
    other.open(uri(home), DRAFT)
    found = other.at("textDocument/hover", uri(home), 2, start)
    size = len("파드".encode()) if encoding == "utf-8" else 2
    assert found["range"] == span(2, start, start + size)
    other.kill()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_decomposed_hangul_behind_emoji_and_crlf_has_its_place(home: Path, encoding: str) -> None:
    def units(text: str) -> int:
        codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
        return len(text.encode(codec)) // {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]

    before, pod = "👩‍💻 가나 ", unicodedata.normalize("NFD", "파드")
    line = f"{before}{pod}를 쓴다"
    other = Editor(["lsp"], home, encoding)
    other.start()
    other.open(uri(home), f"첫 줄 🙂\r\n{line}\r\n")
    first, last = units(before), units(before + pod)
    for column in (first, first + units(pod[:2])):
        found = other.at("textDocument/hover", uri(home), 1, column)
        assert found["range"] == span(1, first, last)
    (link, *_) = other.ask(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": uri(home)},
            "range": span(1, first, first),
            "context": {"diagnostics": []},
        },
    )
    (edit,) = link["edit"]["changes"][uri(home)]
    assert edit == {"range": span(1, first, last), "newText": f"[[파드|{pod}]]"}
    other.kill()


def test_completion_is_found_by_either_language(editor: Editor, home: Path) -> None:
    editor.open(uri(home, "x.md"), "pod\n[[po]]\n[[노드 정\n파드가")
    word = editor.at("textDocument/completion", uri(home, "x.md"), 0, 3)["items"]
    assert (word[0]["label"], word[0]["filterText"]) == ("파드", "Pod")
    assert word[0]["textEdit"] == {"range": span(0, 0, 3), "newText": "[[파드]]"}
    inside = editor.at("textDocument/completion", uri(home, "x.md"), 1, 4)["items"]
    assert inside[0]["textEdit"] == {"range": span(1, 2, 6), "newText": "파드]]"}
    assert inside[0]["filterText"] == "Pod"
    post = editor.at("textDocument/completion", uri(home, "x.md"), 2, 6)["items"]
    assert [item["label"] for item in post] == ["노드 정리"]
    told = editor.ask("completionItem/resolve", word[0])["documentation"]["value"]
    assert told.startswith("**파드** (Pod)")
    assert "documentation" not in word[0]


@pytest.mark.parametrize(
    ("insert", "text"), [("label", "파드"), ("md", "[파드](pod.md)"), ("nonsense", "[[파드]]")]
)
def test_what_is_inserted_is_a_setting(home: Path, insert: str, text: str) -> None:
    other = Editor(["lsp"], home)
    other.start(insert=insert)
    other.open(uri(home), "pod")
    item = other.at("textDocument/completion", uri(home), 0, 3)["items"][0]
    assert item["textEdit"]["newText"] == text
    other.kill()


def test_definitions_and_mentions_are_found_in_their_files(editor: Editor, home: Path) -> None:
    (place,) = editor.at("textDocument/definition", uri(home), 2, 3)
    assert place == {"uri": uri(home, "pod.md"), "range": span(7, 0, 26)}
    context = {"includeDeclaration": True}
    found = editor.at("textDocument/references", uri(home), 2, 3, context=context)
    lines = {
        name: (home / "notes" / name).read_text("utf-8").split("\n")
        for name in ("pod.md", "node.md")
    }
    assert len(found) >= 4
    for place in found:
        name = place["uri"].rsplit("/", 1)[-1]
        first, last = place["range"]["start"], place["range"]["end"]
        text = lines[name][first["line"]][first["character"] : last["character"]]
        assert text in ("파드", "Pod")


def test_links_lead_to_files_and_symbols_to_posts(editor: Editor, home: Path) -> None:
    links = editor.ask("textDocument/documentLink", {"textDocument": {"uri": uri(home)}})
    assert links == [{"range": span(3, 0, 9), "target": uri(home, "pod.md")}]
    found = editor.ask("workspace/symbol", {"query": "노드 정"})
    assert [(s["name"], s["location"]["uri"]) for s in found] == [
        ("노드 정리", uri(home, "node.md"))
    ]


def test_code_actions_link_define_ignore_and_relate(editor: Editor, home: Path) -> None:
    where = {
        "textDocument": {"uri": uri(home)},
        "range": span(2, 3, 3),
        "context": {"diagnostics": []},
    }
    link, define, ignore, related = editor.ask("textDocument/codeAction", where)
    assert link["edit"]["changes"][uri(home)] == [{"range": span(2, 3, 5), "newText": "[[파드]]"}]
    (quote,) = define["edit"]["changes"][uri(home)]
    assert quote["newText"] == "\r\n> 파드(Pod)는 컨테이너를 묶은 배포 단위이다.\r\n"
    assert quote["range"] == span(5, 0, 0) | {"end": {"line": 5, "character": 0}}  # not in between
    assert "edit" not in related
    (listed,) = editor.ask("codeAction/resolve", related)["edit"]["changes"][uri(home)]
    assert listed["range"] == span(5, 0, 0) | {"end": {"line": 5, "character": 0}}
    assert listed["newText"].startswith("\r\n관련 글\r\n\r\n- [[")
    command = ignore["command"]
    editor.ask("workspace/executeCommand", {k: command[k] for k in ("command", "arguments")})
    assert 'ignore = ["파드"]' in (home / "kgraph-aliases.toml").read_text("utf-8")
    (home / "kgraph-aliases.toml").unlink()


def test_a_selected_name_becomes_an_alias(editor: Editor, home: Path) -> None:
    editor.open(uri(home, "alias.md"), "쿠버넷티스를 쓴다")
    found = editor.ask(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": uri(home, "alias.md")},
            "range": span(0, 0, 5),
            "context": {"diagnostics": []},
        },
    )
    (command,) = [a["command"] for a in found if a.get("command", {}).get("command") == ALIAS]
    label = command["arguments"][0]
    assert command["arguments"] == [label, "쿠버넷티스"]
    assert label in ("쿠버네티스", "Kubernetes")
    editor.ask("workspace/executeCommand", {k: command[k] for k in ("command", "arguments")})
    saved = load_overrides(home / "kgraph-aliases.toml")
    assert [set(names) for names in saved.merge] == [{label, "쿠버넷티스"}]
    (home / "kgraph-aliases.toml").unlink()


def test_what_is_opt_in_is_there_when_it_is_asked_for(editor: Editor, home: Path) -> None:
    document = {"textDocument": {"uri": uri(home)}}
    editor.open(uri(home, "h.md"), "# 파드\n\n파드는 좋다.")
    lenses = editor.ask("textDocument/codeLens", {"textDocument": {"uri": uri(home, "h.md")}})
    assert [lens["command"]["title"] for lens in lenses] == ["파드: 글 2 posts"]
    hints = editor.ask(
        "textDocument/inlayHint",
        document | {"range": span(0, 0, 0) | {"end": {"line": 4, "character": 0}}},
    )
    assert {"position": {"line": 2, "character": 5}, "label": " (Pod)"} in hints


def test_hints_show_what_is_unlinked_and_what_contradicts(home: Path) -> None:
    other = Editor(["lsp"], home)
    other.start(diagnostics=True, contradictions=True, ingestOnSave=False)
    other.open(uri(home), DRAFT)
    found = other.wait("textDocument/publishDiagnostics")["diagnostics"]
    said = {(d["range"]["start"]["line"], d["message"]) for d in found}
    assert (2, "파드: 링크가 없습니다 / known, not linked") in said
    against = [message for line, message in said if line == 4 and "contradicts" in message]
    assert len(against) == 1
    assert "“Kubernetes는 Docker를 사용한다.”" in against[0]
    assert "“Kubernetes는 Docker를 사용하지 않는다.” (노드 정리)" in against[0]
    other.kill()


def test_the_command_for_plugins_returns_what_is_related(editor: Editor, home: Path) -> None:
    for asked in ("파드", {"text": "파드"}, {"uri": uri(home)}):
        params = {"command": "kgraph.related", "arguments": [asked]}
        found = editor.ask("workspace/executeCommand", params)
        assert set(found) == {"concepts", "posts"}
        assert found["posts"]


def test_it_serves_a_port_as_well(home: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    other = Editor(["lsp", "--tcp", str(port)], home)
    other.over_tcp(port)
    other.start()
    other.open(uri(home), DRAFT)
    assert other.at("textDocument/hover", uri(home), 2, 3)["range"] == span(2, 3, 5)
    other.kill()


def test_unsaved_text_counts(editor: Editor, home: Path) -> None:
    editor.open(uri(home, "u.md"), "아무 말\n")
    change = {"range": span(0, 0, 4), "text": "노드와 가"}
    document = {"uri": uri(home, "u.md"), "version": 2}
    editor.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
    assert editor.at("textDocument/hover", uri(home, "u.md"), 0, 1)["range"] == span(0, 0, 2)


def test_saving_brings_the_index_up_to_date(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    note = tmp_path / "notes" / "a.md"
    note.write_text("# 노트\n\n노드는 파드를 실행한다.\n", "utf-8")
    ingest([tmp_path / "notes"], Settings(indexes=tmp_path / "indexes"))
    editor = Editor(["lsp"], tmp_path)
    editor.start()
    editor.open(note.as_uri(), "크로스플레인은 좋다")
    assert editor.at("textDocument/hover", note.as_uri(), 0, 2) is None
    note.write_text("# 노트\n\n크로스플레인(Crossplane)은 클라우드를 관리한다.\n", "utf-8")
    editor.tell("textDocument/didSave", {"textDocument": {"uri": note.as_uri()}})
    found = None
    while found is None:  # the test's own time limit ends it
        found = editor.at("textDocument/hover", note.as_uri(), 0, 2)
    assert "Crossplane" in found["contents"]["value"]
    editor.kill()


def test_a_missing_index_is_a_message(tmp_path: Path) -> None:
    editor = Editor(["lsp"], tmp_path)
    editor.start()
    editor.open(uri(tmp_path), "파드")
    assert editor.at("textDocument/hover", uri(tmp_path), 0, 0) is None
    assert "kgraph ingest" in editor.wait("window/showMessage")["message"]
    assert editor.at("textDocument/completion", uri(tmp_path), 0, 2)["items"] == []
    assert editor.close() == 0


def test_nothing_that_is_sent_ends_the_server(home: Path) -> None:
    editor = Editor(["lsp"], home)
    editor.start()
    for body in (b"{", b"[]", b"null", b'{"jsonrpc":"2.0","id":7,"method":5}', b"\xff\xfe\x00"):
        editor.send_raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    editor.tell("$/cancelRequest", {"id": 12345})
    editor.open(
        uri(home, "b.md"), "\x00\x01\udfff".encode("utf-16", "surrogatepass").decode("latin-1")
    )
    editor.open(uri(home, "big.md"), "파드 노드 쿠버네티스\n" * 700_000)  # about 20 MB
    for line, column in ((0, 0), (699_999, 1), (10**9, 10**9)):
        editor.at("textDocument/hover", uri(home, "big.md"), line, column)
        editor.at("textDocument/completion", uri(home, "b.md"), line, column)
    assert editor.at("textDocument/hover", uri(home, "big.md"), 5, 0)["range"] == span(5, 0, 2)
    assert "error" not in str(
        editor.ask(
            "textDocument/documentLink", {"textDocument": {"uri": uri(home, "never-opened.md")}}
        )
    )
    assert editor.ask("no/such", {})["code"] == -32601
    assert editor.at("textDocument/hover", uri(home, "big.md"), 5, 0) is not None
    editor.kill()


def test_cancelled_and_out_of_order_messages_are_answered_or_refused(home: Path) -> None:
    editor = Editor(["lsp"], home)
    place = {"textDocument": {"uri": uri(home)}, "position": {"line": 0, "character": 0}}
    assert "code" in editor.ask("textDocument/hover", place)  # nothing was said of who asks
    editor.start()
    change = {"textDocument": {"uri": uri(home), "version": 9}, "contentChanges": [{"text": "x"}]}
    editor.tell("textDocument/didChange", change)  # of a document that was never opened
    editor.tell("textDocument/didClose", {"textDocument": {"uri": uri(home, "none.md")}})
    editor.open(uri(home), "파드\n")
    editor.open(uri(home), "노드\n파드\n")  # a second time
    numbers = [
        editor.request("textDocument/hover", place | {"position": {"line": 1, "character": 0}})
        for _ in range(20)
    ]
    for number in numbers[::2]:
        editor.tell("$/cancelRequest", {"id": number})
    answers = {number: editor.answer(number) for number in reversed(numbers)}
    for number in numbers[1::2]:
        assert answers[number]["range"] == span(1, 0, 2)
    for number in numbers[::2]:  # it may have been answered by then
        assert answers[number].get("code") == -32800 or answers[number]["range"] == span(1, 0, 2)
    old = {"range": span(0, 0, 0), "text": "a"}
    document = {"uri": uri(home), "version": -5}
    editor.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [old]})
    assert editor.at("textDocument/hover", uri(home), 1, 0)["range"] == span(1, 0, 2)
    editor.tell("textDocument/didClose", {"textDocument": {"uri": uri(home)}})
    editor.at("textDocument/hover", uri(home), 1, 0)
    editor.ask("shutdown", None)
    assert editor.ask("textDocument/hover", place)["code"] == -32600  # too late
    editor.tell("exit", None)
    assert editor.wait_for_end() == 0


def chosen(editor: Editor, uri: str, line: int, column: int, **context: object) -> list[Any]:
    """The actions offered at a place."""
    params = {"textDocument": {"uri": uri}, "range": span(line, column, column)}
    found: list[Any] = editor.ask(
        "textDocument/codeAction", params | {"context": {"diagnostics": [], **context}}
    )
    return found


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """``text`` after one edit at a place (BMP only)."""
    (edit,) = edits
    lines = [*text.splitlines(keepends=True), ""]
    at = edit["range"]["start"]
    start = sum(len(line) for line in lines[: at["line"]]) + at["character"]
    return f"{text[:start]}{edit['newText']}{text[start:]}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("파드는\n좋다.\n\n끝", "파드는\n좋다.\n\n> {d}\n\n끝"),
        ("파드는\n# 다음\n", "파드는\n\n> {d}\n\n# 다음\n"),
        ("파드는\r\n좋다.\r\n", "파드는\r\n좋다.\r\n\r\n> {d}\r\n"),
        ("파드는 좋다.", "파드는 좋다.\n\n> {d}\n"),
    ],
)
def test_a_definition_is_a_paragraph_of_its_own(
    editor: Editor, home: Path, before: str, after: str
) -> None:
    name = uri(home, f"paragraph{hash(before)}.md")
    editor.open(name, before)
    (define,) = [x for x in chosen(editor, name, 0, 0) if "definition" in x["title"]]
    text = applied(before, define["edit"]["changes"][name])
    assert text == after.format(d="파드(Pod)는 컨테이너를 묶은 배포 단위이다.")


def test_no_link_is_offered_in_a_link_or_in_code(editor: Editor, home: Path) -> None:
    name = uri(home, "closed.md")
    line = "[파드](a.md) `파드` [[파드]] https://a.example/파드 파드"
    editor.open(name, line)
    places = [i for i in range(len(line)) if line.startswith("파드", i)]
    offered = [
        i for i in places if any(x["title"].startswith("link") for x in chosen(editor, name, 0, i))
    ]
    assert offered == places[-1:]


def test_related_notes_are_put_at_the_end_of_the_section(editor: Editor, home: Path) -> None:
    name = uri(home, "section.md")
    text = "# 파드\n\n```sh\n# 파드를 만든다\nkubectl\n```\n\n파드\n\n# 노드\n"
    editor.open(name, text)
    (action,) = chosen(editor, name, 7, 0, only=["refactor.inline"])
    (edit,) = editor.ask("codeAction/resolve", action)["edit"]["changes"][name]
    assert edit["range"]["start"] == {"line": 9, "character": 0}  # not before a comment in code


def test_links_are_what_the_setting_says(home: Path) -> None:
    other = Editor(["lsp"], home)
    other.start(insert="md", ingestOnSave=False)
    name = uri(home, "md.md")
    other.open(name, "파드를 쓴다\n")
    link, *_, related = chosen(other, name, 0, 0)
    assert link["edit"]["changes"][name][0]["newText"] == "[파드](pod.md)"
    (edit,) = other.ask("codeAction/resolve", related)["edit"]["changes"][name]
    assert "- [파드 정리](pod.md)" in edit["newText"]
    assert "[[" not in edit["newText"]
    other.kill()


def test_hints_follow_the_typing_and_go_with_the_document(home: Path) -> None:
    other = Editor(["lsp"], home)
    other.start(diagnostics=True, contradictions=True, ingestOnSave=False)
    name = uri(home, "typed.md")
    other.open(name, "Kubernetes는 Docker를 사용한다.\n")
    while not (first := denials(other)):
        continue
    assert first == [0]
    change = {"range": span(0, 0, 0), "text": "파드\n\n"}
    document = {"uri": name, "version": 2}
    other.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
    while (told := other.wait("textDocument/publishDiagnostics")).get("version") != 2:
        continue
    lines = {
        (d["range"]["start"]["line"], "contradicts" in d["message"]) for d in told["diagnostics"]
    }
    assert {(0, False), (2, True)} <= lines
    other.tell("textDocument/didClose", {"textDocument": {"uri": name}})
    while other.wait("textDocument/publishDiagnostics")["diagnostics"]:
        continue
    other.kill()


def denials(editor: Editor) -> list[int]:
    """The lines of the next hints that something is denied at."""
    told = editor.wait("textDocument/publishDiagnostics")["diagnostics"]
    return [d["range"]["start"]["line"] for d in told if "contradicts" in d["message"]]


def test_places_in_decomposed_notes_are_where_the_file_has_them(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    note = unicodedata.normalize(
        "NFD", "# 파드\n\n가나다 파드(Pod)는 단위이다. 노드는 파드를 쓴다.\n"
    )
    (tmp_path / "notes" / "pod.md").write_bytes(note.replace("\n", "\r\n").encode())
    ingest([tmp_path / "notes"], Settings(indexes=tmp_path / "indexes"))
    editor = Editor(["lsp"], tmp_path)
    editor.start()
    editor.open(uri(tmp_path), "파드")
    context = {"includeDeclaration": True}
    found = editor.at("textDocument/references", uri(tmp_path), 0, 0, context=context)
    lines = note.split("\n")
    named = [
        lines[x["range"]["start"]["line"]][
            x["range"]["start"]["character"] : x["range"]["end"]["character"]
        ]
        for x in found
    ]
    pod = unicodedata.normalize("NFD", "파드")
    assert sorted(set(named)) == sorted({pod, "Pod"})
    assert named.count(pod) == 3
    editor.kill()


def test_a_line_of_many_megabytes_is_read_around_the_cursor(editor: Editor, home: Path) -> None:
    name = uri(home, "long.md")
    text = "가 " * 5_000_000 + "파드를 쓴다"
    editor.open(name, text)
    at = text.index("파드")
    assert editor.at("textDocument/hover", name, 0, at)["range"] == span(0, at, at + 2)
    assert editor.at("textDocument/completion", name, 0, at + 2)["items"]
    assert chosen(editor, name, 0, at)[0]["title"] == "link [[파드]]"
    editor.tell("textDocument/didClose", {"textDocument": {"uri": name}})


@pytest.mark.parametrize("break_", ["\x0c", "\u2028", "\x85", "\x1c"])
def test_only_line_ends_end_lines(editor: Editor, home: Path, break_: str) -> None:
    name = uri(home, f"break{ord(break_)}.md")
    editor.open(name, f"가{break_}나\n파드\n")
    assert editor.at("textDocument/hover", name, 1, 0)["range"] == span(1, 0, 2)


def test_documents_without_a_file_are_documents(editor: Editor, home: Path) -> None:
    for name in ("untitled:Untitled-1", "vscode-notebook-cell:/a#b", "git:/a/b.md?x", "x", ""):
        editor.open(name, "파드를 쓴다\n")
        assert editor.at("textDocument/hover", name, 0, 0)["range"] == span(0, 0, 2)
        assert len(chosen(editor, name, 0, 0)) == 4
        editor.at("textDocument/definition", name, 0, 0)
        editor.tell("textDocument/didSave", {"textDocument": {"uri": name}})
    assert editor.at("textDocument/hover", uri(home), 2, 3) is not None


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/hover", {}),
        ("textDocument/hover", None),
        ("textDocument/hover", [1]),
        ("textDocument/completion", {"position": {"line": 2**40, "character": 0}}),
        ("workspace/executeCommand", {"command": "kgraph.related", "arguments": []}),
        ("workspace/executeCommand", {"command": "kgraph.addAlias", "arguments": ["a", ""]}),
        ("workspace/executeCommand", {"command": "kgraph.ignore", "arguments": [" "]}),
        ("workspace/executeCommand", {"command": "none.such"}),
    ],
)
def test_what_does_not_fit_is_refused(editor: Editor, method: str, params: object) -> None:
    assert editor.ask(method, params)["code"] == -32602


def test_what_fits_nothing_is_answered_with_nothing(editor: Editor, home: Path) -> None:
    empty: dict[str, list[object]] = {"concepts": [], "posts": []}
    for asked in (None, 7, {"text": 5}, {"uri": "file:///dev/zero"}, {"uri": "none", "line": -9}):
        params = {"command": "kgraph.related", "arguments": [asked]}
        assert editor.ask("workspace/executeCommand", params) == empty
    for item in ({"label": "x"}, {"label": "x", "data": 7}, {"label": "x", "data": {"post": "n"}}):
        assert editor.ask("completionItem/resolve", item) == item
    action = {"title": "x", "data": {"related": uri(home), "line": "a"}}
    assert "edit" not in editor.ask("codeAction/resolve", action)
    assert editor.ask("workspace/symbol", {"query": "가" * 100_000}) == []
    assert not (home / "kgraph-aliases.toml").exists()


@pytest.mark.parametrize(
    "garbage",
    [
        b"Content-Length: abc\r\n\r\n",
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: 0\r\n\r\n",
        b"hello\r\n\r\n",
        bytes(range(256)) + b"\r\n\r\n",
        b"Content-Length: 200000\r\n\r\n" + b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_garbage_between_messages_is_passed_over(
    editor: Editor, home: Path, garbage: bytes
) -> None:
    editor.send_raw(garbage)
    editor.open(uri(home, "g.md"), "파드\n")
    assert editor.at("textDocument/hover", uri(home, "g.md"), 0, 0)["range"] == span(0, 0, 2)


def test_it_ends_with_its_editor(home: Path) -> None:
    editor = Editor(["lsp"], home)
    editor.start()
    editor.hang_up()
    assert editor.wait_for_end() == 0
