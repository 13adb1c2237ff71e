"""A graph renewed from the one before is the graph built anew, and leaves the one before alone."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from kgraph.graph.make import Content, make_graph
from kgraph.graph.rdf import Activity, knowledge_quads
from kgraph.graph.renew import renew
from kgraph.graph.store import GraphStore
from kgraph.graph.units import FILE, Composition, PostUnit, pack, units, unpack
from kgraph.storage.cache import Cache
from kgraph.storage.checksums import checksums, read_checksums, unharmed, write_checksums
from kgraph.storage.notes import PostInfo
from kgraph.types import Concept, Definition, Evidence, Label, Occurrence, Resolution, Statement
from kgraph.vocab import load_relations

RELATIONS = load_relations(None)

Thing = TypeVar("Thing")


def some(items: list[Thing]) -> st.SearchStrategy[list[Thing]]:
    """Most of them, in their order."""
    one = st.sampled_from([True, True, True, False])
    return st.tuples(*(one for _ in items)).map(
        lambda kept: [item for item, keep in zip(items, kept, strict=True) if keep]
    )


class Chain:
    """Generations that are each made from the one before, with a cache beside them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.cache = Cache(root / "cache.sqlite")
        self.folders: list[Path] = []

    def add(self, content: Content, base: str = "settings") -> Path:
        """Make the next; its graph must be that of ``content``, quad for quad."""
        number = len(self.folders) + 1
        before = self.folders[-1] if self.folders else None
        folder = self.root / str(number)
        folder.mkdir()
        activity = Activity(f"d{number}", "0.1", "7", "tiny")
        make_graph(folder, before, content, activity, base, self.cache)
        write_checksums(folder)
        self.folders.append(folder)
        given = (content.posts, content.resolution, content.relations, activity, content.links)
        anew = GraphStore.memory(knowledge_quads(*given)).canonical_nquads()
        assert GraphStore.open(folder / "graph").canonical_nquads() == anew
        return folder

    def close(self) -> None:
        self.cache.__exit__(None, None, None)


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    made = Chain(tmp_path)
    yield made
    made.close()


