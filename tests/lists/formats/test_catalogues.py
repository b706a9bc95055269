"""Catalogues in the FollowTheMoney model, any table with a mapping, vessels as JSON."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from enduse.errors import InputError
from enduse.lists.formats import FORMATS
from enduse.lists.parsed import ParsedList, ReadOptions


def read(name: str, path: Path, text: str, **options: object) -> ParsedList:
    path.write_text(text, encoding="utf-8")
    return FORMATS[name].read(path, ReadOptions(**options))  # type: ignore[arg-type]


def entity(number: str, schema: str, /, caption: str = "", **properties: object) -> str:
    lists = {k: v if isinstance(v, list) else [v] for k, v in properties.items()}
    return json.dumps({"id": number, "schema": schema, "caption": caption, "properties": lists})


ENTITIES = "\n".join(
    [
        entity(
            "NK-1",
            "Person",
            caption="Max Mustermann",
            name=["Mustermann Max", "Max Mustermann"],
            alias="Макс Мустерманн",
            weakAlias="Maxi",
            previousName="Max Alt",
            nationality="ru",
            birthDate="1968-05",
            innCode="770123456789",
            kppCode="770401001",
            addressEntity="addr-1",
            topics="sanction",
        ),
        entity(
            "S-1", "Sanction", entity="NK-1", program="Russia", listingDate="2022-02-25",
            startDate="2022-02-24", endDate="2030-01-01",
        ),
        entity("S-2", "Sanction", entity="NK-1", programId="EU-RUS", startDate="2023-05"),
        entity("P-1", "Passport", holder="NK-1", passportNumber="A123456"),
        entity("addr-1", "Address", full="5 Example St, Moscow, Russia"),
        entity("NK-2", "Vessel", caption="SEA EXAMPLE", name="SEA EXAMPLE", imoNumber="IMO9074729",
               flag="ga", topics="sanction.linked"),
        entity("NK-3", "Company", caption="A Relative LLC", name="A Relative LLC", country="cy"),
        entity("NK-4", "Airplane", caption="EX-001", name="EX-001", topics="sanction"),
        entity("O-1", "Ownership", owner="NK-1", asset="NK-3"),
    ]
)  # fmt: skip


def test_opensanctions_keeps_the_listed_and_says_who_is_left_out(tmp_path: Path) -> None:
    parsed = read("opensanctions", tmp_path / "entities.ftm.json", ENTITIES)
    person, vessel, aircraft = parsed.parties
    assert [p.kind for p in parsed.parties] == ["person", "vessel", "aircraft"]
    assert person.names == (
        ("Max Mustermann", "primary"),
        ("Mustermann Max", "alias"),
        ("Макс Мустерманн", "original_script"),
        ("Maxi", "weak_alias"),
        ("Max Alt", "former"),
    )
    assert person.identifiers == (("tax", "770123456789"), ("passport", "A123456"))
    assert person.addresses == ("5 Example St, Moscow, Russia",)
    assert person.birth_dates == ("1968-05",)
    assert person.programs == ("Russia", "EU-RUS")
    assert person.listed_from == date(2022, 2, 24)
    assert person.listed_to is None, "one sanction of two has no end"
    assert (vessel.imo, vessel.countries) == ("9074729", ("GA",))
    assert aircraft.record_id == "NK-4"
    (said,) = (f for f in parsed.faults if "left out" in f)
    assert "Company not listed itself 1" in said
    assert "Ownership 1" in said


def test_any_other_catalogue_is_read_whole(tmp_path: Path) -> None:
    parsed = read("ftm", tmp_path / "catalogue.jsonl", ENTITIES, list_name="rupep")
    assert [p.record_id for p in parsed.parties] == ["NK-1", "NK-2", "NK-3", "NK-4"]
    assert {p.list for p in parsed.parties} == {"rupep"}


def test_the_simple_table_of_opensanctions(tmp_path: Path) -> None:
    text = (
        "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,"
        "program_ids,dataset,first_seen,last_seen,last_change\n"
        'NK-1,Person,Max Mustermann,Maxi;Макс,1968,ru;cy,"5 Example St, Moscow",770123456789,'
        '"Asset freeze",,,EU-RUS;GB-RUS,EU FSF,2022-03-01,2026-09-01,2026-09-01\n'
        "NK-2,Vessel,SEA EXAMPLE,,,,,IMO9074729;T2EX4,,,,,EU FSF,,,\n"
    )
    person, vessel = read("opensanctions", tmp_path / "targets.simple.csv", text).parties
    assert person.countries == ("RU", "CY")
    assert person.programs == ("EU-RUS", "GB-RUS")
    assert person.identifiers == (("other", "770123456789"),)
    assert vessel.imo == "9074729"
    assert ("other", "T2EX4") in vessel.identifiers


def test_a_line_that_is_no_entity(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 2 is no entity"):
        read("ftm", tmp_path / "x.json", entity("a", "Person", name="A") + '\n{"a": 1}\n')


TABLE = (
    "Firma;Land;Aka;Seit;Nummer;IMO\n"
    "Example GmbH;Germany;Example AG; 24.2.2022;HRB 12345 (commercial register);\n"
    "Sea Example;Gabon;;someday;;9074729\n"
    ";Gabon;;;;\n"
)
MAPPING = {
    "Firma": "name",
    "Land": "country",
    "Aka": "alias",
    "Seit": "listed_from",
    "Nummer": "identifier",
}


def test_any_table_with_a_mapping(tmp_path: Path) -> None:
    parsed = read("csv", tmp_path / "own.csv", TABLE, mapping=MAPPING, list_name="own")
    company, ship = parsed.parties
    assert (company.list, company.record_id) == ("own", "Example GmbH")
    assert company.names == (("Example GmbH", "primary"), ("Example AG", "alias"))
    assert company.listed_from == date(2022, 2, 24)
    assert company.identifiers == (("registration", "HRB 12345"),)
    assert company.countries == ("DE",)
    assert ship.imo == "9074729", "a column of a field's own name needs no mapping"
    assert parsed.faults == (
        "date not understood, left out (1): row 3 'someday'",
        "record without a name, left out (1): row 4",
    )


def test_a_date_that_may_be_two_days_and_one_far_ahead_are_left_out_and_said(
    tmp_path: Path,
) -> None:
    days = ("01/02/2023", "24/02/2023", "1.2.2023", "2999-01-01", "3-4-2023")
    text = "name,listed_from\n" + "".join(f"Example {d},{d}\n" for d in days)
    parsed = read("csv", tmp_path / "own.csv", text)
    found = [p.listed_from for p in parsed.parties]
    assert found == [None, date(2023, 2, 24), date(2023, 2, 1), None, None]
    assert parsed.faults == (
        "listed_from may be day/month or month/day, left out: write it YYYY-MM-DD (2): "
        "row 2 '01/02/2023', row 6 '3-4-2023'",
        "listing date more than a year ahead, left out (1): row 5 '2999-01-01'",
    )


def test_a_table_with_columns_of_our_names_needs_no_mapping(tmp_path: Path) -> None:
    text = "Name\tAliases\tCountries\tKind\tID\nExample Ltd\tEx; Exa\tRU; BY\tCompany\t7\n"
    (party,) = read("csv", tmp_path / "own.tsv", text).parties
    assert (party.kind, party.record_id, party.countries) == ("organization", "7", ("RU", "BY"))
    assert [n for n, _ in party.names] == ["Example Ltd", "Ex", "Exa"]


def test_a_mapping_to_nothing_that_exists(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="field 'colour'"):
        read("csv", tmp_path / "own.csv", TABLE, mapping={"Firma": "colour"})
    with pytest.raises(InputError, match="expected a table with the columns Company"):
        read("csv", tmp_path / "own.csv", TABLE, mapping={"Company": "name"})
    with pytest.raises(InputError, match="columns name"):
        read("csv", tmp_path / "own.csv", TABLE)


def test_windows_1251_and_utf_16_are_found_out(tmp_path: Path) -> None:
    text = "name;country\n" + "".join(
        f"Общество с ограниченной ответственностью Пример {n};Россия\n" for n in range(9)
    )
    for encoding in ("cp1251", "utf-16", "utf-8-sig"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(text.encode(encoding))
        parsed = FORMATS["csv"].read(path, ReadOptions())
        assert parsed.parties[3].name == "Общество с ограниченной ответственностью Пример 3"
        assert parsed.parties[3].countries == ("RU",)
    path.write_bytes(text.encode("koi8-r"))
    parsed = FORMATS["csv"].read(path, ReadOptions(encoding="koi8-r"))
    assert parsed.parties[3].countries == ("RU",)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1251", "ООО «Остек Предприятие»"),
        ("cp1251", "АО НПО Квант"),
        ("big5", "中亞軸承股份有限公司（台北）"),
        ("gb18030", "深圳市中亚轴承有限公司"),
        ("cp1252", "Müller & Söhne"),
        ("cp1252", "Société à responsabilité Pérez"),
        ("cp1252", "ÄRZTE KÖLN"),
        ("cp1252", "Smith’s Bolts"),
    ],
)
def test_one_name_tells_the_encoding_of_a_table(tmp_path: Path, encoding: str, name: str) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(f"name,country\nExample,RU\n{name},RU\n".encode(encoding))
    parsed = FORMATS["csv"].read(path, ReadOptions())
    assert parsed.parties[1].name == name
    assert "is not UTF-8" in parsed.faults[0]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("cp1251", "РОСТ"), ("gb18030", "北方"), ("koi8-r", "Остек"), ("shift_jis", "ミツビシ")],
)
def test_a_name_that_may_be_in_two_encodings_or_in_none_is_refused(
    tmp_path: Path, encoding: str, name: str
) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(f"name,country\n{name},RU\n".encode(encoding))
    with pytest.raises(InputError, match=r"encoding of .* is not certain") as refused:
        FORMATS["csv"].read(path, ReadOptions())
    assert "--encoding" in refused.value.hint
    (party,) = FORMATS["csv"].read(path, ReadOptions(encoding=encoding)).parties
    assert party.name == name


VESSELS = {
    "generated_at": "2026-03-22T10:49:19",
    "count": 2,
    "vessels": [
        {
            "imo": 9074729,
            "name": "SEA EXAMPLE",
            "programs": ["IRAN"],
            "designation_date": "03/20/2026",
            "vessel_info": {"flag": "Iran", "call_sign": "T2EX4", "vessel_type": "Tug"},
            "addresses": [],
        },
        {
            "imo": 9074729,
            "name": "OTHER EXAMPLE",
            "programs": [],
            "designation_date": "01/15/2020",
            "vessel_info": {},
            "addresses": [],
        },
    ],
}


def test_vessels_with_their_imo(tmp_path: Path) -> None:
    parsed = read("vessels-json", tmp_path / "v.json", json.dumps(VESSELS))
    assert parsed.stated_date == date(2026, 3, 22)
    first, second = parsed.parties
    assert (first.imo, first.countries, first.programs) == ("9074729", ("IR",), ("IRAN",))
    assert first.listed_from == date(2026, 3, 20)
    assert second.listed_from == date(2020, 1, 15)
    assert parsed.faults == ("IMO number given to two vessels, both kept (1): row 2 '9074729'",)


def test_one_day_for_all_is_the_day_of_publication(tmp_path: Path) -> None:
    text = json.dumps(VESSELS).replace("01/15/2020", "03/20/2026")
    parsed = read("vessels-json", tmp_path / "v.json", text)
    assert [p.listed_from for p in parsed.parties] == [None, None]
    assert any("no listing dates" in fault for fault in parsed.faults)


def test_fewer_vessels_than_the_file_says(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="after 2 of 3 vessels"):
        read("vessels-json", tmp_path / "v.json", json.dumps({**VESSELS, "count": 3}))
