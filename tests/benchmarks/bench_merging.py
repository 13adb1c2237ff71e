"""Korean and English names of one term brought together without the lexicon's help.

    python tests/benchmarks/bench_merging.py PAIRS.tsv [NOTES]

PAIRS has a header and the columns ``en`` and ``ko``. The lexicon's entries that hold one of the
names are taken out of the lexicon, all names are resolved as if one note held them (with what the
notes under NOTES say of names, when given), and every ko/en pair that shares a concept is judged by
the table. Prints precision and recall.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from itertools import product
from pathlib import Path

from kgraph.config import Settings
from kgraph.pipeline.inputs import Input
from kgraph.pipeline.prepare import prepare_many
from kgraph.read import Skipped, discover
from kgraph.resolution.resolve import resolve
from kgraph.storage.cache import EXTRACTIONS, unpack
from kgraph.text import fold, has_hangul
from kgraph.types import Extraction, Mention
from kgraph.vocab.inflection import singulars
from kgraph.vocab.lexicon import Lexicon, load_lexicon


def main() -> None:
    """Print what was merged wrongly, what was missed, precision and recall."""
    rows = [line.split("\t") for line in Path(sys.argv[1]).read_text("utf-8").splitlines()[1:]]
    pairs = sorted({(row[0].strip(), row[1].strip()) for row in rows if row[1].strip()})
    translated = [(en, ko) for en, ko in pairs if has_hangul(ko) and not has_hangul(en)]
    lexicon = without(load_lexicon(), (name for pair in pairs for name in pair))
    extractions = _notes(Path(sys.argv[2])) if len(sys.argv) > 2 else []
    judge(translated, lexicon, extractions)


def judge(
    pairs: list[tuple[str, str]], lexicon: Lexicon, extractions: list[Extraction]
) -> tuple[float, float]:
    """Precision and recall of the ko/en pairs that end in one concept."""
    names = sorted({name for pair in pairs for name in pair})
    asked = Extraction("asked", tuple(Mention(s, i, i + 1, 0) for i, s in enumerate(names)))
    concept: dict[str, str] = {}
    for item in resolve([*extractions, asked], lexicon).concepts:
        concept.update((fold(name), item.id) for name in item.names)
    partners: dict[str, set[str]] = defaultdict(set)
    english = sorted({en for en, _ in pairs})
    korean = sorted({ko for _, ko in pairs})
    for en, ko in pairs:
        partners[fold(en)].add(fold(ko))
    # Rows that share an English name, or its singular, are names of one term.
    for en in english:
        for form in singulars(en):
            if form in partners:
                partners[fold(en)] = partners[form] = partners[fold(en)] | partners[form]
    right, wrong, missed = [], [], []
    for en, ko in product(english, korean):
        same = fold(en) in concept and concept[fold(en)] == concept.get(fold(ko))
        true = fold(ko) in partners[fold(en)]
        if same and true:
            right.append((en, ko))
        elif same:
            wrong.append((en, ko))
        elif (en, ko) in pairs:
            missed.append((en, ko))
    for en, ko in wrong:
        print(f"  wrong: {en} = {ko}")
    for en, ko in missed:
        print(f"  missed: {en} = {ko}")
    precision = len(right) / max(1, len(right) + len(wrong))
    recall = 1 - len(missed) / len(pairs)
    print(f"{len(pairs)} pairs; precision {precision:.3f}, recall {recall:.3f}")
    return precision, recall


def without(lexicon: Lexicon, names: Iterable[str]) -> Lexicon:
    """``lexicon`` less the entries that hold one of ``names``, in whatever number."""
    held = {form for name in names for form in (fold(name), *singulars(name))}
    return Lexicon(
        entry
        for entry in lexicon
        if not any(form in held for n in entry.names for form in (fold(n), *singulars(n)))
    )


def _notes(folder: Path) -> list[Extraction]:
    files = [Input("", f) for f in discover([folder]) if not isinstance(f, Skipped)]
    return [
        extraction
        for _, (blob, reason) in prepare_many(files, Settings())
        if not reason
        for extraction in unpack(blob, EXTRACTIONS)
    ]


if __name__ == "__main__":
    main()
