"""Anything that holds rows, opened by what it is and not by what it is called."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import TypeAlias

from enduse.errors import InputError, UsageError
from enduse.records.batch import Source
from enduse.records.tables import ArrowStream, ParquetSource, TableSource

Readable: TypeAlias = Path | str | ArrowStream
"""A path, a database URL, or a pandas, Polars or Arrow table."""

_NO_TABLES = (
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"ARROW1", "an Arrow IPC file"),
    (b"SQLite format 3", "an SQLite database"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET = b"PAR1"
_START_BYTES = 4096


def open_source(
    source: Readable,
    *,
    known: Collection[str],
    encoding: str | None = None,
    delimiter: str | None = None,
    query: str | None = None,
) -> Source:
    """Open something that holds rows.

    Parameters
    ----------
    source
        A path, a database URL, or a table in memory.
    known
        Folded names of columns that are expected: they help to find the delimiter of a text file.
    encoding, delimiter, query
        As named by the user.

    Raises
    ------
    InputError
        If it is not there, is empty, or is no table that Enduse reads.
    UsageError
        If encoding, delimiter, URL or query cannot be one, or the source is of another type.
    """
    if isinstance(source, str) and "://" in source:
        from enduse.records.database import QuerySource

        return QuerySource(source, query)
    if isinstance(source, ArrowStream):
        return TableSource(source)
    if not isinstance(source, (str, Path)):
        raise UsageError(
            f"A {type(source).__name__} is nothing to read rows from.",
            hint="Give a path, a database URL, or a pandas, Polars or Arrow table.",
        )
    path = Path(source)
    start = _start_of(path)
    if start.startswith(_PARQUET) or path.suffix.lower() == ".parquet":
        return ParquetSource(path)
    if start.startswith(_OLE):
        raise _ole_error(path)
    if start.startswith(b"PK\x03\x04"):
        from enduse.records.workbook import WorkbookSource

        return WorkbookSource(path)
    _refuse_no_table(path, start)
    from enduse.records.delimited import DelimitedSource
    from enduse.records.jsonlines import JSONLinesSource

    if path.suffix.lower() in (".jsonl", ".ndjson", ".json") or _visible(start)[:1] == b"{":
        return JSONLinesSource(path, encoding=encoding)
    return DelimitedSource(path, encoding=encoding, delimiter=delimiter, known=known)


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            start = file.read(_START_BYTES)
    except OSError as error:
        raise InputError(
            f"{path} could not be read: {error.strerror}.", hint="Check the path and its rights."
        ) from error
    if not _visible(start):
        raise InputError(f"{path} is empty.", hint="Export the table again.")
    return start


def _visible(start: bytes) -> bytes:
    """What is left without byte order marks, blanks and the NULs of UTF-16."""
    return start.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")


def _ole_error(path: Path) -> InputError:
    """The old container format holds encrypted workbooks and those of Excel before 2007."""
    entry = "EncryptedPackage".encode("utf-16-le")
    kept = b""
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            if entry in kept + chunk:
                return InputError(
                    f"{path} is protected by a password.", hint="Save it without one."
                )
            kept = chunk[-len(entry) :]
    return InputError(f"{path} is a workbook of the old .xls form.", hint="Save it as XLSX or CSV.")


def _refuse_no_table(path: Path, start: bytes) -> None:
    for mark, kind in _NO_TABLES:
        if start.startswith(mark):
            raise InputError(
                f"{path} is {kind}, not a table.", hint="Give CSV, XLSX, Parquet or JSON lines."
            )
    text = _visible(start).lower()
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml")):
        raise InputError(
            f"{path} is a web page or XML, not a table.",
            hint="Open it in a spreadsheet program and save it as XLSX or CSV.",
        )
    if re.match(rb"\[\s*[{\[\]]", text):
        raise InputError(
            f"{path} is one JSON list.", hint="Write JSON lines: one object a line, no brackets."
        )
