"""What a question says of the posts it asks about."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kgraph.ask.filters import read_filters
from kgraph.index.rows import Filter


@dataclass(frozen=True)
class Post:
    id: str
    title: str
    tags: tuple[str, ...] = ()
    date: str = ""
    lang: str = "ko"


POSTS = [Post("cka/6", "CKA 대비 kubernetes 스터디 - 6", ("kubernetes",)), Post("ivs", "AWS IVS")]
TAGGED = Filter(tags=frozenset(["kubernetes"]))


@pytest.mark.parametrize(
    ("text", "rest", "only"),
    [
        ("'AWS IVS' 글에서 SDK는 무엇인가?", "SDK는 무엇인가?", Filter(posts=frozenset(["ivs"]))),
        ('In the post "AWS IVS", what is it?', "what is it?", Filter(posts=frozenset(["ivs"]))),
        ("#kubernetes 글에서 파드는 뭐야?", "파드는 뭐야?", TAGGED),
        ("In notes tagged Kubernetes what is it?", "what is it?", TAGGED),
        ("2023년에 쓴 글에서 파드는 뭐야?", "파드는 뭐야?", Filter(since="2023", until="2023")),
        ("2023년 4월 글에서 파드는?", "파드는?", Filter(since="2023-04", until="2023-04")),
        (
            "In posts from 2021, what is a pod?",
            "what is a pod?",
            Filter(since="2021", until="2021"),
        ),
        ("'없는 제목' 글에서 파드는 뭐야?", "'없는 제목' 글에서 파드는 뭐야?", Filter()),
        ("#nothing 글에서 파드는 뭐야?", "#nothing 글에서 파드는 뭐야?", Filter()),
        ("파드는 2023년에 나왔나?", "파드는 2023년에 나왔나?", Filter()),
    ],
)
def test_posts_tags_and_dates_are_read_and_taken_out(text: str, rest: str, only: Filter) -> None:
    assert read_filters(text, lambda: POSTS, Filter()) == (rest, only)


def test_what_was_given_is_narrowed_and_never_widened() -> None:
    inside, outside = Filter(posts=frozenset(["cka"])), Filter(tags=frozenset(["aws"]))
    text = "'CKA 대비' 글에서 파드는 뭐야?"
    narrowed = Filter(posts=frozenset(["cka/6"]))
    assert read_filters(text, lambda: POSTS, inside) == ("파드는 뭐야?", narrowed)
    assert read_filters(text, lambda: POSTS, outside) == (text, outside)
