"""English verbs whose meaning is in the words behind them."""

from __future__ import annotations

import pytest

from kgraph.extract.english import read_english
from kgraph.vocab.relations import load_relations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The scheduler keeps track of nodes.", [("scheduler", "monitors", "nodes")]),
        ("The hook gets rid of stale data.", [("hook", "removes", "stale data")]),
        ("Nginx sits in front of Tomcat.", [("Nginx", "connectsTo", "Tomcat")]),
        ("The file sits in a bucket.", [("file", "locatedIn", "bucket")]),
        ("The broker keeps messages.", [("broker", "stores", "messages")]),
        ("The controller is responsible for nodes.", [("controller", "handles", "nodes")]),
        ("Docker is written in Go.", [("Docker", "uses", "Go")]),
        ("The log is written to disk by the broker.", [("log", "storedIn", "disk")]),
    ],
)
def test_the_longest_preposition_is_read(text: str, expected: list[tuple[str, str, str]]) -> None:
    facts = read_english(text, load_relations())
    assert [(f.subject, f.relation, f.object) for f in facts] == expected
