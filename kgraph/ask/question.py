"""A question as it is read: its type, the things it names, what it says of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kgraph.ask.asked import Span, light_spans, question_language
from kgraph.ask.cues import QuestionType, question_type
from kgraph.ask.forms import form, forms
from kgraph.ask.ports import Morphology, Token
from kgraph.ask.predicates import RelationGuess, guess_relations, verb_names
from kgraph.ask.words import Thesaurus, empty_words, light_words, phrases
from kgraph.resolution.matching import Match
from kgraph.text import fold, nfc
from kgraph.vocab import Lexicon, Relations
from kgraph.vocab.inflection import PARTICLES

LONGEST = 600
"""Characters of a question that are read; what comes after them is not."""


@dataclass(frozen=True, slots=True)
class Term:
    """A content word or name of a question, and what it may be called in the notes."""

    text: str
    direct: tuple[str, ...]  # coded forms that mean the same
    kin: tuple[str, ...]  # forms that come near
    weight: float
    concepts: tuple[tuple[str, float], ...] = ()  # (concept id, how surely), of the graph
    names: tuple[str, ...] = ()  # what it may be called, as words: for retrieval
    parts: tuple[Term, ...] = ()  # the words of a name, for what is called by half of it


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is read."""

    text: str
    lang: str  # "ko" | "en"
    type: QuestionType
    terms: tuple[Term, ...]
    relations: tuple[RelationGuess, ...]
    negated: bool  # a yes/no question that expects the thing not to be so

    @property
    def concepts(self) -> tuple[tuple[str, float], ...]:
        """The concepts of the graph that it names, surest first."""
        found: dict[str, float] = {}
        for term in self.terms:
            for concept, score in term.concepts:
                found[concept] = max(found.get(concept, 0.0), score)
        return tuple(sorted(found.items(), key=lambda x: (-x[1], x[0])))

    @property
    def wide(self) -> str:
        """The question and all that its words may be called, for retrieval in either language."""
        called = (name for term in self.terms for name in (term.text, *term.names))
        return " ".join(dict.fromkeys((self.text, *called)))


