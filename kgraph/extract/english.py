"""English clauses inside the notes: subject, verb of the vocabulary, object."""

from __future__ import annotations

from collections.abc import Sequence

from kgraph.extract.english_phrases import (
    IT,
    PREPOSITIONS,
    RELATIVE,
    STOPS,
    SUBORDINATING,
    coordinated,
    is_adverb,
    low,
    name_of,
    phrase_after,
    words_of,
)
from kgraph.extract.english_verbs import Verb, VerbFinder
from kgraph.extract.facts import Fact
from kgraph.vocab.relations import EnglishFrame, Relations

_STATES = ("able", "ible", "less", "ous", "ent", "ant", "ic", "ive", "ed", "only", "al", "free")
_STATED = frozenset(["disabled", "enabled", "deprecated", "required", "encrypted", "supported"])
_LETTING = frozenset(["allows", "enables", "permits"])


def read_english(
    text: str, relations: Relations, subject: str = "", whole: bool = True
) -> list[Fact]:
    """The facts of the English clauses in ``text``; "it" is ``subject`` where that is known.

    ``whole``: nothing but English stands around it, so that a first verb may lack its subject.
    """
    return EnglishReader(words_of(text), relations, subject, whole).read()


def english_topic(text: str, relations: Relations) -> str:
    """What the first clause of an English sentence is about, or an empty string."""
    reader = EnglishReader(words_of(text), relations, "", True)
    reader.read()
    return reader.topic


