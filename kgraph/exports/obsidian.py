"""The graph as a folder of Markdown notes for Obsidian: one a concept, linked by wikilinks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import yaml

from kgraph.exports.model import Edge, Graph, Node, Source

# What a file name, or a wikilink to it, cannot hold on one of the systems Obsidian runs on.
_UNSAFE = re.compile(r'[\\/:*?"<>|#^\[\]\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)
_LONGEST = 150  # bytes of a name: file systems take 255, and a suffix may follow
_SENTENCES = 3  # of a statement that are quoted


def obsidian_files(graph: Graph) -> Iterator[tuple[str, bytes]]:
    """A note for each concept, named by its label: names, definition, statements with sentences."""
    names = _file_names(graph)
    outgoing: dict[str, list[Edge]] = defaultdict(list)
    incoming: dict[str, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        outgoing[edge.subject].append(edge)
        incoming[edge.object].append(edge)
    for node in graph.nodes:
        text = _note(graph, node, names, outgoing[node.id], incoming[node.id])
        yield f"{names[node.id]}.md", text.encode("utf-8", "replace")


def _note(
    graph: Graph, node: Node, names: dict[str, str], outgoing: list[Edge], incoming: list[Edge]
) -> str:
    own = [label for _, label in node.labels]
    aliases = [name for name in dict.fromkeys((*own, *node.names)) if name != names[node.id]]
    front = {"aliases": aliases, "tags": [f"kgraph/{node.kind}"], "iri": node.iri}
    head = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=1000)
    lines = ["---", head.rstrip("\n"), "---", f"# {_line(node.label('ko'))}", ""]
    for definition in node.definitions[:1]:
        lines += [f"> {_line(definition)}", ""]
    titles = {post.id: post for post in graph.posts}
    if outgoing or incoming:
        lines += ["## 관계", ""]
    for edge in outgoing:
        verb = graph.relation_label(edge.relation, "ko") + (" (아님)" if edge.negated else "")
        lines.append(f"- {verb} → [[{names[edge.object]}]]")
        lines += _quotes(edge, titles)
    for edge in incoming:
        verb = graph.relation_label(edge.relation, "ko") + (" (아님)" if edge.negated else "")
        lines.append(f"- [[{names[edge.subject]}]] → {verb}")
        lines += _quotes(edge, titles)
    if node.posts:
        lines += ["", "## 글", ""]
    for post in (titles[name] for name in node.posts):
        title = _line(post.title or post.id).replace("[", "(").replace("]", ")")
        lines.append(f"- [{title}](<{post.url}>)" if post.url else f"- {title}")
    return "\n".join(lines).rstrip() + "\n"


def _quotes(edge: Edge, titles: dict[str, Source]) -> list[str]:
    return [
        f"    - “{_line(proof.quote)}” — {_line(titles[proof.post].title)}"
        for proof in edge.proofs[:_SENTENCES]
    ]


def _line(text: str) -> str:
    return " ".join(text.split())


def _file_names(graph: Graph) -> dict[str, str]:
    """A name for each concept, all different even where case does not count."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for node in graph.nodes:
        plain = " ".join(_UNSAFE.sub(" ", node.label("ko")).split()).strip(". ")
        plain = plain.encode()[:_LONGEST].decode(errors="ignore").strip(". ")
        if not plain or _RESERVED.match(plain):
            plain = f"{plain}_"
        name, turn = plain, 2
        while name.casefold() in taken:
            name, turn = f"{plain} ({turn})", turn + 1
        taken.add(name.casefold())
        found[node.id] = name
    return found
