"""Predicates: what each kind of them says, and what of it carries on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgraph.extract.chunks import Predicate
from kgraph.extract.facts import Args, Fact
from kgraph.extract.having import HavingReader
from kgraph.extract.values import is_value
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
_LISTED = re.compile(r"\s*,\s+|\s+/\s+")
_ATTACHING = frozenset(["붙이다", "덧붙이다", "더하다", "달다", "매기다", "씌우다"])
_PLAYING = frozenset(["하다", "수행하다", "맡다", "담당하다", "되다"])
_ARISING = frozenset(["발생하다", "생기다", "나다", "일어나다", "터지다"])
# What people do as well as programs.
_BY_PEOPLE = frozenset(
    """
    configures creates removes updates runs starts stops deploys selects assigns finds monitors
    validates connectsTo pointsTo restarts
    """.split()  # noqa: SIM905
)
_SETTING = frozenset(
    """
    설정 지정 고정 제한 변경 조정 세팅 셋팅 잡다 늘리다 줄이다 바꾸다 맞추다 정하다 두다 올리다
    낮추다
    """.split()  # noqa: SIM905
)


def is_vague(lemma: str) -> bool:
    """Whether a verb is too light or too vague to be a relation of its own."""
    return lemma in _LIGHT


class PredicateReader(HavingReader):
    """Turns predicates and their arguments into facts, and keeps what carries on."""

    def is_clause(self, text: str) -> bool:
        """Whether a text without Hangul has a verb of the vocabulary in it, or is long."""
        words = text.split()
        listed = max(len(part.split()) for part in _LISTED.split(text)) < 3
        return (len(words) > 4 and not listed) or any(
            kind == "s" for word in words[1:] for _, kind in self.relations.english_form(word)
        )

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
        if passive and not explicit and args.roles.get("만"):
            subject = args.roles["만"]  # 붙은 변수만 클라이언트에 노출된다
        if not explicit and rule == "ko.clause":
            rule = "ko.before" if subject == [self.subject] else "ko.omitted"
            if self.prose and rule == "ko.before" and self._instructs(frames, subject):
                subject = []  # 파일을 만든다: the reader of the note is told to
            told = self.prose and p.past and not passive and rule == "ko.before"
            if told and not any(map(self.acts, subject)):
                subject = []  # 반나절을 날렸다: whoever wrote the note did
            if self.prose and {"에", "에서"} & args.topical and not self.topic:
                subject = []  # 버킷에는 …를 켜 두었다: whoever wrote the note did
            if emit and p.must and not p.negated and not p.past:
                self._duty(frames, args)
            if (
                p.must
                or lemma == "확인하다"
                or (self.prose and p.able and not p.negated and not self.by)
            ):
                emit = False  # what the reader of the note can or must do
        if self._instrument(frames, args, p, rule) and self.prose and not explicit:
            emit = False
        if p.needless and frames:
            self._needless(p, args)
            return
        settable = args.value.isupper() or is_value(args.value)
        if args.value and settable and lemma.removesuffix("되다").removesuffix("하다") in _SETTING:
            theme = args.roles.get("을") or args.topic or args.roles.get("이", [])
            value = [args.value]
            self._emit(theme, "hasAttribute", value, "ko.value", p.negated, loose=True)
        if emit:
            self._emit(subject, "differsFrom", args.roles.pop("달리", []), rule, False)
            self._state(p, args, subject, rule)
            if lemma == "필요하다" or (lemma == "없다" and self.last_word == "필요"):
                p.negated ^= lemma == "없다"
                self._need(args, p.negated, rule)
            elif lemma in ("있다", "없다"):
                if p.must:
                    self._need(args, p.negated, rule)
                else:
                    self._existence(args, p.negated ^ (lemma == "없다"), rule)
            elif lemma in _ARISING and not p.negated and self.condition:
                self._arises(args, rule)
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
        if p.under and self.topic and args.roles.get("이"):
            self.carried = self.topic  # A는 B가 끝난 뒤에 C를 실행한다: A does
        done = [] if p.negated else args.roles.get("을")
        if p.ending == "link" and frames and frames[0].relation == "uses":
            done = self.carried_object  # 역색인을 이용해서 검색한다: not for the index
        elif p.ending == "link" and self.carried_object and p.lemma in _ATTACHING:
            done = self.carried_object  # 로그를 읽어 label을 붙이고 보낸다: the log is sent
        self.carried_object = done or ([] if args.roles.get("을") else self.carried_object)
        if not explicit and args.roles.get("도") and p.ending == "link":
            self.carried = args.roles["도"]  # Feast도 검토했지만 집계를 지원하지 않아 …
        if p.ending in ("final", "content"):
            self.condition, self.hypothetical = "", False
            self.by, self.purpose = [], None

    def _instructs(self, frames: Sequence[Frame], subject: list[str]) -> bool:
        """Whether running text without a subject is rather what somebody should do."""
        done = any(f.relation in _BY_PEOPLE and f.subject == "이" for f in frames)
        return done and not any(map(self.acts, subject))

    def _whole(self, p: Predicate, args: Args) -> str:
        """The lemma, its verbal noun joined to it: 재시도를 하지 않는다, 보장은 못한다."""
        lemma = p.lemma
        if lemma in _PLAYING:
            self._plays(p, args)
        if args.roles.get("을") == ["영향"]:
            args.roles["을"] = []
            args.blocked.add("을")
            lemma = "영향받다" if lemma == "받다" else "영향주다"
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
        if p.again and lemma == "쓰다":
            lemma = "재작성하다"  # 히스토리를 다시 쓴다
        if p.again and self.relations.korean("재" + lemma):
            lemma = "재" + lemma
        return lemma

    def _topic_done(self, p: Predicate, args: Args) -> str:
        """보장은 못한다, 드리프트 감지는 Evidently가 한다: the topic is what is done."""
        rest = self._verbal_noun(args.topic[-1]) if args.topic else None
        bare = args.topic and not args.roles and p.lemma == "하다" and p.negated
        if rest is None and bare and self.subject not in ("", *args.topic):
            self._emit([self.subject], "supports", args.topic, "ko.clause", True)
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
