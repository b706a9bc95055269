"""What an engine can do: narrow, so that a cluster can do the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeAlias

import pyarrow as pa

Source: TypeAlias = pa.Table | pa.RecordBatchReader | Path
"""What can become a named table: Arrow in memory, a stream of batches, a Parquet file or folder."""

Kernel: TypeAlias = Callable[[pa.RecordBatch], pa.RecordBatch]
"""A pure function on a batch: no I/O, no global state, picklable."""


class Engine(Protocol):
    """Named tables, SQL over them, and kernels over batches.

    SQL stays in a portable subset: joins, aggregates, window functions, CASE, string
    concatenation. No engine's own string metric, hash or sampling is used.
    """

    def register(self, name: str, source: Source) -> None:
        """Give a source a name that SQL can use; a Parquet path is read when asked, not now."""

    def create(self, name: str, sql: str) -> None:
        """Work out a query once and keep its result under a name, in the engine's own storage."""

    def drop(self, name: str) -> None:
        """Forget a named table; none of that name is no error."""

    def has(self, name: str) -> bool:
        """Whether a table of that name is known."""

    def columns(self, name: str) -> Sequence[str]:
        """Column names of a named table."""

    def query(self, sql: str) -> pa.Table:
        """The result of a query, whole, as Arrow."""

    def stream(self, sql: str) -> pa.RecordBatchReader:
        """The result of a query, batch by batch; read it before the next call."""

    def write(self, sql: str, path: Path) -> int:
        """Write a query's result as one Parquet file, whole or not at all; answer its rows."""

    def map_batches(self, sql: str, kernel: Kernel, schema: pa.Schema, path: Path) -> int:
        """Run a kernel over each batch of a query's result into one Parquet file; answer its rows.

        ``schema`` is the schema of what the kernel answers. The file appears whole or not at all.
        """

    def close(self) -> None:
        """Let go of everything held."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
