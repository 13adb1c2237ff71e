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

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from kgraph.iri import slug
from kgraph.resolution.clusters import Clusters
from kgraph.resolution.grouping import group
from kgraph.resolution.labels import build, concept_id
from kgraph.resolution.local import Identities, local_keys, senses
from kgraph.resolution.overrides import Overrides
from kgraph.resolution.surfaces import Name, Names, is_number
from kgraph.types import (
    Definition,
    Extraction,
    Kind,
    Occurrence,
    Pair,
    Resolution,
    Statement,
)
from kgraph.vocab.lexicon import Lexicon, LexiconEntry

_NO_OVERRIDES = Overrides()


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
    names = Names(overrides.ignore)
    for extraction in notes:
        names.add_all(extraction)
    for spellings in overrides.merge:  # a name that only the user has is a label as well
        if any(names.key(spelling) in names for spelling in spellings):
            for spelling in spellings:
                names.add(spelling, 0)
    pairs = [pair for extraction in notes for pair in extraction.pairs]
    clusters = _grouped(names, pairs, lexicon, overrides)
    ids = _identify(names, clusters, lexicon)
    meant = senses(notes, names, ids, clusters)
    identities = Identities(ids, local_keys(names, clusters), meant)
    statements = _statements(notes, names, identities, relations)
    defined = _defined(notes, names, identities)
    used = {x for s in statements for x in (s.subject, s.object)} | defined.keys()
    used |= identities.named(notes, names)
    members = {
        ids[keys[0]]: [names[key] for key in keys]
        for keys in clusters.sets(names).values()
        if not identities.is_local(keys[0])
    }
    members |= identities.members(notes, used)
    concepts = tuple(
        build(
            identifier,
            members[identifier],
            _entry(lexicon, clusters, members[identifier][0], identities.is_general(identifier)),
            clusters,
            defined.get(identifier, ()),
        )
        for identifier in sorted(members)
    )
    return Resolution(concepts, statements, _occurrences(notes, names, identities, members))


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


def _defined(
    notes: Sequence[Extraction], names: Names, identities: Identities
) -> dict[str, list[Definition]]:
    """The definitions of each concept."""
    found: dict[str, list[Definition]] = {}
    for extraction in notes:
        for definition in extraction.definitions:
            concept = identities.of(names.key(definition.term), extraction.post)
            if concept is not None:
                found.setdefault(concept, []).append(definition)
    return found


def _statements(
    notes: Sequence[Extraction],
    names: Names,
    identities: Identities,
    relations: Container[str] | None,
) -> tuple[Statement, ...]:
    found: dict[tuple[str, int, int, str, str, str, bool], Statement] = {}
    for extraction in notes:
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
                (evidence.post, evidence.start, evidence.end, subject, relation, object_,
                 item.negated),
                Statement(subject, relation, object_, evidence, item.negated, item.condition,
                          minted),
            )  # fmt: skip
    return tuple(found[key] for key in sorted(found))


def _occurrences(
    notes: Sequence[Extraction], names: Names, identities: Identities, concepts: Container[str]
) -> tuple[Occurrence, ...]:
    found = {
        (extraction.post, mention.start, mention.end, concept)
        for extraction in notes
        for mention in extraction.mentions
        if (concept := identities.of(names.key(mention.surface), extraction.post)) in concepts
        and concept is not None
    }
    return tuple(
        Occurrence(concept, post, start, end) for post, start, end, concept in sorted(found)
    )
