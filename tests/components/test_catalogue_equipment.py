"""The catalogue's makers of modules, sensors, radios, cameras, motors and the like."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from enduse.components import catalogue as catalogue_module
from enduse.components import load_catalogue
from enduse.components.catalogue import Maker, Part

FILES = (
    "batteries",
    "cameras_and_boards",
    "connectors",
    "drones",
    "engines_and_mechanics",
    "gnss_and_radio",
    "inertial_and_sensors",
    "passives",
    "power_modules",
    "russia_and_iran",
    "storage",
    "timing_and_relays",
)
FOLDER = Path(catalogue_module.__file__).parent / "makers"
HELD = load_catalogue()
TABLES = [
    table
    for name in FILES
    for table in tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))["maker"]
]
WRITTEN = [table["id"] for table in TABLES]
PATTERNS = {part["pattern"] for table in TABLES for part in table.get("part", ())}
MAKERS = [HELD.makers[maker] for maker in WRITTEN]
OPEN = [
    (maker, part)
    for maker in MAKERS
    for part in maker.parts
    if part.pattern in PATTERNS and not part.named
]
"""Patterns that count without the maker's name: these must be special enough."""

_ORDINARY = """
    CONVERTER MODULE ENGINE SERVO CAMERA ANTENNA RECEIVER MOTOR BATTERY SENSOR RELAY CONNECTOR CABLE
    CAPACITOR RESISTOR INDUCTOR CRYSTAL OSCILLATOR GYROSCOPE AUTOPILOT PROPELLER CARBURETTOR PUMP
    BEARING BOARD CONTROLLER FILTER FUSE SWITCH TRANSFORMER MODEM ROUTER CARD DISK LENS MADE CHINA
    JAPAN GERMANY UKRAINE SERIAL NUMBER MODEL TYPE PART LOT DATE INPUT OUTPUT VOLTAGE CURRENT FRONT
    ДВИГАТЕЛЬ ДВИГУН КАМЕРА АНТЕННА ПРИЕМНИК БАТАРЕЯ ДАТЧИК РЕЛЕ РАЗЪЕМ КАБЕЛЬ КОНДЕНСАТОР ЗАВОД
    ПЕРЕТВОРЮВАЧ МОДУЛЬ СЕРВОПРИВІД ГІРОСКОП НОМЕР СЕРІЯ ВИГОТОВЛЕНО
    2022 2230 220317 12345678 20220317045 0132145 12-2022 2022-08-14 15.06.2022 22-24 3003 6202
    5V 12V 24VDC 100-240VAC 470UF 35V 100NF 4.7K 10R 5200MAH 22000MAH 1300KV 360KV 8GB 32GB 500GB
    2.4GHZ 5.8GHZ 915MHZ 25.000MHZ 16MHZ 50OHM 120X80X40 10X6 26X12 55CC 12S 4S 6S1P 14.8V 44.4V
    RS-232 RS-422 RS-485 USB3.0 USB-C RJ45 SMA D-SUB HDMI CAN-FD I2C MIL-STD-1553 IP67 IK10 94V-0
    UL94V-0 E318460 CE FCC ROHS REV1.2 V2.1 HW1.2 SO-8 QFP-100 TO-220 SOT-23 BGA484 M3 M12 RG-316
    KH-101 X-101 SHAHED-136 ORLAN-10 S-300 S-400 BUK-M1 L1/L2 GPS GLONASS ISO9001 IEC60950 A320 B-52
    CR2032 18650 21700 AA AAA 9V DC-DC AC-DC POWER-SUPPLY A12-00457 XP1 XS2
"""


def matches(part: Part, text: str) -> bool:
    return re.fullmatch(part.pattern, text.upper()) is not None


def test_two_hundred_makers_and_more_are_held_by_name_country_and_source() -> None:
    assert len(WRITTEN) == len(set(WRITTEN)) >= 200
    for maker in MAKERS:
        assert re.fullmatch("[A-Z]{2}", maker.country), maker.id
        assert maker.source, maker.id


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.id)
def test_every_example_is_an_ordering_code_of_its_pattern_and_begins_with_its_family(
    maker: Maker,
) -> None:
    for part in maker.parts:
        for example in part.examples:
            assert matches(part, example), (part.pattern, example)
            assert re.match(part.family, example.upper()), (part.family, example)


@pytest.mark.parametrize("text", _ORDINARY.split())
def test_words_measures_dates_and_serials_are_no_part_of_a_maker_that_is_not_named(
    text: str,
) -> None:
    assert [(maker.id, part.pattern) for maker, part in OPEN if matches(part, text)] == []


def test_no_two_of_these_makers_claim_the_same_code() -> None:
    claims = [
        (maker.id, other.id, example)
        for maker, part in OPEN
        for example in part.examples
        for other, pattern in OPEN
        if other is not maker and matches(pattern, example)
    ]
    assert claims == []


@pytest.mark.parametrize(
    ("brand", "owner"),
    [
        ("kemet", "Yageo"),
        ("avx", "Kyocera"),
        ("epcos", "TDK"),
        ("interpoint", "Crane Aerospace & Electronics"),
        ("vpt", "HEICO"),
        ("artesyn", "Advanced Energy"),
        ("novatel", "Hexagon"),
        ("tallysman", "Calian"),
        ("flir", "Teledyne"),
        ("maxstream", "Digi International"),
        ("sierra-wireless", "Semtech"),
        ("sensonor", "Safran"),
        ("nais", "Panasonic"),
        ("raychem", "TE Connectivity"),
        ("souriau", "Eaton"),
        ("vectron", "Microchip Technology"),
    ],
)
def test_a_brand_that_was_sold_has_its_present_owner(brand: str, owner: str) -> None:
    assert HELD.owner(HELD.makers[brand]).name == owner
