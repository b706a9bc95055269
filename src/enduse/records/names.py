"""Names to be screened, from any source to a table of texts."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from enduse.model import SHIPMENTS
from enduse.records.layout import Layout
from enduse.records.reading import Reading
from enduse.records.rejects import RejectsFile
from enduse.records.report import ReadReport
from enduse.records.sources import Readable
from enduse.settings import Settings

_COLUMNS = ("query_id", "name", "kind", "country", "birth_date", "id", "address", "as_of")


def read_names(
    source: Readable,
    *,
    rejected: RejectsFile,
    settings: Settings,
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    query: str | None = None,
) -> tuple[pa.Table, ReadReport]:
    """Read names and what is known of each; say of rows without id or name that they lack it.

    Parameters
    ----------
    source
        A path (CSV, XLSX, Parquet, JSON lines), a database URL, or a pandas, Polars or Arrow
        table, with ``query_id``, ``name`` and, where known, ``kind``, ``country``,
        ``birth_date``, ``id``, ``address``, ``as_of``.
    rejected
        Where rows that are not accepted are written.
    settings
        Threads.
    mapping, encoding, delimiter, query
        As `read_shipments` takes them.

    Returns
    -------
    tuple of pyarrow.Table and ReadReport
        Those columns as text, null where not given, and ``source_row``; what came of it.

    Raises
    ------
    InputError
        If the source cannot be used at all.
    UsageError
        If encoding, delimiter, URL or query cannot be one.
    """
    required = ("query_id", "name")
    texts = [pa.field(name, pa.string(), nullable=name not in required) for name in _COLUMNS]
    layout = Layout(
        schema=pa.schema([*texts, SHIPMENTS.field("source_row"), SHIPMENTS.field("doubts")]),
        columns=_COLUMNS,
        rules={},
    )
    reading = Reading(
        source, layout, mapping=mapping, encoding=encoding, delimiter=delimiter, query=query
    )
    names = pa.Table.from_batches(
        reading.accepted(rejected, threads=settings.thread_count), schema=layout.schema
    )
    return names.drop_columns(["doubts"]), reading.report(repeated=0, doubts={})
