"""Syntax errors in a SPARQL query, said so that a person can mend them.

The engine reports the end of the longest text it tried to read as a keyword. Here that becomes the
line and column where the trouble starts, with that line, and a near miss for an unknown prefix or
a misspelt keyword. Nothing is allowed or refused by what this module finds; it only words messages.
"""

from __future__ import annotations

import difflib
import re

from pyoxigraph import Store

from kgraph.graph.namespaces import PREFIXES

_ERROR = re.compile(r"error at (\d+):(\d+)(?:: expected (?:one of )?(.*))?", re.DOTALL)
_PREFIXED = re.compile(r"(?<![\w:?$@.\-])(\w[\w.\-]*)?:(?![/\s])")
_IGNORED = re.compile(r"#[^\r\n]*|<[^<>\"{}|^`\\\s]*>|\"[^\"\r\n]*\"|'[^'\r\n]*'")
_DECLARED = re.compile(r"\bPREFIX\s+([^\s:]*)\s*:", re.IGNORECASE)
_PROLOGUE = re.compile(
    r"(?:\s+|#[^\r\n]*|PREFIX\s+[^\s:]*\s*:\s*<[^>]*>|BASE\s*<[^>]*>)*", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d]\w*")
_AROUND = 100
_UPDATES = ("ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH")
_KEYWORDS: list[str] = re.findall(
    r"\w+",
    """
    ABS ASC ASK AVG BASE BIND BNODE BOUND CEIL COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATATYPE
    DAY DESC DESCRIBE DISTINCT ENCODE_FOR_URI EXISTS FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT
    HAVING HOURS IF IN IRI LANG LANGMATCHES LCASE LIMIT MAX MD5 MIN MINUS MINUTES MONTH NAMED NOT
    NOW OFFSET OPTIONAL ORDER PREFIX RAND REDUCED REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS
    SELECT SEPARATOR SHA1 SHA256 SHA384 SHA512 STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN
    STRSTARTS STRUUID SUBSTR SUM TIMEZONE TZ UCASE UNDEF UNION URI UUID VALUES WHERE YEAR ISBLANK
    ISIRI ISLITERAL ISNUMERIC ISURI
    """,
)


def explain(query: str, error: str) -> str:
    """A message for the engine's ``error``: what, where, and the likely remedy."""
    start = _PROLOGUE.match(query)
    first = _WORD.match(query, start.end() if start else 0)
    if first and first.group().upper() in _UPDATES:
        return (
            f"{first.group().upper()} is refused: queries only read. The graph changes when notes "
            "are ingested; write SELECT, ASK, CONSTRUCT or DESCRIBE here"
        )
    if not query[start.end() if start else 0 :].strip():
        return "the query is empty: write SELECT, ASK, CONSTRUCT or DESCRIBE"
    if unknown := _unknown_prefix(query, error):
        near = difflib.get_close_matches(unknown, PREFIXES, n=3, cutoff=0.4)
        hint = f"did you mean {', '.join(f'{x}:' for x in near)}?" if near else ""
        hint = hint or f"known without a declaration: {', '.join(f'{x}:' for x in PREFIXES)}."
        line, column = _place(query, re.search(rf"(?<![\w:]){re.escape(unknown)}:", query))
        where = f"line {line}, column {column}: " if line else ""
        return f"{where}unknown prefix {unknown}: - {hint} Others need PREFIX {unknown}: <...>"
    line, column = position(error)
    text = query.splitlines()[line - 1] if 0 < line <= len(query.splitlines()) else ""
    found = text[column - 1 :].split()[:1]
    message = f"the query has a syntax error near line {line}, column {column}"
    if found:
        message += f", at {found[0][:40]!r}"
    else:
        message += ", where it ends too early"
    word = _WORD.match(text, column - 1)
    name = word.group().upper() if word else ""
    close = difflib.get_close_matches(name, _KEYWORDS, n=1) if name not in _KEYWORDS else []
    if name and close:
        message += f" - did you mean {close[0]}?"
    elif expected := _reason(error):
        message += f" - {expected}"
    if not text:
        return message
    before, after = _shortened(text[: column - 1], text[column - 1 :])
    return f"{message}\n  {before}{after}\n  {' ' * _columns(before)}^"


def position(error: str) -> tuple[int, int]:
    """Line and column, both from 1, that the engine's ``error`` means; (0, 0) if it names none."""
    match = _ERROR.search(error)
    if match is None:
        return 0, 0
    line, column, expected = int(match[1]), int(match[2]), match[3] or ""
    if "[_]" in expected:
        return line, max(column - 1, 1)  # one character was read to see that it does not fit
    words = [x for x in expected.split(", ") if re.fullmatch("[A-Z_]+", x)]
    if words and column > len(words[0]):
        return line, column - len(words[0])  # it read as much as the keyword is long
    return line, column


def _reason(error: str) -> str:
    """The engine's own words where they are words: "Duplicated variable name in SELECT"."""
    match = _ERROR.search(error)
    parts = (match[3] or "").split(", ") if match else []
    return "; ".join(x for x in parts if re.fullmatch(r"[A-Z][a-z]+ [\w ?:]+", x))


def _unknown_prefix(query: str, error: str) -> str | None:
    """The first undeclared prefix, if declaring the undeclared ones carries the parser further."""
    bare = _IGNORED.sub(lambda match: " " * len(match.group()), query)
    declared = set(_DECLARED.findall(query)) | set(PREFIXES)
    found: list[str] = _PREFIXED.findall(bare)
    candidates = [x for x in dict.fromkeys(found) if x not in declared]
    if not candidates:
        return None
    extra = dict.fromkeys(candidates, "urn:unknown:")
    try:
        # The NUL makes it an error at its end at the latest: nothing is evaluated.
        Store().query(query + "\n\0", prefixes=PREFIXES | extra)
    except SyntaxError as later:
        return candidates[0] if position(str(later)) > position(error) else None
    except ValueError:
        return None
    return candidates[0]


def _place(query: str, match: re.Match[str] | None) -> tuple[int, int]:
    if match is None:
        return 0, 0
    before = query[: match.start()]
    return before.count("\n") + 1, match.start() - before.rfind("\n")


def _shortened(before: str, after: str) -> tuple[str, str]:
    """What stands right before and right after a place in a line, which may be a long one."""
    if len(before) > _AROUND:
        before = "…" + before[-_AROUND:]
    return before, after if len(after) <= _AROUND else after[:_AROUND] + "…"


def _columns(text: str) -> int:
    """Terminal columns that ``text`` takes: Hangul syllables take two."""
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
