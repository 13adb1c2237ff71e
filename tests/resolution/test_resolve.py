from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.errors import VocabularyError
from kgraph.resolution.overrides import Overrides, load_overrides
from kgraph.resolution.pairs import abbreviates, narrow, plausible
from kgraph.resolution.resolve import resolve
from kgraph.types import (
    Candidate,
    Concept,
    Definition,
    Evidence,
    Extraction,
    Kind,
    Label,
    Mention,
    Occurrence,
    Pair,
    Resolution,
)
from kgraph.vocab.lexicon import Lexicon, LexiconEntry, load_lexicon

LEXICON = load_lexicon()
NONE = Lexicon()


def evidence(post: str = "p", start: int = 0, quote: str = "q") -> Evidence:
    return Evidence(post, quote, start, start + len(quote), "test", "1")


def note(
    *surfaces: str,
    post: str = "p",
    pairs: Sequence[tuple[str, str]] = (),
    triples: Sequence[tuple[str, str, str]] = (),
) -> Extraction:
    return Extraction(
        post,
        tuple(Mention(s, 10 * i, 10 * i + len(s), 0) for i, s in enumerate(surfaces)),
        tuple(Candidate(s, r, o, evidence(post, i)) for i, (s, r, o) in enumerate(triples)),
        tuple(Pair(a, b, evidence(post, i, f"{a}({b})")) for i, (a, b) in enumerate(pairs)),
    )


def together(resolution: Resolution) -> list[set[str]]:
    """The seen surfaces of each concept with more than one name."""
    return [set(c.names) for c in resolution.concepts if len(c.names) > 1]


def reasons(resolution: Resolution) -> dict[str, str]:
    return {m.surface: m.reason for c in resolution.concepts for m in c.merges}


def only(resolution: Resolution) -> Concept:
    assert len(resolution.concepts) == 1, resolution.concepts
    return resolution.concepts[0]


def test_half_a_pair_of_quotation_marks_is_in_no_label() -> None:
    labels = [c.label() for c in resolve([note('Default" 정책', 'say "hi" 명령')], NONE).concepts]
    assert labels == ["Default 정책", 'say "hi" 명령']


# ---------------------------------------------------------------- abbreviations of two things

EXPANDED = [("Certificate Signing Request", "CSR"), ("인증서 서명 요청", "CSR")]


def test_an_abbreviation_that_the_notes_write_out_is_what_they_say() -> None:
    concept = only(resolve([note("CSR", "인증서 서명 요청", pairs=EXPANDED)], LEXICON))
    assert concept.id == "certificate-signing-request"
    assert "CSR" in concept.names


def test_an_abbreviation_of_a_term_that_the_notes_have_too_is_the_terms() -> None:
    resolution = resolve(
        [
            note("CSR", "인증서 서명 요청", pairs=EXPANDED, post="a"),
            note("클라이언트 사이드 렌더링", post="b"),
        ],
        LEXICON,
    )
    ids = {name: concept.id for concept in resolution.concepts for name in concept.names}
    assert (ids["CSR"], ids["인증서 서명 요청"]) == (
        "client-side-rendering",
        "certificate-signing-request",
    )


def test_an_abbreviation_written_out_as_the_lexicon_does_is_its_term() -> None:
    found = resolve([note("CSR", pairs=[("client-side renderings", "CSR")])], LEXICON)
    assert only(found).id == "client-side-rendering"


# ---------------------------------------------------------------- each reason


@pytest.mark.parametrize(
    ("surfaces", "reason"),
    [
        (("espresso machine", "Espresso-Machine"), "spelling"),
        (("roast profile", "roast profiles"), "plural"),
        (("원두", "원두들"), "plural"),
        (("컨테이너", "container"), "lexicon"),
        (("컨테이너", "Container"), "lexicon"),
        (("쿠버네티스", "k8s"), "lexicon"),
        (("파드 예열", "pod 예열"), "lexicon"),
        (("에스프레소", "espresso"), "transliteration"),
        (("크레마 필터", "Crema 필터"), "transliteration"),
    ],
)
def test_one_concept(surfaces: tuple[str, str], reason: str) -> None:
    resolution = resolve([note(*surfaces)], LEXICON)
    concept = only(resolution)
    assert concept.mentions == 2
    assert set(surfaces) <= {x.casefold() for x in concept.names} | set(concept.names)
    assert set(reasons(resolution).values()) == {reason}


