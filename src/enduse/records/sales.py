"""Sales of a maker or distributor from any source to one Parquet file, ordered by part."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from enduse.engine import Engine, open_engine
from enduse.engine.files import whole_file
from enduse.model.components import SALES
from enduse.records import checks, countries
from enduse.records.checks import each
from enduse.records.documents import named, table_of_document
from enduse.records.formats import Formats, formats_of
from enduse.records.layout import Layout
from enduse.records.part_keys import part_keys
from enduse.records.reading import Reading
from enduse.records.rejects import REJECTS, RejectsFile
from enduse.records.report import ReadReport
from enduse.records.sources import Readable
from enduse.settings import Settings

GIVEN = tuple(name for name in SALES.names if name not in ("part_key", "lot_key", "row", "doubts"))
"""Columns that a file can give."""

# A trace reads the groups that hold its part, and no others.
_GROUP_ROWS = 1 << 15
_METADATA = b"enduse.sales"
_EARLIEST = date(1960, 1, 1)
_CONTENT = ", ".join(f"lines.{name}" for name in GIVEN)
_REPEATED = "SELECT sale_id FROM lines GROUP BY sale_id HAVING count(*) > 1"
_AGAIN = f"""
    SELECT row, lines.sale_id, lines.part_key,
           min(row) OVER (PARTITION BY {_CONTENT}) AS first_row
    FROM lines JOIN repeated ON lines.sale_id = repeated.sale_id
"""
_OTHERWISE = """
    SELECT DISTINCT again.row FROM again JOIN (
        SELECT sale_id, part_key FROM again GROUP BY sale_id, part_key
        HAVING count(DISTINCT first_row) > 1
    ) AS several ON again.sale_id = several.sale_id AND again.part_key = several.part_key
    WHERE again.row = again.first_row
"""
_ONCE = "lines.row NOT IN (SELECT row FROM again WHERE row > first_row)"
_ORDERED = f"""
    SELECT {_CONTENT}, lines.part_key, lines.lot_key, lines.row,
        CASE WHEN otherwise.row IS NULL THEN doubts
             WHEN doubts IS NULL THEN '{{said}}' ELSE doubts || '; {{said}}' END AS doubts
    FROM lines LEFT JOIN otherwise ON lines.row = otherwise.row
    WHERE {_ONCE}
    ORDER BY lines.part_key, lines.date, lines.sale_id, lines.row
""".format(said="sale_id: another line of this number and part says otherwise")


@dataclass(frozen=True, slots=True)
class SalesReport(ReadReport):
    """What came of reading sales; counts of accepted lines."""

    with_lot: int = 0
    with_date_code: int = 0
    with_serials: int = 0
    with_country: int = 0
    seller: str | None = None
    """Who sold, where the file does not say; None: not known."""
    stamp: str = ""
    """Size and time of the file when it was read; empty for what is no file."""

    def as_dict(self) -> dict[str, Any]:
        """The same as texts and numbers."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in ("first_date", "last_date"):
            told[name] = told[name] and told[name].isoformat()
        return {**told, "doubts": dict(self.doubts), "unused": list(self.unused)}


