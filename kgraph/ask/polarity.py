"""Yes or no: whether a sentence says what is asked, or says that it is not so."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kgraph.ask.forms import TextIndex
from kgraph.ask.question import Question, Term
from kgraph.ask.scoring import held
from kgraph.ask.words import opposed

_CLAUSE = re.compile(
    r"[,;·]\s+|\s[/|]\s|\.\s+|->|=>|→|(?<=[가-힣](?:고|며))\s|(?<=[가-힣]지만)\s|(?<=는데)\s|(?<=면서)\s|\s(?:but|while|whereas)\s"
    r"|(?<=[가-힣])\((?=[^)]{8,}\))"
)
# Grammar: not, cannot, is no.
_NOT = re.compile(
    r"않|없|못\s?[가-힣]|못[하해한함됨]|불가|안\s?(?:됨|된|되|돼|함|한다|해|하|쓰|써|나|주|줌)|아니[다라며고었]|아님|아닌|미(?:할당|지원|적용|사용|포함)|(?<![A-Za-z])X(?![A-Za-z])"
    r"|\b(?:not|no|never|cannot|can't|n't|doesn't|don't|isn't|aren't|won't|without|neither|nor|unable|impossible)\b",
    re.IGNORECASE,
)
_NOT_CASED = re.compile(r"(?<![A-Za-z])X(?![A-Za-z])|✗|✕|❌|×")
# Words that are a no by themselves, unless the question says them too.
_AGAINST = re.compile(
    r"꺼[져지진짐]|끄[고는면]|비활성|금지|거부|차단|막[혀힘힌]|제거|삭제|폐지|사라[졌짐진]|빠[졌짐진]|중단|제한됨|무시"
    r"|\b(?:disabled?|off|denied|deny|forbidden|removed|dropped|deprecated|prohibited|blocked|refused|impossible)\b",
    re.IGNORECASE,
)
_FOR = re.compile(
    r"가능(?!\s?하지)|된다|됨(?![가-힣])|허용|활성|켜[져짐진]|있[다음는]|\bO\b|\b(?:enabled|allowed|can|on)\b",
    re.I,
)


_VERB = 2.0  # what the question's verb counts against its other words


def is_verb(question: Question, term: Term) -> bool:
    """Whether ``term`` is what ``question`` says of its things: 지원(하다), kill."""
    verbs = {guess.verb for guess in question.relations}
    return term.text.casefold() in verbs or f"{term.text}하다" in verbs


def clauses(text: str) -> list[str]:
    """``text`` in its clauses."""
    return [part.strip() for part in _CLAUSE.split(text) if part and part.strip()]


def negates(clause: str) -> bool:
    """Whether a clause says that something is not so, by its grammar."""
    plain = clause.replace("뿐만 아니라", "").replace("뿐 아니라", "")
    return bool(_NOT.search(plain)) or bool(_NOT_CASED.search(plain))


def agrees(question: Question, text: str, weight: Mapping[str, float]) -> tuple[bool, float]:
    """Whether ``text`` answers ``question`` with yes, and how much its clause is to the point.

    The clause that has most of the question's words decides, its verb counting most ("slows it
    down, but does not kill it"); a later one breaks ties, because Korean says last what it means.
    """
    weight = {
        t.text: weight[t.text] * (_VERB if is_verb(question, t) else 1) for t in question.terms
    }
    best, clause = -1.0, text
    parts = clauses(text) or [text]
    before = ""
    for part in parts:
        index = TextIndex(f"{part} {before}" if len(part) < 12 else part, part.split())
        share = sum(weight[t.text] * held(t, index) for t in question.terms)
        if share >= best:
            best, clause = share, part
        before = part
    total = sum(weight[t.text] for t in question.terms) or 1.0
    no = _says_no(clause, question.text)
    return no is question.negated, best / total


def _says_no(clause: str, question: str) -> bool:
    """Whether ``clause`` denies what ``question`` asks about."""
    no = negates(clause)
    asked = _AGAINST.search(question) is not None
    against = _AGAINST.search(clause)
    if against is not None and not asked:
        # 삭제되지 않는다: the negation is of that very word; else two reasons for no are one no.
        beside = clause[max(against.start() - 5, 0) : against.end() + 6]
        no = not (no and negates(beside))
    elif against is None and asked and not no and _FOR.search(clause):
        no = True
    if opposed(question, clause):
        no = not no
    return no
