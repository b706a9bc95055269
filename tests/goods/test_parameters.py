"""Parameters of data sheets against the shipped thresholds of 23 July 2026."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.errors import InputError
from enduse.goods import classify
from enduse.model import CONTROL_ENTRIES, GOODS, HS_ENTRIES, NOMENCLATURE

IC = "854239"


def params(**given: str) -> dict[str, str | None]:
    return {"hs_code": IC} | {f"param.{name}": value for name, value in given.items()}


def adc(resolution: str, sample_rate: str) -> dict[str, str | None]:
    return params(resolution=resolution, sample_rate=sample_rate)


def gpu(tpp: str, density: str, **more: str) -> dict[str, str | None]:
    return params(total_processing_performance=tpp, performance_density=density, **more)


@pytest.mark.parametrize(
    ("goods", "entry", "status"),
    [
        # ADC: the rate must be exceeded; the resolution is reached.
        (adc("8 bit", "1.3 GSPS"), "3A001.a.5.a", "excluded"),
        (adc("8 bit", "1.3001 GSPS"), "3A001.a.5.a.1", "candidate"),
        (adc("7 bit", "20 GSPS"), "3A001.a.5.a", "excluded"),
        (adc("10 bit", "600 MSPS"), "3A001.a.5.a", "excluded"),
        (adc("10 bit", "600.001 MSPS"), "3A001.a.5.a.2", "candidate"),
        (adc("12 bit", "400 MSPS"), "3A001.a.5.a", "excluded"),
        (adc("12 bit", "0.4000001 GSPS"), "3A001.a.5.a.3", "candidate"),
        (adc("13 bit", "500 MSPS"), "3A001.a.5.a.3", "candidate"),
        (adc("14 bit", "250 MSPS"), "3A001.a.5.a", "excluded"),
        (adc("14 bit", "251 MSPS"), "3A001.a.5.a.4", "candidate"),
        (adc("16 bit", "65 MSPS"), "3A001.a.5.a", "excluded"),
        (adc("24 bit", "65001 kSPS"), "3A001.a.5.a.5", "candidate"),
        # Temperature: beyond either end, or the whole range with its ends.
        (params(max_operating_temperature="126 °C"), "3A001.a.2.a", "candidate"),
        (params(min_operating_temperature="-56 °C"), "3A001.a.2.b", "candidate"),
        (
            params(min_operating_temperature="-55 °C", max_operating_temperature="125 °C"),
            "3A001.a.2.c",
            "candidate",
        ),
        (
            params(min_operating_temperature="218 K", max_operating_temperature="398 K"),
            "3A001.a.2.c",
            "candidate",
        ),
        (
            params(min_operating_temperature="-54.9 °C", max_operating_temperature="125 °C"),
            "3A001.a.2",
            "excluded",
        ),
        (
            params(min_operating_temperature="-55 °C", max_operating_temperature="124 °C"),
            "3A001.a.2",
            "excluded",
        ),
        # FPLD: more than 700 inputs and outputs, or 500 Gb/s reached.
        (
            params(digital_io_count="700", aggregate_transceiver_rate="499.9 Gb/s"),
            "3A001.a.7",
            "excluded",
        ),
        (params(digital_io_count="701"), "3A001.a.7.a", "candidate"),
        (params(aggregate_transceiver_rate="62.5 GB/s"), "3A001.a.7.b", "candidate"),
        # High bandwidth memory: more than 2 GB/s by square millimetre.
        (params(memory_bandwidth_density="2 GB/s/mm2"), "3A090.c", "excluded"),
        (params(memory_bandwidth_density="2.01 GB/s/mm2"), "3A090.c", "candidate"),
    ],
)
def test_at_just_below_and_just_above_a_threshold(
    judge, goods: dict[str, str | None], entry: str, status: str
) -> None:
    assert [(a["entry"], a["status"]) for a in judge(goods)] == [(entry, status)]


@pytest.mark.parametrize(
    ("tpp", "density", "found"),
    [
        ("4800", "0.1", {"3A090.a.1"}),
        ("4799", "0.1", set()),
        ("4799", "1.6", {"3A090.b.1"}),
        ("2400", "1.6", {"3A090.b.1"}),
        ("2399", "1.6", set()),
        ("2400", "1.59", set()),
        ("1600", "5.92", {"3A090.a.2"}),
        ("1599", "5.92", set()),
        ("1600", "5.91", {"3A090.b.2"}),
        ("1600", "3.2", {"3A090.b.2"}),
        ("1600", "3.19", set()),
        ("3000", "4", {"3A090.b.1", "3A090.b.2"}),
        ("5000", "6", {"3A090.a.1", "3A090.a.2"}),
    ],
)
def test_processing_performance_and_density(judge, tpp: str, density: str, found: set[str]) -> None:
    answers = judge(gpu(tpp, density))
    assert {a["entry"] for a in answers if a["status"] == "candidate"} == found
    assert all(a["status"] in ("candidate", "excluded") for a in answers)


def test_not_for_datacenters_excludes_only_below_a_performance_of_4800(judge) -> None:
    below = judge(gpu("4799", "6", for_datacenters="no"))
    assert [(a["entry"], a["status"]) for a in below] == [
        ("3A090.a", "excluded"),
        ("3A090.b", "excluded"),
    ]
    assert "neither designed nor marketed for datacenters" in str(below[0]["explanation"])
    at = judge(gpu("4800", "6", for_datacenters="no"))
    assert [a["entry"] for a in at if a["status"] == "candidate"] == ["3A090.a.1", "3A090.a.2"]
    marketed = judge(gpu("4799", "6", for_datacenters="yes"))
    assert [a["status"] for a in marketed] == ["candidate", "excluded"]


def test_an_exclusion_that_was_not_declared_is_said_and_does_not_exclude(judge) -> None:
    (open_one,) = judge(params(max_operating_temperature="150 °C"))
    assert open_one["status"] == "candidate"
    assert "param.designed_for_civil_vehicles is missing" in str(open_one["explanation"])
    (declared,) = judge(
        params(max_operating_temperature="150 °C", designed_for_civil_vehicles="yes")
    )
    assert (declared["entry"], declared["status"]) == ("3A001.a.2", "excluded")
    (denied,) = judge(params(max_operating_temperature="150 °C", designed_for_civil_vehicles="no"))
    assert denied["status"] == "candidate"
    assert "civil" not in str(denied["explanation"])


@pytest.mark.parametrize(
    ("goods", "words"),
    [
        (adc("12 bit", "500 MSPS"), "500 MSPS is 25% above the threshold of 400 MSPS"),
        (adc("12 bit", "0.3 GSPS"), "0.3 GSPS is 25% below the threshold of 400 MSPS"),
        (adc("12 bit", "400 MSPS"), "exactly the threshold of 400 MSPS, which must be exceeded"),
        (params(max_operating_temperature="150 °C"), "150 °C is 25 °C above the threshold"),
        (params(aggregate_transceiver_rate="62.5 GB/s"), "exactly the threshold of 500 Gb/s"),
        (adc("12 bit", "400.1 MSPS"), "400.1 MSPS is 0.025% above the threshold of 400 MSPS"),
    ],
)
def test_the_margin_is_told(judge, goods: dict[str, str | None], words: str) -> None:
    assert words in str(judge(goods)[0]["explanation"])


def test_an_exclusion_names_the_paragraphs_that_lack_least(judge) -> None:
    words = str(judge(adc("14 bit", "240 MSPS"))[0]["explanation"])
    assert "nearest: 3A001.a.5.a.4 (sample rate 240 MSPS is 4% below" in words
    assert "3A001.a.5.a.5 (resolution 14 bit is 12.5% below the threshold of 16 bit)" in words
    assert "3A001.a.5.a.3" not in words


def test_a_missing_parameter_is_named_and_nothing_is_decided(judge) -> None:
    (found,) = judge(params(resolution="14 bit"))
    assert (found["entry"], found["status"]) == ("3A001.a.5.a", "insufficient_data")
    assert "param.sample_rate is missing" in str(found["explanation"])
    assert "param.resolution" not in str(found["explanation"])


def test_a_parameter_that_settles_it_alone_needs_no_other(judge) -> None:
    (low,) = judge(params(sample_rate="65 MSPS"))
    assert low["status"] == "excluded"
    assert "3A001.a.5.a.5 (sample rate 65 MSPS is exactly" in str(low["explanation"])
    (warm,) = judge(params(max_operating_temperature="85 °C"))
    assert warm["status"] == "insufficient_data"
    assert "param.min_operating_temperature is missing" in str(warm["explanation"])


def test_a_number_without_a_unit_is_not_guessed(judge) -> None:
    (found,) = judge(params(resolution="14 bit", sample_rate="500"))
    assert found["status"] == "insufficient_data"
    assert "param.sample_rate '500' was not taken: its unit is missing" in str(found["explanation"])
    (named,) = judge(params(resolution_bit="14", sample_rate_msps="500"))
    assert (named["entry"], named["status"]) == ("3A001.a.5.a.4", "candidate")


def test_a_value_that_was_not_taken_is_said_even_where_another_decides(judge) -> None:
    (found,) = judge(params(digital_io_count="900", aggregate_transceiver_rate="62.5 gb/s"))
    assert found["entry"] == "3A001.a.7.a"
    assert "may mean Gb/s or GB/s" in str(found["explanation"])


def test_a_hot_motor_is_no_integrated_circuit(judge) -> None:
    (motor,) = judge({"hs_code": "850131", "param.max_operating_temperature": "180 °C"})
    assert motor["status"] == "insufficient_data"
    assert "HS code 850131 declares something else" in str(motor["explanation"])
    (no_code,) = judge({"param.max_operating_temperature": "180 °C"})
    assert no_code["status"] == "candidate"


def test_list_and_threshold_dates_are_both_named_where_they_differ(
    ask, control_entries: pa.Table
) -> None:
    def dates(version: str | None) -> str:
        held = control_entries.slice(0, 0 if version is None else control_entries.num_rows)
        versions = pa.array([version] * held.num_rows, pa.string())
        held = held.set_column(1, CONTROL_ENTRIES.field("version"), versions)
        answers = ask(params(digital_io_count="701"), control=held)
        return str(next(a["explanation"] for a in answers if a["basis"] == "parameters"))

    assert dates("2026-07-23/00").endswith("(us-ccl of 2026-07-23)")
    assert "us-ccl of 2025-01-01, judged by thresholds for us-ccl of 2026-07-23" in dates(
        "2025-01-01/00"
    )
    assert "the list itself is not imported" in dates(None)


def test_thresholds_younger_than_the_day_asked_about_say_so(judge) -> None:
    (found,) = judge(params(digital_io_count="701"), as_of=date(2022, 3, 1))
    assert "younger than 2022-03-01" in str(found["explanation"])


def test_text_that_speaks_of_a_parametric_entry_asks_for_its_parameters(ask) -> None:
    answers = ask({"hs_code": IC, "description": "analog-to-digital converter"})
    asked = [a for a in answers if a["basis"] == "parameters"]
    assert [(a["entry"], a["status"]) for a in asked] == [("3A001.a.5.a", "insufficient_data")]
    assert "param.resolution is missing" in str(asked[0]["explanation"])


def test_decided_parameters_go_before_text(ask) -> None:
    goods = adc("14 bit", "100 MSPS") | {"description": "14 bit ADC sample rate"}
    entries = {a["entry"]: a["status"] for a in ask(goods) if a["list"] == "us-ccl"}
    assert entries["3A001.a.5.a"] == "excluded"
    assert not any(str(entry).startswith("3A001.a.5.a.") for entry in entries)


def test_one_parameter_in_two_columns_is_refused() -> None:
    goods = pa.table({name: ["1"] for name in GOODS.names}).append_column(
        "param.sample_rate", pa.array(["1 GSPS"])
    )
    goods = goods.append_column("param.sample_rate_msps", pa.array(["1000"]))
    empty = {
        "control_entries": CONTROL_ENTRIES.empty_table(),
        "hs_entries": HS_ENTRIES.empty_table(),
        "nomenclature": NOMENCLATURE.empty_table(),
    }
    with pytest.raises(InputError, match="same parameter"):
        classify(goods, **empty, as_of=date(2026, 8, 1))


def adc_paragraph(bits: int, rate: Fraction) -> str | None:
    """The regulation's table of resolution and rate (MSPS), read independently of the room."""
    for paragraph, low, high, limit in [
        (1, 8, 10, 1300),
        (2, 10, 12, 600),
        (3, 12, 14, 400),
        (4, 14, 16, 250),
        (5, 16, 10**6, 65),
    ]:
        if low <= bits < high and rate > limit:
            return f"3A001.a.5.a.{paragraph}"
    return None


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 24),
            st.integers(1, 1_500_000)
            | st.sampled_from([65, 250, 400, 600, 1300]).flatmap(
                lambda limit: st.integers(limit * 1000 - 1, limit * 1000 + 1)
            ),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_a_converter_is_a_candidate_if_and_only_if_it_exceeds_its_threshold(
    pairs: list[tuple[int, int]],
) -> None:
    goods = pa.table(
        {
            "goods_id": [str(i) for i in range(len(pairs))],
            "hs_code": [IC] * len(pairs),
            "description": pa.nulls(len(pairs), pa.string()),
            "part_number": pa.nulls(len(pairs), pa.string()),
            "param.resolution": [f"{bits} bit" for bits, _ in pairs],
            "param.sample_rate_ksps": [str(rate) for _, rate in pairs],
        }
    )
    found = classify(
        goods,
        control_entries=CONTROL_ENTRIES.empty_table(),
        hs_entries=HS_ENTRIES.empty_table(),
        nomenclature=NOMENCLATURE.empty_table(),
        as_of=date(2026, 8, 1),
    )
    assert found["goods_id"].to_pylist() == goods["goods_id"].to_pylist()
    for (bits, rate), entry, status in zip(
        pairs, found["entry"].to_pylist(), found["status"].to_pylist(), strict=True
    ):
        expected = adc_paragraph(bits, Fraction(rate, 1000))
        assert (entry, status) == (
            (expected, "candidate") if expected else ("3A001.a.5.a", "excluded")
        )
