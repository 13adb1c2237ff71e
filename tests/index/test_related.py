"""What is near to a draft: told once, not in another form, and what the notes treat of first."""

from __future__ import annotations

import numpy as np
import pytest

from kgraph.config import Settings
from kgraph.index.forms import _field_of
from kgraph.index.naming import Naming
from kgraph.index.neighbourhood import Data, Numbers
from kgraph.library import Kgraph
from kgraph.pipeline.ingest import ingest

NOTES = {
    "grinder": "# 그라인더\n\n그라인더(grinder)는 원두를 분쇄한다. 그라인더는 모터를 사용한다. "
    "그라인더는 커피를 만든다.\n",
    "filter": "# 필터\n\n필터(filter)는 커피를 거른다. 필터는 드리퍼(dripper)를 사용한다. "
    "드리퍼는 필터를 고정한다. 드리퍼는 커피를 내린다.\n",
    "scale": "# 저울\n\n저울(scale)은 원두를 잰다. 커피는 저울을 사용한다. "
    "오토스케일러(autoscaler)와 오토스케일링(autoscaling)은 저울과 다르다. "
    "원두 저울(bean scale)은 무게를 표시한다.\n",
    "sugar": "# 설탕\n\n설탕(sugar)은 커피에 넣는다. 커피는 달다.\n",
}


@pytest.fixture(scope="module")
def kg(tmp_path_factory: pytest.TempPathFactory) -> Kgraph:
    folder = tmp_path_factory.mktemp("related")
    (folder / "notes").mkdir()
    for name, text in NOTES.items():
        (folder / "notes" / f"{name}.md").write_text(text, "utf-8")
    ingest([folder / "notes"], Settings(indexes=folder / "indexes"))
    return Kgraph(Settings(indexes=folder / "indexes"))


def labels(kg: Kgraph, draft: str, k: int = 20) -> list[str]:
    return [concept.label for concept in kg.related(draft, k=k).concepts]


def test_another_form_of_what_the_draft_names_is_not_told(kg: Kgraph) -> None:
    assert {"오토스케일러", "오토스케일링"} & set(labels(kg, "저울로 원두를 잰다"))
    assert "오토스케일링" not in labels(kg, "오토스케일러로 저울을 늘린다")
    assert "오토스케일러" not in labels(kg, "오토스케일링으로 저울을 늘린다")


def test_what_posts_dwell_on_stands_before_what_every_post_names(kg: Kgraph) -> None:
    found = labels(kg, "필터를 접는 법을 적는다")
    assert found.index("드리퍼") < found.index("커피")


def test_a_draft_that_names_nothing_is_answered_by_what_it_means(kg: Kgraph) -> None:
    found = kg.related("아침마다 콩을 곱게 가는 일이 즐겁다는 이야기를 길게 적어 두려고 한다. " * 3)
    assert found.posts
    assert found.concepts


def test_the_same_draft_has_the_same_answer(kg: Kgraph) -> None:
    draft = "필터와 저울로 준비한다"
    assert kg.related(draft) == kg.related(draft)
    assert kg.related(draft) == Kgraph(kg.settings).related(draft)


def test_a_kind_of_what_the_draft_names_is_told(kg: Kgraph) -> None:
    assert "원두 저울" in labels(kg, "그라인더를 산다")
    assert "원두 저울" in labels(kg, "저울에 올린 원두")
    assert "원두 저울" not in labels(kg, "원두 저울에 올린다")


def test_a_name_in_the_heading_says_more_of_what_the_draft_is_about(kg: Kgraph) -> None:
    text = "필터와 저울을 산다."
    matches = kg.matcher.match(text, fuzzy=False)
    plain = kg.neighbours._evidence.seeds(text, matches)
    headed = kg.neighbours._evidence.seeds(
        f"# 저울\n\n{text}", kg.matcher.match(f"# 저울\n\n{text}", fuzzy=False)
    )
    of = {kg.neighbours._naming.data.labels[i]: i for i in headed}
    assert headed[of["필터"]] == plain[of["필터"]]
    assert headed[of["저울"]] > 2 * plain[of["저울"]]


def test_the_drafts_own_post_is_in_no_near_passage(kg: Kgraph) -> None:
    text = "필터와 저울로 준비한다"
    evidence = kg.neighbours._evidence
    seeds = evidence.seeds(text, kg.matcher.match(text, fuzzy=False))
    every = evidence.passages(text, seeds, kg.searcher, "")
    others = evidence.passages(text, seeds, kg.searcher, "filter")
    assert {p.record.post for p in every} - {p.record.post for p in others} == {"filter"}
    for found in (every, others):
        shares = [passage.share for passage in found]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1.0)


def test_a_field_of_what_was_told_is_not_told_too(kg: Kgraph) -> None:
    assert _field_of("ingressclassname", ("인그레스클래스", "ingressclass"))
    assert not _field_of("imagepullpolicy", ("이미지", "image"))
    assert not _field_of("podselector", ("셀렉터", "selector"))


def test_posts_about_what_the_draft_names_are_nearer(kg: Kgraph) -> None:
    evidence, naming = kg.neighbours._evidence, kg.neighbours._naming
    seeds = dict.fromkeys(naming.by_key["필터"], 2.0)
    posts = np.array([naming.post_place["filter"], naming.post_place["sugar"]])
    assert evidence._subject(seeds, posts).tolist() == [1.0, 0.0]
    assert evidence._subject({}, posts).tolist() == [0.0, 0.0]


def test_a_general_word_is_worth_nothing_though_sections_are_headed_by_it() -> None:
    names = [["설정", "configuration"], ["준비 검사"]]
    labels = [known[0] for known in names]
    spots = np.array([(0, 0), (5, 1)], Numbers).tobytes()
    ends = np.array([2], Numbers).tobytes()
    posts = [("p", "글", "")]
    naming = Naming(Data(["a", "b"], labels, names, posts, spots=spots, spot_ends=ends))
    general, phrase = naming.value({0: 0.3, 1: 0.3})
    assert general == 0.0
    assert phrase > naming.value()[1] > 0
