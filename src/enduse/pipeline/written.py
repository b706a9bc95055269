"""A table to the file that the user named: Parquet or CSV, by its ending."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from enduse.engine.files import whole_file
from enduse.errors import UsageError
from enduse.model.result import RejectedRow

_RUNS_AS_FORMULA = r"^([=+\-@\t\r])"


def check_ending(path: Path) -> None:
    """Refuse a file whose ending names no format, before any work is done.

    Raises
    ------
    UsageError
        If the ending is neither .csv nor .parquet.
    """
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise UsageError(
            f"{path} ends in '{path.suffix}', which is no format of a table.",
            hint="Name a file that ends in .parquet or .csv.",
        )


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table, whole or not at all.

    In CSV a text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    check_ending(path)
    with whole_file(path) as part:
        if path.suffix.lower() == ".parquet":
            pq.write_table(table, part, compression="zstd")
        else:
            csv.write_csv(_without_formulas(table), part)


def _without_formulas(table: pa.Table) -> pa.Table:
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            column = pc.replace_substring_regex(table[place], _RUNS_AS_FORMULA, r"'\1")
            table = table.set_column(place, field, column)
    return table


def rejects_beside(path: Path, rejects: Sequence[RejectedRow]) -> None:
    """Write the rejects of a table beside it as ``<name>.rejects.csv``; none leaves no file."""
    beside = path.with_name(f"{path.stem}.rejects.csv")
    if not rejects:
        beside.unlink(missing_ok=True)
        return
    table = pa.table(
        {
            "row": pa.array([reject.row for reject in rejects], pa.int64()),
            "column": pa.array([reject.column for reject in rejects], pa.string()),
            "value": pa.array([reject.value for reject in rejects], pa.string()),
            "reason": pa.array([reject.reason for reject in rejects], pa.string()),
        }
    )
    write_table(table, beside)
