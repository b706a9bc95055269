"""Every party list that was really published reads whole: counts as the files have them."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from enduse.lists.formats import FORMATS
from enduse.lists.parsed import ParsedList, ParsedParty, ReadOptions

_READ: dict[tuple[str, str], ParsedList] = {}


def read(real_data: Path, name: str, file: str) -> ParsedList:
    """Each list is read once for all tests."""
    if (name, file) not in _READ:
        _READ[name, file] = FORMATS[name].read(real_data / file, ReadOptions())
    return _READ[name, file]


def by_list(parsed: ParsedList) -> Counter[str]:
    return Counter(party.list for party in parsed.parties)


def named(parsed: ParsedList, name: str) -> ParsedParty:
    return next(party for party in parsed.parties if party.name == name)


@pytest.mark.parametrize(
    ("name", "file", "count"),
    [
        ("csl-flat", "csl-2026/parties.csv", 25_921),
        ("us-csl", "csl-official-format/csl.csv", 115),
        ("bis-dpl", "dpl/dpl.txt", 546),
        ("un-sc", "un-2026/UN_consolidated.xml", 730 + 273),
        ("uk-sanctions", "uk-2026", 6_046),
        ("eu-journal", "eu-2026", 8_434 - 36),
        ("ofac-sdn", "ofac-2022", 9_044),
        ("ofac-sdn", "ofac-2023", 11_443),
        ("vessels-json", "vessels/ofac_sdn_vessels.json", 1_450),
    ],
)
def test_no_party_is_lost(real_data: Path, name: str, file: str, count: int) -> None:
    parsed = read(real_data, name, file)
    assert len(parsed.parties) == count
    for party in parsed.parties:
        assert party.name
        assert party.names[0] == (party.name, "primary")
        assert party.record_id
        assert len({n for n, _ in party.names}) == len(party.names)
        assert party.imo is None or len(party.imo) == 7
        assert all(len(c) == 2 and c.isupper() for c in party.countries)


def test_the_consolidated_screening_list_is_twelve_lists(real_data: Path) -> None:
    assert by_list(read(real_data, "csl-flat", "csl-2026/parties.csv")) == {
        "us-csl/SDN": 19_181,
        "us-csl/Entity List": 3_420,
        "us-csl/Denied Persons List": 1_596,
        "us-csl/ITAR Debarred": 787,
        "us-csl/SSI": 286,
        "us-csl/Unverified List": 222,
        "us-csl/Nonproliferation Sanctions": 161,
        "us-csl/PLC": 78,
        "us-csl/Military End User List": 70,
        "us-csl/CMIC": 68,
        "us-csl/MBS": 51,
        "us-csl/CAPTA": 1,
    }


def test_one_code_for_both_congos_is_said(real_data: Path) -> None:
    parsed = read(real_data, "csl-flat", "csl-2026/parties.csv")
    assert {"CG", "CD"} <= set(named(parsed, "ROSEHILL DRC SASU").countries)
    assert any("both Congos" in fault for fault in parsed.faults)


def test_the_un_list_has_its_date_its_scripts_and_both_kinds(real_data: Path) -> None:
    parsed = read(real_data, "un-sc", "un-2026/UN_consolidated.xml")
    assert parsed.stated_date == date(2026, 2, 27)
    assert Counter(p.kind for p in parsed.parties) == {"person": 730, "organization": 273}
    scripts = [p for p in parsed.parties if any(k == "original_script" for _, k in p.names)]
    assert len(scripts) >= 336 + 42
    assert all(p.listed_from for p in parsed.parties)


def test_every_uk_subject_has_its_designation_date_and_ships_their_imo(real_data: Path) -> None:
    parsed = read(real_data, "uk-sanctions", "uk-2026")
    assert Counter(p.kind for p in parsed.parties) == {
        "person": 3_883,
        "organization": 1_531,
        "vessel": 632,
    }
    assert all(p.listed_from for p in parsed.parties)
    assert sum(p.imo is not None for p in parsed.parties) == 631
    assert len({p.record_id for p in parsed.parties}) == 6_046


def test_uk_tables_that_repeat_themselves_say_a_thing_once(real_data: Path) -> None:
    parsed = read(real_data, "uk-sanctions", "uk-2026")
    repeated = next(p for p in parsed.parties if p.record_id == "CAF0004")
    assert len(repeated.identifiers) == len(set(repeated.identifiers)) < 20


def test_annexes_of_the_russia_regulation(real_data: Path) -> None:
    parties = [
        p
        for p in read(real_data, "eu-journal", "eu-2026").parties
        if p.list == "eu-journal/32014R0833"
    ]
    annexes = Counter(p.record_id.partition("/")[0] for p in parties)
    assert annexes["IV"] == 921
    assert annexes["XLII"] == 633
    vessels = [p for p in parties if p.record_id.startswith("XLII/")]
    assert all(p.kind == "vessel" and p.imo for p in vessels)
    assert {p.measure for p in vessels} == {"Transportation restrictions"}


def test_header_only_annexes_are_said(real_data: Path) -> None:
    empty = [
        table.stem
        for table in sorted((real_data / "eu-2026").glob("*.csv"))
        if len(list(csv.reader(table.open(encoding="utf-8-sig", newline="")))) == 1
    ]
    assert empty
    parsed = FORMATS["eu-journal"].read(real_data / "eu-2026" / f"{empty[0]}.csv", ReadOptions())
    assert parsed.parties == ()
    assert parsed.faults == (f"tables that hold no entry (1): {empty[0]}.csv",)


def test_two_parties_with_one_ofac_number_both_stay(real_data: Path) -> None:
    parsed = read(real_data, "ofac-sdn", "ofac-2022")
    same = [p for p in parsed.parties if p.record_id == "2677"]
    assert [p.name for p in same] == [
        "AL-ZOMOR, Abboud Abdul Latif Hassan",
        "HAMER AND NAIL CONSTRUCTION LIMITED",
    ]
    assert [p.kind for p in same] == ["person", "organization"]
    for party in same:
        assert ("ZUMAR, Abbud", "alias") in party.names
    assert any("rows 57 and 9044" in fault and "2677" in fault for fault in parsed.faults)
    assert any("34489" in fault for fault in parsed.faults)


def test_what_ofac_remarks_say_is_read(real_data: Path) -> None:
    parsed = read(real_data, "ofac-sdn", "ofac-2022")
    ship = named(parsed, "EBANO")
    assert (ship.kind, ship.imo) == ("vessel", "7406784")
    assert ("ANA I", "former") in ship.names
    assert ("BNC", "weak_alias") in named(parsed, "BANCO NACIONAL DE CUBA").names
    assert sum(bool(p.birth_dates) for p in parsed.parties if p.kind == "person") > 4_400


def test_a_missing_table_of_aliases_is_said(real_data: Path) -> None:
    assert any("no table of aliases" in f for f in read(real_data, "ofac-sdn", "ofac-2023").faults)


def test_a_publication_day_is_not_taken_for_a_listing_day(real_data: Path) -> None:
    parsed = read(real_data, "vessels-json", "vessels/ofac_sdn_vessels.json")
    assert all(p.listed_from is None for p in parsed.parties)
    assert any("03/20/2026" in fault for fault in parsed.faults)


def test_denials_have_their_dates(real_data: Path) -> None:
    parsed = read(real_data, "bis-dpl", "dpl/dpl.txt")
    assert all(p.listed_from for p in parsed.parties)
    assert sum(p.listed_to is not None for p in parsed.parties) == 493