_NOUNS = ("NNG", "NNP", "XR", "SN", "SH", "NR", "XPN")
_VERBS = ("VV", "VA", "VV-I", "VA-I", "VV-R", "VA-R")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+#]*(?:[-./:][A-Za-z0-9_+#]+)*|--?[A-Za-z][\w-]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\ufeff\ud800-\udfff]+")
_NEGATED = re.compile(
    r"(?:지 ?않|안 ?(?:되|돼|하|해|쓰|써)|못 ?(?:하|해|쓰|써)|없[는나어지을])"
    r"|\b(?:not|n't|never)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"몇[가-힣]*")  # 몇개, 몇번째
_POSSESSIVE = re.compile(r"(?<=[a-z])['’]s\b")
_LIGHT = 0.4
_KIN_NAMES = 4  # of the words that come near a term, how many retrieval looks for
_WEIGHTS = {"name": 1.25, "noun": 1.0, "verb": 0.7, "adverb": 0.35, "number": 0.8}

Naming = Callable[[str], list[Match]]
"""The names of the graph's concepts found in a text."""


def clean(text: str) -> str:
    """A question without control characters, NFC, at most :data:`LONGEST` characters."""
    return " ".join(nfc(_CONTROL.sub(" ", text[: 4 * LONGEST])).split())[:LONGEST]


class Reader:
    """Reads questions.

    Args:
        analyser: cuts them into morphemes.
        relations: says what their verbs mean.
        lexicon: bridges the languages.
        thesaurus: what else everyday words are called.
    """

    def __init__(
        self,
        analyser: Morphology,
        relations: Relations,
        lexicon: Lexicon,
        thesaurus: Thesaurus,
    ) -> None:
        self._analyser = analyser
        self._relations = relations
        self._lexicon = lexicon
        self._thesaurus = thesaurus

    def read(self, text: str, naming: Naming) -> Question:
        """``text`` (see :func:`clean`) as a question; ``naming`` finds the graph's concepts."""
        lang = question_language(text)
        tokens = self._analyser.tokens(text)
        kind = question_type(text, lang, tokens)
        text = _POSSESSIVE.sub("", text)
        tokens = self._analyser.tokens(text)
        matches = [m for m in naming(text) if not _is_empty(text[m.start : m.end])]
        terms = self._terms(text, lang, tokens, matches)
        relations = guess_relations(text, lang, tokens, self._relations)
        if kind is QuestionType.DEFINITION and any(
            g.score >= 0.6 and g.relation not in ("isA", "means") for g in relations
        ):
            kind = QuestionType.ENTITY
        negated = kind is QuestionType.YESNO and _NEGATED.search(text) is not None
        return Question(text, lang, kind, terms, relations, negated)

    def _terms(
        self, text: str, lang: str, tokens: Sequence[Token], matches: Iterable[Match]
    ) -> tuple[Term, ...]:
        found: list[tuple[int, Term]] = []
        taken = [False] * len(text)
        spans: dict[tuple[int, int], list[tuple[str, float]]] = {}
        for match in matches:
            spans.setdefault((match.start, match.end), []).append((match.concept, match.score))
        for (start, end), concepts in sorted(spans.items()):
            found.append((start, self._name(text[start:end], tuple(concepts[:4]))))
            taken[start:end] = [True] * (end - start)
        for start, end in self._lexical(text, taken):
            found.append((start, self._name(text[start:end], ())))
            taken[start:end] = [True] * (end - start)
        found += self._phrases(text, taken)
        for start, term in self._rest(text, lang, tokens, taken):
            found.append((start, term))
        found = _lighter(found, light_spans(text, lang, tokens, self._relations))
        seen: dict[tuple[str, ...], Term] = {}
        for _, term in sorted(found, key=lambda x: x[0]):
            seen.setdefault(term.direct or term.kin, term)
        return tuple(seen.values())

    def _phrases(self, text: str, taken: list[bool]) -> list[tuple[int, Term]]:
        """Turns of phrase (has to) and phrasal verbs that the thesaurus knows (took over)."""
        found = []
        for pattern, names in phrases():
            match = pattern.search(text)
            if match:
                coded = forms(names)
                term = Term(match.group(), (), coded, _WEIGHTS["adverb"], (), names[:4])
                found.append((match.start(), term))
        words = [(m.start(), m.end()) for m in re.finditer(r"[A-Za-z]+", text)]
        for (start, _), (_, end) in pairwise(words):
            coded_pair = form(text[start:end])
            if coded_pair in self._thesaurus and not any(taken[start:end]):
                found.append((start, self._word(text[start:end], "noun")))
                taken[start:end] = [True] * (end - start)
        return found

    def _lexical(self, text: str, taken: list[bool]) -> list[tuple[int, int]]:
        """Names of the lexicon in what the graph does not name, the longest first."""
        words = [(m.start(), m.end()) for m in re.finditer(r"[^\s,?!]+", text)]
        spans = []
        at = 0
        while at < len(words):
            for size in range(min(4, len(words) - at), 0, -1):
                start, end = words[at][0], words[at + size - 1][1]
                if any(taken[start:end]):
                    continue
                stop = self._term_end(text, start, end)
                if stop and not _is_empty(text[start:stop]):
                    spans.append((start, stop))
                    at += size - 1
                    break
            at += 1
        return spans

    def _term_end(self, text: str, start: int, end: int) -> int:
        """Where a name of the lexicon that begins at ``start`` ends, a particle aside, or 0."""
        if self._lexicon.lookup(text[start:end]) is not None:
            word = text[start:end].rsplit(None, 1)[-1]
            ends = [p for p in PARTICLES if word.endswith(p) and len(word) > len(p) + 1]
            inside = (p for p in ends if self._lexicon.exact(fold(text[start : end - len(p)])))
            return end - len(next(inside, ""))
        for particle in PARTICLES:
            stop = end - len(particle)
            ended = text.endswith(particle, start, end) and stop > start + 1
            if ended and self._lexicon.exact(fold(text[start:stop])) is not None:
                return stop
        return 0

    def _name(self, surface: str, concepts: tuple[tuple[str, float], ...]) -> Term:
        entry = self._lexicon.lookup(surface)
        names = [surface] if entry is None else list(entry.names)
        direct = forms(names)
        words = surface.split() if " " in surface else []
        parts = tuple(self._name(word, ()) for word in words if not _is_empty(word))
        kin = dict.fromkeys(k for f in direct for k in self._thesaurus.kin(f) if k not in direct)
        weight = _WEIGHTS["name"] * (1 + 0.25 * max(len(parts) - 1, 0))
        called = tuple(names[:6]) if entry is not None or kin else ()
        called += tuple(self._thesaurus.word(k) for k in list(kin)[:_KIN_NAMES])
        parts = parts if len(parts) > 1 else ()
        return Term(surface, direct, tuple(kin), weight, concepts, called, parts)

    def _rest(
        self, text: str, lang: str, tokens: Sequence[Token], taken: list[bool]
    ) -> Iterable[tuple[int, Term]]:
        latin_until = 0
        for token in tokens:
            if token.start < latin_until or any(taken[token.start : token.end]):
                continue
            if token.tag == "SL":
                latin = _WORD.match(text, token.start)
                latin_until = latin.end() if latin else token.end
                word = text[token.start : latin_until]
                plain = word.casefold()
                if not (lang == "en" and plain in empty_words()):
                    kind = "adverb" if lang == "en" and plain in light_words() else "noun"
                    yield token.start, self._word(word, kind)
            elif token.tag in _NOUNS and token.form not in empty_words():
                yield token.start, self._word(token.form, "number" if token.tag == "SN" else "noun")
            elif token.tag in _VERBS and token.form not in empty_words():
                yield token.start, self._word(token.form + "다", "verb")
            elif token.tag == "MAG" and len(token.form) > 1 and token.form not in empty_words():
                yield token.start, self._word(token.form, "adverb")

    def _word(self, word: str, kind: str) -> Term:
        direct = forms([word])
        near = [k for f in direct for k in self._thesaurus.kin(f)]
        near += forms(verb_names(word, self._relations))
        kin = tuple(dict.fromkeys(k for k in near if k not in direct))
        called = tuple(self._thesaurus.word(k) for k in kin[:_KIN_NAMES])
        return Term(word, direct, kin, _WEIGHTS[kind], (), called)


def _lighter(found: list[tuple[int, Term]], light: Sequence[Span]) -> list[tuple[int, Term]]:
    """``found`` with less weight for the terms in the spans of ``light``."""
    return [
        (start, replace(term, weight=_LIGHT * term.weight))
        if any(low <= start < high for low, high in light)
        else (start, term)
        for start, term in found
    ]


def _is_empty(surface: str) -> bool:
    """Whether a name says nothing about what is asked: 무엇, 방법, which."""
    plain = unicodedata.normalize("NFKC", surface).casefold().strip(" ?!.,")
    words = plain.split()
    return not form(plain) or all(w in empty_words() or _COUNTED.fullmatch(w) for w in words)
