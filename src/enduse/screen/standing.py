"""Where a listing stands as of a day: listed, listed since, not dated, or delisted."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    """What is known of a listing as of a day."""

    LISTED = "listed"
    """On the list on that day."""
    LISTED_SINCE = "listed_since"
    """Listed after that day: by the date the list gives, or, where it gives none, because a whole
    snapshot of that day or later did not hold it yet."""
    UNDATED = "undated"
    """The list gives no date, the first snapshot that held it is of after that day, and no whole
    one from that day on lacks it: whether it was listed on that day is not assessed."""
    DELISTED = "delisted"
    """Ended before that day, or absent from a snapshot of that day or before."""


def standing(
    day: date,
    *,
    listed_from: date | None,
    listed_to: date | None,
    first_seen: date,
    absent_on: date | None,
    gone_by: date | None,
) -> Standing:
    """The standing of one listing as of a day; the columns are those of `model.LISTINGS`.

    A snapshot proves 'listed by this day' and nothing of the time before it; the last day of a
    listing still counts as listed.

    Examples
    --------
    >>> seen = date(2026, 7, 31)
    >>> absent = date(2023, 1, 1)
    >>> dated = {"listed_to": None, "first_seen": seen, "absent_on": absent, "gone_by": None}
    >>> standing(date(2024, 5, 1), listed_from=date(2022, 3, 1), **dated)
    <Standing.LISTED: 'listed'>
    >>> standing(date(2024, 5, 1), listed_from=None, **dated)
    <Standing.UNDATED: 'undated'>
    >>> standing(date(2021, 5, 1), listed_from=None, **dated)
    <Standing.LISTED_SINCE: 'listed_since'>
    """
    if (listed_to is not None and listed_to < day) or (gone_by is not None and gone_by <= day):
        return Standing.DELISTED
    if listed_from is not None:
        return Standing.LISTED if listed_from <= day else Standing.LISTED_SINCE
    if first_seen <= day:
        return Standing.LISTED
    is_settled = absent_on is not None and absent_on >= day
    return Standing.LISTED_SINCE if is_settled else Standing.UNDATED


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
        WHEN {prefix}listed_from IS NULL AND {prefix}first_seen > {day} THEN
            CASE WHEN {prefix}absent_on >= {day} THEN '{Standing.LISTED_SINCE}'
                 ELSE '{Standing.UNDATED}' END
        ELSE '{Standing.LISTED}'
    END"""
