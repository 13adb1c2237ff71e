"""Questions over the shipped notes, asked as a user does, whole answers looked at."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgraph.config import Settings
from kgraph.evaluation.questions import evaluate, load
from kgraph.evaluation.shaken import Shaken, shake_index
from kgraph.library import Kgraph
from kgraph.pipeline.ingest import ingest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def kg(tmp_path_factory: pytest.TempPathFactory) -> Kgraph:
    found = Settings(indexes=tmp_path_factory.mktemp("indexes"))
    ingest([ROOT / "corpus"], found)
    return Kgraph(found)


@pytest.fixture(scope="module")
def elsewhere(kg: Kgraph, tmp_path_factory: pytest.TempPathFactory) -> Kgraph:
    """The same index as another CPU's encoder would have made it."""
    copy = tmp_path_factory.mktemp("elsewhere") / "indexes"
    shutil.copytree(kg.settings.indexes, copy, symlinks=True)
    other = Kgraph(Settings(indexes=copy))
    shake_index(other.folder / "index", other.manifest.encoder, 0.998, 1)
    other.searcher.encoder = Shaken(other.searcher.encoder, 0.998, 1)
    return other


@pytest.mark.parametrize("where", ["kg", "elsewhere"])
def test_the_question_set_stays_above_its_floor(where: str, request: pytest.FixtureRequest) -> None:
    asked: Kgraph = request.getfixturevalue(where)
    gold = load(ROOT / "queries" / "questions-corpus.jsonl")
    report = evaluate(gold, (asked.ask(question.text) for question in gold))
    shares = {name: round(score.share, 3) for name, score in report.scores.items()}
    wrong = [question.id for question, _ in report.wrong]
    assert shares["answer"] >= 0.85, wrong
    assert min(shares["answer:ko"], shares["answer:en"]) >= 0.8, wrong
    assert shares["citation"] >= 0.95, wrong
    assert shares["abstain"] >= 0.85, wrong


def test_an_answer_quotes_the_stored_text_at_its_offsets(kg: Kgraph) -> None:
    for text in ("kube-apiserver는 무엇을 통제하나?", "What creates a ReplicaSet?"):
        reply = kg.ask(text)
        assert not reply.abstained
        for answer in reply.answers:
            for cited in answer.evidence:
                assert kg.notes.text(cited.post)[cited.start : cited.end] == cited.quote


def test_the_query_behind_an_answer_can_be_run_again(kg: Kgraph) -> None:
    reply = kg.ask("What creates a ReplicaSet?")
    assert reply.sparql
    rows = kg.sparql(reply.sparql).rows
    assert any("deployment" in str(value).casefold() for row in rows for value in row)


def test_a_question_without_words_is_not_answered(kg: Kgraph) -> None:
    for text in ("", " \n\t", "?!…", "\x00\x01"):
        reply = kg.ask(text)
        assert (reply.abstained, reply.answers) == (True, ())


hostile = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        [
            "'; DROP ALL; --",
            '"} } SERVICE <http://127.0.0.1/> { ?s ?p ?o',
            "SELECT * WHERE { ?s ?p ?o }",
            "{{{{ }}}} <script> \\u0022 %s %n $(id) `id`",
            "파드 " * 2000,
            "\ud800 lone \udfff surrogates",
            "ㅋㅋㅋㅋ 뭐임 ㅎ",
        ]
    ),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=hostile)
def test_nothing_in_a_question_raises_or_escapes(kg: Kgraph, text: str) -> None:
    reply = kg.ask(text)
    assert reply.question == text
    if reply.sparql:
        kg.sparql(reply.sparql)


def _hostile(random: Random) -> str:
    """Nonsense, SPARQL, control characters or text without end."""
    parts = [
        "'; DROP ALL; --",
        '"} } SERVICE <http://127.0.0.1/> { ?s ?p ?o',
        "?subject ?relation ?object .",
        "VALUES ?subject { <x> }",
        "<https://kgraph.example/concept/pod>",
        "} INSERT DATA { <a> <b> <c> } #",
        "\\u0022\\u007d",
        "파드",
        "Deployment",
        "는 무엇을 생성하나?",
        "What creates",
        "가장 많은",
        "어떤 관계야?",
        "{{{}}}",
        "\x00\x07\u202e",
        "\ud800",
        "\n\r\t",
        "%s %n $(id) `id`",
        "ㅋㅋㅋ",
        "🙂" * 5,
    ]
    made = " ".join(random.choices(parts, k=random.randint(0, 8)))
    letters = "".join(chr(random.randint(1, 0xFFFF)) for _ in range(random.randint(0, 30)))
    return (made + letters) * random.choice([1] * 30 + [2000])


def test_a_thousand_hostile_questions_do_no_harm(kg: Kgraph) -> None:
    random = Random(1)
    before = kg.status()["counts"]
    known = {f"<{iri}>" for iri in _terms(kg)}
    for _ in range(1000):
        text = _hostile(random)
        reply = kg.ask(text)
        assert reply.question == text
        if reply.sparql:
            bound = re.findall(r"VALUES \?\w+ \{ (.*?) \}", reply.sparql)
            assert set(bound) <= known, reply.sparql
            kg.sparql(reply.sparql)
    assert kg.status()["counts"] == before


def _terms(kg: Kgraph) -> list[str]:
    """The IRIs of all concepts and relations."""
    found = kg.sparql("SELECT DISTINCT ?x WHERE { { ?x a skos:Concept } UNION { ?a ?x ?b } }")
    return [str(row[0].value) for row in found.rows if row[0] is not None]


def test_the_query_of_every_answer_gives_the_rows_it_gave(kg: Kgraph) -> None:
    gold = load(ROOT / "queries" / "questions-corpus.jsonl")
    shown = 0
    for question in gold:
        reply = kg.ask(question.text)
        if not reply.sparql:
            continue
        shown += 1
        first = next(a for a in reply.answers if a.kind == "graph")
        rows = kg.sparql(reply.sparql).rows
        told = {str(value.value) for row in rows for value in row if value is not None}
        assert any(cited.quote in told for cited in first.evidence), question.text
    assert shown > 20


def test_a_conversation_goes_on_about_what_was_answered(kg: Kgraph) -> None:
    talk = kg.dialogue()
    talk.ask("What creates a ReplicaSet?")
    assert talk.ask("그건 뭐야?").question == "Deployment는 뭐야?"
    assert talk.ask("그럼 그건 무엇을 만드나?").question == "Deployment는 무엇을 만드나?"
