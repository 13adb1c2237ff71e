"""Posts to statements: what a careful reader would write down, each with its sentence.

The stage is :func:`kgraph.extract.posts.extract`. Nothing is imported here: questions and searches
need the morphological analyser alone, and must start fast.
"""
