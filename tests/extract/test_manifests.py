"""What manifests in code blocks name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.extract.manifests import manifest_mentions
from kgraph.read import SourceFile, read_file
from kgraph.types import Kind, Post

NOTE = """# 배포하기

`web-front`라는 이름으로 띄운다. 버전은 apps/v1을 쓴다.

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-front
  labels: {app: web}
spec:
  template:
    metadata: {name: other}
---
kind: Service
apiVersion: v1
metadata: {name: "quoted"}
roleRef:
  - kind: ClusterRole
```

```python
kind: int = 3
```
"""


def post(text: str) -> Post:
    (found,) = read_file(SourceFile(Path("a.md"), "a.md", "a"), data=text.encode())
    assert isinstance(found, Post)
    return found


def test_kinds_are_mentions_and_names_where_the_prose_has_them() -> None:
    read = post(NOTE)
    found = [(m.surface, m.kind, m.sentence) for m in manifest_mentions(read)]
    assert found == [
        ("apps/v1", Kind.CONCEPT, -1),
        ("Deployment", Kind.RESOURCE, -1),
        ("web-front", Kind.CONCEPT, -1),
        ("Service", Kind.RESOURCE, -1),
        ("ClusterRole", Kind.RESOURCE, -1),
    ]
    for mention in manifest_mentions(read):
        assert read.text[mention.start : mention.end] == mention.surface


@pytest.mark.parametrize(
    "code",
    ["kind: [", "kind: Pod\n  bad: : :", "kind: &a [*a, *a]", "kind: " + "[" * 5000, "kind: pod"],
)
def test_what_is_no_manifest_names_nothing(code: str) -> None:
    assert list(manifest_mentions(post(f"# 제목\n\n```yaml\n{code}\n```\n"))) == []


@given(st.text(alphabet="kind: PodService\n-{}[]&*!'\"#|>\t가", max_size=80))
def test_any_text_is_read_without_error(code: str) -> None:
    read = post(f"# 제목\n\n```yaml\nkind: Pod\n{code}\n```\n")
    for mention in manifest_mentions(read):
        assert read.text[mention.start : mention.end] == mention.surface
