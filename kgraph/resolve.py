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
from kgraph.resolution.compounds import Reader, heard_words, renderings
from kgraph.resolution.labels import build, concept_id
from kgraph.resolution.overrides import Overrides
from kgraph.resolution.pairs import abbreviates, best_partners, narrow, plausible
from kgraph.resolution.surfaces import Names, tidy
from kgraph.text import has_hangul
from kgraph.types import (
    Concept,
    Definition,
    Extraction,
    Occurrence,
    Pair,
    Resolution,
    Statement,
)
from kgraph.vocab.inflection import bare, singulars
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
    clusters = _cluster(names, [p for x in notes for p in x.pairs], lexicon, overrides)
    ids = _identify(names, clusters, lexicon)
    concepts = _concepts(names, clusters, lexicon, ids, [d for x in notes for d in x.definitions])
    return Resolution(
        concepts=concepts,
        statements=_statements(notes, names, ids, relations),
        occurrences=_occurrences(notes, names, ids),
    )


# ---------------------------------------------------------------- clustering


def _cluster(
    names: Names, pairs: Sequence[Pair], lexicon: Lexicon, overrides: Overrides
) -> Clusters:
    clusters = Clusters(names.key(name) for name in overrides.split)
    _anchor(names, clusters, lexicon)
    for group in sorted(overrides.merge):
        keys = [key for key in map(names.key, group) if key in names]
        for key in keys:
            clusters.join(keys[0], key, force=True)
            clusters.note(key, "user", " = ".join(group))
    _inflections(names, clusters)
    _pairs(names, clusters, pairs, lexicon)
    _anchored(names, clusters)
    _translations(names, clusters, lexicon)
    return clusters


def _anchor(names: Names, clusters: Clusters, lexicon: Lexicon) -> None:
    """Each name that the lexicon knows is its entry from the start."""
    for key in names:
        entry = lexicon.exact(key)
        if entry is not None:
            clusters.set_anchor(key, entry.id)
            continue
        for form in _base_forms(names, key):
            entry = lexicon.exact(form)
            if entry is not None and clusters.set_anchor(key, entry.id):
                clusters.note(key, "plural", form)
                break


def _base_forms(names: Names, key: str) -> tuple[str, ...]:
    spellings = sorted(names[key].spellings)
    forms = [form for x in spellings for form in (singulars(x) or bare(x))]
    return tuple(dict.fromkeys(forms))


def _inflections(names: Names, clusters: Clusters) -> None:
    """Plurals and names with a particle on join the plain name, if the notes have it."""
    for key in names:
        for form in _base_forms(names, key):
            if form in names and clusters.join(form, key):
                clusters.note(key, "plural", form)
                break


def _anchored(names: Names, clusters: Clusters) -> None:
    """The names of one lexicon entry are one concept."""
    first: dict[str, str] = {}
    for key in names:
        anchor = clusters.anchor(key)
        if anchor:
            clusters.join(first.setdefault(anchor, key), key)
            clusters.note(key, "lexicon", anchor)


def _pairs(names: Names, clusters: Clusters, pairs: Sequence[Pair], lexicon: Lexicon) -> None:
    """Names that the notes themselves put side by side as one thing."""
    quotes: dict[tuple[str, str], str] = {}
    found: dict[bool, list[tuple[str, str, str]]] = {True: [], False: []}
    for pair in sorted(pairs, key=lambda x: (x.evidence.post, x.evidence.start, x.first, x.second)):
        one, other = tidy(pair.first), tidy(pair.second)
        if has_hangul(one) and not has_hangul(other):
            one = narrow(one, other)
        elif has_hangul(other) and not has_hangul(one):
            other = narrow(other, one)
        first, second = names.key(one), names.key(other)
        if first not in names or second not in names or first == second:
            continue
        if plausible(one, other, lexicon):
            short = abbreviates(one, other) or abbreviates(other, one)
            found[short].append((first, second, pair.evidence.post))
            quotes.setdefault((min(first, second), max(first, second)), pair.evidence.quote)
    for short in (
        True,
        False,
    ):  # abbreviations first: 컨테이너 런타임 인터페이스(CRI) has two partners
        groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
        rooted = []
        for first, second, post in found[short]:
            a, b = sorted((clusters.root(first), clusters.root(second)))
            rooted.append((a, b, post))
            groups.setdefault((a, b), []).append((first, second))
        for a, b in best_partners(rooted):
            for first, second in sorted(groups[a, b]):
                if clusters.join(first, second):
                    quote = quotes[min(first, second), max(first, second)]
                    clusters.note(first, "pair", quote)
                    clusters.note(second, "pair", quote)


def _translations(names: Names, clusters: Clusters, lexicon: Lexicon) -> None:
    """Compounds that read as the same terms, in whatever languages."""
    spelt = {key: min(names[key].spellings, key=lambda x: (-len(x.split()), x)) for key in names}
    reader = Reader(lexicon, heard_words(spelt.values(), lexicon))
    readings: dict[tuple[str, ...], list[tuple[str, bool]]] = {}
    unread: list[str] = []
    for key, spelling in spelt.items():
        reading, heard = reader.read(spelling)
        if heard or not reading or any(map(has_hangul, reading)):
            unread.append(key)
        if reading and not (clusters.anchor(key) and len(reading) > 1):
            readings.setdefault(reading, []).append((key, heard))
    for reading in sorted(readings):
        _one_reading(reading, readings[reading], clusters)
    _anchored(names, clusters)
    _sounds(unread, names, clusters, lexicon)


def _one_reading(
    reading: tuple[str, ...], members: Sequence[tuple[str, bool]], clusters: Clusters
) -> None:
    """Join the names that read the same; ``members`` says which were told by their sound."""
    reason = "transliteration" if any(heard for _, heard in members) else "lexicon"
    detail = " + ".join(part.removeprefix("@") for part in reading)
    if len(reading) == 1 and reading[0].startswith("@"):
        for key, heard in members:
            if clusters.set_anchor(key, detail):
                clusters.note(key, "transliteration" if heard else "lexicon", detail)
    first = members[0][0]
    for key, _ in members[1:]:
        if clusters.join(first, key):
            clusters.note(first, reason, detail)
            clusters.note(key, reason, detail)


def _sounds(unread: Sequence[str], names: Names, clusters: Clusters, lexicon: Lexicon) -> None:
    """Whole Korean names that render an English one, however either is divided into words."""
    latin_sets = {clusters.root(key) for key in names if not has_hangul(key)}
    korean = [
        key
        for key in unread
        if 3 <= len(key) < 30
        and has_hangul(key)
        and not clusters.anchor(key)
        and clusters.root(key) not in latin_sets
    ]
    english = {
        key
        for key in names
        if not has_hangul(key) and len(key) > 4 and not key.startswith("the")  # 새 is not "the"
    }
    for key, other in sorted(renderings(korean, english, lexicon).items()):
        entry = lexicon.exact(other)
        joined = clusters.join(key, other) if other in names else False
        if not joined and entry is not None:
            joined = clusters.set_anchor(key, entry.id)
        if joined:
            clusters.note(key, "transliteration", other)
    _anchored(names, clusters)


# ---------------------------------------------------------------- what comes of it


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