class EnglishReader(VerbFinder):
    """One pass over the words of a sentence."""

    def __init__(self, words: list[str], relations: Relations, subject: str, whole: bool) -> None:
        self.words = words
        self.relations = relations
        self.subject = subject
        self.whole = whole
        self.topic = ""  # what the first clause is about
        self.last: list[str] = []  # objects of the verb before: a ReplicaSet that creates pods
        self.who: list[str] = []  # subject of the clause before
        self.found: list[Fact] = []

    def read(self) -> list[Fact]:
        """The facts, each once."""
        short = self.whole and 2 <= len(self.words) <= 4 and low(self.words[-1]) in _STATED
        if short and (name := name_of(self.words[:-1])):
            self._emit(name, "hasState", low(self.words[-1]), False, "en.state")
            return self.found  # root access disabled
        clause = 0  # where the clause begins
        i = 0
        while i < len(self.words):
            verb = self._verb(i, clause)
            if verb is None:
                i += 1
                continue
            who = self._subject(clause, verb.start)
            if not self.topic and who and who[0] != self.subject:
                self.topic = who[0]
            if who:
                self.who = who
            hypothetical = any(low(w) in SUBORDINATING for w in self.words[clause : verb.start])
            end = self._clause(verb, [] if hypothetical else who)
            i = max(end, verb.end)
            clause = i
        return list(dict.fromkeys(self.found))

    # ------------------------------------------------------------ subjects

    def _subject(self, start: int, end: int) -> list[str]:
        """Who the verb at ``end`` is said of; words from ``start`` on are its clause's."""
        while end > start and is_adverb(self.words[end - 1]):
            end -= 1
        words = self.words[start:end]
        if not words:
            return [self.subject] if self.subject and not start else self.who
        last = low(words[-1])
        if last in RELATIVE:
            return self.last or self._subject(start, end - 1) if len(words) > 1 else self.last
        if last in IT:
            known = [self.subject] if self.subject else self.who
            return known if last in ("it", "they", "this") else []
        if last in ("and", "or", "but", ",", "then"):
            return self.who
        tail = len(words)
        while tail and low(words[tail - 1]) not in STOPS - {"and", "or"} | PREPOSITIONS - {"of"}:
            tail -= 1
        names, size, _ = coordinated(words[tail:], self._participle)
        if low(self._word(start + tail - 1)) in PREPOSITIONS and tail and not names:
            return []
        return names if size >= len(words) - tail or names else []

    # ------------------------------------------------------------ clauses

    def _clause(self, verb: Verb, who: list[str]) -> int:
        """Emits what a verb says; returns where the words behind it go on."""
        rest = self.words[verb.end :]
        if verb.forms[0][0] == "be":
            return verb.end + self._copula(rest, who, verb.negated)
        size = 0
        done: list[str] = []
        for frame in self._frames([base for base, _ in verb.forms], rest):
            objects, taken, none = self._objects(rest, frame, verb.passive)
            if not objects:
                continue
            turned = verb.passive and not frame.passive
            for o in objects:
                for s in who:
                    pair = (o, s) if turned else (s, o)
                    self._emit(pair[0], frame.relation, pair[1], verb.negated or none)
            done = objects
            size = max(size, taken)
        if verb.passive and self._word(verb.end - 1).casefold() == "used":
            size = max(size, self._used(rest, who, verb.negated))
        self.last = done or self.last
        if low(self._word(verb.end - 1)) in _LETTING and done:
            size += self._lets(rest[size:], who, done)
        return verb.end + size

    def _frames(self, bases: Sequence[str], rest: Sequence[str]) -> list[EnglishFrame]:
        """The frames of a verb; of "keep" and "keep track of", what the next words say."""
        frames = [frame for base in bases for frame in self.relations.english(base)]
        ahead = " ".join(low(word) for word in rest[:4]) + " "
        found = [f.preposition for f in frames if ahead.startswith(f.preposition + " ")]
        longest = max(found, key=len, default="")
        if " " not in longest:
            return frames
        return [f for f in frames if f.preposition in (longest, "by")]

    def _objects(
        self, rest: Sequence[str], frame: EnglishFrame, passive: bool
    ) -> tuple[list[str], int, bool]:
        """The objects of a frame: behind its preposition, another object between or not."""
        if frame.passive and not passive:
            return [], 0, False
        preposition = frame.preposition.split()
        if passive and not frame.passive:
            if preposition:
                return [], 0, False
            preposition = ["by"]
        start = self._behind(rest, preposition)
        if start is None:
            return [], 0, False
        names, size, none = coordinated(
            rest[start:], self._participle, self._is_verb, self._is_acting
        )
        return names, start + size, none

    def _behind(self, rest: Sequence[str], preposition: list[str]) -> int | None:
        if not preposition:
            skip = next((i for i, w in enumerate(rest) if not is_adverb(w)), 0)
            return None if low(self._at(rest, skip)) in PREPOSITIONS else skip
        words = [low(word) for word in rest]
        first = next((i for i, w in enumerate(words) if not is_adverb(w)), 0)
        between = phrase_after(rest[first:], self._participle)
        for start in (first, first + between):
            if words[start : start + len(preposition)] == preposition:
                return start + len(preposition)
        return None

    def _at(self, rest: Sequence[str], index: int) -> str:
        return rest[index] if index < len(rest) else ""

    def _copula(self, rest: Sequence[str], who: list[str], negated: bool) -> int:
        """``X is a Y``: the kind; ``X is immutable``: the state."""
        skip = next((i for i, w in enumerate(rest) if not is_adverb(w)), 0)
        rest = rest[skip:]
        if not rest or not who:
            return skip
        first = low(rest[0])
        if first in ("a", "an", "the", "one") or (
            rest[0][:1].isupper() and phrase_after(rest, self._participle) <= 3
        ):
            names, size, _ = coordinated(rest, self._participle)
            for s in who:
                for name in names[:1]:
                    self._emit(s, "isA", name, negated, "en.copula")
            self.last = who
            return skip + size
        ends = len(rest) == 1 or low(rest[1]) in STOPS | PREPOSITIONS
        passive = first.endswith("ed") and len(rest) > 1 and low(rest[1]) in PREPOSITIONS
        if ends and not passive and first.endswith(_STATES) and name_of(rest[:1]):
            for s in who:
                self._emit(s, "hasState", name_of(rest[:1]), negated, "en.state")
        return skip

    def _used(self, rest: Sequence[str], who: list[str], negated: bool) -> int:
        """X is used to store Y; X is used for Y."""
        if low(self._at(rest, 0)) == "for":
            names, size, _ = coordinated(rest[1:], self._participle)
            for name in names:
                for s in who:
                    self._emit(name, "uses", s, negated)
            return size + 1
        if low(self._at(rest, 0)) == "to":
            return 1 + self._infinitive(rest[1:], who, negated)
        return 0

    def _lets(self, rest: Sequence[str], who: list[str], whom: list[str]) -> int:
        """X allows Y to return Z: Y does it, X makes it possible."""
        if low(self._at(rest, 0)) != "to":
            return 0
        size = self._infinitive(rest[1:], whom, False)
        for name in self.last:
            for s in who:
                self._emit(s, "allows", name, False)
        return 1 + size

    def _infinitive(self, rest: Sequence[str], who: list[str], negated: bool) -> int:
        forms = self.relations.english_form(self._at(rest, 0))
        size = 0
        bases = [base for base, kind in forms if kind == "base"]
        for frame in self._frames(bases, rest[1:]):
            objects, taken, _ = self._objects(rest[1:], frame, False)
            for o in objects:
                for s in who:
                    self._emit(s, frame.relation, o, negated)
                self.last = objects
            size = max(size, taken + 1 if objects else 0)
        return size

    def _emit(self, s: str, relation: str, o: str, negated: bool, rule: str = "en.svo") -> None:
        if s.casefold() != o.casefold():
            self.found.append(Fact(s, relation, o, rule, negated))
