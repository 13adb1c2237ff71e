"""Predicates read with the case frames of the vocabulary."""

from __future__ import annotations

from kgraph.extract.chunks import Predicate
from kgraph.extract.facts import Args, Fact
from kgraph.extract.terms import is_attribute, is_term
from kgraph.vocab.relations import Frame, Relations

# Verbs too light or too vague to be a relation of their own.
_LIGHT = frozenset(
    """
    않다 못하다
    하다 되다 있다 없다 이다 같다 보다 알다 가다 오다 나오다 나다 들다 보이다 생기다 말하다
    생각하다 가능하다 필요하다 존재하다 발생하다 진행하다 관련되다 의하다 통하다 위하다 대하다
    따르다 좋다 많다 적다 크다 작다 쉽다 어렵다 중요하다 비하다 해당하다 원하다 시작되다
    동일하다 간단하다 다양하다 유용하다 이해하다 참고하다 정리하다 공부하다 살펴보다 붙다
    """.split()  # noqa: SIM905
)


# What X의 예시, X의 일부 are is not said by "is a".
_NO_KINDS = frozenset(["예", "예시", "예제", "일부", "의미", "뜻", "때문", "이유", "경우", "정도"])


def is_vague(lemma: str) -> bool:
    """Whether a verb is too light or too vague to be a relation of its own."""
    return lemma in _LIGHT


