"""Normalising names: small pure functions that every stage shares."""

from __future__ import annotations

import re
import unicodedata

_HANGUL = re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]")
_LATIN = re.compile(r"[A-Za-z]")
_SEPARATORS = re.compile(r"[\s\-_‐‑–—·]+")
_QUOTES = re.compile(r"['\"`‘’“”]+")
_PLAIN = re.compile(r"[가-힣A-Za-z0-9 ]*")
# Marks of Markdown and HTML; of tags those that notes are written with (Box<T> is none).
_MARKS = re.compile(
    r"(?<!/)\*\*(?!/)|~~|`|!?\[(?P<label>[^\[\]]*)\]\([^()\s]*\)"
    r"|</?(?:a|b|br|center|code|del|details|div|em|font|h[1-6]|i|img|kbd|li|mark|ol|p|pre|s|small|span"
    r"|strong|su[bp]|summary|table|tbody|td|th|thead|tr|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ASCII_GONE = str.maketrans("", "", "'\"`-_ \t\n\r\v\f\x1c\x1d\x1e\x1f")


def nfc(text: str) -> str:
    """``text`` in NFC: Hangul composed, however the file system or editor spelt it."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """The form in which two spellings of one name are equal.

    NFKC, case folded, spaces, hyphens and quotes gone; a leading ``-`` or ``--`` (an option) stays.
    Never empty unless ``text`` holds nothing but separators and quotes.
    """
    if _PLAIN.fullmatch(text):  # most names; the same result, sooner
        return text.lower().replace(" ", "")
    if text.isascii():
        plain = text.lower()
        if not plain.lstrip("'\"` \t\n\r\v\f\x1c\x1d\x1e\x1f").startswith("-"):
            return plain.translate(_ASCII_GONE)
    folded = _fold_once(text)
    while folded != text:  # NFKC may bring forth spaces that only the next turn takes away
        text, folded = folded, _fold_once(folded)
    return folded


def _fold_once(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().strip()
    text = unicodedata.normalize("NFC", _QUOTES.sub("", text)).strip()
    dashes = len(text) - len(text.lstrip("-")) if len(text) > 1 else 0
    return text[:dashes] + _SEPARATORS.sub("", text[dashes:])


def has_hangul(text: str) -> bool:
    """Whether any Hangul syllable or jamo stands in ``text``."""
    return _HANGUL.search(text) is not None


def language(text: str) -> str:
    """``"ko"`` if ``text`` holds Hangul, else ``"en"``: the language tag of a label or question."""
    return "ko" if has_hangul(text) else "en"


def main_language(text: str) -> str:
    """The language most of a longer text is in: ``"ko"`` when a tenth of its letters are Hangul."""
    hangul, latin = len(_HANGUL.findall(text)), len(_LATIN.findall(text))
    return "ko" if hangul * 9 >= latin else "en"


def unmarked(quote: str) -> str:
    """A quote on one line, without the marks of Markdown and HTML, as people are shown it."""
    return " ".join(_MARKS.sub(lambda mark: mark["label"] or "", quote).split())
