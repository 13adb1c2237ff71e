"""What can be found: passages, concepts and statements as :class:`~kgraph.types.Record`.

A record's id depends on what it says and where, not on its place among the others: adding a note
leaves the ids of all other records as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Protocol

from kgraph.iri import concept_iri
from kgraph.types import (
    Concept,
    Kind,
    Passage,
    Record,
    RecordKind,
    Resolution,
    Statement,
)

ENOUGH_CONCEPTS = 2000
_NAMES = 12  # names of a concept that are worth encoding
_DEFINITION = 200  # characters of a definition
_SHOWN = 300


class PostLike(Protocol):
    """What a record says of its post; ``kgraph.types.Post`` is one."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def url(self) -> str: ...  # noqa: D102


class RelationLike(Protocol):
    """The labels of a relation; ``kgraph.vocab.Relation`` is one."""

    @property
    def en(self) -> str: ...  # noqa: D102
    @property
    def ko(self) -> str: ...  # noqa: D102


class Ids:
    """Gives each record its id: by what it is and says, and no id twice."""

    def __init__(self) -> None:
        self._used: set[int] = set()

    def of(self, kind: RecordKind, key: str) -> int:
        """The id of a record that ``key`` tells from all others of its kind."""
        number, turn = 0, 0
        while number == 0 or number in self._used:
            data = f"{kind}\0{key}\0{turn}".encode("utf-8", "surrogatepass")
            number = int.from_bytes(blake2b(data, digest_size=8).digest(), "big", signed=True)
            turn += 1
        self._used.add(number)
        return number


def make_records(
    passages: Iterable[tuple[PostLike, Sequence[Passage]]],
    resolution: Resolution,
    relations: Mapping[str, RelationLike],
) -> Iterator[Record]:
    """The records of all notes, in no order; ids are distinct and never 0.

    Every passage is one. So are concepts: all of them up to :data:`ENOUGH_CONCEPTS`, beyond that
    only those that the notes name twice, define, or name in both languages: what a large
    collection mentions once in passing is found by its passage. Statements are records where both
    their ends are, each once however often the notes say it.

    Args:
        passages: those of each post, the posts ascending by id.
        resolution: of all posts.
        relations: the vocabulary by id.
    """
    ids = Ids()
    titles: dict[str, str] = {}
    for post, found in passages:
        titles[post.id] = post.title
        yield from _passages(post, found, ids)
    worth = _worth_finding(resolution.concepts)
    names: dict[str, Concept] = {}
    for concept in resolution.concepts:
        if concept.id in worth:
            names[concept.id] = Concept(concept.id, concept.pref)
            yield _concept(concept, ids)
    yield from _statements(resolution.statements, names, relations, titles, ids)


def verbalise(
    statement: Statement, subject: Concept, target: Concept, relation: RelationLike | None
) -> tuple[str, str]:
    """A statement as text: (to be shown, to be encoded: one sentence in each language)."""
    en = relation.en if relation else statement.relation
    ko = relation.ko if relation else statement.relation
    arrow = f"not {en}" if statement.negated else en
    both = en if en == ko else f"{en} ({ko})"
    shown = f"{subject.label('en')} — {'not ' if statement.negated else ''}{both} →"
    shown += f" {target.label('en')}"
    korean = f"{target.label('ko')} {ko}{' (아니다)' if statement.negated else ''}"
    encoded = f"{subject.label('en')} {arrow} {target.label('en')}. {subject.label('ko')}: {korean}"
    return shown, encoded


def _worth_finding(concepts: Iterable[Concept]) -> frozenset[str]:
    """The ids of the concepts that are records."""
    known: set[str] = set()
    others: list[tuple[int, str]] = []
    for concept in concepts:
        if concept.mentions > 1 or concept.definitions or len(concept.pref) > 1:
            known.add(concept.id)
        else:
            others.append((-concept.mentions, concept.id))
    room = max(ENOUGH_CONCEPTS - len(known), 0)
    return frozenset(known.union(found for _, found in sorted(others)[:room]))


def _passages(post: PostLike, passages: Sequence[Passage], ids: Ids) -> Iterator[Record]:
    seen: Counter[str] = Counter()
    for passage in passages:
        key = "\0".join((passage.post, passage.text, str(seen[passage.text])))
        seen[passage.text] += 1
        above = " > ".join(dict.fromkeys(x for x in (post.title, *passage.headings) if x))
        yield Record(
            id=ids.of(RecordKind.PASSAGE, key),
            kind=RecordKind.PASSAGE,
            text=passage.text,
            embed=f"{above}\n{passage.text}" if above else passage.text,
            post=post.id,
            title=post.title,
            heading=" > ".join(passage.headings),
            start=passage.start,
            end=passage.end,
        )


def _concept(concept: Concept, ids: Ids) -> Record:
    labels = list(dict.fromkeys(label.text for label in concept.pref))
    shown = labels[0] + (f" ({', '.join(labels[1:])})" if len(labels) > 1 else "")
    encoded = ", ".join(concept.names[:_NAMES])
    if concept.kind is not Kind.CONCEPT:
        encoded += f" ({concept.kind})"
    if concept.definitions:
        definition = concept.definitions[0].text
        shown += f": {_shortened(definition, _SHOWN)}"
        encoded += f": {_shortened(definition, _DEFINITION)}"
    return Record(
        id=ids.of(RecordKind.CONCEPT, concept.id),
        kind=RecordKind.CONCEPT,
        text=shown,
        embed=encoded,
        title=concept.label(),
        iri=concept_iri(concept.id),
    )


def _statements(
    statements: Iterable[Statement],
    concepts: Mapping[str, Concept],
    relations: Mapping[str, RelationLike],
    titles: Mapping[str, str],
    ids: Ids,
) -> Iterator[Record]:
    said: set[bytes] = set()
    for statement in statements:
        subject, target = concepts.get(statement.subject), concepts.get(statement.object)
        if subject is None or target is None:
            continue
        polarity = "negative" if statement.negated else "positive"
        key = "\0".join((statement.subject, statement.relation, statement.object, polarity))
        digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if digest in said:
            continue
        said.add(digest)
        shown, encoded = verbalise(statement, subject, target, relations.get(statement.relation))
        evidence = statement.evidence
        yield Record(
            id=ids.of(RecordKind.STATEMENT, key),
            kind=RecordKind.STATEMENT,
            text=shown,
            embed=encoded,
            post=evidence.post,
            title=titles[evidence.post],
            start=evidence.start,
            end=evidence.end,
        )


def _shortened(text: str, most: int) -> str:
    """``text`` on one line, cut at a word after ``most`` characters at the latest."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0] + "…"
