"""The catalogue of semiconductor makers: patterns that fit their codes and nothing else."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from enduse.components import Catalogue, load_catalogue, read
from enduse.components import catalogue as catalogue_module
from enduse.components.catalogue import Part
from enduse.components.date_codes import known

FILES = [
    *("analog", "chips", "china_chips", "discretes", "fpga", "infineon", "mcu", "memory"),
    *("microchip", "onsemi", "processors", "radio", "renesas", "russia_chips"),
    *("texas_instruments", "shared"),
]
MAKERS = Path(str(catalogue_module.__file__)).parent / "makers"


def written(file: str) -> dict[str, Any]:
    return tomllib.loads((MAKERS / f"{file}.toml").read_text(encoding="utf-8"))


@cache
def held() -> Catalogue:
    return load_catalogue()


@cache
def ours() -> frozenset[str]:
    return frozenset(maker["id"] for file in FILES for maker in written(file).get("maker", ()))


def parts() -> Iterator[Part]:
    """What semiconductor makers make, shared parts included."""
    for part in held().parts():
        if ours().issuperset(part.makers):
            yield part


@pytest.mark.parametrize("file", FILES)
def test_every_example_fits_its_pattern_and_begins_with_its_family(file: str) -> None:
    tables = [part for maker in written(file).get("maker", ()) for part in maker.get("part", ())]
    for part in tables + written(file).get("shared", []):
        assert part["examples"], part["pattern"]
        for example in part["examples"]:
            assert re.fullmatch(part["pattern"], example.upper()), (part["pattern"], example)
            assert re.match(part["family"], example.upper()), (part["family"], example)


def test_the_range_is_wide() -> None:
    assert len(ours()) >= 300
    assert sum(1 for _ in parts()) >= 1000
    assert sum(len(part.examples) for part in parts()) >= 5000


def test_every_maker_says_where_its_facts_are_from_and_dates_can_be_read() -> None:
    for id in ours():
        maker = held().makers[id]
        assert maker.source, id
        assert re.fullmatch("[A-Z]{2}", maker.country), id
        assert all(map(known, maker.dates)), (id, maker.dates)


@pytest.mark.parametrize(
    ("brand", "owner"),
    [
        ("maxim", "Analog Devices"),
        ("dallas", "Analog Devices"),
        ("linear-technology", "Analog Devices"),
        ("hittite", "Analog Devices"),
        ("xilinx", "AMD"),
        ("burr-brown", "Texas Instruments"),
        ("national-semiconductor", "Texas Instruments"),
        ("spansion", "Infineon Technologies"),
        ("ramtron", "Infineon Technologies"),
        ("international-rectifier", "Infineon Technologies"),
        ("fairchild", "onsemi"),
        ("freescale", "NXP Semiconductors"),
        ("philips", "NXP Semiconductors"),
        ("atmel", "Microchip Technology"),
        ("actel", "Microchip Technology"),
        ("zarlink", "Microchip Technology"),
        ("idt", "Renesas Electronics"),
        ("harris", "Renesas Electronics"),
        ("silego", "Renesas Electronics"),
        ("altera", "Silver Lake"),
        ("avago", "Broadcom"),
        ("triquint", "Qorvo"),
        ("zetex", "Diodes Incorporated"),
        ("ixys", "Littelfuse"),
        ("issi", "Ingenic Semiconductor"),
        ("nexperia", "Wingtech Technology"),
        ("integral", "Integral"),
    ],
)
def test_brands_lead_to_their_present_owner(brand: str, owner: str) -> None:
    assert held().owner(held().makers[brand]).name == owner


WORDS = re.findall(
    r"\S+",
    """
