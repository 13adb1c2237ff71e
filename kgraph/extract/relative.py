"""Clauses inside clauses: relative ones, purposes, conditions, and times of waiting."""

from __future__ import annotations

from kgraph.extract.chunks import Break, Chunk, Copula, Phrase, Predicate
from kgraph.extract.defining import DefiningReader
from kgraph.extract.facts import Args, Purpose
from kgraph.extract.nominal import KINDS
from kgraph.extract.terms import clean, is_empty_word, is_term
from kgraph.vocab.generic import is_event, load_generic

# Who makes something may stand with 에서: 구글에서 만든 언어.
_MADE = frozenset(["creates", "provides", "implements", "presents", "exposes"])
# 상태를 저장하는 데 쓰인다, …하는 역할을 한다: head and verb add nothing, the subject does it.
_LIGHT_HEADS = frozenset(
    """
    데 용도 역할 목적 일 작업 기능 임무 책임 것 거 방식 형태 구조 기법 방법
    """.split()  # noqa: SIM905
)
_LIGHT_VERBS = frozenset(
    """
    쓰이다 사용되다 이용되다 활용되다 하다 맡다 수행하다 담당하다 가지다 갖다 지니다 제공하다
    말하다 의미하다 뜻하다 가리키다 일컫다
    지원하다 돕다 도와주다 도움되다 특화되다 사용하다 쓰다 책임지다 목적하다 처리하다
    """.split()  # noqa: SIM905
)
_APPOSED = frozenset(
    """
    상태 문제 현상 상황 이슈 사실 느낌 이유 원인 버그 과정 권한 능력 가능성 순간 사람 시간 주제
    주체 규칙 기록 글 후기 메모 환경 시점 시기 기억 경험 이야기 소식 계획 생각 사례
    """.split()  # noqa: SIM905
)
_TAKEN = frozenset(["쓰다", "사용하다", "이용하다", "활용하다"])
_HOW = frozenset(["과정", "방식", "방법", "구조", "이유", "원리", "사실", "점", "형태"])
# What is done with a thing so that it brings about what follows: X를 쓰면, X를 켜면.
_MEANS = frozenset(["uses", "configures", "starts", "assigns", "runs", "deploys", "implements"])
_MEANS_VERBS = frozenset(
    ["호출하다", "치다", "입력하다", "주다", "넘기다", "누르다", "넣다", "걸다", "붙이다"]
)


