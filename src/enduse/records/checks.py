"""One rule for each kind of value: what it becomes, why it cannot be, what is doubtful."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from enduse.records.formats import iso_form, part_order
from enduse.records.text import reasons


@dataclass(frozen=True, slots=True)
class Checked:
    """A column after its rule."""

    values: pa.Array
    """Typed; null where there was nothing, or nothing that could be taken."""
    wrong: pa.StringArray | None = None
    """Why a value cannot be taken, null where it can; None if all can."""
    doubts: pa.StringArray | None = None
    """What is doubtful in a value that is kept, in the same form."""


class Verdict(NamedTuple):
    """What a rule says of one value."""

    value: object = None
    wrong: str | None = None
    doubt: str | None = None


Rule: TypeAlias = Callable[[pa.StringArray], Checked]
Judge: TypeAlias = Callable[[str], Verdict]

EARLIEST_SHIPMENT = date(1900, 1, 1)
_MOST_DAYS_AHEAD = 366
LARGEST_QUANTITY = 1e12
LARGEST_VALUE = 1e15


def each(judge: Judge, kind: pa.DataType) -> Rule:
    """A rule that judges each distinct value once.

    Parameters
    ----------
    judge
        What to say of one value.
    kind
        Arrow type of the values that it answers.
    """

    def rule(text: pa.StringArray) -> Checked:
        encoded = text.dictionary_encode()
        verdicts = [judge(value) for value in encoded.dictionary.to_pylist()]

        def spread(answers: list[object], kind: pa.DataType) -> pa.Array:
            return pa.array(answers, kind).take(encoded.indices)

        def spread_any(answers: list[str | None]) -> pa.StringArray | None:
            return spread(list(answers), pa.string()) if any(answers) else None

        return Checked(
            spread([verdict.value for verdict in verdicts], kind),
            spread_any([verdict.wrong for verdict in verdicts]),
            spread_any([verdict.doubt for verdict in verdicts]),
        )

    return rule


def as_written(text: pa.StringArray) -> Checked:
    """The text itself."""
    return Checked(text)


def day(earliest: date, latest: date, form: str | None = None) -> Judge:
    """Judge of dates in ISO 8601 form or in one other, from `earliest` to `latest`.

    Examples
    --------
    >>> judge = day(EARLIEST_SHIPMENT, date(2026, 12, 31))
    >>> judge("2024-05-13").value, judge("20240513").value, judge("2024-05-13T08:00:00Z").value
    (datetime.date(2024, 5, 13), datetime.date(2024, 5, 13), datetime.date(2024, 5, 13))
    >>> judge("2024-13-05").wrong
    'there is no month 13: are day and month swapped? Write YYYY-MM-DD'
    >>> judge("05/06/2024").wrong
    'could be day first or month first: write YYYY-MM-DD, or name the form in a mapping file'
    >>> day(EARLIEST_SHIPMENT, date(2026, 12, 31), "DD/MM/YYYY")("05/06/2024").value
    datetime.date(2024, 6, 5)
    """

    @lru_cache(maxsize=1 << 16)
    def judge(text: str) -> Verdict:
        text = (form and iso_form(text, form)) or text
        match = _ISO_DATE.fullmatch(text)
        if match is None:
            return Verdict(wrong=f"is no date {form}" if form else _why_no_date(text))
        year, month, day_of_month = (int(part) for part in match.group(1, 2, 3))
        if not 1 <= month <= 12:
            swapped = 1 <= day_of_month <= 12 < month <= 31
            hint = ": are day and month swapped? Write YYYY-MM-DD" if swapped else ""
            return Verdict(wrong=f"there is no month {month}{hint}")
        try:
            found = date(year, month, day_of_month)
            if match[4]:
                datetime.fromisoformat(text)
        except ValueError:
            return Verdict(wrong=f"there is no such day or time: {text[:40]}")
        if found < earliest:
            return Verdict(wrong=f"is before {earliest.year}: improbable")
        if found > latest:
            return Verdict(wrong="is more than a year ahead: improbable")
        return Verdict(found)

    return judge


def latest_day(today: date) -> date:
    """The last day that a record can probably speak of: a year ahead."""
    return today + timedelta(days=_MOST_DAYS_AHEAD)


_ISO_DATE = re.compile(
    r"(\d{4})(?:-(?=\d\d-)|(?=\d{4}$))(\d\d)-?(\d\d)([T ]\d\d:\d\d.*)?", re.ASCII
)


def _why_no_date(text: str) -> str:
    match part_order(text):
        case "either":
            return (
                "could be day first or month first: "
                "write YYYY-MM-DD, or name the form in a mapping file"
            )
        case "day" | "month" as first:
            parts = [int(part) for part in re.split(r"[/.-]", text)]
            month, day_of_month = parts[:2] if first == "month" else parts[1::-1]
            year = parts[2] if parts[2] > 99 else "YYYY"
            return (
                f"is {first} first: write {year}-{month:02}-{day_of_month:02}, "
                "or name the form in a mapping file"
            )
        case "neither":
            return "has no month from 1 to 12: write YYYY-MM-DD"
    if re.fullmatch(r"\d{4}[/.]\d{1,2}[/.]\d{1,2}|\d{4}-\d{1,2}-\d{1,2}", text):
        return "is not in ISO form: write YYYY-MM-DD"
    if re.fullmatch(r"\d{5}", text):
        return "looks like a spreadsheet's number of a day: format the column as a date"
    return "is not a date: write YYYY-MM-DD"


def of_parts(judge: Callable[[list[str]], Verdict]) -> Judge:
    """Judge of a list that is written with ';' or as JSON, from a judge of its parts.

    Examples
    --------
    >>> judge = of_parts(Verdict)
    >>> judge("A1; A2;").value, judge('["A1", "A2"]').value
    (['A1', 'A2'], ['A1', 'A2'])
    """

    def judge_text(text: str) -> Verdict:
        parts: list[object] = list(text.split(";"))
        if text.startswith("["):
            with suppress(ValueError):
                parts = json.loads(text)
        if any(isinstance(part, (list, dict)) for part in parts):
            return Verdict(wrong="is no list of plain values")
        plain = [str(part).strip() for part in parts if part is not None]
        return judge([part for part in plain if part])

    return judge_text


def joined(parts: list[str]) -> Verdict:
    """Judge of a list of anything: its parts joined by ';'."""
    return Verdict(";".join(parts) or None)


@lru_cache(maxsize=1 << 16)
def hs_code(text: str) -> Verdict:
    """Judge of a Harmonized System code: 6, 8 or 10 digits, dots and spaces between them allowed.

    Examples
    --------
    >>> hs_code("8542.31").value
    '854231'
    >>> hs_code("85423").wrong
    'has 5 digits: is a leading zero lost? Give 6, 8 or 10 digits as text'
    >>> hs_code("EAR99").wrong
    'is a United States export classification, not a Harmonized System code'
    """
    digits = re.sub(r"(?<=\d)[. ](?=\d)", "", text)
    if not digits.isascii():
        if digits.isdecimal():
            return Verdict(wrong="has full-width digits: write 0 to 9")
        return Verdict(wrong="is not a Harmonized System code: give 6 to 10 digits")
    if not digits.isdigit():
        if re.fullmatch(r"EAR\s?-?99|\d[A-E]\d{3}(\..*|[a-z].*)?", text, re.IGNORECASE):
            return Verdict(
                wrong="is a United States export classification, not a Harmonized System code"
            )
        return Verdict(wrong="is not a Harmonized System code: give 6 to 10 digits")
    if len(digits) in (5, 7, 9):
        return Verdict(
            wrong=f"has {len(digits)} digits: is a leading zero lost? "
            "Give 6, 8 or 10 digits as text"
        )
    if len(digits) not in (6, 8, 10):
        return Verdict(wrong=f"has {len(digits)} digits: give 6, 8 or 10")
    if digits[:2] == "00":
        return Verdict(wrong="is in chapter 00, which the Harmonized System does not have")
    return Verdict(digits)


def number(
    *,
    above: float | None = None,
    least: float | None = None,
    most: float,
    decimal: str | None = None,
) -> Rule:
    """A rule for decimal numbers without thousands separators.

    Parameters
    ----------
    above, least
        What the number must exceed, or at least reach.
    most
        Beyond this it is improbable.
    decimal
        "," if a comma is the decimal mark; a point is one too where it cannot part thousands, as
        spreadsheets give numbers with it.

    Examples
    --------
    >>> checked = number(above=0, most=1e12)(pa.array(["2.5", "1,5", "0", None]))
    >>> checked.values.to_pylist()
    [2.5, None, 0.0, None]
    >>> checked.wrong.to_pylist()[1]
    'has a comma, which may be a decimal mark or part thousands: write 1234.5'
    >>> checked.wrong.to_pylist()[2]
    'is not above 0'
    >>> number(most=1e12, decimal=",")(pa.array(["1,5", "2.5", "1.500"])).values.to_pylist()
    [1.5, 2.5, None]
    """

    def rule(text: pa.StringArray) -> Checked:
        if decimal == ",":
            text = _with_point(text)
        fits = pc.match_substring_regex(text, _NUMBER)
        no_number = None
        if not pc.all(fits, min_count=0).as_py():
            no_number = each(_why_no_number, pa.null())(pc.if_else(fits, None, text)).wrong
            text = pc.if_else(fits, text, None)
        values = text.cast(pa.float64())
        found = [] if no_number is None else [no_number]
        for broken, reason in (
            (above is not None and pc.less_equal(values, above), f"is not above {above}"),
            (least is not None and pc.less(values, least), f"is below {least}"),
            (pc.greater(values, most), f"is above {most:.0e}: improbable"),
        ):
            if broken is not False and pc.any(broken).as_py():
                found.append(reasons(broken, reason))
        return Checked(values, pc.coalesce(*found) if found else None)

    return rule


_NUMBER = r"^-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$"


def _with_point(text: pa.StringArray) -> pa.StringArray:
    """Numbers with a decimal comma, with a point; what may have parted thousands has ' instead."""
    parted = pc.match_substring_regex(text, r"\.[0-9]{3}$|\..*,")
    text = pc.if_else(parted, pc.replace_substring(text, ".", "'"), text)
    return pc.replace_substring(text, ",", ".")


