"""Where indexes lie on disk, and how a new one takes the old one's place.

    indexes/
      current               one line: the generation in use
      generations/000001/   graph/  index/  notes.sqlite  manifest.json
      cache.sqlite          what was read, extracted and encoded before
      removed               ids of posts that the user took out, one a line
      web/                  copies of what was fetched
      lock                  held while an ingest writes

A build writes ``generations/N.tmp``, has it on the disk, renames it to ``N`` and then replaces
``current`` in one atomic rename. A crash at any moment leaves the last complete generation in use.
The generation before the current one is kept, and every one that a reader holds
(:class:`Hold`), however many builds ago it was.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock
import msgspec

from kgraph.errors import BusyError, IndexMismatchError, IndexMissingError
from kgraph.storage.disk import replace_file, sync, sync_tree

try:
    import fcntl as _fcntl
except ImportError:  # Windows keeps a file that is open by itself
    _fcntl = None  # type: ignore[assignment]

FORMAT = 2
CURRENT = "current"
MANIFEST = "manifest.json"
FOREIGN = "not a note:"
"""How the reason starts for a file that never claimed to be a note, or is read elsewhere."""
REMOVED = "removed"


class SourceFile(msgspec.Struct, frozen=True):
    """One ingested file: its name below the source, its content and the posts it gave."""

    name: str
    sha256: str
    key: str  # of the prepared file in the cache
    posts: tuple[str, ...]
    skipped: str = ""  # why it gave no post
    hashes: tuple[str, ...] = ()  # of each post's content


class Source(msgspec.Struct, frozen=True):
    """One path that was ingested, with its files by name."""

    path: str
    files: tuple[SourceFile, ...]
    form: str = ""  # the reader that the user named for it


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


class _KnownSource(msgspec.Struct):
    path: str
    form: str = ""


class _Known(msgspec.Struct):
    """What a manifest of any format says of its sources."""

    sources: tuple[_KnownSource, ...]


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
        replace_file(self.root / REMOVED, "".join(f"{post}\n" for post in sorted(posts)).encode())

    def current(self) -> Path | None:
        """The folder of the generation in use, or ``None`` before the first ingest."""
        try:
            name = (self.root / CURRENT).read_text("utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        folder = self.root / "generations" / name
        return folder if name and (folder / MANIFEST).is_file() else None

    def last_sources(self) -> dict[str, str]:
        """The sources of the newest generation that can tell them, with their readers."""
        folders = (self.root / "generations").glob("*[0-9]")
        for folder in sorted(folders, key=lambda x: x.name, reverse=True):
            try:
                known = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=_Known)
            except (OSError, msgspec.DecodeError, UnicodeDecodeError):
                continue
            return {source.path: source.form for source in known.sources}
        return {}

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

    def sweep(self) -> None:
        """Remove what builds left that did not end; only while the lock is held."""
        for leftover in (self.root / "generations").glob("*.tmp"):
            shutil.rmtree(leftover, ignore_errors=True)

    @contextmanager
    def new(self) -> Iterator[Path]:
        """A fresh folder that becomes the current generation when the block ends without error."""
        parent = self.root / "generations"
        parent.mkdir(parents=True, exist_ok=True)
        numbers = [int(x.name) for x in parent.iterdir() if x.name.isdigit()]
        target = parent / f"{max(numbers, default=0) + 1:06d}"
        building = target.with_suffix(".tmp")
        self.sweep()
        building.mkdir()
        try:
            yield building
            sync_tree(building)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        previous = self.current()
        building.rename(target)
        sync(parent)
        replace_file(self.root / CURRENT, f"{target.name}\n".encode())
        for old in sorted(parent.iterdir()):
            if old not in (target, previous) and not _held(old):
                _drop(old)


class Hold:
    """Keeps the generation in ``folder`` on the disk for as long as this object lives."""

    def __init__(self, folder: Path) -> None:
        """Hold it, where the system knows shared locks."""
        self._handle: int | None = None
        if _fcntl is not None:
            with suppress(OSError):
                self._handle = os.open(folder / MANIFEST, os.O_RDONLY | os.O_CLOEXEC)
                _fcntl.flock(self._handle, _fcntl.LOCK_SH | _fcntl.LOCK_NB)

    def close(self) -> None:
        """Let it go."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def __del__(self) -> None:
        self.close()


def _held(folder: Path) -> bool:
    """Whether a reader holds the generation in ``folder``."""
    if _fcntl is None:
        return False
    try:
        handle = os.open(folder / MANIFEST, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        _fcntl.flock(handle, _fcntl.LOCK_EX | _fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def _drop(folder: Path) -> None:
    """Remove a generation; its manifest goes first, so that what is left of it counts as none."""
    with suppress(OSError):
        (folder / MANIFEST).unlink()
    shutil.rmtree(folder, ignore_errors=True)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the generation in ``folder``.

    Raises:
        IndexMismatchError: it is damaged or was written by another format version.
    """
    path = folder / MANIFEST
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
    (folder / MANIFEST).write_bytes(data + b"\n")
