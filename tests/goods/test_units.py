"""Quantities as data sheets write them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.goods.units import DIMENSIONS, Quantity, Unread, quantity


@pytest.mark.parametrize(
    ("written", "dimension", "value"),
    [
        ("500 MSPS", "sample_rate", 500_000_000),
        ("0.5 GSPS", "sample_rate", 500_000_000),
        ("0,5 GSPS", "sample_rate", 500_000_000),
        ("500MS/s", "sample_rate", 500_000_000),
        ("500 msps", "sample_rate", 500_000_000),
        ("5e8 Hz", "sample_rate", 500_000_000),
        ("500 000 kSPS", "sample_rate", 500_000_000),
        ("500,000,000 SPS", "sample_rate", 500_000_000),
        ("５００　ＭＳＰＳ", "sample_rate", 500_000_000),
        ("12 bit", "resolution", 12),
        ("12-bits", "resolution", 12),
        ("500 Gb/s", "data_rate", 500_000_000_000),
        ("62.5 GB/s", "data_rate", 500_000_000_000),
        ("0.5 Tbps", "data_rate", 500_000_000_000),
        ("-55 C", "temperature", -55),
        ("−55 °C", "temperature", -55),
        ("+125℃", "temperature", 125),
        ("218 K", "temperature", -55),
        ("218.15 K", "temperature", -55),
        ("398 K", "temperature", 125),
        ("-67 °F", "temperature", -55),
        ("257 F", "temperature", 125),
        ("4800", "number", 4800),
        ("4,800.5", "number", None),
        ("700 I/Os", "count", 700),
        ("2.1 GB/s/mm²", "memory_bandwidth_density", Fraction("2.1")),
    ],
)
def test_a_quantity_is_exact_in_its_base_unit(
    written: str, dimension: str, value: Fraction | int | None
) -> None:
    read = quantity(written, dimension)
    if value is None:
        assert isinstance(read, Unread)
    else:
        assert isinstance(read, Quantity)
        assert read.value == value


@pytest.mark.parametrize(
    ("written", "dimension", "reason"),
    [
        ("500", "sample_rate", "its unit is missing"),
        ("150", "temperature", "its unit is missing"),
        ("62.5 gb/s", "data_rate", "its unit 'gb/s' may mean Gb/s or GB/s"),
        ("500 parsec", "sample_rate", "its unit 'parsec' is not understood"),
        ("1,300 MSPS", "sample_rate", "its commas or points can be read in more than one way"),
        ("-3 MSPS", "sample_rate", "it is below zero"),
        ("about 500 MSPS", "sample_rate", "it is not a number with a unit"),
        (">500 MSPS", "sample_rate", "it is not a number with a unit"),
        ("-40 to 85 °C", "temperature", "its unit 'to 85 °C' is not understood"),
        ("1.2.3 GSPS", "sample_rate", "its commas or points can be read in more than one way"),
        ("NaN", "number", "it is not a number with a unit"),
        ("4800 TPP", "number", "its unit 'TPP' is not understood"),
        ("", "number", "it is not a number with a unit"),
    ],
)
def test_what_could_mean_two_things_is_not_guessed(
    written: str, dimension: str, reason: str
) -> None:
    assert quantity(written, dimension) == Unread(reason)


def test_a_bare_number_takes_the_unit_of_its_column_and_a_written_unit_goes_before_it() -> None:
    assert quantity("500", "sample_rate", "MSPS") == Quantity(Fraction(500_000_000), "500 MSPS")
    assert quantity("0.5 GSPS", "sample_rate", "MSPS") == quantity("0.5 GSPS", "sample_rate")


@given(st.text(max_size=30), st.sampled_from(sorted(DIMENSIONS)))
def test_any_text_is_a_quantity_or_has_a_reason(text: str, dimension: str) -> None:
    read = quantity(text, dimension)
    assert read.reason if isinstance(read, Unread) else read.written


@given(st.decimals(0, 10**6, allow_nan=False, places=6))
def test_units_of_one_dimension_agree(number: object) -> None:
    giga = quantity(f"{number} Gb/s", "data_rate")
    tera = quantity(f"{number} TB/s", "data_rate")
    assert isinstance(giga, Quantity)
    assert isinstance(tera, Quantity)
    assert giga.value * 8000 == tera.value
