"""What something is, has as its value, or is done by: sentences of nouns, 이다."""

from __future__ import annotations

import re

from kgraph.extract.chunks import Copula, Phrase
from kgraph.extract.facts import Args
from kgraph.extract.means import is_manner
from kgraph.extract.nominal import KINDS, NominalReader
from kgraph.extract.predicates import is_vague
from kgraph.extract.terms import clean, is_attribute, is_empty_word, is_term, is_trait
from kgraph.text import has_hangul
from kgraph.vocab.generic import is_event

_RANKS = frozenset(["기본", "디폴트", "default", "최대", "최소", "평균", "전체", "총", "현재"])
_QUALITY = re.compile(r"[a-z][a-z\-]+(?:ing|ive|less|able|ible|ful|ous|ed|-only|-safe)")
_NUMERIC = re.compile(r"(?:약|최대|최소|총|평균|기본)?\s?\d")
VALUE_HEADS = frozenset(["기본값", "기본", "디폴트", "default"])


class DefiningReader(NominalReader):
    """Reads definitions and values."""

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
            elif self._done_by(args.topic[0], names):
                pass
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
                for name in names:
                    basis = name.removesuffix(" 기반")
                    how = "contains" if basis == name else "basedOn"
                    how = "hasAttribute" if _QUALITY.fullmatch(name) else how
                    self._emit([self.defined], how, [basis], "colon.list", False)
            else:
                self._emit([self.defined], "isA", names, "def.colon", False)

    def _copula(
        self, phrase: Phrase, names: list[str], group: list[str], args: Args, copula: Copula
    ) -> None:
        """X는 Y이다, X의 기본값은 Y이다."""
        if copula.ending in ("question", "condition", "purpose", "modifier"):
            return
        kinds = group + names
        if copula.ending == "link" and not args.topic and not args.roles and self._is_last(copula):
            return  # 전부 POST라서: why, and of whom is not said
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

    def _done_by(self, topic: str, names: list[str]) -> bool:
        """지연 측정은 `monitorEventLoopDelay()`: the act is done by that."""
        act = self._verbal_noun(topic)
        if act is None or not act[1] or not all({n, n + "()"} & self.code for n in names):
            return False
        for frame in self.relations.noun(act[0]):
            if (frame.subject, frame.object) == ("이", "을"):
                self._emit(names, frame.relation, [act[1]], "ko.instrument", False)
        return True

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
