"""What of a question only asks: no page says it, so its words are not looked up.

"자세히 설명해 주세요" is half of a short question, and hardly a page has its words. They would tell
that the question is not put in the notes' words, and bring up pages that happen to explain. The
vectors get the question whole.
"""

from __future__ import annotations

import re

# What one asks another to do with what he knows. Other verbs may be what the question is about.
_TELLING = (
    "(?:설명|요약|정리|서술|기술|나열|열거|제시|소개|안내|추천|비교|분석|논의|답변|대답|답|말씀|말"
    "|이야기|얘기)"
)
_PLEASE = (
    r"(?:주(?:세요|십시오|시오|라|길|시길|시기|시겠\w*)|줘요?|달라|다오|줄\s*(?:수|래)\w*|주실\s*(?:수|래)\w*)"
    r"(?:\s*(?:있|바랍|바라)\w*)?"
)
_REQUEST = re.compile(
    rf"""
    (?:에\s*(?:대해서?|대하여|대한|관해서?|관하여|관한)\s*)?
    (?:(?<![가-힣])(?:내용|정보|설명|답변?)[을를]?\s*)?
    (?:(?<![가-힣])(?:(?:자세|상세|간단|간략|명확)(?:히|하게)|구체적으로|알기|쉽게|좀|한번)\s*)*
    (?:
        {_TELLING}[을를]?\s*(?:해|하여)\s*(?:{_PLEASE}|봐요?|보세요|라|요)?
      | {_TELLING}[을를]?\s*하(?:시오|세요|십시오|라|여라)
      | (?:알려|가르쳐|찾아|보여|들려|풀어)\s*{_PLEASE}
      | (?:이|가|은|는|도)?\s*궁금(?:해요?|합니다|하다|하네요|한데요?)
      | 알고\s*싶(?:어요?|습니다|다|은데요?)
    )
    (?=\s*(?:[.?!~]|$))
    """,
    re.VERBOSE,
)
_INTERROGATIVE = re.compile(
    r"""
    (?<![가-힣])
    (?: (?:무엇|무슨|뭐|뭔|누가|누구(?!나)|언제(?!나)|어디|어느|어떤|어떻게|어떠|얼마|몇)[가-힣]*
      | 왜(?:는|요|인가요?|인지|일까요?|냐)?(?![가-힣])                     # not 왜곡
    )
    """,
    re.VERBOSE,
)


def without_asking(text: str) -> str:
    """``text`` without requests at the ends of its sentences and without interrogatives.

    A text that does nothing but ask stays as it is.
    """
    asked = _INTERROGATIVE.sub(" ", _REQUEST.sub(" ", text))
    return " ".join(asked.split()) if re.search(r"\w", asked) else text
