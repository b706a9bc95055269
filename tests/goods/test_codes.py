"""HS codes against lists that are keyed by them."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from enduse.goods import high_priority_tiers
from enduse.model import HS_ENTRIES

TIERS = {"list": "common-high-priority", "version": "2024-02-23/ba9876543210"}
ANNEX = {"list": "tw-2024", "version": "2024-03-08/ffffffffffff"}


def entries(*rows: dict[str, object]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=HS_ENTRIES)


def test_a_code_on_the_list_is_a_candidate_and_the_list_its_date_and_destinations_are_named(
    ask,
) -> None:
    found = [a for a in ask({"hs_code": "854239"}) if a["basis"] == "hs_code"]
    assert [(a["entry"], a["status"], a["version"]) for a in found] == [
        ("1", "candidate", TIERS["version"])
    ]
    for words in ("common-high-priority of 2024-02-23", "RU, BY", "not a classification"):
        assert words in str(found[0]["explanation"])


def test_an_entry_covers_every_longer_code_that_begins_with_it(ask) -> None:
    codes = entries(TIERS | {"hs_code": "8542", "entry": "1"})
    found = ask({"hs_code": "8542390000"}, {"hs_code": "8543700000"}, codes=codes)
    by_code = [a for a in found if a["basis"] == "hs_code"]
    assert [a["entry"] for a in by_code] == ["1", None]
    assert "whatever the destination" in str(by_code[0]["explanation"])


def test_a_list_of_finer_codes_asks_for_more_digits_instead_of_guessing(ask) -> None:
    codes = entries(
        ANNEX | {"hs_code": "85423190", "entry": "SHTC"},
        ANNEX | {"hs_code": "85423110", "entry": "SHTC"},
    )
    (found,) = [a for a in ask({"hs_code": "854231"}, codes=codes) if a["basis"] == "hs_code"]
    assert (found["entry"], found["status"]) == ("SHTC", "insufficient_data")
    assert "85423110, 85423190; give more digits" in str(found["explanation"])


def test_entries_count_only_while_they_are_in_force(ask) -> None:
    codes = entries(
        TIERS
        | {
            "hs_code": "854239",
            "entry": "1",
            "valid_from": date(2023, 2, 24),
            "valid_to": date(2024, 2, 22),
        }
    )
    days = [date(2023, 2, 23), date(2023, 2, 24), date(2024, 2, 22), date(2024, 2, 23)]
    found = [
        next(a["entry"] for a in ask({"hs_code": "854239"}, codes=codes, as_of=day)) for day in days
    ]
    assert found == [None, "1", "1", None]


def test_a_snapshot_younger_than_the_day_says_so(ask) -> None:
    found = ask({"hs_code": "854239"}, as_of=date(2022, 3, 1))[0]
    assert "younger than 2022-03-01" in str(found["explanation"])


def test_every_list_of_codes_answers_and_an_unlisted_code_is_never_called_clear(ask) -> None:
    codes = entries(
        TIERS | {"hs_code": "854239", "entry": "1"}, ANNEX | {"hs_code": "848210", "entry": "B"}
    )
    found = [a for a in ask({"hs_code": "854239"}, codes=codes) if a["basis"] == "hs_code"]
    assert [(a["list"], a["entry"]) for a in found] == [
        ("common-high-priority", "1"),
        ("tw-2024", None),
    ]
    assert found[1]["status"] == "insufficient_data"
    assert "no entry found in list tw-2024 of 2024-03-08" in str(found[1]["explanation"])


def test_a_missing_code_and_a_code_that_does_not_exist_are_told_apart(ask) -> None:
    missing, unknown = [
        a for a in ask({"hs_code": None}, {"hs_code": "777777"}) if a["basis"] == "hs_code"
    ]
    assert "no HS code is given" in str(missing["explanation"])
    assert "nor in the nomenclature" in str(unknown["explanation"])


def test_tiers_by_code_as_of_a_day() -> None:
    held = entries(
        TIERS | {"hs_code": "854239", "entry": "1", "valid_from": date(2023, 2, 24)},
        TIERS | {"hs_code": "848210", "entry": "3.B", "valid_from": date(2024, 2, 23)},
        ANNEX | {"hs_code": "845710", "entry": "A"},
    )
    tiers = high_priority_tiers(held, date(2023, 6, 1))
    assert tiers.to_pylist() == [
        {"hs_code": "854239", "tier": "1", "version": TIERS["version"]},
    ]
    assert high_priority_tiers(held, date(2024, 6, 1))["hs_code"].to_pylist() == [
        "848210",
        "854239",
    ]
