"""Retrieval against queries with known pages: recall, MRR and nDCG of each side and of both.

A file of queries is JSON lines of one of two shapes:

- ``{"question", "gold_pages"}``: over an index; pages are posts by id or path. A page stands
  where the first of its passages does. Questions are grouped by their language, and by both where
  a page is in another (en→ko).
- ``{"ko", "en", "hard"?}``: the same text in both languages; each side is a query against the
  pool of the other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from kgraph.errors import ReadError
from kgraph.index.encoder import Encoder
from kgraph.index.rows import Filter
from kgraph.index.search import Candidates, Morphology, Searcher, build
from kgraph.text import language
from kgraph.types import Record, RecordKind

SYSTEMS = ("dense", "lexical", "fused")
CUTS = (1, 3, 5, 10)
METRICS = (*(f"recall@{k}" for k in CUTS), "mrr@10", "ndcg@10")
_ROUNDS = 10_000
_SEED = 20_240_229
_PASSAGES = Filter(kinds=frozenset({RecordKind.PASSAGE}))

# From the candidates of a search to the scores that one system ranks them by.
System = Callable[[Candidates], NDArray[np.float32]]
PARTS: dict[str, System] = {
    "dense": lambda found: found.cosine,
    "lexical": lambda found: found.words,
    "fused": lambda found: found.fused,
}


class _Line(msgspec.Struct):
    id: str = ""
    question: str = ""
    query: str = ""
    gold_pages: list[str] = []
    gold: list[str] = []
    ko: str = ""
    en: str = ""
    hard: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A text with the pages that answer it, and the groups that it is counted in."""

    id: str
    text: str
    gold: frozenset[str]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """For each query, in order, and each system: the ranks (from 0) of its gold pages found."""

    queries: tuple[Query, ...]
    ranks: Mapping[str, tuple[tuple[int, ...], ...]]


def load(path: Path) -> tuple[list[Query], list[tuple[str, str, bool]]]:
    """The queries of a file, or its pairs (Korean, English, hard); one of the two is empty.

    Raises:
        ReadError: the file cannot be read or holds neither.
    """
    queries: list[Query] = []
    pairs: list[tuple[str, str, bool]] = []
    try:
        for number, raw in enumerate(path.read_bytes().splitlines(), 1):
            if not raw.strip():
                continue
            line = msgspec.json.decode(raw, type=_Line)
            text, gold = line.question or line.query, line.gold_pages or line.gold
            if text and gold:
                name = line.id or str(number)
                queries.append(Query(name, text, frozenset(gold), ("all", language(text))))
            elif line.ko and line.en:
                pairs.append((line.ko, line.en, line.hard))
            else:
                raise ReadError(
                    f"{path}, line {number}: neither a question with gold_pages nor ko and en."
                )
    except OSError as error:
        raise ReadError(f"{path} cannot be read ({error.strerror}).") from error
    except msgspec.MsgspecError as error:
        raise ReadError(f"{path}, line {number}: {error}.") from error
    if queries and pairs:
        raise ReadError(f"{path} holds both questions and pairs; put them in two files.")
    if not queries and not pairs:
        raise ReadError(f"{path} holds no queries.")
    return queries, pairs


def run_pages(
    searcher: Searcher,
    queries: Iterable[Query],
    names: Mapping[str, str],
    systems: Mapping[str, System] = PARTS,
) -> Outcome:
    """Rank the pages of an index for each query.

    Args:
        searcher: the index.
        queries: with gold pages by id or path.
        names: the post's id for every id and path.
        systems: what to compare.

    Raises:
        ReadError: a gold page is not in the index.
    """
    spoken = {post.id: post.lang for post in searcher.rows.known}
    resolved: list[Query] = []
    for query in queries:
        missing = sorted(page for page in query.gold if page not in names)
        if missing:
            raise ReadError(f"Query {query.id}: the index has no page {missing[0]!r}.")
        gold = frozenset(names[page] for page in query.gold)
        asked = language(query.text)
        across = sorted(
            {f"{asked}→{spoken[p]}" for p in gold if spoken.get(p, "") not in ("", asked)}
        )
        resolved.append(Query(query.id, query.text, gold, (*query.groups, *across)))
    ranks: dict[str, list[tuple[int, ...]]] = {name: [] for name in systems}
    known = [post.id for post in searcher.rows.known]
    for query in resolved:
        found = searcher.candidates(query.text, _PASSAGES)
        pages = searcher.rows.posts[found.rows]
        for name, system in systems.items():
            order = np.lexsort((found.rows, -system(found)))
            best = dict.fromkeys(known[page] for page in pages[order])
            place = {page: rank for rank, page in enumerate(best)}
            ranks[name].append(tuple(sorted(place[p] for p in query.gold if p in place)))
    return Outcome(tuple(resolved), {name: tuple(found) for name, found in ranks.items()})