class PredicateReader:
    """Turns predicates and their arguments into facts, and keeps what carries on.

    Args:
        text: the sentence.
        relations: the vocabulary.
        subject: what an omitted subject stands for; empty when unsure.
        defined: the term that the sentence defines, where one does (before a colon).
        loose: ``defined`` is only the term the sentence stands under; it needs a clause to define.
        prose: the sentence stands in running text.
    """

    def __init__(
        self,
        text: str,
        relations: Relations,
        subject: str = "",
        defined: str = "",
        loose: bool = False,
        prose: bool = False,
    ) -> None:
        self.prose = prose
        self.loose = loose
        self.opening = False  # the first sentence below its heading
        self.text = text
        self.relations = relations
        self.subject = subject
        self.defined = defined
        self.topic: list[str] = []
        self.carried: list[str] = []  # subject of the clause before
        self.carried_object: list[str] = []
        self.condition = ""
        self.goal: list[str] = []  # what "…를 하려면" is about
        self.last_word = ""
        self.agent: list[str] = []  # whose action the last predicate was read as
        self.listed = False  # ``subject`` is the label of the list that the sentence stands in
        self.facts: list[Fact] = []

    def is_clause(self, text: str) -> bool:
        """Whether a text without Hangul has a verb of the vocabulary in it, or is long."""
        words = text.split()
        return len(words) > 4 or any(
            kind == "s" for word in words[1:] for _, kind in self.relations.english_form(word)
        )

    def _role(self, args: Args, marker: str) -> list[str]:
        found = args.roles.get(marker, [])
        if not found and marker in ("에게", "에"):
            found = args.roles.get("에" if marker == "에게" else "에게", [])
        if not found and marker == "부터":
            found = args.roles.get("에서", [])
        return found

    def _subject(self, args: Args) -> list[str]:
        if args.roles.get("이"):
            return args.roles["이"]
        if args.topic:
            return args.topic
        if self.condition and not self.topic and not self.listed:
            return []  # of whom the condition's consequence is said is not sure
        if self.carried:
            return self.carried
        if self.topic:
            return self.topic
        return [self.subject] if self.subject else []

    def _predicate(self, p: Predicate, args: Args, rule: str, emit: bool = True) -> None:
        lemma = p.lemma
        if lemma == "하다" and args.roles.get("을"):
            noun = args.roles["을"][-1]
            words = noun.split()
            if self.relations.noun(words[-1]):
                lemma = words[-1] + "하다"
                rest = " ".join(words[:-1])
                args.roles["을"] = [rest] if is_term(rest) else []
        if p.again and self.relations.korean("재" + lemma):
            lemma = "재" + lemma
        frames = () if p.caused else self.relations.korean(lemma)
        if p.able and "에서" in args.topical and not args.topic and not args.roles.get("이"):
            args.topic = args.roles.pop("에서", [])  # X에서는 Y를 사용할 수 없다
        explicit = args.roles.get("이") or args.topic
        subject = self._subject(args)
        if not explicit and lemma.endswith("되다") and self.carried_object:
            subject = self.carried_object  # 오프셋을 A에 저장했지만 지금은 B에 저장된다
        if not explicit and rule == "ko.clause":
            rule = "ko.omitted"
            if p.must or lemma == "확인하다" or (self.prose and p.able and not p.negated):
                emit = False  # what the reader of the note can or must do
        if emit:
            if lemma == "필요하다" or (lemma == "없다" and self.last_word == "필요"):
                p.negated ^= lemma == "없다"
                self._need(args, p.negated, rule)
            elif lemma in ("있다", "없다"):
                self._existence(args, p.negated ^ (lemma == "없다"), rule)
            elif lemma == "가능하다" or lemma == "불가능하다":
                self._able(args, p.negated ^ (lemma == "불가능하다"), rule)
            elif lemma in ("되다", "아니다") and args.roles.get("보어"):
                if p.ending == "final":
                    negated = p.negated ^ (lemma == "아니다")
                    self._emit(subject, "isA", args.roles["보어"], rule, negated)
            elif frames:
                self._frames(frames, args, subject, p, rule)
                if not p.negated and subject and explicit:
                    self._means(frames, args, subject, rule)
            elif lemma not in _LIGHT and explicit and args.roles.get("을") and p.ending == "final":
                for s in subject:
                    for o in args.roles["을"]:
                        self._add(Fact(s, lemma, o, rule, p.negated, self.condition, True))
        if not emit:
            return
        self.carried = self.agent if frames else subject
        self.carried_object = args.roles.get("을") or self.carried_object
        if p.ending == "final":
            self.condition = ""

    def _frames(
        self, frames: tuple[Frame, ...], args: Args, subject: list[str], p: Predicate, rule: str
    ) -> None:
        negated = p.negated
        self.agent = subject
        transitive = any("을" in (f.subject, f.object) for f in frames)
        objects = args.roles.get("을", [])
        if transitive and not objects and args.roles.get("이") and args.topic:
            objects = args.topic  # 백업은 AWS가 한다
        for marker in ("도", "만", ""):
            if transitive and not objects:
                objects = args.roles.get(marker, [])
                if objects and objects == subject:
                    objects = []
        if transitive and not objects and not args.roles.get("이") and not negated:
            objects = self.carried_object
        if (
            transitive
            and args.topic
            and args.roles.get("부터")
            and subject == args.topic
            and self.subject
            and not p.lemma.endswith("받다")
        ):
            objects, subject = args.topic, [self.subject]  # 설정은 서버로부터 가져온다
        if (
            transitive
            and not objects
            and args.topic
            and subject == args.topic
            and self.subject
            and self.subject not in args.topic
            and not is_attribute(args.topic[0])
            and all(f.object == "을" for f in frames)
        ):
            objects, subject = args.topic, [self.subject]  # 요청은 직접 처리하지 않는다
            self.agent = subject

        def fill(frame: Frame, marker: str) -> list[str]:
            if marker == "이":
                return subject
            if marker == "을":
                return objects
            found = self._role(args, marker)
            inside = marker == frame.subject == "에" and not found
            if inside and self.defined and not self.loose:
                return [self.defined]  # payload : claim들이 들어간다
            return found

        focus = [m for m in args.topical if m in ("에", "에서", "로", "에게", "부터")]
        for frame in frames:
            if frame.relation == "contains" and frame.object == "을" and args.roles.get("에"):
                continue  # 값을 헤더에 담아서: the header contains it
            if negated and focus and frame.subject not in focus and frame.object not in focus:
                continue
            filled = fill(frame, frame.subject), fill(frame, frame.object)
            self._emit(filled[0], frame.relation, filled[1], rule, negated)
        if frames[0].relation == "uses" and not negated:  # B 대신 A를 사용
            self._emit(objects or subject, "replaces", args.roles.get("대신", []), rule, False)

    def _means(self, frames: tuple[Frame, ...], args: Args, subject: list[str], rule: str) -> None:
        used = {m for f in frames for m in (f.subject, f.object)}
        for marker in ("통해", "로"):
            if marker in used or not args.roles.get(marker):
                continue
            if (args.roles.get("을") or self.carried_object) and marker == "로":
                self._emit(subject, "uses", args.roles["로"], "ko.means", False)
            elif marker == "통해":
                self._emit(subject, "uses", args.roles["통해"], "ko.means", False)

    def _existence(self, args: Args, negated: bool, rule: str) -> None:
        things = args.roles.get("이") or args.roles.get("도") or args.roles.get("") or []
        place = args.roles.get("에", [])
        if things and place:
            self._emit(place, "contains" if not negated else "hasAttribute", things, rule, negated)
        elif place and args.topic:
            self._emit(args.topic, "locatedIn", place, rule, negated)
        elif things and args.topic:
            self._emit(args.topic, "hasAttribute", things, rule, negated)
        elif args.topic and not things and not place and self.subject and negated:
            self._emit([self.subject], "hasAttribute", args.topic, rule, negated)
            self.agent = [self.subject]
        elif things and not place and self.subject and negated:
            self._emit([self.subject], "hasAttribute", things, rule, negated)

    def _need(self, args: Args, negated: bool, rule: str) -> None:
        things = args.roles.get("이") or args.roles.get("도") or args.roles.get("") or []
        owner = args.topic or args.roles.get("에") or self.goal
        if not owner and not self.condition:
            owner = self.carried or self.topic
        if not owner and not self.condition and self.subject:
            owner = [self.subject]
        self._emit(owner, "requires", things, rule, negated)

    def _able(self, args: Args, negated: bool, rule: str) -> None:
        things = args.roles.get("이") or args.roles.get("도") or args.roles.get("") or []
        owner = args.topic or self.topic or ([self.subject] if self.subject else [])
        self._emit(owner, "supports", things, rule, negated)

    def _emit(
        self,
        subjects: list[str],
        relation: str,
        objects: list[str],
        rule: str,
        negated: bool,
        loose: bool = False,
    ) -> None:
        for s in subjects:
            for o in objects:
                if relation in ("ensures", "isA", "hasAttribute") and o.endswith(" 상태"):
                    relation = "hasState"
                if relation == "isA" and o.split()[-1] in _NO_KINDS:
                    continue
                if s.casefold() != o.casefold() and (loose or is_term(o)):
                    self._add(Fact(s, relation, o, rule or "ko.clause", negated, self.condition))
                    basis, based, _ = o.partition(" 기반 ")
                    if relation == "isA" and based and not negated and is_term(basis):
                        self._add(Fact(s, "basedOn", basis, rule))  # React 기반 프레임워크

    def _add(self, fact: Fact) -> None:
        if fact not in self.facts:
            self.facts.append(fact)
