"""Nouns too general to be shared are concepts of each note."""

from __future__ import annotations

from kgraph.resolution.overrides import Overrides
from kgraph.resolution.resolve import resolve
from kgraph.types import Candidate, Definition, Evidence, Extraction, Kind, Mention, Resolution
from kgraph.vocab.generic import load_fields, load_generic
from kgraph.vocab.lexicon import Lexicon, load_lexicon


def note(post: str, *triples: tuple[str, str, str], mentions: str = "") -> Extraction:
    return Extraction(
        post,
        tuple(Mention(m, 10 * i, 10 * i + len(m), 0) for i, m in enumerate(mentions.split())),
        tuple(
            Candidate(s, r, o, Evidence(post, "q", i, i + 1, "t", "1"))
            for i, (s, r, o) in enumerate(triples)
        ),
    )


def triples(resolution: Resolution) -> list[tuple[str, str, str]]:
    return [(s.subject, s.relation, s.object) for s in resolution.statements]


def test_a_general_noun_is_another_concept_in_each_note() -> None:
    notes = [
        note("커피/a", ("그라인더", "stores", "정보"), mentions="정보 그라인더"),
        note("b", ("저울", "stores", "정보"), mentions="정보 정보"),
        note("c", ("저울", "uses", "그라인더"), mentions="정보"),
    ]
    resolution = resolve(notes, Lexicon())
    assert triples(resolution) == [
        ("저울", "stores", "정보.b"),
        ("저울", "uses", "그라인더"),
        ("그라인더", "stores", "정보.커피.a"),
    ]
    concepts = {c.id: c for c in resolution.concepts}
    assert sorted(concepts) == ["그라인더", "저울", "정보.b", "정보.커피.a"]
    assert (concepts["정보.b"].label(), concepts["정보.b"].mentions) == ("정보", 2)
    # The note that only mentions it says nothing of it.
    assert [(o.concept, o.post) for o in resolution.occurrences] == [
        ("정보.b", "b"),
        ("정보.b", "b"),
        ("정보.커피.a", "커피/a"),
        ("그라인더", "커피/a"),
    ]


def test_a_value_belongs_to_what_has_it() -> None:
    notes = [note("표", ("A", "hasAttribute", "true"), ("B", "hasAttribute", "true"))]
    resolution = resolve(notes, Lexicon())
    assert triples(resolution) == [
        ("a", "hasAttribute", "true.표.a"),
        ("b", "hasAttribute", "true.표.b"),
    ]
    assert [c.label() for c in resolution.concepts] == ["A", "B", "true", "true"]


def test_a_definition_is_the_notes_own() -> None:
    said = Definition("값", "값은 수이다", Evidence("p", "q", 0, 1, "def", "1"))
    resolution = resolve([Extraction("p", definitions=(said,))], Lexicon())
    assert [(c.id, c.definitions) for c in resolution.concepts] == [("값.p", (said,))]


def test_the_user_may_share_it() -> None:
    notes = [note("a", ("그라인더", "stores", "정보")), note("b", ("저울", "stores", "정보"))]
    said = Overrides(merge=(("정보", "데이터"),))
    assert {o for _, _, o in triples(resolve(notes, Lexicon(), overrides=said))} == {"정보"}


def test_other_notes_do_not_change_it() -> None:
    first = note("a", ("그라인더", "stores", "정보"))
    alone = resolve([first], Lexicon())
    both = resolve([first, note("b", ("저울", "stores", "정보"))], Lexicon())
    assert set(alone.concepts) <= set(both.concepts)


def test_the_table_is_folded_and_values_are_part_of_it() -> None:
    assert {"값", "변경사항", "true"} <= load_generic()
    assert "true" in load_generic("value")
    assert "값" not in load_generic("value")


def test_a_homonym_is_the_fields_term_only_where_a_note_shows_the_field() -> None:
    notes = [
        note("k8s", ("서비스", "selects", "파드"), mentions="서비스 파드 Service"),
        note("방송", ("회사", "provides", "서비스"), mentions="서비스 회사"),
        note("동네", mentions="서비스"),
    ]
    resolution = resolve(notes, load_lexicon())
    found = {c.id: (c.label(), c.kind, c.mentions) for c in resolution.concepts}
    assert found["service"] == ("서비스", Kind.RESOURCE, 2)
    assert found["service.general"] == ("서비스", Kind.CONCEPT, 2)
    assert triples(resolution) == [
        ("service", "selects", "pod"),
        ("회사", "provides", "service.general"),
    ]
    assert {(o.post, o.concept) for o in resolution.occurrences if "service" in o.concept} == {
        ("k8s", "service"),
        ("방송", "service.general"),
        ("동네", "service.general"),
    }


def test_the_user_may_say_that_homonyms_are_one() -> None:
    notes = [note("k8s", mentions="서비스 파드"), note("방송", mentions="서비스")]
    said = Overrides(merge=(("서비스", "service"),))
    ids = [c.id for c in resolve(notes, load_lexicon(), overrides=said).concepts]
    assert ids == ["pod", "service"]


def test_the_tables_name_entries_of_the_lexicon() -> None:
    lexicon = load_lexicon()
    for field in load_fields():
        assert [x for x in sorted(field.terms | field.cues) if lexicon.get(x) is None] == []
        assert not field.terms & field.cues
