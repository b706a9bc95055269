"""Invented control lists and a small invented nomenclature."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pytest

from enduse.goods import classify
from enduse.model import CONTROL_ENTRIES, GOODS, HS_ENTRIES, NOMENCLATURE

TODAY = date(2026, 8, 1)
CCL = {"list": "us-ccl", "version": "2026-07-23/0123456789ab"}
TIERS = {"list": "common-high-priority", "version": "2024-02-23/ba9876543210"}

_ENTRIES = [
    ("3A001", None, "Electronic items, as listed."),
    ("3A001", "a", "General purpose integrated circuits:"),
    ("3A001", "a.5", "Analog-to-digital and digital-to-analog converter circuits:"),
    ("3A001", "a.5.a", "ADCs with any of:"),
    ("3A001", "a.5.a.3", "12 bit or more, but less than 14 bit, at a sample rate above 400 MSPS;"),
    ("3A001", "a.5.a.4", "14 bit or more, but less than 16 bit, at a sample rate above 250 MSPS;"),
    ("3A001", "note 1", "Effective number of bits is not the resolution; horses are not meant."),
    ("3A001", "a.7", "Field programmable logic devices with any of:"),
    ("7A003", None, "Inertial measurement equipment or systems."),
    ("7A002", None, "Gyros or angular rate sensors."),
    ("1C350", None, "Chemicals that may be precursors for toxic agents."),
    ("1C350", "b.1", "Thiodiglycol (C.A.S. #111-48-8);"),
    ("2B350", None, "Chemical manufacturing facilities: reaction vessels, agitators, valves."),
    ("2B001", None, "Machine tools for removing metals, for numerical control."),
    ("6A003", None, "Cameras and their parts: streak cameras, framing cameras."),
    ("9A012", None, "Unmanned aerial vehicles and airships."),
    ("9A004", None, "Space launch vehicles and spacecraft."),
    ("1A004", None, "Protective masks, filter canisters and suits."),
    ("3D001", None, "“Software” for the development of gyros and converters."),
    ("8A001", None, "Submersible vehicles and surface vessels."),
]

_NOMENCLATURE = [
    ("02", "Meat and edible meat offal"),
    ("0201", "Meat of bovine animals; chilled"),
    ("0202", "Meat of bovine animals; frozen"),
    ("020230", "Meat; of bovine animals, boneless cuts, frozen"),
    ("08", "Fruit and nuts, edible"),
    ("0808", "Apples, pears and quinces; fresh"),
    ("080810", "Fruit, edible; apples, fresh"),
    ("61", "Apparel, knitted or crocheted"),
    ("6109", "T-shirts, singlets and vests; knitted"),
    ("610910", "T-shirts; of cotton, knitted"),
    ("73", "Iron or steel articles"),
    ("7318", "Screws, bolts, nuts and washers, of steel"),
    ("731815", "Steel; threaded screws and bolts"),
    ("84", "Machinery and mechanical appliances"),
    ("8482", "Ball or roller bearings"),
    ("848210", "Ball bearings"),
    ("848220", "Bearings; tapered roller bearings"),
    ("85", "Electrical machinery and equipment"),
    ("8532", "Electrical capacitors; fixed, variable"),
    ("853221", "Electrical capacitors; fixed, tantalum"),
    ("8542", "Electronic integrated circuits"),
    ("854231", "Electronic integrated circuits; processors and controllers"),
    ("854239", "Electronic integrated circuits; other"),
    ("8471", "Data processing machines"),
    ("847160", "Input or output units"),
]


@pytest.fixture(scope="session")
def control_entries() -> pa.Table:
    """A small control list in words of our own."""
    rows = [CCL | {"entry": e, "paragraph": p, "text": text} for e, p, text in _ENTRIES]
    return pa.Table.from_pylist(rows, schema=CONTROL_ENTRIES)


@pytest.fixture(scope="session")
def hs_entries() -> pa.Table:
    """Two tiers of a list of codes."""
    rows = [
        TIERS | {"hs_code": "854239", "entry": "1", "destinations": ["RU", "BY"]},
        TIERS | {"hs_code": "848210", "entry": "3.B", "destinations": ["RU", "BY"]},
    ]
    return pa.Table.from_pylist(rows, schema=HS_ENTRIES)


@pytest.fixture(scope="session")
def nomenclature() -> pa.Table:
    """A few headings of five chapters."""
    rows = [{"hs_code": c, "description": d, "version": "2022/00"} for c, d in _NOMENCLATURE]
    return pa.Table.from_pylist(rows, schema=NOMENCLATURE)


def goods_table(*rows: dict[str, str | None]) -> pa.Table:
    """Goods from dictionaries; goods_id is their number if not given."""
    extra = sorted({name for row in rows for name in row} - set(GOODS.names))
    columns = {
        name: pa.array([row.get(name) for row in rows], pa.string())
        for name in [*GOODS.names, *extra]
    }
    ids = [row.get("goods_id") or str(number) for number, row in enumerate(rows, 1)]
    return pa.table(columns | {"goods_id": pa.array(ids, pa.string())})


Classified = list[dict[str, object]]
Ask = Callable[..., Classified]


@pytest.fixture
def ask(control_entries: pa.Table, hs_entries: pa.Table, nomenclature: pa.Table) -> Ask:
    """Classify some goods against the invented lists; `control` and `codes` replace a list."""

    def call(
        *rows: dict[str, str | None],
        control: pa.Table | None = None,
        codes: pa.Table | None = None,
        as_of: date = TODAY,
        **options: object,
    ) -> Classified:
        table = classify(
            goods_table(*rows),
            control_entries=control_entries if control is None else control,
            hs_entries=hs_entries if codes is None else codes,
            nomenclature=nomenclature,
            as_of=as_of,
            **options,  # type: ignore[arg-type]
        )
        return list(table.to_pylist())

    return call


@pytest.fixture
def judge(ask: Ask, control_entries: pa.Table, hs_entries: pa.Table) -> Ask:
    """What parameters alone say: entry, status and explanation, no other list asked."""

    def call(*rows: dict[str, str | None], **options: object) -> Classified:
        answers = ask(
            *rows, control=control_entries.slice(0, 0), codes=hs_entries.slice(0, 0), **options
        )
        assert all(answer["basis"] == "parameters" for answer in answers)
        return answers

    return call
