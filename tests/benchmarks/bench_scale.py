"""Memory and time of an ingest as the notes grow, one line a size.

    python tests/benchmarks/bench_scale.py NOTES [--posts 500 5000 20000] [--chars 600] [--hashed]

The posts are made of the Markdown files below NOTES, over and over, each cut to about ``--chars``
characters at the end of a line (0: whole), with every seventh word exchanged for a word of the same
class of letters that stands elsewhere in them; so no two posts are equal and every text is encoded.
``--hashed`` takes vectors from a hash of the text, which leaves the encoder's time out: it is the
same for every text. Each size is ingested by a process of its own, whose largest resident memory is
told, with the CPU time of it and its children, then again with one post changed; and the largest
sum of its memory and that of its children, what they share counted once, as Linux tells it (PSS,
looked at once a second).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import kgraph.index.encoder
from kgraph.config import Settings
from kgraph.pipeline.ingest import ingest

_WORD = re.compile(r"[가-힣]{2,}|[A-Za-z]{4,}")
_EACH = 7  # the how-manieth word is exchanged


class Hashed:
    """Vectors that depend on the text alone, at once; as long as the embedded encoder's."""

    fingerprint = "hashed"
    dimension = 384

    def encode_passages(
        self, texts: list[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Unit rows, (n, 384)."""
        made = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(made, texts, strict=True):
            seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
            row[:] = np.random.default_rng(seed).standard_normal(self.dimension)
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return made


def make(notes: Path, folder: Path, count: int, chars: int) -> int:
    """Write ``count`` posts into ``folder``; returns their characters."""
    texts = [path.read_text("utf-8") for path in sorted(notes.rglob("*.md"))]
    bodies = [re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL) for text in texts]
    bodies = [body for body in bodies if len(body) > 200]
    found: list[str] = sorted({word for body in bodies for word in _WORD.findall(body)})
    korean = [word for word in found if word[0] > "z"]
    latin = [word for word in found if word[0] <= "z"]
    total = 0
    for number in range(count):
        turn, which = divmod(number, len(bodies))
        chance = random.Random(number)
        body = bodies[which]
        if chars and len(body) > chars:
            # Each turn starts elsewhere: else all would be about the first lines of the documents.
            start = body.rfind("\n", 0, turn * chars % max(len(body) - chars, 1)) + 1
            body = body[start : max(body.rfind("\n", start, start + chars), start + chars // 2)]

        def exchanged(match: re.Match[str], chance: random.Random = chance) -> str:
            word: str = match[0]
            if chance.randrange(_EACH):
                return word
            return chance.choice(korean if word[0] > "z" else latin)

        text = f"# 글 {number}\n\n{_WORD.sub(exchanged, body)}\n"
        path = folder / f"{turn:03}" / f"{which:03}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        total += len(text)
    return total


def one(notes: Path, indexes: Path, hashed: bool) -> None:
    """Ingest ``notes`` and print what it took."""
    if hashed:
        setattr(kgraph.index.encoder, "load_encoder", lambda model=None: Hashed())  # noqa: B010
    started = time.perf_counter()
    report = ingest([notes], Settings(indexes=indexes))
    wall = time.perf_counter() - started
    use = [resource.getrusage(x) for x in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    shown = {
        "wall": round(wall, 1),
        "cpu": round(sum(x.ru_utime + x.ru_stime for x in use), 1),
        "rss_mb": use[0].ru_maxrss // 1024,
        **report.counts,
        "seconds": {name: round(seconds, 1) for name, seconds in report.seconds.items()},
    }
    print(json.dumps(shown))


def run(command: list[str]) -> dict[str, object]:
    """What ``command`` prints, with the most memory that it and its children had together."""
    most = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            most = max(most, sum(map(share, family(process.pid))))
            time.sleep(1)
        assert process.stdout is not None
        printed = process.stdout.read()
    if process.returncode:
        raise SystemExit(process.returncode)
    told: dict[str, object] = json.loads(printed)
    return told | {"all_mb": most // 1024}


def family(pid: int) -> list[int]:
    """A process and all that it and they have started."""
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [x for child in path.read_text().split() for x in family(int(child))]
    return found


def share(pid: int) -> int:
    """The memory of a process in kB, of what it shares with n others an nth."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next((int(x.split()[1]) for x in lines if x.startswith("Pss:")), 0)
    return 0


def main() -> None:
    """Print a JSON object for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notes", type=Path)
    parser.add_argument("--posts", type=int, nargs="+", default=[500, 5000, 20_000])
    parser.add_argument("--chars", type=int, default=600)
    parser.add_argument("--hashed", action="store_true")
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.into:
        one(given.notes, given.into, given.hashed)
        return
    for count in given.posts:
        with tempfile.TemporaryDirectory() as root:
            posts = Path(root) / "posts"
            total = make(given.notes, posts, count, given.chars)
            print(json.dumps({"posts": count, "characters": total}), flush=True)
            for _ in ("all", "one changed"):
                command = [sys.executable, __file__, str(posts), "--into", f"{root}/indexes"]
                command += ["--hashed"] * given.hashed
                print(json.dumps(run(command)), flush=True)
                with (posts / "000" / "007.md").open("a", encoding="utf-8") as file:
                    file.write("\n가상 노드는 Pod를 실행한다.\n")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
