"""Text cut into columns by a delimiter: CSV, TSV and their kin."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as arrow_csv

from enduse.errors import InputError, UsageError
from enduse.records.batch import Batch, FileSource, Misfit
from enduse.records.encodings import (
    BAD_BYTES,
    LONGEST_LINE_BYTES,
    codec_of,
    detect_encoding,
    utf8_chunks,
)
from enduse.records.headers import folded

_HEAD_BYTES = 1 << 20
# Arrow reads up to 32 blocks ahead.
_BLOCK_BYTES = 1 << 22
_LARGEST_BLOCK_BYTES = 2 * LONGEST_LINE_BYTES
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "^": "caret", "~": "tilde"}
_NAMED = {name: character for character, name in _DELIMITERS.items()} | {"\\t": "\t"}
_PREAMBLE = re.compile(r"(?:[ \t]*(?:\r\n?|\n))*(?:sep=(.)(?:\r\n?|\n))?")
_SHOWN_CHARACTERS = 200
# No description has more lines; an unclosed quotation mark soon does.
_MOST_LINES = 50


class DelimitedSource(FileSource):
    """A delimited text file, read in blocks of a fixed size.

    Parameters
    ----------
    path
        The file.
    encoding, delimiter
        As named by the user; None: found out.
    known
        Folded names of columns that the header is likely to have: they tell the delimiter.

    Raises
    ------
    InputError
        If the header cannot be read as a row of several columns.
    UsageError
        If the encoding or the delimiter cannot be one.
    """

    format = "csv"

    def __init__(
        self, path: Path, *, encoding: str | None, delimiter: str | None, known: Collection[str]
    ) -> None:
        super().__init__(path)
        self.encoding = encoding or detect_encoding(path)
        codec_of(self.encoding)
        self._chunks = utf8_chunks(path, self.encoding)
        head = _take(self._chunks, _HEAD_BYTES)
        preamble = _PREAMBLE.match(head)
        assert preamble is not None
        self._header_row = 1 + len(re.findall(r"\r\n?|\n", preamble[0]))
        text = head[preamble.end() :]
        likely = _likely_delimiter(text, known)
        self.delimiter = _NAMED.get(delimiter or "", delimiter) or preamble[1] or likely
        if len(self.delimiter) != 1 or not self.delimiter.isascii() or self.delimiter in '"\r\n':
            raise UsageError(
                f"'{self.delimiter}' cannot be a delimiter.",
                hint="Give one ASCII character, or its name such as tab.",
            )
        self.header, rest = _cut_header(path, text, self.delimiter, likely)
        self._rest = rest.encode()

    def batches(self, wanted: Mapping[str, int]) -> Iterator[Batch]:
        inner_lines = 0

        def counted() -> Iterator[bytes]:
            nonlocal inner_lines
            for chunk in chain([self._rest], self._chunks):
                inner_lines += chunk.count(b"\n") or chunk.count(b"\r")
                yield chunk

        try:
            for records in read_records(
                self.name,
                counted(),
                column_count=len(self.header),
                positions=sorted(set(wanted.values())),
                delimiter=self.delimiter or ",",
                header_row=self._header_row,
            ):
                inner_lines -= len(records.rows) + len(records.misfits)
                columns = {n: records.columns[position] for n, position in wanted.items()}
                yield Batch(records.rows, columns, misfits=records.misfits)
        except InputError:
            self._refuse_open_quote()
            raise
        if inner_lines > _MOST_LINES:
            self._refuse_open_quote()

    def _refuse_open_quote(self) -> None:
        """Raise if a value of many lines shows that a quotation mark is never closed.

        Cells alone cannot show it, since those of columns that are not wanted are never made; so
        the file is gone through again, and only where it has many lines within values.
        """
        chunks = utf8_chunks(self.path, self.encoding or "utf-8")
        found = _longest_value(chunks, self.delimiter or ",")
        if found:
            line, count = found
            raise InputError(
                f"{self.name}, line {line}: the quotation mark that opens there takes in "
                f"{count} lines as one value.",
                hint="Close it or remove it there; a value that truly is so long must have at "
                f"most {_MOST_LINES} lines.",
            )


class Records(NamedTuple):
    """Some records of a delimited stream."""

    rows: npt.NDArray[np.int64]
    columns: Mapping[int, pa.StringArray]
    """Position to cells."""
    misfits: Sequence[Misfit]


def read_records(
    name: str,
    chunks: Iterator[bytes],
    *,
    column_count: int,
    positions: Sequence[int],
    delimiter: str,
    quote: str | bool = '"',
    header_row: int,
) -> Iterator[Records]:
    """The records of a stream of UTF-8, block by block, with the row that each stands in.

    Raises
    ------
    InputError
        If a record is longer than 16 MiB.
    """
    misfits: list[Misfit] = []
    rows = _RowNumbers(header_row)
    names = [f"c{position}" for position in positions]

    def keep_misfit(record: arrow_csv.InvalidRow) -> str:
        misfits.append(_misfit(record, rows.skip(record.number)))
        return "skip"

    try:
        reader = arrow_csv.open_csv(
            _ByteStream(chunks),
            read_options=arrow_csv.ReadOptions(
                # Only a single thread tells the numbers of records that do not fit.
                use_threads=False,
                block_size=_LARGEST_BLOCK_BYTES,
                column_names=[f"c{position}" for position in range(column_count)],
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter,
                quote_char=quote,
                newlines_in_values=bool(quote),
                ignore_empty_lines=False,
                invalid_row_handler=keep_misfit,
            ),
            convert_options=arrow_csv.ConvertOptions(
                # It is: the stream was decoded.
                check_utf8=False,
                include_columns=names,
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
        for batch in reader:
            numbers = rows.take(batch.num_rows)
            yield Records(numbers, dict(zip(positions, batch.columns, strict=True)), misfits)
            misfits = []
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return
        said = str(error).splitlines()[0]
        raise InputError(
            f"{name}: after row {rows.last} comes "
            + ("a row longer than 16 MiB." if "straddling" in said else f"no row: {said}."),
            hint="Look there for a quotation mark that is opened and never closed.",
        ) from error
    if misfits:
        nothing = dict.fromkeys(positions, pa.nulls(0, pa.string()))
        yield Records(np.empty(0, np.int64), nothing, misfits)


class _RowNumbers:
    """Which row of the file each record is, where some records were skipped."""

    def __init__(self, header_row: int) -> None:
        self._header_row = header_row
        self._skipped: deque[int] = deque()
        self.last = header_row

    def skip(self, record: int) -> int:
        row = self._header_row + record
        self._skipped.append(row)
        return row

    def take(self, count: int) -> npt.NDArray[np.int64]:
        first, end, passed = self.last + 1, self.last + 1 + count, []
        while self._skipped and self._skipped[0] <= end:
            passed.append(self._skipped.popleft() - first)
            end += 1
        self.last = end - 1
        return np.delete(np.arange(first, end, dtype=np.int64), passed)


class _ByteStream:
    """Chunks as a file that Arrow can read from, in blocks that end with a line where they can.

    A block grows with its longest line, so that Arrow, which takes no record longer than two
    blocks, meets long lines whole and needs no large blocks for the sake of a rare one.
    """

    closed = False

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._ready = b""

    def read(self, size: int) -> bytes:
        parts, length = [self._ready], len(self._ready)
        end = 0
        while (length < _BLOCK_BYTES or not end) and length < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                end = length
                break
            found = chunk.rfind(b"\n") + 1
            end = length + found if found else end
            parts.append(chunk)
            length += len(chunk)
        end = end or length
        whole = b"".join(parts)
        self._ready = whole[end:]
        return whole[:end]


def _take(chunks: Iterator[bytes], size: int) -> str:
    """The text of at least `size` bytes of a stream of whole characters, or all that there is."""
    head = bytearray()
    while len(head) < size and (chunk := next(chunks, None)) is not None:
        head += chunk
    return head.decode()


def _longest_value(chunks: Iterator[bytes], delimiter: str) -> tuple[int, int] | None:
    """The line in which the first value of too many lines begins, and how many it has."""
    limit = csv.field_size_limit(LONGEST_LINE_BYTES)
    reader = csv.reader(_lines(chunks), delimiter=delimiter)
    try:
        while True:
            line = reader.line_num + 1
            try:
                record = next(reader, None)
            except csv.Error:
                return line, reader.line_num - line + 1
            if record is None:
                return None
            if reader.line_num - line >= _MOST_LINES:
                ends = [cell.count("\n") or cell.count("\r") for cell in record]
                longest = ends.index(max(ends))
                return line + sum(ends[:longest]), ends[longest] + 1
    finally:
        csv.field_size_limit(limit)


def _lines(chunks: Iterator[bytes]) -> Iterator[str]:
    """Text cut after each line end of any system."""
    open_line = ""
    for chunk in chunks:
        lines = list(io.StringIO(open_line + chunk.decode(), newline=""))
        # A carriage return may be half of a line end.
        open_line = lines.pop() if lines and not lines[-1].endswith("\n") else ""
        yield from lines
    if open_line:
        yield open_line


def _misfit(record: arrow_csv.InvalidRow, row: int) -> Misfit:
    text = record.text.replace(BAD_BYTES, "\N{REPLACEMENT CHARACTER}")
    cells = "cell" if record.actual_columns == 1 else "cells"
    reason = (
        f"the row has {record.actual_columns} {cells}, the header has {record.expected_columns}"
    )
    lines = text.count("\n")
    if lines:
        reason += f"; it runs over {lines + 1} lines: is a quotation mark never closed?"
    return Misfit(row, text[:_SHOWN_CHARACTERS], reason)


def _first_record(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return []


def _likely_delimiter(text: str, known: Collection[str]) -> str:
    """The delimiter that cuts the first row into most known columns, else into most columns."""

    def fit(delimiter: str) -> tuple[int, int]:
        names = _first_record(text, delimiter)
        return sum(folded(name) in known for name in names), len(names)

    return max(_DELIMITERS, key=fit)


def _cut_header(path: Path, text: str, delimiter: str, likely: str) -> tuple[list[str], str]:
    stream = io.StringIO(text, newline="")
    try:
        names = next(csv.reader(stream, delimiter=delimiter), [])
        rest = stream.read()
    except csv.Error:
        names, rest = [], ""
    if not names or (len(text) >= _HEAD_BYTES and not rest):
        raise InputError(
            f"{path} does not begin with a row of column names: its first line is too long.",
            hint="Give a table whose first row names the columns.",
        )
    if len(names) == 1:
        told = f"{path}: cut by '{delimiter}', the header is one column, '{names[0][:60]}'."
        if len(_first_record(text, likely)) > 1:
            raise InputError(
                told, hint=f"It seems to be cut otherwise: --delimiter {_DELIMITERS[likely]}."
            )
        raise InputError(told, hint="Name the character between columns with --delimiter.")
    return [name.replace(BAD_BYTES, "\N{REPLACEMENT CHARACTER}").strip() for name in names], rest
