"""How a file writes dates and decimal numbers, where a mapping file says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

DATE_FORMS = (
    "YYYY-MM-DD", "DD.MM.YYYY", "DD/MM/YYYY", "DD-MM-YYYY", "MM/DD/YYYY", "YYYY/MM/DD", "YYYYMMDD"
)  # fmt: skip
DECIMAL_MARKS = (".", ",")
_PARTS = {"YYYY": r"(?P<year>\d{4})", "MM": r"(?P<month>\d\d?)", "DD": r"(?P<day>\d\d?)"}


@dataclass(frozen=True, slots=True)
class Formats:
    """Forms beyond those that are always read: ISO 8601 dates and decimal points."""

    date: str | None = None
    """One of DATE_FORMS."""
    decimal: str | None = None
    """One of DECIMAL_MARKS."""


class ColumnMapping(dict[str, str]):
    """Enduse's column to the file's own name of it, and how the file writes values."""

    def __init__(self, columns: Mapping[str, str], formats: Formats) -> None:
        super().__init__(columns)
        self.formats = formats


def formats_of(mapping: Mapping[str, str] | None) -> Formats:
    """The formats that come with a mapping; a plain mapping has none."""
    return mapping.formats if isinstance(mapping, ColumnMapping) else Formats()


def iso_form(text: str, form: str) -> str | None:
    """A date in a form of DATE_FORMS, perhaps followed by a time, in ISO 8601; None if it is not.

    Examples
    --------
    >>> iso_form("5.3.2024", "DD.MM.YYYY"), iso_form("03/05/2024 08:00", "MM/DD/YYYY")
    ('2024-03-05', '2024-03-05 08:00')
    >>> iso_form("2024-03-05", "DD.MM.YYYY")
    """
    pattern = re.sub("YYYY|MM|DD", lambda part: _PARTS[part[0]], re.escape(form))
    match = re.fullmatch(rf"{pattern}(?P<time>[T ]\d\d:\d\d.*)?", text, re.ASCII)
    if match is None:
        return None
    month, day = int(match["month"]), int(match["day"])
    return f"{match['year']}-{month:02}-{day:02}{match['time'] or ''}"


def part_order(text: str) -> Literal["day", "month", "either", "neither"] | None:
    """Which part comes first in a date that ends with its year; None if it is no such date.

    Examples
    --------
    >>> [part_order(t) for t in ("15.03.2023", "03/15/2023", "03/04/2023", "2023-03-15")]
    ['day', 'month', 'either', None]
    """
    match = re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(?:\d{2}|\d{4})", text, re.ASCII)
    if match is None:
        return None
    first, second = int(match[1]), int(match[3])
    can_be_day_first = 1 <= first <= 31 and 1 <= second <= 12
    can_be_month_first = 1 <= first <= 12 and 1 <= second <= 31
    if can_be_day_first and can_be_month_first:
        return "either"
    if can_be_day_first:
        return "day"
    return "month" if can_be_month_first else "neither"


def proven_date_form(texts: list[str]) -> str | None:
    """The form of DATE_FORMS that all these dates have and that one of them proves.

    Examples
    --------
    >>> proven_date_form(["03.04.2023", "15.03.2023"]), proven_date_form(["03/04/2023"])
    ('DD.MM.YYYY', None)
    """
    orders = {part_order(text) for text in texts}
    for form in DATE_FORMS[1:-1]:
        proof = {"D": "day", "M": "month"}.get(form[0])
        proven = orders <= {proof, "either"} and proof in orders if proof else bool(texts)
        if proven and all(iso_form(text, form) for text in texts):
            return form
    return None


def has_decimal_comma(texts: list[str]) -> bool:
    """Whether these numbers are proven to have a decimal comma: one or two digits follow it.

    Examples
    --------
    >>> has_decimal_comma(["5", "1,5"]), has_decimal_comma(["1,500"]), has_decimal_comma(["1.5"])
    (True, False, False)
    """
    commas = [text for text in texts if "," in text]
    return (
        bool(commas)
        and not any("." in text for text in texts)
        and all(re.fullmatch(r"-?\d+,\d{1,2}", text, re.ASCII) for text in commas)
    )