def _why_no_number(text: str) -> Verdict:
    if not text.isascii() and any(c.isdecimal() and not c.isascii() for c in text):
        reason = "has digits other than 0 to 9"
    elif re.fullmatch(r"[-+]?[\d.,]*,[\d.,]*", text):
        reason = "has a comma, which may be a decimal mark or part thousands: write 1234.5"
    elif re.fullmatch(r"[-+]?\d[\d.\s'’_]*", text):
        reason = "has parted thousands: write digits and one decimal point only"
    elif re.match(r"[-+]?[\d.,]+\s*[^\W\d]", text):
        reason = "has a unit or other letters: write the number alone"
    else:
        reason = "is not a number"
    return Verdict(wrong=reason)


@lru_cache(maxsize=1 << 12)
def line_number(text: str) -> Verdict:
    """Judge of the number of a line within a shipment.

    Examples
    --------
    >>> line_number("12").value, line_number("1a").wrong
    (12, 'is not a whole number')
    """
    if not (text.isascii() and text.isdigit()):
        return Verdict(wrong="is not a whole number")
    if len(text.lstrip("0")) > 9:
        return Verdict(wrong="is above 999999999: improbable")
    return Verdict(int(text))


_FLOWS = {"export": "export", "import": "import", "transit": "transit", "reexport": "re-export"}


@lru_cache(maxsize=1 << 12)
def flow(text: str) -> Verdict:
    """Judge of the direction of a declaration.

    Examples
    --------
    >>> flow("Re-Export").value, flow("EX").wrong
    ('re-export', 'is none of export, import, transit, re-export')
    """
    found = _FLOWS.get(re.sub(r"[\s_-]", "", text).casefold())
    return Verdict(found, None if found else "is none of export, import, transit, re-export")


_NOT_ISO_4217 = {
    "RMB": "CNY", "NTD": "TWD", "NT$": "TWD", "HK$": "HKD", "US$": "USD", "€": "EUR", "£": "GBP"
}  # fmt: skip


@lru_cache(maxsize=1 << 12)
def currency(text: str) -> Verdict:
    """Judge of a currency: an ISO 4217 code.

    Examples
    --------
    >>> currency("usd").value, currency("RMB").wrong
    ('USD', 'is no ISO 4217 code: write CNY')
    """
    code = text.upper()
    if code in _currencies():
        return Verdict(code)
    meant = _NOT_ISO_4217.get(code, "a code such as USD")
    return Verdict(wrong=f"is no ISO 4217 code: write {meant}")


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies())
