"""The server: five tools that only read, and resources for concept cards.

A mistake of the caller (a query that is refused, a concept that is not there, no index yet) comes
back as a tool error with the sentence that the command line would print.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import unquote

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from kgraph import __version__
from kgraph.config import Settings
from kgraph.errors import KgraphError, NotFoundError
from kgraph.library import Kgraph
from kgraph.mcp_server import answers
from kgraph.mcp_server.desk import Desk

_T = TypeVar("_T")
_READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_INSTRUCTIONS = (
    "The user's own study notes (Korean, with English inside) as a knowledge graph. Every result"
    " carries the sentence of the notes it stands on: quote it, and say so when the notes do not"
    " say (`abstained`). Questions may be in Korean or English. All tools only read."
)

Count = Annotated[int, Field(ge=1, le=100, description="Results at most.")]
Kinds = Annotated[
    list[Literal["passage", "concept", "statement"]] | None,
    Field(description="Only these kinds of result; none: all."),
]
Tags = Annotated[list[str] | None, Field(description="Only notes with one of these tags.")]
Day = Annotated[str, Field(description="ISO date or the start of one: 2024, 2024-03.")]


def make_server(settings: Settings) -> MCPServer:
    """A server over the index of ``settings``, which is opened when it is first asked."""
    desk = Desk(settings)

    @asynccontextmanager
    async def lifespan(_: MCPServer) -> AsyncIterator[None]:
        try:
            yield
        finally:
            desk.close()

    logging.getLogger("mcp").setLevel(logging.WARNING)  # its INFO would fill a client's log
    server = MCPServer("kgraph", instructions=_INSTRUCTIONS, version=__version__, lifespan=lifespan)
    _add_tools(server, desk)
    _add_resources(server, desk)
    return server


def _add_tools(server: MCPServer, desk: Desk) -> None:
    async def run(job: Callable[[Kgraph], _T]) -> _T:
        try:
            return await desk.run(job)
        except KgraphError as error:
            raise ToolError(" ".join(str(error).split())) from error

    @server.tool(annotations=_READS)
    async def search(
        query: Annotated[str, Field(min_length=1, description="What to look for.")],
        k: Count = 10,
        kinds: Kinds = None,
        tags: Tags = None,
        since: Day = "",
        until: Day = "",
    ) -> dict[str, Any]:
        """Find passages, concepts and statements of the notes by meaning and by words."""
        return await run(lambda kg: answers.search(kg, query, k, kinds, tags, since, until))

    @server.tool(annotations=_READS)
    async def related(
        text: Annotated[str, Field(min_length=1, description="A term, or a draft as it stands.")],
        k: Count = 10,
    ) -> dict[str, Any]:
        """Concepts and notes related to a term or a draft, each with the reason and a sentence."""
        return await run(lambda kg: answers.related(kg, text, k))

    @server.tool(annotations=_READS)
    async def concept(
        name: Annotated[
            str, Field(min_length=1, description="Any of its names, in Korean or English; its IRI.")
        ],
        k: Count = 30,
    ) -> dict[str, Any]:
        """What the notes say of one concept: names, definitions, relations with their sentences.

        `left_out` counts what there is beyond `k` of each, the strongest first.
        """
        return await run(lambda kg: answers.concept(kg, name, k))

    @server.tool(annotations=_READS)
    async def ask(
        question: Annotated[str, Field(min_length=1, description="In Korean or English.")],
        k: Count = 3,
    ) -> dict[str, Any]:
        """Answer a question from the notes, with evidence; `abstained` if they do not say."""
        return await run(lambda kg: answers.ask(kg, question, k))

    @server.tool(annotations=_READS)
    async def sparql(
        query: Annotated[
            str,
            Field(
                min_length=1,
                description="SELECT, ASK, CONSTRUCT or DESCRIBE, or a named query. The prefixes"
                " c: (concepts), r: (relations), kg:, skos:, schema:, prov:, oa: need no"
                " declaration.",
            ),
        ],
        bindings: Annotated[
            dict[str, str] | None,
            Field(description="Values of its variables: IRIs or concept names."),
        ] = None,
    ) -> dict[str, Any]:
        """Run a read-only SPARQL query over the graph of the notes."""
        return await run(lambda kg: answers.sparql(kg, query, bindings or {}))


def _add_resources(server: MCPServer, desk: Desk) -> None:
    async def run(uri: str, job: Callable[[Kgraph], _T]) -> _T:
        try:
            return await desk.run(job)
        except NotFoundError as error:
            raise ResourceNotFoundError(f"{uri}: {error}") from error
        except KgraphError as error:
            raise ResourceError(f"{uri}: {error}") from error

    @server.resource(
        "kgraph://concepts",
        title="Concepts",
        description="The concepts that the notes name most.",
        mime_type="application/json",
    )
    async def concepts() -> str:
        found = await run("kgraph://concepts", answers.concepts)
        return json.dumps(found, ensure_ascii=False, indent=1)

    @server.resource(
        "kgraph://concept/{name}",
        title="Concept card",
        description="A concept's names, definitions, relations and notes, by any of its names.",
        mime_type="text/plain",
    )
    async def card(name: str) -> str:
        return await run(f"kgraph://concept/{name}", lambda kg: answers.card(kg, unquote(name)))
