"""Predicates read with the case frames of the vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

from kgraph.extract.chunks import Predicate
from kgraph.extract.facts import Args, Fact
from kgraph.extract.means import MeansReader
from kgraph.extract.terms import is_attribute, is_term
from kgraph.vocab.relations import Frame

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
# What people do as well as programs.
_BY_PEOPLE = frozenset(
    """
    configures creates removes updates runs starts stops deploys selects assigns finds monitors
    validates connectsTo pointsTo restarts
    """.split()  # noqa: SIM905
)
_TAKING = frozenset(["받다", "전달받다", "전송받다", "넘겨받다"])
# What must be done to something is required of whose it is: `terraform init`을 실행해야 한다.
_DUTIES = frozenset(["uses", "configures", "runs", "starts", "assigns", "deploys", "creates"])


def is_vague(lemma: str) -> bool:
    """Whether a verb is too light or too vague to be a relation of its own."""
    return lemma in _LIGHT


class PredicateReader(MeansReader):
    """Turns predicates and their arguments into facts, and keeps what carries on."""

    def is_clause(self, text: str) -> bool:
        """Whether a text without Hangul has a verb of the vocabulary in it, or is long."""
        words = text.split()
        return len(words) > 4 or any(
            kind == "s" for word in words[1:] for _, kind in self.relations.english_form(word)
        )

    def _frames_of(self, p: Predicate) -> tuple[Frame, ...]:
        return self.relations.korean(p.lemma, p.passive)

    def _role(self, args: Args, marker: str) -> list[str]:
        found = args.roles.get(marker, [])
        if not found and marker in ("에게", "에"):
            found = args.roles.get("에" if marker == "에게" else "에게", [])
        if not found and marker == "부터" and "에서" not in args.topical:
            found = args.roles.get("에서", [])
        return found

    def _subject(self, args: Args) -> list[str]:
        if args.roles.get("이"):
            return args.roles["이"]
        if args.topic:
            return args.topic
        if args.roles.get("을") and args.first("도", "만"):
            return args.first("도", "만")  # `docker exec`도 이거 씀
        if {"이", "은"} & args.blocked or self.lost:
            return []
        if self.by:
            return self.by
        if self.hypothetical and not self.topic and not self.listed:
            return []  # of whom the condition's consequence is said is not sure
        if self.carried:
            return self.carried
        if self.topic:
            return self.topic
        return [self.subject] if self.subject else []

    def _predicate(self, p: Predicate, args: Args, rule: str, emit: bool = True) -> None:
        lemma = p.lemma = self._whole(p, args)
        frames = self._frames_of(p)
        if p.caused and p.able and not args.roles.get("이"):
            frames = ()  # 재사용할 수 있게 해준다: others can
        if p.able and "에서" in args.topical and not args.topic and not args.roles.get("이"):
            args.topic = args.roles.pop("에서", [])  # X에서는 Y를 사용할 수 없다
            lacks = not args.first("을", "도", "만") and "을" not in args.blocked
            if lacks and self.subject not in ("", *args.topic):
                args.roles["을"] = [self.subject]
        if p.able and "에" in args.topical and self._applies(frames, args, p):
            return
        taken = any(f.relation in ("uses", "requires") for f in frames)
        if self.case and taken and not args.roles.get("이") and not args.topic:
            args.topic = self.case  # CPU bound면 `multiprocessing`을 쓴다
        explicit = args.roles.get("이") or args.topic
        subject = self._subject(args)
        passive = lemma.endswith("되다") or p.passive
        if passive and self.by and not explicit:
            subject = args.first("도", "만", "")  # `async def`를 호출하면 coroutine만 리턴된다
        elif not explicit and passive and self.carried_object:
            subject = self.carried_object  # 오프셋을 A에 저장했지만 지금은 B에 저장된다
        if not explicit and rule == "ko.clause":
            rule = "ko.before" if subject == [self.subject] else "ko.omitted"
            if self.prose and rule == "ko.before" and self._instructs(frames, subject):
                subject = []  # 파일을 만든다: the reader of the note is told to
            if self.prose and {"에", "에서"} & args.topical and not self.topic:
                subject = []  # 버킷에는 …를 켜 두었다: whoever wrote the note did
            if emit and p.must and not p.negated:
                self._duty(frames, args)
            if p.must or lemma == "확인하다" or (self.prose and p.able and not p.negated):
                emit = False  # what the reader of the note can or must do
        if self._instrument(frames, args, p, rule) and self.prose and not explicit:
            emit = False
        if p.needless and frames:
            self._needless(p, args)
            return
        if emit:
            self._state(p, args, subject, rule)
            if lemma == "필요하다" or (lemma == "없다" and self.last_word == "필요"):
                p.negated ^= lemma == "없다"
                self._need(args, p.negated, rule)
            elif lemma in ("있다", "없다"):
                if p.must:
                    self._need(args, p.negated, rule)
                else:
                    self._existence(args, p.negated ^ (lemma == "없다"), rule)
            elif lemma in ("가능하다", "불가능하다"):
                self._able(args, p.negated ^ (lemma == "불가능하다"), rule)
            elif lemma in ("되다", "아니다") and args.roles.get("보어"):
                self._becomes(p, args, subject if explicit else [], rule)
            elif frames:
                self._frames(frames, args, subject, p, rule)
                if not p.negated and subject:
                    self._means(frames, args, subject, p, rule)
            elif lemma not in _LIGHT and explicit and args.roles.get("을") and p.ending == "final":
                for s in subject:
                    for o in args.roles["을"]:
                        self._add(Fact(s, lemma, o, rule, p.negated, self.condition, True))
        if not emit:
            return
        gone = explicit and not args.roles.get("이") and not args.topic
        self.carried = self.agent if frames else [] if gone else subject
        self.carried_object = args.roles.get("을") or self.carried_object
        if p.ending == "final":
            self.condition, self.hypothetical = "", False
            self.by, self.purpose = [], None

    def _instructs(self, frames: Sequence[Frame], subject: list[str]) -> bool:
        """Whether running text without a subject is rather what somebody should do."""
        done = any(f.relation in _BY_PEOPLE and f.subject == "이" for f in frames)
        return done and not any(map(self.acts, subject))

    def _applies(self, frames: Sequence[Frame], args: Args, p: Predicate) -> bool:
        """DaemonSet에는 적용할 수 없다: what the note is about does not support it."""
        if args.first("을", "이", "도") or args.topic or not self.subject or self.lost:
            return False
        if not any(f.relation == "uses" for f in frames):
            return False
        self._emit([self.subject], "supports", args.roles.get("에", []), "ko.omitted", p.negated)
        return True

    def _whole(self, p: Predicate, args: Args) -> str:
        """The lemma, its verbal noun joined to it: 재시도를 하지 않는다, 보장은 못한다."""
        lemma = p.lemma
        if lemma in ("하다", "되다"):
            for marker in ("", "을", "도", "만"):
                names = args.roles.get(marker)
                if names and (rest := self._verbal_noun(names[-1])):
                    args.roles[marker] = []
                    lemma, argument = rest[0] + lemma, rest[1]
                    if argument:
                        args.roles["을" if lemma.endswith("하다") else "이"] = [argument]
                    elif lemma.endswith("하다"):
                        args.blocked.add("을")  # 재시도를 한다: of nothing else
                        p.light = True
                    break
            else:
                lemma = self._topic_done(p, args)
        if p.again and self.relations.korean("재" + lemma):
            lemma = "재" + lemma
        return lemma

    def _topic_done(self, p: Predicate, args: Args) -> str:
        """보장은 못한다, 드리프트 감지는 Evidently가 한다: the topic is what is done."""
        rest = self._verbal_noun(args.topic[-1]) if args.topic else None
        if rest is None or not (p.negated or p.able or args.roles.get("이")):
            return p.lemma
        noun, argument = rest
        if not argument and args.roles.get("이") and p.lemma == "하다":
            args.roles["을"], args.topic = args.topic, []
            return "담당하다"  # 백업은 AWS가 한다
        args.topic, self.topic = [], []
        if argument:
            args.roles["을" if p.lemma == "하다" else "이"] = [argument]
        return noun + p.lemma

    def _verbal_noun(self, name: str) -> tuple[str, str] | None:
        """The verbal noun that a name ends in, and the name before it."""
        *before, noun = name.split()
        if not self.relations.noun(noun):
            return None
        rest = " ".join(before)
        return noun, rest if is_term(rest) else ""

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

    def _objects(
        self, frames: Sequence[Frame], args: Args, subject: list[str], negated: bool
    ) -> list[str]:
        """What the action is done to: the object, or what stands in for it."""
        if not any("을" in (f.subject, f.object) for f in frames) or "을" in args.blocked:
            return []
        objects = args.roles.get("을", [])
        if not objects and args.roles.get("이") and args.topic:
            objects = args.topic  # 백업은 AWS가 한다
        for marker in ("도", "만", ""):
            if not objects:
                objects = args.roles.get(marker, [])
                if objects and objects == subject:
                    objects = []
        if not objects and not args.roles.get("이") and not negated:
            objects = self.carried_object if not args.topic or args.topic == self.carried else []
        return objects

    def _frames(
        self, frames: tuple[Frame, ...], args: Args, subject: list[str], p: Predicate, rule: str
    ) -> None:
        negated = p.negated
        self.agent = subject
        if args.roles.get("이") and not args.topic:
            self.others, self.actor = True, args.roles["이"][0]
        objects = self._objects(frames, args, subject, negated)
        topic_acts = bool(args.topic) and subject == args.topic
        only = args.roles.get("만", [])
        supports = frames[0].relation == "supports" and bool(self.subject)
        if only and only == objects and supports and self.acts(only[0]):
            subject, objects = only, [self.subject]  # InnoDB만 지원
        if supports and topic_acts and not objects and self.defined and not self.loose:
            objects = [self.defined]  # 다시 읽기 - stream은 지원
        transitive = any("을" in (f.subject, f.object) for f in frames)
        if (
            transitive
            and topic_acts
            and not objects
            and args.roles.get("부터")
            and self.subject
            and not (p.lemma.endswith("받다") and p.lemma not in _TAKING)
        ):
            objects, subject = args.topic, [self.subject]  # 설정은 서버로부터 가져온다
        if (
            transitive
            and not objects
            and topic_acts
            and "을" not in args.blocked
            and not p.passive
            and not self.until
            and not args.roles.get("기반")
            and (p.negated or not is_attribute(args.topic[0]))
        ):
            if any((f.subject, f.object) == ("을", m) for f in frames for m in args.roles):
                objects, subject = args.topic, []  # 온라인 스토어는 Redis에 둔다
            elif (
                self.subject not in ("", *args.topic)
                and not self.acts(args.topic[0])
                and any(f.object == "을" for f in frames)
                and not args.first("에", "로", "에게", "에서", "부터")
                and not (p.must and self.prose)
                and not p.lemma.endswith("받다")
            ):
                objects, subject = args.topic, [self.subject]  # 요청은 직접 처리하지 않는다
            self.agent = subject
            if subject:
                self.topic, args.topic = [], []
        said = len(self.facts)
        for frame in self._fitting(frames, args, negated):
            filled = (
                self._fill(frame, frame.subject, args, subject, objects),
                self._fill(frame, frame.object, args, subject, objects),
            )
            self._emit(filled[0], frame.relation, filled[1], rule, negated)
            if frame.relation == "controls" and frame.object == "을":
                self._emit(subject, "controls", self.asked_act, rule, negated)
        self.asked_act = []
        if p.light and topic_acts and len(self.facts) == said and not any(args.roles.values()):
            noun = p.lemma.removesuffix("하다")  # commitAsync()는 재시도를 하지 않는다
            self._emit(subject, "supports", [noun], rule, negated)
        if frames[0].relation == "uses" and not negated:  # B 대신 A를 사용
            self._emit(objects or subject, "replaces", args.roles.get("대신", []), rule, False)
        if not negated:
            self._emit(objects or subject, "connectsTo", args.roles.get("경유", []), rule, False)
            based = args.roles.get("기반", [])
            self._emit(objects or subject, "basedOn", based, rule, False)
            if frames[0].relation in ("waitsFor", "stops"):
                self._emit(subject, "waitsFor", self.until, rule, False)
            self._serves(frames, args, subject, objects)
        self.until = []

    def _fitting(self, frames: tuple[Frame, ...], args: Args, negated: bool) -> list[Frame]:
        """The frames that the arguments ask for."""
        focus = [m for m in args.topical if m in ("에", "에서", "로", "에게", "부터")]
        found = []
        for frame in frames:
            held = (frame.relation, frame.subject, frame.object) == ("contains", "이", "을")
            if held and args.roles.get("에"):
                continue  # 값을 헤더에 담아서: the header contains it
            if frame.relation == "receives" and frame.object == "에서" and "에서" in args.topical:
                continue  # user-defined bridge에서는 …: where, not from where
            if negated and focus and frame.subject not in focus and frame.object not in focus:
                continue
            found.append(frame)
        return found

    def _fill(
        self, frame: Frame, marker: str, args: Args, subject: list[str], objects: list[str]
    ) -> list[str]:
        if marker == "이":
            return subject
        if marker == "을":
            return objects
        found = self._role(args, marker)
        if marker == "의해" and not found:
            return self.by
        if marker == frame.subject == "에" and not found and self.defined and not self.loose:
            return [self.defined]  # payload : claim들이 들어간다
        return found

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
            self._emit([self.subject], "hasAttribute", args.topic, rule, negated)
            self.topic = []  # deny 룰은 없고 allow 룰만 지원: of the subject both are said
            args.topic = []
        elif place and not things and self.subject and self.subject not in place:
            if negated:  # Jython엔 없음
                self._emit(place, "hasAttribute", [self.subject], rule, True)
            else:
                self._emit([self.subject], "locatedIn", place, rule, False)
        elif things and not place and self.subject and negated:
            self._emit([self.subject], "hasAttribute", things, rule, negated)

    def _need(self, args: Args, negated: bool, rule: str) -> None:
        things = [n.removesuffix(" 필요") for n in args.first("이", "도", "")]
        owner = args.topic or args.roles.get("에") or self.goal or self.by or self.case
        if not owner and not self.condition:
            owner = self.carried or self.topic
        if not owner and not self.condition and self.subject and not self.lost:
            owner = [self.subject]
        self._emit(owner, "requires", things, rule, negated)

    def _able(self, args: Args, negated: bool, rule: str) -> None:
        things = args.first("이", "도", "")
        owner = args.topic or self.by or self.case or self.topic
        if not owner and self.subject and not self.lost:
            owner = [self.subject]
        self._emit(owner, "supports", things, rule, negated)
