"""The graph for tools that read no RDF: tables, JSON lines, GraphML, an Obsidian folder."""

from __future__ import annotations

from kgraph.exports.graphml import write_graphml
from kgraph.exports.model import Graph, read_graph
from kgraph.exports.obsidian import obsidian_files
from kgraph.exports.tables import csv_files, write_jsonl

__all__ = [
    "Graph",
    "csv_files",
    "obsidian_files",
    "read_graph",
    "write_graphml",
    "write_jsonl",
]