@pytest.fixture
def renewed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The graphs that were renewed so far, however much of them was."""
    found: list[Path] = []

    def counted(before: Path, target: Path, *rest: object) -> Composition:
        found.append(target)
        return renew(before, target, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("kgraph.graph.make.renew", counted)
    monkeypatch.setattr("kgraph.graph.make._RENEWED", 1e9)
    return found


@pytest.fixture
def less(content: Content) -> Content:
    """One post says nothing any more; the other states the same triple still."""
    said = content.resolution
    fewer = Resolution(said.concepts[:4], said.statements[2:5], said.occurrences[2:])
    return replace(content, resolution=fewer, links={})


# ---------------------------------------------------------------- the same graph

POST = PostInfo("글", "T", "", "", (), "ko", "글.md", "markdown", "")
NAMES = st.sampled_from(["a", "나", "c"])
SPANS = st.sampled_from([(0, 2), (3, 5)])


def few(items: st.SearchStrategy[Thing]) -> st.SearchStrategy[list[Thing]]:
    return st.lists(items, unique=True, max_size=4)


@st.composite
def chains(draw: st.DrawFn) -> list[Content]:
    """Contents of some of the same parts each.

    Names are few, so that units share triples, spans, series and minted relations.
    """
    ids = sorted({"글", *draw(few(NAMES))})
    spans = st.builds(
        lambda post, span: Evidence(post, f"{span}", span[0], span[1], "rule", "7"),
        st.sampled_from(ids),
        SPANS,
    )
    relations = st.sampled_from(["controls", "만들어-내다", "run"])
    said = st.builds(Statement, st.just("a"), relations, NAMES, spans, st.booleans())
    statements = draw(st.lists(said, unique=True, min_size=2, max_size=8))
    defined = st.builds(Definition, st.just("x"), st.sampled_from(["그것이다.", "It."]), spans)
    definitions = draw(few(defined))

    def step() -> Content:
        posts = [
            replace(
                POST,
                id=post,
                title=draw(st.sampled_from(["T", "T", "T", "제목"])),
                series=draw(st.sampled_from(["연재", "연재", "연재", ""])),
            )
            for post in ids
        ]
        concepts = [
            Concept(name, (Label(name, "en"),), definitions=tuple(draw(some(definitions))))
            for name in ("a", "c", "나")
        ]
        mentions = draw(few(st.tuples(NAMES, st.sampled_from(ids))))
        in_order = sorted(mentions, key=lambda mention: mention[1])
        occurrences = tuple(Occurrence(name, post, 0, 1) for name, post in in_order)
        links = {post: tuple(draw(some(ids))) for post in ids[:1]}
        resolution = Resolution(tuple(concepts), tuple(draw(some(statements))), occurrences)
        return Content(posts, resolution, RELATIONS, links)

    return [step() for _ in range(draw(st.integers(2, 4)))]


@settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=chains())
def test_whatever_changed_the_renewed_graph_is_the_graph(
    steps: list[Content], renewed: list[Path]
) -> None:
    before = len(renewed)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # stores sync a lot
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        chain = Chain(Path(folder))
        for content in steps:
            chain.add(content)
        chain.close()
    assert len(renewed) - before == len(steps) - 1


def test_a_triple_that_another_post_states_stays(
    chain: Chain, renewed: list[Path], content: Content, less: Content
) -> None:
    said = content.resolution
    chain.add(content)
    chain.add(replace(content, resolution=replace(said, statements=said.statements[1:])))
    chain.add(less)
    chain.add(content)
    assert [path.parent for path in renewed] == chain.folders[1:]


def test_what_few_changes_make_is_renewed_and_what_many_make_is_built_anew(
    chain: Chain,
    renewed: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    content: Content,
    less: Content,
) -> None:
    monkeypatch.setattr("kgraph.graph.make._RENEWED", 0.2)  # of 13 units
    chain.add(content)
    one = [replace(content.posts[0], title="다른 제목"), content.posts[1]]
    chain.add(replace(content, posts=one))
    assert len(renewed) == 1
    chain.add(less)
    assert len(renewed) == 1


def test_a_store_is_tidied_up_now_and_then(
    chain: Chain, renewed: list[Path], content: Content, less: Content
) -> None:
    for number in range(10):
        chain.add((content, less)[number % 2])
    turns = [composition.turns for x in chain.folders if (composition := Composition.read(x))]
    assert turns == [0, 1, 2, 3, 4, 5, 6, 7, 0, 1]
    assert len(renewed) == 9


# ---------------------------------------------------------------- the one before


def test_the_files_are_shared_and_the_graph_before_stays_as_it_was(
    chain: Chain, renewed: list[Path], content: Content, less: Content
) -> None:
    first = chain.add(content)
    written = checksums(first)
    second = chain.add(less)
    for number in range(9):  # one of them tidies up
        chain.add((content, less)[number % 2])
    assert len(renewed) == 10
    assert checksums(first) == written == read_checksums(first)
    shared = [path for path in (first / "graph").glob("*.sst") if path.stat().st_nlink > 1]
    assert shared
    assert {path.name for path in shared} & {path.name for path in (second / "graph").glob("*.sst")}
    shutil.rmtree(first)
    shutil.rmtree(second)
    last = chain.folders[-1]
    assert unharmed(last, "graph", FILE)
    assert len(GraphStore.open(last / "graph")) > 50


@pytest.mark.parametrize("harm", ["table", "gone", "more", "list", "no list", "no sums", "cache"])
def test_what_is_harmed_is_not_built_upon(
    chain: Chain, renewed: list[Path], harm: str, content: Content, less: Content
) -> None:
    first = chain.add(content)
    table = next((first / "graph").glob("*.sst"))
    if harm == "table":
        data = bytearray(table.read_bytes())
        data[len(data) // 3] ^= 1
        table.write_bytes(data)
    elif harm == "gone":
        table.unlink()
    elif harm == "more":
        (first / "graph" / "more").write_text("x")
    elif harm == "list":
        composition = Composition.read(first)
        assert composition is not None
        half = composition.joined[: 16 * 6]
        Composition(composition.base, composition.activity, composition.minted, half).write(first)
    elif harm == "no list":
        (first / FILE).write_bytes(b"\x93no")
    elif harm == "no sums":
        (first / "checksums.json").unlink()
    else:
        with sqlite3.connect(chain.root / "cache.sqlite") as db:
            db.execute("UPDATE units SET value = CAST(substr(value, 2) AS BLOB)")
    chain.add(less)
    assert renewed == []
    chain.add(content)  # what was built anew can be built upon
    assert len(renewed) == 1


def test_another_vocabulary_builds_anew(
    chain: Chain, renewed: list[Path], content: Content
) -> None:
    chain.add(content, "one")
    chain.add(content, "other")
    assert renewed == []


# ---------------------------------------------------------------- units


def test_the_keys_of_units_depend_on_all_of_them_and_on_nothing_else(content: Content) -> None:
    said = content.resolution
    found = dict(pack(unit) for unit in content.units())
    assert len(found) == len(content.posts) + len(said.concepts) + len(said.statements)
    shuffled = replace(said, occurrences=said.occurrences[::-1])
    assert dict(pack(unit) for unit in units(content.posts, shuffled, content.links)) == found
    for key, packed in found.items():
        unit = unpack(key, packed)
        assert unit is not None
        assert pack(unit) == (key, packed)
        assert unpack(hashlib.blake2b(b"", digest_size=16).digest(), packed) is None
    first = next(unit for unit in content.units() if isinstance(unit, PostUnit))
    assert (first.mentions, first.links) == (("kube-apiserver", "pod"), ("pod",))
