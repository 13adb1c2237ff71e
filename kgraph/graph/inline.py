"""Binding variables: values that the planner sees.

The engine's own substitutions come after planning, so that a query about one concept may still be
planned as one about all of them (measured: 0.5 s instead of 1 ms on 900,000 quads), and BOUND()
does not see them. Hence the terms go in as what SPARQL has for the purpose, a VALUES block at the
beginning of the WHERE group. It is made of the engine's own serialisation of terms, never of text
that somebody gave, and the engine parses the result; where it can stand nowhere (CONSTRUCT WHERE,
DESCRIBE without a WHERE), the substitutions are used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyoxigraph import BlankNode, Literal, NamedNode

_TOKEN = re.compile(
    r"""[#][^\r\n]*
      | <[^<>"{}|^`\\\x00-\x20]*>
      | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
      | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*'
      | [?$:@]?[^\W\d]\w*
      | [{}()]""",
    re.VERBOSE | re.DOTALL,
)


def with_values(query: str, bindings: Mapping[str, NamedNode | Literal | BlankNode]) -> str | None:
    """``query`` with a VALUES block for ``bindings``, or None where none can be put in."""
    if any(isinstance(term, BlankNode) for term in bindings.values()):
        return None
    place = _where(query)
    if place is None:
        return None
    # One row of all: of a block for each Oxigraph's planner would join every match of the one with
    # every match of the other (20 times as long for what a common relation does to a concept).
    names = " ".join(f"?{name}" for name in bindings)
    terms = " ".join(str(term) for term in bindings.values())
    return f"{query[:place]} VALUES ({names}) {{ ({terms}) }} {query[place:]}"


def _where(query: str) -> int | None:
    """Where the outermost WHERE group begins, after its brace."""
    depth = 0
    template = False  # whether the next group is the template of a CONSTRUCT
    for match in _TOKEN.finditer(query):
        token = match.group()
        if token in "{(":
            if token == "{" and depth == 0 and not template:
                return match.end()
            depth += 1
        elif token in "})":
            depth -= 1
            template = template and depth > 0
        elif depth == 0 and token.upper() in ("CONSTRUCT", "WHERE"):
            template = token.upper() == "CONSTRUCT"
    return None
