"""The group that the commands on recovered components belong to."""

from __future__ import annotations

from enduse.cli.app import app


@app.group("component")
def component_group() -> None:
    """Read markings of recovered components, and follow them to the sales behind them."""
