"""The check-up: is the index whole, and what in the graph looks wrong; each with what mends it."""

from __future__ import annotations

from kgraph.doctor.examine import examine
from kgraph.doctor.findings import Finding, Severity

__all__ = ["Finding", "Severity", "examine"]