@pytest.mark.parametrize(
    "surfaces",
    [
        ("HTTP", "HTTPS"),
        ("제거", "jaeger"),
        ("라이브 영상 서비스", "서비스"),
        ("파드", "파드 예열"),
        ("window", "Windows"),
        ("신뢰", "신뢰도"),
        ("--timeout", "timeout"),
    ],
)
def test_two_concepts(surfaces: tuple[str, str]) -> None:
    assert len(resolve([note(*surfaces)], LEXICON).concepts) == 2


def test_pairs_of_the_notes() -> None:
    resolution = resolve([note("추출", "brewing", "원두", pairs=[("추출", "brewing")])], NONE)
    assert together(resolution) == [{"추출", "brewing"}]
    assert reasons(resolution) == {"추출": "pair", "brewing": "pair"}
    resolution = resolve(
        [note("추출", "brewing", "추출법", pairs=[("추출", "brewing"), ("추출법", "brewing")])],
        NONE,
    )
    assert together(resolution) == []  # which of the two it names, nobody knows


def test_glossed_names() -> None:
    resolution = resolve([note("파드(Pod)", "추출 (brewing)", "추출", "원두(90)", "원두")], LEXICON)
    assert [c.id for c in resolution.concepts] == ["pod", "원두", "원두%2890%29", "추출"]
    assert reasons(resolution) == {"파드(Pod)": "pair", "추출 (brewing)": "pair"}


def test_pair_of_three() -> None:
    pairs = [
        ("진공 여과 장치", "Vacuum Filter Unit"),
        ("Vacuum Filter Unit", "VFU"),
        ("진공 여과 장치", "VFU"),
    ]
    names = {"진공 여과 장치", "Vacuum Filter Unit", "VFU"}
    resolution = resolve([note(*sorted(names), pairs=pairs)], NONE)
    assert together(resolution) == [names]
    assert only(resolution).id == "vfu"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("추출", "brewing", True),
        ("Vacuum Filter Unit", "VFU", True),
        ("k8s", "Kubernetes", True),
        ("쿠버네티스", "Kubernetes", True),
        ("파드", "Running", False),  # 파드 is known to be Pod
        ("저장소", "Neo4j", False),  # a product's name is not translated
        ("벡터 저장소", "Milvus", False),
        ("밀버스", "Milvus", True),
        ("온도", "기본값 90", False),
        ("온도", "90", False),
        ("원두", "arabica, robusta", False),
        ("원두", "--beans", False),
        ("espresso", "americano", False),
        ("에스프레소", "아메리카노", False),
        ("그 원두를 쓰는 추출", "brewing", False),
    ],
)
def test_plausible_pairs(first: str, second: str, expected: bool) -> None:
    assert plausible(first, second, LEXICON) is expected
    assert plausible(second, first, LEXICON) is expected


def test_pair_is_narrowed_to_what_is_heard() -> None:
    assert narrow("진한 에스프레소", "espresso") == "에스프레소"
    assert narrow("추출", "brewing") == "추출"


@pytest.mark.parametrize(
    ("short", "long", "expected"),
    [
        ("PVC", "PersistentVolumeClaim", True),
        ("pvc", "persistent volume claim", True),
        ("i18n", "internationalization", True),
        ("QoS", "Quality of Service", True),
        ("CI", "컨테이너", False),
        ("pod", "pods", False),
    ],
)
def test_abbreviates(short: str, long: str, expected: bool) -> None:
    assert abbreviates(short, long) is expected


def test_lexicon_entries_stay_apart() -> None:
    resolution = resolve(
        [note("파드", "컨테이너", "Pod", pairs=[("파드", "container"), ("컨테이너", "Pod")])],
        LEXICON,
    )
    assert [c.id for c in resolution.concepts] == ["container", "pod"]


# ---------------------------------------------------------------- ids and labels


def test_lexicon_gives_id_labels_and_kind() -> None:
    concept = only(resolve([note("파드", "파드", "팟드", "pods")], LEXICON, overrides=Overrides(
        merge=(("파드", "팟드"),)
    )))  # fmt: skip
    assert concept == Concept(
        id="pod",
        pref=(Label("파드", "ko"), Label("Pod", "en")),
        alt=(Label("팟드", "ko"),),
        hidden=(Label("pods", "en"), Label("포드", "ko")),
        kind=Kind.RESOURCE,
        merges=concept.merges,
        mentions=4,
    )
    assert {m.surface: m.reason for m in concept.merges} == {
        "파드": "user",
        "팟드": "user",
        "pods": "plural",
    }


