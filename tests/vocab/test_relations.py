from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import kgraph.vocab
from kgraph.errors import VocabularyError
from kgraph.vocab.relations import EnglishFrame, Frame, load_relations
from kgraph.vocab.verbs import forms_of


def test_every_relation_has_labels_in_both_directions() -> None:
    relations = load_relations()
    assert len(relations) == len(list(relations)) > 50
    for relation in relations.values():
        assert all((relation.en, relation.ko, relation.inverse_en, relation.inverse_ko))
        assert " -> " in relation.roles
        assert relation.parent == "" or relation.parent in relations


def test_passive_and_causative_follow_from_the_active_verb() -> None:
    relations = load_relations()
    assert relations.korean("저장하다") == (
        Frame("stores", "이", "을"),
        Frame("storedIn", "을", "에"),
        Frame("storedIn", "이", "에"),
    )
    assert relations.korean("저장되다") == (
        Frame("stores", "의해", "이"),
        Frame("storedIn", "이", "에"),
    )
    assert relations.korean("재시작시키다") == (Frame("restarts", "이", "을"),)
    assert relations.korean("날다") == ()


def test_a_noun_that_names_things_is_a_predicate_with_its_verb_only() -> None:
    relations = load_relations()
    assert relations.noun("저장") == relations.korean("저장하다")
    assert relations.noun("요청") == ()
    assert [f.relation for f in relations.korean("요청하다")] == [
        "requires",
        "connectsTo",
        "connectsTo",
    ]
    assert relations.by_verb("요청하다", "을") == ("requires",)


def test_a_predicate_near_a_relation_is_read_as_it_but_is_no_other_word_for_it() -> None:
    relations = load_relations()
    assert relations.korean("비우다") == (Frame("removes", "이", "을"),)
    assert relations.by_verb("purges") == ("removes",)
    assert "삭제하다" in relations["removes"].verbs_ko
    assert "비우다" not in relations["removes"].verbs_ko
    assert "purge" not in relations["removes"].verbs_en


def test_no_predicate_has_two_relations_with_the_same_particles() -> None:
    relations = load_relations()
    near = tomllib.loads((Path(kgraph.vocab.__file__).parent / "near.toml").read_text("utf-8"))
    lines = [line for table in near.values() for line in table.get("frames", [])]
    words = [word for line in lines for word in line.partition(":")[2].split()]
    lemmas = {word if word.endswith("다") else word + "하다" for word in words}
    lemmas |= {lemma for relation in relations.values() for lemma in relation.verbs_ko}
    seen: dict[tuple[str, str, str], set[str]] = {}
    for lemma in lemmas:
        for frame in relations.korean(lemma):
            seen.setdefault((lemma, frame.subject, frame.object), set()).add(frame.relation)
    twice = {key: sorted(ids) for key, ids in seen.items() if len(ids) > 1}
    assert twice == {}


def test_lookup_by_predicate_of_either_language() -> None:
    relations = load_relations()
    assert relations.by_verb("감시") == ("monitors",)
    assert relations.by_verb("저장하다", "에") == ("storedIn",)
    assert relations.by_verb("runs on") == ("runsOn",)
    assert relations.by_verb("consists of") == ("contains",)
    assert relations.by_verb("flies") == ()
    assert relations.by_verb("responsible for") == ("handles",)
    assert relations.english_form("stored") == (
        ("store", "past"),
        ("store", "participle"),
        ("be stored", "participle"),
    )
    assert EnglishFrame("storedIn", "be stored", "in", True) in relations.english("be stored")


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("stop", ("stop", "stops", "stopped", "stopped", "stopping")),
        ("store", ("store", "stores", "stored", "stored", "storing")),
        ("copy", ("copy", "copies", "copied", "copied", "copying")),
        ("write", ("write", "writes", "wrote", "written", "writing")),
        ("have", ("have", "has", "had", "had", "having")),
        ("watch", ("watch", "watches", "watched", "watched", "watching")),
        ("refer", ("refer", "refers", "referred", "referred", "referring")),
        ("show", ("show", "shows", "showed", "shown", "showing")),
        ("be responsible", ("responsible",)),
    ],
)
def test_forms_of_english_verbs(verb: str, forms: tuple[str, ...]) -> None:
    assert tuple(form for form, _ in forms_of(verb)) == forms


def test_a_users_file_adds_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        '[greets]\nen = "greets"\nko = "인사한다"\n'
        'frames = ["이 에게: 인사"]\nenglish = ["greet"]\n'
        '[stores]\nen = "hoards"\nko = "쟁인다"\n',
        encoding="utf-8",
    )
    relations = load_relations(path)
    assert relations["greets"].verbs_ko == ("인사하다",)
    assert relations.by_verb("greeted") == ("greets",)
    assert relations["stores"].en == "hoards"
    assert relations.by_verb("저장", "을") == ("storedIn",)
    assert relations.korean("영속화하다") == (Frame("storedIn", "을", "에"),)  # near stores no more
    assert "greets" not in load_relations()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[x", "not valid TOML"),
        ('[9x]\nen = "x"\nko = "엑스"', "an id is letters"),
        ("x = 1", "must be a table"),
        ('[x]\nen = "x"', "a label is missing: ko"),
        ('[x]\nen = "x"\nko = "엑스"\nverbs = []', "unknown verbs"),
        ('[x]\nen = "x"\nko = "엑스"\nparent = "nothing"', "is no relation"),
        ('[x]\nen = "x"\nko = 3', "ko must be a text"),
        ('[x]\nen = "x"\nko = "엑스"\nframes = "이 을: 하다"', "must be a list"),
        ('[x]\nen = "x"\nko = "엑스"\nframes = ["이 저: 저장"]', "should read like"),
        ('[x]\nen = "x"\nko = "엑스"\nenglish = ["be"]', "should read like"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=message) as caught:
        load_relations(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError, match="cannot be read"):
        load_relations(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("predicate", "marker", "expected"),
    [
        ("가로채다", "을", ("handles",)),
        ("요청하다", "에게", ("connectsTo",)),
        ("스케줄링되다", "에", ("runsOn",)),
        ("발행하다", "에게", ("routedTo", "forwardsTo")),
        ("상속하다", "을", ("basedOn",)),
        ("keeps track of", "", ("monitors",)),
        ("sits in front of", "", ("connectsTo",)),
        ("falls back to", "", ("uses",)),
        ("written in", "", ("uses",)),
        ("responsible for", "", ("handles",)),
        ("part of", "", ("memberOf",)),
    ],
)
def test_predicates_of_many_fields(predicate: str, marker: str, expected: tuple[str, ...]) -> None:
    assert load_relations().by_verb(predicate, marker) == expected
