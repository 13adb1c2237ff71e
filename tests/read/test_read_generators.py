"""Notes as site generators and note apps keep them, each with the whole post that it must give."""

from __future__ import annotations

import pytest

from kgraph.read import read_bytes
from kgraph.read.frontmatter import iso_date
from kgraph.types import Post

VELOG = """---
title: [Kubernetes] Pod란?
description: "pod: 정리"
date: 2023-01-05T10:30:00.000Z
tags: ["k8s","docker"]
---
## 정의
Pod는 *컨테이너*를 담는다.
"""

JEKYLL = """---
layout: post
title:  "Pod: 정리"
date:   2021-03-04 12:00:00 +0900
categories: [Cloud, K8s]
tags: [a, b]
---
{% include toc.html %}
Pod는 작다.
{: .notice}
"""

HUGO_TOML = """+++
title = "쿠버네티스"
date = 2022-02-03T04:05:06Z
tags = ["k8s"]
aliases = ["/old/k8s"]
series = ["쿠버 입문"]
+++
{{< note >}}
파드는 작다.
{{< /note >}}
"""

HUGO_JSON = """{
  "title": "도커",
  "date": "2022-02-03",
  "tags": ["docker"]
}

이미지는 틀이다.
"""

HEXO = """title: 도커 볼륨
date: 2019-05-06 07:08:09
tags:
  - docker
categories:
  - [Infra, Docker]
---
볼륨은 남는다.

<!-- more -->

끝이다.
"""

HEXO_JSON = """"title": "도커 볼륨",
"date": "2019/05/06 07:08:09",
"tags": ["docker"]
;;;

볼륨은 남는다.
"""

OBSIDIAN = """---
aliases: [파드, Pod 노트]
tags: [k8s/workload]
---
# Pod
#k8s/core #정리

[[ReplicaSet|레플리카셋]]이 #pod 를 만든다. %%나중에 확인%% ^def1

- 임시적이다 ^b2

![[그림.png]]

%%
여러 줄
%%
C#은 언어다. 이슈 #12
"""

NOTION = """# RBAC 노트

Tags: security, k8s
Created: January 5, 2023 10:30 PM
Status: Done

Role은 권한을 묶는다.
"""

PAGE = """<!doctype html>
<html lang="ko"><head><title>Pod 정리 | 어느 블로그</title>
<link rel="canonical" href="https://a.example/pod">
<meta property="article:published_time" content="2022-03-04T05:06:07+09:00"></head>
<body><header><a href="/">어느 블로그</a></header>
<nav><ul><li><a href="/a">홈</a></li><li><a href="/b">소개</a></li></ul></nav>
<div class="wrap"><div class="post"><h1>Pod 정리</h1>
<p>Pod는 컨테이너를 담는 쿠버네티스의 가장 작은 배포 단위이다.</p>
<pre><code class="language-bash">kubectl get pod</code></pre>
<p>Deployment는 ReplicaSet을 만들고 ReplicaSet은 Pod의 수를 지킨다. <x-ad>광고</x-ad></p>
<a rel="tag" href="/t/k8s">#k8s</a>
<aside>이 글을 공유하기</aside></div>
<div class="side"><h3>인기 글</h3><ul><li><a href="/c">도커 설치</a></li></ul></div></div>
<footer>© 2022 어느 블로그. 모든 권리 보유.</footer></body></html>
"""

JEKYLL_HTML = """---
title: 손으로 쓴 글
date: 2020-01-02
tags: html
---
<p>파드는 {{ site.name }} 작다.</p>
"""


def read(name: str, text: str) -> Post:
    (post,) = read_bytes(text.encode(), name)
    for block in post.blocks:
        for run in block.runs:
            here = block.text[run.block_start : run.block_start + run.length]
            assert post.text[run.source_start : run.source_start + run.length] == here
    return post


def told(post: Post) -> tuple[object, ...]:
    blocks = [(block.kind.value, block.text) for block in post.blocks]
    return post.title, post.date, post.tags, post.aliases, post.series, post.url, blocks


