"""Date codes as records state them: the days that they may mean."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

_OLDEST = 1960
_WEEK = timedelta(days=6)
_SEPARATORS = re.compile(r"[\s;,/|]+|\bto\b")


class Window(NamedTuple):
    """First and last day on which something may have been made."""

    earliest: date
    latest: date


def stated_windows(text: str | None, until: date) -> tuple[Window, ...]:
    """The days that a stated date code may mean, given that it was made by the day `until`.

    Read are YYWW, YYYYWW, YYYY-Www, an ISO day, a year, WWYY where YYWW cannot be, YWW in each
    decade, several codes with '/', ';' or ',' between, and '+' for 'this or later'. Nothing is
    answered for what is none of these, for week 54, and for what lies after `until`.

    Parameters
    ----------
    text
        The date code as a record has it; null has no window.
    until
        Day of the sale, or of the recovery.

    Examples
    --------
    >>> stated_windows("2230", date(2023, 5, 1))
    (Window(earliest=datetime.date(2022, 7, 25), latest=datetime.date(2022, 7, 31)),)
    >>> [str(w.earliest) for w in stated_windows("230", date(2023, 5, 1))]
    ['2022-07-25', '2012-07-23', '2002-07-22']
    >>> stated_windows("2254", date(2023, 5, 1)), stated_windows("2330", date(2023, 5, 1))
    ((), ())
    >>> str(stated_windows("22+", date(2023, 5, 1))[0].latest)
    '2023-05-01'
    """
    found: dict[Window, None] = {}
    for part in _SEPARATORS.split((text or "").strip().upper()):
        code, later = part.rstrip("+"), part.endswith("+")
        for window in _windows(code, until):
            if window.earliest <= until:
                found[Window(window.earliest, until) if later else window] = None
    return tuple(found)


def windows_between(text: str | None, first: date | None, last: date | None) -> tuple[Window, ...]:
    """The days that a date code may mean of those from `first` to `last`, as records keep them.

    A code of several decades leaves out what lies between them.

    Examples
    --------
    >>> kept = date(2012, 7, 23), date(2022, 7, 31)
    >>> [str(w.earliest) for w in windows_between("230", *kept)]
    ['2022-07-25', '2012-07-23']
    >>> windows_between("GX", *kept) == (Window(*kept),)
    True
    """
    if first is None or last is None:
        return ()
    stated = stated_windows(text, last)
    within = tuple(w for w in stated if first <= w.earliest and w.latest <= last)
    return within or (Window(first, last),)


def _windows(code: str, until: date) -> Iterator[Window]:
    if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", code, re.ASCII):
        day = _day(*map(int, match.groups()))
        if day:
            yield Window(day, day)
    elif match := re.fullmatch(r"(\d{4})-?W?(\d\d)", code, re.ASCII):
        yield from _week(int(match[1]), int(match[2]))
    elif match := re.fullmatch(r"(?:D/?C:?)?(\d\d)-?(\d\d)", code, re.ASCII):
        first, second = int(match[1]), int(match[2])
        weeks = [*_week(_century(first, until), second)]
        if not weeks or weeks[0].earliest > until:
            weeks = [*_week(_century(second, until), first)]
        yield from weeks
    elif re.fullmatch(r"\d{3}", code, re.ASCII):
        for decade in range(until.year // 10 * 10, until.year - 30, -10):
            yield from _week(decade + int(code[0]), int(code[1:]))
    elif re.fullmatch(r"\d\d", code, re.ASCII):
        year = _century(int(code), until)
        yield Window(date(year, 1, 1), date(year, 12, 31))


def _century(year: int, until: date) -> int:
    """The year of two digits that is the last before `until`."""
    return until.year - (until.year - year) % 100


def _week(year: int, week: int) -> Iterator[Window]:
    if year < _OLDEST or not 1 <= week <= 53:
        return
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        # Makers that count weeks from 1 January have a week 53 in every year.
        monday = date.fromisocalendar(year, 52, 1) + timedelta(days=7)
    yield Window(monday, monday + _WEEK)


def _day(year: int, month: int, day: int) -> date | None:
    if 1 <= month <= 12 and year >= _OLDEST and 1 <= day <= monthrange(year, month)[1]:
        return date(year, month, day)
    return None
