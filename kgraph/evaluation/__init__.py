"""Measures of how well kgraph does, against gold: pure functions."""
