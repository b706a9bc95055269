"""Rows that a SQL query answers: SQLite and DuckDB files, PostgreSQL."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import duckdb
import numpy as np
import pyarrow as pa

from enduse.errors import InputError, UsageError
from enduse.records.batch import Batch, Source, batch_of_values

_BATCH_ROWS = 1 << 14


class QuerySource(Source):
    """What a query answers; its columns are the query's.

    Parameters
    ----------
    url
        ``sqlite:///orders.db``, ``duckdb:///orders.duckdb`` (a fourth slash begins an absolute
        path) or ``postgresql://user:password@host/database``.
    query
        One SELECT; the database is opened for reading only.

    Raises
    ------
    InputError
        If the database cannot be opened or refuses the query, or its driver is not installed.
    UsageError
        If the URL names no known kind of database, or there is no query.
    """

    def __init__(self, url: str, query: str | None) -> None:
        parts = urlsplit(url)
        self.format = {"postgres": "postgresql"}.get(parts.scheme, parts.scheme)
        # The password stays out of every message and report.
        self.name = f"{self.format}://{parts.hostname or ''}{parts.path}"
        if not query:
            raise UsageError(f"{self.name} needs a query.", hint="Give one SELECT with --query.")
        self._digest = hashlib.sha256()
        self._errors: type[Exception]
        match self.format:
            case "sqlite":
                connect, self._errors = _sqlite(self.name, parts.path), sqlite3.Error
            case "duckdb":
                connect, self._errors = _duckdb(self.name, parts.path), duckdb.Error
            case "postgresql":
                connect, self._errors = _postgresql(url)
            case _:
                raise UsageError(
                    f"'{parts.scheme}' is no database that Enduse reads.",
                    hint="Use sqlite:///, duckdb:/// or postgresql://.",
                )
        try:
            self._cursor = connect()
            self._cursor.execute(query)
        except self._errors as error:
            raise self._refused(error) from error
        # PostgreSQL describes the answer of a cursor of its own only after the first fetch.
        self._block = self._fetch()
        self.header = [str(column[0]) for column in self._cursor.description or ()]

    def batches(self, wanted: Mapping[str, int]) -> Iterator[Batch]:
        first = 1
        while self._block:
            rows = np.arange(first, first + len(self._block), dtype=np.int64)
            first += len(self._block)
            batch = batch_of_values(rows, self._block, wanted)
            self._digest.update(pa.record_batch(dict(batch.columns)).serialize())
            yield batch
            self._block = self._fetch()

    def digest(self) -> str:
        """SHA-256 of the rows as read: a query has no bytes of its own to compare."""
        return self._digest.hexdigest()

    def _fetch(self) -> Sequence[Sequence[object]]:
        try:
            return self._cursor.fetchmany(_BATCH_ROWS)
        except self._errors as error:
            raise self._refused(error) from error

    def _refused(self, error: Exception) -> InputError:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        return InputError(
            f"{self.name}: {said.removesuffix('.')}.",
            hint="Check the path, the query and the rights of the user.",
        )


class Cursor(Protocol):
    """What is needed of a database cursor (PEP 249)."""

    @property
    def description(self) -> Sequence[Sequence[Any]] | None: ...

    def execute(self, query: str, /) -> object: ...

    def fetchmany(self, size: int, /) -> Sequence[Sequence[object]]: ...


def _sqlite(name: str, path: str) -> Callable[[], Cursor]:
    file = _file(name, path)
    return lambda: sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True).cursor()


def _duckdb(name: str, path: str) -> Callable[[], Cursor]:
    file = _file(name, path)
    return lambda: duckdb.connect(str(file), read_only=True)


def _postgresql(url: str) -> tuple[Callable[[], Cursor], type[Exception]]:
    try:
        driver: Any = import_module("psycopg")
    except ModuleNotFoundError as error:
        raise InputError(
            "PostgreSQL needs a driver that is not installed.",
            hint="Install it with: pip install 'psycopg[binary]'.",
        ) from error

    def connect() -> Cursor:
        connection = driver.connect(url)
        connection.read_only = True
        cursor: Cursor = connection.cursor(name="enduse")
        return cursor

    return connect, driver.Error


def _file(name: str, path: str) -> Path:
    file = Path(unquote(path.removeprefix("/")))
    if not file.is_file():
        raise InputError(f"{name}: there is no file {file}.", hint="Check the path.")
    return file.absolute()
