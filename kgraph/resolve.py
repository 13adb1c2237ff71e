"""Names become concepts: spelling, number, pairs in the notes, the lexicon, sound.

``resolve`` is a pure function of the set of extractions: their order does not matter. It goes from
sure to less sure, and logs each merge with its reason (:class:`kgraph.types.Merge`):

1. what the user says (``user``), 2. equal when folded (``spelling``), 3. number and particles
(``plural``), 4. pairs in the notes (``pair``), 5. the lexicon, whole names and compounds word by
word (``lexicon``), 6. Korean renderings of English sounds (``transliteration``). Two different
lexicon entries are never merged, except by the user.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from kgraph.iri import slug
from kgraph.resolution.clusters import Clusters
from kgraph.resolution.grouping import group
from kgraph.resolution.labels import build, concept_id
from kgraph.resolution.overrides import Overrides
from kgraph.resolution.surfaces import Names
from kgraph.types import (
    Concept,
    Definition,
    Extraction,
    Occurrence,
    Resolution,
    Statement,
)
from kgraph.vocab.lexicon import Lexicon

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
    clusters = group(names, [p for x in notes for p in x.pairs], lexicon, overrides)
    ids = _identify(names, clusters, lexicon)
    concepts = _concepts(names, clusters, lexicon, ids, [d for x in notes for d in x.definitions])
    return Resolution(
        concepts=concepts,
        statements=_statements(notes, names, ids, relations),
        occurrences=_occurrences(notes, names, ids),
    )


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


def _concepts(
    names: Names,
    clusters: Clusters,
    lexicon: Lexicon,
    ids: dict[str, str],
    definitions: Sequence[Definition],
) -> tuple[Concept, ...]:
    defined: dict[str, list[Definition]] = {}
    for definition in definitions:
        key = names.key(definition.term)
        if key in ids:
            defined.setdefault(ids[key], []).append(definition)
    concepts = [
        build(
            ids[keys[0]],
            [names[key] for key in keys],
            lexicon.get(clusters.anchor(root)),
            clusters,
            defined.get(ids[keys[0]], ()),
        )
        for root, keys in clusters.sets(names).items()
    ]
    return tuple(sorted(concepts, key=lambda concept: concept.id))


def _statements(
    notes: Sequence[Extraction],
    names: Names,
    ids: dict[str, str],
    relations: Container[str] | None,
) -> tuple[Statement, ...]:
    found: dict[tuple[str, int, int, str, str, str, bool], Statement] = {}
    for extraction in notes:
        for item in extraction.candidates:
            subject = ids.get(names.key(item.subject))
            object_ = ids.get(names.key(item.object))
            if subject is None or object_ is None or subject == object_:
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
    notes: Sequence[Extraction], names: Names, ids: dict[str, str]
) -> tuple[Occurrence, ...]:
    found = {
        (extraction.post, mention.start, mention.end, ids[key])
        for extraction in notes
        for mention in extraction.mentions
        if (key := names.key(mention.surface)) in ids
    }
    return tuple(
        Occurrence(concept, post, start, end) for post, start, end, concept in sorted(found)
    )
