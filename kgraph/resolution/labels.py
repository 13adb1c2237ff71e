"""A set of names becomes a concept: its id, its labels, its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from kgraph.iri import slug
from kgraph.resolution.clusters import Clusters
from kgraph.resolution.surfaces import Name
from kgraph.text import fold, language
from kgraph.types import Concept, Definition, Kind, Label, Merge
from kgraph.vocab.lexicon import LexiconEntry

_LANGUAGES = ("ko", "en")
MOST_DEFINITIONS = 3
_INFLECTED = "plural"


def concept_id(names: Sequence[Name]) -> str:
    """A readable id that depends on which names there are, not on how often or where.

    Latin names come first, then short ones; the best separated spelling makes the slug.
    """
    name = min(names, key=lambda x: (x.hangul, len(x.key), x.key))
    return min((slug(x) for x in name.spellings), key=lambda x: (-x.count("-"), x))


def build(
    identifier: str,
    names: Sequence[Name],
    entry: LexiconEntry | None,
    clusters: Clusters,
    definitions: Sequence[Definition],
) -> Concept:
    """The concept that ``names`` name; ``entry`` is its lexicon entry, if there is one.

    ``definitions`` are in the order of the notes, each text once.
    """
    pref = _preferred(names, entry, clusters)
    taken = {(label.text, label.lang) for label in pref}
    shown = {fold(label.text) for label in pref}
    alt: list[Label] = []
    hidden: list[Label] = []
    for name in names:
        for spelling in name.ranked():
            label = Label(spelling, language(spelling))
            if (label.text, label.lang) in taken:
                continue
            taken.add((label.text, label.lang))
            if name.key in shown or clusters.reason(name.key)[0] == _INFLECTED:
                hidden.append(label)
            else:
                shown.add(name.key)
                alt.append(label)
    if entry is not None:
        for text in entry.names:
            label = Label(text, language(text))
            if (label.text, label.lang) not in taken:
                taken.add((label.text, label.lang))
                hidden.append(label)
    return Concept(
        id=identifier,
        pref=pref,
        alt=tuple(sorted(alt, key=_label_order)),
        hidden=tuple(sorted(hidden, key=_label_order)),
        kind=_kind(names, entry),
        definitions=tuple(definitions),
        merges=_merges(names, pref, clusters),
        mentions=sum(name.count for name in names),
    )


def _label_order(label: Label) -> tuple[str, str, str]:
    return (label.lang, label.text.casefold(), label.text)


def _preferred(
    names: Sequence[Name], entry: LexiconEntry | None, clusters: Clusters
) -> tuple[Label, ...]:
    """One label a language: the lexicon's name, unless the notes only use others."""
    pref: list[Label] = []
    inflected: list[tuple[int, int, str]] = []
    abbreviations = set() if entry is None else set(map(fold, entry.abbr))
    for lang in _LANGUAGES:
        known = () if entry is None else entry.ko if lang == "ko" else entry.en
        seen: list[tuple[int, int, str]] = []
        keys: set[str] = set()
        for name in names:
            plain = clusters.reason(name.key)[0] != _INFLECTED and "(" not in name.key
            ranked = [
                (-count, len(text), text)
                for text, count in name.spellings.items()
                if language(text) == lang
            ]
            (seen if plain else inflected).extend(ranked)
            if plain and ranked and name.key not in abbreviations:
                keys.add(name.key)
        if known and (not keys or fold(known[0]) in keys):
            pref.append(Label(known[0], lang))
        elif seen:
            pref.append(Label(min(seen)[-1], lang))
    if not pref:
        text = min(inflected)[-1] if inflected else entry.names[0] if entry else names[0].key
        pref.append(Label(text, language(text)))
    return tuple(pref)


def _kind(names: Sequence[Name], entry: LexiconEntry | None) -> Kind:
    """The lexicon's kind, else the one that a third of the mentions have."""
    if entry is not None and entry.kind is not Kind.CONCEPT:
        return entry.kind
    kinds: Counter[Kind] = Counter()
    for name in names:
        kinds.update(name.kinds)
    total = kinds.total()
    del kinds[Kind.CONCEPT]
    best = min(kinds, key=lambda kind: (-kinds[kind], kind.value), default=Kind.CONCEPT)
    return best if kinds[best] * 3 >= total and kinds[best] else Kind.CONCEPT


def in_order(definitions: Iterable[Definition]) -> list[Definition]:
    """``definitions`` in the order of the notes."""
    return sorted(
        definitions, key=lambda x: (x.evidence.post, x.evidence.start, x.evidence.end, x.text)
    )


def _merges(names: Sequence[Name], pref: Sequence[Label], clusters: Clusters) -> tuple[Merge, ...]:
    """Why each spelling belongs here; a name that nothing brought here needs no reason."""
    labels = {label.text for label in pref}
    found: list[Merge] = []
    for name in names:
        alone = clusters.reason(name.key)[0] == "spelling"
        for position, spelling in enumerate(name.ranked()):
            if alone and spelling in labels:
                continue
            if position or alone:
                found.append(Merge(spelling, "spelling", name.ranked()[0] if position else ""))
            else:
                found.append(clusters.merge(name.key, spelling))
    return tuple(sorted(found, key=lambda x: (x.surface.casefold(), x.surface)))
