"""Spreadsheets: the first visible sheet of an XLSX file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from enduse.errors import InputError
from enduse.records.batch import Batch, FileSource, batch_of_values

_BATCH_ROWS = 1 << 14
_MOST_ROWS = 1_048_576
_LARGEST_PART_BYTES = 4 << 30
_CHUNK_BYTES = 1 << 20
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


class WorkbookSource(FileSource):
    """The first visible sheet of an XLSX workbook; its first row with a value is the header.

    Formulas count by the value that the spreadsheet stored with them.

    Raises
    ------
    InputError
        If it is no workbook, is damaged, or its header lies in merged cells.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with _damage_told(path):
            sheets = _open(path).worksheets
            self._sheet: Any = next((s for s in sheets if s.sheet_state == "visible"), None)
            if self._sheet is None:
                raise InputError(f"{path} shows no sheet of cells.", hint="Save the table again.")
            # What a sheet says of its own size is often wrong.
            self._sheet.reset_dimensions()
            self._merged = _merged_ranges(path, self._sheet._worksheet_path)
        self.format = f"xlsx, sheet '{self._sheet.title}'" + f" of {len(sheets)}" * (
            len(sheets) > 1
        )
        self._header_row, self.header = self._read_header()
        if any(top <= self._header_row <= bottom for _, top, _, bottom in self._merged):
            raise InputError(
                f"{path}: row {self._header_row}, the header, has merged cells.",
                hint="Unmerge them, so that each column has a name of its own.",
            )

    def batches(self, wanted: Mapping[str, int]) -> Iterator[Batch]:
        merged = {name: self._merged_rows(position) for name, position in wanted.items()}
        width = max(wanted.values()) + 1
        numbered = enumerate(self._rows(), start=1)
        below = (
            (row, cells) for row, cells in numbered if row > self._header_row and _holds_any(cells)
        )
        while block := list(islice(below, _BATCH_ROWS)):
            rows = np.array([row for row, _ in block], np.int64)
            cells = [(*cells[:width], *(None,) * (width - len(cells))) for _, cells in block]
            batch = batch_of_values(rows, cells, wanted)
            kinds = {
                name: pc.if_else(pa.array(merged[name][rows]), "merged", kind)
                for name, kind in batch.kinds.items()
            }
            yield Batch(rows, batch.columns, kinds)

    def _rows(self) -> Iterator[Sequence[object]]:
        with _damage_told(self.path):
            yield from self._sheet.iter_rows(values_only=True)

    def _read_header(self) -> tuple[int, list[str]]:
        for row, cells in enumerate(self._rows(), start=1):
            if _holds_any(cells):
                names = ["" if cell is None else str(cell).strip() for cell in cells]
                return row, names
        raise InputError(f"{self.path}: the first sheet is empty.", hint="Put the table there.")

    def _merged_rows(self, position: int) -> npt.NDArray[np.bool_]:
        """By row number, whether the cell of that row is part of a merged range."""
        edges = np.zeros(_MOST_ROWS + 2, np.int32)
        for left, top, right, bottom in self._merged:
            if left <= position <= right:
                edges[min(top, _MOST_ROWS)] += 1
                edges[min(bottom, _MOST_ROWS) + 1] -= 1
        return edges.cumsum() > 0


def _holds_any(cells: Sequence[object]) -> bool:
    """Whether any cell of a row holds something."""
    return any(cell is not None and cell != "" for cell in cells)


def _open(path: Path) -> Any:
    from openpyxl import load_workbook

    with zipfile.ZipFile(path) as archive:
        for part in archive.infolist():
            _refuse_dangerous(path, archive, part)
    return load_workbook(path, read_only=True, data_only=True)


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    """Whatever goes wrong in a block becomes an error that speaks of the file."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # openpyxl lets every parser's own errors through
        raise InputError(
            f"{path} is not a whole XLSX workbook: {error}.",
            hint="Open it in a spreadsheet program, save it again as XLSX, and try that.",
        ) from error


def _refuse_dangerous(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    if part.flag_bits & 1:
        raise InputError(f"{path} is protected by a password.", hint="Save it without one.")
    if part.file_size > _LARGEST_PART_BYTES:
        raise InputError(
            f"{path} unpacks to more than 4 GiB in '{part.filename}'.",
            hint="Export the table as CSV or Parquet.",
        )
    if part.filename.endswith((".xml", ".rels")):
        with archive.open(part) as xml:
            # No spreadsheet program writes a document type; entities in it could swell or leak.
            if b"<!DOCTYPE" in xml.read(4096):
                raise InputError(
                    f"{path} holds XML with a document type in '{part.filename}'.",
                    hint="It was not written by a spreadsheet program: do not trust it.",
                )


def _merged_ranges(path: Path, part: str) -> list[tuple[int, int, int, int]]:
    """Left, top, right, bottom of each merged range; columns from 0, rows from 1."""
    from openpyxl.utils import column_index_from_string

    found = []
    with zipfile.ZipFile(path) as archive, archive.open(part.lstrip("/")) as xml:
        kept = b""
        while chunk := xml.read(_CHUNK_BYTES):
            text = kept + chunk
            end = 0
            for match in _MERGED.finditer(text):
                left, top, right, bottom = (part.decode() for part in match.groups())
                end = match.end()
                found.append(
                    (
                        column_index_from_string(left) - 1,
                        int(top),
                        column_index_from_string(right) - 1,
                        int(bottom),
                    )
                )
            kept = text[max(end, len(text) - 256) :]
    return found
