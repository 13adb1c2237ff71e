from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.types import Block, BlockKind, Concept, Label, Run


def _block(pieces: list[tuple[str, str]]) -> tuple[Block, str]:
    """A block and its source, from (markup, text) pairs: markup stands only in the source."""
    source, text, runs = "", "", []
    for markup, visible in pieces:
        source += markup
        if visible:
            runs.append(Run(len(text), len(source), len(visible)))
        source += visible
        text += visible
    return Block(BlockKind.PARAGRAPH, text, tuple(runs), 0, len(source)), source


PIECES = st.lists(
    st.tuples(st.text("*`_[]", max_size=3), st.text("가나다 abc", min_size=1, max_size=6)),
    min_size=1,
    max_size=6,
)


@given(PIECES, st.data())
def test_a_source_span_starts_and_ends_with_the_characters_of_the_block_span(
    pieces: list[tuple[str, str]], data: st.DataObject
) -> None:
    block, source = _block(pieces)
    start = data.draw(st.integers(0, len(block.text) - 1))
    end = data.draw(st.integers(start + 1, len(block.text)))
    low, high = block.source_span(start, end)
    found = source[low:high]
    assert (found[0], found[-1]) == (block.text[start], block.text[end - 1])
    assert "".join(c for c in found if c not in "*`_[]") == block.text[start:end]


def test_a_span_that_stands_nowhere_in_the_source_is_refused() -> None:
    block = Block(BlockKind.PARAGRAPH, "ab&c", (Run(0, 0, 2), Run(3, 7, 1)), 0, 8)
    assert block.source_span(1, 4) == (1, 8)
    with pytest.raises(ValueError, match="nowhere in the source"):
        block.source_span(2, 3)


def test_a_concept_answers_in_the_language_asked_or_in_what_it_has() -> None:
    both = Concept("pod", (Label("파드", "ko"), Label("Pod", "en")), alt=(Label("pods", "en"),))
    one = Concept("etcd", (Label("etcd", "en"),))
    assert (both.label("ko"), both.label("en"), one.label("ko")) == ("파드", "Pod", "etcd")
    assert both.names == ("파드", "Pod", "pods")