def run_pairs(
    pairs: Sequence[tuple[str, str, bool]],
    folder: Path,
    encoder: Encoder,
    analyser: Morphology,
    systems: Mapping[str, System] = PARTS,
) -> Outcome:
    """Rank each text's translation among all of its language; indexes are written to ``folder``."""
    queries: list[Query] = []
    ranks: dict[str, list[tuple[int, ...]]] = {name: [] for name in systems}
    for source, target in ((0, 1), (1, 0)):
        texts = [str(pair[target]) for pair in pairs]
        pool = folder / str(target)
        records = [
            Record(i + 1, RecordKind.PASSAGE, text, text, post=f"{i:06}")
            for i, text in enumerate(texts)
        ]
        build(pool, records, encoder.encode_passages(texts), encoder.fingerprint, analyser)
        direction = ("ko→en", "en→ko")[source]
        asked = [
            Query(
                f"{direction} {i}",
                str(pair[source]),
                frozenset({f"{i:06}"}),
                (direction, f"{direction}, hard") if pair[2] else (direction,),
            )
            for i, pair in enumerate(pairs)
        ]
        names = {record.post: record.post for record in records}
        outcome = run_pages(Searcher.open(pool, encoder, analyser), asked, names, systems)
        queries += outcome.queries
        for name in systems:
            ranks[name] += outcome.ranks[name]
    return Outcome(tuple(queries), {name: tuple(found) for name, found in ranks.items()})


def measure(ranks: Sequence[int], gold: int) -> dict[str, float]:
    """Each of :data:`METRICS` for one query.

    Args:
        ranks: of the gold pages found, from 0, ascending.
        gold: how many there are.
    """
    values = {f"recall@{k}": sum(rank < k for rank in ranks) / gold for k in CUTS}
    values["mrr@10"] = next((1 / (rank + 1) for rank in ranks if rank < 10), 0.0)
    gain = sum(1 / math.log2(rank + 2) for rank in ranks if rank < 10)
    values["ndcg@10"] = gain / sum(1 / math.log2(i + 2) for i in range(min(gold, 10)))
    return values


def summarise(outcome: Outcome, base: str = "fused") -> dict[str, Any]:
    """Means of each metric by group and system, and ``base`` against every other system.

    The comparison gives the mean difference, its 95 % interval (paired bootstrap) and the
    probability of one as large by chance (two-sided randomisation of signs); both are seeded.
    """
    report: dict[str, Any] = {}
    for group in dict.fromkeys(name for query in outcome.queries for name in query.groups):
        chosen = [i for i, query in enumerate(outcome.queries) if group in query.groups]
        values = {
            system: {
                metric: np.array([row[metric] for row in rows])
                for metric in METRICS
                for rows in [[measure(ranks[i], len(outcome.queries[i].gold)) for i in chosen]]
            }
            for system, ranks in outcome.ranks.items()
        }
        report[group] = {
            "queries": len(chosen),
            "systems": {
                system: {metric: round(float(found[metric].mean()), 4) for metric in METRICS}
                for system, found in values.items()
            },
            "against": {
                system: {
                    metric: compare(values[base][metric] - found[metric])
                    for metric in ("recall@1", "recall@5", "mrr@10")
                }
                for system, found in values.items()
                if system != base and base in values
            },
        }
    return report


def compare(differences: NDArray[np.float64]) -> dict[str, float]:
    """Paired significance of ``differences`` (n,): mean, 95 % interval, two-sided p."""
    generator = np.random.Generator(np.random.PCG64(_SEED))
    n = len(differences)
    mean = float(differences.mean())
    signs = generator.integers(0, 2, size=(_ROUNDS, n), dtype=np.int8) * 2 - 1
    by_chance = np.abs(signs @ differences) / n
    p = (1 + int((by_chance >= abs(mean) - 1e-12).sum())) / (_ROUNDS + 1)
    drawn = differences[generator.integers(0, n, size=(_ROUNDS, n), dtype=np.int32)].mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {
        "difference": round(mean, 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "p": round(p, 4),
    }


def table(report: Mapping[str, Any]) -> str:
    """A report of :func:`summarise` for people."""
    lines: list[str] = []
    for group, found in report.items():
        lines += [
            f"{group}: {found['queries']} queries",
            "  " + " " * 14 + "".join(f"{metric:>11}" for metric in METRICS),
        ]
        for system, values in found["systems"].items():
            row = "".join(f"{values[metric]:11.4f}" for metric in METRICS)
            lines.append(f"  {system:14}{row}")
        for system, metrics in found["against"].items():
            said = [
                f"{metric} {x['difference']:+.4f} [{x['low']:+.4f}, {x['high']:+.4f}]"
                f" p={x['p']:.4f}"
                for metric, x in metrics.items()
            ]
            lines.append(f"  fused against {system}: {'; '.join(said)}")
    return "\n".join(lines)
