"""Sentences that end in a noun, as notes do: 설정 저장, 수정 불가능, 로그를 모으는 도구."""

from __future__ import annotations

import re

from kgraph.extract.chunks import Chunk, Copula, Phrase, Predicate, verbal_size
from kgraph.extract.facts import Args
from kgraph.extract.means import is_manner
from kgraph.extract.predicates import PredicateReader, is_vague
from kgraph.extract.terms import clean, is_attribute, is_empty_word, is_term, is_trait
from kgraph.text import has_hangul
from kgraph.vocab.generic import is_event

# What a definition without a verb ends in.
KINDS = frozenset(
    """
    도구 툴 서비스 시스템 플랫폼 컴포넌트 객체 오브젝트 리소스 엔진 언어 프로토콜 프레임워크
    라이브러리 데이터베이스
    DB 저장소 서버 방식 알고리즘 규격 표준 단위 기능 에이전트 데몬 프록시 컨트롤러 패턴 기법
    기술 솔루션
    소프트웨어 브로커
    """.split()  # noqa: SIM905
)
_RANKS = frozenset(["기본", "디폴트", "default", "최대", "최소", "평균", "전체", "총", "현재"])
# How it is done, between what is done and to what: 로그 자동 삭제.
_HOW_DONE = frozenset(
    ["자동", "수동", "강제", "즉시", "실시간", "비동기", "일괄", "동시", "바로", "직접"]
)
_MARKS = {"O": False, "X": True, "x": True, "○": False}
_NUMERIC = re.compile(r"(?:약|최대|최소|총|평균|기본)?\s?\d")
VALUE_HEADS = frozenset(["기본값", "디폴트", "default"])


