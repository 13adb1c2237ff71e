"""What a question says of the posts it asks about: "CKA 대비 글에서", "#aws", "2023년에 쓴 글"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from kgraph.index.rows import Dated, Filter

_POSTS_KO = r"(?:글|포스트|포스팅|노트|게시글|문서)들?"
_POSTS_EN = r"(?:posts?|notes?|articles?)"
_QUOTED = re.compile(
    rf"[\"'“‘「『](?P<title>[^\"'”’」』]{{2,}})[\"'”’」』]\s*(?:이?라는\s*)?{_POSTS_KO}(?:에서는|에서|에는|에|의)\s*"
    rf"|\bin\s+(?:the\s+|my\s+)?{_POSTS_EN}\s+(?:called\s+|titled\s+|named\s+)?"
    r"[\"'“‘](?P<name>[^\"'”’]{2,})[\"'”’],?\s*",
    re.I,
)
_TAG = re.compile(
    rf"(?<!\w)#(?P<tag>[\w./-]+)\s*(?:태그)?(?:가\s*달린|이\s*달린|의)?\s*{_POSTS_KO}?(?:에서는|에서|에는|에|의)\s*"
    rf"|태그가\s*['\"]?(?P<other>[\w./-]+?)['\"]?인\s*{_POSTS_KO}(?:에서는|에서|에는|에|의)\s*"
    rf"|\bin\s+(?:the\s+|my\s+)?{_POSTS_EN}\s+tagged\s+(?:with\s+)?['\"#]?(?P<word>[\w./-]+)['\"]?,?\s*",
    re.I,
)
_DATE = re.compile(
    rf"(?P<year>(?:19|20)\d\d)년(?:\s*(?P<month>1[0-2]|0?[1-9])월)?(?:에|의)?\s*(?:쓴|작성한|적은|올린)?\s*"
    rf"{_POSTS_KO}(?:에서는|에서|에는|에|의)\s*"
    rf"|\bin\s+(?:the\s+|my\s+)?{_POSTS_EN}\s+(?:from|of|written\s+in)\s+(?P<on>(?:19|20)\d\d),?\s*",
    re.I,
)


class Named(Dated, Protocol):
    """What a question may say of a post; ``kgraph.storage.notes.PostInfo`` is one."""

    @property
    def title(self) -> str: ...  # noqa: D102


def read_filters(
    text: str, posts: Callable[[], Iterable[Named]], only: Filter
) -> tuple[str, Filter]:
    """``text`` without what it says of the posts to look in, and ``only`` narrowed by it.

    A title or tag that no post has which ``only`` lets pass is part of the question and stays.
    """
    if not any(pattern.search(text) for pattern in (_QUOTED, _TAG, _DATE)):
        return text, only
    known = list(posts())
    found = _QUOTED.search(text)
    if found is not None:
        wanted = _plain(found["title"] or found["name"])
        ids = {post.id for post in known if wanted in _plain(post.title) and only.passes(post)}
        if ids:
            text = text[: found.start()] + text[found.end() :]
            only = replace(only, posts=frozenset(ids))
    found = _TAG.search(text)
    if found is not None:
        tag = (found["tag"] or found["other"] or found["word"]).casefold()
        if any(tag == other.casefold() for post in known for other in post.tags):
            text = text[: found.start()] + text[found.end() :]
            only = replace(only, tags=frozenset([tag]))
    found = _DATE.search(text)
    if found is not None:
        year, month = found["year"] or found["on"], found["month"]
        date = f"{year}-{int(month):02}" if month else year
        text = text[: found.start()] + text[found.end() :]
        only = replace(only, since=date, until=date)
    return " ".join(text.split()), only


def _plain(title: str) -> str:
    return "".join(title.split()).casefold()
