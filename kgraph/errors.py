"""Every error kgraph raises on purpose, in one tree.

    KgraphError
    ├── ConfigError        a setting or kgraph.toml is wrong
    ├── ReadError          an input file or folder cannot be read as notes
    ├── FetchError         an address cannot or may not be fetched
    ├── IndexMissingError  nothing has been ingested there yet          (exit code 3)
    ├── IndexMismatchError the index was built with another model, format or version
    ├── ModelError         an encoder cannot be found or loaded
    ├── QueryError         a SPARQL query is refused, malformed or too slow
    ├── NotFoundError      no such concept, post, named query or export profile
    ├── StoreError         a remote store cannot be reached, refuses, or answers no SPARQL
    ├── StorageError       the disk is full, or may not be written
    ├── BusyError          another process is writing the same index
    └── VocabularyError    relations.toml or lexicon.toml (or a user's own) is wrong

Each message says what happened and what to do next; the command line prints it as one line.
"""

from __future__ import annotations


class KgraphError(Exception):
    """Base of all errors that are the user's to mend; its text is shown as it is."""

    exit_code: int = 1


class ConfigError(KgraphError):
    """A setting is unknown, has the wrong type or an impossible value."""

    exit_code = 2


class ReadError(KgraphError):
    """An input cannot be read as notes."""


class FetchError(KgraphError):
    """An address cannot be fetched, or may not be."""


class IndexMissingError(KgraphError):
    """No complete index lies in the folder that was named."""

    exit_code = 3


class IndexMismatchError(KgraphError):
    """An index does not fit the model, the format or the version in use."""


class ModelError(KgraphError):
    """An encoder cannot be found, loaded or used."""


class QueryError(KgraphError):
    """A SPARQL query was refused, does not parse, or ran past a limit."""


class NotFoundError(KgraphError):
    """A name that the user gave fits nothing in the graph or the project."""


class VocabularyError(KgraphError):
    """A vocabulary file does not hold what its loader needs."""


class StoreError(KgraphError):
    """A remote store cannot be reached, refuses what it is asked, or does not speak SPARQL."""


class StorageError(KgraphError):
    """What was made cannot be written to the disk."""


class BusyError(KgraphError):
    """Another process is writing the same index."""
