from __future__ import annotations

import pytest

from kgraph.index.asking import without_asking


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("DSR 규제에 대해 자세히 설명해 주세요.", "DSR 규제 ."),
        ("한계기업의 비율을 알려줘", "한계기업의 비율을"),
        ("DSR에 관하여 설명해 주실 수 있나요?", "DSR ?"),
        ("차이점을 비교하여 설명하시오", "차이점을 비교하여"),
        ("개인정보를 알려 주시기 바랍니다.", "개인정보를 ."),
        ("대출 조건이 궁금합니다", "대출 조건"),
        ("절차를 알고 싶어요. 어디에 신청하나요?", "절차를 . 신청하나요?"),
        ("연체율은 얼마인가? 왜 올랐나?", "연체율은 ? 올랐나?"),
        ("금리가 몇 퍼센트이고 언제부터 오르나", "금리가 퍼센트이고 오르나"),
    ],
)
def test_what_only_asks_is_left_out(question: str, said: str) -> None:
    assert without_asking(question) == said


@pytest.mark.parametrize(
    "text",
    [
        "설명 가능한 AI를 만드는 기술",
        "왜곡 보정과 누구나 쓰는 도구",
        "결과를 보여 주는 화면",
        "가격을 비교해 주는 서비스",
        "how does the kubelet start pods?",
        "알려 주세요",  # all of it asks: better than nothing
        "무엇",
    ],
)
def test_what_a_text_is_about_stays(text: str) -> None:
    assert without_asking(text) == text
