"""Having, needing, being able to, becoming: predicates that need no frame."""

from __future__ import annotations

from collections.abc import Sequence

from kgraph.extract.chunks import Predicate
from kgraph.extract.facts import Args
from kgraph.extract.frames import FrameReader
from kgraph.vocab.relations import Frame

# What must be done to something is required of whose it is: `terraform init`을 실행해야 한다.
_DUTIES = frozenset(["uses", "configures", "runs", "starts", "assigns", "deploys", "creates"])


class HavingReader(FrameReader):
    """Reads what something has, needs, supports and becomes."""

    def _existence(self, args: Args, negated: bool, rule: str) -> None:
        things = args.first("이", "도", "")
        place = args.roles.get("에", [])
        if things and place:
            self._emit(place, "contains" if not negated else "hasAttribute", things, rule, negated)
        elif place and args.topic:
            self._emit(args.topic, "locatedIn", place, rule, negated)
        elif things and args.topic:
            self._emit(args.topic, "hasAttribute", things, rule, negated)
        elif args.topic and not args.roles and not args.blocked and self.subject and negated:
            owner = self.first if self.first not in ([], args.topic) else [self.subject]
            self._emit(owner, "hasAttribute", args.topic, rule, negated)
            self.topic = []  # deny 룰은 없고 allow 룰만 지원: of the subject both are said
            args.topic = []
        elif place and not things and self.subject and self.subject not in place:
            if negated:  # Jython엔 없음
                self._emit(place, "hasAttribute", [self.subject], rule, True)
            else:
                self._emit([self.subject], "locatedIn", place, rule, False)
        elif len(things) > 1 and not place and not negated and not self.lost:
            whose = self.carried or self.topic or ([self.subject] if self.subject else [])
            self._emit(whose, "contains", things, rule, False)  # 대표적으로 A, B가 있다
        elif things and not place and self.subject and negated:
            self._emit([self.subject], "hasAttribute", things, rule, negated)

    def _need(self, args: Args, negated: bool, rule: str) -> None:
        things = [n.removesuffix(" 필요") for n in args.first("이", "도", "")]
        if not things and args.topic and self.subject not in ("", *args.topic):
            things, args.topic = args.topic, []  # 이때 helm CLI는 필요하지 않다
            self.topic = []
        owner = args.topic or args.roles.get("에") or self.goal or self.by or self.case
        if not owner and not self.hypothetical:
            owner = self.carried or self.topic
        sure = not self.hypothetical or self.listed
        if not owner and sure and self.subject and not self.lost:
            owner = [self.subject]
        self._emit(owner, "requires", things, rule, negated)

    def _plays(self, p: Predicate, args: Args) -> None:
        """영속성 컨텍스트는 1차 캐시 역할을 한다: that is what it is."""
        played = [n for n in args.roles.get("을", []) if n.endswith((" 역할", "의 역할"))]
        if played:
            kinds = [n.removesuffix("역할").rstrip().removesuffix("의") for n in played]
            self._emit(self._subject(args), "isA", kinds, "ko.role", p.negated)
            args.roles.pop("을")
            args.blocked.add("을")

    def _arises(self, args: Args, rule: str) -> None:
        """X를 재귀로 부르면 Y가 발생한다: X triggers Y."""
        cause = self.by or self.case or self.cause
        if not args.topic and "이" not in args.blocked:
            self._emit(cause, "triggers", args.first("이", "도", ""), rule, False)

    def _able(self, args: Args, negated: bool, rule: str) -> None:
        things = args.first("이", "도", "")
        owner = args.topic or self.by or self.case or self.topic
        if not owner and self.subject and not self.lost:
            owner = [self.subject]
        self._emit(owner, "supports", things, rule, negated)

    def _needless(self, p: Predicate, args: Args) -> None:
        """러너에 Gradle을 설치할 필요가 없다: whose it is does not require that."""
        owner = args.topic or args.roles.get("이") or args.roles.get("에") or self.by or self.topic
        if not owner and self.subject and not self.lost:
            owner = [self.subject]
        verb = p.lemma.removesuffix("하다")
        things = args.roles.get("을") or ([verb] if verb != p.lemma else [])
        if args.roles.get("을") and verb != p.lemma:
            things = [f"{name} {verb}" for name in things]
        self._emit(owner, "requires", things, "ko.need", True)

    def _duty(self, frames: tuple[Frame, ...], args: Args) -> None:
        """backend를 바꾸면 `terraform init`을 실행해야 한다: the one requires the other."""
        if not any(f.relation in _DUTIES for f in frames):
            return
        owner = self.goal or (self.object_before if self.condition else [])
        if not owner and not self.condition and self.listed and self.subject:
            owner = [self.subject]
        self._emit(owner, "requires", args.roles.get("을", []), "ko.duty", False)

    def _becomes(self, p: Predicate, args: Args, subject: list[str], rule: str) -> None:
        """X가 Y가 되다, X는 Y가 아니다; 확장이 안 된다."""
        things = args.roles["보어"]
        negated = p.negated ^ (p.lemma == "아니다")
        if p.lemma == "되다" and negated and self._verbal_noun(things[-1]):
            self._emit(subject, "supports", things, rule, True)
        elif p.ending == "final":
            self._emit(subject, "isA", things, rule, negated)

    def _applies(self, frames: Sequence[Frame], args: Args, p: Predicate) -> bool:
        """DaemonSet에는 적용할 수 없다: what the note is about does not support it."""
        if args.first("을", "이", "도") or args.topic or not self.subject or self.lost:
            return False
        if not any(f.relation == "uses" for f in frames):
            return False
        self._emit([self.subject], "supports", args.roles.get("에", []), "ko.omitted", p.negated)
        return True
