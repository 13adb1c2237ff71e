"""The posts of a generation on disk: what answers cite and what a rebuild starts from."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kgraph.errors import IndexMissingError, NotFoundError
from kgraph.storage.disk import open_finished
from kgraph.types import Post


@dataclass(frozen=True, slots=True)
class PostInfo:
    """A post without its text and blocks."""

    id: str
    title: str
    url: str
    date: str
    tags: tuple[str, ...]
    lang: str
    path: str
    format: str
    sha256: str
    aliases: tuple[str, ...] = ()
    series: str = ""


_COLUMNS = "id, title, url, date, tags, lang, path, format, sha256, aliases, series"


def info(post: Post) -> PostInfo:
    """``post`` without its text."""
    return PostInfo(
        post.id,
        post.title,
        post.url,
        post.date,
        post.tags,
        post.lang,
        post.path,
        post.format,
        post.sha256,
        post.aliases,
        post.series,
    )


class NoteStore:
    """A read-only SQLite file of posts; made once by :meth:`build`."""

    def __init__(self, path: Path) -> None:
        missing = IndexMissingError(f"No notes at {path}. Run: kgraph ingest")
        self._db = open_finished(path, missing)

    @classmethod
    def build(cls, path: Path, posts: Iterable[tuple[PostInfo, str]]) -> None:
        """Write ``posts``, each with its text, to a new file at ``path``."""
        with sqlite3.connect(path) as db:
            db.execute(
                "CREATE TABLE posts (id TEXT PRIMARY KEY, title TEXT, url TEXT, date TEXT,"
                " tags TEXT, lang TEXT, path TEXT, format TEXT, sha256 TEXT, aliases TEXT,"
                " series TEXT, text BLOB)"
                " WITHOUT ROWID"
            )
            db.executemany(
                "INSERT INTO posts VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    (
                        post.id,
                        post.title,
                        post.url,
                        post.date,
                        "\n".join(post.tags),
                        post.lang,
                        post.path,
                        post.format,
                        post.sha256,
                        "\n".join(post.aliases),
                        post.series,
                        zlib.compress(text.encode()),
                    )
                    for post, text in posts
                ),
            )
        db.close()

    def text(self, post_id: str) -> str:
        """The stored source text of a post.

        Raises:
            NotFoundError: there is no such post.
        """
        row = self._db.execute("SELECT text FROM posts WHERE id=?", (post_id,)).fetchone()
        if row is None:
            raise NotFoundError(f"No post {post_id!r}; `kgraph status --posts` lists them.")
        return zlib.decompress(row[0]).decode()

    def info(self, post_id: str) -> PostInfo:
        """What is known of a post besides its text.

        Raises:
            NotFoundError: there is no such post.
        """
        row = self._db.execute(f"SELECT {_COLUMNS} FROM posts WHERE id=?", (post_id,)).fetchone()
        if row is None:
            raise NotFoundError(f"No post {post_id!r}; `kgraph status --posts` lists them.")
        return _info(row)

    def all(self) -> tuple[PostInfo, ...]:
        """All posts, by id."""
        return tuple(
            _info(row) for row in self._db.execute(f"SELECT {_COLUMNS} FROM posts ORDER BY id")
        )

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _info(row: tuple[str, ...]) -> PostInfo:
    post_id, title, url, date, tags, lang, path, form, sha256, aliases, series = row
    return PostInfo(
        post_id,
        title,
        url,
        date,
        _lines(tags),
        lang,
        path,
        form,
        sha256,
        _lines(aliases),
        series,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()