the and for with from made in china taiwan malaysia korea japan germany usa ukraine russia iran
module board power supply regulator voltage current sensor amplifier converter resistor capacitor
diode transistor microcontroller processor memory flash switch relay connector cable motor engine
pump servo camera lens antenna receiver transmitter transceiver oscillator crystal filter battery
charger controller driver interface ethernet usb can uart spi i2c gps glonass imu gyroscope
accelerometer date code lot serial number part product model type rev ver input output max min
high low fast slow dual quad octal single buffer gate inverter counter timer latch register
multiplexer isolator optocoupler led display lcd screen keyboard linear analog digital mixed
signal radio frequency microwave satellite navigation unit block missile drone warhead wing tail
fuselage propeller carburettor stroke gasoline two four cylinder piston spark plug
rs232 rs422 rs485 cat5 ip65 ip67 usb2.0 iso9001 mil-std-1553 rohs ul94 94v-0 s/n p/n rev1 v2 q1
p2 p+ m9 s4 x029 yb00170 a1 b2 e4 g4 t7 c1 r12 u5 j3 l7 d4 w7
изделие блок плата модуль дата серия гост партия россия сделано кабель реле двигатель антенна
""",
)
UNITS = re.findall(
    r"\S+", "V A MA W KW HZ MHZ KHZ GHZ UF NF PF OHM K M R MM CM KG G DB DBM VDC VAC MAH AH RPM"
)
NUMBERS = re.findall(
    r"\d+", "0 1 5 7 10 12 55 99 100 117 220 500 1000 12345 99999 123456 20220315 987654321"
)


def test_no_word_number_date_or_unit_is_taken_for_a_part() -> None:
    measures = [f"{n}{unit}" for n in ("1", "3.3", "12", "27", "100", "2200") for unit in UNITS]
    dates = [f"{year:02}{week:02}" for year in range(100) for week in range(1, 54)]
    patterns = [(re.compile(part.pattern), part) for part in parts() if not part.named]
    for text in [word.upper() for word in WORDS] + measures + dates + NUMBERS:
        for pattern, part in patterns:
            assert not pattern.fullmatch(text), (text, part.makers, part.pattern)


def test_the_reader_gives_every_code_back_and_its_maker_or_none() -> None:
    read_back = told = others = total = 0
    for part in parts():
        if part.named:
            continue
        names = {held().makers[maker].name for maker in part.makers}
        for example in part.examples:
            total += 1
            first = next(iter(read(example)), None)
            if first is None:
                continue
            read_back += first.part_number == example.upper()
            told += first.manufacturer in names
            others += first.manufacturer is not None and first.manufacturer not in names
    assert read_back / total >= 0.99
    assert others / total <= 0.035


@pytest.mark.parametrize(
    ("marking", "maker"),
    [
        ("TMS320F28335PGFA", "Texas Instruments"),
        ("SN65HVD230DR", "Texas Instruments"),
        ("LM2575T P2 P+", "Texas Instruments"),
        ("ADM2582EBRWZ 2035", "Analog Devices"),
        ("AD9361BBCZ", "Analog Devices"),
        ("LTC3780EG", "Linear Technology"),
        ("MAX2769ETI+", "Maxim Integrated"),
        ("STM32F405RGT6", "STMicroelectronics"),
        ("ATMEGA128-16AU", "Atmel"),
        ("PIC18F4550-I/PT", "Microchip Technology"),
        ("MK20DX256VLH7", "NXP Semiconductors"),
        ("XC7Z020-1CLG484I", "Xilinx"),
        ("EP4CE22F17I7N", "Altera"),
        ("LCMXO2-1200HC-4TG100I", "Lattice Semiconductor"),
        ("A3P1000-PQ208I", "Actel"),
        ("CY7C68013A-56PVXC", "Cypress Semiconductor"),
        ("S29GL128P10TFI010", "Spansion"),
        ("MT41K256M16TW-107", "Micron Technology"),
        ("IS61LV25616AL-10TLI", "ISSI"),
        ("W25Q128JVSIQ", "Winbond Electronics"),
        ("K4B4G1646E-BYK0", "Samsung Electronics"),
        ("IRLML6401TRPBF", "International Rectifier"),
        ("HCPL-316J", "Avago Technologies"),
        ("ADE-1+", "Mini-Circuits"),
        ("TLP250", "Toshiba"),
        ("1986ВЕ1Т", "Milandr"),
        ("К1986ВЕ92QI", "Milandr"),
        ("1892ВМ14Я", "ELVEES"),
    ],
)
def test_parts_of_published_reports_are_read(marking: str, maker: str) -> None:
    assert read(marking)[0].manufacturer == maker


@pytest.mark.parametrize("marking", ["HC244", "74HC595D", "LM358", "1N4148", "2N2222A", "NE555"])
def test_second_sources_leave_the_maker_open(marking: str) -> None:
    first = read(marking)[0]
    assert first.part_number == marking
    assert first.manufacturer is None
    assert any("made by several" in note for note in first.notes)