EXPECTED: dict[str, tuple[str, tuple[object, ...]]] = {
    "velog/pod.md": (
        VELOG,
        (
            "[Kubernetes] Pod란?",
            "2023-01-05T10:30:00+00:00",
            ("k8s", "docker"),
            (),
            "",
            "",
            [("heading", "정의"), ("paragraph", "Pod는 컨테이너를 담는다.")],
        ),
    ),
    "_posts/2021-03-04-pod.md": (
        JEKYLL,
        (
            "Pod: 정리",
            "2021-03-04T12:00:00+09:00",
            ("a", "b", "Cloud", "K8s"),
            (),
            "",
            "",
            [("paragraph", "Pod는 작다.")],
        ),
    ),
    "content/k8s.md": (
        HUGO_TOML,
        (
            "쿠버네티스",
            "2022-02-03T04:05:06+00:00",
            ("k8s",),
            ("/old/k8s",),
            "쿠버 입문",
            "",
            [("paragraph", "파드는 작다.")],
        ),
    ),
    "content/docker.md": (
        HUGO_JSON,
        ("도커", "2022-02-03", ("docker",), (), "", "", [("paragraph", "이미지는 틀이다.")]),
    ),
    "source/_posts/volume.md": (
        HEXO,
        (
            "도커 볼륨",
            "2019-05-06T07:08:09",
            ("docker", "Infra", "Docker"),
            (),
            "",
            "",
            [("paragraph", "볼륨은 남는다."), ("paragraph", "끝이다.")],
        ),
    ),
    "source/_posts/volume-json.md": (
        HEXO_JSON,
        ("도커 볼륨", "2019-05-06", ("docker",), (), "", "", [("paragraph", "볼륨은 남는다.")]),
    ),
    "vault/Pod.md": (
        OBSIDIAN,
        (
            "Pod",
            "",
            ("k8s/workload", "k8s/core", "정리", "pod"),
            ("파드", "Pod 노트"),
            "",
            "",
            [
                ("heading", "Pod"),
                ("paragraph", "레플리카셋이 pod 를 만든다."),
                ("item", "임시적이다"),
                ("paragraph", "C#은 언어다. 이슈 #12"),
            ],
        ),
    ),
    "RBAC 노트 0123456789abcdef0123456789abcdef.md": (
        NOTION,
        (
            "RBAC 노트",
            "2023-01-05T22:30:00",
            ("security", "k8s"),
            (),
            "",
            "",
            [("heading", "RBAC 노트"), ("paragraph", "Role은 권한을 묶는다.")],
        ),
    ),
    "saved/pod.html": (
        PAGE,
        (
            "Pod 정리",
            "2022-03-04T05:06:07+09:00",
            ("k8s",),
            (),
            "",
            "https://a.example/pod",
            [
                ("heading", "Pod 정리"),
                ("paragraph", "Pod는 컨테이너를 담는 쿠버네티스의 가장 작은 배포 단위이다."),
                ("code", "kubectl get pod"),
                (
                    "paragraph",
                    "Deployment는 ReplicaSet을 만들고 ReplicaSet은 Pod의 수를 지킨다. 광고",
                ),
            ],
        ),
    ),
    "_posts/2020-01-02-hand.html": (
        JEKYLL_HTML,
        ("손으로 쓴 글", "2020-01-02", ("html",), (), "", "", [("paragraph", "파드는 작다.")]),
    ),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_note_of_each_generator(name: str) -> None:
    text, expected = EXPECTED[name]
    assert told(read(name, text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{ 중괄호로 시작하는 글",
        '{"a": 1}\n본문',
        '"따옴표"로 시작한다\n;;;\n',
        "title: 없는 끝\n\n본문",
        "date: 2020-01-01 그날의 기록\n본문이다: [\n---\n끝",
    ],
)
def test_what_only_looks_like_front_matter_stays(text: str) -> None:
    post = read("a.md", text)
    first = post.blocks[0]
    assert post.text[first.start :].startswith(text.lstrip()[:4])


def test_properties_are_notions_only_in_its_export() -> None:
    assert [block.text for block in read("RBAC.md", NOTION).blocks] == [
        "RBAC 노트",
        "Tags: security, k8s Created: January 5, 2023 10:30 PM Status: Done",
        "Role은 권한을 묶는다.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("January 5, 2023 10:30 AM", "2023-01-05T10:30:00"),
        ("Dec 31, 2022 12:05 AM", "2022-12-31T00:05:00"),
        ("2023년 1월 5일 오후 12:30", "2023-01-05T12:30:00"),
        ("2023년 1월 5일", "2023-01-05"),
        ("2023년 13월 5일", ""),
        ("January 5, 2023 25:30", ""),
    ],
)
def test_dates_as_notion_writes_them(text: str, expected: str) -> None:
    assert iso_date(text) == expected
