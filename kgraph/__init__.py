"""kgraph: Korean study notes as a knowledge graph and a semantic index, offline."""

__version__ = "0.1.0"
