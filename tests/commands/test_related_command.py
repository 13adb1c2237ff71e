"""``kgraph related`` on terms, files, sections and drafts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kgraph.cli import app
from kgraph.config import Settings
from kgraph.pipeline.ingest import ingest

NOTES = {
    "grinder.md": "# 그라인더\n\n그라인더(grinder)는 원두(coffee bean)를 분쇄한다.\n",
    "machine.md": "# 머신\n\n머신은 원두를 추출한다. 머신(machine)은 포터필터를 사용한다.\n",
    "shop/scale.md": "# 저울\n\n저울(scale)은 원두를 잰다. 저울은 그라인더를 사용한다.\n",
}
DRAFT = "# 아침\n\n원두를 샀다.\n\n## 갈기\n\ngrinder와 [[저울]]로 준비한다.\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("related")
    for name, text in NOTES.items():
        path = folder / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "draft.md").write_text(DRAFT, encoding="utf-8")
    ingest([folder / "notes"], Settings(indexes=folder / "indexes"))
    return folder


def run(home: Path, *args: str, stdin: str = "") -> Result:
    command = ["--indexes", str(home / "indexes"), "related", *args]
    return CliRunner().invoke(app, command, input=stdin.encode())


def labels(result: Result) -> set[str]:
    assert result.exit_code == 0, result.output
    return {concept["label"] for concept in json.loads(result.stdout)["concepts"]}


def test_a_term_finds_its_neighbours_with_the_sentence_that_says_so(home: Path) -> None:
    found = json.loads(run(home, "grinder", "--format", "json").stdout)
    reasons = [why for c in found["concepts"] if c["label"] == "원두" for why in c["why"]]
    assert reasons[0]["post"] == "grinder"
    assert reasons[0]["quote"] == "그라인더(grinder)는 원두(coffee bean)를 분쇄한다."
    assert reasons[0]["quote"] in run(home, "grinder", "--why").stdout


def test_what_a_draft_names_is_not_told_to_its_author(home: Path) -> None:
    whole = run(home, str(home / "draft.md"), "--format", "json")
    assert not labels(whole) & {"원두", "그라인더", "저울"}
    section = run(home, f"{home / 'draft.md'}:7", "--format", "json")
    assert "원두" in labels(section)


def test_the_drafts_own_post_is_never_related_to_it(home: Path) -> None:
    def posts(result: Result) -> list[str]:
        return [post["post"] for post in json.loads(result.stdout)["posts"]]

    path = home / "notes" / "shop" / "scale.md"
    assert "shop/scale" not in posts(run(home, str(path), "--format", "json"))
    unsaved = run(home, "-", "--file", str(path), "--format", "json", stdin=NOTES["shop/scale.md"])
    assert "shop/scale" not in posts(unsaved)
    assert "shop/scale" in posts(run(home, "-", "--format", "json", stdin=NOTES["shop/scale.md"]))


def test_unlinked_mentions_have_their_places_and_the_link_to_insert(home: Path) -> None:
    draft = home / "draft.md"
    assert run(home, str(draft), "--unlinked").stdout == (
        f"{draft}:3:1: 원두 → [[원두]]\n{draft}:7:1: grinder → [[그라인더|grinder]]\n"
    )
    data = json.loads(run(home, f"{draft}:7", "--unlinked", "--format", "json").stdout)
    (found,) = data["unlinked"]
    assert DRAFT[found["start"] : found["end"]] == "grinder"
    assert found["iri"].endswith("/concept/grinder")
    linked = run(home, str(draft), "--unlinked", "--format", "md").stdout.splitlines()
    assert "[grinder](notes/grinder.md)" in linked


def test_markdown_links_lead_from_the_draft_to_the_notes(home: Path) -> None:
    shown = run(home, f"{home / 'draft.md'}:7", "--format", "md").stdout
    assert "관련 글:\n\n" in shown
    assert "- [저울](notes/shop/scale.md)" in shown
    inside = home / "notes" / "shop" / "new.md"
    shown = run(home, "-", "--file", str(inside), "--format", "md", stdin="원두 이야기").stdout
    assert "- [저울](scale.md)" in shown
    assert "- [그라인더](../grinder.md)" in shown


def test_nothing_found_is_said_and_is_no_failure(home: Path) -> None:
    result = run(home, "-", "--unlinked", stdin="")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "nothing found" in result.stderr
    empty = run(home, "-", "--format", "json", stdin="")
    assert json.loads(empty.stdout) == {"concepts": [], "posts": []}


def test_a_draft_that_is_no_text_is_refused_in_one_line(home: Path) -> None:
    path = home / "draft.bin"
    path.write_bytes(b"\xff\xfe\x00\x81")
    result = run(home, str(path))
    assert result.exit_code == 1
    assert "is not UTF-8" in str(result.exception)
