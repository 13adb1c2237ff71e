"""The version of the rules; it enters every piece of evidence and the cache's key."""

from __future__ import annotations

EXTRACTOR_VERSION = "3"
