"""By what something is done, for what, and in what state it ends up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgraph.extract.chunks import Predicate
from kgraph.extract.facts import Args
from kgraph.extract.naming import PhraseNames
from kgraph.vocab.relations import Frame

# What 로 marks beside an object is what these make of it: A를 B로 변환한다.
RESULTS = frozenset(
    """
    converts creates updates configures selects assigns replaces means isA contains deploys stores
    presents replicates
    """.split()  # noqa: SIM905
)
# What a means does itself, in the passive too: AES로 암호화된다.
_BY_MEANS = frozenset(
    """
    encrypts validates authenticates prevents ensures identifies restricts monitors handles
    """.split()  # noqa: SIM905
)
_MADE_BY = frozenset(["stores", "creates", "deploys", "presents", "replicates"])
_STATES = {
    "꺼지다": "꺼짐",
    "켜지다": "켜짐",
    "잠기다": "잠김",
    "닫히다": "닫힘",
    "열리다": "열림",
    "비활성화되다": "비활성화",
    "활성화되다": "활성화",
    "막히다": "막힘",
    "유일하다": "유일",
}
MODES = frozenset(["병렬", "순차", "비동기", "동기", "실시간", "순차적", "직렬"])
# Of the verbs with a result, those that name with 로 what they make it with or by.
_MAKING = frozenset(
    ["생성하다", "맺다", "발급하다", "작성하다", "구축하다", "배포하다", "설치하다"]
)
_TOOLS = frozenset(
    """
    명령 명령어 커맨드 옵션 플래그 도구 툴 스크립트 api 콘솔 플러그인 라이브러리 어노테이션 모듈
    함수 메서드 메소드 쿼리 command option flag tool script plugin library annotation
    """.split()  # noqa: SIM905
)
_COMMAND = re.compile(r"[a-z][\w.\-]*( \S+)+|--?[a-z][\w\-]*.*|[\w.]+\([^)]*\)|@\w+")


# How, not by what: chunk 단위로, 병렬로, default로.
_MANNERS = frozenset(
    """
    단위 형태 순서 순 모양 이름 값 병렬 순차 비동기 동기 별도 자체 결과 최소 최대 대표 전체 개별
    하나 불변 직렬 배치 수동 자동 default 이유 목적 때문 실수 추가 통째 반대 기본 임의 랜덤 무작위
    양방향 단방향 역순 정순 오름차순 내림차순 실시간 묶음 임시
    """.split()  # noqa: SIM905
)


def is_manner(name: str) -> bool:
    """Whether 로 behind a name says how, and not by what: default로, 병렬로."""
    last = name.split()[-1].casefold()
    return last in _MANNERS or (len(last) > 1 and last.endswith(("적", "별", "씩", "불가", "가능")))


class MeansReader(PhraseNames):
    """Reads 로, 통해 and clauses of purpose."""

    def _is_tool(self, name: str) -> bool:
        """Whether one does things with what a name is of: `docker history`, -D 옵션."""
        if name.split()[-1].casefold() in _TOOLS:
            return True
        code = name in self.code or re.match(r"--?[a-z]|@", name) is not None
        return code and _COMMAND.fullmatch(name) is not None

    def _tools(self, args: Args) -> list[str]:
        return [n for n in args.roles.get("로", []) if not is_manner(n)]

    def _means(
        self, frames: Sequence[Frame], args: Args, subject: list[str], p: Predicate, rule: str
    ) -> None:
        """The subject uses what the action is done by."""
        used = {m for f in frames for m in (f.subject, f.object)}
        self._emit(subject, "uses", args.roles.get("통해", []), "ko.means", False)
        changed = not args.roles.get("을") and any(
            (f.relation, f.subject) == ("replaces", "로") for f in frames
        )
        names = [] if "로" in used and not changed else self._tools(args)
        if changed:  # 저희는 CooperativeStickyAssignor로 교체했다
            self._emit(subject, "uses", names, "ko.means", False)
            return
        if passive_use := (p.passive or p.lemma.endswith("되다")) and args.topic:
            if not any(f.relation in RESULTS for f in frames):
                self._emit(passive_use, "uses", names, "ko.means", False)
            return
        reached = any(f.relation in ("accesses", "connectsTo") for f in frames)
        if not names or not ({"을", "와"} & used or reached):
            return
        results = any(f.relation in RESULTS for f in frames) and p.lemma not in _MAKING
        done = args.roles.get("을") or self.carried_object
        for name in names:
            acted = done or args.roles.get("와") or reached or rule == "ko.noun"
            if self._is_tool(name) or (not results and acted):
                self._emit(subject, "uses", [name], "ko.means", False)

    def _instrument(self, frames: Sequence[Frame], args: Args, p: Predicate, rule: str) -> bool:
        """`docker history`로 크기를 확인한다: what it is done by does it, if nobody else does."""
        if not rule or p.must or args.roles.get("이") or p.caused or "을" in args.blocked:
            return False
        passive = p.passive or p.lemma.endswith("되다")
        if passive:
            objects = args.topic
        else:
            objects = args.first("을", "도")
            if not objects and not any(map(self.acts, args.topic)):
                objects = args.topic
            if (args.topic or args.roles.get("만")) and args.first("을", "도"):
                return False  # X는 Y로 Z를 …: X does it
        relations = [f.relation for f in frames if (f.subject, f.object) == ("이", "을")]
        if relations[:1] == ["uses"]:
            return False
        if passive:
            relations = [f.relation for f in frames if (f.subject, f.object) == ("의해", "이")]
        if not objects and self.condition:
            objects = self.object_before  # lock이 안 풀리면 `force-unlock`으로 해제한다
        used = any("로" in (f.subject, f.object) for f in frames)
        acted = False
        results = relations[:1] and relations[0] in RESULTS and p.lemma not in _MAKING
        for name in self._tools(args) or args.roles.get("통해", []):
            for relation in relations[:1]:
                passive_kept = not passive or relation in _BY_MEANS
                free = not used or relation in _BY_MEANS
                coded = name in self.code and relation in _MADE_BY
                if coded or self._is_tool(name) or (free and not results and passive_kept):
                    self._emit([name], relation, objects, "ko.instrument", p.negated)
                    acted |= bool(objects)
        return acted

    def _serves(
        self, frames: Sequence[Frame], args: Args, subject: list[str], objects: list[str]
    ) -> None:
        """캐시를 끄려면 `--no-cache`를 사용한다: the means does what is wanted."""
        if self.purpose is None:
            return
        means: list[str] = []
        if any(f.relation in ("uses", "runs") and f.object == "을" for f in frames):
            means = objects
        elif any((f.relation, f.object) == ("uses", "이") for f in frames):
            means = subject
        for relation in self.purpose.relations:
            wanted, negated = self.purpose.objects, self.purpose.negated
            self._emit(means, relation, wanted, "ko.purpose", negated)

    def _state(self, p: Predicate, args: Args, subject: list[str], rule: str) -> None:
        """X는 유휴 상태로 남는다; X는 deprecated 되었다."""
        states = [n for n in args.roles.get("로", []) if n.endswith(" 상태")]
        if states:
            self._emit(args.roles.get("을") or subject, "hasState", states, rule, p.negated)
        if state := _STATES.get(p.lemma):
            self._emit(args.roles.get("이") or subject, "hasState", [state], rule, p.negated)
        if args.mode:
            whose = args.roles.get("이") or args.topic or subject
            self._emit(whose, "hasAttribute", [args.mode], "ko.manner", p.negated, loose=True)
        stem = p.lemma.removesuffix("되다")
        if stem != p.lemma and stem.isascii() and not self.relations.korean(p.lemma):
            self._emit(subject, "hasState", [stem], rule, p.negated)
