"""Where a listing stands as of a day: listed, listed since, not dated, or delisted."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    """What is known of a listing as of a day."""

    LISTED = "listed"
    """On the list on that day."""
    LISTED_SINCE = "listed_since"
    """The list gives a date of listing, and it is after that day."""
    UNDATED = "undated"
    """The list gives no date, and the first snapshot that held it is of after that day: whether
    it was listed on that day is not assessed."""
    DELISTED = "delisted"
    """Ended before that day, or absent from a snapshot of that day or before."""


def standing(
    day: date,
    *,
    listed_from: date | None,
    listed_to: date | None,
    first_seen: date,
    gone_by: date | None,
) -> Standing:
    """The standing of one listing as of a day; the columns are those of `model.LISTINGS`.

    A snapshot proves 'listed by this day' and nothing of the time before it; the last day of a
    listing still counts as listed.

    Examples
    --------
    >>> seen = date(2026, 7, 31)
    >>> dated = {"listed_to": None, "first_seen": seen, "gone_by": None}
    >>> standing(date(2024, 5, 1), listed_from=date(2022, 3, 1), **dated)
    <Standing.LISTED: 'listed'>
    >>> standing(date(2024, 5, 1), listed_from=None, **dated)
    <Standing.UNDATED: 'undated'>
    """
    if (listed_to is not None and listed_to < day) or (gone_by is not None and gone_by <= day):
        return Standing.DELISTED
    if listed_from is not None:
        return Standing.LISTED if listed_from <= day else Standing.LISTED_SINCE
    return Standing.LISTED if first_seen <= day else Standing.UNDATED


def standing_sql(date: str, prefix: str) -> str:
    """The same as a SQL expression that answers a `Standing` as text; null for a null date.

    Parameters
    ----------
    date
        SQL expression of the day, e.g. ``s.date`` or ``DATE '2026-11-01'``.
    prefix
        What stands before the columns of `model.LISTINGS`, e.g. ``l.``; may be empty.

    Examples
    --------
    >>> standing_sql("s.date", "l.").split()[:5]
    ['CASE', 'WHEN', '(s.date)', 'IS', 'NULL']
    """
    day = f"({date})"
    return f"""CASE
        WHEN {day} IS NULL THEN NULL
        WHEN {prefix}listed_to < {day} OR {prefix}gone_by <= {day} THEN '{Standing.DELISTED}'
        WHEN {prefix}listed_from > {day} THEN '{Standing.LISTED_SINCE}'
        WHEN {prefix}listed_from IS NULL AND {prefix}first_seen > {day} THEN '{Standing.UNDATED}'
        ELSE '{Standing.LISTED}'
    END"""
