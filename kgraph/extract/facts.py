"""What a clause gives: its arguments by particle, and the facts they make."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement in words, with the span (of the sentence) and the rule behind it."""

    subject: str
    relation: str
    object: str
    rule: str
    negated: bool = False
    condition: str = ""
    minted: bool = False


@dataclass(slots=True)
class Args:
    """What the predicate to come may take: terms by marker."""

    roles: dict[str, list[str]] = field(default_factory=dict)
    topic: list[str] = field(default_factory=list)
    topic_owner: list[str] = field(default_factory=list)  # X, where the topic is X의 Y
    owner: list[str] = field(default_factory=list)  # X, where the subject is X의 Y
    topical: set[str] = field(default_factory=set)  # markers that carry 은/는
    # Markers whose phrase stands there and names nothing: no other term may stand in for it.
    blocked: set[str] = field(default_factory=set)

    mode: str = ""  # how it is done: 병렬로
    value: str = ""  # what something is set to: 7일로 설정한다

    def first(self, *markers: str) -> list[str]:
        """The terms of the first of ``markers`` that has any."""
        return next((self.roles[m] for m in markers if self.roles.get(m)), [])


@dataclass(frozen=True, slots=True)
class Purpose:
    """What is to be done: the relations of …하기 위해, …하려면 and their objects."""

    relations: tuple[str, ...]
    objects: tuple[str, ...]
    negated: bool = False
