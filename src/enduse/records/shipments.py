"""Shipments from any source to one Parquet file, and a file of what was rejected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from enduse.engine.files import whole_file
from enduse.model import ROLES, SHIPMENTS
from enduse.records import checks, countries, identifiers
from enduse.records.checks import Checked, Rule, each
from enduse.records.formats import Formats, formats_of
from enduse.records.layout import Layout
from enduse.records.lines import LinesWriter, remove_repeated
from enduse.records.reading import Reading, count_doubts
from enduse.records.rejects import RejectsFile
from enduse.records.report import ReadReport
from enduse.records.sources import Readable
from enduse.records.units import unit
from enduse.settings import Settings

_NOT_GIVEN = {"line_no": 1, "unit": "NAR"}
_OWN = {"line_key", "source_row", "doubts"}


def read_shipments(
    source: Readable,
    *,
    out: Path,
    rejects: Path,
    settings: Settings,
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    first_key: int = 0,
    query: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> ReadReport:
    """Read declaration lines; write those that keep every rule, and say of the others why not.

    Parameters
    ----------
    source
        A path (CSV, XLSX, Parquet, JSON lines), a database URL, or a pandas, Polars or Arrow
        table.
    out
        Parquet file of the accepted lines, in the schema SHIPMENTS; appears whole or not at all.
    rejects
        CSV file ``row, column, value, reason``; a line for each reason.
    settings
        Threads, memory, workspace.
    mapping
        Enduse's column to the source's own name of it, for those that differ; one of
        `load_mapping` may also say how dates and decimals are written.
    encoding, delimiter
        Of a text file; None: found out.
    first_key
        ``line_key`` of the first accepted line.
    query
        SELECT to send to a database.
    progress
        Called with the number of lines accepted so far.

    Raises
    ------
    InputError
        If the source cannot be used at all: missing, empty, without rows or required columns,
        damaged, of another kind.
    StorageError
        If the disk is full or a folder cannot be written; what was there before stays.
    UsageError
        If encoding, delimiter, URL or query cannot be one.
    """
    reading = Reading(
        source,
        shipments_layout(date.today(), formats_of(mapping)),
        mapping=mapping,
        encoding=encoding,
        delimiter=delimiter,
        query=query,
    )
    with (
        whole_file(out) as lines,
        whole_file(rejects) as rejects_part,
        RejectsFile(rejects_part) as rejected,
    ):
        with LinesWriter(lines, first_key, settings.batch_rows) as writer:
            for accepted in reading.accepted(rejected, threads=settings.thread_count):
                writer.write(accepted)
                if progress:
                    progress(writer.rows)
        repeated = remove_repeated(lines, first_key, rejected, reading.shown, settings)
        first_date, last_date = _date_range(lines)
        written = pq.ParquetFile(lines).iter_batches(columns=["doubts"])
        return reading.report(
            repeated=repeated,
            doubts=count_doubts(batch["doubts"] for batch in written),
            first_date=first_date,
            last_date=last_date,
        )


def shipments_layout(today: date, formats: Formats) -> Layout:
    """What a table of shipments must look like, read on a day."""
    judge_day = checks.day(checks.EARLIEST_SHIPMENT, checks.latest_day(today), formats.date)
    text = pa.string()
    country = each(countries.country, text)
    rules: dict[str, Rule] = {
        "date": each(judge_day, pa.date32()),
        "line_no": _with_default(each(checks.line_number, pa.int32()), _NOT_GIVEN["line_no"]),
        "flow": each(checks.flow, text),
        "origin_country": country,
        "export_country": country,
        "destination_country": country,
        "transit_countries": each(checks.of_parts(countries.countries), text),
        "hs_code": each(checks.hs_code, text),
        "serials": each(checks.of_parts(checks.joined), text),
        "quantity": checks.number(above=0, most=checks.LARGEST_QUANTITY, decimal=formats.decimal),
        "unit": _with_default(each(unit, text), _NOT_GIVEN["unit"]),
        "net_mass_kg": checks.number(
            least=0, most=checks.LARGEST_QUANTITY, decimal=formats.decimal
        ),
        "value": checks.number(least=0, most=checks.LARGEST_VALUE, decimal=formats.decimal),
        "currency": each(checks.currency, text),
        "vessel_imo": each(identifiers.vessel_imo, text),
        "container": each(identifiers.container, text),
    }
    for role in ROLES:
        rules[f"{role}_country"] = country
        rules[f"{role}_id"] = identifiers.party_ids
    return Layout(
        schema=SHIPMENTS,
        columns=tuple(
            name
            for name in SHIPMENTS.names
            if name not in _OWN and not name.endswith("_as_written")
        ),
        rules=rules,
        text_only=frozenset({"hs_code"}),
        lists=frozenset({"serials", "transit_countries"}),
        defaults=_NOT_GIVEN,
        missing_hint="Propose a mapping with 'enduse map', correct it, and give it with --map.",
    )


def _with_default(rule: Rule, default: object) -> Rule:
    def filled(text: pa.StringArray) -> Checked:
        checked = rule(text)
        return replace(checked, values=pc.if_else(pc.is_null(text), default, checked.values))

    return filled


def _date_range(lines: Path) -> tuple[date | None, date | None]:
    metadata = pq.read_metadata(lines)
    place = metadata.schema.names.index("date")
    groups = [
        metadata.row_group(i).column(place).statistics for i in range(metadata.num_row_groups)
    ]
    if not groups:
        return None, None
    return min(g.min for g in groups), max(g.max for g in groups)
