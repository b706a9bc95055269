"""A table of goods to classify, from a file: what can be taken, and what is rejected and why."""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from enduse.errors import InputError
from enduse.goods.parametric import PREFIX
from enduse.model import GOODS
from enduse.model.result import RejectedRow

_Row: TypeAlias = Sequence[object]

_HS_CODE = re.compile(r"(?:[0-9]{2}){3,5}")
_CONTROL_NUMBER = re.compile(r"EAR ?99|\d[A-E]\d{3}(\..*)?", re.IGNORECASE)
_LONGEST_HEADER = 1_000_000
"""Characters."""


def read_goods(path: Path) -> tuple[pa.Table, tuple[RejectedRow, ...]]:
    """Read goods from CSV (UTF-8, or UTF-16 with its mark), XLSX (first sheet) or Parquet.

    Parameters
    ----------
    path
        A table with the column ``goods_id`` and at least one of ``hs_code``, ``description``,
        ``part_number``, ``param.<name>``; case, spaces and underscores in headers do not matter,
        and other columns are left out.

    Returns
    -------
    tuple
        GOODS with the columns ``param.<name>`` as text, and the rejected rows, one each. Rows
        count as in a spreadsheet: the header is row 1; in Parquet the first record is.

    Raises
    ------
    InputError
        If the file cannot be used at all.
    """
    if not path.is_file():
        raise InputError(f"{path} is not there.", hint="Check the name and the folder.")
    ending = path.suffix.lower()
    if ending not in _READERS:
        raise InputError(
            f"{path} has an ending that is not known.", hint=f"Use one of {', '.join(_READERS)}."
        )
    try:
        header, rows, first = _READERS[ending](path)
        columns = _columns(path, header)
        accepted, rejected = _sorted_out(rows, first, columns, len(header))
    except (pa.ArrowInvalid, zipfile.BadZipFile, UnicodeError, OSError) as error:
        raise InputError(
            f"{path} cannot be read: {str(error).splitlines()[0]}.",
            hint="It may be cut off, locked by a password, or in another encoding than UTF-8; "
            "save it again.",
        ) from error
    if not accepted and not rejected:
        raise InputError(f"{path} has a header and no rows.", hint="Export the table again.")
    names = list(columns)
    schema = [GOODS.field(n) if n in GOODS.names else pa.field(n, pa.string()) for n in names]
    cells = zip(*accepted, strict=True) if accepted else [[]] * len(names)
    table = pa.Table.from_arrays(
        [pa.array(c, pa.string()) for c in cells], schema=pa.schema(schema)
    )
    for name in GOODS.names:
        if name not in names:
            table = table.append_column(GOODS.field(name), pa.nulls(table.num_rows, pa.string()))
    ordered = [*GOODS.names, *(n for n in names if n not in GOODS.names)]
    return table.select(ordered), tuple(rejected)


def hs_fault(value: object) -> str | None:
    """Why something cannot be taken as an HS code; None: it can.

    Examples
    --------
    >>> hs_fault("8542.31"), hs_fault(None)
    (None, None)
    >>> hs_fault("10121")
    'has 5 digits, not 6, 8 or 10; a leading zero may be lost'
    >>> hs_fault("EAR99")
    'is an export control classification number, not an HS code'
    """
    if value is None:
        return None
    if not isinstance(value, str):
        return "is a number, so that a leading zero may be lost; keep HS codes as text"
    code = _bare(value)
    if _HS_CODE.fullmatch(code):
        return None
    if _CONTROL_NUMBER.fullmatch(value.strip()):
        return "is an export control classification number, not an HS code"
    if code.isdigit() and not code.isascii():
        return "is not in the digits 0 to 9"
    if code.isdigit():
        return f"has {len(code)} digits, not 6, 8 or 10; a leading zero may be lost"
    return "is not an HS code of 6, 8 or 10 digits"


def _bare(code: str) -> str:
    return re.sub(r"[\s.]", "", code)


