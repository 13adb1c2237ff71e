"""Korean clauses: phrases gathered for the predicate that governs them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kgraph.extract.chunks import Break, Chunk, Copula, Phrase, Predicate
from kgraph.extract.facts import Args, Fact
from kgraph.extract.nominal import KINDS, VALUE_HEADS, NominalReader
from kgraph.extract.terms import clean, is_attribute, is_empty_word, is_term

# Who makes something may stand with 에서: 구글에서 만든 언어.
_MADE = frozenset(["creates", "provides", "implements", "presents", "exposes"])
_ASIDE = re.compile(r"\([^()]*\)")
_PURPOSES = frozenset(["목적", "역할", "임무", "책임"])


class ClauseReader(NominalReader):
    """Reads the chunks of one sentence."""

    def read(self, chunks: list[Chunk]) -> list[Fact]:
        """The facts that the sentence states."""
        args = Args()
        group: list[str] = []  # members of a coordination that is not complete
        clause_start = chunks[0].start if chunks else 0
        last = max((i for i, c in enumerate(chunks) if not isinstance(c, Break)), default=-1)
        named: list[str] = []  # HCL이라는 언어: the name before the noun that it names
        i = 0
        while i < len(chunks):
            c = chunks[i]
            after = chunks[i + 1] if i + 1 < len(chunks) else None
            if isinstance(c, Phrase):
                names = [] if c.pronoun else self._names(c)
                if named:
                    names, named = named, []
                if isinstance(after, Copula) and after.ending == "modifier" and names:
                    named = names
                    i += 2
                    continue
                if isinstance(after, Copula):
                    self._copula(c, names, group, args, after)
                    group = []
                    if after.ending != "modifier":
                        args = Args()
                    i += 2
                    continue
                bare = not c.marker
                comma = isinstance(after, Break) and after.form == ","
                if bare and comma and self._ends_clause(c, _at(chunks, i + 2)):
                    self._noun_predicate(c, args, group)
                    args, group = Args(topic=args.topic), []
                    i += 2
                    continue
                if bare and comma and self._defines(chunks, i) and not args.topic:
                    self._noun_end(c, names, args, True)  # …하는 도구, Y를 대체했다
                    self.carried, args = [self.defined], Args()
                    i += 2
                    continue
                if i == last and bare and self._noun_predicate(c, args, group):
                    break
                if c.joined or (
                    bare
                    and isinstance(after, Break)
                    and after.form in (",", "/", "·", "+", "or", "and")
                ):
                    if bare and self._elliptic(c, args):
                        args = Args()
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
                last_word = c.words[-1].form
                self.last_word = last_word if not c.marker or last_word == "필요" else ""
            elif isinstance(c, Predicate):
                if c.lemma == "아니다" and c.ending in ("link", "modifier"):
                    args.roles.pop("보어", None)  # A가 아니라 B가 …
                    args.roles.pop("이", None)
                elif c.ending == "condition":
                    self._predicate(c, args, "", emit=False)
                    if self.text[c.start : c.end].rstrip().endswith("려면"):
                        self.goal = args.roles.get("을", [])
                    self.condition = self.text[clause_start : c.end].strip()
                    clause_start = c.end
                    args = Args()
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
                    args = Args(topic=args.topic)
                else:
                    self._predicate(c, args, "ko.clause")
                    args = Args()
                    clause_start = c.end
                group = []
            elif isinstance(c, Break) and c.form in (":", ";", "?", "!"):
                args = Args()
                group = []
            i += 1
        return self.facts

    def _defines(self, chunks: list[Chunk], at: int) -> bool:
        """Whether a modified phrase before a comma says what the sentence's term is."""
        c = chunks[at]
        return (
            bool(self.defined)
            and isinstance(c, Phrase)
            and at > 0
            and _modifies(chunks[at - 1])
            and isinstance(_at(chunks, at + 1), Break)
            and not isinstance(chunks[at - 2] if at > 1 else None, Break)
            and c.words[-1].form in KINDS
        )

    def _names(self, phrase: Phrase) -> list[str]:
        if phrase.words and phrase.words[-1].tag == "XSN" and phrase.words[-1].form == "적":
            return []
        name = clean(self.text[phrase.head : phrase.end])
        if phrase.head != phrase.start and (not is_term(name) or len(name) <= 2):
            name = clean(self.text[phrase.start : phrase.end])
        name = clean(_ASIDE.sub(" ", name))
        return [name] if is_term(name) else []

    def _take(self, args: Args, phrase: Phrase, names: list[str]) -> None:
        marker = phrase.marker
        if phrase.topic and marker == "은":
            if phrase.head > phrase.start and phrase.words[-1].form in _PURPOSES:
                owner = clean(self.text[phrase.start : phrase.head].rstrip()[:-1])
                names = [owner] if is_term(owner) else []  # X의 역할은 … 하는 것
            if names:
                args.topic = names
                self.topic = names
                self._emit(names, "differsFrom", args.roles.pop("달리", []), "ko.clause", False)
                owner = clean(self.text[phrase.start : phrase.head].rstrip().removesuffix("의"))
                args.topic_owner = [owner] if phrase.head > phrase.start and is_term(owner) else []
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
        ends = ((i == last or self._defines(chunks, i)) and not c.marker) or (
            isinstance(follows, Copula) and follows.ending in ("final", "link")
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
        return [] if c.pronoun or is_empty_word(c.words[-1].form) else self._names(c)

    def _modifier(self, p: Predicate, args: Args, head: list[str]) -> bool:
        """A relative clause: its head fills the role that is missing. True if it took arguments."""
        frames = () if p.planned or p.caused else self.relations.korean(p.lemma)
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
            given = {m: self._role(args, m) for m in missing}
            if "이" in given and not given["이"] and frame.relation in _MADE:
                given["이"] = args.roles.get("에서", [])
            if (
                "을" in missing
                and not objects
                and any(args.roles.get(m) for m in ("에", "로", "에게"))
            ):
                given["을"] = self.carried_object  # 정보를 모은 뒤 메모리에 저장하는 도구
            open_ = [m for m in missing if not given[m]]
            if not open_ and missing == ["이", "을"]:  # 서버가 상태를 보관하는 방식
                self._emit(given["이"], frame.relation, given["을"], "ko.relative", p.negated)
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
        self, phrase: Phrase, names: list[str], group: list[str], args: Args, copula: Copula
    ) -> None:
        if copula.ending in ("question", "condition", "purpose", "modifier"):
            return
        kinds = group + names
        subject = args.topic or args.roles.get("이") or ([self.defined] if self.defined else [])
        if not subject and not args.roles and self.subject:
            subject = [self.subject]
        if args.topic and args.topic[0].split()[-1] in VALUE_HEADS:
            owner = self._owner(args.topic)
            value = clean(self.text[phrase.start : phrase.end])
            self._emit(owner, "hasAttribute", [value], "ko.value", copula.negated, loose=True)
            return
        if (args.topic or self.defined) and not (args.topic and is_attribute(args.topic[0])):
            self._emit(subject, "isA", kinds, "def.copula", copula.negated)
        self.carried = subject


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


def _at(chunks: list[Chunk], index: int) -> Chunk | None:
    return chunks[index] if index < len(chunks) else None


def _modifies(chunk: Chunk) -> bool:
    return isinstance(chunk, Predicate) and chunk.ending == "modifier"
