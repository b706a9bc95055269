"""Date codes: what the digits and letters beside a part number say of when it was made.

A scheme is written in letters: ``YYYY``, ``YY``, ``Y`` year; ``WW`` week of ISO 8601; ``MM`` month
in digits, ``M`` month as 1-9 and A-C or O, N, D; ``DD`` day; ``A`` a letter, ``N`` and ``X`` a
letter or digit of a trace code; a space parts words. Two digits mean the latest such year that is
not in the future; one digit means it, too, and the decade before as a second reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from enduse.components.confusions import corrected, exchanges, look, said

USUAL = ("YYWW",)
"""Where the maker is unknown or says nothing of its date codes."""

LABELLED = ("YYWW", "YYYYWW", "YYYY-MM-DD", "DD.MM.YYYY", "YYYYMMDD", "MM.YYYY", "YYYY", "YYMM")
"""Where the text itself says that a date code follows."""

_OLDEST = 1984
_WEEKS = 53
_FIELDS = {
    "YYYY": r"(?P<yyyy>(?:19|20)\d\d)",
    "YY": r"(?P<yy>\d\d)",
    "Y": r"(?P<y>\d)",
    "WW": r"(?P<ww>\d\d)",
    "MM": r"(?P<mm>\d\d)",
    "M": r"(?P<m>[1-9A-COND])",
    "DD": r"(?P<dd>\d\d)",
    "A": "[A-Z]",
    "N": "[A-Z0-9]",
    "X": "[A-Z0-9]",
    " ": " ",
}
_MONTH_LETTERS = {"A": 10, "B": 11, "C": 12, "O": 10, "N": 11, "D": 12}
_IEC_60062_YEARS = "ABCDEFHJKLMNPRSTUVWX"
"""Years 1990 to 2009, and again from 2010 (IEC 60062, annex on date codes)."""
_NAMED = {
    "IEC60062": rf"(?P<letter>[{_IEC_60062_YEARS}])(?P<m>[1-9OND])",
    # Lot trace code of Texas Instruments: year, month, lot, and a letter or digit for the site.
    "TI YM": r"(?=\d*[A-Z])(?P<y>\d)(?P<m>[1-9A-C])[A-Z0-9]{5}",
}


@dataclass(frozen=True, slots=True)
class DateCode:
    """A date code, and the days that it may mean."""

    raw: str
    earliest: date
    latest: date

    def as_dict(self) -> dict[str, str]:
        """As JSON has it."""
        return {
            "raw": self.raw,
            "earliest": self.earliest.isoformat(),
            "latest": self.latest.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Dated:
    """What one scheme makes of one or two words."""

    codes: tuple[DateCode, ...]
    """Most likely first; none: `refused` says why."""
    start: int
    end: int
    """Characters of the date code within the words."""
    traced: bool
    """Whether the word holds a trace code beside the date."""
    exchanged: str = ""
    """Characters taken for others, in words."""
    refused: str = ""


@cache
def _pattern(scheme: str) -> re.Pattern[str] | None:
    """The form of a scheme; None where it is none, or says no year or more than one."""
    if scheme in _NAMED:
        return re.compile(_NAMED[scheme])
    parts = re.findall(r"YYYY|YY|Y|WW|MM|M|DD|.", scheme)
    years = [part for part in parts if part.startswith("Y")]
    if len(years) != 1 or re.fullmatch(r"[YWMDANX .\-/#]+", scheme) is None:
        return None
    try:
        return re.compile("".join(_FIELDS.get(part) or re.escape(part) for part in parts))
    except re.error:
        return None


def known(scheme: str) -> bool:
    """Whether a scheme can be read.

    Examples
    --------
    >>> known("YYWWXXX"), known("AAAYYWW"), known("YYYY YY"), known("of the moon")
    (True, True, False, False)
    """
    return _pattern(scheme) is not None


def words_of(scheme: str) -> int:
    """How many words a scheme runs over."""
    return 1 if scheme in _NAMED else scheme.count(" ") + 1


def dated(text: str, scheme: str, today: date) -> Dated | None:
    """What a scheme makes of a text; None where it has not the form of the scheme.

    Examples
    --------
    >>> dated("2230", "YYWW", date(2026, 1, 1)).codes[0].earliest
    datetime.date(2022, 7, 25)
    >>> [code.earliest.year for code in dated("9 21", "Y WW", date(2026, 1, 1)).codes]
    [2019, 2009]
    >>> dated("2254", "YYWW", date(2026, 1, 1)).refused
    'there is no week 54'
    """
    pattern = _pattern(scheme)
    found = pattern.fullmatch(text) if pattern else None
    if found is None:
        return None
    held = {name: value for name, value in found.groupdict().items() if value}
    start = min(map(found.start, held))
    end = max(map(found.end, held))
    raw = text[start:end]
    codes = []
    refused = ""
    for year in _years(held, today):
        days = _days(year, held)
        if isinstance(days, str):
            refused = days
        elif days[0] > today:
            refused = "it lies in the future"
        else:
            codes.append(DateCode(raw, *days))
    if not codes and not refused:
        refused = "it lies in the future"
    return Dated(tuple(codes[:2]), start, end, len(raw) < len(text), refused=refused)


def dated_alike(text: str, scheme: str, today: date) -> Dated | None:
    """The same for a text with look-alikes, of which at least half are digits already."""
    pattern = _pattern(scheme)
    digits = sum(map(str.isdigit, text))
    if pattern is None or digits == len(text) or 2 * digits < len(text):
        return None
    if not all(sign.isdigit() or look(sign) in "0123456789" for sign in text):
        return None

    def fits(tried: str) -> bool:
        found = dated(tried, scheme, today)
        return found is not None and bool(found.codes)

    read = corrected(text, fits)
    found = dated(read, scheme, today) if read else None
    if read is None or found is None:
        return None
    return Dated(found.codes, found.start, found.end, found.traced, said(exchanges(text, read)))


def _years(held: dict[str, str], today: date) -> Iterator[int]:
    """Years that may be meant, most likely first; none if all are in the future."""
    if "yyyy" in held:
        yield int(held["yyyy"])
    elif "yy" in held:
        year = 2000 + int(held["yy"])
        if year <= today.year:
            yield year
        elif year - 100 >= _OLDEST:
            yield year - 100
    elif "y" in held:
        latest = today.year - (today.year - int(held["y"])) % 10
        yield from (latest, latest - 10, latest - 20)
    elif "letter" in held:
        latest = 2010 + _IEC_60062_YEARS.index(held["letter"])
        yield from (year for year in (latest, latest - 20) if year <= today.year)


def _days(year: int, held: dict[str, str]) -> tuple[date, date] | str:
    """First and last day; words where there are no such days."""
    if "ww" in held:
        week = int(held["ww"])
        if not 1 <= week <= _WEEKS:
            return f"there is no week {week}"
        # Makers count a 53rd week in years to which ISO 8601 gives 52.
        first = date.fromisocalendar(year, 1, 1) + timedelta(weeks=week - 1)
        return first, first + timedelta(days=6)
    month = int(held["mm"]) if "mm" in held else _month(held.get("m", ""))
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if not 1 <= month <= 12:
        return f"there is no month {month}"
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    if "dd" not in held:
        return date(year, month, 1), last
    day = int(held["dd"])
    if not 1 <= day <= last.day:
        return f"there is no day {day} in that month"
    return date(year, month, day), date(year, month, day)


def _month(sign: str) -> int | None:
    if not sign:
        return None
    return int(sign) if sign.isdigit() else _MONTH_LETTERS[sign]
