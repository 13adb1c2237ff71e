"""Where indexes lie on disk, and how a new one takes the old one's place.

    indexes/
      current               one line: the generation in use
      generations/000001/   graph/  index/  notes.sqlite  manifest.json
      cache.sqlite          what was read, extracted and encoded before
      removed               ids of posts that the user took out, one a line
      web/                  copies of what was fetched
      lock                  held while an ingest writes

A build writes ``generations/N.tmp``, renames it to ``N`` and then replaces ``current`` in one
atomic rename. A crash at any moment leaves the last complete generation in use. The generation
before the current one is kept, so that a reader that has just opened it can finish.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path

import filelock
import msgspec

from kgraph.errors import BusyError, IndexMismatchError, IndexMissingError

FORMAT = 2
CURRENT = "current"
REMOVED = "removed"


class SourceFile(msgspec.Struct, frozen=True):
    """One ingested file: its name below the source, its content and the posts it gave."""

    name: str
    sha256: str
    key: str  # of the prepared file in the cache
    posts: tuple[str, ...]
    skipped: str = ""  # why it gave no post


class Source(msgspec.Struct, frozen=True):
    """One path that was ingested, with its files by name."""

    path: str
    files: tuple[SourceFile, ...]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation was built from, and how much it holds."""

    format: int
    version: str  # of kgraph
    digest: str  # of all inputs, settings and code: equal digest, equal build
    model: str  # name or path given; empty for the embedded encoder
    encoder: str  # its fingerprint
    dimension: int
    sources: tuple[Source, ...]
    counts: dict[str, int]


class Generations:
    """The generations under one ``indexes`` folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def cache_path(self) -> Path:
        """The cache's file."""
        return self.root / "cache.sqlite"

    def removed(self) -> frozenset[str]:
        """The ids of the posts that the user took out, whatever their files say."""
        try:
            return frozenset((self.root / REMOVED).read_text("utf-8").splitlines())
        except FileNotFoundError:
            return frozenset()

    def remove(self, posts: Set[str]) -> None:
        """Make ``posts`` the ids that are taken out."""
        building = self.root / f"{REMOVED}.tmp"
        building.write_text("".join(f"{post}\n" for post in sorted(posts)), "utf-8")
        building.replace(self.root / REMOVED)

    def current(self) -> Path | None:
        """The folder of the generation in use, or ``None`` before the first ingest."""
        try:
            name = (self.root / CURRENT).read_text("utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        folder = self.root / "generations" / name
        return folder if name and (folder / "manifest.json").is_file() else None

    def require(self) -> Path:
        """Like :meth:`current`.

        Raises:
            IndexMissingError: nothing has been ingested into this folder.
        """
        folder = self.current()
        if folder is None:
            raise IndexMissingError(
                f"No index in {self.root} yet. 색인이 아직 없습니다. Run: kgraph ingest [PATH...]"
            )
        return folder

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for writing.

        Raises:
            BusyError: another process holds it.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self.root / "lock", timeout=0)
        holder = self.root / "lock.pid"  # beside the lock: whoever asks for that empties it
        try:
            with lock:
                holder.write_text(f"{os.getpid()}\n", "utf-8")
                yield
        except filelock.Timeout as error:
            try:
                named = f" (process {int(holder.read_text('utf-8'))})"
            except (OSError, ValueError):
                named = ""
            raise BusyError(
                f"Another ingest{named} is writing {self.root}; wait for it to end, then try again."
            ) from error

    @contextmanager
    def new(self) -> Iterator[Path]:
        """A fresh folder that becomes the current generation when the block ends without error."""
        parent = self.root / "generations"
        parent.mkdir(parents=True, exist_ok=True)
        numbers = [int(x.name) for x in parent.iterdir() if x.name.isdigit()]
        target = parent / f"{max(numbers, default=0) + 1:06d}"
        building = target.with_suffix(".tmp")
        for leftover in parent.glob("*.tmp"):
            shutil.rmtree(leftover, ignore_errors=True)
        building.mkdir()
        try:
            yield building
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        previous = self.current()
        building.rename(target)
        pointer = self.root / f"{CURRENT}.tmp"
        with pointer.open("w", encoding="utf-8") as file:
            file.write(target.name + "\n")
            file.flush()
            os.fsync(file.fileno())
        pointer.replace(self.root / CURRENT)
        for old in parent.iterdir():
            if old != target and old != previous:
                shutil.rmtree(old, ignore_errors=True)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the generation in ``folder``.

    Raises:
        IndexMismatchError: it is damaged or was written by another format version.
    """
    path = folder / "manifest.json"
    mend = "Run: kgraph ingest --rebuild"
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise IndexMismatchError(f"{path} cannot be read ({error}). {mend}") from error
    if manifest.format != FORMAT:
        raise IndexMismatchError(
            f"The index in {folder} has format {manifest.format}, not {FORMAT}. {mend}"
        )
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write ``manifest`` into ``folder``."""
    data = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    (folder / "manifest.json").write_bytes(data + b"\n")
