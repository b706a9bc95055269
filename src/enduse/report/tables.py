"""The lines worth a look, with their evidence, for a spreadsheet or another program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from enduse.engine.files import whole_file
from enduse.model.evidence import EVIDENCE
from enduse.report.workbook import MOST_ROWS, Sheet, write_workbook

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset

ACTIONS = ("hold", "review")
"""Actions whose lines are written."""

MOST_LINES = 10_000
"""More than any desk reads; findings.parquet has every line."""

# What a spreadsheet takes for a formula, at the start of a cell or after what it may take for the
# start of one: Excel splits at semicolons where the comma is the decimal sign. Full-width forms
# count as well.
_SIGN = r"[=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]"
_WITHIN = rf"([;\t\r\n][ \"']*)({_SIGN})"
_AT_START = rf"^({_SIGN}|[\t\r\n])"
_CHUNK = 5_000

Rows: TypeAlias = pa.Table | Path


@dataclass(frozen=True, slots=True)
class TablesWritten:
    """What was written, and how much of what there is."""

    paths: tuple[Path, ...]
    lines: int
    lines_in_all: int
    """Lines with action hold or review, all of them in findings.parquet."""


def write_tables(
    findings: Rows, evidence: Rows, out: Path, *, limit: int = MOST_LINES
) -> TablesWritten:
    """Write findings.csv, evidence.csv, findings.json and findings.xlsx, best lines first.

    Text that a spreadsheet would run as a formula (it begins with ``=``, ``+``, ``-``, ``@``, a tab
    or a line break) gets an apostrophe before it in the CSV files and is marked as text in the
    workbook. The JSON file has every value as it was.

    Parameters
    ----------
    findings, evidence
        Tables of the schemas FINDINGS and EVIDENCE, or Parquet files of them.
    out
        Folder to write to; each file appears whole or not at all.
    limit
        Most lines to write.

    Raises
    ------
    StorageError
        If a file cannot be written.
    """
    ranked = _dataset(findings).to_table(filter=pc.field("action").isin(ACTIONS)).sort_by("rank")
    best = ranked.slice(0, limit)
    grounds = _evidence_of(best, evidence)
    in_cells = _with_sources_as_text(grounds)
    paths = (
        out / "findings.csv",
        out / "evidence.csv",
        out / "findings.json",
        out / "findings.xlsx",
    )
    _write_csv(best, paths[0])
    _write_csv(in_cells, paths[1])
    with whole_file(paths[2]) as part, part.open("w", encoding="utf-8") as file:
        _write_json(best, grounds, ranked.num_rows, file)
    notes = [
        f"Lines with action hold or review: {ranked.num_rows:,}.",
        f"Sheet 'findings' has the first {best.num_rows:,} by rank; findings.parquet has every "
        "line of the run.",
        f"Sheet 'evidence' has {min(grounds.num_rows, MOST_ROWS):,} of {grounds.num_rows:,} rows "
        "of their evidence; evidence.parquet has the evidence of every line.",
        "A weight is in bits. A match is a lead, not a verdict.",
    ]
    write_workbook(
        paths[3],
        [
            Sheet("findings", best),
            Sheet("evidence", in_cells),
            Sheet("about", pa.table({"about": notes})),
        ],
    )
    return TablesWritten(paths, best.num_rows, ranked.num_rows)


def _dataset(rows: Rows) -> Dataset:
    # It brings pandas with it, for which a letter need not wait.
    from pyarrow.dataset import dataset

    return dataset(rows, format="parquet") if isinstance(rows, Path) else dataset(rows)


def _keys(rows: pa.Table | pa.RecordBatch) -> pa.Array:
    """Shipment and line as one text; null where there is no line (what speaks of the whole run)."""
    return pc.binary_join_element_wise(
        rows["shipment_id"], pc.cast(rows["line_no"], pa.string()), "\x1f"
    )


def _evidence_of(best: pa.Table, evidence: Rows) -> pa.Table:
    """The evidence of the given lines, in their order, heaviest first."""
    wanted = pc.SetLookupOptions(_keys(best).combine_chunks())
    kept = []
    for batch in _dataset(evidence).to_batches(columns=EVIDENCE.names):
        place = pc.index_in(_keys(batch), options=wanted)
        found = pc.is_valid(place)
        kept.append(batch.append_column("place", place).filter(found))
    table = pa.Table.from_batches(kept, EVIDENCE.append(pa.field("place", pa.int32())))
    order = pc.sort_indices(
        table.drop_columns("sources"),
        sort_keys=[("place", "ascending"), ("weight", "descending"), ("rule", "ascending")],
    )
    return table.take(order)


def _with_sources_as_text(grounds: pa.Table) -> pa.Table:
    """The evidence with its sources in one cell, and without its place."""
    sources = grounds["sources"].combine_chunks()
    each = pc.list_flatten(sources)
    said = pc.binary_join_element_wise(
        *(
            pc.fill_null(pc.struct_field(each, name), "")
            for name in ("dataset", "version", "record")
        ),
        " · ",
    )
    ends = pc.cumulative_sum(pc.cast(pc.fill_null(pc.list_value_length(sources), 0), pa.int32()))
    starts = pa.concat_arrays([pa.array([0], pa.int32()), ends])
    text = pc.binary_join(pa.ListArray.from_arrays(starts, said), "; ")
    plain = grounds.drop_columns("place")
    return plain.set_column(plain.column_names.index("sources"), "sources", text)


def _write_csv(table: pa.Table, path: Path) -> None:
    for index, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            harmless = pc.replace_substring_regex(table[field.name], _WITHIN, r"\1'\2")
            harmless = pc.replace_substring_regex(harmless, _AT_START, r"'\1")
            table = table.set_column(index, field.name, harmless)
    with whole_file(path) as part, part.open("wb") as file:
        # Excel takes a file without this mark for one in the system's old code page.
        file.write(b"\xef\xbb\xbf")
        pa_csv.write_csv(table, file)


def _write_json(best: pa.Table, grounds: pa.Table, lines_in_all: int, file: TextIO) -> None:
    head = json.dumps({"lines": best.num_rows, "lines_in_all": lines_in_all})
    file.write(head[:-1] + ', "findings": [')
    for index, line in enumerate(_nested(best, grounds)):
        file.write(",\n" if index else "\n")
        file.write(json.dumps(line, ensure_ascii=False, default=str))
    file.write("\n]}\n")


def _nested(best: pa.Table, grounds: pa.Table) -> Iterator[dict[str, Any]]:
    """Each line with its evidence in it, a chunk of lines in memory at a time."""
    places = grounds["place"].to_numpy()
    for start in range(0, best.num_rows, _CHUNK):
        lines = best.slice(start, _CHUNK).to_pylist()
        first, last = places.searchsorted([start, start + len(lines)])
        for line in lines:
            line["evidence"] = []
        for row in grounds.slice(first, last - first).to_pylist():
            line = lines[row.pop("place") - start]
            del row["shipment_id"], row["line_no"]
            line["evidence"].append(row)
        yield from lines
