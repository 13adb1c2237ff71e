"""Words in the form in which a question's and a note's are compared.

A :func:`form` is a short coded string: ``v:켜`` a verb's stem, ``n:값`` a noun of one syllable
(both are looked up among the morphemes), ``h:로드밸런서`` any other text with Hangul (looked up
in the text, spaces aside), ``l:load balanc`` English words, stemmed (looked up at word edges).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from kgraph.extract.morphology import identifiers
from kgraph.text import has_hangul

_LATIN = re.compile(r"[a-z0-9]+(?:[.'’][a-z0-9]+)*")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")
_GONE = re.compile(r"[\s\-_'\"`‘’“”·]+")
_NO_STEM = frozenset(["ing", "string", "thing", "ring", "king", "spring", "need", "speed", "feed"])


@lru_cache(maxsize=1)
def irregular() -> dict[str, str]:
    """Past forms of irregular English verbs with their base forms."""
    table = tomllib.loads(files("kgraph.ask").joinpath("words.toml").read_text("utf-8"))
    return dict(pair.split(":") for pair in table["irregular"].split())


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """An English word without its inflection: ``restarts``, ``restarted`` -> ``restart``.

    Only good for comparing: ``stored`` and ``store`` both become ``stor``.
    """
    word = irregular().get(word, word)
    if len(word) < 4 or not word.isalpha() or word in _NO_STEM:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    for ending in ("ing", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            if ending == "s" and word.endswith(("ss", "us", "is")):
                break
            word = word[: -len(ending)]
            if ending != "s" and word[-1] == word[-2] and word[-1] not in "sl":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def latin_words(text: str) -> list[str]:
    """The English words and numbers of ``text``, stemmed, compounds taken apart."""
    plain = unicodedata.normalize("NFKC", _HUMPS.sub(" ", text)).casefold()
    return [stem(word) for word in _LATIN.findall(plain)]


def form(name: str) -> str:
    """The coded form of a word or name; Korean verbs in dictionary form. Empty if it has none."""
    if not has_hangul(name):
        words = latin_words(name)
        return "l:" + " ".join(words) if words else ""
    plain = squeeze(name)
    if plain.endswith("다") and len(plain) > 1:
        plain = plain[:-1]
        return ("h:" if len(plain) > 2 else "v:") + plain
    return ("n:" if len(plain) == 1 else "h:") + plain


def forms(names: Iterable[str]) -> tuple[str, ...]:
    """The coded forms of ``names``, in order, without repeats."""
    return tuple(dict.fromkeys(x for x in map(form, names) if x))


def squeeze(text: str) -> str:
    """``text`` case folded, spaces, hyphens and quotes gone."""
    return _GONE.sub("", unicodedata.normalize("NFKC", text).casefold())


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Forms sorted by how they are looked up, so that many cost little more than one."""

    words: frozenset[str]  # English words
    phrases: tuple[str, ...]  # several English words, with a space at either end
    joined: tuple[str, ...]  # English words written as one, with a space at either end
    short: re.Pattern[str] | None  # Hangul found in the text as it is
    long: re.Pattern[str] | None  # Hangul found in the text without its spaces
    morphemes: frozenset[str]


@lru_cache(maxsize=4096)
def _wanted(coded: tuple[str, ...]) -> _Wanted:
    bodies = [(x[:2], x[2:]) for x in coded]
    latin = [body for kind, body in bodies if kind == "l:"]
    hangul = [body for kind, body in bodies if kind == "h:"]
    joined = [body.replace(" ", "") for body in latin]
    return _Wanted(
        frozenset(body for body in latin if " " not in body),
        tuple(f" {body} " for body in latin if " " in body),
        tuple(f" {body} " for body in joined if len(body) > 3),
        # Spacing varies, but two short words are not one for standing side by side.
        _any_of([body for body in hangul if len(body) <= 3]),
        _any_of([body for body in hangul if len(body) > 3]),
        frozenset(body for kind, body in bodies if kind != "l:"),
    )


def _any_of(texts: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(re.escape, texts))) if texts else None


class TextIndex:
    """A stretch of text that can be asked for forms.

    Args:
        text: the text.
        morphemes: its morphemes' forms, for what is looked up as a morpheme.
    """

    __slots__ = ("_latin", "_morphemes", "_plain", "_squeezed", "_wholes", "_words")

    def __init__(self, text: str, morphemes: Iterable[str] = ()) -> None:
        self._plain = unicodedata.normalize("NFKC", text).casefold()
        self._squeezed = _GONE.sub("", self._plain)
        words = latin_words(text)
        self._words = frozenset(words)
        self._latin = f" {' '.join(words)} "
        self._wholes = " ".join(["", *(squeeze(text[a:b]) for a, b in identifiers(text)), ""])
        self._morphemes = frozenset(morphemes)

    @property
    def morphemes(self) -> frozenset[str]:
        """The morphemes' forms, as they were given."""
        return self._morphemes

    def has(self, coded: tuple[str, ...]) -> bool:
        """Whether one of the forms ``coded`` occurs."""
        wanted = _wanted(coded)
        return (
            not wanted.words.isdisjoint(self._words)
            or not wanted.morphemes.isdisjoint(self._morphemes)
            or (wanted.short is not None and wanted.short.search(self._plain) is not None)
            or (wanted.long is not None and wanted.long.search(self._squeezed) is not None)
            or any(phrase in self._latin for phrase in wanted.phrases)
            or any(word in self._latin or word in self._wholes for word in wanted.joined)
        )
