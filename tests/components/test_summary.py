"""Pictures of recovered components, and their denominators."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.components.duplicates import distinct, duplicates
from enduse.components.summary import newest, summarise
from enduse.errors import UsageError
from enduse.model.components import KEPT_COMPONENTS

RECORD: dict[str, Any] = {
    "weapon": "Kh-101",
    "marking_raw": "STM32F405RGT6 2230",
    "part_number": "STM32F405RGT6",
    "manufacturer": "STMicroelectronics",
    "maker": "STMicroelectronics",
    "owner": "STMicroelectronics",
    "manufacturer_country": "CH",
    "country_of_assembly": "CN",
    "date_code": "2230",
    "made_from": date(2022, 7, 25),
    "made_to": date(2022, 7, 31),
    "recovered_on": date(2023, 7, 28),
    "file": "records.csv",
    "digest": "",
    "row": 1,
}


def kept(*records: dict[str, Any]) -> pa.Table:
    """Records that differ from RECORD in what is given; each has an id of its own."""
    rows = [{**RECORD, "component_id": f"C{n:03}", **record} for n, record in enumerate(records)]
    return pa.Table.from_pylist(rows, schema=KEPT_COMPONENTS)


def counts(table: pa.Table) -> dict[str | None, int]:
    return dict(zip(table["value"].to_pylist(), table["components"].to_pylist(), strict=True))


def test_one_part_copied_316_times_counts_once() -> None:
    copied = [{"source": f"page {n}", "custody": None} for n in range(316)]
    summary = summarise(kept(*copied, {"lot": "A1"}, {"lot": "B7"}))
    assert (summary.records, summary.components) == (318, 3)
    assert counts(summary.pictures["maker"]) == {"STMicroelectronics": 3}
    assert summary.pictures["maker"]["records"].to_pylist() == [318]
    assert "318 records are 3 distinct components: 315 say the same" in summary.statements[0].text()


def test_pieces_with_serial_numbers_of_their_own_count_each() -> None:
    assert distinct(kept({"serials": "1"}, {"serials": "2"})).num_rows == 2


def test_a_record_that_says_nothing_of_a_piece_repeats_no_other() -> None:
    blank = dict.fromkeys(("marking_raw", "part_number", "manufacturer", "maker", "date_code"))
    summary = summarise(kept(blank, blank, {}))
    assert (summary.components, summary.unidentified) == (3, 2)


def test_shares_are_of_all_components_and_those_not_identified_stand_last() -> None:
    unknown = {
        "maker": None,
        "manufacturer": None,
        "owner": None,
        "marking_raw": "burnt",
        "lot": "1",
    }
    table = summarise(
        kept({}, {"lot": "A"}, unknown, {**unknown, "lot": "2"}, {**unknown, "lot": "3"})
    ).pictures["maker"]
    assert table["value"].to_pylist() == ["STMicroelectronics", None]
    assert table["share"].to_pylist() == pytest.approx([0.4, 0.6])


def test_spellings_of_a_maker_that_the_catalogue_does_not_know_are_one() -> None:
    table = summarise(
        kept(
            {"maker": None, "owner": None, "manufacturer": "Aero Parts", "lot": "1"},
            {"maker": None, "owner": None, "manufacturer": "AERO-PARTS", "lot": "2"},
        )
    ).pictures["owner"]
    assert table["components"].to_pylist() == [2]


def test_countries_of_headquarters_assembly_and_sale_are_three_pictures() -> None:
    pictures = summarise(kept({"country_of_sale": "KZ"})).pictures
    assert counts(pictures["country"]) == {"CH": 1}
    assert counts(pictures["country_of_assembly"]) == {"CN": 1}
    assert counts(pictures["country_of_sale"]) == {"KZ": 1}


def test_the_year_of_a_week_is_that_of_its_middle_and_an_open_decade_has_none() -> None:
    table = summarise(
        kept(
            {"made_from": date(2019, 12, 30), "made_to": date(2020, 1, 5), "lot": "1"},
            {"made_from": date(2012, 7, 23), "made_to": date(2022, 7, 31), "lot": "2"},
        )
    ).pictures["year"]
    assert counts(table) == {"2020": 1, None: 1}


def test_the_newest_date_code_of_each_weapon_and_maker_with_months_to_its_recovery() -> None:
    rows = newest(
        kept(
            {},
            {"made_from": date(2021, 1, 4), "made_to": date(2021, 1, 10), "date_code": "2101"},
            {"weapon": "Shahed", "made_from": None, "made_to": None, "date_code": None},
        )
    ).to_pylist()
    assert [(row["weapon"], row["date_code"], row["components"]) for row in rows] == [
        ("Kh-101", "2230", 2),
        ("Shahed", None, 1),
    ]
    assert rows[0]["months_to_recovery"] == pytest.approx(12.0, abs=0.1)
    assert (rows[0]["dated"], rows[1]["dated"]) == (2, 0)


@pytest.mark.parametrize(
    "cells",
    [
        {"made_from": date(2024, 1, 1), "made_to": date(2024, 1, 7)},
        {"made_from": date(2013, 7, 23), "made_to": date(2023, 7, 23)},
    ],
)
def test_a_date_code_after_the_recovery_or_of_an_open_decade_is_not_the_newest(
    cells: dict[str, Any],
) -> None:
    (row,) = newest(kept({}, {**cells, "lot": "1"})).to_pylist()
    assert (row["date_code"], row["component_id"]) == ("2230", "C000")


def test_one_serial_number_in_records_that_differ_is_said() -> None:
    table = duplicates(kept({"serials": "7"}, {"serials": "7", "weapon": "Shahed"}))
    (row,) = table.to_pylist()
    assert (row["kind"], row["component_id"], row["others"]) == ("serial", "C000", "C001")


def test_one_serial_number_on_parts_that_are_not_known_is_not_one_piece() -> None:
    apart = {"part_number": None, "serials": "7"}
    assert duplicates(kept(apart, {**apart, "weapon": "Shahed"})).num_rows == 0


def test_a_serial_number_is_the_same_in_whichever_spelling() -> None:
    one = {"part_number": "TSR 1-2433", "serials": "SN-7"}
    other = {"part_number": "tsr1-2433", "serials": "sn7", "weapon": "Shahed"}
    (row,) = duplicates(kept(one, other)).to_pylist()
    assert row["kind"] == "serial"


def test_nothing_kept_is_summarised_as_nothing() -> None:
    summary = summarise(KEPT_COMPONENTS.empty_table())
    assert (summary.components, summary.as_dict()["unidentified_share"]) == (0, None)
    assert all(table.num_rows == 0 for table in summary.pictures.values())


def test_a_property_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match="by 'colour'"):
        summarise(kept({}), by=["colour"])


RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "weapon": st.sampled_from([None, "Kh-101", "kh 101", "Shahed"]),
            "marking_raw": st.sampled_from([None, "LM2575T 2230", "burnt", "???"]),
            "part_number": st.sampled_from([None, "LM2575T", "lm-2575t"]),
            "maker": st.sampled_from([None, "Texas Instruments"]),
            "lot": st.sampled_from([None, "A1"]),
            "serials": st.sampled_from([None, "1", "1;2"]),
        }
    ),
    max_size=12,
)


@given(RECORDS, st.data())
@settings(max_examples=25)
def test_copies_and_the_order_of_rows_change_no_count_of_distinct_components(
    records: list[dict[str, Any]], data: st.DataObject
) -> None:
    table = kept(*records)
    order = data.draw(st.permutations(range(table.num_rows)))
    shuffled = table.take(pa.array(order, pa.int64()))
    again = [
        {**row, "component_id": f"X{n}"}
        for n, row in enumerate(table.to_pylist())
        if any(row[name] for name in ("marking_raw", "part_number", "lot", "serials"))
    ]
    more = pa.concat_tables([table, pa.Table.from_pylist(again, schema=KEPT_COMPONENTS)])
    first = summarise(table)
    for other in (summarise(shuffled), summarise(more)):
        assert other.components == first.components
        assert other.unidentified == first.unidentified
        for name, picture in first.pictures.items():
            assert counts(picture) == counts(other.pictures[name])
            assert sum(picture["components"].to_pylist()) == first.components
    assert sum(distinct(table)["records"].to_pylist()) == table.num_rows
