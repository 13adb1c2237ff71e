"""The global options of this run, shared by all commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kgraph.config import Settings
    from kgraph.library import Kgraph


class State:
    """What stood before the command."""

    flags: dict[str, Any]
    verbosity: int = 0

    def __init__(self) -> None:
        self.flags = {}

    def settings(self, **flags: object) -> Settings:
        """The settings of this run; ``flags`` are the command's own."""
        from kgraph.config import load_settings

        return load_settings({**self.flags, **flags})

    def open(self) -> Kgraph:
        """The index of this run."""
        from kgraph.library import Kgraph

        return Kgraph(self.settings())

    def warn_if_behind(self, kg: Kgraph) -> None:
        """Say on stderr if the remote store in use holds another build than the index."""
        if kg.settings.store is not None and kg.behind and self.verbosity >= 0:
            import typer

            typer.echo("kgraph: the store holds another build; `kgraph push` renews it", err=True)


state = State()
