"""Names sorted into concepts, from sure to less sure.

See :mod:`kgraph.resolution.resolve` for the order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgraph.resolution.clusters import Clusters
from kgraph.resolution.compounds import Reader, heard_words, renderings
from kgraph.resolution.overrides import Overrides
from kgraph.resolution.pairs import abbreviates, best_partners, narrow, plausible
from kgraph.resolution.surfaces import Names, tidy
from kgraph.text import fold, has_hangul
from kgraph.types import Pair
from kgraph.vocab.inflection import bare, singulars
from kgraph.vocab.lexicon import Lexicon

_GLOSSED = re.compile(r"(?P<name>[^()]+?)\s*\((?P<gloss>[^()]+)\)")


def group(names: Names, pairs: Sequence[Pair], lexicon: Lexicon, overrides: Overrides) -> Clusters:
    """The sets that ``names`` fall into, each name with its reason."""
    if expanded := _expanded_otherwise(names, pairs, lexicon):
        lexicon = lexicon.without(expanded)
    clusters = Clusters(names.key(name) for name in overrides.split)
    _anchor(names, clusters, lexicon)
    for group in overrides.merge:
        keys = [key for key in map(names.key, group) if key in names]
        for key in keys:
            clusters.join(keys[0], key, force=True)
            clusters.note(key, "user", " = ".join(group))
    _inflections(names, clusters)
    _glosses(names, clusters, lexicon)
    _pairs(names, clusters, pairs, lexicon)
    _anchored(names, clusters)
    _translations(names, clusters, lexicon)
    return clusters


def _expanded_otherwise(names: Names, pairs: Sequence[Pair], lexicon: Lexicon) -> frozenset[str]:
    """The folded abbreviations that the notes write out, and not as the lexicon does.

    Where notes have "Certificate Signing Request (CSR)" and nothing of client-side rendering, CSR
    is not what it is to a frontend developer. Where they have both, it is the lexicon's.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        for short, long in ((pair.first, pair.second), (pair.second, pair.first)):
            entry = lexicon.exact(key := names.key(short))
            if (
                entry is not None
                and key in map(fold, entry.abbr)
                and abbreviates(short, long)
                and lexicon.lookup(long) is not entry
            ):
                found[key] = entry.id
    if not found:
        return frozenset()
    written = {x.id for key in names if key not in found and (x := lexicon.exact(key))}
    return frozenset(key for key, entry_id in found.items() if entry_id not in written)


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


def _glosses(names: Names, clusters: Clusters, lexicon: Lexicon) -> None:
    """A name with its translation on, 디플로이먼트(Deployment), is the name before it."""
    for key in names:
        for spelling in sorted(names[key].spellings):
            match = _GLOSSED.fullmatch(spelling)
            if match is None or not (
                match["gloss"] == "들" or plausible(match["name"], match["gloss"], lexicon)
            ):
                continue
            entry = lexicon.lookup(match["name"])
            plain = names.key(match["name"])
            if (plain in names and clusters.join(plain, key)) or (
                entry is not None and clusters.set_anchor(key, entry.id)
            ):
                clusters.note(key, "pair", spelling)


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
