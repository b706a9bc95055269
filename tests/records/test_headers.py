"""Whose column is whose."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from enduse.errors import InputError
from enduse.records import load_mapping, propose_mapping

Line = Callable[..., dict[str, str]]


def renamed(row: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    return {names.get(column, column): value for column, value in row.items()}


def test_case_spaces_and_underscores_in_a_header_do_not_matter(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    names = {
        "hs_code": " HS Code ",
        "shipment_id": "ShipmentID",
        "exporter_country": "EXPORTER COUNTRY",
    }
    outcome = read(write_csv([renamed(line(), names), renamed(line(hs_code="1"), names)]))
    assert outcome.report.accepted == 1
    assert outcome.rejects[0]["column"] == "HS Code"


def test_a_mapping_file_renames_the_rest(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line, tmp_path: Path
) -> None:
    names = {"consignee": "Отримувач", "export_country": "Країна"}
    row = renamed(line(consignee="ТОВ Мрія"), names)
    del row["exporter_country"]
    mapping = tmp_path / "map.toml"
    mapping.write_text(
        '[columns]\nconsignee = "Отримувач"\nexport_country = "Країна"\n'
        'exporter_country = "країна"\n'
    )
    (found,) = read(write_csv([row]), mapping=load_mapping(mapping)).lines
    assert found["consignee"] == "ТОВ Мрія"
    assert found["export_country"] == found["exporter_country"] == "TW"


def test_a_renamed_column_no_longer_counts_by_its_own_name(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    row = renamed(line(consignee="Alatau"), {"consignee": "end_user"})
    (found,) = read(write_csv([row]), mapping={"consignee": "end_user"}).lines
    assert (found["consignee"], found["end_user"]) == ("Alatau", None)


def test_missing_required_columns_are_named_with_what_is_near(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    row = renamed(line(), {"consignee": "consignees", "quantity": "Menge"})
    with pytest.raises(InputError) as caught:
        read(write_csv([row]))
    assert "lacks the required columns consignee, quantity" in caught.value.message
    assert "'consignees' for consignee" in caught.value.message
    assert "enduse map" in caught.value.hint
    assert caught.value.exit_status == 3


def test_two_columns_of_one_name_are_an_error(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line
) -> None:
    with pytest.raises(InputError, match="'hs_code' and 'HS Code' are both the column hs_code"):
        read(write_csv([{**line(), "HS Code": "854231"}]))


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"consigne": "x"}, "'consigne' that Enduse does not have. Is it 'consignee'?"),
        ({"consignee": "Quantitty"}, "no column 'Quantitty'.*Is it 'quantity'?"),
    ],
)
def test_a_mapping_that_names_what_is_not_there_is_an_error(
    read: Callable[..., Any],
    write_csv: Callable[..., Any],
    line: Line,
    mapping: dict[str, str],
    message: str,
) -> None:
    with pytest.raises(InputError, match=message):
        read(write_csv([line()]), mapping=mapping)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("consignee = ", "is not TOML"),
        ('consignee = "x"', r"no table \[columns\]"),
        ("[columns]\nconsignee = 3", r"no table \[columns\]"),
        ('[formats]\ndate = "DD.MM.YY"', "cannot have date = 'DD.MM.YY'"),
        ('[formats]\nhour = "12"', "cannot have hour"),
        ('formats = "DD.MM.YYYY"', "cannot have formats"),
    ],
)
def test_a_mapping_file_that_is_none_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        load_mapping(path)


def test_a_mapping_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="could not be read"):
        load_mapping(tmp_path / "none.toml")


HEADERS = {
    "uk": "Номер декларації;Дата;Відправник;Країна відправника;Отримувач;Країна отримувача;"
    "Країна відправлення;Країна призначення;Код УКТЗЕД;Кількість",
    "ru": "Номер ДТ;Дата отгрузки;Отправитель;Страна отправителя;Получатель;Страна получателя;"
    "Страна отправления;Страна назначения;Код ТН ВЭД;Количество",
    "zh_Hant": "報單號碼;出口日期;出口商;出口商國家;收貨人;收貨人國家;出口國;目的地國家;貨品分類號列;數量",
    "en": "Invoice No.;Ship Date;Shipper;Shipper Country;Buyer;Country of Buyer;"
    "Country of Export;Country of Destination;HTS Code;Qty",
}


@pytest.mark.parametrize("language", sorted(HEADERS))
def test_a_proposed_mapping_reads_the_file_as_it_is(
    read: Callable[..., Any], tmp_path: Path, language: str
) -> None:
    path, mapping = tmp_path / "orders.csv", tmp_path / "map.toml"
    cells = "A-1;2024-05-13;Jade Harbour;TW;Alatau Meridian;KZ;TW;KZ;854231;5"
    path.write_text(f"{HEADERS[language]}\n{cells}\n")
    mapping.write_text(propose_mapping(path))
    (found,) = read(path, mapping=load_mapping(mapping)).lines
    assert (found["exporter"], found["consignee"]) == ("Jade Harbour", "Alatau Meridian")
    assert (found["hs_code"], found["destination_country"]) == ("854231", "KZ")


def test_a_proposal_uses_each_column_once_and_says_what_is_open(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("Shipper;Seller;Descripton;Colour;Date\n")
    proposal = propose_mapping(path)
    (tmp_path / "map.toml").write_text(proposal)
    mapping = load_mapping(tmp_path / "map.toml")
    assert mapping["exporter"] == "Shipper"
    assert len(set(mapping.values())) == len(mapping) == 3
    assert 'description = "Descripton"  # only near: check' in proposal
    assert "Required, and not found: shipment_id, exporter_country, consignee" in proposal
    assert '#   "Seller"\n#   "Colour"' in proposal


@pytest.mark.parametrize(
    "name",
    ["Item", "Item No", "No", "No.", "№", "Line", "Line #", "Pos", "Pos.", "Position", "項次",
     "№ з/п", "№ п/п"],
)  # fmt: skip
def test_a_column_of_line_numbers_is_known_by_its_usual_names(tmp_path: Path, name: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(f"Item Code,Item Description,Invoice No,{name}\n")
    (tmp_path / "map.toml").write_text(propose_mapping(path))
    assert load_mapping(tmp_path / "map.toml") == {
        "shipment_id": "Invoice No",
        "line_no": name,
        "description": "Item Description",
        "part_number": "Item Code",
    }


def test_a_proposal_survives_names_that_toml_must_quote(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text('"consignee ""the\\real\x7f"" name";"date\n"\n')
    (tmp_path / "map.toml").write_text(propose_mapping(path))
    assert load_mapping(tmp_path / "map.toml")["date"] == "date"


def test_a_mapping_file_says_how_dates_and_decimals_are_written(
    read: Callable[..., Any], write_csv: Callable[..., Any], line: Line, tmp_path: Path
) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text('[formats]\ndate = "DD/MM/YYYY"\ndecimal = ","\n')
    written = [("05/06/2024", "1,5"), ("2024-06-05", "1.5"), ("06/13/2024", "1.500"),
               ("5.6.2024", "1.234,5"), ("13/12/2024 08:00", "1,500")]  # fmt: skip
    path = write_csv([line(date=date, quantity=quantity) for date, quantity in written])
    outcome = read(path, mapping=load_mapping(mapping))
    found = [(str(row["date"]), row["quantity"]) for row in outcome.lines]
    assert found == [("2024-06-05", 1.5), ("2024-06-05", 1.5), ("2024-12-13", 1.5)]
    assert sorted(outcome.reasons) == [
        "has parted thousands: write digits and one decimal point only",
        "has parted thousands: write digits and one decimal point only",
        "is no date DD/MM/YYYY",
        "there is no month 13: are day and month swapped? Write YYYY-MM-DD",
    ]


PROVEN = [
    (["03.04.2024", "15.03.2024"], ["5", "1,5"], ('date = "DD.MM.YYYY"', 'decimal = ","')),
    (["03/15/2024", "03/04/2024"], ["5"], ('date = "MM/DD/YYYY"',)),
    (["2024/03/04"], ["1,500"], ('date = "YYYY/MM/DD"',)),
    (["03/04/2024", "03/05/2024"], ["1,5", "1.5"], ()),
    (["03/13/2024", "13/03/2024"], ["1"], ()),
]


@pytest.mark.parametrize(("dates", "quantities", "lines"), PROVEN)
def test_formats_are_proposed_where_the_rows_prove_them(
    read: Callable[..., Any],
    write_csv: Callable[..., Any],
    line: Line,
    tmp_path: Path,
    dates: list[str],
    quantities: list[str],
    lines: tuple[str, ...],
) -> None:
    pairs = itertools.zip_longest(dates, quantities, fillvalue=quantities[0])
    path = write_csv([line(date=date, quantity=quantity) for date, quantity in pairs])
    proposal = propose_mapping(path)
    (tmp_path / "map.toml").write_text(proposal)
    assert proposal.partition("[formats]\n")[2].splitlines() == list(lines)
    if len(lines) == 2:
        outcome = read(path, mapping=load_mapping(tmp_path / "map.toml"))
        assert outcome.report.accepted == 2
