from __future__ import annotations

from collections.abc import Sequence

import pytest

from kgraph.doctor.audit import contradictions, hubs, near_duplicates
from kgraph.graph.rdf import Activity, knowledge_quads
from kgraph.graph.store import GraphStore
from kgraph.resolution.resolve import resolve
from kgraph.storage.notes import PostInfo
from kgraph.types import Candidate, Evidence, Extraction, Mention
from kgraph.vocab.lexicon import Lexicon, load_lexicon

Said = tuple[str, str, str, bool, str]  # subject, relation, object, negated, condition


def graph(posts: dict[str, Sequence[Said]], mentions: Sequence[str] = ()) -> GraphStore:
    extractions = [
        Extraction(
            post,
            tuple(Mention(m, 10 * i, 10 * i + len(m), 0) for i, m in enumerate(mentions)),
            tuple(
                Candidate(
                    s, r, o, Evidence(post, f"{s} {r} {o}.", i, i + 1, "t", "1"), neg, condition
                )
                for i, (s, r, o, neg, condition) in enumerate(said)
            ),
        )
        for post, said in posts.items()
    ]
    infos = [PostInfo(p, p, "", "", (), "ko", f"{p}.md", "markdown", "0" * 64) for p in posts]
    resolution = resolve(extractions, Lexicon())
    return GraphStore.memory(knowledge_quads(infos, resolution, {}, Activity("d", "1", "1", "m")))


def test_a_hub_that_is_an_ordinary_noun() -> None:
    rows = [(f"부품 {i}", "uses", "느낌", False, "") for i in range(30)]
    rows += [(f"기계 {i}", "uses", "컨테이너", False, "") for i in range(30)]
    found = list(hubs(graph({"p": rows}), load_lexicon()))
    assert [(item.check, item.message, item.mend) for item in found] == [
        (
            "hub",
            "느낌 has 30 neighbours and 0 mentions, and names little by itself",
            "kgraph alias ignore 느낌",
        )
    ]
    assert found[0].evidence[0] == "p: “부품 0 uses 느낌.”"


def test_contradictions_are_of_two_posts_under_one_condition() -> None:
    yes: Said = ("그라인더", "supports", "원두", False, "")
    no: Said = ("그라인더", "supports", "원두", True, "")
    found = list(contradictions(graph({"a": [yes], "b": [no]})))
    assert [(item.message, item.evidence) for item in found] == [
        (
            "그라인더 supports 원두: one post says so, another denies it",
            ("a: “그라인더 supports 원두.”", "b: “그라인더 supports 원두.”"),
        )
    ]
    at_night = (*no[:4], "밤이면")
    assert list(contradictions(graph({"a": [yes, no]}))) == []
    assert list(contradictions(graph({"a": [yes], "b": [at_night]}))) == []
    assert list(contradictions(graph({"a": [yes], "b": [yes]}))) == []


@pytest.mark.parametrize(
    ("mentions", "mend"),
    [
        (("포터필터", "포타필터"), "kgraph alias merge 포타필터 포터필터"),
        (("portafilter", "portfilter"), "kgraph alias merge portafilter portfilter"),
        (("스케줄러", "스케줄링"), None),  # two terms of the lexicon
        (("송신 버퍼", "수신 버퍼"), None),  # contraries
        (("머신 v1", "머신 v2"), None),  # versions
        (("동기 방식", "비동기 방식"), None),  # contraries
        (("원두", "원주"), None),  # too short to tell
    ],
)
def test_near_duplicates(mentions: tuple[str, ...], mend: str | None) -> None:
    found = list(near_duplicates(graph({"p": ()}, mentions), load_lexicon()))
    assert [item.mend for item in found] == ([mend] if mend else [])
