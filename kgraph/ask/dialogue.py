"""Questions one after another: "그럼 그건 어디에 저장돼?" asks of what the last answer named.

Only grammar is read here: a pronoun with its particle, or an opening such as 그럼 or "and" before a
question that names nothing itself. What stands in its place is a name from the last answer. What a
question leaves out altogether is taken from the question before (:mod:`kgraph.ask.ellipsis`).
"""

from __future__ import annotations

import re
from typing import Protocol

from kgraph.ask.ellipsis import OPENING, completed, names_only
from kgraph.ask.phrasing import topic
from kgraph.index.rows import Filter
from kgraph.types import Reply

_ALL = Filter()
# 그건 -> X는, 그게 -> X가: the pronoun with what its ending stands for (closed, open syllable).
_CONTRACTED = {"건": ("은", "는"), "게": ("이", "가"), "걸": ("을", "를"), "걸로": ("으로", "로")}
_KOREAN = re.compile(
    r"(?<![가-힣])(?:[그이](?P<short>건|걸로|걸|게)(?![가-힣])"
    r"|(?:그거|그것|이거|이것|그\s것)(?P<particle>은|는|이|가|을|를|으로|로)?"
    r"(?=[가-힣]{0,3}(?:\s|[?？]|$))"
    r"|(?P<place>거기)(?=[가-힣]{0,2}(?:\s|[?？]|$)))"
)
_PARTICLES = {
    "은": ("은", "는"),
    "는": ("은", "는"),
    "이": ("이", "가"),
    "가": ("이", "가"),
    "을": ("을", "를"),
    "를": ("을", "를"),
    "으로": ("으로", "로"),
    "로": ("으로", "로"),
}
_AUXILIARY = r"(?:is|are|was|were|do|does|did|can|will|should|must|has|have)"
_ENGLISH = (
    re.compile(r"\b(?P<of>its|their)\b", re.I),
    re.compile(r"\b(?:it|they|them)\b", re.I),
    # "that" is more often a conjunction: it stands for something only beside an auxiliary.
    re.compile(rf"\b(?:that|this)(?=\s+{_AUXILIARY}\b|\s*\??\s*$)", re.I),
)


# A question for a thing is answered by a new name; any other goes on about what it named itself.
_FOR_A_THING = re.compile(r"누가|누구|무엇이|뭐가|어떤|어느|어디|\b(?:who|which|where)\b", re.I)


class Asking(Protocol):
    """What a dialogue asks; ``kgraph.ask.Asker`` is one."""

    def ask(self, question: str, k: int = 5, only: Filter = ...) -> Reply:
        """Answer a question that stands by itself."""
        ...

    def named(self, text: str) -> list[str]:
        """The names of the known concepts in ``text``, as they stand there, in order."""
        ...


class Dialogue:
    """A conversation: remembers what was asked last, and what the answer named."""

    def __init__(self, asker: Asking) -> None:
        self._asker = asker
        self._topic = ""
        self._before = ""

    def ask(self, question: str, k: int = 5, only: Filter = _ALL) -> Reply:
        """Answer ``question``, its pronouns standing for the last answer's concept.

        The reply's question is the one that was asked, pronouns replaced.
        """
        asked = self.resolved(question)
        reply = self._asker.ask(asked, k, only)
        self._topic = self._spoken_of(asked, reply) or self._topic
        self._before = asked
        return reply

    def resolved(self, question: str) -> str:
        """``question`` as it would be put if nothing had been asked before it.

        What it leaves out is that of the question before; a pronoun is the last answer's concept.
        """
        if self._before:
            whole = completed(question, self._before, self._asker.named)
            if whole is not None:
                return whole
        if not self._topic:
            return question
        rest = OPENING.sub("", question, count=1)
        said = _replaced(rest, self._topic)
        if said != rest:
            return said
        if (rest != question or names_only(question)) and not self._asker.named(rest):
            korean = re.search(r"[가-힣]", rest) is not None
            return f"{topic(self._topic)} {rest}" if korean else f"{self._topic}: {rest}"
        return question

    def _spoken_of(self, asked: str, reply: Reply) -> str:
        """What a pronoun after ``reply`` means: the thing it gives, else the thing asked about."""
        known = self._asker.named(asked)
        if reply.abstained or not reply.answers:
            return known[0] if known else ""
        first = reply.answers[0]
        if first.labels:
            return first.labels[0]
        if known and not _FOR_A_THING.search(asked):
            return known[0]
        folded = {name.casefold() for name in known}
        new = [name for name in self._asker.named(first.text) if name.casefold() not in folded]
        return (new or known or [""])[0]


def _replaced(question: str, name: str) -> str:
    """``question`` with ``name`` in place of its first pronoun."""
    found = _KOREAN.search(question)
    if found is not None:
        forms = _CONTRACTED.get(found["short"] or "") or _PARTICLES.get(found["particle"] or "")
        said = topic(name, *forms) if forms else name
        return question[: found.start()] + said + question[found.end() :]
    for pattern in _ENGLISH:
        found = pattern.search(question)
        if found is not None:
            said = f"{name}'s" if "of" in pattern.groupindex else name
            return question[: found.start()] + said + question[found.end() :]
    return question
