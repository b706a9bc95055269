"""The engine runs SQL and batch kernels over tables; DuckDB in the process is the default."""

from __future__ import annotations

from enduse.engine.protocol import Engine, Kernel, Source
from enduse.errors import UsageError
from enduse.settings import Settings

__all__ = ["Engine", "Kernel", "Source", "open_engine"]


def open_engine(settings: Settings) -> Engine:
    """The engine that the settings name, opened; close it when done (it is a context manager).

    Raises
    ------
    UsageError
        If no engine has that name.
    """
    if settings.engine == "duckdb":
        from enduse.engine.duckdb import DuckDBEngine

        return DuckDBEngine(settings)
    raise UsageError(
        f"There is no engine '{settings.engine}'.", hint="Use 'duckdb', which needs no server."
    )
