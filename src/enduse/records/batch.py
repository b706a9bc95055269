"""What every reader of a format hands on: rows of cells, before anything is judged."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from enduse.records.text import nested_text

CellKind: TypeAlias = Literal["number", "nested", "binary", "merged"]
"""What a cell is when it is not plain text: a number, a list or object, bytes that are no text,
a part of a merged range."""


class Misfit(NamedTuple):
    """A row that could not be cut into columns."""

    row: int
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows as the source has them."""

    rows: npt.NDArray[np.int64]
    """Row in the source, as a spreadsheet counts."""
    columns: Mapping[str, pa.Array]
    """Enduse's name of a column to its cells, of whatever type the source has."""
    kinds: Mapping[str, pa.StringArray] = field(default_factory=dict)
    """Column to the CellKind of each cell, null for text; only for sources without types."""
    misfits: Sequence[Misfit] = ()


class Source(ABC):
    """Something that holds rows."""

    name: str
    """What to call it in a message."""
    format: str
    encoding: str | None = None
    delimiter: str | None = None
    header: Sequence[str]
    """Names of its columns, as written."""

    @abstractmethod
    def batches(self, wanted: Mapping[str, int]) -> Iterator[Batch]:
        """The rows, in order, once; `wanted` maps Enduse's columns to positions in the header."""

    @abstractmethod
    def digest(self) -> str:
        """SHA-256 of what was read, hexadecimal; empty for a table in memory."""


class FileSource(Source):
    """A file that holds rows."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.path = path

    def digest(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def batch_of_values(
    rows: npt.NDArray[np.int64],
    values: Iterable[Sequence[object]],
    wanted: Mapping[str, int],
) -> Batch:
    """A batch from rows of Python values, as spreadsheets and database drivers give them.

    Examples
    --------
    >>> batch = batch_of_values(np.array([2]), [("A1", 8542.0)], {"shipment_id": 0, "hs_code": 1})
    >>> batch.columns["hs_code"].to_pylist(), batch.kinds["hs_code"].to_pylist()
    (['8542'], ['number'])
    """
    columns, kinds = {}, {}
    by_position = list(zip(*values, strict=True))
    for name, position in wanted.items():
        cells = [_cell(value) for value in by_position[position]] if by_position else []
        columns[name] = pa.array([text for text, _ in cells], pa.string())
        kinds[name] = pa.array([kind for _, kind in cells], pa.string())
    return Batch(rows, columns, kinds)


def _cell(value: object) -> tuple[str | None, CellKind | None]:
    match value:
        case None:
            return None, None
        case str():
            return value, None
        case bool():
            return str(value).lower(), None
        case int():
            return str(value), "number"
        case float():
            if value != value:
                return None, None
            return (str(int(value)) if value.is_integer() else repr(value)), "number"
        case Decimal():
            return format(value, "f"), "number"
        case datetime() if value.hour == value.minute == value.second == value.microsecond == 0:
            return value.date().isoformat(), None
        case datetime() | date():
            return value.isoformat(), None
        case bytes():
            return value.decode("utf-8", "backslashreplace"), "binary"
        case list() | dict() | tuple():
            return nested_text(value), "nested"
    return str(value), None
