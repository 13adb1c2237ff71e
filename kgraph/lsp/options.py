"""What a user may set in the editor (``initializationOptions``)."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Insert(StrEnum):
    """What a completion or a link action inserts for a concept."""

    WIKILINK = "wikilink"
    LABEL = "label"
    MARKDOWN = "md"


class Options(msgspec.Struct, frozen=True):
    """Settings of the server; unknown ones are ignored, wrong ones are the default."""

    insert: Insert = Insert.WIKILINK
    diagnostics: bool = False  # hints at known concepts that the draft names without a link
    contradictions: bool = False  # hints at statements that an earlier note denies, on save
    codeLens: bool = False  # noqa: N815  how many posts speak of a heading's concept
    inlayHints: bool = False  # noqa: N815  a concept's name in the other language
    ingestOnSave: bool = True  # noqa: N815  saving a note brings the index up to date


def read_options(given: object) -> Options:
    """The options in ``given``; each one that is not as it should be is its default."""
    found = {}
    if isinstance(given, dict):
        for field in msgspec.structs.fields(Options):
            if field.name in given:
                try:
                    found[field.name] = msgspec.convert(given[field.name], field.type)
                except msgspec.ValidationError:
                    continue
    return Options(**found)
