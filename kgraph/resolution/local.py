"""Names that do not mean the same in all notes: 값 and 기능, and homonyms of two fields.

Were the first one concept for all notes, they would tie together everything that has a value or
does a job. So each is a concept of its own in every note that states something of it, and nothing
where it is only mentioned. A homonym (서비스, of Kubernetes or of anybody) is two concepts, each in
the notes that mean it. What the user merges is one concept, as the user says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kgraph.iri import slug
from kgraph.resolution.clusters import Clusters
from kgraph.resolution.surfaces import Name, Names, is_number
from kgraph.types import Extraction
from kgraph.vocab.generic import load_fields, load_generic

_GENERAL = ".general"  # ends the id of what a homonym means outside its field


def local_keys(names: Names, clusters: Clusters) -> frozenset[str]:
    """The keys of ``names`` whose set holds a noun that is too general to be shared."""
    generic = load_generic()
    return frozenset(
        key
        for keys in clusters.sets(names).values()
        if any(key in generic or is_number(key) for key in keys)
        and all(clusters.reason(key)[0] != "user" for key in keys)
        for key in keys
    )


def senses(
    notes: Iterable[Extraction], names: Names, ids: Mapping[str, str], clusters: Clusters
) -> dict[str, frozenset[str]]:
    """The lexicon's terms that have homonyms elsewhere, each with the posts that mean the term.

    A post means it if something else in it shows the term's field: 서비스 beside 파드.
    """
    merged = {ids[key] for key in ids if clusters.reason(key)[0] == "user"}
    fields = load_fields()
    posts: list[set[str]] = [set() for _ in fields]
    for x in notes:
        surfaces = {m.surface for m in x.mentions} | _arguments(x)
        named = {ids.get(names.key(surface)) for surface in surfaces}
        for field, meaning in zip(fields, posts, strict=True):
            if named & field.cues:
                meaning.add(x.post)
    concepts = set(ids.values())
    return {
        term: frozenset(meaning)
        for field, meaning in zip(fields, posts, strict=True)
        for term in (field.terms - merged) & concepts
    }


def _arguments(extraction: Extraction) -> set[str]:
    return {name for x in extraction.candidates for name in (x.subject, x.object)}


class Identities:
    """Which concept a name is, in which post.

    Args:
        ids: the concept id of each folded name.
        local: the names that are another concept in each post.
        senses: the concepts that their names mean in some posts only, with these posts.
    """

    def __init__(
        self,
        ids: Mapping[str, str],
        local: frozenset[str],
        senses: Mapping[str, frozenset[str]],
    ) -> None:
        self._ids = ids
        self._local = local
        self._senses = senses
        values = load_generic("value")
        self._values = frozenset(ids[key] for key in local if key in values or is_number(key))
        self._taken = frozenset(ids.values())
        self._made: dict[str, str] = {}  # what each is a sense of
        self._made_in: dict[str, set[str]] = {}  # by post

    def of(self, key: str, post: str, owner: str = "") -> str | None:
        """The concept that the name ``key`` is in ``post``; ``None`` if it names nothing.

        A value (true, 알파) said of ``owner`` is that concept's own: else a table with a column
        of them would make one neighbourhood of all its rows.
        """
        identifier = self._ids.get(key)
        if identifier is None or not self.is_local(key):
            return identifier
        scoped = identifier
        if key in self._local:
            scoped += "." + slug(post.replace("/", "."))
            if owner and identifier in self._values:
                scoped += f".{owner}"
        elif post not in self._senses[identifier]:
            scoped += _GENERAL
        while scoped != identifier and scoped in self._taken:
            scoped += "-"
        self._made[scoped] = identifier
        self._made_in.setdefault(post, set()).add(scoped)
        return scoped

    def is_local(self, key: str) -> bool:
        """Whether the name is not the same concept in all posts."""
        return key in self._local or self._ids[key] in self._senses

    def is_general(self, concept: str) -> bool:
        """Whether the concept is what the name of a term means outside the term's field."""
        made = self._made.get(concept)
        return made is not None and made in self._senses and concept != made

    def named(self, extraction: Extraction, names: Names) -> set[str]:
        """The concepts of homonyms that a note names."""
        return {
            concept
            for mention in extraction.mentions
            if self._ids.get(key := names.key(mention.surface)) in self._senses
            and key not in self._local
            and (concept := self.of(key, extraction.post)) is not None
        }

    def members(self, notes: Iterable[Extraction], used: set[str]) -> dict[str, list[Name]]:
        """The names of each such concept in ``used``, counted in its own posts only."""
        found: dict[str, dict[str, Name]] = {}
        for extraction in notes:
            wanted: dict[str, list[str]] = {}
            for concept in sorted(self._made_in.get(extraction.post, set()) & used):
                wanted.setdefault(self._made[concept], []).append(concept)
            if not wanted:
                continue
            own = Names()
            own.add_all(extraction)
            for key in own:
                if key not in self._ids or not self.is_local(key):
                    continue
                for concept in wanted.get(self._ids[key], ()):
                    name = found.setdefault(concept, {}).setdefault(key, Name(key))
                    for spelling, count in own[key].spellings.items():
                        name.spellings[spelling] += count
                    name.kinds.update(own[key].kinds)
        return {concept: list(by_key.values()) for concept, by_key in found.items()}
