"""What a check-up finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is."""

    DAMAGE = "damage"  # the index is not what was built: answers may be wrong or missing
    STALE = "stale"  # whole, but older than the notes or the program
    ADVICE = "advice"  # of the graph's content: worth a look


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: what, how it is known, and the command that mends it."""

    check: str  # "checksum", "hub", ...
    severity: Severity
    message: str
    mend: str
    evidence: tuple[str, ...] = ()
