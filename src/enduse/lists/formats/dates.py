"""Dates as lists write them."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_MONTH = r"(?P<{}>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?"
_FLAGS = re.IGNORECASE | re.ASCII
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", re.ASCII)
_NUMERIC = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4})\b", re.ASCII)
_WORDS = re.compile(rf"(\d{{1,2}})[\s-]*{_MONTH.format('month')}[\s-]*(\d{{4}})\b", _FLAGS)

_BIRTH = re.compile(
    rf"""
    (?P<iso_year>\d{{4}})-(?P<iso_month>\d\d)(?:-(?P<iso_day>\d\d))?(?!\d)
    | (?P<day>\d{{1,2}}|dd)\s?[./]\s?(?P<month>\d{{1,2}}|mm)\s?[./\s]\s?(?P<year>\d{{4}})(?!\d)
    | (?P<word_day>\d{{1,2}})[\s-]*{_MONTH.format("word_month")}[\s-]*(?P<word_year>\d{{4}})(?!\d)
    | {_MONTH.format("only_month")}[\s-]*(?P<month_year>\d{{4}})(?!\d)
    | (?<!\d)(?<!before\s)(?<!after\s)(?P<only_year>\d{{4}})(?![\ds])
    """,
    _FLAGS | re.VERBOSE,
)
_BETWEEN = re.compile(
    r"(?<![\d.])(\d{4})\s*(?:-|–|to)\s*(\d{4})(?!\d)|between\s+(\d{4})\s+and\s+(\d{4})(?!\d)",
    _FLAGS,
)
_FROM_TO = re.compile(r"(\d{4})\s+to\s+\d{0,2}\s?[a-z]{3,9}\.?\s(\d{4})(?!\d)", _FLAGS)
_WIDEST_RANGE = 20
_BIRTH_YEARS = range(1850, 2021)


def day(text: str, *, month_first: bool = False) -> date | None:
    """The day that a text names, or None.

    Parameters
    ----------
    month_first
        Read 06/05/2019 as the American fifth of June.

    Examples
    --------
    >>> [str(day(t)) for t in ("23.2.2022", "29/06/2012", "21 Oct. 2013", "2026-02-27T00:00")]
    ['2022-02-23', '2012-06-29', '2013-10-21', '2026-02-27']
    >>> str(day("06/05/2019", month_first=True)), day("2013"), day("31.2.2022")
    ('2019-06-05', None, None)
    """
    text = text.strip()
    if match := _ISO.match(text):
        year, month, of_month = (int(g) for g in match.groups())
    elif match := _NUMERIC.match(text):
        of_month, month, year = (int(g) for g in match.groups())
        if month_first:
            of_month, month = month, of_month
    elif match := _WORDS.match(text):
        of_month, month, year = int(match[1]), _MONTHS[match["month"].lower()], int(match[3])
    else:
        return None
    try:
        return date(year, month, of_month)
    except ValueError:
        return None


def is_ambiguous(text: str) -> bool:
    """Whether a text may name two days: the day or the month may stand first.

    With dots the day stands first everywhere.

    Examples
    --------
    >>> [is_ambiguous(t) for t in ("01/02/2023", "1-2-2023", "13/02/2023", "2/2/2023", "1.2.2023")]
    [True, True, False, False, False]
    """
    match = _NUMERIC.match(text.strip())
    if match is None or "." in match[0]:
        return False
    first, second = int(match[1]), int(match[2])
    return first != second and max(first, second) <= 12


@lru_cache(maxsize=65_536)
def birth_dates(text: str) -> tuple[str, ...]:
    """Every date of birth that a text allows: YYYY-MM-DD, YYYY-MM or YYYY.

    An approximate year is given as that year; a range of at most 20 years as all its years, a
    wider one not at all. Years before 1850 (another calendar) and after 2020 are left out.

    Examples
    --------
    >>> birth_dates("(a) 1.3.1965, (b) circa 1955; March 1957")
    ('1965-03-01', '1955', '1957-03')
    >>> birth_dates("Between 1957 and 1959"), birth_dates("dd/mm/1945"), birth_dates("N/D")
    (('1957', '1958', '1959'), ('1945',), ())
    """
    found: dict[str, None] = {}
    for pattern in (_FROM_TO, _BETWEEN):
        for match in pattern.finditer(text):
            first, last = sorted(int(g) for g in match.groups() if g)
            if last - first <= _WIDEST_RANGE:
                found.update((str(y), None) for y in range(first, last + 1))
        if pattern.search(text):
            text = pattern.sub(" ", text)
            break
    for match in _BIRTH.finditer(text):
        found[_birth_date(match)] = None
    return tuple(d for d in found if int(d[:4]) in _BIRTH_YEARS)


def _birth_date(match: re.Match[str]) -> str:
    part = match.groupdict(default="")
    year = part["iso_year"] or part["year"] or part["word_year"] or part["month_year"]
    year = year or part["only_year"]
    name = (part["word_month"] or part["only_month"]).lower()
    month = str(_MONTHS[name]) if name else part["iso_month"] or part["month"]
    of_month = part["iso_day"] or part["day"] or part["word_day"]
    if not (month.isdigit() and 1 <= int(month) <= 12):
        return year
    try:
        return date(int(year), int(month), int(of_month)).isoformat()
    except ValueError:
        return f"{year}-{int(month):02}"
