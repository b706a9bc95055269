"""Opening the database of a workspace: a SQLite file by default, PostgreSQL for a team."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from enduse.errors import UsageError
from enduse.settings import Settings
from enduse.store.migrations import apply_steps, steps_taken
from enduse.store.refusals import no_connection, refused, unwritable

LOCK_WAIT_SECONDS = 30
"""How long a transaction waits for another program to end its own."""

_CLEARING_MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Store:
    """An open database: transactions that happen whole or not at all, and tables by room.

    Statements are SQLAlchemy Core or `sqlalchemy.text` in the SQL that SQLite and PostgreSQL
    share. Threads may use one store; a process that forks opens its own.

    Attributes
    ----------
    engine
        The SQLAlchemy engine.
    name
        What messages call the database: a path, or an address without its password.
    """

    engine: Engine
    name: str

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that may write; durable once the block has ended well.

        On SQLite there is one writer at a time, and others wait for it. On PostgreSQL
        transactions run side by side (READ COMMITTED): lock the row that you judge by.

        Raises
        ------
        StorageError
            If the database is locked, full, damaged or out of reach. Broken constraints stay
            ``sqlalchemy.exc.IntegrityError``: they are the caller's to understand.
        """
        with self._transaction({}) as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A snapshot for reading: what others write meanwhile is not seen, and none waits.

        Raises
        ------
        StorageError
            As for `begin`.
        """
        options: dict[str, Any] = (
            {"enduse_read": True}
            if self._is_sqlite
            else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        with self._transaction(options) as connection:
            yield connection

    def migrate(self, room: str, steps: Sequence[str]) -> None:
        """Bring the tables of a room up to date: each step runs once, ever, and in order.

        Parameters
        ----------
        room
            The room that owns the tables; its tables' names begin with it.
        steps
            SQL, one statement a step; later versions of Enduse add steps and change none. Types
            are written as SQLite has them: ``TEXT``, ``INTEGER`` (64 bits), ``REAL``, ``BLOB``.

        Raises
        ------
        StorageError
            If the database holds steps that this version of Enduse does not know.
        """
        with self.read() as connection:
            if steps_taken(connection, room) == len(steps):
                # Most often nothing is to be done, and then nobody waits for a writer.
                return
        with self.begin() as connection:
            apply_steps(connection, self.name, room, steps)

    def forget_erased(self) -> None:
        """Clear what was deleted out of SQLite's write-ahead file; PostgreSQL vacuums itself.

        Where another program keeps reading, the file is cleared later: at the latest by whoever
        closes the database last.
        """
        if self._is_sqlite:
            with self.engine.connect() as connection:
                raw = connection.connection.dbapi_connection
                assert raw is not None
                raw.execute(f"PRAGMA busy_timeout = {_CLEARING_MILLISECONDS}")
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                raw.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_SECONDS * 1000}")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @property
    def _is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def _transaction(self, options: dict[str, Any]) -> Iterator[Connection]:
        try:
            with (
                self.engine.connect().execution_options(**options) as connection,
                connection.begin(),
            ):
                yield connection
        except (IntegrityError, ProgrammingError):
            raise
        except (DBAPIError, PoolTimeoutError) as error:
            raise refused(self.name, error) from error


def open_store(settings: Settings) -> Store:
    """The database that the settings name, made if it does not exist.

    Raises
    ------
    StorageError
        If it cannot be opened, or the file is no database.
    UsageError
        If `database_url` is not the address of a PostgreSQL database, or the driver is missing.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     store = open_store(Settings(workspace=Path(folder)))
    ...     with store.read() as connection:
    ...         connection.exec_driver_sql("SELECT 6 * 7").scalar_one()
    ...     store.close()
    42
    """
    if settings.database_url:
        return _postgresql(settings.database_url)
    return _sqlite(settings.workspace / "cases.sqlite")


def _sqlite(path: Path) -> Store:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite gives its side files the rights of the database: for our eyes only.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise unwritable(str(path), error) from error
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": LOCK_WAIT_SECONDS},
        pool_size=8,
        max_overflow=56,
        pool_timeout=LOCK_WAIT_SECONDS,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return _opened(Store(engine, str(path)))


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Transactions are begun by `_begin_sqlite`, not by the driver's guess.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        # Sync the write-ahead file at every commit: a commit outlives a loss of power.
        "synchronous = FULL",
        "foreign_keys = ON",
        # What is deleted is overwritten, so that what was erased is gone from the file.
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later would be refused if another wrote in between.
    reads = connection.get_execution_options().get("enduse_read")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _postgresql(url: str) -> Store:
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"postgres", "postgresql"} and bool(parts.path.strip("/"))
        address = make_url(url).set(drivername="postgresql+psycopg") if known else None
    except (ValueError, ArgumentError):
        address = None
    if address is None:
        raise UsageError(
            "database_url is not the address of a PostgreSQL database.",
            hint="Write postgresql://user:password@host/database, or unset ENDUSE_DATABASE_URL "
            "to use the file in the workspace.",
        )
    if find_spec("psycopg") is None:
        raise UsageError(
            "PostgreSQL needs a driver that is not installed.",
            hint="Install it with: pip install 'enduse[postgres]'.",
        )
    engine = create_engine(
        address,
        pool_size=8,
        max_overflow=56,
        pool_timeout=LOCK_WAIT_SECONDS,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": LOCK_WAIT_SECONDS,
            "options": f"-c lock_timeout={LOCK_WAIT_SECONDS}s -c synchronous_commit=on",
        },
    )
    return _opened(Store(engine, address.set(query={}).render_as_string(hide_password=True)))


def _opened(store: Store) -> Store:
    """The store, once it has answered."""
    try:
        with store.engine.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM " + _CATALOGUE[store.engine.name])
    except DBAPIError as error:
        store.close()
        raise no_connection(store.name, error) from error
    return store


_CATALOGUE = {"sqlite": "sqlite_master", "postgresql": "pg_catalog.pg_namespace"}
"""A table that every database has; reading it shows a file that is no database."""
