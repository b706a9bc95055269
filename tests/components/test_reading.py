"""Markings as investigators photograph and describe them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.components import Catalogue, Reading, load_catalogue, read

TODAY = date(2026, 6, 1)


def readings(text: str, catalogue: Catalogue | None = None) -> list[Reading]:
    return read(text, catalogue=catalogue, today=TODAY)


def best(text: str, catalogue: Catalogue | None = None) -> Reading:
    return readings(text, catalogue)[0]


@pytest.mark.parametrize(
    ("text", "part_number", "manufacturer"),
    [
        ("STM32F765VIT6 22 GQ 2230 CHN", "STM32F765VIT6", "STMicroelectronics"),
        (
            "Microcontroller STM32F405 RGT6 GQ228 VQ CHN 9 21 ST",
            "STM32F405RGT6",
            "STMicroelectronics",
        ),
        ("Xilinx Kintex-7 XC7K325T-2FFG900C", "XC7K325T-2FFG900C", "Xilinx"),
        ("GNSS module ublox ZED-F9P-02B", "ZED-F9P-02B", "u-blox"),
        ("Transceiver ADM2587EBRWZ Analog Devices", "ADM2587EBRWZ", "Analog Devices"),
        ("PLIS Altera Cyclone EP3C25F256C8N", "EP3C25F256C8N", "Altera"),
        (
            "Мікросхема процесор TMS320F28335PGFA Texas Instruments",
            "TMS320F28335PGFA",
            "Texas Instruments",
        ),
        ("Двигун DLE-60 без кожуха", "DLE-60", "DLE"),
        ("Microchip TMS320F28335ZJZA", "TMS320F28335ZJZA", "Texas Instruments"),
    ],
)
def test_descriptions_name_part_and_maker(text: str, part_number: str, manufacturer: str) -> None:
    reading = best(text)
    assert (reading.part_number, reading.manufacturer) == (part_number, manufacturer)


def test_a_brand_and_its_present_owner_are_both_given() -> None:
    reading = best("MAX3232ESE+ 2041")
    assert reading.manufacturer == "Maxim Integrated"
    assert reading.owner == "Analog Devices"
    assert reading.manufacturer_country == "US"


def test_a_part_that_several_make_has_no_maker_until_the_text_names_one() -> None:
    reading = best("Octal Buffer HC244")
    assert reading.part_number == "HC244"
    assert reading.manufacturer is None
    assert any(note.startswith("made by several") for note in reading.notes)
    assert best("Octal Buffer HC244 Texas Instruments").manufacturer == "Texas Instruments"


def test_two_makers_with_one_prefix_are_both_told(tmp_path: Path) -> None:
    rival = tmp_path / "rival.toml"
    rival.write_text(
        '[[maker]]\nid = "rival"\nname = "Rival Engines"\ncountry = "IR"\n'
        "  [[maker.part]]\n  pattern = 'DLE-?\\d{2,3}'\n  family = 'DLE'\n",
        "utf-8",
    )
    told = readings("DLE-60", load_catalogue(rival))
    assert {reading.manufacturer for reading in told} == {"DLE", "Rival Engines"}


def test_a_maker_named_wins_over_the_maker_of_the_code_and_both_are_told() -> None:
    told = readings("ADM2587EBRWZ Texas Instruments")
    assert [reading.manufacturer for reading in told] == ["Texas Instruments", "Analog Devices"]
    assert "the code is of Analog Devices" in "; ".join(told[0].notes)


def test_the_country_of_headquarters_is_not_that_of_assembly() -> None:
    reading = best("STM32F405RGT6 GQ 2230 CHN")
    assert reading.manufacturer_country == "CH"
    assert reading.country_of_assembly == "CN"


def test_a_country_in_brackets_behind_a_maker_is_no_country_of_assembly() -> None:
    assert best("ADM2587EBRWZ Analog Devices (USA)").country_of_assembly is None
    assert best("ADM2587EBRWZ Made in USA").country_of_assembly == "US"


def test_spans_lie_where_the_fields_stand_in_the_text() -> None:
    text = "Chip stm32f405\nrgt6  ＧＱ  2230 CHN"
    reading = best(text)
    shown = {name: text[start:end] for name, (start, end) in reading.spans.items()}
    assert shown["part_number"] == "stm32f405\nrgt6"
    assert shown["date_code"] == "2230"
    assert shown["country_of_assembly"] == "CHN"


def test_a_serial_that_looks_like_a_date_is_a_serial() -> None:
    reading = best("Two-stroke gasoline engine DLE-60 S/N 2230")
    assert reading.date_code is None
    assert reading.serial == "2230"


def test_the_only_other_code_on_an_engine_is_its_serial_and_on_a_chip_its_lot() -> None:
    assert best("Two-stroke gasoline engine DLE-60 YB00170").serial == "YB00170"
    reading = best("STM32F405RGT6 GQ22871")
    assert (reading.lot, reading.serial) == ("GQ22871", None)
    assert "'GQ22871' is taken for the lot" in "; ".join(reading.notes)


def test_a_lot_with_its_label_is_the_lot() -> None:
    reading = best("ADM2587EBRWZ LOT: 4K7788.1 партия 5 #1938")
    assert reading.lot == "4K7788.1"
    assert reading.date_code is not None
    assert reading.date_code.raw == "1938"


def test_a_part_number_is_found_before_a_date_code_is_looked_for() -> None:
    reading = best("TSR 1-2433SM")
    assert reading.part_number == "TSR 1-2433SM"
    assert reading.date_code is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("STM32F4O5RGT6", "O read as 0"),
        ("ADM2S87EBRWZ", "S read as 5"),
        ("АDМ2587ЕВRWZ", "Cyrillic А read as A"),
        ("ADM25B7EBRWZ", "B read as 8"),
    ],
)
def test_look_alikes_are_tried_and_said(text: str, said: str) -> None:
    reading = best(text)
    assert reading.part_number in ("STM32F405RGT6", "ADM2587EBRWZ")
    assert said in "; ".join(reading.notes)
    assert reading.confidence < best(reading.part_number).confidence


def test_look_alikes_are_left_alone_where_the_text_fits_as_it_stands() -> None:
    reading = best("IRF7416 IRLML64O2")
    assert reading.part_number == "IRF7416"
    assert reading.notes == () or "read as" not in reading.notes[0]


def test_a_code_goes_over_spaces_and_lines_but_not_into_what_is_something_else() -> None:
    assert best("MAX3232\nESE+").part_number == "MAX3232ESE+"
    assert best("ADM2587EBRWZ 2230 CHN ST").part_number == "ADM2587EBRWZ"
    assert best("ADM2587EBRWZ RF transceiver").part_number == "ADM2587EBRWZ"


def test_a_named_maker_whose_code_is_not_known_gives_the_likeliest_word_less_surely() -> None:
    reading = best("Analog Devices QZX77120BSTZ")
    assert (reading.manufacturer, reading.part_number) == ("Analog Devices", "QZX77120BSTZ")
    assert reading.confidence < 0.65


def test_an_unknown_code_of_an_unknown_maker_is_told_at_low_confidence() -> None:
    reading = best("Servo drive ZQW-5646")
    assert (reading.manufacturer, reading.part_number) == (None, "ZQW-5646")
    assert reading.confidence < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n ",
        "?!…",
        "Step-down converter 24V 100 mA RS-485 TO-220",
        "Found in UAV Shahed-136 near the river on 13.05.2023",
        "Current sensor M9 S4",
        "The delegation met in Geneva in 2019 and spoke about trade, licences and the many ways "
        "in which goods are carried onward; 14 states agreed to write to each other more often.",
    ],
)
def test_what_is_no_marking_has_no_part_number(text: str) -> None:
    assert all(reading.part_number is None for reading in readings(text))


@pytest.mark.parametrize(
    "text", ["TЕХAS INSTRUMENTS", "Texas Instrumens", "TexasInstruments", "TEXAS\nINSTRUMENTS"]
)
def test_a_maker_is_known_though_its_name_is_misspelt(text: str) -> None:
    assert best(text).manufacturer == "Texas Instruments"


def test_a_code_that_anything_could_be_counts_only_where_its_maker_is_named(
    tmp_path: Path,
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[maker]]\nid = "pump"\nname = "Zubr Pumps"\ncountry = "PL"\n'
        "  [[maker.part]]\n  pattern = '\\d{3} \\d{3} \\d{3}'\n  named = true\n",
        "utf-8",
    )
    held = load_catalogue(own)
    assert all(r.part_number is None for r in readings("call 580 464 070", held))
    assert best("Zubr Pumps 580 464 070", held).part_number == "580 464 070"


def test_the_weapon_that_a_part_was_found_in_is_not_its_maker() -> None:
    assert best("ADM2587EBRWZ from UAV Orlan-10").manufacturer == "Analog Devices"


@given(st.text(max_size=80))
def test_any_text_is_read_without_fail_and_spans_lie_within_it(text: str) -> None:
    for reading in readings(text):
        assert 0 <= reading.confidence <= 1
        for start, end in reading.spans.values():
            assert 0 <= start < end <= len(text)


@given(st.sampled_from(["STM32F405RGT6", "ADM2587EBRWZ", "MAX3232ESE+"]), st.integers(1, 9))
def test_blanks_around_a_marking_change_nothing_but_spans(code: str, blanks: int) -> None:
    plain, padded = best(code), best(" " * blanks + code + "\n" * blanks)
    assert plain.part_number == padded.part_number
    assert plain.confidence == padded.confidence
    assert padded.spans["part_number"][0] == blanks


@pytest.mark.parametrize(
    ("text", "part_number", "manufacturer"),
    [
        ("AD 8 2 3 2 ACPZ", "AD8232ACPZ", "Analog Devices"),
        ("u-blox NEO 6M", "NEO-6M", "u-blox"),
        ("TSR 1 - 2433 SM", "TSR1-2433SM", "Traco Power"),
        ("CYPRESS CY7C1041DV33 10ZSXI", "CY7C1041DV33-10ZSXI", "Cypress Semiconductor"),
        ("Microcontroller STM 32F429 ZIT6", "STM32F429ZIT6", "STMicroelectronics"),
        ("FPGA Virtex-5 XC5VSX50T FFG1136", "XC5VSX50TFFG1136", "Xilinx"),
        ("Step-down converter TPS62040 DGQ BBI", "TPS62040DGQ", "Texas Instruments"),
        ("Lowering voltage stabilizer JM05ACE5 LM2575T P2 P+", "LM2575T", "Texas Instruments"),
    ],
)
def test_a_code_ends_where_its_maker_ends_it(
    text: str, part_number: str, manufacturer: str
) -> None:
    reading = best(text)
    plain = (reading.part_number or "").replace("-", "").replace(" ", "")
    assert (plain, reading.manufacturer) == (part_number.replace("-", ""), manufacturer)


@pytest.mark.parametrize(
    "text",
    [
        "Label S/N 0048213",
        "Ser. No. A12-00457",
        "IMEI 861234567890123",
        "MAC 00:1A:2B:3C:4D:5E",
        "IP 192.168.1.10",
        "IP67 IK10 CE RoHS",
        "№ 12-00457",
        "Гвинт М4х12",
        "Wing fastening bolt M6x20",
        "D1 D2 D3",
        "Coaxial cable RG-178",
        "Board 94V-0 E248779 1822",
        "PCB-2021-05-17-V3",
    ],
)
def test_labels_threads_cables_and_boards_are_no_part_numbers(text: str) -> None:
    assert [reading.part_number for reading in readings(text)] == []


def test_package_and_date_code_printed_as_one_are_read_apart() -> None:
    reading = best("XC7Z020 CLG400ACX1829 D5338567A 1I")
    assert reading.part_number == "XC7Z020CLG400"
    assert reading.date_code is not None
    assert (reading.date_code.raw, reading.lot) == ("1829", "D5338567A")


def test_of_a_code_its_beginning_tells_the_maker() -> None:
    reading = best("RZ processor R7S72103")
    assert (reading.part_number, reading.manufacturer) == ("R7S72103", "Renesas Electronics")
    short = best("Clock generator 5P49V69")
    assert short.manufacturer == "Integrated Device Technology"
    assert "the family is known, the rest of the code is not" in short.notes


def test_of_a_part_that_several_make_each_is_a_reading_of_its_own() -> None:
    first, *others = readings("Diode 1N4148")
    assert first.manufacturer is None
    assert len({reading.manufacturer for reading in others}) == len(others) > 1
    assert all(reading.confidence < first.confidence / 2 for reading in others)
    assert all("one of several that make it" in reading.notes for reading in others)


def test_a_code_that_fits_as_it_is_written_is_not_taken_for_one_with_look_alikes() -> None:
    for code in ("VN808", "MC14051", "XC17S200A"):
        assert best(code).part_number == code


@pytest.mark.parametrize(
    ("code", "manufacturer"),
    [
        ("IMX219", "Sony"),
        ("AD9255 BCPZ-125", "Analog Devices"),
        ("TL494", None),
        ("BD9329EFJ", "ROHM"),
        ("HMC5883L", "Honeywell"),
        ("HMC639", "Hittite Microwave"),
        ("MC33926PNB", "NXP Semiconductors"),
        ("IRF540N", "International Rectifier"),
        ("MAX485", "Maxim Integrated"),
        ("25LC1024", "Microchip Technology"),
        ("TC1797", "Infineon Technologies"),
        ("TC4427", "Microchip Technology"),
    ],
)
def test_prefixes_that_several_makers_have_are_told_apart(
    code: str, manufacturer: str | None
) -> None:
    told = best(code)
    assert manufacturer in (told.manufacturer, told.owner)
