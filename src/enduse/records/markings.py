"""Markings of components, from any source to a table of texts."""

from __future__ import annotations

import pyarrow as pa

from enduse.model import SHIPMENTS
from enduse.records.layout import Layout
from enduse.records.reading import Reading
from enduse.records.rejects import RejectsFile
from enduse.records.report import ReadReport
from enduse.records.sources import Readable
from enduse.settings import Settings

_COLUMNS = ("component_id", "marking")


def read_markings(
    source: Readable,
    *,
    rejected: RejectsFile,
    settings: Settings,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> tuple[pa.Table, ReadReport]:
    """Read markings; say of rows without an id or a marking that they lack it.

    Parameters
    ----------
    source
        A path (CSV, XLSX, Parquet, JSON lines) or a pandas, Polars or Arrow table with
        ``component_id`` and ``marking``.
    rejected
        Where rows that are not accepted are written.
    settings
        Threads.
    encoding, delimiter
        Found out where not given.

    Returns
    -------
    tuple of pyarrow.Table and ReadReport
        The two columns and ``source_row``; what came of it.

    Raises
    ------
    InputError
        If the source cannot be used at all, or lacks a column.
    UsageError
        If encoding or delimiter cannot be one.
    """
    texts = [pa.field(name, pa.string(), nullable=False) for name in _COLUMNS]
    layout = Layout(
        schema=pa.schema([*texts, SHIPMENTS.field("source_row"), SHIPMENTS.field("doubts")]),
        columns=_COLUMNS,
        rules={},
        missing_hint="Name the columns of the file component_id and marking.",
    )
    reading = Reading(
        source, layout, mapping=None, encoding=encoding, delimiter=delimiter, query=None
    )
    markings = pa.Table.from_batches(
        reading.accepted(rejected, threads=settings.thread_count), schema=layout.schema
    )
    return markings.drop_columns(["doubts"]), reading.report(repeated=0, doubts={})
