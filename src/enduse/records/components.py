"""Recovered components from any source to a table, and a file of what was rejected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from enduse.engine.files import whole_file
from enduse.model.components import COMPONENTS
from enduse.records import checks, countries
from enduse.records.checks import Judge, Verdict, each
from enduse.records.documents import named, table_of_document
from enduse.records.formats import Formats, formats_of
from enduse.records.layout import Layout
from enduse.records.reading import Reading, count_doubts
from enduse.records.rejects import REJECTS, RejectsFile
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

    Of rows with one id the first stays. The others are rejected; where one says otherwise, the
    record that stays says so too, so that neither is lost.

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
        The accepted records in the schema COMPONENTS with ``source_row``, ``doubts`` and
        ``contradictions``, and what came of the reading.

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
        found, repeated = _first_of_each(
            pa.Table.from_batches(batches), rejected, reading.shown["component_id"]
        )
    days = [day for day in found["recovered_on"].to_pylist() if day]
    report = reading.report(
        repeated=repeated,
        doubts=count_doubts(found["doubts"].chunks),
        first_date=min(days, default=None),
        last_date=max(days, default=None),
    )
    return found, report if document is None else named(report, source)


def _first_of_each(records: pa.Table, rejects: RejectsFile, column: str) -> tuple[pa.Table, int]:
    """The first record of each id, with what later ones say otherwise, and how many these are."""
    ids = records["component_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    _, first, which = np.unique(ids, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[which] < np.arange(len(ids)))
    said: dict[int, list[str]] = {}
    reasons = []
    stays = first[which[again]]
    rows, kepts = (records.take(pa.array(at)).to_pylist() for at in (again, stays))
    for at, row, kept in zip(stays.tolist(), rows, kepts, strict=True):
        otherwise = [name for name in COMPONENTS.names if row[name] != kept[name]]
        if otherwise:
            differing = "; ".join(f"{name} is '{_shown(row[name])}'" for name in otherwise)
            said.setdefault(at, []).append(f"in row {row['source_row']} {differing}")
            reason = (
                f"row {kept['source_row']} of this id says otherwise and stays: {differing} here"
            )
        else:
            reason = f"the same record stands in row {kept['source_row']} already"
        reasons.append((row["source_row"], column, row["component_id"], reason))
    if reasons:
        rejects.write(pa.table(list(zip(*reasons, strict=True)), schema=REJECTS))
    contradictions = pa.array(
        ["; ".join(said[at]) if at in said else None for at in range(len(ids))], pa.string()
    )
    keep = np.ones(len(ids), np.bool_)
    keep[again] = False
    whole = records.append_column("contradictions", contradictions)
    return whole.filter(pa.array(keep)), len(again)


def _shown(value: object) -> str:
    return "" if value is None else str(value)[:80]


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
