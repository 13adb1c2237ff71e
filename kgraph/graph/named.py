"""Named queries: ``.rq`` files with a header, and values for their parameters.

The header is the comment at the file's beginning::

    # title: What creates what
    # 제목: 무엇이 무엇을 생성하나
    # param creator (concept): only what this creates
    # param since (date): ...

    SELECT ...

A parameter is a variable of the query. Unbound, the query lists everything. Its kind says how a
value given as text becomes a term: ``concept`` and ``relation`` by any of their names, ``post`` by
its id, ``text``, ``date`` and ``number`` as literals.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, parse

from kgraph import iri
from kgraph.errors import NotFoundError, QueryError
from kgraph.graph.cards import find_concept, the_concept
from kgraph.graph.namespaces import KG, PREFIXES, RDF, RDFS, XSD
from kgraph.graph.store import GraphStore, Term
from kgraph.text import fold, nfc

SUFFIX = ".rq"

_HEADER = re.compile(r"#\s*(title|제목|param)\b\s*([^:]*):\s*(.*)")
_PARAM = re.compile(r"(\w+)\s*(?:\((\w+)\))?")
_KINDS = ("concept", "relation", "post", "text", "date", "number")


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query with its header. ``params`` maps a variable's name to its kind."""

    name: str
    title: str
    title_ko: str
    params: Mapping[str, str]
    text: str


def folder() -> Path:
    """Where the queries that come with kgraph lie: in the package, else in the source checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "queries"
    return inside if inside.is_dir() else package.parent / "queries"


def names() -> list[str]:
    """The names of the queries that come with kgraph, sorted."""
    return sorted(path.stem for path in folder().glob(f"*{SUFFIX}"))


def load(name: str) -> NamedQuery:
    """The query of that name, or in the ``.rq`` file of that path.

    Raises:
        NotFoundError: if there is neither; the message has the nearest names.
        QueryError: if the file cannot be read or its header is wrong.
    """
    path = Path(name)
    if path.suffix != SUFFIX and not path.is_file():
        path = folder() / (name + SUFFIX)
    elif not path.is_file() and path.parent.name in ("", "queries"):
        path = folder() / path.name
    if not path.is_file():
        close = difflib.get_close_matches(Path(name).stem, names(), n=3, cutoff=0.3)
        raise NotFoundError(
            f"no query {name!r}: there are {', '.join(close or names())}, or give a {SUFFIX} file"
        )
    try:
        return read(path.read_text("utf-8-sig"), path.stem)
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{path} cannot be read as a query: {error}") from error


def read(text: str, name: str) -> NamedQuery:
    """A query from the text of its file.

    Raises:
        QueryError: if a parameter's kind is unknown.
    """
    titles = {"title": "", "제목": ""}
    params: dict[str, str] = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            break
        match = _HEADER.match(line)
        if match is None:
            continue
        if match[1] != "param":
            titles[match[1]] = match[3].strip()
            continue
        declared = _PARAM.fullmatch(match[2].strip())
        if declared is None or (declared[2] or "text") not in _KINDS:
            raise QueryError(
                f"{name}: {line.strip()!r} declares no parameter; write `# param NAME (KIND): ...` "
                f"with a kind of {', '.join(_KINDS)}"
            )
        params[declared[1]] = declared[2] or "text"
    return NamedQuery(name, titles["title"], titles["제목"], params, text)


def is_name(text: str) -> bool:
    """Whether ``text`` looks like a named query or a file of one, and not like SPARQL itself."""
    return re.fullmatch(r"[^\s{}<>?]+", text) is not None or text.endswith(SUFFIX)


def bind(store: GraphStore, query: NamedQuery, values: Mapping[str, str]) -> dict[str, Term]:
    """Terms for the variables of ``query``, from text.

    Raises:
        QueryError: if the query has no such parameter, or a value is not one of its kind.
        NotFoundError: if no concept, relation or post has that name.
    """
    if query.params and (unknown := sorted(set(values) - set(query.params))):
        raise QueryError(
            f"{query.name} has no parameter {unknown[0]!r}: it has {', '.join(query.params)}"
        )
    return {
        name: value_of(store, text, query.params.get(name, "")) for name, text in values.items()
    }


def value_of(store: GraphStore, text: str, kind: str = "") -> Term:
    """The term that ``text`` means.

    ``<iri>``, ``"literal"@ko`` and prefixed names (``c:pod``) are taken as in Turtle unless the
    kind is text; with no kind a concept's name is that concept, and anything else a plain literal.

    Raises:
        QueryError, NotFoundError: as :func:`bind`.
    """
    text = nfc(text)
    if kind == "text":
        return Literal(text)
    if (term := _turtle(text)) is not None:
        return term
    if kind == "concept":
        return NamedNode(the_concept(store, text))
    if kind == "relation":
        return _relation(store, text)
    if kind == "post":
        return _post(store, text)
    if kind == "date":
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise QueryError(f"{text!r} is not a date: write it as 2024-01-31") from None
        return Literal(day.isoformat(), datatype=NamedNode(XSD + "date"))
    if kind == "number":
        if not re.fullmatch(r"[+-]?\d+", text):
            raise QueryError(f"{text!r} is not a whole number")
        return Literal(str(int(text)), datatype=NamedNode(XSD + "integer"))
    if not kind and (found := find_concept(store, text)):
        return NamedNode(found[0])
    return Literal(text)


def _turtle(text: str) -> Term | None:
    """``text`` as a term in Turtle's notation, if it is exactly one."""
    if not re.match(r'<|"|\w+:', text):
        return None
    try:
        found = list(
            parse(
                "".join(f"@prefix {key}: <{value}> .\n" for key, value in PREFIXES.items())
                + f"<urn:s> <urn:p> {text}\n.",
                format=RdfFormat.TURTLE,
            )
        )
    except (SyntaxError, ValueError):
        return None
    term = found[0].object if len(found) == 1 else None
    return term if isinstance(term, NamedNode | Literal) else None


