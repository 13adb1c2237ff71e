"""Korean clauses: phrases gathered for the predicate that governs them."""

from __future__ import annotations

from dataclasses import replace

from kgraph.extract.arguments import ArgumentReader, is_topic
from kgraph.extract.chunks import Break, Chunk, Copula, Phrase, Predicate
from kgraph.extract.endings import CONTENT
from kgraph.extract.facts import Args, Fact

_CLOSEST = frozenset(["이", "을", "에", "에서", "로", "와", "에게", "부터", ""])
_ADVERBIAL = frozenset(["알다", "따르다", "잇다", "계속하다", "나아가다", "예하다", "통틀다"])
_OPEN = "?"  # the marker of a bare phrase that a later predicate will give
_BETWEEN = ("간의", "사이의")
_JOINTS = frozenset([",", "/", "·", "+", "or", "and"])


class ClauseReader(ArgumentReader):
    """Reads the chunks of one sentence."""

    def read(self, chunks: list[Chunk]) -> list[Fact]:
        """The facts that the sentence states."""
        self.chunks = chunks
        self.last = max((i for i, c in enumerate(chunks) if not isinstance(c, Break)), default=-1)
        self.clause_start = chunks[0].start if chunks else 0
        self.named: list[str] = []  # HCL이라는 언어: the name before the noun that it names
        self.bare: list[Phrase] = []  # the bare phrases of those
        self.gapped: list[Args] = []  # A는 B에, C는 D에 둔다: the clauses without their predicate
        i = 0
        while i < len(chunks):
            c = chunks[i]
            if isinstance(c, Phrase):
                i += self._phrase(i, c)
                continue
            if isinstance(c, Predicate):
                self._governs(i, c)
                self.group = []
            elif isinstance(c, Break):
                self._break(i, c)
            i += 1
        self._settle([])
        return self.facts

    # ------------------------------------------------------------ phrases

    def _phrase(self, i: int, c: Phrase) -> int:
        """Takes in a phrase; returns how many chunks are done with."""
        after = _at(self.chunks, i + 1)
        names = self._names(c, _at(self.chunks, i - 1))
        if self.named:
            names, self.named = ([] if c.pronoun or not names else self.named), []
        if isinstance(after, Copula):
            self._with_copula(i, c, names, after)
            return 2
        bare = not c.marker
        comma = isinstance(after, Break) and after.form in (",", "/")
        following = _at(self.chunks, i + 2)
        if bare and comma and self._ends_clause(c, following):
            self._noun_predicate(c, self.args, self.group)
            self.args, self.group = Args(topic=self.args.topic), []
            if self._acts_alone(following) and self.carried_object:
                self.args.roles["을"] = self.carried_object
            return 2
        if bare and isinstance(after, Break) and self._marked(c, self.args):
            self.args, self.group = Args(), []
            return 2
        if bare and comma and self.text[: c.end].endswith(" 전용"):
            owner = self.args.topic or self.topic or ([self.subject] if self.subject else [])
            self._emit(owner, "hasAttribute", names, "ko.noun", False)
            return 2
        if bare and comma and self.args.topic and is_topic(following):
            self.args.roles[_OPEN] = self.group + names  # A는 X, B는 Y(를 고른다)
            self.gapped.append(self.args)
            self.bare.append(c)
            self.args, self.group = Args(), []
            return 2
        if bare and comma and self._defines(i) and not self.args.topic:
            self._noun_end(c, names, self.args, True)  # …하는 도구, Y를 대체했다
            self.carried, self.args = [self.defined], Args()
            return 2
        if i == self.last and bare and self._noun_predicate(c, self.args, self.group):
            return len(self.chunks) - i
        if c.joined or (bare and isinstance(after, Break) and after.form in _JOINTS):
            if bare and self._elliptic(c, self.args):
                self.args = Args()
            else:
                self.group += names
            return 1
        between = self.text[c.start : c.head].rstrip().endswith(_BETWEEN)
        names = names if between else self.group + names  # A와 B 간의 C
        self.group = []
        if i == self.last and bare:
            for phrase, gap in zip(self.bare, self.gapped, strict=False):
                given = gap.roles.pop(_OPEN, [])
                self._noun_end(phrase, given, gap, False)
            self._noun_end(c, names, self.args, i > 0 and _modifies(self.chunks[i - 1]))
            return len(self.chunks) - i
        self._take(self.args, c, names)
        last_word = c.words[-1].form
        self.last_word = last_word if not c.marker or last_word == "필요" else ""
        return 1

    def _with_copula(self, i: int, c: Phrase, names: list[str], copula: Copula) -> None:
        if copula.ending == "modifier":
            thing = _at(self.chunks, i + 2)
            if copula.naming and isinstance(thing, Phrase) and thing.words[0].form in CONTENT:
                self._copula(c, names, self.group, self.args, replace(copula, ending="final"))
                self.group, self.args = [], Args()  # 기본값이 True라는 점
            elif copula.naming:
                self.named = names
            else:
                self._apposition(i, names)
                if not self.args.topic:
                    self.args.roles.pop("이", None)  # 입력이 그대로인 task
            return
        if copula.ending == "question" and self.args.roles.get("이"):
            asked = self.args.roles["이"]  # 사용자가 누구인지 확인한다
            self.args = Args(topic=self.args.topic, topic_owner=self.args.topic_owner)
            self.args.roles["을"], self.group = asked, []
            return
        if copula.ending == "quote":
            self.args.roles["라고"] = self.group + names
            self.group = []
            return
        concedes = copula.ending == "link" and self.text.startswith("도", copula.end)
        if (
            (copula.ending == "condition" or concedes)
            and not self.args.topic
            and not self.args.roles
        ):
            self.case, self.group = self.group + names, []  # 커버링 인덱스면 …
            return
        self._copula(c, names, self.group, self.args, copula)
        self.group = []
        self.args = Args()

    # ------------------------------------------------------------ predicates

    def _governs(self, i: int, c: Predicate) -> None:
        """Reads the clause of a predicate."""
        args = self.args
        if c.lemma in _ADVERBIAL and c.ending == "link":
            return  # 알아서 해 준다
        if c.lemma == "아니다" and c.ending in ("link", "modifier"):
            args.roles.pop("보어", None)  # A가 아니라 B가 …
            args.roles.pop("이", None)
        elif c.ending in ("condition", "time"):
            self._settle([])
            self._condition(c, args)
        elif c.ending == "modifier":
            head = self._head(i)
            before = _at(self.chunks, i - 1)
            self._until(i, args)
            self.nominal = self._nominalised(i, c)
            used = self._modifier(c, args, head)
            closest = _CLOSEST - {"을", "로"} if c.adjective else _CLOSEST
            if not used and isinstance(before, Phrase) and before.marker in closest:
                args.roles.pop(before.marker, None)
            if used:
                args.roles.clear()
                args.blocked.clear()
        elif c.ending == "content":
            self._settle([])
            self._predicate(c, args, "ko.clause")
            self.args = Args()
        elif c.ending in ("purpose", "question"):
            if c.ending == "purpose":
                self.purpose = self._purpose(c, args) or self.purpose
            self.carried_object = []
            self.args = Args(topic=args.topic, topic_owner=args.topic_owner)
            if self.text.startswith(("을", "를"), c.end):
                self.args.blocked.add("을")  # 읽힘을 보장한다
            if c.ending == "question":
                self._ask(c, args)
        elif (
            c.ending == "link"
            and self._leads_to_modifier(i)
            and (not self._explicit(args) or self._is_serial(i, c) or self._says_having(c))
        ):  # 정보를 모아 저장하는 서버가: the head says who
            self.pending.append((c, replace(args, topic=[])))
            self.carried_object = args.roles.get("을") or self.carried_object
            self.args = Args(topic=args.topic, topic_owner=args.topic_owner)
        else:
            self._settle([])
            for gap in self.gapped:
                if _OPEN in gap.roles and len(args.roles) == 1:
                    gap.roles = {next(iter(args.roles)): gap.roles[_OPEN]}
                if set(gap.roles) == set(args.roles):
                    self._predicate(replace(c), gap, "ko.clause")
            self.gapped, self.bare = [], []
            self._predicate(c, args, "ko.clause")
            self.args = Args()
            self.clause_start = c.end

    def _condition(self, c: Predicate, args: Args) -> None:
        self._predicate(c, args, "", emit=False)
        if self.text[c.start : c.end].rstrip().endswith("려면"):
            verb = c.lemma.removesuffix("하다")
            self.goal = args.roles.get("을") or ([verb] if verb != c.lemma else [])
            self.purpose = self._purpose(c, args)
        elif c.ending == "condition":
            self.by = self._by(c, args)
            self.hypothetical = True
            self.carried_object = []
        self.object_before = args.first("을", "이") or self.object_before
        self.cause = [] if c.negated or c.lemma == "없다" else args.first("을", "이")
        self.condition = self.text[self.clause_start : c.end].strip(" ,")
        self.clause_start = c.end
        kept = args.topic if self.purpose or c.ending == "time" else []
        self.args = Args(topic=kept)

    def _is_serial(self, i: int, c: Predicate) -> bool:
        native = c.serial and not c.lemma.endswith(("하다", "되다"))
        return native and _modifies(self.chunks[i + 1]) if i + 1 < len(self.chunks) else False

    def _explicit(self, args: Args) -> bool:
        return bool(args.roles.get("이") or args.topic or self.topic or self.carried)

    def _break(self, i: int, c: Break) -> None:
        if c.form in (":", ";", "?", "!"):
            self.args = Args()
            self.group = []
            return
        gapped = c.form == "," and self.args.topic and self.args.roles and not self.group
        if gapped and is_topic(_at(self.chunks, i + 1)):
            self.gapped.append(self.args)
            self.args = Args()


def _at(chunks: list[Chunk], index: int) -> Chunk | None:
    return chunks[index] if 0 <= index < len(chunks) else None


def _modifies(chunk: Chunk) -> bool:
    return isinstance(chunk, Predicate) and chunk.ending == "modifier"
