from __future__ import annotations

import json
from pathlib import Path

import pytest

from kgraph.errors import ReadError
from kgraph.evaluation.questions import GoldQuestion, evaluate, load
from kgraph.types import Answer, Citation, Reply


def question(kind: str, *parts: tuple[str, ...], lang: str = "ko") -> GoldQuestion:
    return GoldQuestion("q", lang, "?", kind, parts, ("posts/one",), bool(parts))


def answer(text: str, post: str = "posts/one", labels: tuple[str, ...] = ()) -> Answer:
    return Answer(text, labels, 1.0, "passage", (Citation(post, "One", "", text, 0, 1),))


def reply(*answers: Answer, abstained: bool = False) -> Reply:
    return Reply("?", "ko", abstained, "", answers)


def scores(gold: GoldQuestion, said: Reply) -> dict[str, tuple[int, int]]:
    return {k: (s.right, s.of) for k, s in evaluate([gold], [said]).scores.items()}


def test_every_part_must_stand_in_the_first_answers() -> None:
    both = question("list", ("파드", "pod"), ("노드",))
    right = {"answer": (1, 1), "answer:ko": (1, 1), "type:list": (1, 1)}
    assert scores(both, reply(answer("Pods run here"), answer("노드가 있다"))) == {
        **right,
        "citation": (1, 1),
    }
    late = reply(answer("파드"), answer("x"), answer("x"), answer("노드"))
    assert scores(both, late) == dict.fromkeys(right, (0, 1))


def test_labels_count_and_text_past_160_characters_does_not() -> None:
    gold = question("entity", ("kubelet",))
    assert scores(gold, reply(answer("x", labels=("kubelet",))))["answer"] == (1, 1)
    assert scores(gold, reply(answer("가 " * 90 + "kubelet")))["answer"] == (0, 1)


def test_yes_and_no_must_come_first_and_citations_name_the_post() -> None:
    gold = question("yesno", ("예", "yes"))
    assert scores(gold, reply(answer("예 — 그렇다", post="posts/two")))["citation"] == (0, 1)
    assert scores(gold, reply(answer("아니오 — 예가 아니다")))["answer"] == (0, 1)
    assert scores(gold, reply(answer("예약된다")))["answer"] == (0, 1)


def test_silence_is_right_only_for_what_the_notes_do_not_say() -> None:
    assert scores(question("unanswerable"), reply(abstained=True)) == {"abstain": (1, 1)}
    assert scores(question("unanswerable"), reply(answer("x"))) == {"abstain": (0, 1)}
    hushed = scores(question("entity", ("x",)), reply(answer("x"), abstained=True))
    assert hushed["answer"] == (0, 1)


def test_a_file_is_loaded_line_by_line_and_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    data = {"id": "a", "lang": "en", "question": "Who?", "type": "entity"}
    path.write_text(json.dumps({**data, "answers": [["x"]], "posts": ["p"]}) + "\n\n", "utf-8")
    assert load(path) == [GoldQuestion("a", "en", "Who?", "entity", (("x",),), ("p",), True)]
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(ReadError, match="line 1 is no question"):
        load(path)
    path.write_text("\n", "utf-8")
    with pytest.raises(ReadError, match="holds no questions"):
        load(path)
