"""How questions are read: language, type, what weighs little, words written otherwise."""

from __future__ import annotations

import pytest

from kgraph.ask.asked import light_spans, question_language
from kgraph.ask.cues import QuestionType, offers, question_type
from kgraph.extract.morphology import Analyser
from kgraph.vocab import load_relations


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Which scheduler was used before Airflow in the H커머스 migration?", "en"),
        ("Can a detached (준영속) entity be lazily loaded?", "en"),
        ("What is 파드?", "en"),
        ("kube-apiserver는 무엇을 통제하나?", "ko"),
        ("OOMKilled 뜻", "ko"),
        ("docker run it 옵션은?", "ko"),
    ],
)
def test_the_language_is_that_of_the_sentence_not_of_its_names(text: str, lang: str) -> None:
    assert question_language(text) == lang


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Where is the state stored by default?", QuestionType.WHERE),
        ("기본 설정 파일은 어디에 저장되나?", QuestionType.WHERE),
        ("최대 절전 모드는 언제 켜지나?", QuestionType.WHEN),
        ("What is the default port?", QuestionType.HOWMUCH),
        ("누가 최대값을 정하나?", QuestionType.ENTITY),
        ("How many replicas can there be?", QuestionType.COUNT),
        ("버퍼 크기는 어떻게 바꿔?", QuestionType.HOW),
        ("버퍼 크기는 얼마야?", QuestionType.HOWMUCH),
    ],
)
def test_a_question_word_that_leaves_no_doubt_decides(text: str, kind: QuestionType) -> None:
    lang = question_language(text)
    assert question_type(text, lang, Analyser.shared().tokens(text)) == kind


@pytest.mark.parametrize(
    ("text", "light"),
    [
        ("Which authentication method is used?", ["method"]),
        ("Which nginx process actually handles the requests?", ["process"]),
        ("Which instructions create a new layer?", ["instructions"]),
        ("What happens to the pods?", []),
        ("네트워크를 삭제하는 명령어는?", ["명령어"]),
        ("quorum queue는 무슨 알고리즘 기반이야?", ["알고리즘"]),
        ("어떤 시스템 콜을 쓰나?", ["콜"]),
        ("pod eviction timeout 기본값?", []),
        ("What is used in this pipeline?", ["pipeline"]),
    ],
)
def test_the_kind_that_is_asked_for_weighs_little(text: str, light: list[str]) -> None:
    lang = question_language(text)
    found = light_spans(text, lang, Analyser.shared().tokens(text), load_relations())
    assert [text[a:b] for a, b in found] == light


@pytest.mark.parametrize(
    ("question", "sentence", "cue"),
    [
        ("How many nodes can one cluster have?", "5분 이상 노드가 죽었을 경우", -1.0),
        ("읽기 복제본은 몇 개까지?", "최대 15개까지 (MySQL 기준)", 1.0),
        ("How many roles are there?", "역할은 두 가지로 나뉜다", 1.0),
        ("How many replicas?", "하나의 노드를 쓴다", -1.0),
    ],
)
def test_a_count_is_no_time_and_no_size(question: str, sentence: str, cue: float) -> None:
    assert offers(QuestionType.COUNT, question, sentence) == cue


@pytest.mark.parametrize(
    ("question", "sentence", "cue"),
    [
        ("최대 크기는 얼마야?", "객체 하나의 최대 크기는 5TB입니다.", 1.0),
        ("CloudFront 기본 TTL이 얼마야?", "기본 TTL : 24시간", 1.0),
        ("몇 초마다 수집해?", "정보를 수집한 뒤 저장하는 도구", -1.0),
        ("요금은 얼마야?", "1,000개까지 무료", 1.0),
        ("등록하는 데 얼마 들어?", "포트는 53번이다", -1.0),
        ("등록하는 데 얼마 들어?", "한 해에 12달러를 낸다", 1.0),
        ("What is the default strategy?", "기본 전략은 EAGER", 1.0),
    ],
)
def test_a_value_has_the_unit_that_is_asked_for(question: str, sentence: str, cue: float) -> None:
    assert offers(QuestionType.HOWMUCH, question, sentence) == cue
