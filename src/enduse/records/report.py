"""What came of reading a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ReadReport:
    """Counts and circumstances of one reading; ``read`` is ``accepted`` + ``rejected``."""

    name: str
    """Path, URL without password, or 'the table'."""
    format: str
    encoding: str | None
    """As named or found; None where the format has none to choose."""
    delimiter: str | None
    digest: str
    """SHA-256 of the file, or of the rows that a query answered; empty for a table in memory."""
    read: int
    accepted: int
    rejected: int
    """Rows; one with several reasons counts once."""
    blank: int
    """Rows with nothing in any known column; they are not counted as read."""
    doubts: Mapping[str, int]
    """Column to accepted rows with a value in it that is kept although it may be wrong."""
    unused: tuple[str, ...]
    """Columns of the input that are none of Enduse's."""
    first_date: date | None = None
    last_date: date | None = None
    """Earliest and latest date of the accepted rows; None if there is none."""
