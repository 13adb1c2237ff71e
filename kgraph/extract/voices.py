"""Who does what to what: subjects and objects that stand there, and those that are left out."""

from __future__ import annotations

from collections.abc import Sequence

from kgraph.extract.chunks import Predicate
from kgraph.extract.facts import Args
from kgraph.extract.means import MeansReader
from kgraph.extract.terms import is_attribute, is_term
from kgraph.vocab.relations import Frame

_TAKING = frozenset(["받다", "전달받다", "전송받다", "넘겨받다"])
# What is done to what a list is about, where the item does not say to what.
_OF_IT = frozenset(
    ["replaces", "supports", "triggers", "implements", "provides", "uses", "creates"]
)
_PLACING = frozenset(["두다", "배치하다", "배포하다", "설치하다", "올리다"])


def _places(frame: Frame) -> bool:
    return frame.relation in ("locatedIn", "storedIn", "routedTo", "runsOn", "assignedTo")


def _moves(frame: Frame) -> bool:
    return not {"이", "을"} & {frame.subject, frame.object}


class VoiceReader(MeansReader):
    """Finds the subject and the object of a predicate."""

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
        if "부터" in args.topical and args.roles.get("부터"):
            return args.roles["부터"]  # React 18부터는 …
        if self.by:
            return self.by
        if self.hypothetical and not self.topic and not self.listed:
            return []  # of whom the condition's consequence is said is not sure
        if self.carried:
            return self.carried
        if self.topic:
            return self.topic
        return [self.subject] if self.subject else []

    def _verbal_noun(self, name: str) -> tuple[str, str] | None:
        """The verbal noun that a name ends in, and the name before it."""
        *before, noun = name.split()
        if not self.relations.noun(noun):
            return None
        rest = " ".join(before)
        return noun, rest if is_term(rest) else ""

    def _objects(
        self, frames: Sequence[Frame], args: Args, subject: list[str], p: Predicate
    ) -> list[str]:
        """What the action is done to: the object, or what stands in for it."""
        if not any("을" in (f.subject, f.object) for f in frames) or "을" in args.blocked:
            return []
        objects = args.roles.get("을", [])
        if not objects and args.roles.get("이") and args.topic and not p.quoted:
            objects = args.topic  # 백업은 AWS가 한다
        for marker in ("도", "만", ""):
            if not objects:
                objects = args.roles.get(marker, [])
                if objects and objects == subject:
                    objects = []
        if not objects and not args.roles.get("이") and not p.negated:
            objects = self.carried_object if not args.topic or args.topic == self.carried else []
        return objects

    def _voice(
        self, frames: tuple[Frame, ...], args: Args, subject: list[str], p: Predicate
    ) -> tuple[tuple[Frame, ...], list[str], list[str]]:
        """The frames that apply, who does it, and to what."""
        objects = self._objects(frames, args, subject, p)
        topic_acts = bool(args.topic) and subject == args.topic
        objects = objects or self._about_it(frames, args, p)
        only = args.roles.get("만", [])
        supports = frames[0].relation == "supports" and bool(self.subject)
        if only and only == objects and supports and self.acts(only[0]):
            return frames, only, [self.subject]  # InnoDB만 지원
        if supports and topic_acts and not objects and self.defined and not self.loose:
            objects = [self.defined]  # 다시 읽기 - stream은 지원
        if objects or not topic_acts or not any("을" in (f.subject, f.object) for f in frames):
            return frames, subject, objects
        taken = p.lemma.endswith("받다") and p.lemma not in _TAKING
        if args.roles.get("부터") and self.subject and not taken:
            return frames, [self.subject], args.topic  # 설정은 서버로부터 가져온다
        return self._fronted(frames, args, subject, p)

    def _about_it(self, frames: Sequence[Frame], args: Args, p: Predicate) -> list[str]:
        """G1이 대신함: what is done to what the list is about."""
        doer = args.roles.get("이", [])
        listed = not self.prose or frames[0].relation == "replaces"
        active = not p.passive and not p.lemma.endswith(("되다", "받다"))
        if not doer or args.topic or not listed or not active or "을" in args.blocked:
            return []
        about = self.subject not in ("", *doer) and not args.first("에", "와")
        return [self.subject] if about and frames[0].relation in _OF_IT else []

    def _fronted(
        self, frames: tuple[Frame, ...], args: Args, subject: list[str], p: Predicate
    ) -> tuple[tuple[Frame, ...], list[str], list[str]]:
        """A topic that is the object: 스토어는 Redis에 둔다, 요청은 직접 처리하지 않는다."""
        trait = is_attribute(args.topic[0]) and not p.negated
        if "을" in args.blocked or p.passive or self.until or args.roles.get("기반") or trait:
            return frames, subject, []
        placed = tuple(
            f
            for f in frames
            if f.subject == "을" and _places(f) and self._to_place(args.roles.get(f.object, []))
        )
        moved = p.lemma in _PLACING or not any(map(self._does, args.topic))
        if placed and moved and p.lemma != "쓰다":
            self.agent = []
            return tuple(f for f in frames if f in placed or _moves(f)), [], args.topic
        agent = self._agent_of(args)
        if not agent and frames[0].relation == "supports" and self.subject not in args.topic:
            agent = [self.subject] if self.subject else []  # CommonJS는 지원 안 함
        done = (
            bool(agent)
            and not self._does(args.topic[0])
            and any(f.object == "을" for f in frames)
            and not args.first("에", "로", "에게", "에서", "부터", "와")
            and not (p.must and self.prose)
            and not p.lemma.endswith("받다")
        )
        if not done:
            return frames, subject, []
        objects = args.topic
        self.agent = agent
        self.topic, args.topic = [], []
        return frames, agent, objects

    def _does(self, name: str) -> bool:
        """Whether a name is that of somebody who does things, and to whom nothing is done."""
        return name.split()[0] in ("우리", "저희") or self.acts(name)

    def _agent_of(self, args: Args) -> list[str]:
        """Who does it to the topic: the first topic of the sentence, or what the note is about."""
        if self.first and self.first != args.topic:
            return self.first  # A는 B를 지원하고 C는 지원하지 않는다
        known = self.subject not in ("", *args.topic)
        sure = not self.prose or self.acts(self.subject)
        return [self.subject] if known and sure else []

    def _to_place(self, names: list[str]) -> bool:
        return bool(names) and not any(map(self._is_tool, names))
