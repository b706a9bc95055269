"""Date codes as makers print them, and numbers that are none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.components import Reading, load_catalogue, read
from enduse.components.date_codes import dated, known

TODAY = date(2026, 6, 1)


def told(text: str) -> list[Reading]:
    return read(text, today=TODAY)


def dates(text: str) -> list[tuple[str, date, date] | None]:
    codes = [reading.date_code for reading in told(text)]
    return [(code.raw, code.earliest, code.latest) if code else None for code in codes]


@pytest.mark.parametrize(
    ("text", "scheme", "earliest", "latest"),
    [
        ("2230", "YYWW", date(2022, 7, 25), date(2022, 7, 31)),
        ("9853", "YYWW", date(1998, 12, 28), date(1999, 1, 3)),
        ("3022", "WWYY", date(2022, 7, 25), date(2022, 7, 31)),
        ("2212", "YYMM", date(2022, 12, 1), date(2022, 12, 31)),
        ("2A", "YM", date(2022, 10, 1), date(2022, 10, 31)),
        ("M7", "IEC60062", date(2020, 7, 1), date(2020, 7, 31)),
        ("36A5PCK", "TI YM", date(2023, 6, 1), date(2023, 6, 30)),
        ("ABX1325", "AAAYYWW", date(2013, 6, 17), date(2013, 6, 23)),
        ("1214E3R", "YYWWXXX", date(2012, 4, 2), date(2012, 4, 8)),
        ("13.05.2021", "DD.MM.YYYY", date(2021, 5, 13), date(2021, 5, 13)),
    ],
)
def test_schemes(text: str, scheme: str, earliest: date, latest: date) -> None:
    found = dated(text, scheme, TODAY)
    assert found is not None
    assert (found.codes[0].earliest, found.codes[0].latest) == (earliest, latest)


def test_one_digit_of_the_year_leaves_the_decade_open_and_both_are_told() -> None:
    readings = told("Microcontroller STM32F405 RGT6 GQ228 VQ CHN 9 21 ST")
    years = [reading.date_code.earliest.year for reading in readings[:2] if reading.date_code]
    assert years == [2019, 2009]
    assert readings[0].confidence > readings[1].confidence
    assert "more than one way" in "; ".join(readings[0].notes)


def test_week_54_is_no_date_code_and_that_is_said() -> None:
    best = told("ADM2587EBRWZ 2254")[0]
    assert best.date_code is None
    assert "'2254' is no date code: there is no week 54" in best.notes


def test_a_date_code_of_the_future_is_none_and_that_is_said() -> None:
    best = told("ADM2587EBRWZ 2652")[0]
    assert best.date_code is None
    assert "'2652' is no date code: it lies in the future" in best.notes


def test_a_date_code_by_its_label_is_taken_before_another_number() -> None:
    assert dates("ADM2587EBRWZ 1938 D/C 2105")[0] == ("2105", date(2021, 2, 1), date(2021, 2, 7))


@pytest.mark.parametrize(
    "text",
    [
        "ADM2587EBRWZ S/N 2230",
        "ADM2587EBRWZ серийный номер 2230",
        "ADM2587EBRWZ © 2019",
        "ADM2587EBRWZ 2230 mAh",
        "ADM2587EBRWZ LOT 2230",
        "TSR 1-2433SM",
        "ADM2587EBRWZ 8051",
        "DLE-60 YB00170",
    ],
)
def test_numbers_that_are_no_date_codes(text: str) -> None:
    assert dates(text)[0] is None


def test_look_alikes_in_a_date_code_are_read_and_said() -> None:
    best = told("ADM2587EBRWZ 2Z3O")[0]
    assert best.date_code is not None
    assert best.date_code.raw == "2230"
    assert "Z read as 2" in "; ".join(best.notes)


@given(st.dates(date(2001, 1, 1), TODAY))
def test_the_day_of_making_lies_in_what_its_date_code_means(day: date) -> None:
    year, week, _ = day.isocalendar()
    found = dated(f"{year % 100:02}{week:02}", "YYWW", TODAY)
    assert found is not None
    if year >= 2000 and day <= TODAY - timedelta(days=7):
        code = found.codes[0]
        assert code.earliest <= day <= code.latest


def test_every_scheme_of_the_catalogue_can_be_read() -> None:
    unknown = {
        (maker.id, scheme)
        for maker in load_catalogue().makers.values()
        for scheme in maker.dates
        if not known(scheme)
    }
    assert not unknown
