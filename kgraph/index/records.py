"""What can be found: passages, concepts and statements as :class:`~kgraph.types.Record`.

A record's id depends on what it says and where, not on its place among the others: adding a note
leaves the ids of all other records as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
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
    @property
    def date(self) -> str: ...  # noqa: D102
    @property
    def tags(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def lang(self) -> str: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102


class RelationLike(Protocol):
    """The labels of a relation; ``kgraph.vocab.Relation`` is one."""

    @property
    def en(self) -> str: ...  # noqa: D102
    @property
    def ko(self) -> str: ...  # noqa: D102
    @property
    def inverse_en(self) -> str: ...  # noqa: D102
    @property
    def inverse_ko(self) -> str: ...  # noqa: D102


def make_records(
    posts: Iterable[PostLike],
    passages: Iterable[Passage],
    resolution: Resolution,
    relations: Mapping[str, RelationLike],
) -> list[Record]:
    """The records of all notes, sorted by id; ids are distinct and never 0.

    Every passage is one. So are concepts: all of them up to :data:`ENOUGH_CONCEPTS`, beyond that
    only those that the notes name twice, define, or name in both languages: what a large
    collection mentions once in passing is found by its passage. Statements are records where both
    their ends are, each once however often the notes say it.
    """
    by_id = {post.id: post for post in posts}
    concepts = {concept.id: concept for concept in _worth_finding(resolution.concepts)}
    keyed = [
        *_passages(passages, by_id),
        *(_concept(concept) for concept in concepts.values()),
        *_statements(resolution.statements, concepts, relations, by_id),
    ]
    return _with_ids(keyed)


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


def _worth_finding(concepts: tuple[Concept, ...]) -> Iterator[Concept]:
    def known(concept: Concept) -> bool:
        return concept.mentions > 1 or bool(concept.definitions) or len(concept.pref) > 1

    ranked = sorted(concepts, key=lambda c: (not known(c), -c.mentions, c.id))
    for place, concept in enumerate(ranked):
        if place >= ENOUGH_CONCEPTS and not known(concept):
            return
        yield concept


def _passages(
    passages: Iterable[Passage], posts: Mapping[str, PostLike]
) -> Iterator[tuple[str, Record]]:
    seen: Counter[tuple[str, str]] = Counter()
    for passage in sorted(passages, key=lambda p: (p.post, p.index)):
        post = posts[passage.post]
        same = (passage.post, passage.text)
        key = "\0".join((*same, str(seen[same])))
        seen[same] += 1
        above = " > ".join(dict.fromkeys(x for x in (post.title, *passage.headings) if x))
        yield (
            key,
            Record(
                id=0,
                kind=RecordKind.PASSAGE,
                text=passage.text,
                embed=f"{above}\n{passage.text}" if above else passage.text,
                post=post.id,
                title=post.title,
                heading=" > ".join(passage.headings),
                start=passage.start,
                end=passage.end,
            ),
        )


def _concept(concept: Concept) -> tuple[str, Record]:
    labels = list(dict.fromkeys(label.text for label in concept.pref))
    shown = labels[0] + (f" ({', '.join(labels[1:])})" if len(labels) > 1 else "")
    encoded = ", ".join(concept.names[:_NAMES])
    if concept.kind is not Kind.CONCEPT:
        encoded += f" ({concept.kind})"
    if concept.definitions:
        definition = concept.definitions[0].text
        shown += f": {_shortened(definition, _SHOWN)}"
        encoded += f": {_shortened(definition, _DEFINITION)}"
    record = Record(
        id=0,
        kind=RecordKind.CONCEPT,
        text=shown,
        embed=encoded,
        title=concept.label(),
        iri=concept_iri(concept.id),
    )
    return concept.id, record


def _statements(
    statements: Iterable[Statement],
    concepts: Mapping[str, Concept],
    relations: Mapping[str, RelationLike],
    posts: Mapping[str, PostLike],
) -> Iterator[tuple[str, Record]]:
    said: set[str] = set()
    for statement in statements:
        subject, target = concepts.get(statement.subject), concepts.get(statement.object)
        if subject is None or target is None:
            continue
        polarity = "negative" if statement.negated else "positive"
        key = "\0".join((statement.subject, statement.relation, statement.object, polarity))
        if key in said:
            continue
        said.add(key)
        shown, encoded = verbalise(statement, subject, target, relations.get(statement.relation))
        evidence = statement.evidence
        yield (
            key,
            Record(
                id=0,
                kind=RecordKind.STATEMENT,
                text=shown,
                embed=encoded,
                post=evidence.post,
                title=posts[evidence.post].title,
                start=evidence.start,
                end=evidence.end,
            ),
        )


def _with_ids(keyed: Iterable[tuple[str, Record]]) -> list[Record]:
    used: dict[int, Record] = {}
    for key, record in sorted(keyed, key=lambda item: (item[1].kind, item[0])):
        number, turn = 0, 0
        while number == 0 or number in used:
            data = f"{record.kind}\0{key}\0{turn}".encode("utf-8", "surrogatepass")
            number = int.from_bytes(blake2b(data, digest_size=8).digest(), "big", signed=True)
            turn += 1
        used[number] = Record(
            number,
            record.kind,
            record.text,
            record.embed,
            record.post,
            record.title,
            record.heading,
            record.start,
            record.end,
            record.iri,
        )
    return [used[number] for number in sorted(used)]


def _shortened(text: str, most: int) -> str:
    """``text`` on one line, cut at a word after ``most`` characters at the latest."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0] + "…"
