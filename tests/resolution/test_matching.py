from __future__ import annotations

import pytest

from kgraph.resolution.matching import Match, Matcher
from kgraph.vocab.lexicon import load_lexicon

NAMES = {
    "pod": ["Pod", "파드"],
    "파드-스케줄링": ["파드 스케줄링"],
    "kube-apiserver": ["kube-apiserver"],
    "metrics-server": ["Metrics Server"],
    "espresso": ["에스프레소"],
    "--grind-size": ["--grind-size"],
    "server": ["server", "서버"],
    "api-서버": ["API 서버"],
}


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(NAMES, load_lexicon())


def spans(matcher: Matcher, text: str) -> list[tuple[str, str, str]]:
    return [(text[m.start : m.end], m.concept, m.reason) for m in matcher.match(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kube-apiserver는 왜 있나?", [("kube-apiserver", "kube-apiserver", "exact")]),
        ("파드를 서버에서", [("파드", "pod", "exact"), ("서버", "server", "exact")]),
        ("API 서버는?", [("API 서버", "api-서버", "exact")]),
        ("what is an API server", [("API server", "api-서버", "compound")]),
        ("Why pod scheduling?", [("pod scheduling", "파드-스케줄링", "compound")]),
        ("포드란", [("포드", "pod", "lexicon")]),
        ("which pods", [("pods", "pod", "plural")]),
        ("metric server의", [("metric server", "metrics-server", "plural")]),
        ("how strong is espresso?", [("espresso", "espresso", "sound")]),
        ("metrics servr", [("metrics servr", "metrics-server", "spelling")]),
        ("에스프래소는", [("에스프래소", "espresso", "spelling")]),
        ("파드서버는?", [("파드", "pod", "spacing"), ("서버", "server", "exact")]),
        ("--grind-size 값", [("--grind-size", "--grind-size", "exact")]),
        ("아무것도 없다", []),
        ("", []),
    ],
)
def test_match(matcher: Matcher, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert spans(matcher, text) == expected


def test_sure_matches_only(matcher: Matcher) -> None:
    assert matcher.match("espresso와 파드", fuzzy=False) == [Match(10, 12, "pod", 1.0, "exact")]


def test_shared_name_gives_both() -> None:
    matcher = Matcher({"a": ["Mercury"], "b": ["mercury"]})
    assert [m.concept for m in matcher.match("Mercury?")] == ["a", "b"]


def test_find(matcher: Matcher) -> None:
    assert [m.concept for m in matcher.find(" 파드들 ")] == ["pod"]
    assert matcher.find("") == []
    assert matcher.find("레코드판") == []


def test_a_particle_that_the_notes_took_for_part_of_a_name_is_left_out() -> None:
    matcher = Matcher({"pod": ["파드", "Pod"], "파드가": ["파드가"]}, load_lexicon())
    (found,) = matcher.match("파드가 뜬다", fuzzy=False)
    assert (found.end, found.concept) == (3, "파드가")
    bare = matcher.bare("파드가 뜬다", found)
    assert (bare.start, bare.end, bare.concept) == (0, 2, "pod")
    (other,) = matcher.match("Pod", fuzzy=False)
    assert matcher.bare("Pod", other) == other


def test_a_name_that_ends_like_a_plural_is_none() -> None:
    names = {"dos": ["DoS", "서비스 거부"], "bundle": ["번들", "bundle"], "vm": ["VMs"]}
    matcher = Matcher(names, load_lexicon())
    text = "do it three times; 세 번 하면 VM이 뜬다"
    found = [(text[m.start : m.end], m.concept) for m in matcher.match(text, fuzzy=False)]
    assert found == [("VM", "vm")]
    assert [m.concept for m in matcher.match("DoS와 번들", fuzzy=False)] == ["dos", "bundle"]
