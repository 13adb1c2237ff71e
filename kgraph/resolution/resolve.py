"""Names become concepts: spelling, number, pairs in the notes, the lexicon, sound.

``resolve`` is a pure function of the set of extractions: their order does not matter. It goes from
sure to less sure, and logs each merge with its reason (:class:`kgraph.types.Merge`):

1. what the user says (``user``), 2. equal when folded (``spelling``), 3. number and particles
(``plural``), 4. pairs in the notes (``pair``), 5. the lexicon, whole names and compounds word by
word (``lexicon``), 6. Korean renderings of English sounds (``transliteration``). Two different
lexicon entries are never merged, except by the user. Nouns too general to be shared are concepts of
each note (:mod:`kgraph.resolution.local`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from kgraph.iri import slug
from kgraph.resolution.clusters import Clusters
from kgraph.resolution.compounds import pieces_of
from kgraph.resolution.grouping import group
from kgraph.resolution.labels import MOST_DEFINITIONS, build, concept_id, in_order
from kgraph.resolution.local import Identities, local_keys, senses
from kgraph.resolution.overrides import Overrides
from kgraph.resolution.sounds import skeleton, skeletons
from kgraph.resolution.surfaces import Name, Names, is_number
from kgraph.resolution.transliteration import jamo, likeness_of
from kgraph.text import fold
from kgraph.types import (
    Concept,
    Definition,
    Extraction,
    Kind,
    Occurrence,
    Pair,
    Resolution,
    Statement,
)
from kgraph.vocab.lexicon import Lexicon, LexiconEntry
from kgraph.vocab.lexicon import forget as forget_words

_NO_OVERRIDES = Overrides()
_T = TypeVar("_T")


class Keeper(Protocol):
    """Keeps the items of a resolution, all of type ``kind``, for as long as it is used."""

    def __call__(self, items: Iterable[_T], kind: type[_T]) -> Sequence[_T]: ...  # noqa: D102


def in_memory(items: Iterable[_T], kind: type[_T]) -> Sequence[_T]:
    """The :class:`Keeper` of what fits into memory."""
    return tuple(items)


def resolve(
    extractions: Iterable[Extraction],
    lexicon: Lexicon,
    relations: Container[str] | None = None,
    overrides: Overrides = _NO_OVERRIDES,
) -> Resolution:
    """The concepts, statements and occurrences of all notes.

    Args:
        extractions: what each post says, one for each post, in any order.
        lexicon: the bilingual lexicon.
        relations: the ids of the relation vocabulary; a relation that is not in it counts as
            minted. Without it the extractor's word is taken.
        overrides: the user's own merges and splits.
    """
    notes = sorted(extractions, key=lambda x: x.post)
    return resolve_sorted(notes, lexicon, relations, overrides, in_memory)


def resolve_sorted(
    notes: Iterable[Extraction],
    lexicon: Lexicon,
    relations: Container[str] | None,
    overrides: Overrides,
    keep: Keeper,
) -> Resolution:
    """:func:`resolve` for ``notes`` that ascend by post, and may be too many for the memory.

    They are gone through several times, one held at a time; what ``keep`` returns is the result.
    In memory are the names, and for each concept what is its own.
    """
    names = Names(overrides.ignore)
    pairs: list[Pair] = []
    for extraction in notes:
        names.add_all(extraction)
        pairs += extraction.pairs
    for spellings in overrides.merge:  # a name that only the user has is a label as well
        if any(names.key(spelling) in names for spelling in spellings):
            for spelling in spellings:
                names.add(spelling, 0)
    clusters = _grouped(names, pairs, lexicon, overrides)
    ids = _identify(names, clusters, lexicon)
    meant = senses(notes, names, ids, clusters)
    identities = Identities(ids, local_keys(names, clusters), meant)
    used: set[str] = set()
    defined: dict[str, list[Definition]] = {}

    def said() -> Iterator[Statement]:
        for extraction in notes:
            found = _statements(extraction, names, identities, relations)
            used.update(x for s in found for x in (s.subject, s.object))
            _define(extraction, names, identities, defined)
            used.update(identities.named(extraction, names))
            yield from found

    statements = keep(said(), Statement)
    used |= defined.keys()
    members = {
        ids[keys[0]]: [names[key] for key in keys]
        for keys in clusters.sets(names).values()
        if not identities.is_local(keys[0])
    }
    members |= identities.members(notes, used)
    concepts = (
        build(
            identifier,
            members[identifier],
            _entry(lexicon, clusters, members[identifier][0], identities.is_general(identifier)),
            clusters,
            defined.get(identifier, ()),
        )
        for identifier in sorted(members)
    )
    occurrences = (o for x in notes for o in _occurrences(x, names, identities, members))
    return Resolution(keep(concepts, Concept), statements, keep(occurrences, Occurrence))


def forget() -> None:
    """Drop what is remembered of the names of a resolution.

    It is little, but strewn over all the memory that one of very many names has taken, which could
    not be given back.
    """
    for remembered in (jamo, likeness_of, pieces_of, skeleton, skeletons):
        remembered.cache_clear()
    forget_words()


def _entry(lexicon: Lexicon, clusters: Clusters, name: Name, general: bool) -> LexiconEntry | None:
    """The lexicon entry of the set that ``name`` is in; outside its field it has no kind."""
    entry = lexicon.get(clusters.anchor(name.key))
    return replace(entry, kind=Kind.CONCEPT) if entry is not None and general else entry


def _grouped(
    names: Names, pairs: Sequence[Pair], lexicon: Lexicon, overrides: Overrides
) -> Clusters:
    """The sets that the names fall into, those included that only a bracket holds.

    그라인더(grinder) may be all that the notes have of the English name. It is a label where it
    joins a name that they use, and else no concept.
    """
    used = set(names)
    for pair in pairs:
        names.add(pair.first, 0)
        names.add(pair.second, 0)
    clusters = group(names, pairs, lexicon, overrides)
    kept = {clusters.root(key) for key in used}
    names.drop([key for key in names if clusters.root(key) not in kept])
    return clusters


def _identify(names: Names, clusters: Clusters, lexicon: Lexicon) -> dict[str, str]:
    """The concept id of each folded name."""
    ids: dict[str, str] = {}
    taken: set[str] = set()
    for root, keys in sorted(clusters.sets(names).items()):
        identifier = clusters.anchor(root)
        if not identifier:
            identifier = concept_id([names[key] for key in keys])
            while identifier in taken or lexicon.get(identifier) is not None:
                identifier += "-"  # a note's own term with the id of a lexicon entry
        taken.add(identifier)
        ids.update(dict.fromkeys(keys, identifier))
    return ids


def _define(
    extraction: Extraction,
    names: Names,
    identities: Identities,
    defined: dict[str, list[Definition]],
) -> None:
    """Add the definitions of a post to those of each concept, as many as a concept has."""
    for definition in in_order(extraction.definitions):
        concept = identities.of(names.key(definition.term), extraction.post)
        if concept is None:
            continue
        before = defined.setdefault(concept, [])
        if len(before) < MOST_DEFINITIONS and all(
            fold(definition.text) != fold(other.text) for other in before
        ):
            before.append(definition)


def _statements(
    extraction: Extraction,
    names: Names,
    identities: Identities,
    relations: Container[str] | None,
) -> list[Statement]:
    """The statements of a post, by offset."""
    found: dict[tuple[int, int, str, str, str, bool], Statement] = {}
    for item in extraction.candidates:
        subject = identities.of(names.key(item.subject), extraction.post)
        object_ = identities.of(names.key(item.object), extraction.post, subject or "")
        if subject is None or object_ is None or subject == object_:
            continue
        if is_number(item.subject):
            continue  # a value that another statement has given, and no thing
        if item.relation != "hasAttribute" and is_number(item.object):
            continue
        minted = item.minted or (relations is not None and item.relation not in relations)
        relation = slug(item.relation) if minted else item.relation
        evidence = item.evidence
        if not relation:
            continue
        found.setdefault(
            (evidence.start, evidence.end, subject, relation, object_, item.negated),
            Statement(subject, relation, object_, evidence, item.negated, item.condition, minted),
        )
    return [found[key] for key in sorted(found)]


def _occurrences(
    extraction: Extraction, names: Names, identities: Identities, concepts: Container[str]
) -> Iterator[Occurrence]:
    """Where a post names which of ``concepts``, by offset."""
    post = extraction.post
    found = {
        (mention.start, mention.end, concept)
        for mention in extraction.mentions
        if (concept := identities.of(names.key(mention.surface), post)) in concepts
        and concept is not None
    }
    for start, end, concept in sorted(found):
        yield Occurrence(concept, post, start, end)
