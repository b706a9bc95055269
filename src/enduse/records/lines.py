"""The file of accepted lines: written in row groups, no line twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from enduse.engine import open_engine
from enduse.engine.files import whole_file
from enduse.model import SHIPMENTS
from enduse.records.rejects import REJECTS, RejectsFile
from enduse.settings import Settings

# Reading is to stay below 1 GiB in all: ten million keys spill to disk a little at this limit.
_MEMORY_MIB = 256

# With more rows than this repeated, it is the numbers of the lines that are missing.
_MOST_REPEATED_SHARE = 0.05

_REPEATED_KEYS = """
    SELECT shipment_id, line_no, min(source_row) AS first_row, count(*) - 1 AS repeats
    FROM lines GROUP BY shipment_id, line_no HAVING count(*) > 1
"""
_REPEATED_LINES = """
    SELECT lines.line_key, lines.source_row, lines.shipment_id, lines.line_no, repeated.first_row
    FROM lines JOIN repeated
        ON lines.shipment_id = repeated.shipment_id AND lines.line_no = repeated.line_no
    WHERE lines.source_row > repeated.first_row
    ORDER BY lines.line_key
"""


class LinesWriter:
    """Writes batches of accepted lines to Parquet and numbers them.

    Parameters
    ----------
    path
        Where to write.
    first_key
        ``line_key`` of the first line.
    group_rows
        Rows in a row group.
    """

    def __init__(self, path: Path, first_key: int, group_rows: int) -> None:
        self._writer = pq.ParquetWriter(path, SHIPMENTS, compression="zstd")
        self._first_key = first_key
        self._group_rows = group_rows
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0
        self.rows = 0

    def write(self, lines: pa.RecordBatch) -> None:
        """Add lines; whatever stands in their ``line_key`` is replaced."""
        start = self._first_key + self.rows
        keys = pa.array(np.arange(start, start + lines.num_rows, dtype=np.int64))
        self._waiting.append(
            lines.set_column(
                SHIPMENTS.get_field_index("line_key"), SHIPMENTS.field("line_key"), keys
            )
        )
        self.rows += lines.num_rows
        self._waiting_rows += lines.num_rows
        if self._waiting_rows >= self._group_rows:
            self._flush()

    def _flush(self) -> None:
        if self._waiting_rows:
            self._writer.write_table(
                pa.Table.from_batches(self._waiting), row_group_size=self._group_rows
            )
        self._waiting, self._waiting_rows = [], 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._flush()
        self._writer.close()


def remove_repeated(
    lines: Path,
    first_key: int,
    rejects: RejectsFile,
    shown: Mapping[str, str],
    settings: Settings,
) -> int:
    """Take out of a file of lines those whose shipment and line number stood there before.

    The first line of each pair stays; the others become rejects that name its row. Where they
    are many and the source has no line numbers, the rejects say so. The file is only written
    again if there are any.

    Returns
    -------
    int
        How many lines were taken out.
    """
    removed: list[npt.NDArray[np.int64]] = []
    row_count = pq.read_metadata(lines).num_rows
    limit = min(settings.memory_limit_mib, _MEMORY_MIB)
    pa.default_memory_pool().release_unused()
    with open_engine(replace(settings, memory_limit_mib=limit)) as engine:
        engine.register("lines", lines)
        engine.create("repeated", _REPEATED_KEYS)
        repeats = engine.query("SELECT sum(repeats) AS n FROM repeated")["n"][0].as_py() or 0
        is_unnumbered = "line_no" not in shown and repeats > _MOST_REPEATED_SHARE * row_count
        advice = _NO_LINE_NUMBERS if is_unnumbered else ""
        for batch in engine.stream(_REPEATED_LINES):
            rejects.write(_as_rejects(batch, shown["shipment_id"], advice))
            removed.append(batch["line_key"].to_numpy() - first_key)
    if not removed:
        return 0
    places = np.concatenate(removed)
    keep = np.ones(row_count, np.bool_)
    keep[places] = False
    start = 0
    with (
        whole_file(lines) as again,
        LinesWriter(again, first_key, settings.batch_rows) as writer,
    ):
        for batch in pq.ParquetFile(lines).iter_batches(settings.batch_rows):
            writer.write(batch.filter(pa.array(keep[start : start + batch.num_rows])))
            start += batch.num_rows
    return len(places)


_NO_LINE_NUMBERS = (
    "; a column of line numbers (line_no) seems missing: if the file has one, name it in a mapping"
)


def _as_rejects(batch: pa.RecordBatch, column: str, advice: str) -> pa.Table:
    reason = pc.binary_join_element_wise(
        "line ",
        batch["line_no"].cast(pa.string()),
        " of this shipment stands in row ",
        batch["first_row"].cast(pa.string()),
        f" already: the first stays{advice}",
        "",
    )
    values = [batch["source_row"], pa.repeat(column, batch.num_rows), batch["shipment_id"], reason]
    return pa.table(values, schema=REJECTS)
