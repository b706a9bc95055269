"""Tables with types: Parquet, and those that are in memory already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from enduse.errors import InputError
from enduse.records.batch import Batch, FileSource, Source, batch_of_values

_BATCH_ROWS = 1 << 14


@runtime_checkable
class ArrowStream(Protocol):
    """A table that can hand itself over as Arrow: pandas, Polars, Arrow itself."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...


class ParquetSource(FileSource):
    """A Parquet file.

    Raises
    ------
    InputError
        If it is cut or damaged.
    """

    format = "parquet"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowInvalid, OSError) as error:
            raise _damaged(path, error) from error
        self.header = self._file.schema_arrow.names

    def batches(self, wanted: Mapping[str, int]) -> Iterator[Batch]:
        names = sorted({self.header[position] for position in wanted.values()})
        first = 1
        try:
            for batch in self._file.iter_batches(_BATCH_ROWS, columns=names):
                rows = np.arange(first, first + batch.num_rows, dtype=np.int64)
                first += batch.num_rows
                yield Batch(
                    rows, {n: batch[self.header[position]] for n, position in wanted.items()}
                )
        except (pa.ArrowInvalid, OSError) as error:
            raise _damaged(self.path, error) from error


class TableSource(Source):
    """A pandas, Polars or Arrow table in memory."""

    name = "the table"

    def __init__(self, table: ArrowStream) -> None:
        self.format = f"{type(table).__module__.split('.')[0]} table"
        self._values: list[tuple[object, ...]] | None = None
        try:
            self._table = pa.table(table)
            self.header = self._table.schema.names
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            # A pandas column of mixed Python values has no Arrow type.
            frame: Any = table
            values = frame.astype(object).where(frame.notna(), None)
            self._values = list(values.itertuples(index=False, name=None))
            self.header = [str(name) for name in frame.columns]

    def batches(self, wanted: Mapping[str, int]) -> Iterator[Batch]:
        if self._values is not None:
            rows = np.arange(1, len(self._values) + 1, dtype=np.int64)
            yield batch_of_values(rows, self._values, wanted)
            return
        first = 1
        for batch in self._table.to_batches(_BATCH_ROWS):
            rows = np.arange(first, first + batch.num_rows, dtype=np.int64)
            first += batch.num_rows
            yield Batch(rows, {name: batch.column(position) for name, position in wanted.items()})

    def digest(self) -> str:
        return ""


def _damaged(path: Path, error: Exception) -> InputError:
    return InputError(
        f"{path} is not a whole Parquet file: {str(error).splitlines()[0]}",
        hint="It may have been cut while it was copied: copy or export it again.",
    )
