"""Tables grow by steps, each of which a database has taken once or not at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, inspect, text

from enduse.store.refusals import newer

_TABLE = """
CREATE TABLE IF NOT EXISTS migrations (
    room TEXT NOT NULL, step INTEGER NOT NULL, at TEXT NOT NULL, PRIMARY KEY (room, step)
)
"""

_TAKEN = text("SELECT count(*) FROM migrations WHERE room = :room")
_TAKE = text("INSERT INTO migrations (room, step, at) VALUES (:room, :step, :at)")

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('enduse.migrations'))"
"""PostgreSQL lets two transactions make the same table at once, and one of them fails."""

_IN_POSTGRESQL = {"BLOB": "BYTEA", "INTEGER": "BIGINT", "REAL": "DOUBLE PRECISION"}
_TYPES = re.compile(rf"\b({'|'.join(_IN_POSTGRESQL)})\b")


def steps_taken(connection: Connection, room: str) -> int:
    """How many steps of a room the database has taken."""
    if not inspect(connection).has_table("migrations"):
        return 0
    taken: int = connection.execute(_TAKEN, {"room": room}).scalar_one()
    return taken


def apply_steps(connection: Connection, name: str, room: str, steps: Sequence[str]) -> None:
    """Take the steps of a room that the database called `name` has not taken yet.

    Raises
    ------
    StorageError
        If it has taken more steps than there are.
    """
    is_postgresql = connection.dialect.name == "postgresql"
    if is_postgresql:
        connection.exec_driver_sql(_ONE_AT_A_TIME)
    connection.exec_driver_sql(_TABLE)
    taken = steps_taken(connection, room)
    if taken > len(steps):
        raise newer(name, room)
    for step, statement in enumerate(steps[taken:], start=taken):
        connection.exec_driver_sql(_spoken(statement) if is_postgresql else statement)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        connection.execute(_TAKE, {"room": room, "step": step, "at": at})


def _spoken(statement: str) -> str:
    """A statement with the names that PostgreSQL gives to types."""
    return _TYPES.sub(lambda match: _IN_POSTGRESQL[match[0]], statement)