def _relation(store: GraphStore, text: str) -> NamedNode:
    known = _relation_names(store)
    if (found := known.get(fold(text))) is not None:
        return found
    close = difflib.get_close_matches(fold(text), sorted(known), n=3, cutoff=0.5)
    options = dict.fromkeys(known[key].value.removeprefix(iri.RELATION) for key in close)
    hint = f"did you mean {', '.join(options)}?" if options else "see the query `relations`"
    raise NotFoundError(f"no relation {text!r}: {hint}")


def _relation_names(store: GraphStore) -> dict[str, NamedNode]:
    """Folded id or label -> relation; an id counts before a label."""
    default = DefaultGraph()
    relations = sorted(
        (
            quad.subject
            for quad in store.quads(
                None, NamedNode(RDF + "type"), NamedNode(KG + "Relation"), default
            )
            if isinstance(quad.subject, NamedNode)
        ),
        key=str,
    )
    known = {fold(node.value.removeprefix(iri.RELATION)): node for node in relations}
    for node in relations:
        for name in store.objects(node, NamedNode(RDFS + "label")):
            known.setdefault(fold(name.value), node)
    return known


def _post(store: GraphStore, text: str) -> NamedNode:
    node = NamedNode(iri.post_iri(text))
    identifier = NamedNode("https://schema.org/identifier")
    if store.objects(node, identifier):
        return node
    known = {
        quad.object.value: quad.subject
        for quad in store.quads(None, identifier, None, DefaultGraph())
        if isinstance(quad.object, Literal)
    }
    close = difflib.get_close_matches(text, sorted(known), n=3, cutoff=0.3)
    hint = f"did you mean {', '.join(close)}?" if close else "see `kgraph status --posts`"
    raise NotFoundError(f"no post {text!r}: {hint}")
