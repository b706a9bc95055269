"""Of which day a list is, where the list itself does not say."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from pathlib import Path

_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)")
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.](\d\d)(?![-_.]?\d)")
_YEAR = re.compile(r"(?<![0-9A-Za-z])((?:19|20)\d\d)(?![-_.]?[0-9]|[A-Za-z])")


def date_in_name(path: Path, today: date) -> date | None:
    """The day that the name of a file or folder gives, or that of the folder it lies in.

    A month or a year is taken as its last day: a snapshot proves 'listed by this day', so the
    last day is the one that claims no more than is known. One that is not over says nothing. A
    bare year counts only in the name of what was given, not in the folder around it.

    Examples
    --------
    >>> today = date(2026, 11, 1)
    >>> str(date_in_name(Path("chpl_2024-02-23.csv"), today))
    '2024-02-23'
    >>> str(date_in_name(Path("2025-09/parties.csv"), today))
    '2025-09-30'
    >>> str(date_in_name(Path("data/ofac-2022"), today))
    '2022-12-31'
    >>> str(date_in_name(Path("sdn_2022.csv"), today))
    '2022-12-31'
    >>> date_in_name(Path("uk-2026"), today), date_in_name(Path("2019/32014R0833.csv"), today)
    (None, None)
    """
    given = path.name
    found = _day(given) or _month(given) or _year(given)
    found = found or _day(path.parent.name) or _month(path.parent.name)
    return found if found and found <= today else None


def earliest_day(day: date, basis: str) -> date | None:
    """The earliest day that a snapshot may be of: who is not on it was absent on that day.

    A month or a year in a name was taken as its last day; of a list that gives no day but that
    of its import it is not known, and the answer is None.

    Examples
    --------
    >>> [str(earliest_day(date(2022, 12, 31), basis)) for basis in ("given", "name", "imported")]
    ['2022-12-31', '2022-01-01', 'None']
    """
    if basis == "imported":
        return None
    if basis != "name" or day.day < monthrange(day.year, day.month)[1]:
        return day
    return day.replace(month=1 if day.month == 12 else day.month, day=1)


def _day(name: str) -> date | None:
    match = _DAY.search(name)
    return _date(int(match[1]), int(match[3]), int(match[4])) if match else None


def _month(name: str) -> date | None:
    match = _MONTH.search(name)
    return _date(int(match[1]), int(match[2])) if match else None


def _year(name: str) -> date | None:
    match = _YEAR.search(name)
    return _date(int(match[1]), 12) if match else None


def _date(year: int, month: int, day: int = 0) -> date | None:
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError:
        return None
