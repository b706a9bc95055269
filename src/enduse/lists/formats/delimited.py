"""Delimited text tables as authorities publish them, read row by row."""

from __future__ import annotations

import csv
from codecs import getincrementaldecoder, lookup
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, TextIO

from enduse.errors import InputError
from enduse.lists.formats.encodings import legacy_encoding
from enduse.lists.formats.faults import Faults
from enduse.lists.formats.recognise import cut_off, is_binary, opening, wrong_kind

_LONGEST_LINE = 4_000_000
_SAMPLE_BYTES = 65_536
_END_OF_FILE = "\x1a"  # MS-DOS ended text files with it, and OFAC still does.

csv.field_size_limit(_LONGEST_LINE)


def read_rows(
    path: Path,
    *,
    delimiter: str = ",",
    encoding: str | None = None,
    faults: Faults,
) -> Iterator[tuple[int, list[str]]]:
    """Rows with their number, from 1, blank ones passed over.

    Raises
    ------
    InputError
        For a file that is empty, not text, or cut off inside a quoted field.
    """
    opening(path)
    if is_binary(path):
        raise wrong_kind(path, "a table as text")
    encoding = encoding or _encoding(path, faults)
    try:
        lookup(encoding)
    except LookupError as error:
        raise InputError(
            f"There is no text encoding '{encoding}' to read {path} with.",
            hint="Name one such as utf-8, windows-1251 or big5 with --encoding, or none: it is found out.",
        ) from error
    with path.open(encoding=encoding, newline="") as file:
        lines = _Lines(path, file)
        last: list[str] = []
        try:
            for number, row in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
                last, lines.record = lines.record, []
                if any(row) and row[0] != _END_OF_FILE:
                    yield number, row
        except (csv.Error, UnicodeError) as error:
            raise InputError(
                f"{path}, near line {lines.number}: {error}.",
                hint="The file is damaged or has another encoding; download the list again.",
            ) from error
        if _is_open(last, delimiter):
            raise cut_off(path, f"inside a quoted field, at line {lines.number}")


def read_table(
    path: Path,
    needed: Sequence[str],
    *,
    delimiter: str = ",",
    encoding: str | None = None,
    before_header: int = 0,
    faults: Faults,
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows under a header, as column (lower case) to value (trimmed), with their number.

    The header's row counts: the first record of an ordinary file is row 2.

    Parameters
    ----------
    needed
        Columns without which it is another kind of file.
    before_header
        Lines above the header.

    Raises
    ------
    InputError
        For a file of another kind, or one that is cut off.
    """
    rows = read_rows(path, delimiter=delimiter, encoding=encoding, faults=faults)
    for _ in range(before_header):
        next(rows, None)
    _, first = next(rows, (0, []))
    header = [c.strip().lower() for c in first]
    if not {c.lower() for c in needed} <= set(header):
        raise wrong_kind(path, f"a table with the columns {', '.join(needed)}")
    for number, row in whole_rows(path, rows, len(header), faults):
        yield number, dict(zip(header, map(str.strip, row), strict=False))


def whole_rows(
    path: Path, rows: Iterator[tuple[int, list[str]]], width: int, faults: Faults
) -> Iterator[tuple[int, list[str]]]:
    """The rows, each as wide as the table; a short last row means a file that is cut off.

    Raises
    ------
    InputError
        If the last row is short.
    """
    short: int | None = None
    for number, row in rows:
        if short is not None:
            faults.count("row shorter than the table, read with its end empty", short)
            short = None
        if len(row) < width:
            short = number
            row += [""] * (width - len(row))
        elif len(row) > width and any(row[width:]):
            faults.count("row longer than the table, its end left out", number, row[width])
        yield number, row
    if short is not None:
        raise cut_off(path, f"in the middle of row {short}")


class _Lines:
    """The lines of a text file, counted, none endless, none with a NUL."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self._path, self._file = path, file
        self.number = 0
        self.record: list[str] = []
        """Lines since the record began."""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(_LONGEST_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        self.record.append(line)
        if "\0" in line:
            raise InputError(
                f"{self._path}, line {self.number}: a NUL byte stands in the text.",
                hint="The file is damaged or not a text table; download the list again.",
            )
        if len(line) == _LONGEST_LINE:
            raise InputError(
                f"{self._path}, line {self.number} has more than {_LONGEST_LINE:,} characters.",
                hint="This is no table of parties, or its line ends are lost.",
            )
        return line


def _is_open(record: list[str], delimiter: str) -> bool:
    """Whether a record ends inside a quoted field."""
    try:
        list(csv.reader(record, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _encoding(path: Path, faults: Faults) -> str:
    with path.open("rb") as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        file.seek(0)
        decoder = getincrementaldecoder("utf-8")()
        while chunk := file.read(_SAMPLE_BYTES):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                file.seek(0)
                encoding = legacy_encoding(path, _lines_beyond_ascii(file))
                faults.say(f"{path.name} is not UTF-8; it was read as {encoding}")
                return encoding
    return "utf-8-sig"


def _lines_beyond_ascii(file: BinaryIO) -> bytes:
    sample = bytearray()
    while len(sample) < _SAMPLE_BYTES and (line := file.readline(_LONGEST_LINE)):
        if not line.isascii():
            sample += line
    return bytes(sample)