def _columns(path: Path, header: Sequence[object]) -> dict[str, int]:
    """Name of a column that is taken → where it stands."""
    known = {name.replace("_", ""): name for name in GOODS.names}
    columns: dict[str, int] = {}
    for place, cell in enumerate(header):
        written = str(cell or "").strip()
        name = known.get(re.sub(r"[\s_]", "", written).lower())
        if written.lower().startswith(PREFIX):
            name = PREFIX + re.sub(r"[\s-]+", "_", written[len(PREFIX) :].strip().lower())
        if name is None:
            continue
        if name in columns:
            raise InputError(f"{path} has two columns {name}.", hint="Keep one of them.")
        columns[name] = place
    if "goods_id" not in columns or len(columns) < 2:
        missing = "goods_id" if "goods_id" not in columns else "any column that describes goods"
        raise InputError(
            f"{path} lacks {missing}; its header is {', '.join(str(c) for c in header)[:200]}.",
            hint="Give goods_id and any of hs_code, description, part_number, param.<name>.",
        )
    return columns


def _sorted_out(
    rows: Iterable[_Row], first: int, columns: dict[str, int], width: int
) -> tuple[list[list[str | None]], list[RejectedRow]]:
    accepted: list[list[str | None]] = []
    rejected: list[RejectedRow] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, first):
        values = [v.strip() or None if isinstance(v, str) else v for v in row]
        if not any(value is not None for value in values):
            continue
        values += [None] * (width - len(values))
        given = {name: values[place] for name, place in columns.items()}
        column, reason = _fault(given, seen)
        if any(value is not None for value in values[width:]):
            column, reason = "", "has more values than the header has columns"
        if reason is not None:
            rejected.append(RejectedRow(number, column, str(given.get(column) or "")[:200], reason))
            continue
        texts = {name: _text(value) for name, value in given.items()}
        seen[texts["goods_id"] or ""] = number
        if texts.get("hs_code"):
            texts["hs_code"] = _bare(texts["hs_code"] or "")
        accepted.append(list(texts.values()))
    return accepted, rejected


def _fault(given: dict[str, object], seen: dict[str, int]) -> tuple[str, str | None]:
    """The column at fault and the reason, or a reason of None."""
    goods_id = _text(given["goods_id"])
    if goods_id is None:
        return "goods_id", "is missing"
    if goods_id in seen:
        return "goods_id", f"stands already in row {seen[goods_id]}"
    for name, value in given.items():
        if isinstance(value, str) and "\0" in value:
            return name, "holds a NUL byte"
    return "hs_code", hs_fault(given.get("hs_code"))


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _csv(path: Path) -> tuple[_Row, Iterator[_Row], int]:
    with path.open("rb") as file:
        encoding = "utf-16" if file.read(2) in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    with path.open(encoding=encoding, newline="") as lines:
        header = lines.readline(_LONGEST_HEADER)
    if not header.strip() or len(header) == _LONGEST_HEADER:
        raise InputError(f"{path} has no header.", hint="Export the table again.")
    rows = _csv_rows(path, encoding, max(",;\t|", key=header.count))
    return next(rows), rows, 2


def _csv_rows(path: Path, encoding: str, delimiter: str) -> Iterator[_Row]:
    with path.open(encoding=encoding, newline="") as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            yield from reader
        except csv.Error as error:
            raise InputError(
                f"{path}, line {reader.line_num}: {error}.",
                hint="A quotation mark may be missing there; save the table again.",
            ) from error


def _xlsx(path: Path) -> tuple[_Row, Iterator[_Row], int]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()  # the file's own word on its size is often wrong
        rows = sheet.iter_rows(values_only=True)
        return next(rows, ()), iter(list(rows)), 2
    except (
        InvalidFileException,
        LookupError,
        ValueError,
        SyntaxError,
        EOFError,
        zlib.error,
    ) as error:
        raise InputError(
            f"{path} is not a workbook that can be read: {error}.",
            hint="Save it as .xlsx without a password, or as CSV.",
        ) from error


def _parquet(path: Path) -> tuple[_Row, Iterator[_Row], int]:
    table = pq.read_table(path)
    return table.column_names, zip(*(c.to_pylist() for c in table.columns), strict=True), 1


_READERS = {".csv": _csv, ".tsv": _csv, ".txt": _csv, ".xlsx": _xlsx, ".parquet": _parquet}