class NominalReader(PredicateReader):
    """Reads the noun phrase that a sentence ends in."""

    def _elliptic(self, phrase: Phrase, args: Args) -> bool:
        """정보를 수집, 취합한 뒤: a verbal noun that stands for its verb."""
        word = phrase.words[-1].form
        if len(phrase.words) > 1 or not self.relations.noun(word):
            return False
        if not any(args.roles.get(marker) for marker in ("을", "에", "로", "에서")):
            return False
        self._predicate(
            Predicate(word + "하다", phrase.start, phrase.end, ending="link"), args, "ko.noun"
        )
        return True

    def _noun_predicate(self, phrase: Phrase, args: Args, group: list[str]) -> bool:
        """Sentences that end in a noun: cluster state 관리, 수정 불가능, 사용 X."""
        words = [w.form for w in phrase.words]
        negated = False
        if self._marked(phrase, args):
            return True
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
        fronted = args.topic and self.subject and self.subject not in args.topic
        if able and (fronted or any(args.roles.get(m) for m in ("에", "로", "에서"))):
            verb = "".join(words)
            if self.relations.noun(verb):  # 다른 그룹은 포함 불가능, CDN에는 저장 불가
                self._predicate(
                    Predicate(verb + "하다", phrase.start, phrase.end, negated, able=True),
                    args,
                    "ko.noun",
                )
                return True
        if able and words and is_event("".join(words)):
            return True  # 유실 가능: no ability
        if able and args.roles.get("만"):
            return True  # 하나만 실행 가능: of whom it is said is not sure
        if able and not words and args.topic and args.roles.get("에서"):
            self._emit(args.roles["에서"], "supports", args.topic, "ko.noun", negated)
            return True  # tail sampling은 gateway에서만 가능
        alone = able and not words and args.topic and self.defined and not self.loose
        if alone:
            self._emit(args.topic, "supports", [self.defined], "ko.noun", negated)
            return True  # 다시 읽기 - 일반 queue는 불가능
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
        while rest and len(words) > size and rest[-1].form in _HOW_DONE:
            rest = rest[:-1]  # 인증서 자동 갱신
        if word in ("필요", "불필요", "필수") and (rest or args.roles or args.topic):
            negated ^= word == "불필요"
            if rest:
                name = clean(self.text[start : rest[-1].end])
                if len(name) <= 2:
                    name = clean(self.text[phrase.start : rest[-1].end])  # 과반수의 투표
                args.roles.setdefault("이", []).extend(group + ([name] if is_term(name) else []))
            self._need(args, negated, "ko.noun")
            return True
        free = not (args.roles or args.topic or self.loose)
        if word == "발생" and rest and self.defined and free:
            name = clean(self.text[start : rest[-1].end])
            self._emit([self.defined], "triggers", [name], "ko.noun", negated)
            return True  # NEVER : 예외 발생
        if word.isascii() and not (args.roles.get("을") or (args.roles.get("로") and not rest)):
            return False  # master process: an English noun far more often than a verb
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
        passive = not args.roles.get("을") and any(
            frame.object == "로" and args.roles.get("로")
            for frame in self.relations.korean(word + "되다")
        )  # Effect와 Action으로 구성
        passive |= not args.roles.get("을") and any(
            frame.subject == "이"
            and frame.relation in ("locatedIn", "storedIn", "runsOn")
            and frame.object == "에"
            and args.roles.get("에")
            for frame in self.relations.korean(word + "되다")
        )  # S3에 저장
        passive &= not self.carried_object  # 로그를 압축해 S3에 저장
        lemma = word + ("되다" if passive else "하다")
        self._predicate(Predicate(lemma, phrase.start, phrase.end, negated), args, "ko.noun")
        return True

    def _marked(self, phrase: Phrase, args: Args) -> bool:
        """순서 보장 O 재전송 O, 팬텀 리드 X: what something does and does not."""
        start, found = phrase.head, []
        for word in phrase.words:
            if word.form in _MARKS:
                found.append((clean(self.text[start : word.start]), _MARKS[word.form]))
                start = word.end
        if not found or start < phrase.words[-1].end or len(phrase.words) == len(found):
            return False
        if len(found) == 1 and found[0][1] and self.relations.noun(found[0][0].split()[-1]):
            return False  # 서버 재시작 X
        owner = (
            args.topic
            or self.by
            or self.case
            or self.topic
            or ([self.subject] if self.subject else [])
        )
        for name, negated in found:
            self._emit(owner, "supports", [name] if is_term(name) else [], "ko.mark", negated)
        return bool(owner)

    def _ends_clause(self, phrase: Phrase, after: Chunk | None) -> bool:
        """Whether a bare phrase before a comma is a predicate: 쓰기 불가능, … 연결 담당, 요청이 …

        ``after`` is what follows the comma.
        """
        word = phrase.words[-1].form
        if len(phrase.words) == 1:
            used = bool(self.args.topic) and not self.group
            return used and has_hangul(word) and bool(self.relations.noun(word))
        if word in ("불가능", "불가", "가능"):
            return True
        another = isinstance(after, Phrase) and (
            after.marker in ("이", "은") or self._is_predicate(after)
        )
        return another and has_hangul(word) and bool(self.relations.noun(word))

    def _is_predicate(self, phrase: Phrase) -> bool:
        """Whether a bare phrase of two words ends in what is said: event loop 기반."""
        words = [w.form for w in phrase.words if w.form not in _MARKS]
        if phrase.marker or len(words) < 2:
            return False
        return words[-1] in ("기반", "필요") or (
            has_hangul(words[-1]) and bool(self.relations.noun(words[-1]))
        )

    def _noun_end(self, phrase: Phrase, names: list[str], args: Args, modified: bool) -> None:
        """X는 Y. and …하는 Y.: a definition without its 이다."""
        if all(is_manner(n) for n in args.roles.get("로", [])):
            args.roles.pop("로", None)  # replica는 default로 read-only
        if args.topic and not args.roles:
            if args.topic[0].split()[-1] in VALUE_HEADS:
                value = clean(self.text[phrase.start : phrase.end])
                owner = self._owner(args.topic)
                self._emit(owner, "hasAttribute", [value], "ko.value", False, loose=True)
            elif is_attribute(args.topic[0]):
                value = clean(self.text[phrase.start : phrase.end])
                self._valued(args.topic[0], args.topic_owner, value, False)
            elif not (len(names) == 1 and (is_empty_word(names[0]) or self._happens(names[0]))):
                self._emit(args.topic, "isA", names, "def.noun", False)
        elif (
            args.topic
            and set(args.roles) == {"이"}
            and args.roles["이"][0].split()[-1] in VALUE_HEADS
        ):  # 옵션은 기본값이 true
            value = clean(self.text[phrase.start : phrase.end])
            self._emit(args.topic, "hasAttribute", [value], "ko.value", False, loose=True)
        elif set(args.roles) == {"이"} and not args.topic and not modified:
            if not (len(names) == 1 and (is_empty_word(names[0]) or self._happens(names[0]))):
                self._emit(args.roles["이"], "isA", names, "def.noun", False)
                self.topic = args.roles["이"]  # SDK가 구현체. exporter를 가짐
        elif (
            self.defined
            and not args.roles
            and (modified or not self.loose or self._kind_of_thing(names, phrase))
            and (modified or not (len(names) == 1 and self._happens(names[0])))
        ):
            if len(names) > 1 and not modified:
                self._emit([self.defined], "contains", names, "colon.list", False)
            else:
                self._emit([self.defined], "isA", names, "def.colon", False)

    def _copula(
        self, phrase: Phrase, names: list[str], group: list[str], args: Args, copula: Copula
    ) -> None:
        """X는 Y이다, X의 기본값은 Y이다."""
        if copula.ending in ("question", "condition", "purpose", "modifier"):
            return
        kinds = group + names
        if not args.topic and not args.roles and self.topic and not self.lost:
            args.topic = self.topic  # X는 A를 모아 B하는 도구이다
        subject = args.topic or args.roles.get("이") or ([self.defined] if self.defined else [])
        if {"이", "은"} & args.blocked or phrase.words[-1].tag == "NR":
            return
        if not subject and not args.roles and self.subject:
            subject = [self.subject]
        if phrase.words[-1].form == "필수":  # health check가 필수이다
            rest = phrase.words[:-1]
            name = clean(self.text[phrase.head : rest[-1].end]) if rest else ""
            args.roles.setdefault("이", []).extend([name] if is_term(name) else [])
            self._need(args, copula.negated, "ko.need")
            return
        value = clean(self.text[phrase.start : phrase.end])
        topic = args.topic[0] if args.topic else ""
        if not topic and args.owner and args.roles.get("이", [""])[0] in VALUE_HEADS:
            whose = args.owner  # `catchup`의 기본값이 True라는 점
            self._emit(whose, "hasAttribute", [value], "ko.value", copula.negated, loose=True)
            return
        if topic and topic.split()[-1] in VALUE_HEADS:
            owner = args.topic_owner or self._owner(args.topic)
            self._emit(owner, "hasAttribute", [value], "ko.value", copula.negated, loose=True)
            return
        if topic and _NUMERIC.match(value):
            trait = is_attribute(topic) and bool(args.topic_owner)
            whose = args.topic_owner if trait else args.topic
            if is_trait(topic):  # 최솟값은 1: of what is spoken of
                whose = args.topic_owner or ([self.subject] if self.subject else [])
            self._emit(whose, "hasAttribute", [value], "ko.value", copula.negated, loose=True)
        elif topic and is_attribute(topic):
            self._valued(topic, args.topic_owner, value, copula.negated)
        elif topic or self.defined:
            self._emit(subject, "isA", kinds, "def.copula", copula.negated)
        self.carried = subject or args.roles.get("도", [])
        if copula.ending == "link" and self.topic and args.roles.get("이"):
            self.carried = self.topic  # A는 B가 C라서 D한다: A does

    def _valued(self, topic: str, owner: list[str], value: str, negated: bool) -> None:
        """기본 드라이버는 overlay2, partition key 이름은 LockID: whose trait has which value."""
        words = topic.split()
        if words[0] in _RANKS and owner:
            named = owner[0]
        elif words[0] in _RANKS and len(words) > 1:
            named = " ".join(words[1:])
        elif not is_trait(words[-1]):
            return
        else:
            named = " ".join(words[:-1])
        whose = [named] if is_term(named) else owner or ([self.subject] if self.subject else [])
        self._emit(whose, "hasAttribute", [value], "ko.value", negated, loose=True)

    def _happens(self, name: str) -> bool:
        """Whether a name is what happens, no kind of thing: 재시작, 예외 발생, 계속 진행."""
        word = name.split()[-1]
        if not has_hangul(word):
            return word.islower() and word.endswith("ing")
        return is_event(word) or bool(self.relations.noun(word)) or is_vague(word + "하다")

    def _owner(self, topic: list[str]) -> list[str]:
        """Whose default value it is: what stands before 기본값, else what the note is about."""
        named = clean(" ".join(topic[0].split()[:-1]))
        return [named] if is_term(named) else [self.subject] if self.subject else topic

    def _kind_of_thing(self, names: list[str], phrase: Phrase) -> bool:
        """Whether the first words below a heading or a label say what it is."""
        if not self.opening or len(names) != 1:
            return False
        words = names[0].split()
        if words[-1] in KINDS:
            return True
        if phrase.head > phrase.start:
            words = ["", *words]  # 테이블 포맷의 구현체
        vague = is_attribute(names[0]) or any(c.isdigit() for c in names[0])
        return len(words) > 1 and not vague and not self._happens(names[0])
