"""Verb endings: polarity, and how a clause goes on."""

from __future__ import annotations

from kgraph.extract.chunks import Predicate
from kgraph.extract.morphology import Token

_CONDITION = ("면", "거든")
_LINK = frozenset(
    ["고", "며", "으며", "면서", "으면서", "어", "아", "어서", "아서", "여", "여서", "다가"]
)
# Endings of clauses that stand inside the one that goes on: A는 B가 C하므로 D한다.
_UNDER = frozenset(["므로", "으므로"])
# X를 지원하지 않는다는 점, 사용자가 없다는 것: what such a noun holds is said, not described.
CONTENT = frozenset(
    """
    것 거 게 걸 건 점 사실 장점 단점 이점 특징 특성 뜻 의미 제약 한계 문제점 차이 차이점 전제 원칙
    """.split()  # noqa: SIM905
)
_SAYING = frozenset(["다는", "는다는", "ᆫ다는"])
_GIVING = {
    "돌리다": "돌려주다",
    "나누다": "나눠주다",
    "내리다": "내려주다",
    "뿌리다": "뿌려주다",
    "열다": "열어주다",
    "잇다": "이어주다",
}
_AFTER = frozenset(["뒤", "후", "이후", "다음", "직후"])
_WHEN = frozenset(["때", "경우", "시"])
_USUAL = frozenset(["일반", "보통", "기본", "원칙", "정석"])
# Of concession: what would be so even then.
_EVEN = frozenset(
    ["어도", "아도", "여도", "더라도", "ᆯ지라도", "을지라도", "ᆯ수록", "을수록", "든", "든지"]
)
_LINK_OTHER = frozenset(
    [
        "으니까",
        "느라",
        "자마자",
        "더니",
        "길래",
        "기에",
        "으나",
        "는데도",
        "ᆫ데도",
        "은데도",
        "면서도",
        "지만",
        "는데",
        "은데",
        "ᆫ데",
        "므로",
        "으므로",
        "니까",
        "니",
        "으니",
        "자",
        "거나",
        "라",
        "라서",
        "ᆫ다고",
        "다고",
        "는다고",
        "고서",
    ]
)


