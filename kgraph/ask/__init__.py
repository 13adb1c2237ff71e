"""Question answering: a question to a reply with the sentences under it, or to silence."""

from __future__ import annotations

from kgraph.ask.answer import Asker

__all__ = ["Asker"]
