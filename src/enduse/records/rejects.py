"""Rows that were not accepted, in a file that can be corrected and fed back."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

REJECTS = pa.schema(
    [("row", pa.int64()), ("column", pa.string()), ("value", pa.string()), ("reason", pa.string())]
)
"""One line a reason: where it stands in the input, and why the row was not accepted."""

_LONGEST_VALUE = 1000
_FORMULA = r"^[\t\r\n ]*[=+\-@＝＋－＠]|^[\t\r]"


class RejectsFile:
    """A CSV file of rejects, written as they come.

    A spreadsheet runs a cell that begins with ``=``, ``+``, ``-``, ``@`` or a tab as a formula,
    so such a value is written with an apostrophe before it, which spreadsheets take as the mark
    of text. A value longer than 1,000 characters is cut and ends in '…'.
    """

    def __init__(self, path: Path) -> None:
        self._writer = csv.CSVWriter(
            path, REJECTS, write_options=csv.WriteOptions(quoting_header="none")
        )

    def write(self, rejects: pa.Table) -> None:
        """Add rejects in the schema REJECTS."""
        if rejects.num_rows:
            safe = [rejects["row"], *(_safe(rejects[name]) for name in REJECTS.names[1:])]
            self._writer.write_table(pa.table(safe, schema=REJECTS))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()


def _safe(text: pa.ChunkedArray) -> pa.ChunkedArray:
    text = pc.fill_null(text, "")
    too_long = pc.greater(pc.utf8_length(text), _LONGEST_VALUE)
    if pc.any(too_long).as_py():
        cut = pc.binary_join_element_wise(pc.utf8_slice_codeunits(text, 0, _LONGEST_VALUE), "…", "")
        text = pc.if_else(too_long, cut, text)
    return safe_cells(text)


def safe_cells(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts for a CSV file, with an apostrophe before what a spreadsheet would run."""
    runs = pc.fill_null(pc.match_substring_regex(text, _FORMULA), False)
    return pc.if_else(runs, pc.binary_join_element_wise("'", text, ""), text)
