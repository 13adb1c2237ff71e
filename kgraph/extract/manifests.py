"""Kubernetes manifests in code blocks: the kinds they are of, and the names the prose speaks of.

A code block states nothing, but ``kind: Deployment`` names a concept as surely as prose does. The
names that a manifest gives away (``metadata.name``) and its ``apiVersion`` are mentions only where
the prose of the post has them as well: any other is the author's example.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from kgraph.types import Block, BlockKind, Kind, Mention, Post

_LONGEST = 100_000  # characters of a block that is parsed
_LANGUAGES = ("yaml", "yml", "")
_OPENS = re.compile(r"^\s*kind\s*:\s*\S", re.MULTILINE)
_KIND = re.compile(r"[A-Z][A-Za-z]{2,40}")
_DEPTH = 30  # of nested nodes; deeper ones are no manifest


def manifest_mentions(post: Post) -> Iterator[Mention]:
    """What the manifests of ``post`` name, in the order of the text; their ``sentence`` is -1."""
    prose = ""
    for block in post.blocks:
        if block.kind is not BlockKind.CODE or not _is_manifest(block):
            continue
        if not prose:
            prose = "\n".join(b.text for b in post.blocks if b.kind is not BlockKind.CODE)
        for node, kind in _named(block.text):
            name, start = str(node.value), node.start_mark.index
            end = start + len(name)
            if block.text[start:end] != name:  # quoted or folded
                continue
            if kind is not Kind.RESOURCE and not _stands_in(name, prose):
                continue
            try:
                yield Mention(name, *block.source_span(start, end), -1, kind)
            except ValueError:  # made by the reader, nowhere in the source
                continue


def _is_manifest(block: Block) -> bool:
    if block.language.split()[:1] not in ([], *([name] for name in _LANGUAGES)):
        return False
    return len(block.text) <= _LONGEST and _OPENS.search(block.text) is not None


def _stands_in(name: str, prose: str) -> bool:
    return re.search(rf"(?<![A-Za-z0-9_/-]){re.escape(name)}(?![A-Za-z0-9_/-])", prose) is not None


def _named(text: str) -> Iterator[tuple[yaml.ScalarNode, Kind]]:
    """The nodes of ``text`` that name something; nothing of a text that is not YAML.

    Composed, not constructed: no tag is resolved and no alias expanded.
    """
    try:
        documents = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError):
        return
    for document in documents:
        if isinstance(document, yaml.MappingNode):
            yield from _of_mapping(document, "", 0)


def _of_mapping(
    node: yaml.MappingNode, under: str, depth: int
) -> Iterator[tuple[yaml.ScalarNode, Kind]]:
    if depth > _DEPTH:
        return
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if isinstance(value, yaml.ScalarNode):
            if name == "kind" and _KIND.fullmatch(value.value):
                yield value, Kind.RESOURCE
            elif (name == "name" and under == "metadata") or (name == "apiVersion" and not under):
                yield value, Kind.CONCEPT
        for inner in value.value if isinstance(value, yaml.SequenceNode) else [value]:
            if isinstance(inner, yaml.MappingNode):
                yield from _of_mapping(inner, name, depth + 1)
