"""A small world in which every red flag has its example, checked once."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import enduse
from enduse.calls import CheckResult
from enduse.lists import Terms, goods_source, import_list
from enduse.settings import Settings

AS_OF = date(2024, 6, 30)

CHIPS = {
    "hs_code": "854231",
    "description": "electronic integrated circuits, processors and controllers",
    "value": "1000",
    "quantity": "100",
    "net_mass_kg": "2",
}
APPLES = {
    "hs_code": "080810",
    "description": "fresh apples",
    "value": "500",
    "quantity": "1000",
    "unit": "KGM",
    "net_mass_kg": "1000",
}
LOTS = [
    (date(2023, 1, 9) + timedelta(days=61 * number), quantity)
    for number, quantity in enumerate((1370, 842, 2155, 977, 3361, 1718, 2904))
]
COLUMNS = [
    "shipment_id", "line_no", "date", "exporter", "exporter_country", "consignee",
    "consignee_country", "consignee_address", "consignee_id", "end_user", "end_user_country",
    "intermediate_consignee", "intermediate_consignee_country", "notify_party",
    "notify_party_country", "freight_forwarder", "freight_forwarder_country", "origin_country",
    "export_country", "destination_country", "transit_countries", "hs_code", "description",
    "quantity", "unit", "net_mass_kg", "value", "currency", "vessel_imo", "permit_no", "part_number",
]  # fmt: skip


@dataclass
class Ledger:
    """Lines of a shipments file, written down one by one."""

    rows: list[dict[str, str]] = field(default_factory=list)

    def add(self, shipment_id: str, day: date | str, goods: dict[str, str], **given: str) -> None:
        country = given.get("consignee_country", "TR")
        origin = given.get("exporter_country", "TW")
        self.rows.append(
            {
                "shipment_id": shipment_id,
                "line_no": "1",
                "date": str(day),
                "exporter": "Formosa Bright Parts Co",
                "exporter_country": origin,
                "consignee": "Anadolu Devre Sanayi",
                "consignee_country": country,
                "origin_country": origin,
                "export_country": origin,
                "destination_country": country,
                "unit": "NAR",
                "currency": "USD",
                **goods,
                **given,
            }
        )

    def history(
        self, prefix: str, first: date, every: int, count: int, goods: dict[str, str], **given: str
    ) -> None:
        for number in range(count):
            day = first + timedelta(days=every * number)
            self.add(f"{prefix}-{number}", day, goods, **given)

    def write(self, path: Path) -> Path:
        return write_csv(path, COLUMNS, self.rows)


def write_csv(path: Path, columns: list[str], rows: Iterable[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


LISTED = [
    {
        "record_id": "L1", "name": "Vostochny Zarya Pribor", "kind": "organization",
        "country": "RU", "address": "17 Zavodskaya Street, building 4, 620017 Yekaterinburg",
        "listed_from": "2022-06-01",
    },
    {"record_id": "L2", "name": "Kuznetsky Undated Radio", "kind": "organization", "country": "RU"},
    {
        "record_id": "L3", "name": "Belaya Lisa Optika", "kind": "organization", "country": "RU",
        "listed_from": "2016-01-01", "listed_to": "2021-12-31",
    },
    {
        "record_id": "L4", "name": "Gorodets Then Listed Mechanika", "kind": "organization",
        "country": "RU", "listed_from": "2022-03-01", "listed_to": "2023-12-31",
    },
    {
        "record_id": "V1", "name": "Severnaya Zvezda", "kind": "vessel", "imo": "9074729",
        "listed_from": "2022-06-01",
    },
    {
        "record_id": "P1", "name": "Radomir Oleksandrovich Zvezdochkin", "kind": "person",
        "country": "RU", "listed_from": "2022-06-01",
    },
]  # fmt: skip

REGISTRY = [
    {
        "entity_id": "TR-1", "name": "Yeni Ufuk Elektronik", "country": "TR",
        "incorporation_date": "2022-05-10", "activity": "Wholesale of electronic parts",
    },
    {
        "entity_id": "TR-2", "name": "Eski Liman Elektronik", "country": "TR",
        "incorporation_date": "2004-03-01", "activity": "Wholesale of electronic parts",
    },
    {
        "entity_id": "TR-3", "name": "Ceviz Mobilya", "country": "TR",
        "incorporation_date": "2001-03-01", "activity": "Retail of furniture",
    },
    {
        "entity_id": "KZ-1", "name": "Altyn Kran Snab", "country": "KZ",
        "incorporation_date": "2010-01-01", "activity": "Wholesale of electronic parts",
        "owners": "Radomir Oleksandrovich Zvezdochkin|30%|2015-01-01|;Aigul Someone|70%||",
    },
]  # fmt: skip


def _lines() -> Ledger:
    book = Ledger()
    before = date(2021, 6, 1)
    kyrgyz = {"consignee_country": "KG"}
    book.history("apples-kg", before, 1, 220, APPLES, consignee="Ala-Too Fruit", **kyrgyz)
    book.history("chips-de", before, 1, 220, CHIPS, consignee="Rheintal Chip GmbH",
                 consignee_country="DE")  # fmt: skip
    book.history("steady", before, 30, 12, CHIPS, consignee="Dogu Devre Ithalat")
    book.history("steady-now", date(2022, 7, 1), 30, 10, CHIPS, consignee="Dogu Devre Ithalat")
    book.history("jump", date(2023, 6, 1), 2, 14, CHIPS, consignee="Dogu Devre Ithalat")
    book.history("tables", before, 30, 6, {**APPLES, "hs_code": "940360", "description": "tables"},
                 consignee="Mavi Masa Ticaret")  # fmt: skip
    book.add("never-such-goods", "2023-02-01", CHIPS, consignee="Mavi Masa Ticaret")
    book.add("young", "2023-02-02", CHIPS, consignee="Yeni Ufuk Elektronik")
    book.add("old", "2023-02-02", CHIPS, consignee="Eski Liman Elektronik")
    book.add("furniture", "2023-02-03", CHIPS, consignee="Ceviz Mobilya")
    russian = {"consignee": "Nevsky Chip Dom", "consignee_country": "RU"}
    book.history("to-ru", before, 20, 4, CHIPS, exporter="Keelung Former Supplier", **russian)
    book.add("new-market", "2022-09-01", CHIPS, exporter="Keelung Former Supplier",
             consignee="Ala Chip Import", **kyrgyz)  # fmt: skip
    book.add("shipper", "2023-01-20", CHIPS, consignee="Naryn Tranzit Torg", **kyrgyz)
    book.add("onward", "2023-03-05", CHIPS, exporter="Naryn Tranzit Torg", exporter_country="KG",
             **russian)  # fmt: skip
    book.add("food", "2023-03-06", APPLES, exporter="Naryn Frukt", exporter_country="KG", **russian)
    book.add("forwarder", "2023-03-07", CHIPS, consignee="Silk Gate Freight Forwarding")
    book.add("address", "2023-03-08", CHIPS, consignee="Ural Instrument Snab",
             consignee_country="KZ",
             consignee_address="Zavodskaya St. 17, bldg 4, Yekaterinburg 620017")  # fmt: skip
    book.add("owner", "2023-03-09", CHIPS, consignee="Altyn Kran Snab", consignee_country="KZ")
    routed = {"consignee": "Steppe Elektro", "consignee_country": "KZ"}
    book.history("route", before, 5, 40, CHIPS, transit_countries="CN", **routed)
    book.add("odd-route", "2023-03-10", CHIPS, transit_countries="MV", **routed)
    book.add("through-ru", "2023-03-10", CHIPS, transit_countries="PL;RU", **routed)
    book.add("zone", "2023-03-11", CHIPS, consignee="Oryx Component FZE", consignee_country="AE",
             consignee_address="Plot 12, Jebel Ali Free Zone, Dubai")  # fmt: skip
    book.add("permit", "2023-03-12", CHIPS, permit_no="NLR")
    book.add("permit-de", "2023-03-12", CHIPS, consignee="Rheintal Chip GmbH",
             consignee_country="DE", permit_no="NLR")  # fmt: skip
    book.add("misfit", "2023-03-13", {**CHIPS, "description": "fresh apples and pears, in crates"})
    made = {**CHIPS, "description": "integrated circuits, made in South Korea"}
    book.add("other-origin", "2023-03-13", made, exporter_country="TW")
    book.add("same-origin", "2023-03-13", made, exporter_country="KR")
    book.add("dear", "2023-03-14", {**CHIPS, "value": "50000"})
    book.add("go-between", "2023-03-15", CHIPS, intermediate_consignee="Atoll Handels",
             intermediate_consignee_country="MV", notify_party="Lagoon Agents",
             notify_party_country="SC")  # fmt: skip
    for name, day, listed in (
        ("listed", "2023-04-01", "Vostochny Zarya Pribor"),
        ("listed-since", "2022-01-15", "Vostochny Zarya Pribor"),
        ("undated", "2023-04-02", "Kuznetsky Undated Radio"),
        ("delisted", "2023-04-03", "Belaya Lisa Optika"),
        ("listed-then", "2023-04-04", "Gorodets Then Listed Mechanika"),
    ):
        book.add(name, day, CHIPS, consignee=listed, consignee_country="RU",
                 destination_country="KZ")  # fmt: skip
    book.add("resembles", "2023-04-05", CHIPS, consignee="Vostochnyj Zaria Pribors",
             consignee_country="KZ")  # fmt: skip
    book.add("vessel", "2023-04-06", CHIPS, vessel_imo="IMO 9074729")
    book.add("plain", "2023-04-07", APPLES, consignee="Rheintal Obst GmbH", consignee_country="DE")
    book.add("tipped", "2023-04-08", CHIPS, consignee="Karakum Fotonik Savda")
    book.add("tipped-part", "2023-04-09", CHIPS, part_number="tms320f28335 pgfa")
    book.add("tipped-route", "2023-04-10", CHIPS, transit_countries="HK;GE", **routed)
    # Lots of odd sizes that go on within weeks, and one that has just come in.
    for number, (sent, quantity) in enumerate(LOTS):
        lot = {**CHIPS, "quantity": str(quantity), "value": str(10 * quantity),
               "net_mass_kg": str(quantity / 50)}  # fmt: skip
        book.add(f"lot-{number}", sent, lot, consignee="Van Golu Mikro Ticaret")
        if number < len(LOTS) - 1:
            book.add(f"lot-{number}-on", sent + timedelta(days=12 + number), lot,
                     exporter="Van Golu Mikro Ticaret", exporter_country="TR",
                     consignee="Severny Mikroskhem OOO", consignee_country="RU")  # fmt: skip
    return book


def _take_tip(folder: Path, settings: Settings) -> None:
    terms = Terms("Ukraine", "TLP:AMBER; not to be sent on.", date(2999, 1, 1))
    named = {
        "id": "p1",
        "schema": "Organization",
        "properties": {"name": ["Karakum Fotonik Savda"], "country": ["tr"]},
    }
    parties, goods = folder / "entities.ftm.json", folder / "goods.json"
    parties.write_text(json.dumps(named), "utf-8")
    part = {"id": "c1", "manufacturer": "Texas Instruments", "part_number": "TMS320F28335-PGFA"}
    route = {"id": "r1", "countries": ["TW", "GE", "KZ"]}
    goods.write_text(json.dumps({"parts": [part], "routes": [route]}), "utf-8")
    told = {"as_of": date(2024, 5, 1), "terms": terms}
    import_list(parties, "ftm", settings, source="tip-ukraine-1", **told)
    import_list(goods, "tip", settings, source=goods_source("tip-ukraine-1"), **told)


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> CheckResult:
    folder = tmp_path_factory.mktemp("small-world")
    settings = Settings(workspace=folder / "workspace", threads=2, memory_limit_mib=512)
    columns = ["record_id", "name", "kind", "country", "address", "imo", "listed_from", "listed_to"]
    listed = write_csv(folder / "listed.csv", columns, LISTED)
    import_list(listed, "csv", settings, source="invented", as_of=date(2024, 6, 1))
    headings = [
        {"hscode": "08", "description": "Fruit and nuts, edible", "parent": "TOTAL", "level": "2"},
        {"hscode": "0808", "description": "Apples, pears and quinces; fresh", "parent": "08", "level": "4"},
        {"hscode": "080810", "description": "Fruit, edible; apples, fresh", "parent": "0808", "level": "6"},
        {"hscode": "85", "description": "Electrical machinery and equipment", "parent": "TOTAL", "level": "2"},
        {"hscode": "8542", "description": "Electronic integrated circuits", "parent": "85", "level": "4"},
        {"hscode": "854231", "description": "Electronic integrated circuits; processors and controllers", "parent": "8542", "level": "6"},
        {"hscode": "94", "description": "Furniture", "parent": "TOTAL", "level": "2"},
        {"hscode": "9403", "description": "Furniture; other, tables", "parent": "94", "level": "4"},
        {"hscode": "940360", "description": "Furniture; wooden, tables", "parent": "9403", "level": "6"},
    ]  # fmt: skip
    nomenclature = write_csv(folder / "hs.csv", ["section", *headings[0]], headings)
    import_list(nomenclature, "hs-nomenclature", settings, as_of=date(2022, 1, 1))
    _take_tip(folder, settings)
    columns = ["entity_id", "name", "country", "incorporation_date", "address", "activity",
               "officers", "owners"]  # fmt: skip
    registry = write_csv(folder / "registry.csv", columns, REGISTRY)
    return enduse.check(
        _lines().write(folder / "shipments.csv"),
        registry=registry,
        settings=settings,
        as_of=AS_OF,
    )
