"""Every named query runs and gives the rows that the small graph must give."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgraph.errors import NotFoundError, QueryError
from kgraph.graph import named
from kgraph.graph.query import run
from kgraph.graph.rdf import post_quads
from kgraph.graph.results import show
from kgraph.graph.store import GraphStore
from kgraph.types import Post

API_SAYS = "kube-apiserver는 접근을 통제한다."
POD_SAYS = "API 서버는 접근을 통제한다."


def rows(store: GraphStore, name: str, columns: str, **values: str) -> list[tuple[str, ...]]:
    """The columns asked for, as a table shows them."""
    query = named.load(name)
    result = run(store, query.text, bindings=named.bind(store, query, values))
    places = [result.variables.index(column) for column in columns.split()]
    return [tuple(show(row[place]) for place in places) for row in result.rows]


def test_every_query_has_titles_and_runs_unbound(store: GraphStore) -> None:
    assert len(named.names()) >= 8
    for name in named.names():
        query = named.load(name)
        assert query.title, name
        assert query.title_ko, name
        result = run(store, query.text)
        assert all(f"?{param}" in query.text for param in query.params), name
        assert result.rows or name == "related-pairs", name


def test_controls(store: GraphStore) -> None:
    columns = "controller controllerLabel kind controlled controlledLabel posts quote"
    row = (
        "c:kube-apiserver",
        "API 서버 (kube-apiserver)",
        "component",
        "c:access",
        "접근 (access)",
        "2",
        POD_SAYS,
    )
    assert rows(store, "controls", columns) == [row]
    assert rows(store, "controls", columns, controlled="Access") == [row]
    assert rows(store, "controls", columns, controller="pod") == []


def test_what_creates(store: GraphStore) -> None:
    columns = "creator creatorLabel created createdLabel posts quote"
    row = (
        "c:replicaset",
        "ReplicaSet",
        "c:pod",
        "파드 (Pod)",
        "1",
        "ReplicaSet은 파드를 만든다.",
    )
    assert rows(store, "what-creates", columns) == [row]
    assert rows(store, "queries/what-creates.rq", columns, created="파드") == [row]


def test_said_of(store: GraphStore) -> None:
    columns = "direction relationLabel otherLabel polarity condition quote post"
    api, replicas = "API 서버 (kube-apiserver)", "ReplicaSet"
    assert rows(store, "said-of", columns, concept="Pod") == [
        ("->", "이다", "객체 (object)", "positive", "", "파드는 객체이다.", "Pod"),
        ("<-", "생성한다", api, "negative", "", "파드를 만들지 않는다.", "API 서버"),
        ("<-", "생성한다", replicas, "positive", "", "ReplicaSet은 파드를 만든다.", "Pod"),
        ("<-", "만들어 내다", replicas, "positive", "항상", "파드를 만든다", "Pod"),
    ]


def test_evidence(store: GraphStore) -> None:
    columns = "post start end quote polarity rule url"
    found = rows(store, "evidence", columns, subject="API server", relation="통제한다")
    assert found == [
        ("pod", "31", "48", POD_SAYS, "positive", "ko.clause", ""),
        ("개념/api", "0", "25", API_SAYS, "positive", "ko.clause", "https://notes.example/api"),
    ]
    assert rows(store, "evidence", "post", object="object", relation="isA") == [("pod",)]


def test_without_definition(store: GraphStore) -> None:
    assert rows(store, "without-definition", "concept mentions posts") == [
        ("c:kube-apiserver", "3", "1"),
        ("c:replicaset", "1", "0"),
        ("c:access", "0", "0"),
        ("c:object", "0", "0"),
    ]


def test_most_connected(store: GraphStore) -> None:
    assert rows(store, "most-connected", "concept statements neighbours") == [
        ("c:pod", "3", "2"),
        ("c:replicaset", "2", "1"),
        ("c:access", "1", "1"),
        ("c:kube-apiserver", "1", "1"),
        ("c:object", "1", "1"),
    ]


def test_posts(store: GraphStore) -> None:
    both = [("pod", "2025-03-04T05:06:07"), ("개념/api", "2024-01-02")]
    assert rows(store, "posts", "post date") == both
    assert rows(store, "posts", "post date", tag="K8S") == both[1:]
    assert rows(store, "posts", "post date", tag="보안") == both[1:]
    assert rows(store, "posts", "post date", tag="없음") == []
    assert rows(store, "posts", "post date", since="2024-01-02") == both
    assert rows(store, "posts", "post date", since="2024-01-03") == both[:1]
    assert rows(store, "posts", "post date", until="2025-03-04") == both
    assert rows(store, "posts", "post date", since="2020-01-01", until="2024-12-31") == both[1:]


def test_posts_without_a_date_are_listed_unless_a_date_is_asked_for() -> None:
    post = Post("x", "X", "text", "text", "c" * 64, ())
    store = GraphStore.memory(post_quads(post))
    assert rows(store, "posts", "post date") == [("x", "")]
    assert rows(store, "posts", "post date", until="2030-01-01") == []


def test_negated(store: GraphStore) -> None:
    columns = "subject relation object quote post"
    row = ("c:kube-apiserver", "r:creates", "c:pod", "파드를 만들지 않는다.", "API 서버")
    assert rows(store, "negated", columns) == [row]
    assert rows(store, "negated", columns, subject="pod") == []


def test_relations(store: GraphStore) -> None:
    assert rows(store, "relations", "relation ko en statements minted") == [
        ("r:controls", "통제한다", "controls", "1", "false"),
        ("r:creates", "생성한다", "creates", "1", "false"),
        ("r:isA", "이다", "is a", "1", "false"),
        ("r:만들어-내다", "만들어 내다", "", "1", "true"),
    ]


def test_related_pairs(store: GraphStore) -> None:
    assert rows(store, "related-pairs", "first second statements relations posts") == [
        ("c:kube-apiserver", "c:access", "2", "1", "2"),
        ("c:replicaset", "c:pod", "2", "2", "1"),
    ]


def test_mentioned_in(store: GraphStore) -> None:
    assert rows(store, "mentioned-in", "concept post", concept="파드") == [
        ("c:pod", "pod"),
        ("c:pod", "개념/api"),
    ]


def test_values_of_parameters(store: GraphStore) -> None:
    def value(text: str, kind: str = "") -> str:
        return str(named.value_of(store, text, kind))

    c = "<https://kgraph.example/concept/"
    assert value("파드") == c + "pod>"
    assert value("c:pod") == c + "pod>"
    assert value("<x:y>") == "<x:y>"
    assert value('"파드"@ko') == '"파드"@ko'
    assert value("no such thing") == '"no such thing"'
    assert value("note: this") == '"note: this"'
    assert value('"a" . <x:a> <x:b> <x:c>') == '"\\"a\\" . <x:a> <x:b> <x:c>"'
    assert value("c:pod", "text") == '"c:pod"'
    assert value("is a", "relation") == "<https://kgraph.example/relation/isA>"
    assert value("개념/api", "post") == "<https://kgraph.example/post/개념/api>"
    assert value("007", "number") == '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("pods", "concept", "did you mean 파드"),
        ("control", "relation", "did you mean controls"),
        ("개념/apo", "post", "did you mean 개념/api"),
        ("2024-13-01", "date", "is not a date"),
        ("many", "number", "is not a whole number"),
    ],
)
def test_wrong_values_say_what_would_do(
    store: GraphStore, text: str, kind: str, message: str
) -> None:
    with pytest.raises((QueryError, NotFoundError), match=message):
        named.value_of(store, text, kind)


def test_wrong_names_say_what_there_is(store: GraphStore) -> None:
    with pytest.raises(NotFoundError, match="what-creates"):
        named.load("what-create")
    with pytest.raises(QueryError, match="it has creator, created"):
        named.bind(store, named.load("what-creates"), {"concept": "pod"})


def test_a_file_of_ones_own(store: GraphStore, tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text("\ufeff# 제목: 내 질의\n# param c (concept): x\nSELECT ?c { ?c a kg:Resource }")
    query = named.load(str(path))
    assert (query.name, query.title, query.title_ko, query.params) == (
        "mine",
        "",
        "내 질의",
        {"c": "concept"},
    )
    assert run(store, query.text).variables == ("c",)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(QueryError, match="cannot be read"):
        named.load(str(path))
    path.write_text("# param c (thing): x\nASK {}")
    with pytest.raises(QueryError, match="declares no parameter"):
        named.load(str(path))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("what-creates", True),
        ("queries/what-creates.rq", True),
        ("내 노트/질의.rq", True),
        ("ASK {}", False),
        ("SELECT * { ?s ?p ?o }", False),
        ("DESCRIBE <x:y>", False),
    ],
)
def test_names_are_told_from_queries(text: str, name: bool) -> None:
    assert named.is_name(text) is name