def test_labels_are_those_of_the_notes() -> None:
    concept = only(resolve([note("로스팅 곡선", "로스팅 곡선", "로스팅곡선")], LEXICON))
    assert concept.pref == (Label("로스팅 곡선", "ko"),)
    assert concept.hidden == (Label("로스팅곡선", "ko"),)
    assert concept.id == "로스팅-곡선"


def test_plurals_are_no_labels() -> None:
    concept = only(resolve([note("grinder", "grinder들")], NONE))
    assert concept.pref == (Label("grinder", "en"),)
    assert concept.hidden == (Label("grinder들", "ko"),)


def test_hangul_survives_in_ids() -> None:
    resolution = resolve([note("접근 통제 목록", "원두 A/B", "café 로스터")], NONE)
    assert [c.id for c in resolution.concepts] == ["café-로스터", "원두-a%2Fb", "접근-통제-목록"]


def test_nfd_is_nfc() -> None:
    text = "원두 분쇄기"
    concept = only(resolve([note(text, unicodedata.normalize("NFD", text))], NONE))
    assert concept.pref == (Label(text, "ko"),)
    assert concept.mentions == 2
    assert concept.merges == ()


def test_id_does_not_follow_frequency() -> None:
    rare = resolve([note("Roast Curve", "roast-curve", "roast-curve", "roast-curve")], NONE)
    often = resolve([note("Roast Curve", "Roast Curve", "Roast Curve", "roast-curve")], NONE)
    assert only(rare).id == only(often).id == "roast-curve"
    assert only(rare).label("en") == "roast-curve"
    assert only(often).label("en") == "Roast Curve"


def test_own_term_with_the_id_of_an_entry() -> None:
    lexicon = Lexicon([LexiconEntry("bean", ("coffee bean",))])
    assert [c.id for c in resolve([note("bean", "coffee bean")], lexicon).concepts] == [
        "bean",
        "bean-",
    ]


def test_kind_of_a_third_of_the_mentions() -> None:
    mentions = tuple(
        Mention("grinder", i, i + 1, 0, Kind.COMPONENT if i < 1 else Kind.CONCEPT) for i in range(3)
    )
    assert only(resolve([Extraction("p", mentions)], NONE)).kind is Kind.COMPONENT
    more = (*mentions, Mention("grinder", 9, 10, 0))
    assert only(resolve([Extraction("p", more)], NONE)).kind is Kind.CONCEPT


def test_definitions_are_the_first_three() -> None:
    definitions = tuple(
        Definition("원두", f"원두는 {n}이다", evidence("p", 50 - n)) for n in (1, 2, 2, 3, 4)
    )
    concept = only(resolve([Extraction("p", definitions=definitions)], NONE))
    assert [d.text for d in concept.definitions] == ["원두는 4이다", "원두는 3이다", "원두는 2이다"]


@pytest.mark.parametrize("junk", ["", "  ", "--", "123", "1.2.3", "…", "가" * 81])
def test_junk_is_dropped_with_its_statements(junk: str) -> None:
    resolution = resolve([note(junk, "원두", triples=[(junk, "uses", "원두")])], NONE)
    assert [c.id for c in resolution.concepts] == ["원두"]
    assert resolution.statements == ()


# ---------------------------------------------------------------- statements


def test_statements() -> None:
    first = evidence("p", 3)
    candidates = (
        Candidate("파드", "uses", "원두", first),
        Candidate("Pod", "uses", "원두", Evidence("p", "q", 3, 4, "second", "1")),
        Candidate("파드", "uses", "원두", first, negated=True, condition="밤이면"),
        Candidate("파드", "갈아 마시다", "원두", first, minted=True),
        Candidate("파드", "frobnicates", "원두", first),
        Candidate("파드", "uses", "pods", first),
    )
    statements = resolve([Extraction("p", candidates=candidates)], LEXICON, {"uses"}).statements
    found = [(s.relation, s.negated, s.condition, s.minted, s.evidence.rule) for s in statements]
    assert found == [
        ("frobnicates", False, "", True, "test"),
        ("uses", False, "", False, "test"),
        ("uses", True, "밤이면", False, "test"),
        ("갈아-마시다", False, "", True, "test"),
    ]
    assert {(s.subject, s.object) for s in statements} == {("pod", "원두")}


def test_occurrences() -> None:
    assert resolve([note("파드", "파드", "Pod")], LEXICON).occurrences == (
        Occurrence("pod", "p", 0, 2),
        Occurrence("pod", "p", 10, 12),
        Occurrence("pod", "p", 20, 23),
    )


