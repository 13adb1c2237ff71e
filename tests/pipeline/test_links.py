"""Links between posts, from every way of writing one to edges of the graph."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgraph.config import Settings
from kgraph.library import Kgraph
from kgraph.pipeline.ingest import ingest
from kgraph.pipeline.links import links_between, with_links_only
from kgraph.read import SourceFile, read_file
from kgraph.types import Post

URL = "https://blog.example/entry/%ED%8C%8C%EB%93%9C"


def post(name: str, text: str) -> Post:
    source = SourceFile(Path(f"{name}.md"), f"{name}.md", name)
    (found,) = read_file(source, data=text.encode())
    assert isinstance(found, Post)
    return found


TARGETS = [
    post("k8s/2024-03-01-파드", f"---\ntitle: 파드란\nurl: {URL}\naliases: [Pod]\n---\n본문"),
    post("k8s/노드", "# 노드\n본문"),
    post("aws/iam", "# IAM 정리\n본문"),
    post("gcp/iam", "# 다른 IAM\n본문"),
]
POD, NODE, IAM = "k8s/2024-03-01-파드", "k8s/노드", "aws/iam"


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("[[파드란]]", POD),
        ("[[pod]]", POD),
        ("[[파드]]", POD),
        ("[[2024-03-01-파드#수명|그 글]]", POD),
        ("[[노드^abc]]", NODE),
        ("[[k8s/노드]]", NODE),
        ("[[iam]]", None),
        ("[[aws/iam]]", IAM),
        ("[[없는 글]]", None),
        ("[글](노드.md)", NODE),
        ("[글](./노드.md#절)", NODE),
        ("[글](%EB%85%B8%EB%93%9C.md)", NODE),
        ("[글](../aws/iam.md)", IAM),
        ("[글](/aws/iam)", IAM),
        ("[글](iam.md)", None),
        (f"[글]({URL})", POD),
        ("[글](http://www.blog.example/m/entry/파드/?x=1#y)", POD),
        (f"<{URL}>", POD),
        ("[글](https://elsewhere.example/entry/파드)", None),
        ("[글](mailto:a@b.example)", None),
        ("[글](#절)", None),
        ("[글]({% post_url 2024-03-01-파드 %})", POD),
        ('[글]({{< ref "k8s/노드.md" >}})', NODE),
        ("[자기](here.md)", None),
    ],
)
def test_a_link_leads_to_the_post_it_names(link: str, target: str | None) -> None:
    here = post("k8s/here", f"# 여기\n\n{link} 를 보라.\n")
    expected = {"k8s/here": (target,)} if target else {}
    assert links_between([here, *TARGETS]) == expected
    less = with_links_only(here)
    assert "".join(block.text for block in less.blocks) == ""
    assert links_between([less, *map(with_links_only, TARGETS)]) == expected


def test_links_are_edges_of_the_graph(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("# 첫 글\n\n[[둘째 글]]과 [[첫 글]]을 보라. [b](b.md)", "utf-8")
    (notes / "b.md").write_text("# 둘째 글\n\n파드는 노드에서 돈다.", "utf-8")
    settings = Settings(indexes=tmp_path / "indexes")
    ingest([notes], settings)
    rows = Kgraph(settings).sparql("links").rows
    assert [[term.value for term in row if term] for row in rows] == [
        [
            "https://kgraph.example/post/a",
            "첫 글",
            "https://kgraph.example/post/b",
            "둘째 글",
        ]
    ]