def read_sales(
    source: Readable,
    *,
    out: Path,
    rejects: Path,
    settings: Settings,
    seller: str | None = None,
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    query: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> SalesReport:
    """Read sales; write those that keep every rule ordered by part, say of the others why not.

    A line that comes again word for word is rejected. A line of the same number and part that
    says something else is kept and doubted: either may be right.

    Parameters
    ----------
    source
        A path (CSV, XLSX, Parquet, JSON lines), a database URL, or a pandas, Polars or Arrow
        table.
    out
        Parquet file in the schema SALES, ordered by ``part_key``; appears whole or not at all.
    rejects
        CSV file ``row, column, value, reason``; a line for each reason.
    seller
        Who sold, for lines that do not say.
    mapping, encoding, delimiter, query
        As `read_shipments` takes them.
    progress
        Called with the number of lines accepted so far.

    Raises
    ------
    InputError
        If the source cannot be used at all.
    StorageError
        If the disk is full or a folder cannot be written; what was there before stays.
    UsageError
        If encoding, delimiter, URL or query cannot be one.
    """
    document = table_of_document(source)
    reading = Reading(
        source if document is None else document,
        sales_layout(date.today(), formats_of(mapping), seller),
        mapping=mapping,
        encoding=encoding,
        delimiter=delimiter,
        query=query,
    )
    unordered = out.with_name(f".{out.name}.unordered")
    with (
        whole_file(out) as part,
        whole_file(rejects) as rejects_part,
        RejectsFile(rejects_part) as rejected,
    ):
        try:
            with pq.ParquetWriter(unordered, SALES, compression="lz4") as writer:
                rows = 0
                for accepted in reading.accepted(rejected, threads=settings.thread_count):
                    writer.write_batch(keyed(accepted))
                    rows += accepted.num_rows
                    if progress:
                        progress(rows)
            with open_engine(settings) as engine:
                engine.register("lines", unordered)
                repeated = _find_repeated(engine, rejected, reading.shown["sale_id"])
                report = _report(reading, repeated, engine, seller)
                if document is not None:
                    report = named(report, source)
                report = replace(report, stamp=stamp_of(source))
                _write_ordered(engine, part, report)
        finally:
            unordered.unlink(missing_ok=True)
    return report


def sales_layout(today: date, formats: Formats, seller: str | None = None) -> Layout:
    """What a table of sales must look like, read on a day."""
    judge_day = checks.day(_EARLIEST, checks.latest_day(today), formats.date)
    return Layout(
        schema=SALES.insert(0, pa.field("source_row", pa.int64(), nullable=False)).remove(
            SALES.get_field_index("row") + 1
        ),
        columns=GIVEN,
        rules={
            "date": each(judge_day, pa.date32()),
            "serials": each(checks.of_parts(checks.joined), pa.string()),
            "quantity": checks.number(
                above=0, most=checks.LARGEST_QUANTITY, decimal=formats.decimal
            ),
            "country": each(countries.country, pa.string()),
        },
        lists=frozenset({"serials"}),
        defaults={"seller": seller},
    )


def keyed(lines: pa.RecordBatch) -> pa.RecordBatch:
    """Lines of the layout in the schema SALES, with the keys they are compared by."""
    columns = {name: lines[name] for name in GIVEN}
    columns["part_key"] = _keys(lines["part_number"])
    columns["lot_key"] = _keys(lines["lot"])
    columns["row"] = lines["source_row"]
    columns["doubts"] = lines["doubts"]
    return pa.RecordBatch.from_arrays([columns[name] for name in SALES.names], schema=SALES)


def sales_report(path: Path) -> SalesReport | None:
    """What is kept in a file of `read_sales` of its own reading; None if it is no such file."""
    kept = (pq.read_metadata(path).metadata or {}).get(_METADATA)
    if kept is None:
        return None
    told = json.loads(kept)
    for name in ("first_date", "last_date"):
        told[name] = told[name] and date.fromisoformat(told[name])
    return SalesReport(**{**told, "unused": tuple(told["unused"])})


def stamp_of(source: Readable) -> str:
    """What changes when a file does, as its size and its time; empty for what is no file."""
    if not isinstance(source, (str, Path)) or "://" in str(source):
        return ""
    known = Path(source).stat()
    return f"{known.st_size}:{known.st_mtime_ns}"


def _keys(texts: pa.StringArray) -> pa.StringArray:
    encoded = texts.dictionary_encode()
    return part_keys(encoded.dictionary).take(encoded.indices)


def _find_repeated(engine: Engine, rejects: RejectsFile, column: str) -> int:
    """Tables `again` and `otherwise`; lines that come again go to the rejects and are counted."""
    engine.create("repeated", _REPEATED)
    engine.create("again", _AGAIN)
    engine.create("otherwise", _OTHERWISE)
    again = engine.query(
        "SELECT row, sale_id, first_row FROM again WHERE row > first_row ORDER BY row"
    )
    reason = pc.binary_join_element_wise(
        "the same line stands in row ", again["first_row"].cast(pa.string()), " already", ""
    )
    values = [again["row"], pa.repeat(column, again.num_rows), again["sale_id"], reason]
    rejects.write(pa.table(values, schema=REJECTS))
    return int(again.num_rows)


def _report(reading: Reading, repeated: int, engine: Engine, seller: str | None) -> SalesReport:
    counts = engine.query(
        "SELECT min(date) AS first_date, max(date) AS last_date, count(lot) AS with_lot, "
        "count(date_code) AS with_date_code, count(serials) AS with_serials, "
        f"count(country) AS with_country FROM lines WHERE {_ONCE}"
    ).to_pylist()[0]
    doubts = engine.query(
        "SELECT split_part(said, ': ', 1) AS col, count(DISTINCT row) AS n FROM ("
        "SELECT row, unnest(string_split(doubts, '; ')) AS said FROM lines "
        f"WHERE doubts IS NOT NULL AND {_ONCE}) GROUP BY col ORDER BY col"
    )
    told = dict(zip(doubts["col"].to_pylist(), doubts["n"].to_pylist(), strict=True))
    otherwise = engine.query("SELECT count(*) AS n FROM otherwise")["n"][0].as_py()
    if otherwise:
        told["sale_id"] = told.get("sale_id", 0) + otherwise
    read = reading.report(repeated=repeated, doubts=told)
    same = {field.name: getattr(read, field.name) for field in fields(read)}
    return SalesReport(**{**same, **counts, "seller": seller})


def _write_ordered(engine: Engine, path: Path, report: SalesReport) -> None:
    kept = {_METADATA: json.dumps(report.as_dict(), ensure_ascii=False).encode()}
    with pq.ParquetWriter(path, SALES.with_metadata(kept), compression="zstd") as writer:
        waiting: list[pa.RecordBatch] = []
        rows = 0
        for batch in engine.stream(_ORDERED):
            waiting.append(batch.cast(SALES))
            rows += batch.num_rows
            if rows >= _GROUP_ROWS:
                writer.write_table(pa.Table.from_batches(waiting), row_group_size=_GROUP_ROWS)
                waiting, rows = [], 0
        writer.write_table(pa.Table.from_batches(waiting, SALES), row_group_size=_GROUP_ROWS)
