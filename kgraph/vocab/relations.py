"""The relation vocabulary: what a statement may say, and the predicates that say it.

``relations.toml`` describes its own format at its top; ``near.toml`` adds predicates that come near
a relation. A user's file has the same format; its relations are added, and replace the shipped ones
with the same id.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kgraph.errors import VocabularyError
from kgraph.text import nfc
from kgraph.vocab.verbs import forms_of

_BUILTIN = Path(__file__).with_name("relations.toml")
_NEAR = Path(__file__).with_name("near.toml")
_ID = re.compile(r"[a-z][A-Za-z0-9]*")
MARKERS = ("이", "을", "에", "에서", "로", "와", "에게", "부터", "의해", "라고")
_TEXTS = ("en", "ko", "inverse_en", "inverse_ko", "roles", "parent")
_LISTS = ("frames", "english")


# Where an English verb with 하다 has a place besides its object: 이벤트를 broker로 publish한다.
_BESIDES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "sends": (
        ("routedTo", "을", "로"),
        ("routedTo", "을", "에"),
        ("routedTo", "을", "에게"),
        ("forwardsTo", "이", "로"),
        ("forwardsTo", "이", "에"),
        ("forwardsTo", "이", "에게"),
    ),
    "receives": (("receives", "이", "부터"),),
    "stores": (("storedIn", "을", "에"), ("storedIn", "이", "에")),
    "removes": (("removedFrom", "을", "에서"),),
    "deploys": (("runsOn", "을", "에"),),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """How a Korean predicate places the roles of a relation.

    ``subject`` and ``object`` are the particles (of :data:`MARKERS`) that mark them; ``의해`` is
    the agent of a passive.
    """

    relation: str
    subject: str
    object: str


@dataclass(frozen=True, slots=True)
class EnglishFrame:
    """How an English verb places the roles of a relation.

    ``preposition`` stands before the object (empty: a direct object). ``passive`` frames need a
    form of *be*; their ``verb`` is "be" with the participle or adjective (is stored in, is
    responsible for).
    """

    relation: str
    verb: str
    preposition: str = ""
    passive: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation: its labels in both languages and both directions, its frames.

    ``parent`` is the id of a broader relation, or empty. ``roles`` reads "subject -> object".
    """

    id: str
    en: str
    ko: str
    inverse_en: str = ""
    inverse_ko: str = ""
    roles: str = ""
    parent: str = ""
    verbs_ko: tuple[str, ...] = ()  # dictionary forms; without those that only come near it
    verbs_en: tuple[str, ...] = ()  # base forms with their preposition, likewise


@dataclass(frozen=True, slots=True)
class _Entry:
    """A table of the file, checked."""

    texts: dict[str, str]
    frames: tuple[str, ...]
    english: tuple[str, ...]