def test_a_name_that_only_a_bracket_holds_is_a_label_or_nothing() -> None:
    pairs = [("그라인더", "grinder"), ("원두", "Running")]
    resolution = resolve([note("그라인더", pairs=pairs)], NONE)
    assert [c.names for c in resolution.concepts] == [("그라인더", "grinder")]


# ---------------------------------------------------------------- the user's word


def test_user_wins() -> None:
    notes = [note("파드", "Pod", "컨테이너", "참고")]
    said = Overrides(merge=(("Pod", "컨테이너"),), split=("파드",), ignore=("참고",))
    resolution = resolve(notes, LEXICON, overrides=said)
    assert [c.id for c in resolution.concepts] == ["pod", "파드"]
    assert {"Pod", "컨테이너"} <= set(resolution.concepts[0].names)
    assert resolution.concepts[1].names == ("파드",)


def test_user_may_merge_two_entries_and_all_their_names() -> None:
    said = Overrides(merge=(("Pod", "container"),))
    resolution = resolve([note("파드", "Pod", "컨테이너", "container")], LEXICON, overrides=said)
    concept = only(resolution)
    assert concept.id == "pod"
    assert {"파드", "Pod", "컨테이너", "container"} <= set(concept.names)


def test_user_names_what_the_notes_do_not() -> None:
    said = Overrides(merge=(("원두", "커피콩"), ("없는", "것들")))
    resolution = resolve([note("원두")], NONE, overrides=said)
    assert [c.names for c in resolution.concepts] == [("원두", "커피콩")]


def test_overrides_file(tmp_path: Path) -> None:
    path = tmp_path / "aliases.toml"
    assert load_overrides(path) == Overrides()
    path.write_text('merge = [["가", "나"]]\nsplit = ["다"]\n', encoding="utf-8")
    assert load_overrides(path) == Overrides((("가", "나"),), ("다",))


@pytest.mark.parametrize(
    "text", ["merge = 1", 'merge = ["가"]', "splits = []", "split = [1]", "x ="]
)
def test_bad_overrides(tmp_path: Path, text: str) -> None:
    path = tmp_path / "aliases.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=r"aliases\.toml"):
        load_overrides(path)


# ---------------------------------------------------------------- properties

POOL = [
    "파드", "Pod", "pods", "PODS", "파드들", "컨테이너", "container", "Containers", "어플리케이션",
    "애플리케이션 서버", "application server", "espresso", "에스프레소", "에스프레소 머신",
    "Espresso Machine", "roast", "roasts", "VFU", "vacuum filter unit", "진공 장치", "123", "",
    "로스팅-곡선", "로스팅 곡선", "kube-apiserver", "API 서버",
    unicodedata.normalize("NFD", "파드"),
]  # fmt: skip
surfaces = st.sampled_from(POOL)
notes_strategy = st.lists(
    st.tuples(
        st.lists(surfaces, max_size=6),
        st.lists(st.tuples(surfaces, surfaces), max_size=3),
        st.lists(
            st.tuples(surfaces, st.sampled_from(["uses", "runs", "볶다"]), surfaces), max_size=3
        ),
    ),
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(notes_strategy, st.randoms(use_true_random=False))
def test_order_does_not_matter(
    drawn: list[tuple[list[str], list[tuple[str, str]], list[tuple[str, str, str]]]],
    chance: random.Random,
) -> None:
    notes = [note(*s, post=f"p{i}", pairs=p, triples=t) for i, (s, p, t) in enumerate(drawn)]
    expected = resolve(notes, LEXICON)
    shuffled = list(notes)
    chance.shuffle(shuffled)
    assert resolve(shuffled, LEXICON) == expected


@settings(max_examples=60, deadline=None)
@given(notes_strategy)
def test_skos_integrity(
    drawn: list[tuple[list[str], list[tuple[str, str]], list[tuple[str, str, str]]]],
) -> None:
    notes = [note(*s, post=f"p{i}", pairs=p, triples=t) for i, (s, p, t) in enumerate(drawn)]
    resolution = resolve(notes, LEXICON)
    ids = [c.id for c in resolution.concepts]
    assert ids == sorted(set(ids))
    for concept in resolution.concepts:
        labels = [*concept.pref, *concept.alt, *concept.hidden]
        assert len(labels) == len(set(labels))
        languages = [label.lang for label in concept.pref]
        assert languages
        assert len(languages) == len(set(languages))
        assert all(unicodedata.is_normalized("NFC", label.text) for label in labels)
    for statement in resolution.statements:
        assert {statement.subject, statement.object} <= set(ids)
        assert statement.subject != statement.object
    assert {o.concept for o in resolution.occurrences} <= set(ids)
