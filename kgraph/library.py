"""The library's front door: an opened index and everything that can be asked of it.

    kg = kgraph.open("indexes")
    kg.ask("What creates a ReplicaSet?").answers[0].text

Parts are opened when they are first needed: a SPARQL query never loads an encoder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from kgraph.config import Settings, load_settings
from kgraph.errors import ConfigError, IndexMismatchError
from kgraph.iri import CONCEPT
from kgraph.storage.generations import Generations, Hold, Manifest, read_manifest
from kgraph.storage.notes import NoteStore
from kgraph.types import Hit, Kind, RecordKind, Related, Reply

if TYPE_CHECKING:
    from kgraph.ask import Asker
    from kgraph.ask.dialogue import Dialogue
    from kgraph.draft import Unlinked
    from kgraph.graph.cards import Card
    from kgraph.graph.remote import RemoteStore
    from kgraph.graph.results import Result
    from kgraph.graph.store import GraphStore, Term
    from kgraph.index.related import Neighbours
    from kgraph.index.rows import Filter
    from kgraph.index.search import Searcher
    from kgraph.resolution.matching import Match, Matcher


_E = TypeVar("_E", bound=StrEnum)
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


class Kgraph:
    """One generation of an index, opened for reading.

    Raises:
        IndexMissingError: nothing has been ingested there.
        IndexMismatchError: another format version wrote it.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = Generations(settings.indexes).require()
        self._held = Hold(self.folder)  # later builds leave it on the disk
        self.manifest: Manifest = read_manifest(self.folder)

    @cached_property
    def store(self) -> GraphStore:
        """The graph on this machine."""
        from kgraph.graph.store import GraphStore

        return GraphStore.open(self.folder / "graph")

    @cached_property
    def graph(self) -> GraphStore | RemoteStore:
        """The graph that :meth:`ask` and :meth:`sparql` query: a remote one if the settings name
        a store, otherwise :attr:`store`.
        """
        if self.settings.store is None:
            return self.store
        from kgraph.graph.remote import RemoteStore

        return RemoteStore(self.settings.store, self.settings.timeout)

    @property
    def behind(self) -> bool:
        """Whether :attr:`graph` is a remote one that holds another build than this.

        Raises:
            IndexMissingError: nothing has been pushed there.
            StoreError: the server does not answer as it should.
        """
        from kgraph.graph.remote import RemoteStore

        graph = self.graph
        return isinstance(graph, RemoteStore) and graph.pushed.version != self.manifest.digest

    @cached_property
    def notes(self) -> NoteStore:
        """The posts' stored texts."""
        return NoteStore(self.folder / "notes.sqlite")

    @cached_property
    def searcher(self) -> Searcher:
        """The index, with the encoder that filled it.

        Raises:
            IndexMismatchError: the model in use is not the one the index was built with.
        """
        from kgraph.extract.morphology import Analyser
        from kgraph.index.encoder import load_encoder
        from kgraph.index.search import Searcher

        encoder = load_encoder(self.settings.model or self.manifest.model or None)
        if encoder.fingerprint != self.manifest.encoder:
            raise IndexMismatchError(
                f"The index was built with the encoder {self.manifest.encoder}, not"
                f" {encoder.fingerprint}. Run: kgraph ingest --rebuild"
            )
        return Searcher.open(self.folder / "index", encoder, Analyser.shared())

    @cached_property
    def asker(self) -> Asker:
        """Question answering over graph and index."""
        from kgraph.ask import Asker
        from kgraph.extract.morphology import Analyser
        from kgraph.index.linestore import LineStore
        from kgraph.vocab import load_lexicon, load_relations

        return Asker(
            self.graph,
            self.searcher,
            Analyser.shared(),
            load_relations(self.settings.relations),
            load_lexicon(self.settings.lexicon),
            self.notes,
            LineStore(self.folder / "index"),
            self.store,
        )

    def ask(
        self,
        question: str,
        *,
        k: int = 5,
        posts: Sequence[str] | None = None,
        tags: Sequence[str] | None = None,
        since: str = "",
        until: str = "",
    ) -> Reply:
        """Answer a question in Korean or English; abstains when the notes do not say.

        ``posts``, ``tags``, ``since`` and ``until`` are those of :meth:`search`; the question may
        also say them itself ("2023년에 쓴 글에서 ...").

        Raises:
            ConfigError: a date is not ISO.
        """
        return self.asker.ask(question, k=k, only=post_filter(posts, tags, since, until))

    def dialogue(self) -> Dialogue:
        """A conversation in which a question may speak of the last answer as "it" (그건)."""
        from kgraph.ask.dialogue import Dialogue

        return Dialogue(self.asker)

    def search(
        self,
        text: str,
        *,
        k: int = 10,
        kinds: Sequence[str] | None = None,
        posts: Sequence[str] | None = None,
        tags: Sequence[str] | None = None,
        since: str = "",
        until: str = "",
        langs: Sequence[str] | None = None,
        concepts: Sequence[str] | None = None,
    ) -> list[Hit]:
        """The ``k`` records nearest to ``text``, best first, among those that the filters leave.

        Args:
            text: what to look for.
            k: how many records at most.
            kinds: of record: passage, concept, statement.
            posts: ids of posts or folders of them.
            tags: of posts; one of them is enough.
            since: the earliest date of a post: ISO, or the start of one ("2024", "2024-03").
            until: the latest date, as ``since``.
            langs: languages of posts ("ko", "en").
            concepts: kinds of concept ("component", "command", ...); finds only concepts.

        Raises:
            ConfigError: there is no such kind of record or concept, or a date is not ISO.
        """
        only = replace(
            post_filter(posts, tags, since, until),
            kinds=_members(RecordKind, kinds),
            langs=frozenset(langs or ()),
            concepts=_members(Kind, concepts),
        )
        return self.searcher.search(text, k=k, only=only)

    def related(self, text: str, *, k: int = 10, path: Path | None = None) -> Related:
        """Concepts and posts near a term or a draft; ``path`` is the draft's own file, if any."""
        own = "" if path is None else self._post_at(path)
        return self.neighbours.related(text, self.searcher, self.matcher, k, own)

    def unlinked(
        self, text: str, *, style: str = "wikilink", path: Path | None = None
    ) -> list[Unlinked]:
        """The known concepts that a draft names without a link, in order, with the link to insert.

        Args:
            text: the draft, Markdown or plain text.
            style: of the links: "wikilink" or "md", which link to the post about a concept.
            path: the draft's file, which the targets of Markdown links are relative to.
        """
        from kgraph.draft import Unlinked, link, unlinked
        from kgraph.iri import concept_iri

        near = self.neighbours
        own = "" if path is None else self._post_at(path)

        def known(prose: str) -> list[Match]:
            matches = (self.matcher.bare(prose, m) for m in self.matcher.match(prose, fuzzy=False))
            return [m for m in matches if near.linkable(m.concept)]

        found: list[Unlinked] = []
        for place in unlinked(text, known):
            target = ""
            if style == "md":
                home = near.home(place.concept)
                if home == own:
                    continue  # a note needs no link to itself
                target = self.target(home, path)
            label = near.label(place.concept)
            insert = link(style, label, place.text, target)
            iri = concept_iri(place.concept)
            found.append(
                Unlinked(
                    place.line, place.column, place.start, place.end, place.text, label, iri, insert
                )
            )
        return found

    def home(self, iri: str) -> str:
        """The id of the post that is most about the concept with this IRI, or an empty string."""
        return self.neighbours.home(iri.removeprefix(CONCEPT))

    def target(self, post: str, beside: Path | None = None) -> str:
        """What a Markdown link to ``post`` points to: its file seen from the file ``beside``.

        A post without a file of its own is its URL; without that its path below the notes.
        """
        file = next((file for file, id in self.files.items() if id == post), None)
        if file is None or beside is None:
            info = self.notes.info(post)
            return info.url or info.path
        return os.path.relpath(file, beside.resolve().parent).replace(os.sep, "/")

    def _post_at(self, path: Path) -> str:
        """The post that the file at ``path`` holds, or an empty string."""
        return self.files.get(path.resolve(), "")

    @cached_property
    def files(self) -> dict[Path, str]:
        """The post of each ingested file that holds just one."""
        from kgraph.pipeline.sources import (
            is_copied,  # here: it brings all readers, which asking needs not
        )

        files: dict[Path, str] = {}
        for source in self.manifest.sources:
            if is_copied(source.path):
                continue
            folder = Path(source.path).resolve()
            for file in source.files:
                if len(file.posts) == 1:
                    files[folder if folder.is_file() else folder / file.name] = file.posts[0]
        return files

    @cached_property
    def neighbours(self) -> Neighbours:
        """The graph of concepts and posts that related things are found in."""
        from kgraph.index.related import Neighbours
        from kgraph.vocab import load_lexicon

        return Neighbours(self.folder / "index", load_lexicon(self.settings.lexicon))

    @cached_property
    def matcher(self) -> Matcher:
        """Finds the concepts that a text names."""
        from kgraph.resolution.matching import Matcher
        from kgraph.vocab import load_lexicon

        return Matcher(self.neighbours.names, load_lexicon(self.settings.lexicon))

    def sparql(
        self,
        query: str,
        *,
        bindings: Mapping[str, str] | None = None,
        timeout: float | None = None,
        limit: int | None = None,
    ) -> Result:
        """Run a read-only query: its text, a ``.rq`` file's path or a named query.

        Values of ``bindings`` may be IRIs, prefixed names or a concept's label.

        Raises:
            QueryError: the query is refused, does not parse or ran past a limit.
            NotFoundError: a bound name fits nothing in the graph.
            StoreError: a remote store does not answer as it should.
        """
        from kgraph.graph.query import run

        text, terms = self._query(query, bindings or {})
        return run(self.graph, text, timeout=timeout, bindings=terms, limit=limit)

    def explain_sparql(
        self,
        query: str,
        *,
        bindings: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> str:
        """Run a query as :meth:`sparql` does and tell, for a person, how it was executed.

        Raises:
            QueryError, NotFoundError, StoreError: as :meth:`sparql`.
        """
        from kgraph.graph.explain import explain

        text, terms = self._query(query, bindings or {})
        return explain(self.graph, text, timeout=timeout, bindings=terms)

    def _query(self, query: str, bindings: Mapping[str, str]) -> tuple[str, dict[str, Term]]:
        from kgraph.graph import named

        if named.is_name(query):
            found = named.load(query)
            return found.text, named.bind(self.store, found, bindings)
        return query, {k: named.value_of(self.store, v) for k, v in bindings.items()}

    def concept(self, name: str) -> Card:
        """The card of the concept that ``name`` names.

        Raises:
            NotFoundError: nothing in the notes has that name.
        """
        from kgraph.graph.cards import card, the_concept
        from kgraph.text import language

        return card(self.store, the_concept(self.store, name), language(name))

    def export(self, profile: str, out: BinaryIO, *, form: str | None = None) -> None:
        """Write the graph to ``out``; see :mod:`kgraph.exports.export` for profiles and formats."""
        from kgraph.exports.export import export

        export(self.store, profile, form, out, self.settings.license)

    def export_folder(self, profile: str, target: Path) -> int:
        """Write a profile that is a folder (obsidian, csv); returns its number of files."""
        from kgraph.exports.export import export_folder

        return export_folder(self.store, profile, target)

    def status(self, *, posts: bool = False) -> dict[str, Any]:
        """Counts, sources and versions of this generation."""
        from kgraph.graph import named
        from kgraph.graph.query import run

        manifest = self.manifest
        data: dict[str, Any] = {
            "indexes": str(self.settings.indexes),
            "generation": self.folder.name,
            "version": manifest.version,
            "encoder": manifest.encoder,
            "dimension": manifest.dimension,
            "counts": manifest.counts,
            "sources": [
                {
                    "path": source.path,
                    "files": len(source.files),
                    "posts": sum(len(file.posts) for file in source.files),
                    "skipped": {f.name: f.skipped for f in source.files if f.skipped},
                }
                for source in manifest.sources
            ],
        }
        if manifest.counts.get("minted"):
            data["minted"] = {
                str(label.value): int(str(count.value))
                for _, ko, en, count, made in run(self.store, named.load("relations").text).rows
                if (label := ko or en) and count and made and made.value == "true"
            }
        if posts:
            data["posts"] = [
                {"id": p.id, "title": p.title, "date": p.date, "tags": list(p.tags), "url": p.url}
                for p in self.notes.all()
            ]
        return data


def post_filter(
    posts: Sequence[str] | None = None,
    tags: Sequence[str] | None = None,
    since: str = "",
    until: str = "",
) -> Filter:
    """Which posts may be looked in: ids or folders, tags, earliest and latest date.

    Raises:
        ConfigError: a date is not ISO or the start of an ISO date.
    """
    from kgraph.index.rows import Filter

    for date in (since, until):
        if date and not _DATE.fullmatch(date):
            raise ConfigError(f"{date!r} is not a date such as 2024, 2024-03 or 2024-03-15.")
    return Filter(
        posts=frozenset(posts or ()), tags=frozenset(tags or ()), since=since, until=until
    )


def _members(kinds: type[_E], names: Sequence[str] | None) -> frozenset[_E]:
    try:
        return frozenset(kinds(name) for name in names or ())
    except ValueError as error:
        raise ConfigError(f"{error}; there are: {', '.join(kinds)}.") from error


def open_index(indexes: str | Path = "indexes", *, model: str | None = None) -> Kgraph:
    """Open the index in a folder; see :class:`Kgraph`."""
    return Kgraph(load_settings({"indexes": Path(indexes), "model": model}))
