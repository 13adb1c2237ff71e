"""What all results share: JSON, the place of a quote."""

from __future__ import annotations

from typing import Any

import msgspec

from kgraph.types import Citation


def json_line(value: Any) -> str:
    """``value`` as one line of JSON, Hangul as it is."""
    return msgspec.json.encode(value).decode()


def json_block(value: Any) -> str:
    """``value`` as indented JSON, Hangul as it is."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def place(title: str, heading: str) -> str:
    """A post's title and the headings of a place in it; the first of them is often the title."""
    return " > ".join(dict.fromkeys(x for x in (title, *heading.split(" > ")) if x))


def dated(item: Citation) -> str:
    """The day of what is cited, in brackets; empty if it has none."""
    return f" ({item.date[:10]})" if item.date else ""
