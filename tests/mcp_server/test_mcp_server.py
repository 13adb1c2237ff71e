"""``kgraph mcp``, asked by the SDK's own client: in memory, and once over stdio."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

pytest.importorskip("mcp", reason="the extra [mcp] is not installed")

from mcp import Client, MCPError, StdioServerParameters, stdio_client

from kgraph.config import Settings
from kgraph.mcp_server.server import make_server
from kgraph.pipeline.ingest import ingest

GRINDER = "그라인더(grinder)는 원두(coffee bean)를 분쇄한다."
NOTES = {
    "grinder.md": f"---\ntags: [tools]\ndate: 2024-03-01\n---\n# 그라인더\n\n{GRINDER}\n",
    "machine.md": "# 머신\n\n머신(machine)은 원두를 추출한다. 머신은 포터필터를 사용한다.\n",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("mcp")
    for name, text in NOTES.items():
        path = folder / "notes" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    settings = Settings(indexes=folder / "indexes", timeout=5)
    ingest([folder / "notes"], settings)
    return settings


def talk(settings: Settings, job: Callable[[Client], Awaitable[Any]]) -> Any:
    async def go() -> Any:
        async with Client(make_server(settings)) as client:
            return await job(client)

    return asyncio.run(go())


def call(settings: Settings, tool: str, /, **arguments: Any) -> Any:
    """The structured result of a tool that does not fail."""
    result = talk(settings, lambda client: client.call_tool(tool, arguments))
    assert not result.is_error, result.content
    assert json.loads(result.content[0].text) == result.structured_content
    return result.structured_content


def fault(settings: Settings, tool: str, /, **arguments: Any) -> str:
    """The message of a tool error."""
    result = talk(settings, lambda client: client.call_tool(tool, arguments))
    assert result.is_error
    text: str = result.content[0].text
    return text


def test_there_are_five_tools_and_all_only_read(settings: Settings) -> None:
    tools = talk(settings, lambda client: client.list_tools()).tools
    assert [tool.name for tool in tools] == ["search", "related", "concept", "ask", "sparql"]
    assert all(tool.annotations.read_only_hint for tool in tools)
    assert all(tool.description and tool.output_schema for tool in tools)


def test_search_finds_what_filters_leave_or_says_that_there_is_nothing(settings: Settings) -> None:
    found = call(settings, "search", query="원두 분쇄", kinds=["passage"], k=1)
    assert [(x["post"], x["text"]) for x in found["results"]] == [("grinder", GRINDER)]
    tagged = call(settings, "search", query="머신", kinds=["passage"], tags=["tools"])
    assert {x["post"] for x in tagged["results"]} == {"grinder"}
    nothing = call(settings, "search", query="머신", since="2030")
    assert nothing["results"] == []
    assert nothing["message"].startswith("Nothing in the notes matches.")


def test_related_says_why_with_the_sentence(settings: Settings) -> None:
    found = call(settings, "related", text="grinder")
    (bean,) = [x for x in found["concepts"] if x["label"] == "원두"]
    assert (bean["why"][0]["post"], bean["why"][0]["quote"]) == ("grinder", GRINDER)
    assert found["posts"][0]["post"] == "grinder"


def test_a_concept_comes_with_its_relations_and_evidence(settings: Settings) -> None:
    card = call(settings, "concept", name="grinder")
    assert {label["text"] for label in card["preferred"]} == {"그라인더", "grinder"}
    assert [c["quote"] for r in card["relations"] for c in r["citations"]] == [GRINDER]
    assert "left_out" not in card


def test_a_card_is_cut_where_there_is_too_much_of_it(settings: Settings) -> None:
    whole = call(settings, "concept", name="machine")
    assert len(whole["relations"]) == 2
    card = call(settings, "concept", name="machine", k=1)
    assert card["relations"] == whole["relations"][:1]
    assert card["left_out"]["relations"] == 1


def test_a_question_is_answered_with_evidence_or_not_at_all(settings: Settings) -> None:
    reply = call(settings, "ask", question="그라인더는 무엇을 분쇄하나?")
    assert not reply["abstained"]
    assert reply["answers"][0]["evidence"][0]["quote"] == GRINDER
    assert "message" not in reply
    nothing = call(settings, "ask", question="김치찌개는 어떻게 끓이나요?")
    assert nothing["abstained"]
    assert nothing["message"].startswith("The notes do not say")


def test_sparql_gives_rows_a_boolean_or_triples(settings: Settings) -> None:
    rows = call(settings, "sparql", query="SELECT ?l WHERE { c:grinder skos:prefLabel ?l }")
    assert rows["variables"] == ["l"]
    assert sorted(row["l"]["value"] for row in rows["rows"]) == ["grinder", "그라인더"]
    assert call(settings, "sparql", query="ASK { c:grinder ?p ?o }")["boolean"] is True
    query = "CONSTRUCT { c:grinder skos:prefLabel ?l } WHERE { c:grinder skos:prefLabel ?l }"
    assert "그라인더" in call(settings, "sparql", query=query)["turtle"]
    bound = call(
        settings, "sparql", query="SELECT ?p { ?c skos:prefLabel ?p }", bindings={"c": "머신"}
    )
    assert {row["p"]["value"] for row in bound["rows"]} == {"머신", "machine"}
    empty = call(settings, "sparql", query="SELECT ?l WHERE { c:grinder kg:none ?l }")
    assert (empty["rows"], empty["message"][:7]) == ([], "Nothing")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("DELETE WHERE { ?s ?p ?o }", "queries only read"),
        ("SELECT ?s WHERE { SERVICE <http://localhost/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT nonsense", ""),
        ("/etc/passwd.rq", "no query"),
    ],
)
def test_sparql_is_guarded_as_on_the_command_line(
    settings: Settings, query: str, message: str
) -> None:
    assert message in fault(settings, "sparql", query=query)


def test_mistakes_are_tool_errors_that_say_what_to_do(settings: Settings, tmp_path: Path) -> None:
    assert "그라인더" in fault(settings, "concept", name="그라인도")
    assert "date" in fault(settings, "search", query="원두", since="어제")
    assert fault(settings, "search", query="원두", k=0)
    missing = Settings(indexes=tmp_path / "none")
    assert "kgraph ingest" in fault(missing, "ask", question="그라인더?")


def test_cards_are_resources(settings: Settings) -> None:
    def read(uri: str) -> str:
        contents = talk(settings, lambda client: client.read_resource(uri)).contents
        text: str = contents[0].text
        return text

    listed = json.loads(read("kgraph://concepts"))
    assert listed[0]["label"] in {"원두", "그라인더", "머신"}
    assert listed[0]["mentions"] >= listed[-1]["mentions"]
    assert GRINDER in read("kgraph://concept/grinder")
    assert GRINDER in read("kgraph://concept/" + quote("그라인더"))

    async def missing(client: Client) -> None:
        with pytest.raises(MCPError, match="no concept"):
            await client.read_resource("kgraph://concept/nothing-like-it")

    talk(settings, missing)


def test_a_new_generation_is_seen_by_a_server_that_runs(tmp_path: Path) -> None:
    note = tmp_path / "notes" / "a.md"
    note.parent.mkdir()
    note.write_text(NOTES["grinder.md"], encoding="utf-8")
    settings = Settings(indexes=tmp_path / "indexes")
    ingest([note.parent], settings)

    async def job(client: Client) -> tuple[bool, bool]:
        before = await client.call_tool("concept", {"name": "포터필터"})
        (note.parent / "b.md").write_text(NOTES["machine.md"], encoding="utf-8")
        ingest([note.parent], settings)
        after = await client.call_tool("concept", {"name": "포터필터"})
        return before.is_error, after.is_error

    assert talk(settings, job) == (True, False)


def test_the_command_serves_stdio(settings: Settings) -> None:
    command = StdioServerParameters(
        command=sys.executable,
        args=[
            "-c",
            "from kgraph.cli import main; main()",
            "--indexes",
            str(settings.indexes),
            "mcp",
        ],
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )

    async def go() -> Any:
        async with Client(stdio_client(command)) as client:
            return await client.call_tool("concept", {"name": "원두"})

    result = asyncio.run(go())
    assert result.structured_content["label"] == "원두"
