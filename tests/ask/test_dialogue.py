"""Follow-up questions: what a pronoun stands for, with an asker that only knows names."""

from __future__ import annotations

import pytest

from kgraph.ask.dialogue import Dialogue
from kgraph.index.rows import Filter
from kgraph.types import Answer, Reply

NAMES = ("kube-apiserver", "etcd", "파드", "노드", "ReplicaSet", "Deployment")

_ALL = Filter()


class Knowing:
    """Knows names and what it is told to answer; remembers what it was asked."""

    def __init__(self, *replies: Answer | None) -> None:
        self._replies = list(replies)
        self.asked: list[str] = []

    def ask(self, question: str, k: int = 5, only: Filter = _ALL) -> Reply:
        self.asked.append(question)
        answer = self._replies.pop(0) if self._replies else None
        return Reply(question, "ko", answer is None, "", (answer,) if answer else ())

    def named(self, text: str) -> list[str]:
        return sorted((n for n in NAMES if n in text), key=text.index)


def graph(label: str) -> Answer:
    return Answer(f"{label} — 이다", (label,), 1.0, "graph", ())


def passage(text: str) -> Answer:
    return Answer(text, (), 1.0, "passage", ())


def second(first: str, answer: Answer | None, then: str) -> str:
    asker = Knowing(answer)
    dialogue = Dialogue(asker)
    dialogue.ask(first)
    dialogue.ask(then)
    return asker.asked[1]


@pytest.mark.parametrize(
    ("then", "asked"),
    [
        ("그럼 그건 어디에 저장돼?", "etcd는 어디에 저장돼?"),
        ("그게 뭐야?", "etcd가 뭐야?"),
        ("누가 그걸 만드나?", "누가 etcd를 만드나?"),
        ("그것은 무엇을 하나?", "etcd는 무엇을 하나?"),
        ("그거 언제 써?", "etcd 언제 써?"),
        ("거기에 무엇이 저장되나?", "etcd에 무엇이 저장되나?"),
        ("그럼 어디에 저장돼?", "etcd는 어디에 저장돼?"),
        ("Where is it stored?", "Where is etcd stored?"),
        ("And what are its parts?", "what are etcd's parts?"),
        ("When is that used?", "When is that used?"),
        ("What is that?", "What is etcd?"),
        ("What does this do?", "What does etcd do?"),
        ("그럼 파드는 어디에 저장돼?", "그럼 파드는 어디에 저장돼?"),
        ("그룹은 무엇인가?", "그룹은 무엇인가?"),
        ("이게임은 무엇인가?", "이게임은 무엇인가?"),
        ("노드는 무엇인가?", "노드는 무엇인가?"),
    ],
)
def test_a_pronoun_stands_for_what_the_last_answer_named(then: str, asked: str) -> None:
    assert second("상태는 어디에 있나?", graph("etcd"), then) == asked


def test_a_sentence_answers_with_the_name_that_was_not_asked() -> None:
    answer = passage("파드의 상태는 etcd에 저장된다")
    assert second("파드의 상태는 어디에?", answer, "그건 뭐야?") == "etcd는 뭐야?"


def test_what_a_thing_is_goes_on_about_the_thing() -> None:
    answer = passage("파드는 노드에서 돈다")
    assert second("파드는 뭐야?", answer, "그건 어디에 저장돼?") == "파드는 어디에 저장돼?"


def test_the_particle_fits_the_sound_of_the_name() -> None:
    answer = graph("컨트롤 플레인")
    assert second("무엇이 파드를 두나?", answer, "그건 뭐야?") == "컨트롤 플레인은 뭐야?"


def test_after_silence_a_pronoun_means_what_was_asked_about() -> None:
    assert second("노드는 얼마인가?", None, "그건 뭐야?") == "노드는 뭐야?"


def test_a_first_question_stays_as_it_is() -> None:
    asker = Knowing()
    Dialogue(asker).ask("그럼 그건 어디에 저장돼?")
    assert asker.asked == ["그럼 그건 어디에 저장돼?"]


@pytest.mark.parametrize(
    ("first", "then", "asked"),
    [
        ("etcd는 무엇을 저장하나?", "그럼 파드는?", "파드는 무엇을 저장하나?"),
        ("etcd는 무엇을 저장하나?", "그럼 워커 노드는?", "워커 노드는 무엇을 저장하나?"),
        ("누가 ReplicaSet을 만들어?", "Deployment는?", "누가 Deployment를 만들어?"),
        ("etcd는 무엇을 저장하나?", "기본 포트는?", "etcd는 기본 포트는?"),
        ("etcd는 파드를 언제 저장하나?", "왜?", "etcd는 파드를 왜 저장하나?"),
        ("etcd는 파드를 저장하나?", "그럼 어디에?", "etcd는 파드를 어디에 저장하나?"),
        ("What does etcd store?", "and where?", "Where does etcd store?"),
        ("Does etcd store 파드?", "why?", "Why does etcd store 파드?"),
        ("What creates a ReplicaSet?", "What about a Deployment?", "What creates a Deployment?"),
        ("What creates a ReplicaSet?", "And the Deployment?", "What creates the Deployment?"),
        ("etcd는 뭐야?", "파드는 어디에서 실행돼?", "파드는 어디에서 실행돼?"),
    ],
)
def test_what_a_question_leaves_out_is_that_of_the_one_before(
    first: str, then: str, asked: str
) -> None:
    assert second(first, passage("etcd에 대한 문장"), then) == asked


def test_a_first_question_is_asked_as_it_is() -> None:
    dialogue = Dialogue(Knowing())
    for text in ("왜?", "and where?", "파드는?", "그럼 파드는?"):
        assert dialogue.resolved(text) == text
