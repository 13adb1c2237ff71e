"""Reading blogs from the web: a polite client, and the copy of what it read.

Nothing here runs unless the user names an address. What was fetched is kept beside the index
(:mod:`kgraph.fetch.mirror`), so that a later ingest of something else needs no network, and asks a
site only for what has changed.
"""