class RelativeReader(DefiningReader):
    """Reads the clauses that others hold."""

    # ------------------------------------------------------------ whose head

    def _head(self, at: int) -> list[str]:
        """The terms that a modifier describes; the defined one where its head is the definition."""
        i = at + 1
        while _modifies(self._chunk(i)):
            i += 1
        c = self._chunk(i)
        if not isinstance(c, Phrase):
            return []
        follows = self._chunk(i + 1)
        if cleft := self._cleft(i, c):
            return cleft
        ends = ((i == self.last or self._defines(i)) and not c.marker) or (
            isinstance(follows, Copula) and follows.ending in ("final", "link")
        )
        word = c.words[-1].form
        light = word in _LIGHT_HEADS and (
            isinstance(follows, Predicate) and follows.lemma in _LIGHT_VERBS
        )
        taken = isinstance(follows, Predicate) and follows.lemma in _TAKEN
        if taken and c.words[-1].form in ("것", "거") and c.marker != "에":
            return []  # OS가 주는 것을 쓴다
        if isinstance(follows, Predicate) and follows.lemma == "없다":
            return []  # 제공하는 툴은 없다
        if ends or light:
            if isinstance(follows, Copula) and follows.negated:
                return []
            said_of = self.args.topic or self.topic
            if self.args.roles.get("이") and c.head > c.start:
                return self._owner_of(c)  # 프로세스가 참조한 페이지의 집합
            if said_of or self.lost:
                self._noted(word, said_of)
                return said_of
            if self.defined:
                self._noted(word, [self.defined])
                return [self.defined]
            if self.subject:
                return [self.subject]
            if light:
                return []
        if is_event(word) or word in _APPOSED:
            return []  # 같은 이미지를 받는 장애: what happens, and to nobody in it
        if c.head > c.start and word in load_generic("ko"):
            return self._owner_of(c)  # 관리하는 리소스의 현재 상태
        return [] if c.pronoun or is_empty_word(word) else self._names(c, None)

    def _owner_of(self, phrase: Phrase) -> list[str]:
        """The term before the 의 of a phrase."""
        owner = clean(self.text[phrase.start : phrase.head].rstrip().removesuffix("의"))
        return [owner] if is_term(owner) else []

    def _noted(self, kind: str, terms: list[str]) -> None:
        """Keeps that a term is a 방식, for 이 방식 in a sentence to come."""
        if terms:
            self.called[kind] = terms[0]

    def _cleft(self, at: int, head: Phrase) -> list[str]:
        """그룹을 관리하는 것은 코디네이터이다: what the head turns out to be."""
        thin = head.pronoun or is_empty_word(head.words[-1].form)
        if not thin or head.marker not in ("은", "이"):
            return []
        for i in range(at + 1, len(self.chunks)):
            c, follows = self.chunks[i], self._chunk(i + 1)
            if isinstance(c, Predicate) and c.ending != "modifier":
                return []
            if isinstance(c, Phrase) and i == self.last and not c.marker:
                names = self._names(c, self._chunk(i - 1))  # 처리하는 건 Ingress Controller.
                self.topic = names
                return names
            if isinstance(c, Phrase) and isinstance(follows, Copula):
                if follows.ending in ("final", "link") and not follows.negated:
                    names = self._names(c, self._chunk(i - 1))
                    self.topic = names
                    self._noted(head.words[-1].form, names)
                    return names
                if follows.ending != "modifier":
                    return []
        return []

    def _defines(self, at: int) -> bool:
        """Whether a modified phrase before a comma says what the sentence's term is."""
        c, before = self._chunk(at), self._chunk(at - 2)
        return (
            bool(self.defined)
            and isinstance(c, Phrase)
            and (_modifies(self._chunk(at - 1)) or self._names_kind(at))
            and isinstance(self._chunk(at + 1), Break)
            and not isinstance(before, Break)
            and (c.words[-1].form in KINDS or self._goes_on(at + 2))
        )

    def _names_kind(self, at: int) -> bool:
        """MX : 메일 서버, 우선순위를 가진다: the first words behind a sign, then a clause."""
        c, after = self._chunk(at), self._chunk(at + 1)
        comma = isinstance(after, Break) and after.form == ","
        return not at and not self.loose and comma and isinstance(c, Phrase) and len(c.words) > 1

    def _goes_on(self, at: int) -> bool:
        """Whether another clause begins here, and not the next member of a list."""
        c = self._chunk(at)
        return isinstance(c, Phrase) and c.marker not in ("", "와") and not c.joined

    def _chunk(self, at: int) -> Chunk | None:
        return self.chunks[at] if 0 <= at < len(self.chunks) else None

    # ------------------------------------------------------------ relative clauses

    def _modifier(self, p: Predicate, args: Args, head: list[str]) -> bool:
        """A relative clause: its head fills the role that is missing. True if it took arguments."""
        lets = p.caused and not args.roles.get("이")  # 쓸 수 있게 해주는 X: others do it
        worn = p.lemma == "붙다"  # 어노테이션이 붙은 메서드: no connection
        frames = () if p.planned or lets or worn else self._frames_of(p)
        before = self._chunk(self.chunks.index(p) - 1)
        if isinstance(before, Phrase) and before.marker in args.blocked:
            args.blocked.discard(before.marker)  # 사람이 읽을 수 있는 이름을 …
        beside = before.marker if isinstance(before, Phrase) else "이"
        takes = any(f.object == "을" for f in frames)
        if takes and beside in ("", "만") and not args.roles.get("을"):
            # 장애 전파 막는 용도, 변경된 모듈만 교체하는 기능
            bare = args.roles.get(beside, [])
            if bare := [n for n in bare if not self.relations.noun(n.split()[-1])]:
                args.roles["을"] = bare
        objects = args.roles.get("을", [])
        subjects = args.roles.get("이", [])
        if p.lemma in ("있다", "없다", "같다", "다르다"):
            self._settle([])
            if p.lemma in ("있다", "없다") and head and head in ([self.defined], self.topic):
                negated = p.negated ^ (p.lemma == "없다")
                self._emit(head, "hasAttribute", subjects, "ko.relative", negated)
                place = [] if subjects else args.roles.get("에", [])
                self._emit(head, "locatedIn", place, "ko.relative", negated)
            return bool(subjects or args.roles.get("에"))
        took = bool(objects or subjects)
        if not frames or not head:
            self._settle([])
            if frames and self._tells_how(p):  # 저희가 Vault를 도입한 과정
                for frame in frames:
                    if (frame.subject, frame.object) == ("이", "을"):
                        self._emit(subjects, frame.relation, objects, "ko.relative", p.negated)
            return took
        acts = False
        for frame in frames:
            missing: list[str] = [m for m in ("이", "을") if m in (frame.subject, frame.object)]
            if missing == ["이"] and frame.object in ("에", "에서", "와"):
                missing = ["이", frame.object]  # k8s가 올라가 있는 서버
            given = {m: self._role(args, m) for m in missing}
            if "이" in given and not given["이"] and frame.relation in _MADE:
                given["이"] = args.roles.get("에서", [])
            linked = bool(self.pending) or bool(args.first("에", "로", "에게"))
            if "을" in missing and not objects and linked:
                given["을"] = self.carried_object  # 정보를 모은 뒤 메모리에 저장하는 도구
            if p.negated and frame.object == "에":
                continue  # 필드가 정의되지 않은 파드
            open_ = [m for m in missing if not given[m] and m not in args.blocked]
            if not open_ and missing == ["이", "을"]:  # 서버가 상태를 보관하는 방식
                self._emit(given["이"], frame.relation, given["을"], "ko.relative", p.negated)
            if len(open_) != 1:
                continue
            filled = {m: given.get(m) or self._role(args, m) for m in (frame.subject, frame.object)}
            filled[open_[0]] = head
            if filled[frame.subject] and filled[frame.object]:
                took = True
                acts |= open_ == ["이"]
                self._emit(
                    filled[frame.subject],
                    frame.relation,
                    filled[frame.object],
                    "ko.relative",
                    p.negated,
                )
        self._settle(head if acts else [])
        return took

    def _tells_how(self, p: Predicate) -> bool:
        """Whether a clause stands before 과정, 방식, 이유: what it says is so."""
        head = self._chunk(self.chunks.index(p) + 1)
        return isinstance(head, Phrase) and head.words[-1].form in _HOW

    def _leads_to_modifier(self, at: int) -> bool:
        """Whether the clauses behind a linked one lead on to a relative clause, without a topic."""
        says_having = self._says_having(self.chunks[at])
        for i, c in enumerate(self.chunks[at + 1 :], at + 1):
            subject = isinstance(c, Phrase) and c.marker == "이"
            if subject and says_having and self._says_having(self._chunk(i + 1)):
                continue  # 방향이 있고 순환이 없는 그래프
            if isinstance(c, Phrase) and (c.marker == "이" or c.topic):
                return False
            if isinstance(c, Predicate) and c.ending != "link":
                return c.ending == "modifier"
            if isinstance(c, Copula):
                return False
        return False

    def _nominalised(self, at: int, p: Predicate) -> list[str]:
        """리소스에 접근하는 것: the act as a noun, 리소스 접근."""
        thing, before = self._chunk(at + 1), self._chunk(at - 1)
        act = p.lemma.removesuffix("하다").removesuffix("되다")
        if act == p.lemma or p.negated or not isinstance(thing, Phrase) or not thing.pronoun:
            return []
        names = self._names(before, None) if isinstance(before, Phrase) else []
        return [f"{names[-1]} {act}" if names else act]

    def _says_having(self, chunk: Chunk | None) -> bool:
        return isinstance(chunk, Predicate) and (chunk.adjective or chunk.lemma in ("있다", "없다"))

    def _settle(self, head: list[str]) -> None:
        """Reads the clauses that waited for their subject; ``head`` is that, if it was found."""
        waiting, self.pending = self.pending, []
        for predicate, args in waiting:
            if head:
                args.roles["이"] = head
            self._predicate(predicate, args, "ko.relative" if head else "ko.clause")
            if head:
                self.carried = []

    # ------------------------------------------------------------ purposes and means

    def _purpose(self, p: Predicate, args: Args) -> Purpose | None:
        """What a clause of purpose wants done to what: 캐시를 끄려면."""
        objects = args.first("을", "이")
        relations = tuple(
            f.relation for f in self._frames_of(p) if (f.subject, f.object) == ("이", "을")
        )
        if not objects or not relations:
            return None
        return Purpose(relations, tuple(objects), p.negated)

    def _by(self, p: Predicate, args: Args) -> list[str]:
        """By what the consequence of a condition comes about: `moved` 블록을 쓰면."""
        names = args.first("을", "")
        means = any(f.relation in _MEANS for f in self._frames_of(p)) or p.lemma in _MEANS_VERBS
        return names if means and not p.negated and not args.roles.get("이") else []

    def _until(self, at: int, args: Args) -> None:
        """자식이 끝날 때까지: what is waited for."""
        head = self._chunk(at + 1)
        if isinstance(head, Phrase) and head.marker == "까지":
            self.until = args.first("을", "이")
            args.roles.pop("을", None)
            if args.topic:
                args.roles.pop("이", None)


def _modifies(chunk: Chunk | None) -> bool:
    return isinstance(chunk, Predicate) and chunk.ending == "modifier"