class EndingReader:
    """A place in the morphemes of a sentence, and what the endings there say."""

    def __init__(self, text: str, tokens: tuple[Token, ...]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0

    def tag(self, offset: int = 0) -> str:
        """The tag of the morpheme here, or ``offset`` further; empty past either end."""
        i = self.at + offset
        return self.tokens[i].tag if 0 <= i < len(self.tokens) else ""

    def form(self, offset: int = 0) -> str:
        """The form of the morpheme here, or ``offset`` further; empty past either end."""
        i = self.at + offset
        return self.tokens[i].form if 0 <= i < len(self.tokens) else ""

    def read_endings(self, found: Predicate) -> str:
        """Moves past the endings of ``found`` and sets its polarity; returns how its clause ends.

        See :class:`Predicate` for the values.
        """
        ending = "final"
        while self.at < len(self.tokens):
            tag, form = self.tag(), self.form()
            if tag == "EP":
                found.past |= form in ("었", "았", "였")
                self.at += 1
            elif (
                tag == "EC"
                and form == "지"
                and self.form(1) in ("않", "못하", "말", "아니하", "못", "는", "도", "ᆫ")
            ):
                if self.text.startswith("지만", self.tokens[self.at].start):
                    self.at += 3 if self.form(1) == "말" else 1
                    return "link"  # 주지만, which the analyser takes for 지 말다
                skip = 2 if self.form(1) in ("는", "도", "ᆫ") else 1
                if self.form(skip) in ("않", "못하", "말", "못"):
                    found.negated = not found.negated
                    self.at += skip + 1
                else:
                    self.at += 1
                    return "link"
            elif tag == "EC" and form in ("어야", "아야", "여야"):
                self.at += 1
                if self.form() in ("하", "되"):
                    found.must = True
                    self.at += 1
                else:
                    return "link"
            elif tag == "EC" and self.tag(1)[:2] == "VX":
                if self.form(1) == "싶":
                    self.at += 2
                    found.ending = "purpose"
                    return "purpose"
                if found.lemma == "가지다" and form == "어" and self.form(1) in ("오", "가"):
                    found.lemma = f"가져{self.form(1)}다"  # cut in two by the analyser
                if found.lemma == "들다" and form == "고" and self.form(1) == "있":
                    found.lemma = "들고있다"
                if self.form(1) == "주":
                    found.lemma = _GIVING.get(found.lemma, found.lemma)
                if found.lemma == "가능하다" and form == "게":
                    found.lemma = "가능하게하다"
                else:
                    found.caused |= form == "게"
                found.passive |= self.form(1) == "지" and form in ("어", "아", "여")  # 만들어지다
                self.at += 2
            elif tag == "EC" and form == "게" and self.form(1) == "되" and self.tag(1) == "VV":
                self.at += 2  # 남게 된다
            elif tag == "EC" and form == "면" and self._advises():
                found.able = True  # 사용하면 된다
            elif tag == "EC":
                self.at += 1
                found.serial = form in ("어", "아", "여")
                if form.endswith(_CONDITION) or form.endswith("려면") or form in _EVEN:
                    return "condition"
                if form in ("다", "ᆫ다", "는다", "습니다"):
                    return "final"  # before a mark that the analyser takes for more
                if form in _LINK or form in _LINK_OTHER:
                    found.under = form in _UNDER
                    found.quoted = form.endswith("다고")
                    if found.quoted and self.form() in ("생각", "가정", "상상", "치"):
                        return "purpose"  # 주문을 받는다고 생각하면: nothing is said
                    return "link"
                if form in ("ᆫ지", "는지", "은지", "ᆯ지", "을지", "ᆫ가", "는가"):
                    return "question"
                return "purpose"
            elif tag == "EF":
                self.at += 1
                return (
                    "question"
                    if form.endswith(("까", "가", "나", "냐", "니", "지")) and self._asks()
                    else "final"
                )
            elif tag == "ETN":
                self.at += 1
                if form == "기":
                    return self._nominal_ending(found)
                return "final" if self.tag()[:1] != "J" else "purpose"
            elif tag == "ETM":
                if self.form(1) == "수" and self.tag(1) == "NNB":
                    skip = 3 if self.tag(2)[:1] == "J" else 2
                    if self.form(skip) in ("있", "없"):
                        found.negated ^= self.form(skip) == "없"
                        found.able = True
                        self.at += skip + 1
                        continue
                if self.form(1) == "필요" and (self.form(2) in ("X", "없") or self.form(3) == "없"):
                    found.negated = True
                    found.needless = True
                    self.at += 2
                    while self.at < len(self.tokens) and self.form() in (
                        "X",
                        "없",
                        "가",
                        "도",
                        "는",
                    ):
                        self.at += 1
                    continue
                of_thing = self.form(1) in ("것", "거") and self.tag(2)[:1] == "J"
                if of_thing and self.form(3) == "아니":
                    found.negated = not found.negated  # 암호화된 것이 아니다
                    self.at += 4
                    continue
                if time := self._time():
                    found.under = time == "link"
                    return time
                if form in _SAYING and self.form(1) in CONTENT and self.tag(2) != "JKO":
                    self.at += 1
                    return "content"
                if self.form(1) == "뿐" and self.tag(1) == "NNB":
                    self.at += 2  # 보장할 뿐
                    return "link"
                if (
                    self.form(1) == "것" and self.form(2) in ("이", "가") and self.form(3) in _USUAL
                ):  # …를 사용하는 것이 일반적이다
                    self.at = len(self.tokens)
                    return "final"
                if form in ("ᆯ", "을") and self.form(1) == "것" and self.tag(2) in ("SF", "", "SP"):
                    self.at += 2  # 쓸 것
                    return "final"
                if self.form(1) in ("것", "거") and self.tag(2) in ("VCP", "EF", "SF", ""):
                    self.at += 3 if self.tag(2) == "VCP" else 2
                    continue
                found.planned = form in ("ᆯ", "을")
                self.at += 1
                return "modifier"
            else:
                break
        return ending

    def _advises(self) -> bool:
        """…하면 된다: moves past it."""
        if self.tag(1) != "VV" or self.form(1) != "되":
            return False
        self.at += 2
        return True

    def _time(self) -> str:
        """…한 뒤, …할 때, …하는 경우: moves past it; empty if nothing of the kind follows."""
        noun, after = self.form(1), self.form(2)
        if self.tag(1)[:1] != "N" or noun not in _AFTER | _WHEN:
            return ""
        if after in ("까지", "가", "이", "의", "를", "을") or self.tag(2) == "VCP":
            return ""
        self.at += 2
        while self.tag()[:1] == "J":
            self.at += 1
        return "link" if noun in _AFTER else "time"

    def _nominal_ending(self, found: Predicate) -> str:
        """What follows 기: …하기 위해, …하기 위한 서버, …하기 때문에."""
        skip = 1 if self.tag() in ("JKO", "JX") else 0
        if self.form(skip) == "위하":
            self.at += skip + 1
            modifies = self.tag() == "ETM"
            self.at += self.tag() in ("EC", "ETM")
            return "modifier" if modifies else "purpose"
        found.under = self.form() == "때문"
        return "link" if found.under else "purpose"

    def _asks(self) -> bool:
        return "?" in self.text
