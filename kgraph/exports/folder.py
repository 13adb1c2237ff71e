"""Writing a whole folder at once: it is there complete, or as it was before."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from kgraph.errors import KgraphError

MARK = ".kgraph-export"


def write_folder(files: Iterable[tuple[str, bytes]], target: Path) -> int:
    """Write ``files`` (name, bytes) as the folder ``target``; returns how many there are.

    A folder that an export made before is replaced; any other that holds something is refused.

    Raises:
        KgraphError: ``target`` is somebody's folder, or cannot be written.
    """
    if target.exists() and not (target.is_dir() and _ours(target)):
        raise KgraphError(
            f"{target} holds files that no export made: name a new or an empty folder with -o"
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        try:
            count = 0
            for name, data in files:
                (partial / name).write_bytes(data)
                count += 1
            (partial / MARK).write_text("made by kgraph export; replaced by the next one\n")
            partial.chmod(0o777 & ~_umask())
            if target.exists():
                old = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
                target.rename(old / "old")
                partial.rename(target)
                shutil.rmtree(old, ignore_errors=True)
            else:
                partial.rename(target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise KgraphError(f"{target} cannot be written ({error.strerror})") from error
    return count


def _ours(folder: Path) -> bool:
    return (folder / MARK).is_file() or not any(folder.iterdir())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
