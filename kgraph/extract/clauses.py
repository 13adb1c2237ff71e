"""Korean clauses read with the case frames of their predicates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kgraph.extract.chunks import Break, Chunk, Copula, Phrase, Predicate, verbal_size
from kgraph.extract.terms import clean, is_empty_word, is_term
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
# What a definition without a verb ends in.
_KINDS = frozenset(
    """
    도구 툴 서비스 시스템 플랫폼 컴포넌트 객체 오브젝트 리소스 엔진 언어 프로토콜 프레임워크
    라이브러리 데이터베이스
    DB 저장소 서버 방식 알고리즘 규격 표준 단위 기능 에이전트 데몬 프록시 컨트롤러 패턴 기법
    기술 솔루션
    소프트웨어 브로커
    """.split()  # noqa: SIM905
)
_VALUE_HEADS = frozenset(["기본값", "디폴트", "default", "기본", "유효기간", "주소"])
_STATES = ("상태",)


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
class _Args:
    """What the predicate to come may take: terms by marker."""

    roles: dict[str, list[str]] = field(default_factory=dict)
    topic: list[str] = field(default_factory=list)
    topical: set[str] = field(default_factory=set)  # markers that carry 은/는


def _modifies(chunk: Chunk) -> bool:
    return isinstance(chunk, Predicate) and chunk.ending == "modifier"


class ClauseReader:
    """Reads the chunks of one sentence.

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
        self.last_word = ""
        self.facts: list[Fact] = []

    def read(self, chunks: list[Chunk]) -> list[Fact]:
        """The facts that the sentence states."""
        args = _Args()
        group: list[str] = []  # members of a coordination that is not complete
        clause_start = chunks[0].start if chunks else 0
        last = max((i for i, c in enumerate(chunks) if not isinstance(c, Break)), default=-1)
        i = 0
        while i < len(chunks):
            c = chunks[i]
            after = chunks[i + 1] if i + 1 < len(chunks) else None
            if isinstance(c, Phrase):
                names = [] if c.pronoun else self._names(c)
                if isinstance(after, Copula):
                    self._copula(c, names, group, args, after)
                    group = []
                    if after.ending != "modifier":
                        args = _Args()
                    i += 2
                    continue
                bare = not c.marker
                if i == last and bare and self._noun_predicate(c, args, group):
                    break
                if c.joined or (
                    bare
                    and isinstance(after, Break)
                    and after.form in (",", "/", "·", "+", "or", "and")
                ):
                    if bare and self._elliptic(c, args):
                        args = _Args()
                    else:
                        group += names
                    i += 1
                    continue
                names = group + names
                group = []
                if i == last and bare:
                    self._noun_end(c, names, args, i > 0 and _modifies(chunks[i - 1]))
                    break
                self._take(args, c, names)
                self.last_word = c.words[-1].form if not c.marker else ""
            elif isinstance(c, Predicate):
                if c.ending == "condition":
                    self._predicate(c, args, "", emit=False)
                    self.condition = self.text[clause_start : c.end].strip()
                    clause_start = c.end
                    args = _Args()
                elif c.ending == "modifier":
                    head = self._head(chunks, i, last)
                    used = self._modifier(c, args, head)
                    before = chunks[i - 1] if i else None
                    if not used and isinstance(before, Phrase) and not before.topic:
                        args.roles.pop(before.marker, None)
                    if used:
                        for marker in list(args.roles):
                            args.roles.pop(marker)
                elif c.ending in ("purpose", "question"):
                    self.carried_object = []
                    args = _Args(topic=args.topic)
                else:
                    self._predicate(c, args, "ko.clause")
                    args = _Args()
                    clause_start = c.end
                group = []
            elif isinstance(c, Break) and c.form in (":", ";", "?", "!"):
                args = _Args()
                group = []
            i += 1
        return self.facts

    def is_clause(self, text: str) -> bool:
        """Whether a text without Hangul has a verb of the vocabulary in it, or is long."""
        words = text.split()
        return len(words) > 4 or any(
            kind == "s" for word in words[1:] for _, kind in self.relations.english_form(word)
        )

    # ------------------------------------------------------------ arguments

    def _names(self, phrase: Phrase) -> list[str]:
        if phrase.words and phrase.words[-1].tag == "XSN" and phrase.words[-1].form == "적":
            return []
        name = clean(self.text[phrase.head : phrase.end])
        if phrase.head != phrase.start and (not is_term(name) or len(name) <= 2):
            name = clean(self.text[phrase.start : phrase.end])
        return [name] if is_term(name) else []

    def _take(self, args: _Args, phrase: Phrase, names: list[str]) -> None:
        marker = phrase.marker
        if phrase.topic and marker == "은":
            if names:
                args.topic = names
                self.topic = names
            elif not phrase.pronoun:
                args.topic = []
            return
        if names:
            if marker == "기타":
                return
            args.roles.setdefault(marker, []).extend(names)
        if phrase.topic:
            args.topical.add(marker)

    def _head(self, chunks: list[Chunk], at: int, last: int) -> list[str]:
        """The terms that a modifier describes; the defined one where its head is the definition."""
        i = at + 1
        while i < len(chunks) and _modifies(chunks[i]):
            i += 1
        if i >= len(chunks):
            return []
        c = chunks[i]
        if not isinstance(c, Phrase):
            return []
        follows = chunks[i + 1] if i + 1 < len(chunks) else None
        ends = (i == last and not c.marker) or (
            isinstance(follows, Copula) and follows.ending == "final"
        )
        if ends:
            if isinstance(follows, Copula) and follows.negated:
                return []
            if self.defined:
                return [self.defined]
            if self.topic:
                return self.topic
            if self.subject:
                return [self.subject]
        return [] if c.pronoun else self._names(c)

    # ------------------------------------------------------------ predicates

    def _role(self, args: _Args, marker: str) -> list[str]:
        found = args.roles.get(marker, [])
        if not found and marker in ("에게", "에"):
            found = args.roles.get("에" if marker == "에게" else "에게", [])
        if not found and marker == "부터":
            found = args.roles.get("에서", [])
        return found

    def _subject(self, args: _Args) -> list[str]:
        if args.roles.get("이"):
            return args.roles["이"]
        if args.topic:
            return args.topic
        if self.condition and not self.topic:
            return []  # of whom the condition's consequence is said is not sure
        if self.carried:
            return self.carried
        if self.topic:
            return self.topic
        return [self.subject] if self.subject else []

    def _predicate(self, p: Predicate, args: _Args, rule: str, emit: bool = True) -> None:
        lemma = p.lemma
        if lemma == "하다" and args.roles.get("을"):
            noun = args.roles["을"][-1]
            words = noun.split()
            if self.relations.noun(words[-1]):
                lemma = words[-1] + "하다"
                rest = " ".join(words[:-1])
                args.roles["을"] = [rest] if is_term(rest) else []
        frames = self.relations.korean(lemma)
        explicit = args.roles.get("이") or args.topic
        subject = self._subject(args)
        if not explicit and rule == "ko.clause":
            rule = "ko.omitted"
            if p.must or (self.prose and p.able and not p.negated):
                emit = False  # what the reader of the note can or must do
        if emit:
            if lemma in ("있다", "없다"):
                self._existence(args, p.negated ^ (lemma == "없다"), rule)
            elif lemma == "필요하다" or (lemma == "없다" and self.last_word == "필요"):
                p.negated ^= lemma == "없다"
                self._need(args, p.negated, rule)
            elif lemma == "가능하다" or lemma == "불가능하다":
                self._able(args, p.negated ^ (lemma == "불가능하다"), rule)
            elif lemma in ("되다", "아니다") and args.roles.get("보어"):
                if p.ending == "final":
                    negated = p.negated ^ (lemma == "아니다")
                    self._emit(subject, "isA", args.roles["보어"], rule, negated)
            elif frames:
                self._frames(frames, args, subject, p.negated, rule)
                if not p.negated and subject and explicit:
                    self._means(frames, args, subject, rule)
            elif lemma not in _LIGHT and explicit and args.roles.get("을") and p.ending == "final":
                for s in subject:
                    for o in args.roles["을"]:
                        self._add(Fact(s, lemma, o, rule, p.negated, self.condition, True))
        if not emit:
            return
        self.carried = subject
        self.carried_object = args.roles.get("을") or self.carried_object
        if p.ending == "final":
            self.condition = ""

    def _frames(
        self, frames: tuple[Frame, ...], args: _Args, subject: list[str], negated: bool, rule: str
    ) -> None:
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
        ):
            objects, subject = args.topic, [self.subject]  # 설정은 서버로부터 가져온다

        def fill(marker: str) -> list[str]:
            if marker == "이":
                return subject
            if marker == "을":
                return objects
            return self._role(args, marker)

        focus = [m for m in args.topical if m in ("에", "에서", "로", "에게", "부터")]
        for frame in frames:
            if negated and focus and frame.subject not in focus and frame.object not in focus:
                continue
            self._emit(fill(frame.subject), frame.relation, fill(frame.object), rule, negated)

    def _means(self, frames: tuple[Frame, ...], args: _Args, subject: list[str], rule: str) -> None:
        used = {m for f in frames for m in (f.subject, f.object)}
        for marker in ("통해", "로"):
            if marker in used or not args.roles.get(marker):
                continue
            if args.roles.get("을") and marker == "로":
                self._emit(subject, "uses", args.roles["로"], "ko.means", False)
            elif marker == "통해":
                self._emit(subject, "uses", args.roles["통해"], "ko.means", False)

    def _existence(self, args: _Args, negated: bool, rule: str) -> None:
        things = args.roles.get("이") or args.roles.get("도") or args.roles.get("") or []
        place = args.roles.get("에", [])
        if things and place:
            self._emit(place, "contains" if not negated else "hasAttribute", things, rule, negated)
        elif place and args.topic:
            self._emit(args.topic, "locatedIn", place, rule, negated)
        elif things and args.topic:
            self._emit(args.topic, "hasAttribute", things, rule, negated)
        elif things and not place and self.subject and negated:
            self._emit([self.subject], "hasAttribute", things, rule, negated)

    def _need(self, args: _Args, negated: bool, rule: str) -> None:
        things = args.roles.get("이") or args.roles.get("도") or args.roles.get("") or []
        owner = args.topic or args.roles.get("에") or self.carried or self.topic
        if not owner and self.subject:
            owner = [self.subject]
        self._emit(owner, "requires", things, rule, negated)

    def _able(self, args: _Args, negated: bool, rule: str) -> None:
        things = args.roles.get("이") or args.roles.get("도") or args.roles.get("") or []
        owner = args.topic or self.topic or ([self.subject] if self.subject else [])
        self._emit(owner, "supports", things, rule, negated)

    def _modifier(self, p: Predicate, args: _Args, head: list[str]) -> bool:
        """A relative clause: its head fills the role that is missing. True if it took arguments."""
        frames = self.relations.korean(p.lemma)
        objects = args.roles.get("을", [])
        subjects = args.roles.get("이", [])
        if p.lemma in ("있다", "없다", "같다", "다르다"):
            return bool(subjects or args.roles.get("에"))
        if not frames:
            return bool(objects or subjects)
        if not head:
            return bool(objects or subjects)
        took = bool(objects or subjects)
        for frame in frames:
            missing: list[str] = [m for m in ("이", "을") if m in (frame.subject, frame.object)]
            if missing == ["이"] and frame.object in ("에", "에서", "와"):
                missing = ["이", frame.object]  # k8s가 올라가 있는 서버
            given: dict[str, list[str]] = {
                "이": subjects,
                "을": objects,
                **{m: self._role(args, m) for m in missing[1:]},
            }
            given["을"] = objects
            open_ = [m for m in missing if not given[m]]
            if len(open_) != 1:
                continue
            filled = {m: given.get(m) or self._role(args, m) for m in (frame.subject, frame.object)}
            filled[open_[0]] = head
            if filled[frame.subject] and filled[frame.object]:
                took = True
                self._emit(
                    filled[frame.subject],
                    frame.relation,
                    filled[frame.object],
                    "ko.relative",
                    p.negated,
                )
        return took

    def _copula(
        self, phrase: Phrase, names: list[str], group: list[str], args: _Args, copula: Copula
    ) -> None:
        if copula.ending in ("question", "condition", "purpose", "modifier"):
            return
        kinds = group + names
        subject = args.topic or args.roles.get("이") or ([self.defined] if self.defined else [])
        if not subject and not args.roles and self.subject:
            subject = [self.subject]
        if args.topic and args.topic[0].split()[-1] in _VALUE_HEADS:
            owner = [self.subject] if self.subject else args.topic
            value = clean(self.text[phrase.start : phrase.end])
            self._emit(owner, "hasAttribute", [value], "ko.value", copula.negated, loose=True)
            return
        if args.topic or self.defined:
            self._emit(subject, "isA", kinds, "def.copula", copula.negated)
        self.carried = subject

    # ------------------------------------------------------------ noun-ended sentences

    def _elliptic(self, phrase: Phrase, args: _Args) -> bool:
        """정보를 수집, 취합한 뒤: a verbal noun that stands for its verb."""
        word = phrase.words[-1].form
        if len(phrase.words) > 1 or not args.roles.get("을") or not self.relations.noun(word):
            return False
        self._predicate(
            Predicate(word + "하다", phrase.start, phrase.end, ending="link"), args, "ko.noun"
        )
        return True

    def _noun_predicate(self, phrase: Phrase, args: _Args, group: list[str]) -> bool:
        """Sentences that end in a noun: cluster state 관리, 수정 불가능, 사용 X."""
        words = [w.form for w in phrase.words]
        negated = False
        if words and words[-1] in ("X", "x") and len(words) > 1:
            negated = True
            words.pop()
        start = phrase.head
        able = False
        if words[-2:] == ["불", "가능"] or words[-1:] in (["불가능"], ["불가"]):
            negated, able = True, True
            words = words[:-2] if words[-1] == "가능" else words[:-1]
        elif words[-1:] == ["가능"]:
            able = True
            words = words[:-1]
        if able:
            end = phrase.words[len(words) - 1].end if words else start
            name = clean(self.text[start:end])
            if words and is_term(name):
                args.roles.setdefault("이", []).extend([*group, name])
            self._able(args, negated, "ko.noun")
            return True
        if not words:
            return False
        size = verbal_size(phrase.words[: len(words)])
        word = "".join(words[-size:])
        rest = phrase.words[: len(words) - size]
        if word == "필요" and (rest or args.roles):
            if rest:
                name = clean(self.text[start : rest[-1].end])
                args.roles.setdefault("이", []).extend(group + ([name] if is_term(name) else []))
            self._need(args, negated, "ko.noun")
            return True
        if not self.relations.noun(word) or (
            rest and rest[-1].end == phrase.words[len(rest)].start
        ):
            return False
        if not (args.topic or args.roles or self.subject):
            return False
        if rest and not args.roles.get("을"):
            name = clean(self.text[start : rest[-1].end])
            if not is_term(name):
                return False
            args.roles["을"] = [*group, name]
        elif group:
            args.roles.setdefault("을", []).extend(group)
        if not (args.roles or args.topic):
            return False
        self._predicate(
            Predicate(word + "하다", phrase.start, phrase.end, negated), args, "ko.noun"
        )
        return True

    def _noun_end(self, phrase: Phrase, names: list[str], args: _Args, modified: bool) -> None:
        """X는 Y. and …하는 Y.: a definition without its 이다."""
        if args.topic and not args.roles:
            if args.topic[0].split()[-1] in _VALUE_HEADS:
                value = clean(self.text[phrase.start : phrase.end])
                owner = [self.subject] if self.subject else args.topic
                self._emit(owner, "hasAttribute", [value], "ko.value", False, loose=True)
            elif not (len(names) == 1 and is_empty_word(names[0])):
                self._emit(args.topic, "isA", names, "def.noun", False)
        elif (
            self.defined
            and not args.roles
            and (modified or not self.loose or self._kind_of_thing(names))
        ):
            if len(names) > 1 and not modified:
                self._emit([self.defined], "contains", names, "colon.list", False)
            else:
                self._emit([self.defined], "isA", names, "def.colon", False)

    def _kind_of_thing(self, names: list[str]) -> bool:
        return self.opening and len(names) == 1 and names[0].split()[-1] in _KINDS

    # ------------------------------------------------------------ results

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
                if s.casefold() != o.casefold() and (loose or is_term(o)):
                    self._add(Fact(s, relation, o, rule or "ko.clause", negated, self.condition))

    def _add(self, fact: Fact) -> None:
        if fact not in self.facts:
            self.facts.append(fact)


def mentions(text: str, chunks: list[Chunk]) -> Iterator[tuple[str, int, int]]:
    """Every noun phrase that can name a concept, with its span."""
    for c in chunks:
        if not isinstance(c, Phrase) or c.pronoun:
            continue
        raw = text[c.head : c.end]
        name = clean(raw)
        at = raw.find(name)
        if is_term(name) and at >= 0:
            yield name, c.head + at, c.head + at + len(name)
