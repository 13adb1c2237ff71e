"""The graph as tables (CSV) and as JSON lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

import msgspec

from kgraph.exports.model import Graph

_SEPARATOR = "; "


def csv_files(graph: Graph) -> Iterator[tuple[str, bytes]]:
    """``nodes.csv``, ``edges.csv`` and ``evidence.csv`` with a header each (RFC 4180, UTF-8).

    The file begins with a byte order mark: spreadsheets take Hangul for something else without it.
    An edge's ``statement`` is what its evidence refers to.
    """
    yield (
        "nodes.csv",
        _csv(
            (
                "id",
                "iri",
                "kind",
                "label_ko",
                "label_en",
                "names",
                "definition",
                "mentions",
                "posts",
            ),
            (
                (
                    *(n.id, n.iri, n.kind, n.label("ko"), n.label("en"), _SEPARATOR.join(n.names)),
                    *(n.definitions[0] if n.definitions else "", n.mentions, len(n.posts)),
                )
                for n in graph.nodes
            ),
        ),
    )
    yield (
        "edges.csv",
        _csv(
            (
                "statement",
                "source",
                "relation",
                "target",
                "negated",
                "label_ko",
                "label_en",
                "posts",
            ),
            (
                (
                    *(i, e.subject, e.relation, e.object, str(e.negated).lower()),
                    graph.relation_label(e.relation, "ko"),
                    graph.relation_label(e.relation, "en"),
                    len({p.post for p in e.proofs}),
                )
                for i, e in enumerate(graph.edges, 1)
            ),
        ),
    )
    titles = {post.id: post for post in graph.posts}
    yield (
        "evidence.csv",
        _csv(
            (
                *("statement", "post", "title", "url", "date"),
                *("quote", "start", "end", "condition", "rule"),
            ),
            (
                (
                    *(i, p.post, titles[p.post].title, titles[p.post].url, titles[p.post].date),
                    *(p.quote, p.start, p.end, p.condition, p.rule),
                )
                for i, e in enumerate(graph.edges, 1)
                for p in e.proofs
            ),
        ),
    )


def write_jsonl(graph: Graph, out: BinaryIO) -> None:
    """A JSON object a line, each with its ``type``: post, relation, concept, statement."""

    def write(what: str, values: dict[str, object]) -> None:
        out.write(msgspec.json.encode({"type": what, **values}) + b"\n")

    for post in graph.posts:
        write("post", msgspec.to_builtins(post))
    for relation, labels in graph.relations:
        write("relation", {"id": relation, "labels": dict(labels)})
    for node in graph.nodes:
        told = msgspec.to_builtins(node)
        write("concept", {**told, "labels": dict(node.labels), "iri": node.iri})
    for edge in graph.edges:
        data = msgspec.to_builtins(edge)
        data["evidence"] = data.pop("proofs")
        write("statement", data)


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_safe(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig", "replace")


def _safe(value: object) -> object:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value
