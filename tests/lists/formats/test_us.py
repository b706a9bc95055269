"""The Consolidated Screening List in three layouts, and the Denied Persons List."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from enduse.errors import InputError
from enduse.lists.formats import FORMATS
from enduse.lists.formats.us import CSL_LISTS
from enduse.lists.parsed import ParsedList, ReadOptions

SDN = "Specially Designated Nationals (SDN) - Treasury Department"
ENTITY_LIST = "Entity List (EL) - Bureau of Industry and Security"
FLAT = (
    "name,alt_names,source_list,type,countries,entity_number,licence_requirement,licence_policy,"
    "programmes,source_url\n"
    f'"EXAMPLE, Max","MUSTERMANN, Max; MUSTER, M.",{SDN},Individual,IR;AE,501,,,IRAN; SDGT,'
    "https://example.org/sdn\n"
    f"Example Institute (EI),702nd Example; and Example Bureau,{ENTITY_LIST},,CN,,"
    "For all items subject to the EAR.,Presumption of denial.,,https://example.org/el\n"
)
OFFICIAL = (
    "source,entity_number,type,programs,name,title,addresses,federal_register_notice,start_date,"
    "end_date,standard_order,license_requirement,license_policy,call_sign,vessel_type,"
    "gross_tonnage,gross_registered_tonnage,vessel_flag,vessel_owner,remarks,source_list_url,"
    "alt_names,citizenships,dates_of_birth,nationalities,places_of_birth,source_information_url,ids\n"
    f"{SDN},601,Vessel,DPRK4,SEA EXAMPLE,,,,,,,,,HMYX,Tanker,,,"
    '"Democratic People\'s Republic of Korea",,(Linked To: X),https://example.org/sdn,,,,,,,'
    '"IMO 9074729, Vessel Registration Identification; Subject to Directive 1, Executive Order'
    ' 13662 Directive Determination -; www.example.org, Website"\n'
    f'{SDN},602,Entity,NPWMD,EXAMPLE LLC,,"5 Example St, Moscow, 125009, RU; IR",,,,,,,,,,,,,,,'
    'EXAMPLE OOO,,,,,,"RU, 7701234567, Tax ID No."\n'
    f"{ENTITY_LIST},,,,Example Institute,,CN,66 FR 24266,2001-05-14,2030-01-01,,"
    "For all items.,Denial.,,,,,,,,,,,,,,,\n"
)
DPL = (
    '"Name"\t"Street_Address"\t"City"\t"State"\t"Country"\t"Postal_Code"\t"Effective_Date"\t'
    '"Expiration_Date"\t"Standard_Order"\t"Last_Update"\t"Action"\t"FR_Citation"\n'
    '" MAX MUSTERMANN"\t"5 EXAMPLE ST"\t"DUBAI"\t""\t"AE"\t""\t"06/05/2019"\t"12/03/2029"\t"Y"\t'
    '"2019-06-12"\t"FR NOTICE ADDED"\t"84 F.R. 1 6/12/19"\n'
    '"MAX MUSTERMANN"\t"7 OTHER RD"\t"SHARJAH"\t""\t"AE"\t""\t"06/05/2019"\t""\t"N"\t"2019-06-12"\t'
    '""\t"84 F.R. 1 6/12/19"'
)


def read(name: str, path: Path, text: str, **options: str) -> ParsedList:
    path.write_text(text, encoding="utf-8")
    return FORMATS[name].read(path, ReadOptions(**options))  # type: ignore[arg-type]


def test_the_flat_layout(tmp_path: Path) -> None:
    person, institute = read("csl-flat", tmp_path / "parties.csv", FLAT).parties
    assert (person.list, person.record_id, person.kind) == ("us-csl/SDN", "501", "person")
    assert person.names == (
        ("EXAMPLE, Max", "primary"),
        ("MUSTERMANN, Max", "alias"),
        ("MUSTER, M.", "alias"),
    )
    assert person.programs == ("IRAN", "SDGT")
    assert person.countries == ("IR", "AE")
    assert institute.list == "us-csl/Entity List"
    assert institute.record_id == "Example Institute (EI)"
    assert ("Example Bureau", "alias") in institute.names
    assert institute.measure == "Export control: licence required"
    assert institute.remarks is not None
    assert "Presumption of denial." in institute.remarks


def test_a_list_that_is_new_keeps_its_title_as_name(tmp_path: Path) -> None:
    text = FLAT.replace(SDN, "Brand New List (BNL) - Some Department")
    parsed = read("csl-flat", tmp_path / "parties.csv", text)
    assert parsed.parties[0].list == "us-csl/Brand New List (BNL)"
    assert any("list not known" in fault for fault in parsed.faults)


def test_one_code_for_both_congos_is_read_as_both(tmp_path: Path) -> None:
    text = FLAT.replace(",IR;AE,", ",CG,")
    parsed = read("csl-flat", tmp_path / "parties.csv", text)
    assert parsed.parties[0].countries == ("CG", "CD")
    assert any("both Congos" in fault and "row 2" in fault for fault in parsed.faults)
    apart = read("csl-flat", tmp_path / "parties.csv", text.replace(",CN,", ",CD,"))
    assert [p.countries for p in apart.parties] == [("CG",), ("CD",)]


def test_names_of_the_lists_are_stable_and_distinct() -> None:
    assert len({csl.name for csl in CSL_LISTS}) == len(CSL_LISTS) == 13
    assert {"SDN", "Entity List"} <= {csl.name for csl in CSL_LISTS}


def test_the_official_csv(tmp_path: Path) -> None:
    vessel, company, institute = read("us-csl", tmp_path / "csl.csv", OFFICIAL).parties
    assert (vessel.kind, vessel.imo, vessel.countries) == ("vessel", "9074729", ("KP",))
    assert vessel.identifiers == (("imo", "9074729"), ("call_sign", "HMYX"))
    assert company.identifiers == (("tax", "7701234567"),)
    assert company.addresses == ("5 Example St, Moscow, 125009, RU",)
    assert company.countries == ("RU", "IR")
    assert institute.countries == ("CN",)
    assert institute.listed_from == date(2001, 5, 14)
    assert institute.listed_to == date(2030, 1, 1)


RESULTS = {
    "results": [
        {
            "id": "906",
            "entity_number": "906",
            "source": SDN,
            "name": "EXAMPLE BANK",
            "alt_names": ["EXAMPLE BANK; LTD"],
            "type": "Entity",
            "programs": ["CUBA"],
            "addresses": [
                {"address": "5 Example Wall", "city": "London", "state": None, "country": "GB"},
                {"address": None, "city": None, "country": "CU"},
            ],
            "ids": [{"type": "SWIFT/BIC", "number": "EXAMGB2L", "country": None}],
            "nationalities": [],
            "source_list_url": "https://example.org/sdn",
        },
        {
            "id": "b6e9",
            "source": ENTITY_LIST,
            "name": "Example Institute",
            "alt_names": None,
            "addresses": [],
            "start_date": "2011-11-21",
            "country": "TH",
        },
    ]
}


def test_the_json_of_trade_gov(tmp_path: Path) -> None:
    bank, institute = read("us-csl", tmp_path / "csl.json", json.dumps(RESULTS)).parties
    assert bank.record_id == "906"
    assert bank.names == (("EXAMPLE BANK", "primary"), ("EXAMPLE BANK; LTD", "alias"))
    assert bank.addresses == ("5 Example Wall, London, GB",)
    assert bank.countries == ("GB", "CU")
    assert bank.identifiers == (("swift", "EXAMGB2L"),)
    assert institute.record_id == "Example Institute"
    assert institute.listed_from == date(2011, 11, 21)
    assert institute.countries == ("TH",)


def test_a_page_of_a_search_is_not_the_list(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds 2 of 50 results"):
        read("us-csl", tmp_path / "csl.json", json.dumps({**RESULTS, "total": 50}))


def test_every_row_of_the_denied_persons_list_is_a_record(tmp_path: Path) -> None:
    parties = read("bis-dpl", tmp_path / "dpl.txt", DPL).parties
    assert [p.name for p in parties] == ["MAX MUSTERMANN", "MAX MUSTERMANN"]
    assert [p.record_id for p in parties] == ["MAX MUSTERMANN", "MAX MUSTERMANN"]
    assert parties[0].listed_from == date(2019, 6, 5)
    assert parties[0].listed_to == date(2029, 12, 3)
    assert parties[1].listed_to is None
    assert parties[0].addresses == ("5 EXAMPLE ST, DUBAI, AE",)
    assert parties[1].remarks is not None
    assert "Not a standard order" in parties[1].remarks


def test_another_name_keeps_the_lists_apart(tmp_path: Path) -> None:
    parsed = read("csl-flat", tmp_path / "p.csv", FLAT, list_name="csl-2025")
    assert {p.list for p in parsed.parties} == {"csl-2025/SDN", "csl-2025/Entity List"}
