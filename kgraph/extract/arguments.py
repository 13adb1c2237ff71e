"""Phrases taken in as the arguments of a predicate: topics, roles, what pronouns stand for."""

from __future__ import annotations

from kgraph.extract.chunks import Break, Chunk, Phrase, Predicate
from kgraph.extract.facts import Args
from kgraph.extract.means import MODES
from kgraph.extract.nominal import KINDS
from kgraph.extract.relative import RelativeReader
from kgraph.extract.terms import clean, is_term
from kgraph.extract.values import is_value

_PURPOSES = frozenset(["목적", "역할", "임무", "책임", "기능", "용도"])
_ASKING = frozenset(["어떤", "무슨", "어느"])


class ArgumentReader(RelativeReader):
    """Fills the arguments of a clause."""

    def _apposition(self, i: int, kinds: list[str]) -> None:
        """메시지 브로커인 Kafka는: the noun behind it is of the kind before it."""
        head = self._chunk(i + 2)
        if not isinstance(head, Phrase) or len(kinds) != 1 or self.args.roles.get("이"):
            return
        coded = clean(self.text[head.head : head.end]) in self.code
        if (head.topic and kinds[0].split()[-1] in KINDS) or coded:
            self._emit(self._names(head, None), "isA", kinds, "ko.apposition", False)

    def _take(self, args: Args, phrase: Phrase, names: list[str]) -> None:
        marker = phrase.marker
        if marker == "까지":
            return
        if phrase.topic and marker == "은":
            self._topic(args, phrase, names)
            return
        if names and phrase.words[0].form in _ASKING:
            self.asked = [*self.asked, *names]
        if marker == "로":
            value = clean(self.text[phrase.start : phrase.end])
            if is_value(value) or value in self.code:
                args.value = value
            if value in MODES:
                args.mode = value
        if names and marker == "로" and self._stands_apart(phrase, args):
            owner = args.topic or self.topic or [self.defined]
            self._emit(owner, "isA", names, "def.apposition", False)
        elif names and marker != "기타":
            if marker == "이" and phrase.head > phrase.start:
                args.owner = self._owner_of(phrase)
            args.roles.setdefault(marker, []).extend(names)
        elif marker == "을" and not names and self.nominal and phrase.words[0].form in ("것", "거"):
            args.roles["을"], self.nominal = self.nominal, []  # 리소스에 접근하는 것을 막는다
        elif self._points_back(phrase) and (
            marker == "을" or (not marker and self._before_predicate(phrase))
        ):
            before = self.carried or self.topic
            actor = args.roles.get("이") or args.topic
            earlier = before if actor and before != actor else []
            back = self.carried_object or earlier or self.object_before  # 이를, 이걸
            if self.subject and (not back or args.roles.get("도")):
                back = [self.subject]  # `docker exec`도 이거 씀
            args.roles["을"] = back
        elif marker == "이" and not names and self._points_back(phrase) and self.carried_object:
            args.roles["이"] = self.carried_object  # A를 등록해 두고, 얘가 …
        elif not marker and not names and phrase.words[-1].form == "씩":
            pass  # 하나씩 처리한다
        elif not marker and not names and phrase.words[0].tag in ("NR", "NP"):
            args.blocked.add("이")  # 둘 다 없음
        elif marker in ("이", "을", "만", "도") and not names and not self._unsaid(phrase):
            args.blocked.add("이" if marker == "이" else "을")
        if phrase.topic:
            args.topical.add(marker)

    def _stands_apart(self, phrase: Phrase, args: Args) -> bool:
        """X는 Y로, …: says what X is, as a comma follows and no other topic."""
        at = self.chunks.index(phrase)
        after = self._chunk(at + 1)
        if not isinstance(after, Break) or after.form != "," or is_topic(self._chunk(at + 2)):
            return False
        return bool(args.topic or self.topic or self.defined) and not args.roles

    def _before_predicate(self, phrase: Phrase) -> bool:
        return isinstance(self._chunk(self.chunks.index(phrase) + 1), Predicate)

    def _topic(self, args: Args, phrase: Phrase, names: list[str]) -> None:
        if phrase.head > phrase.start and phrase.words[-1].form in _PURPOSES:
            owner = clean(self.text[phrase.start : phrase.head].rstrip().removesuffix("의"))
            names = [owner] if is_term(owner) else []  # X의 역할은 … 하는 것
        if names:
            args.topic = names
            self.topic = names
            self.first = self.first or names
            self.lost = False
            self._emit(names, "differsFrom", args.roles.pop("달리", []), "ko.clause", False)
            owner = clean(self.text[phrase.start : phrase.head].rstrip().removesuffix("의"))
            args.topic_owner = [owner] if phrase.head > phrase.start and is_term(owner) else []
        elif self._points_back(phrase) and self.carried_object:
            args.topic = self.topic = self.carried_object  # A를 쓰는데 이건 …
        elif not phrase.pronoun or not self._points_back(phrase):
            args.topic = []
            if not self._unsaid(phrase):
                args.blocked.add("은")
                self.topic, self.carried = [], []
                self.lost = True

    def _ask(self, c: Predicate, args: Args) -> None:
        """What a question asks for is decided on: 어떤 controller가 처리할지, 토큰이 유효한지."""
        if self.asked:
            verb = c.lemma.removesuffix("하다")
            self.asked_act = [f"{n} {verb}" for n in self.asked] if verb != c.lemma else []
            self.args.roles["을"] = self.asked
        elif args.roles.get("이"):
            self.args.roles["을"] = args.roles["이"]
        elif args.roles.get("을") and c.lemma.endswith("하다"):  # 트래픽을 어떻게 라우팅할지
            done = f"{args.roles['을'][-1]} {c.lemma.removesuffix('하다')}"
            self.args.roles["을"] = [done]
        else:
            self.args.blocked.add("을")
        self.asked = []


def is_topic(chunk: Chunk | None) -> bool:
    """Whether a chunk is a phrase with 은/는 and no other particle."""
    return isinstance(chunk, Phrase) and chunk.topic and chunk.marker == "은"
