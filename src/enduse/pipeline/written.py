"""A table to the file that the user named: Parquet or CSV, by its ending."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from enduse.engine.files import whole_file
from enduse.errors import UsageError
from enduse.model.result import RejectedRow
from enduse.records import REJECTS, RejectsFile, safe_cells


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
            table = table.set_column(place, field, safe_cells(table[place]))
    return table


def rejects_table(rejects: Sequence[RejectedRow]) -> pa.Table:
    """Rejects in the schema that rejects files have."""
    return pa.Table.from_pylist([asdict(reject) for reject in rejects], schema=REJECTS)


def rejects_path(path: Path) -> Path:
    """Where the rejects of an output go: beside it, as ``<name>.rejects.csv``."""
    return path.with_name(f"{path.stem}.rejects.csv")


@contextmanager
def rejects_beside(path: Path | None) -> Iterator[RejectsFile]:
    """A file of rejects beside an output, ``<name>.rejects.csv``; with no output, nowhere."""
    with TemporaryDirectory() as nowhere:
        beside = rejects_path(path) if path else Path(nowhere) / "rejects.csv"
        with whole_file(beside) as part, RejectsFile(part) as rejected:
            yield rejected
