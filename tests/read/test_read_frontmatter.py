from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.read import read_bytes
from kgraph.read.frontmatter import FrontMatter, front_matter, iso_date


def test_yaml() -> None:
    text = (
        "---\ntitle: '쿠버네티스: 입문'\ndate: 2023-08-20 21:10:00 +0900\ntags: [k8s, '#스터디']\n"
        "categories: devops cloud\naliases: k8s 입문\ncanonical_url: https://a.b/c\n---\n본문\n"
    )
    assert front_matter(text) == FrontMatter(
        start=0,
        end=text.index("\n본문"),
        title="쿠버네티스: 입문",
        date="2023-08-20T21:10:00+09:00",
        url="https://a.b/c",
        tags=("k8s", "스터디", "devops", "cloud"),
        aliases=("k8s 입문",),
    )


def test_toml() -> None:
    text = '+++\ntitle = "CNI"\ndate = 2024-01-02\ntags = ["k8s", "cni"]\n+++\n## 본문\n'
    front = front_matter(text)
    assert (front.title, front.date, front.tags) == ("CNI", "2024-01-02", ("k8s", "cni"))
    assert text[front.end :] == "\n## 본문\n"


def test_broken_yaml_is_read_line_by_line() -> None:
    text = "---\ntitle: [AWS] IAM: 정리\ntags:\n- aws\n- iam\ndate: 2024.3.x\n---\n본문"
    front = front_matter(text)
    assert (front.title, front.tags, front.date) == ("[AWS] IAM: 정리", ("aws", "iam"), "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "본문\n---\ntitle: x\n---\n",
        "---\n\n본문이다.\n\n---\n",
        "---\ntitle: x\n",
        "----\ntitle: x\n----\n",
    ],
)
def test_what_is_no_front_matter(text: str) -> None:
    assert front_matter(text) == FrontMatter()


def test_front_matter_below_the_title() -> None:
    (post,) = read_bytes("# 제목\n\n---\ntags: [a]\nlayout: post\n---\n본문\n".encode(), "x.md")
    assert (post.title, post.tags) == ("제목", ("a",))
    assert [block.text for block in post.blocks] == ["제목", "본문"]


@pytest.mark.parametrize(
    ("text", "name", "title", "date"),
    [
        ("본문", "_posts/2024-02-03-첫-글.md", "첫-글", "2024-02-03"),
        ("## 소제목\n본문", "x.md", "소제목", ""),
        ("본문\n\n## 소제목", "x.md", "x", ""),
        ("본문\n\n# 큰 제목", "x.md", "큰 제목", ""),
        ("---\ntitle: 앞\ndate: 2024-05-06\n---\n# 뒤", "2024-02-03-a.md", "앞", "2024-05-06"),
    ],
)
def test_title_and_date(text: str, name: str, title: str, date: str) -> None:
    (post,) = read_bytes(text.encode(), name)
    assert (post.title, post.date) == (title, date)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-02", "2024-01-02"),
        ("2024-01-02 03:04:05 +0900", "2024-01-02T03:04:05+09:00"),
        ("2024/01/02", "2024-01-02"),
        ("2024.01.02 오후", "2024-01-02"),
        ("2024-13-01", ""),
        ("어제", ""),
        ("", ""),
    ],
)
def test_dates(text: str, expected: str) -> None:
    assert iso_date(text) == expected


@given(st.text(alphabet=st.sampled_from("-+a:[]{}'\"\n ,&*!|>%@#1"), max_size=60))
def test_no_front_matter_stops_a_post_from_being_read(body: str) -> None:
    for fence in ("---", "+++"):
        text = f"{fence}\n{body}\n{fence}\n본문이다.\n"
        (post,) = read_bytes(text.encode(), "x.md")
        assert post.blocks[-1].text.endswith("본문이다.")
