"""What is related is read as it was written."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.index.naming import Edge, Naming
from kgraph.index.neighbourhood import build_related, load
from kgraph.storage.notes import PostInfo
from kgraph.types import (
    Concept,
    Evidence,
    Label,
    Occurrence,
    Record,
    RecordKind,
    Resolution,
    Statement,
)
from kgraph.vocab import load_relations

CONCEPTS = ("pie", "sky", "돌", "사과")  # ascending, as those of a resolution
POSTS = ("b", "c", "가")
RELATIONS = load_relations()

mentions = st.sets(
    st.tuples(st.sampled_from(POSTS), st.integers(0, 60), st.sampled_from(CONCEPTS)), max_size=25
)
statements = st.lists(
    st.builds(
        lambda s, r, o, post, quote, negated: Statement(
            s, r, o, Evidence(post, quote, 0, len(quote), "rule", "1"), negated
        ),
        *(st.sampled_from(x) for x in (CONCEPTS, ("creates", "새로"), CONCEPTS, POSTS)),
        st.text("가a é\n", min_size=1, max_size=5),
        st.booleans(),
    ),
    max_size=12,
)


def _post(name: str) -> PostInfo:
    return PostInfo(name, f"title {name}", "", "", (), "en", f"{name}.md", "markdown", "")


@settings(max_examples=80, deadline=None)
@given(mentions, statements)
def test_mentions_and_statements_are_read_as_they_were_written(
    found: set[tuple[str, int, str]], said: list[Statement]
) -> None:
    concepts = tuple(Concept(x, (Label(x, "en"),), mentions=1) for x in CONCEPTS)
    occurrences = tuple(
        Occurrence(c, p, start, start + 2)
        for p, start, c in sorted(found, key=lambda x: (x[0], x[1], x[2]))
    )
    with tempfile.TemporaryDirectory() as name:
        resolution = Resolution(concepts, tuple(said), occurrences)
        build_related(Path(name), resolution, map(_post, POSTS), RELATIONS)
        naming = Naming(load(Path(name)))
    kept: dict[tuple[int, str, int], Edge] = {}
    for s in said:
        label = RELATIONS[s.relation].en if s.relation in RELATIONS else s.relation
        key = (CONCEPTS.index(s.subject), label, CONCEPTS.index(s.object))
        quote = " ".join(s.evidence.quote.split())
        if not s.negated:
            kept.setdefault(key, Edge(*key, POSTS.index(s.evidence.post), quote))
    for i, concept in enumerate(CONCEPTS):
        edges = [edge for edge in kept.values() if i in (edge.subject, edge.target)]
        assert naming.edges(i) == edges
        assert naming.stated[i] == len(edges)
        others = [edge.target if edge.subject == i else edge.subject for edge in edges]
        assert naming.stated_with(i).tolist() == others
        spots = sorted((p, start) for p, start, c in found if c == concept)
        assert naming.spots(i) == spots
        assert naming.posts(i).tolist() == sorted({POSTS.index(p) for p, _ in spots})
    for p, post in enumerate(POSTS):
        there = {(start, CONCEPTS.index(c)) for q, start, c in found if q == post}
        assert naming.named(p) == sorted({c for _, c in there})
        record = Record(1, RecordKind.PASSAGE, "", "", post, "", "", 10, 40, "")
        assert naming.in_passage(record) == sorted({c for s, c in there if 10 <= s < 40})
