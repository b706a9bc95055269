"""Descriptions and part numbers against the words of a control list."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.goods.candidates import ControlText
from enduse.goods.words import as_written, words_of
from enduse.model import CONTROL_ENTRIES


def by_text(answers: list[dict[str, object]]) -> list[dict[str, object]]:
    return [a for a in answers if a["list"] == "us-ccl" and a["basis"] != "parameters"]


@pytest.mark.parametrize(
    ("description", "entry"),
    [
        ("analog-to-digital converter 14-bit 500 MSPS", "3A001.a.5.a.4"),
        ("Analogue to Digital Converters, 12 bits", "3A001.a.5.a.3"),
        ("FPGA", "3A001.a.7"),
        ("inertial measurement unit (IMU)", "7A003"),
        ("gyroscopes, angular rate", "7A002"),
        ("thiodiglycol, CAS 111-48-8", "1C350.b.1"),
        ("CNC machine tool", "2B001"),
        ("UAV, quadcopter", "9A012"),
    ],
)
def test_a_description_finds_its_entry_first(ask, description: str, entry: str) -> None:
    first = by_text(ask({"description": description}))[0]
    assert (first["entry"], first["status"], first["basis"]) == (entry, "candidate", "description")
    assert 0 < float(str(first["score"])) <= 1
    assert "text alone: a candidate, not a classification" in str(first["explanation"])
    assert "us-ccl of 2026-07-23" in str(first["explanation"])


@pytest.mark.parametrize(
    "description",
    [
        "frozen beef",
        "cotton T-shirts",
        "500",
        "horses",
        "steel valves for kitchen taps",
        "new items",
    ],
)
def test_ordinary_goods_find_no_entry_and_are_not_called_free(ask, description: str) -> None:
    (only,) = by_text(ask({"description": description}))
    assert (only["entry"], only["status"], only["score"]) == (None, "insufficient_data", None)
    words = str(only["explanation"])
    assert "no entry found in list us-ccl of 2026-07-23" in words
    assert "does not say that the goods are unlisted" in words
    assert "EAR99" not in words
    assert "clear" not in words


def test_words_that_half_the_list_has_make_no_candidate(ask) -> None:
    makers = ["pumps", "lasers", "masks", "rotors", "lathes", "radars", "sonars", "drills"]
    entries = [
        {"list": "us-ccl", "version": "2026-07-23/00", "entry": f"2B0{i}", "text": text}
        for i, text in enumerate([f"Equipment and systems for {what}" for what in makers] * 2)
    ]
    control = pa.Table.from_pylist(entries, schema=CONTROL_ENTRIES)
    (common,) = by_text(ask({"description": "equipment systems"}, control=control))
    assert common["entry"] is None
    (telling, *_) = by_text(ask({"description": "equipment for lasers"}, control=control))
    assert telling["entry"] == "2B01"


def test_the_words_in_common_are_shown_as_they_were_written(ask) -> None:
    first = by_text(ask({"description": "Analogue-to-digital CONVERTERS for horses, 14-bit"}))[0]
    assert "in common with 3A001.a.5.a.4" in str(first["explanation"])
    assert ": analogue, digital, converters, 14-bit, bit;" in str(first["explanation"])


def test_a_paragraph_is_found_by_the_words_of_its_headings_but_notes_never(ask) -> None:
    found = by_text(ask({"description": "converter 12 bit sample rate"}))
    assert found[0]["entry"] == "3A001.a.5.a.3"
    assert not any("note" in str(a["entry"]) for a in found)


def test_an_upper_bound_does_not_attract_what_it_shuts_out(ask) -> None:
    found = by_text(ask({"description": "14 bit converter, sample rate 300 MSPS"}))
    scores = {a["entry"]: float(str(a["score"])) for a in found}
    assert scores["3A001.a.5.a.4"] > scores["3A001.a.5.a.3"]


def test_software_entries_are_named_only_for_what_speaks_of_software(ask) -> None:
    goods = by_text(ask({"description": "gyros and converters"}))
    program = by_text(ask({"description": "software for gyros and converters"}))
    assert "3D001" not in [a["entry"] for a in goods]
    assert program[0]["entry"] == "3D001"


def test_no_more_candidates_than_asked_for_and_one_a_branch(ask) -> None:
    description = "analog digital converter bit sample rate MSPS"
    assert len(by_text(ask({"description": description}, limit=1))) == 1
    entries = [str(a["entry"]) for a in by_text(ask({"description": description}, limit=5))]
    assert not any(
        other.startswith(f"{entry}.") for entry in entries for other in entries if other != entry
    )


def test_a_description_in_another_script_is_said_to_be_uncomparable(ask) -> None:
    russian, mixed = (
        by_text(ask({"description": text}))[0]
        for text in ("гироскоп лазерный", "類比數位轉換器 ADC 14-bit")
    )
    assert russian["status"] == "insufficient_data"
    assert "another script" in str(russian["explanation"])
    assert mixed["entry"] == "3A001.a.5.a.4"


def test_a_part_number_field_that_holds_words_is_searched_too(ask) -> None:
    first = by_text(ask({"part_number": "GYRO angular rate"}))[0]
    assert (first["entry"], first["basis"]) == ("7A002", "part_number")
    (nothing,) = by_text(ask({"part_number": "AD9680BCPZ-500"}))
    assert (nothing["entry"], nothing["basis"]) == (None, "part_number")
    (missing,) = by_text(ask({"description": " "}))
    assert "neither a description nor a part number" in str(missing["explanation"])


def test_entries_out_of_force_are_not_found(ask, control_entries: pa.Table) -> None:
    ended = pa.array([date(2020, 1, 1)] * control_entries.num_rows, pa.date32())
    expired = control_entries.set_column(
        control_entries.schema.get_field_index("valid_to"), CONTROL_ENTRIES.field("valid_to"), ended
    )
    (only,) = by_text(ask({"description": "inertial measurement unit"}, control=expired))
    assert only["entry"] is None


def test_each_snapshot_of_each_list_answers_for_itself(ask, control_entries: pa.Table) -> None:
    other = pa.Table.from_pylist(
        [
            {"list": "tw-shtc", "version": "2025-01-01/00", "entry": "T1", "text": "frozen beef"},
            {"list": "tw-shtc", "version": "2025-01-01/00", "entry": "T2", "text": "live sheep"},
        ],
        schema=CONTROL_ENTRIES,
    )
    both = pa.concat_tables([control_entries, other])
    found = [
        a for a in ask({"description": "frozen beef"}, control=both) if a["basis"] != "hs_code"
    ]
    assert [(a["list"], a["entry"]) for a in found] == [("tw-shtc", "T1"), ("us-ccl", None)]


@given(st.lists(st.text(max_size=40), max_size=8), st.integers(1, 5))
def test_any_text_at_all_gives_scores_between_0_and_1_in_falling_order(
    control_entries: pa.Table, texts: list[str], limit: int
) -> None:
    found = ControlText(control_entries).candidates([words_of(t) for t in texts], limit)
    assert len(found) == len(texts)
    for candidates in found:
        scores = [c.score for c in candidates]
        assert len(scores) <= limit
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("carbon fibres", "Carbon fiber"),
        ("14bit", "14-bits"),
        ("1 GHz", "1GHz"),
        ("１４ ｂｉｔ", "14 bit"),
        ("batteries", "battery"),
        ("lenses", "lense"),
        ("colour cameras", "color camera"),
        ("aluminium alloys", "aluminum alloy"),
    ],
)
def test_spellings_of_one_thing_are_one(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)


def test_bare_numbers_and_empty_words_tell_nothing() -> None:
    assert words_of("the 500 of 12, items 3") == []
    assert as_written("the 500 of 12", {"500"}) == []
