"""What every reader shares: its protocol, and how bytes become the stored source text."""

from __future__ import annotations

import codecs
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kgraph.config import Limits
from kgraph.errors import ReadError
from kgraph.text import has_hangul, nfc
from kgraph.types import Post


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that gave no posts, and why.

    ``foreign`` is True for files that never claimed to be notes (an image, a script): worth a
    count, not a warning.
    """

    path: Path
    reason: str
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read: where it lies, and its name below the folder that was given (NFC, ``/``).

    ``id`` is unique among the files of one listing; a post takes it over, or builds on it.
    """

    path: Path
    name: str
    id: str
    member: str = ""  # the entry's name inside the ZIP archive at ``path``
    most: int = Limits().note_bytes  # bytes that it may have
    url: str = ""  # where it was fetched from
    size: int = 0  # bytes that it had when it was listed

    def read(self) -> bytes:
        """The file's bytes.

        Raises:
            OSError: it cannot be read.
            ReadError: its archive is damaged, or the entry holds more than it says.
        """
        if not self.member:
            with self.path.open("rb") as file:
                return file.read(self.most + 1)  # it may have grown since it was listed
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as entry:
                return entry.read(self.most + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            KeyError,
            RuntimeError,
            NotImplementedError,
        ) as error:
            raise ReadError(
                f"{self.name}: cannot be unpacked ({error}); make the archive again"
            ) from error


class Reader(Protocol):
    """One input format."""

    name: str

    def sniff(self, text: str, name: str) -> float:
        """How sure this reader is, 0 to 1, that ``text`` of the file ``name`` is its format."""
        ...

    def read(self, text: str, source: SourceFile, sha256: str) -> Iterator[Post]:
        """The posts in ``text``, in the order of the text.

        Raises:
            ReadError: if the text cannot be read as this format at all.
        """
        ...


def decode(data: bytes, name: str, most: int = Limits().note_bytes) -> str:
    """The stored source text of a file's bytes: no BOM, newlines as ``\\n``, NFC.

    UTF-8 with or without BOM, UTF-16 with BOM, and CP949 (EUC-KR) where the bytes are Korean in it.

    Raises:
        ReadError: if the file is too large, binary, or in another encoding.
    """
    if len(data) > most:
        raise ReadError(too_large(name, len(data), most))
    return nfc(_decode(data, name).replace("\r\n", "\n").replace("\r", "\n"))


def too_large(name: str, size: int, most: int) -> str:
    """Why a note of ``size`` bytes is passed over where ``most`` are allowed."""
    return (
        f"{name}: {size / 2**20:.0f} MB is more than a note may have ({most / 2**20:g} MB); split"
        " it, leave it out, or raise note_mb under [limits] in kgraph.toml"
    )


def _decode(data: bytes, name: str) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise ReadError(f"{name}: starts like UTF-16 but is not; save it as UTF-8") from error
    if b"\0" in data:
        raise ReadError(f"{name}: a binary file; notes are text (save UTF-16 text as UTF-8)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        try:
            text = data.decode("cp949")
        except UnicodeDecodeError:
            text = ""
        if has_hangul(text):
            return text
        raise ReadError(
            f"{name}: not UTF-8 (byte {error.start}) nor CP949; save it as UTF-8, for example with "
            f"iconv -f ENCODING -t UTF-8"
        ) from error
