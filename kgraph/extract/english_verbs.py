"""English verb groups: auxiliaries, negation, adverbs and a verb of the vocabulary."""

from __future__ import annotations

from dataclasses import dataclass

from kgraph.extract.english_phrases import AUX, BE, NOT, is_adverb, low
from kgraph.vocab.relations import Relations


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb group: words ``start:end``, the base and form of its last word."""

    start: int
    end: int
    forms: tuple[tuple[str, str], ...]
    negated: bool
    passive: bool


class VerbFinder:
    """Finds the verbs in the words of a sentence."""

    words: list[str]
    relations: Relations
    whole: bool
    who: list[str]

    def _verb(self, at: int, clause: int) -> Verb | None:
        """The verb group that starts with word ``at``."""
        word = self.words[at]
        i = at
        negated = passive = has_aux = False
        while i < len(self.words) and (
            low(self.words[i]) in AUX | BE | NOT
            or (i > at and is_adverb(self.words[i]))
            or (low(self.words[i]) == "no" and low(self._word(i + 1)) == "longer")
        ):
            short = low(self.words[i])
            negated |= short in NOT or short == "no"
            passive |= short in BE
            has_aux |= short in AUX | BE
            i += 1
        owns = has_aux and i == at + 1 and low(word) in ("has", "have", "had")
        if owns and not self._participle(self._word(i)):
            return Verb(at, i, (("have", "s"),), False, False)
        if i >= len(self.words):
            return None
        main = self.words[i]
        forms = self.relations.english_form(main.rstrip("."))
        if has_aux and passive:
            if any(kind == "participle" for _, kind in forms):
                usable = tuple(f for f in forms if f[1] == "participle")
                return Verb(at, i + 1, usable, negated, True)
            if any(kind == "ing" for _, kind in forms):
                return Verb(at, i + 1, tuple(f for f in forms if f[1] == "ing"), negated, False)
            return Verb(at, i, (("be", "s"),), negated, False)
        if not forms or not main[:1].islower():
            return None
        if has_aux:
            usable = tuple(f for f in forms if f[1] in ("base", "participle"))
            return Verb(at, i + 1, usable, negated, False) if usable else None
        if i + 1 >= len(self.words) and not self.whole:
            return None
        usable = tuple(f for f in forms if self._finite(f[1], i, clause))
        return Verb(i, i + 1, usable, False, False) if usable else None

    def _finite(self, kind: str, at: int, clause: int) -> bool:
        """Whether a form without an auxiliary is the verb of its clause."""
        before = low(self._word(at - 1)) if at > clause else ""
        after = low(self._word(at + 1))
        if after in BE | AUX:
            return False
        if kind == "s":
            return before not in ("the", "a", "an", "of", "all", "its", "their")
        if kind == "base":
            if before == "to" and at > 1:
                return False
            plural = before.endswith("s") and not before.endswith("ss") and before not in BE
            return (
                (at == 0 and self.whole)
                or (at > clause and plural and after != "of")
                or (before in ("they", "we") or (before in ("and", "or") and bool(self.who)))
            )
        return False

    def _word(self, at: int) -> str:
        return self.words[at] if 0 <= at < len(self.words) else ""

    def _participle(self, word: str) -> bool:
        return any(k == "participle" for _, k in self.relations.english_form(word.rstrip(".")))

    def _is_verb(self, word: str) -> bool:
        return any(k in ("base", "s") for _, k in self.relations.english_form(word))

    def _is_acting(self, word: str) -> bool:
        return any(k == "s" for _, k in self.relations.english_form(word.rstrip(".")))
