"""Recovered components from any source to a table, and a file of what was rejected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa

from enduse.engine.files import whole_file
from enduse.model.components import COMPONENTS
from enduse.records import checks, countries
from enduse.records.checks import Judge, Verdict, each
from enduse.records.documents import named, table_of_document
from enduse.records.formats import Formats, formats_of
from enduse.records.layout import Layout
from enduse.records.reading import Reading, count_doubts
from enduse.records.rejects import RejectsFile
from enduse.records.report import ReadReport
from enduse.records.sources import Readable
from enduse.settings import Settings

# Weapons of the wars whose remains are still opened.
_EARLIEST = date(1945, 1, 1)


def read_components(
    source: Readable,
    *,
    rejects: Path,
    settings: Settings,
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    query: str | None = None,
) -> tuple[pa.Table, ReadReport]:
    """Read records of recovered components; say of rows that break a rule why they do.

    Rows of one id are all answered, in the order of the source: which of them stands is for the
    keeper to say.

    Parameters
    ----------
    source
        A path (CSV, XLSX, Parquet, JSON as lines or as one list), a database URL, or a pandas,
        Polars or Arrow table.
    rejects
        CSV file ``row, column, value, reason``; a line for each reason.
    settings
        Threads.
    mapping, encoding, delimiter, query
        As `read_shipments` takes them.

    Returns
    -------
    tuple of pyarrow.Table and ReadReport
        The accepted records in the schema COMPONENTS with ``source_row`` and ``doubts``, and what
        came of the reading.

    Raises
    ------
    InputError
        If the source cannot be used at all.
    StorageError
        If the rejects cannot be written.
    UsageError
        If encoding, delimiter, URL or query cannot be one.
    """
    document = table_of_document(source)
    reading = Reading(
        source if document is None else document,
        _layout(date.today(), formats_of(mapping)),
        mapping=mapping,
        encoding=encoding,
        delimiter=delimiter,
        query=query,
    )
    with whole_file(rejects) as part, RejectsFile(part) as rejected:
        batches = list(reading.accepted(rejected, threads=settings.thread_count))
    found = pa.Table.from_batches(batches)
    days = [day for day in found["recovered_on"].to_pylist() if day]
    report = reading.report(
        repeated=0,
        doubts=count_doubts(found["doubts"].chunks),
        first_date=min(days, default=None),
        last_date=max(days, default=None),
    )
    return found, report if document is None else named(report, source)


def _layout(today: date, formats: Formats) -> Layout:
    country = each(countries.country, pa.string())
    return Layout(
        schema=pa.schema(
            [*COMPONENTS, pa.field("source_row", pa.int64()), pa.field("doubts", pa.string())]
        ),
        columns=tuple(COMPONENTS.names),
        rules={
            "manufacturer_country": country,
            "country_of_assembly": country,
            "country_of_sale": country,
            "recovered_on": each(_past_day(today, formats.date), pa.date32()),
            "serials": each(checks.of_parts(checks.joined), pa.string()),
        },
        lists=frozenset({"serials"}),
    )


def _past_day(today: date, form: str | None) -> Judge:
    """Judge of days that have been: what is recovered has been recovered by today."""
    judge_day = checks.day(_EARLIEST, checks.latest_day(today), form)

    def judge(text: str) -> Verdict:
        verdict = judge_day(text)
        late = isinstance(verdict.value, date) and verdict.value > today
        return Verdict(wrong=f"is after {today}, the day of this reading") if late else verdict

    return judge
