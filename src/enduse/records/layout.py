"""What a table must look like, and the judgement of its rows against that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from enduse.records.batch import Batch
from enduse.records.checks import Rule, as_written
from enduse.records.headers import folded
from enduse.records.rejects import REJECTS
from enduse.records.text import Text, is_nested, is_number, reasons, text_of

_KIND_REASONS = {
    "nested": "holds a list or an object, not a value",
    "binary": "holds bytes, not text",
    "merged": "is part of merged cells, whose value stands in the first of them only: unmerge them",
}
_NUMBER_REASON = "is a number, so a leading zero may be lost: store it as text"


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table that is read, and the rule of each."""

    schema: pa.Schema
    """Of the accepted rows; includes columns that no file gives."""
    columns: tuple[str, ...]
    """Columns that a file can give."""
    rules: Mapping[str, Rule]
    """Rules of columns that are more than text as written."""
    text_only: frozenset[str] = frozenset()
    """Columns that must not be numbers in a source that tells numbers from text."""
    lists: frozenset[str] = frozenset()
    """Columns that may hold lists or objects in a source that has such."""
    defaults: Mapping[str, object] = field(default_factory=dict)
    missing_hint: str = (
        'Write [columns] and below it lines such as name = "Company" in a TOML file, '
        "and give it with --map."
    )
    """What to do about required columns that a file lacks."""

    @property
    def required(self) -> list[str]:
        """Columns that a file must give."""
        return [
            name
            for name in self.columns
            if not self.schema.field(name).nullable and name not in self.defaults
        ]

    @property
    def known(self) -> frozenset[str]:
        """Names of the columns, as headers are compared."""
        return frozenset(folded(name) for name in self.columns)


@dataclass(frozen=True, slots=True)
class Judged:
    """A batch after its rules."""

    accepted: pa.RecordBatch
    """In the layout's schema; columns that no file gives are null, but for ``source_row``."""
    rejects: pa.Table
    """In the schema REJECTS, by row."""
    read: int
    rejected: int
    """Rows, each once however many reasons it has."""
    blank: int
    """Rows with nothing in any known column: not counted as read."""


def judge_rows(batch: Batch, layout: Layout, shown: Mapping[str, str]) -> Judged:
    """Accept the rows of a batch that keep every rule; say of the others why not.

    Parameters
    ----------
    batch
        Rows as the source has them.
    layout
        What they must look like.
    shown
        Column to what the source itself calls it, for the rejects.
    """
    texts = {name: text_of(cells) for name, cells in batch.columns.items()}
    blank = _all_null([text.cells for text in texts.values()])
    rejected, tables = blank.copy(), []
    required = set(layout.required)
    values: dict[str, pa.Array] = {}
    doubts: list[pa.StringArray] = []
    for name, text in texts.items():
        checked = layout.rules.get(name, as_written)(text.cells)
        values[name] = checked.values
        if f"{name}_as_written" in layout.schema.names:
            values[f"{name}_as_written"] = text.cells
        wrong = _kind_faults(batch, name, text, layout) + text.wrong
        wrong += [] if checked.wrong is None else [checked.wrong]
        if name in required and text.cells.null_count:
            wrong.append(reasons(pc.is_null(text.cells), "is required and missing"))
        if wrong:
            why = wrong[0] if len(wrong) == 1 else pc.coalesce(*wrong)
            at = np.flatnonzero(why.is_valid().to_numpy(zero_copy_only=False) & ~blank)
            rejected[at] = True
            tables.append(_reject_table(batch.rows, at, shown[name], text.cells, why))
        for doubt in [*text.doubts, *([] if checked.doubts is None else [checked.doubts])]:
            doubts.append(pc.binary_join_element_wise(name, doubt, ": "))
    tables.append(_misfit_table(batch))
    values["source_row"] = pa.array(batch.rows)
    if doubts:
        values["doubts"] = reduce(_joined, doubts)
    blank_count = int(blank.sum())
    return Judged(
        _in_schema(values, layout, ~rejected),
        pa.concat_tables(tables).sort_by("row"),
        read=len(batch.rows) - blank_count + len(batch.misfits),
        rejected=int(rejected.sum()) - blank_count + len(batch.misfits),
        blank=blank_count,
    )


def _joined(left: pa.StringArray, right: pa.StringArray) -> pa.StringArray:
    return pc.coalesce(pc.binary_join_element_wise(left, right, "; "), left, right)


def _all_null(columns: list[pa.StringArray]) -> npt.NDArray[np.bool_]:
    if any(column.null_count == 0 for column in columns):
        return np.zeros(len(columns[0]), np.bool_)
    nulls = reduce(pc.and_, (pc.is_null(column) for column in columns))
    return np.array(nulls.to_numpy(zero_copy_only=False))


def _kind_faults(batch: Batch, name: str, text: Text, layout: Layout) -> list[pa.StringArray]:
    """What is wrong with cells for what they are in the source, whatever they say."""
    present = pc.is_valid(text.cells)
    kinds = batch.kinds.get(name)
    if kinds is None:
        kind = batch.columns[name].type
        if is_number(kind) and name in layout.text_only:
            return [reasons(present, _NUMBER_REASON)]
        if is_nested(kind) and name not in layout.lists:
            return [reasons(present, _KIND_REASONS["nested"])]
        return []
    if kinds.null_count == len(kinds):
        return []
    told = dict(_KIND_REASONS)
    if name in layout.lists:
        del told["nested"]
    if name in layout.text_only:
        told["number"] = _NUMBER_REASON
    names = pa.array(list(told))
    return [pa.array(list(told.values())).take(pc.index_in(kinds, names))]


def _reject_table(
    rows: npt.NDArray[np.int64],
    at: npt.NDArray[np.int64],
    column: str,
    cells: pa.StringArray,
    why: pa.StringArray,
) -> pa.Table:
    return pa.table(
        [rows[at], pa.repeat(column, len(at)), cells.take(at), why.take(at)], schema=REJECTS
    )


def _misfit_table(batch: Batch) -> pa.Table:
    rows, values, why = zip(*batch.misfits, strict=True) if batch.misfits else ((), (), ())
    return pa.table([rows, [""] * len(rows), values, why], schema=REJECTS)


def _in_schema(
    values: Mapping[str, pa.Array], layout: Layout, accepted: npt.NDArray[np.bool_]
) -> pa.RecordBatch:
    count = int(accepted.sum())
    keep = None if count == len(accepted) else pa.array(accepted)
    columns = []
    for name, kind in zip(layout.schema.names, layout.schema.types, strict=True):
        if name not in values:
            columns.append(pa.repeat(pa.scalar(layout.defaults.get(name), kind), count))
        else:
            columns.append(values[name] if keep is None else values[name].filter(keep))
    return pa.RecordBatch.from_arrays(columns, schema=layout.schema)
