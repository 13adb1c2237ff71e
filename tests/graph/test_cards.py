from __future__ import annotations

import pytest

from kgraph.errors import NotFoundError
from kgraph.graph.cards import Card, Described, Relationship, card, find_concept, the_concept
from kgraph.graph.store import GraphStore
from kgraph.types import Citation, Label, Merge

C = "https://kgraph.example/concept/"
R = "https://kgraph.example/relation/"


@pytest.mark.parametrize(
    "name",
    [
        "kube-apiserver",
        "c:kube-apiserver",
        f"<{C}kube-apiserver>",
        C + "kube-apiserver",
        "Kube APIserver",
        "KUBE_API_SERVER",
        "api 서버",
        "API서버",
        "API 서버",  # NFD
        " API-server ",
    ],
)
def test_a_concept_is_found_by_any_spelling_of_its_names(store: GraphStore, name: str) -> None:
    assert find_concept(store, name) == [C + "kube-apiserver"]


def test_nothing_is_found_by_other_names(store: GraphStore) -> None:
    assert find_concept(store, "") == []
    assert find_concept(store, "<not an iri") == []
    assert find_concept(store, "controls") == []
    with pytest.raises(NotFoundError, match="did you mean API 서버"):
        the_concept(store, "kube-apiservr")
    with pytest.raises(NotFoundError, match="try `kgraph search`"):
        the_concept(store, "불가사리")


def test_a_card(store: GraphStore) -> None:
    url = "https://notes.example/api"
    in_api = Citation("개념/api", "API 서버", url, "kube-apiserver는 접근을 통제한다.", 0, 25)
    denied = Citation("개념/api", "API 서버", url, "파드를 만들지 않는다.", 26, 38)
    in_pod = Citation("pod", "Pod", "", "API 서버는 접근을 통제한다.", 31, 48)
    assert card(store, C + "kube-apiserver") == Card(
        iri=C + "kube-apiserver",
        id="kube-apiserver",
        label="API 서버",
        kind="component",
        preferred=(Label("API 서버", "ko"), Label("kube-apiserver", "en")),
        alternative=(Label("API server", "en"),),
        hidden=(Label("kube apiserver", "en"),),
        mentions=3,
        definitions=(),
        relations=(
            Relationship(
                R + "controls", "통제한다", C + "access", "접근", True, False, "", (in_pod, in_api)
            ),
            Relationship(R + "creates", "생성한다", C + "pod", "파드", True, True, "", (denied,)),
        ),
        posts=(("개념/api", "API 서버", url),),
        merges=(Merge("API 서버", "lexicon", "kube-apiserver"),),
    )


def test_a_card_seen_from_the_object_in_english(store: GraphStore) -> None:
    seen = card(store, C + "pod", "en")
    assert seen.label == "Pod"
    assert seen.definitions == (
        Described("파드는 객체이다.", Citation("pod", "Pod", "", "파드는 객체이다.", 21, 30)),
    )
    assert [(x.label, x.name, x.outgoing, x.condition) for x in seen.relations] == [
        ("is a", "object", True, ""),
        ("← creates", "kube-apiserver", False, ""),
        ("← creates", "ReplicaSet", False, ""),
        ("← 만들어 내다", "ReplicaSet", False, "항상"),
    ]
    access = card(store, C + "access", "en")
    assert [x.label for x in access.relations] == ["is controlled by"]


def test_no_card_of_what_is_no_concept(store: GraphStore) -> None:
    for iri in (C + "nothing", R + "controls", "not an iri"):
        with pytest.raises(NotFoundError):
            card(store, iri)
