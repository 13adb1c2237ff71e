"""The bilingual lexicon: which English, Korean and short names are one technical term.

``lexicon.toml`` has a table for each kind of thing (:class:`kgraph.types.Kind`) and a line for each
term: ``id = 'English, variants | 한국어, 이형 | ABBR'``. The first name of each language is the one
that is shown; names after the second bar are only found by. A user's file has the same format; its
lines win over the ones that come with kgraph.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from kgraph.errors import VocabularyError
from kgraph.iri import slug
from kgraph.text import fold, has_hangul, nfc
from kgraph.types import Kind
from kgraph.vocab.inflection import bare, singulars

_BUILTIN = Path(__file__).with_name("lexicon.toml")
_LINE = re.compile(
    r"""(?:([\w-]+)|"([^"\\\x00-\x1f]+)")\ =\ (?:'([^'\x00-\x1f]*)'|"([^"\\\x00-\x1f]*)")""",
    re.ASCII | re.VERBOSE,
)
_TABLE = re.compile(r"\[(\w+)\]", re.ASCII)
_PLAIN_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # its own slug, without asking


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """One term: a readable ``id`` (a slug), its names in each language, its kind.

    ``en[0]`` and ``ko[0]`` are the preferred names; either tuple may be empty, not both.
    """

    id: str
    en: tuple[str, ...]
    ko: tuple[str, ...] = ()
    abbr: tuple[str, ...] = ()
    kind: Kind = Kind.CONCEPT

    @property
    def names(self) -> tuple[str, ...]:
        """Every name: English, Korean, abbreviations."""
        return (*self.en, *self.ko, *self.abbr)


class Lexicon:
    """Entries to be found by any of their names, however spelt.

    Args:
        entries: ids must differ. Where two entries have a name in common, the later one gets it.
    """

    def __init__(self, entries: Iterable[LexiconEntry] = ()) -> None:
        self._entries = {entry.id: entry for entry in entries}
        self._by_name = {
            fold(name): entry for entry in self._entries.values() for name in entry.names
        }
        self._longest = max(
            (len(e.split()) for x in self._entries.values() for e in x.names), default=0
        )

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def longest(self) -> int:
        """The number of words in the longest name."""
        return self._longest

    def __iter__(self) -> Iterator[LexiconEntry]:
        return iter(self._entries.values())

    def get(self, entry_id: str) -> LexiconEntry | None:
        """The entry with this id."""
        return self._entries.get(entry_id)

    def lookup(self, name: str) -> LexiconEntry | None:
        """The entry that ``name`` names: as it is, in the plural, or with 들 or a particle on."""
        return next(filter(None, map(self._by_name.get, _forms(name))), None)

    def exact(self, folded: str) -> LexiconEntry | None:
        """The entry with a name whose :func:`kgraph.text.fold` is ``folded``."""
        return self._by_name.get(folded)

    def without(self, folded: Container[str]) -> Lexicon:
        """The lexicon without these folded abbreviations."""
        return Lexicon(
            replace(entry, abbr=tuple(x for x in entry.abbr if fold(x) not in folded))
            for entry in self
        )

    def parse(self, words: Iterable[str]) -> tuple[LexiconEntry | str, ...]:
        """``words`` of a compound with the longest runs that are terms replaced by their entries.

        Words that are in no term come back folded. The entry of the whole compound, if there is
        one, comes back alone.
        """
        rest = [_forms(word) for word in words]
        out: list[LexiconEntry | str] = []
        at = 0
        while at < len(rest):
            for end in range(min(at + self._longest, len(rest)), at, -1):
                before = "".join(forms[0] for forms in rest[at : end - 1])
                found = (self._by_name.get(before + form) for form in rest[end - 1])
                entry = next(filter(None, found), None)
                if entry is not None:
                    out.append(entry)
                    at = end
                    break
            else:
                out.append(rest[at][0])
                at += 1
        return tuple(out)


@lru_cache(maxsize=1 << 15)
def _forms(word: str) -> tuple[str, ...]:
    """``word`` folded, then what is left of it without plural and particle."""
    return (fold(word), *(singulars(word) or bare(word)))


def forget() -> None:
    """Drop what is remembered of words; of use where very many were looked up once."""
    _forms.cache_clear()


@lru_cache(maxsize=8)
def load_lexicon(extra: Path | None = None) -> Lexicon:
    """The lexicon that comes with kgraph, with the entries of ``extra`` over it.

    An entry of ``extra`` replaces the one with the same id, and takes the names it shares with
    others.

    Raises:
        VocabularyError: a file cannot be read, is not TOML or holds a line that is no entry.
    """
    entries = {entry.id: entry for entry in _load(_BUILTIN)}
    if extra is not None:
        for entry in _load(extra):
            entries.pop(entry.id, None)
            entries[entry.id] = entry
    return Lexicon(entries.values())


def _load(path: Path) -> Iterator[LexiconEntry]:
    try:
        text = nfc(path.read_text(encoding="utf-8"))
        tables = _plain(text) or tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise VocabularyError(
            f"The lexicon {path} cannot be read: {error}. Check the path and that it is UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise VocabularyError(f"The lexicon {path} is not valid TOML: {error}.") from error
    for table, lines in tables.items():
        try:
            kind = Kind(table)
        except ValueError as error:
            raise VocabularyError(
                f"The lexicon {path} has a table [{table}]; a table must be one of "
                f"{', '.join(Kind)}."
            ) from error
        if not isinstance(lines, dict):
            raise VocabularyError(f"In the lexicon {path}, {table} must be a table: [{table}].")
        for entry_id, line in lines.items():
            yield _entry(path, kind, entry_id, line)


def _plain(text: str) -> dict[str, dict[str, str]] | None:
    """The tables of a file that holds nothing but plain lines, in a third of tomllib's time.

    None if a line is anything else, or says again what one before it says: tomllib then judges.
    """
    tables: dict[str, dict[str, str]] = {}
    entries: dict[str, str] = {}
    for line in text.split("\n"):
        if match := _LINE.fullmatch(line):
            bare, quoted, literal, basic = match.groups()
            if not tables or (entry_id := bare or quoted) in entries:
                return None
            entries[entry_id] = basic if literal is None else literal
        elif match := _TABLE.fullmatch(line):
            if match[1] in tables:
                return None
            entries = tables[match[1]] = {}
        elif line and not line.startswith("#"):
            return None
    return tables


def _entry(path: Path, kind: Kind, entry_id: str, line: object) -> LexiconEntry:
    where = f"In the lexicon {path}, [{kind}] {entry_id}"
    if not _PLAIN_ID.fullmatch(entry_id) and (not entry_id or slug(entry_id) != entry_id):
        raise VocabularyError(f"{where}: an id is lower case without spaces: {slug(entry_id)!r}.")
    if not isinstance(line, str) or line.count("|") > 2:
        raise VocabularyError(
            f"{where}: expected 'English, variants | 한국어, 이형 | ABBR', got {line!r}."
        )
    en, ko, abbr = (_names(part) for part in (line + "||").split("|")[:3])
    if not en and not ko:
        raise VocabularyError(f"{where}: a term needs a name in English or Korean.")
    wrong = [name for name in en if has_hangul(name)] + [
        name for name in ko if not has_hangul(name) and en
    ]
    if wrong:
        raise VocabularyError(
            f"{where}: {', '.join(wrong)} stands in the wrong language's column; the order is "
            f"English | Korean | abbreviations."
        )
    return LexiconEntry(entry_id, en, ko, abbr, kind)


def _names(column: str) -> tuple[str, ...]:
    names = [name.strip() for name in column.split(",")]
    return tuple(name for name in names if name)
