"""How far two spellings are apart."""

from __future__ import annotations


def bits(letters: str) -> int:
    """Which letters there are, each as a bit; some share one."""
    held = 0
    for letter in letters:
        held |= 1 << (ord(letter) % 64)
    return held


def distance(first: str, second: str, limit: int) -> int:
    """The edit distance (a swap of neighbours counts one), or ``limit + 1`` if it is larger."""
    if first[:1] != second[:1] and first[-1:] != second[-1:]:
        return limit + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(second, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
