"""Sentences that end in a noun, as notes do: 설정 저장, 수정 불가능, 로그를 모으는 도구."""

from __future__ import annotations

from kgraph.extract.chunks import Chunk, Phrase, Predicate, verbal_size
from kgraph.extract.facts import Args
from kgraph.extract.means import is_manner
from kgraph.extract.predicates import PredicateReader
from kgraph.extract.terms import clean, is_term
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
# How it is done, between what is done and to what: 로그 자동 삭제.
_HOW_DONE = frozenset(
    ["자동", "수동", "강제", "즉시", "실시간", "비동기", "일괄", "동시", "바로", "직접"]
)
_MARKS = {"O": False, "X": True, "x": True, "○": False}


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
            if words and is_term(name) and args.roles.get("이") and not args.topic:
                self._emit(args.roles["이"], "supports", [*group, name], "ko.noun", negated)
                return True  # 서버가 먼저 데이터 push 가능
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
        marked = not rest and any(args.roles.get(m) for m in ("을", "로", "에", "에서", "와"))
        known = self.relations.noun(word) or (marked and self.relations.korean(word + "하다"))
        if not known or (rest and rest[-1].end == phrase.words[len(rest)].start):
            return False
        if not (args.topic or args.roles or self.subject):
            return False
        if rest and not args.roles.get("을"):
            name = clean(self.text[start : rest[-1].end])
            if not is_term(name) or is_manner(name):
                return False  # 양방향 바인딩
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
        another = another or self._acts_alone(after)
        return another and has_hangul(word) and bool(self.relations.noun(word))

    def _acts_alone(self, chunk: Chunk | None) -> bool:
        """로그 수집 및 저장: whether a sentence ends in this verbal noun, and nothing before it."""
        if not isinstance(chunk, Phrase) or chunk.marker or len(chunk.words) != 1:
            return False
        word = chunk.words[0].form
        return self._is_last(chunk) and has_hangul(word) and bool(self.relations.noun(word))

    def _is_predicate(self, phrase: Phrase) -> bool:
        """Whether a bare phrase of two words ends in what is said: event loop 기반."""
        words = [w.form for w in phrase.words if w.form not in _MARKS]
        if phrase.marker or len(words) < 2:
            return False
        return words[-1] in ("기반", "필요") or (
            has_hangul(words[-1]) and bool(self.relations.noun(words[-1]))
        )

    def _is_last(self, chunk: Chunk) -> bool:
        """Whether nothing but marks stands behind a chunk."""
        return self.chunks.index(chunk) >= self.last
