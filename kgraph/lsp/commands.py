"""What an editor may have the server do: tell what is related, keep an alias, ignore a term."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from pygls.exceptions import JsonRpcInvalidParams
from pygls.uris import to_fs_path

from kgraph.draft import section_at

if TYPE_CHECKING:
    from kgraph.lsp.server import Server


def register(server: Server) -> None:
    """Let ``server`` do what its code actions and plugins ask for."""

    @server.command("kgraph.related")
    def related(asked: Any) -> Any:
        """The JSON of ``kgraph related`` for a text, or for ``{"text"}`` or ``{"uri"}``.

        ``line`` (from 0) stands for the section that it is in, ``k`` is how many there are at most.
        """
        given = asked if isinstance(asked, dict) else {"text": asked}
        uri, text = given.get("uri"), given.get("text")
        line, k = given.get("line"), given.get("k", 10)
        draft = text if isinstance(text, str) else ""
        if not draft and isinstance(uri, str):
            draft = server.document(uri).source
        if isinstance(line, int):
            draft = section_at(draft, line + 1)
        path = to_fs_path(uri) if isinstance(uri, str) else None
        file = Path(path) if path else None
        most = min(max(k, 1), 100) if isinstance(k, int) else 10
        return server.answer(
            lambda view: msgspec.to_builtins(view.kg.related(draft, k=most, path=file)),
            {"concepts": [], "posts": []},
        )

    @server.command("kgraph.addAlias")
    def add_alias(name: str, alias: str) -> None:
        """Let ``alias`` name what ``name`` names, from the next ingest on."""
        from kgraph.resolution.overrides import load_overrides, save_overrides, with_merge

        path, names = server.settings.aliases, _names(name, alias)
        server.answer(lambda _: save_overrides(path, with_merge(load_overrides(path), names)), None)

    @server.command("kgraph.ignore")
    def ignore(name: str) -> None:
        """Let ``name`` name nothing, from the next ingest on."""
        from kgraph.resolution.overrides import load_overrides, save_overrides, with_ignore

        path, (named,) = server.settings.aliases, _names(name)
        server.answer(
            lambda _: save_overrides(path, with_ignore(load_overrides(path), named)), None
        )


def _names(*given: object) -> list[str]:
    """Arguments of a command that have to be names.

    Raises:
        JsonRpcInvalidParams: one is none; the client is told.
    """
    names = [name.strip() for name in given if isinstance(name, str) and name.strip()]
    if len(names) < len(given):
        raise JsonRpcInvalidParams("names are strings that are not empty")
    return names