class Relations(Mapping[str, Relation]):
    """Relations by id, and by the predicates of both languages.

    Args:
        relations: the relations, ids differ.
        korean: frames by dictionary form of the predicate.
        english: frames of English verbs, longest first.
        nouns: the verbal nouns, which say what happens without their verb too (설정 저장).
    """

    def __init__(
        self,
        relations: Iterable[Relation] = (),
        korean: Mapping[str, tuple[Frame, ...]] | None = None,
        english: Iterable[EnglishFrame] = (),
        nouns: Iterable[str] = (),
    ) -> None:
        self._by_id = {relation.id: relation for relation in relations}
        self._korean = dict(korean or {})
        self._nouns = frozenset(nouns)
        self._english: dict[str, tuple[EnglishFrame, ...]] = {}
        for frame in english:
            self._english[frame.verb] = (*self._english.get(frame.verb, ()), frame)
        self._forms: dict[str, tuple[tuple[str, str], ...]] = {}
        for verb in self._english:
            for form, kind in forms_of(verb):
                self._forms[form] = (*self._forms.get(form, ()), (verb, kind))

    def __getitem__(self, relation_id: str) -> Relation:
        return self._by_id[relation_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def korean(self, lemma: str, passive: bool = False) -> tuple[Frame, ...]:
        """The frames of a Korean predicate in dictionary form: 저장하다, 저장되다, 만들다.

        A passive or causative that has no frames of its own gets those of its active verb.
        ``passive``: 어지다 stands behind it.
        """
        own = self._active(lemma)
        if passive:
            return tuple(p for p in map(_passive, own) if p)
        for suffix in ("되다", "당하다", "받다"):
            if lemma.endswith(suffix) and len(lemma) > len(suffix):
                active = self._active(lemma.removesuffix(suffix) + "하다")
                return (*own, *(p for p in map(_passive, active) if p and p not in own))
        if not own and lemma.endswith("시키다"):
            active = self._active(lemma.removesuffix("시키다") + "하다")
            return tuple(map(_causative, active))
        return own

    def _active(self, lemma: str) -> tuple[Frame, ...]:
        """The frames of a Korean verb, or of an English one with 하다 behind it: kill하다."""
        verb = lemma.removesuffix("하다")
        if verb == lemma or not verb.isascii():
            return self._korean.get(lemma, ())
        bases = [base for base, kind in self.english_form(verb) if kind == "base"]
        relations = [
            frame.relation
            for base in bases
            for frame in self.english(base)
            if not frame.preposition and not frame.passive
        ]
        return tuple(
            Frame(relation, *roles)
            for name in relations
            for relation, *roles in ((name, "이", "을"), *_BESIDES.get(name, ()))
        )

    def noun(self, noun: str) -> tuple[Frame, ...]:
        """The frames of a verbal noun: those of its verb with 하다. Any English noun may be one."""
        return self.korean(noun + "하다") if noun.isascii() or noun in self._nouns else ()

    def english(self, verb: str) -> tuple[EnglishFrame, ...]:
        """The frames of an English verb in its base form."""
        return self._english.get(verb, ())

    def english_form(self, word: str) -> tuple[tuple[str, str], ...]:
        """What an English word may be: pairs of base form and form.

        A form is one of base, s, past, participle, ing.
        """
        return self._forms.get(word.casefold(), ())

    def by_verb(self, predicate: str, marker: str = "") -> tuple[str, ...]:
        """Ids of the relations that a predicate of either language expresses, likeliest first.

        Args:
            predicate: a Korean verb in dictionary form or verbal noun, or an English verb in any
                form, its preposition behind it ("runs on").
            marker: a particle of :data:`MARKERS`; only frames with it count.
        """
        frames = self.korean(predicate) or self.noun(predicate)
        found = [f.relation for f in frames if not marker or marker in (f.subject, f.object)]
        if not frames:
            word, _, preposition = predicate.partition(" ")
            for verb, _kind in self.english_form(word):
                found += [x.relation for x in self.english(verb) if x.preposition == preposition]
        return tuple(dict.fromkeys(found))


@lru_cache(maxsize=8)
def load_relations(extra: Path | None = None) -> Relations:
    """The relations that come with kgraph, with those of ``extra`` over them.

    Raises:
        VocabularyError: a file cannot be read, is not TOML, or holds an entry that is no relation.
    """
    entries = dict(_load(_BUILTIN))
    where = dict.fromkeys(entries, _BUILTIN)
    if extra is not None:
        added = dict(_load(extra))
        entries |= added
        where |= dict.fromkeys(added, extra)
    korean: dict[str, tuple[Frame, ...]] = {}
    english: list[EnglishFrame] = []
    nouns: set[str] = set()
    relations: list[Relation] = []
    for relation_id, entry in entries.items():
        at = f"In the relations {where[relation_id]}, [{relation_id}]"
        parent = entry.texts.get("parent")
        if parent and parent not in entries:
            raise VocabularyError(
                f"{at}: the parent {parent!r} is no relation; name one of this file or "
                f"of the shipped ones."
            )
        verbs: list[str] = []
        for line in entry.frames:
            for lemma, noun, frame in _frames(at, relation_id, line):
                korean[lemma] = (*korean.get(lemma, ()), frame)
                nouns |= noun
                verbs.append(lemma)
        english += [_english_frame(at, relation_id, line) for line in entry.english]
        relations.append(
            Relation(
                relation_id,
                **entry.texts,
                verbs_ko=tuple(dict.fromkeys(verbs)),
                verbs_en=entry.english,
            )
        )
    taken = {(lemma, f.subject, f.object) for lemma, frames in korean.items() for f in frames}
    spoken = {(frame.verb, frame.preposition) for frame in english}
    for relation_id, entry in _load(_NEAR):
        if where.get(relation_id) != _BUILTIN:
            continue  # the user's own relation says all that it means
        at = f"In the relations {_NEAR}, [{relation_id}]"
        for line in entry.frames:
            for lemma, noun, frame in _frames(at, relation_id, line):
                nouns |= noun
                if (lemma, frame.subject, frame.object) not in taken:
                    korean[lemma] = (*korean.get(lemma, ()), frame)
        read = [_english_frame(at, relation_id, line) for line in entry.english]
        english += [frame for frame in read if (frame.verb, frame.preposition) not in spoken]
    return Relations(relations, korean, english, nouns)


def _load(path: Path) -> Iterator[tuple[str, _Entry]]:
    try:
        tables = tomllib.loads(nfc(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise VocabularyError(
            f"The relations {path} cannot be read: {error}. Check the path and that it is UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise VocabularyError(f"The relations {path} are not valid TOML: {error}.") from error
    for relation_id, entry in tables.items():
        at = f"In the relations {path}, [{relation_id}]"
        if not _ID.fullmatch(relation_id):
            raise VocabularyError(f"{at}: an id is letters and digits such as storedIn.")
        if not isinstance(entry, dict):
            raise VocabularyError(f"{at} must be a table: [{relation_id}] and lines below it.")
        unknown = sorted(set(entry) - {*_TEXTS, *_LISTS})
        if unknown:
            raise VocabularyError(
                f"{at}: unknown {', '.join(unknown)}; there is {', '.join((*_TEXTS, *_LISTS))}."
            )
        texts = {name: entry[name] for name in _TEXTS if name in entry}
        for name, value in texts.items():
            if not isinstance(value, str):
                raise VocabularyError(f"{at}: {name} must be a text.")
        for name in ("en", "ko"):
            if not texts.get(name) and path != _NEAR:
                raise VocabularyError(f'{at}: a label is missing: {name} = "...".')
        lists = {name: entry.get(name, []) for name in _LISTS}
        for name, value in lists.items():
            if not isinstance(value, list) or not all(isinstance(x, str) for x in value):
                raise VocabularyError(f"{at}: {name} must be a list of texts.")
        yield relation_id, _Entry(texts, tuple(lists["frames"]), tuple(lists["english"]))


def _frames(at: str, relation_id: str, line: str) -> Iterator[tuple[str, set[str], Frame]]:
    """Each predicate of ``line``: its dictionary form, its verbal noun if it is one, its frame."""
    markers, colon, predicates = line.partition(":")
    roles = markers.split()
    if not colon or len(roles) != 2 or not set(roles) <= set(MARKERS) or not predicates.split():
        raise VocabularyError(
            f"{at}: the frame {line!r} should read like '이 을: 저장 보관', with particles among "
            f"{' '.join(MARKERS)}."
        )
    for predicate in predicates.split():
        noun = set() if predicate.endswith("다") else {predicate}
        yield predicate + "하다" * len(noun), noun, Frame(relation_id, *roles)


def _english_frame(at: str, relation_id: str, line: str) -> EnglishFrame:
    words = line.split()
    passive = words[:1] == ["be"]
    words = words[passive:]
    if not words or not all(word.isalpha() and word.isascii() for word in words):
        raise VocabularyError(
            f"{at}: the English verb {line!r} should read like 'store', 'run on' or 'be stored in'."
        )
    if passive:
        return EnglishFrame(relation_id, f"be {words[0]}", " ".join(words[1:]), True)
    return EnglishFrame(relation_id, words[0], " ".join(words[1:]))


def _causative(frame: Frame) -> Frame:
    """이동하다 -> 이동시키다: who did it has it done to him; a transitive verb stays as it is."""
    if "을" in (frame.subject, frame.object) or frame.subject != "이":
        return frame
    return Frame(frame.relation, "을", frame.object)


def _passive(frame: Frame) -> Frame | None:
    turned = {"이": "의해", "을": "이"}
    if "을" not in (frame.subject, frame.object):
        return None
    subject = turned.get(frame.subject, frame.subject)
    object_ = turned.get(frame.object, frame.object)
    return Frame(frame.relation, subject, object_)
