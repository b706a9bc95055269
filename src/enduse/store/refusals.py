"""What a database refuses, in a sentence that says what to do about it."""

from __future__ import annotations

import re

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from enduse.errors import StorageError

_RULES = (
    (
        r"database is locked|lock timeout|QueuePool limit",
        "is held by another program",
        "Wait until it has finished, or stop it, and try again.",
    ),
    (
        r"is full|No space left|File too large|disk I/O error|could not extend",
        "could not be written: the disk is full or refuses to write",
        "Free some space and try again; what was stored before is unharmed.",
    ),
    (
        r"file is not a database",
        "is not a database",
        "Move the file away or name another workspace.",
    ),
    (
        r"malformed|invalid page|corrupt",
        "is damaged",
        "Restore it from a backup; keep the damaged file, for its log may still prove something.",
    ),
    (
        r"readonly|read-only|permission denied|unable to open",
        "cannot be written by you",
        "Check your rights to it and to its folder.",
    ),
    (
        r"authentication failed|does not exist|no password|not permitted",
        "did not let you in",
        "Check the user, the password and the name of the database in ENDUSE_DATABASE_URL.",
    ),
)


def refused(name: str, error: SQLAlchemyError) -> StorageError:
    """The error to raise when the database called `name` refused a transaction."""
    said = _words(error)
    for pattern, what, hint in _RULES:
        if re.search(pattern, said, re.IGNORECASE):
            return StorageError(f"The database {name} {what}.", hint=hint)
    return StorageError(
        f"The database {name} refused: {said}.",
        hint="What was stored before is unharmed; check that the database is in order.",
    )


def no_connection(name: str, error: DBAPIError) -> StorageError:
    """The error to raise when the database called `name` could not be opened."""
    known = refused(name, error)
    if " refused: " not in known.message:
        return known
    return StorageError(
        f"The database {name} cannot be reached: {_words(error)}.",
        hint="Check the address in ENDUSE_DATABASE_URL and that the server runs.",
    )


def unwritable(name: str, error: OSError) -> StorageError:
    """The error to raise when the file called `name` could not be made."""
    return StorageError(
        f"The database {name} could not be opened: {error.strerror or error}.",
        hint="Check your rights to the workspace, or name another one.",
    )


def newer(name: str, room: str) -> StorageError:
    """The error to raise when a later version of Enduse has written the tables of a room."""
    return StorageError(
        f"The database {name} was written by a newer Enduse: its tables of '{room}' have steps "
        "that this version does not know.",
        hint="Install the newer version; this one changes nothing.",
    )


def _words(error: SQLAlchemyError) -> str:
    """What the driver said, in its first line."""
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines() or [type(cause).__name__]
    return lines[0].strip().removesuffix(".")
