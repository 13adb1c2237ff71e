"""What is known while one sentence is read: where it stands, and what its clauses have said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set

from kgraph.extract.chunks import Chunk, Predicate
from kgraph.extract.facts import Args, Fact, Purpose
from kgraph.extract.terms import is_term
from kgraph.vocab.relations import Relations

# What X의 예시, X의 일부 are is not said by "is a".
_NO_KINDS = frozenset(["예", "예시", "예제", "일부", "의미", "뜻", "때문", "이유", "경우", "정도"])
_NO_KIND_ALONE = frozenset(["용도", "목적", "역할", "방법", "방식", "단위", "일"])


class SentenceState:
    """The state that the readers of a sentence share.

    Args:
        text: the sentence.
        relations: the vocabulary.
        subject: what an omitted subject stands for; empty when unsure.
        defined: the term that the sentence defines, where one does (before a colon).
        loose: ``defined`` is only the term the sentence stands under; it needs a clause to define.
        prose: the sentence stands in running text.
        spoken: the names of the sentences before, latest last.
        kinds: what was last said to be of a kind: 값 -> 오프셋.
        code: what stands in code marks.
        acts: whether a name is that of a product or component, which does things.
    """

    def __init__(
        self,
        text: str,
        relations: Relations,
        subject: str = "",
        defined: str = "",
        loose: bool = False,
        prose: bool = False,
        spoken: Sequence[str] = (),
        kinds: Mapping[str, str] | None = None,
        code: Set[str] = frozenset(),
        acts: Callable[[str], bool] = lambda name: False,
    ) -> None:
        self.text = text
        self.relations = relations
        self.subject = subject
        self.defined = defined
        self.loose = loose
        self.prose = prose
        self.spoken = spoken
        self.kinds = kinds or {}
        self.code = code
        self.acts = acts
        self.opening = False  # the first sentence below its heading
        self.listed = False  # ``subject`` is the label of the list that the sentence stands in
        self.chunks: list[Chunk] = []
        self.last = -1
        self.args = Args()
        self.group: list[str] = []  # members of a coordination that is not complete
        self.topic: list[str] = []
        self.carried: list[str] = []  # subject of the clause before
        self.carried_object: list[str] = []
        self.object_before: list[str] = []  # of the sentence or the condition before
        self.condition = ""
        self.hypothetical = False  # …면: of whom the consequence is said is not sure
        self.goal: list[str] = []  # what "…를 하려면" is about
        self.by: list[str] = []  # by what the consequence comes about: X를 쓰면
        self.case: list[str] = []  # in whose case: 커버링 인덱스면 …
        self.nominal: list[str] = []  # what a clause before 것 is as a noun
        self.cause: list[str] = []  # what the condition is about, if it is so
        self.until: list[str] = []  # X가 끝날 때까지
        self.purpose: Purpose | None = None
        self.asked: list[str] = []  # 어떤 A가 …하는지: what the question asks for
        self.asked_act: list[str] = []  # A 접근: that in what it asks about
        self.lost = False  # the sentence has a subject that names nothing
        self.last_word = ""
        self.agent: list[str] = []  # whose action the last predicate was read as
        self.pending: list[tuple[Predicate, Args]] = []  # clauses whose subject is still to come
        self.defines = False  # the sentence says what ``defined`` is
        self.called: dict[str, str] = {}  # kinds that it has of its terms: 방식
        self.first: list[str] = []  # the first topic of the sentence
        self.actor = ""  # who acts in it, if that is no topic
        self.others = False  # somebody who is no topic acts in it
        self.facts: list[Fact] = []

    def _emit(
        self,
        subjects: Sequence[str],
        relation: str,
        objects: Sequence[str],
        rule: str,
        negated: bool,
        loose: bool = False,
    ) -> None:
        for s in subjects:
            for o in objects:
                what = relation
                if relation in ("ensures", "isA", "hasAttribute") and o.endswith(" 상태"):
                    what = "hasState"
                if what == "isA" and (o.split()[-1] in _NO_KINDS or o in _NO_KIND_ALONE):
                    continue
                if s.casefold() != o.casefold() and (loose or is_term(o)):
                    self.defines |= what == "isA" and s == self.defined
                    self._add(Fact(s, what, o, rule or "ko.clause", negated, self.condition))
                    basis, based, _ = o.partition(" 기반 ")
                    if what == "isA" and based and not negated and is_term(basis):
                        self._add(Fact(s, "basedOn", basis, rule))  # React 기반 프레임워크

    def _add(self, fact: Fact) -> None:
        if fact not in self.facts:
            self.facts.append(fact)
