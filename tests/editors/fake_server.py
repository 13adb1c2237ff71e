"""A language server of one answer each: what a client's settings do is seen without an index."""

from __future__ import annotations

import json
import sys
from typing import Any

LABEL = {"label": "파드"}
CAPABILITIES = {
    "textDocumentSync": 1,
    "hoverProvider": True,
    "completionProvider": {"triggerCharacters": ["["]},
    "codeActionProvider": True,
}


def answer(method: str, params: dict[str, Any]) -> Any:
    """The result of a request; everything is about the first two characters of line 3."""
    if method == "initialize":
        return {"capabilities": CAPABILITIES}
    if method == "textDocument/hover":
        return {"contents": {"kind": "markdown", "value": "**파드** (Pod)"}}
    if method == "textDocument/completion":
        return {"isIncomplete": False, "items": [LABEL]}
    if method == "textDocument/codeAction":
        where = {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 2}}
        edit = {"range": where, "newText": "[[파드]]"}
        changes = {params["textDocument"]["uri"]: [edit]}
        return [{"title": "link [[파드]]", "kind": "quickfix", "edit": {"changes": changes}}]
    return None


def main() -> None:
    """Answer until stdin ends."""
    while header := sys.stdin.buffer.readline():
        size = int(header.split(b":")[1])
        while sys.stdin.buffer.readline().strip():
            pass
        message = json.loads(sys.stdin.buffer.read(size))
        if "id" not in message or "method" not in message:
            if message.get("method") == "exit":
                return
            continue
        result = answer(message["method"], message.get("params") or {})
        body = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode()
        sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
