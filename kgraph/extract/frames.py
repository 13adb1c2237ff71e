"""The case frames of a predicate filled with its arguments."""

from __future__ import annotations

from kgraph.extract.chunks import Predicate
from kgraph.extract.facts import Args
from kgraph.extract.voices import VoiceReader
from kgraph.vocab.relations import Frame

# What a place does with what is in it: State에는 비밀번호가 저장된다.
_HOLDING = {"storedIn": "stores", "locatedIn": "contains"}


class FrameReader(VoiceReader):
    """Makes facts of the frames of the vocabulary."""

    def _frames(
        self, frames: tuple[Frame, ...], args: Args, subject: list[str], p: Predicate, rule: str
    ) -> None:
        self.agent = subject
        if args.roles.get("이") and not args.topic:
            self.others, self.actor = True, args.roles["이"][0]
        topic_acts = bool(args.topic) and subject == args.topic
        frames, subject, objects = self._voice(frames, args, subject, p)
        said = len(self.facts)
        for frame in self._fitting(frames, args, p.negated):
            first = self._fill(frame, frame.subject, args, subject, objects)
            second = self._fill(frame, frame.object, args, subject, objects)
            self._emit(first, frame.relation, second, rule, p.negated)
            held = _HOLDING.get(frame.relation)
            if held and "에" in args.topical and (frame.subject, frame.object) == ("이", "에"):
                self._emit(second, held, first, rule, p.negated)
            if frame.relation == "controls" and frame.object == "을":
                self._emit(subject, "controls", self.asked_act, rule, p.negated)
        self.asked_act = []
        bare = p.light or (p.negated and p.lemma.endswith("하다") and not args.blocked)
        bare &= not any(f.relation == "supports" for f in frames)
        if bare and topic_acts and len(self.facts) == said and not any(args.roles.values()):
            noun = p.lemma.removesuffix("하다")  # commitAsync()는 재시도를 하지 않는다
            self._emit(subject, "supports", [noun], rule, p.negated)
        if not p.negated:
            self._besides(frames, args, subject, objects, rule)
        self.until = []

    def _besides(
        self,
        frames: tuple[Frame, ...],
        args: Args,
        subject: list[str],
        objects: list[str],
        rule: str,
    ) -> None:
        """What the clause says besides: instead of what, by way of what, based on what."""
        theme = objects or subject
        if frames[0].relation == "uses":  # B 대신 A를 사용
            self._emit(theme, "replaces", args.roles.get("대신", []), rule, False)
        self._emit(theme, "connectsTo", args.roles.get("경유", []), rule, False)
        self._emit(theme, "basedOn", args.roles.get("기반", []), rule, False)
        if frames[0].relation in ("waitsFor", "stops"):
            self._emit(subject, "waitsFor", self.until, rule, False)
        self._serves(frames, args, subject, objects)

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
            made = args.roles.get("부터", []) if frame.relation == "creates" else []
            return made or self.by  # CA로부터 발급된다
        if marker == frame.subject == "에" and not found and self.defined and not self.loose:
            return [self.defined]  # payload : claim들이 들어간다
        return found
