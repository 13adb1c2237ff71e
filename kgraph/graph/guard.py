"""Refusing what a read-only, offline query must not do.

A query can reach beyond the graph in one way only: SERVICE. (Oxigraph's query entry point takes no
updates; FROM and FROM NAMED pick among the graphs of the store and fetch nothing.) Whether a
SERVICE stands in a query is decided by the very parser that would run it, so there is no second
grammar to disagree with it: every run of the letters s-e-r-v-i-c-e, in whatever case, is replaced
by as many other letters that stand nowhere in the query, and the parser is asked whether the text
is still a query. In an IRI, a name, a string, a variable or a comment, letters are letters, and it
is. A keyword is none any more, and nothing else in the grammar may stand in its place before
``<iri> {``: it is not. SPARQL has no escapes in keywords, and its keywords are ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyoxigraph import Store

from kgraph.errors import QueryError
from kgraph.graph.namespaces import PREFIXES
from kgraph.graph.syntax import explain, position

MAX_LENGTH = 1_000_000
"""Characters that a query may have."""

MAX_DEPTH = 200
"""How deep braces and brackets may nest; the parser's stack ends at some thousands."""

_NAME = re.compile(r"\w+")
_STACKED = re.compile(rf"(?:[!+\-^]\s*){{{MAX_DEPTH}}}")


def check(query: str, variables: Iterable[str] = ()) -> None:
    """Pass if ``query`` is a SPARQL query that stays in the graph; it meets no data here.

    ``variables`` are the names that will be bound.

    Raises:
        QueryError: saying what is refused, or where the error is and its likely remedy.
    """
    _check_size(query)
    for name in variables:
        if not re.search(rf"[?$]{re.escape(name)}(?!\w)", query) or not _NAME.fullmatch(name):
            raise QueryError(f"the query has no variable ?{name} to bind: write it as in the query")
    harmless = _without(query, "service")
    try:
        Store().query(harmless, prefixes=PREFIXES)
    except SyntaxError as error:
        if harmless != query and _reaches_further(query, str(error)):
            raise QueryError(
                "SERVICE is refused: a query reads the local graph only and never the network. "
                "Take the SERVICE block out, or `kgraph export` the graph and join it elsewhere"
            ) from None
        raise QueryError(explain(query, str(error))) from None
    except (OSError, RuntimeError, ValueError) as error:  # such as a function nobody knows
        raise QueryError(f"the query was refused: {error}") from None


def _check_size(query: str) -> None:
    if len(query) > MAX_LENGTH:
        raise QueryError(
            f"the query has {len(query):,} characters, more than {MAX_LENGTH:,}: "
            "split it, or put long lists of values into several queries"
        )
    depth = 0
    for char in query:
        if char in "{([":
            depth += 1
            if depth > MAX_DEPTH:
                break
        elif char in "})]" and depth:
            depth -= 1
    if depth > MAX_DEPTH or _STACKED.search(query):
        raise QueryError(f"the query nests deeper than {MAX_DEPTH} levels: flatten it")


def says_keyword(query: str, word: str) -> bool:
    """Whether ``word`` stands as a keyword in ``query``, which :func:`check` has passed.

    ``word`` is lower case and letters only, such as "from" or "graph".
    """
    if word not in query.casefold():
        return False
    try:
        Store().query(_without(query, word), prefixes=PREFIXES)
    except SyntaxError:
        return True
    return False


def _without(query: str, word: str) -> str:
    """``query`` with every ``word`` spelt with as many equal letters that are nowhere in it."""
    lower = query.casefold()
    for letter in "zxqjkwyvbpghfmudclntraoiseabcdef":
        if letter * len(word) not in lower:
            return re.sub(word, letter * len(word), query, flags=re.IGNORECASE | re.ASCII)
    raise QueryError(f"the query repeats every letter {len(word)} times over: shorten its names")


def _reaches_further(query: str, error: str) -> bool:
    """Whether ``query`` itself parses beyond the point where it failed without SERVICE.

    A NUL at its end makes it a syntax error there at the latest, so that nothing is evaluated.
    """
    try:
        Store().query(query + "\n\0", prefixes=PREFIXES)
    except SyntaxError as own:
        return position(str(own)) > position(error)
    return False
