"""Cases in which a careless join would accuse the wrong firm, or miss the right one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

import enduse
from enduse.assess import shipped_text
from enduse.lists import import_list
from enduse.settings import Settings
from tests.pipeline.conftest import APPLES, CHIPS, Ledger, write_csv

TO_KZ = {"consignee_country": "KZ"}


def listed(settings: Settings, folder: Path, name: str, *rows: dict[str, Any]) -> None:
    columns = ["record_id", "name", "kind", "country", "address", "listed_from", "listed_to"]
    path = write_csv(folder / f"{name}.csv", columns, rows)
    import_list(path, "csv", settings, source=name, as_of=date(2024, 6, 1))


def rules_of(result: Any, shipment_id: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in result.evidence.to_pylist():
        if row["shipment_id"] == shipment_id and row["status"] != "not_assessed":
            found.setdefault(row["rule"], []).append(row)
    return found


def checked(settings: Settings, folder: Path, book: Ledger, **options: Any) -> Any:
    return enduse.check(
        book.write(folder / "shipments.csv"), settings=settings, as_of=date(2024, 6, 30), **options
    )


def test_a_listing_in_force_is_not_lost_among_many_that_ended(
    settings: Settings, tmp_path: Path
) -> None:
    name = "Vostochny Zarya Pribor"
    for number in range(7):
        ended = {"record_id": "X", "name": name, "listed_from": "2010-01-01",
                 "listed_to": "2012-01-01"}  # fmt: skip
        listed(settings, tmp_path, f"old-{number}", ended)
    listed(settings, tmp_path, "zz", {"record_id": "Z", "name": name, "listed_from": "2020-01-01"})
    book = Ledger()
    book.add("S", "2023-04-01", CHIPS, consignee=name, **TO_KZ)
    assert {"listed", "delisted"} <= set(rules_of(checked(settings, tmp_path, book), "S"))


def test_the_very_name_of_a_listed_firm_is_held_wherever_it_says_to_be(
    settings: Settings, tmp_path: Path
) -> None:
    listed(settings, tmp_path, "m", {"record_id": "1", "name": "Vostochny Zarya Pribor",
                                     "country": "RU", "listed_from": "2020-01-01"})  # fmt: skip
    book = Ledger()
    book.add("S", "2023-04-01", APPLES, consignee="Vostochny Zarya Pribor", **TO_KZ)
    (finding,) = checked(settings, tmp_path, book).findings.to_pylist()
    assert finding["action"] == "hold"


def test_firms_of_one_name_and_two_numbers_are_two(settings: Settings, tmp_path: Path) -> None:
    columns = ["entity_id", "name", "country", "incorporation_date", "activity"]
    registry = write_csv(
        tmp_path / "registry.csv",
        columns,
        [
            {"entity_id": "AE-900", "name": "Global Oryx Trading LLC", "country": "AE",
             "incorporation_date": "2001-01-01", "activity": "electronics"},
            {"entity_id": "AE-100", "name": "Global Oryx Trading LLC", "country": "AE",
             "incorporation_date": "2023-01-01", "activity": "furniture"},
        ],
    )  # fmt: skip
    named = {"consignee": "Global Oryx Trading LLC", "consignee_country": "AE"}
    book = Ledger()
    book.add("old", "2023-04-01", CHIPS, consignee_id="AE-900", **named)
    book.add("young", "2023-04-01", CHIPS, consignee_id="AE-100", **named)
    book.add("either", "2023-04-01", CHIPS, **named)
    result = checked(settings, tmp_path, book, registry=registry)
    assert not {"01", "16"} & set(rules_of(result, "old"))
    assert {"01", "16"} <= set(rules_of(result, "young"))
    assert not {"01", "16"} & set(rules_of(result, "either"))


def test_an_owner_who_was_delisted_before_is_no_evidence(
    settings: Settings, tmp_path: Path
) -> None:
    listed(
        settings, tmp_path, "m",
        {"record_id": "1", "name": "Radomir Zvezdochkin", "kind": "person",
         "listed_from": "2010-01-01", "listed_to": "2015-01-01"},
        {"record_id": "2", "name": "Bohumil Hvezdicka", "kind": "person",
         "listed_from": "2010-01-01"},
    )  # fmt: skip
    registry = write_csv(
        tmp_path / "registry.csv",
        ["entity_id", "name", "country", "owners"],
        [
            {"entity_id": "1", "name": "Steppe Elektro", "country": "KZ",
             "owners": "Radomir Zvezdochkin|30%||"},
            {"entity_id": "2", "name": "Tengri Elektro", "country": "KZ",
             "owners": "Bohumil Hvezdicka|30%||"},
            {"entity_id": "3", "name": "Altai Elektro", "country": "KZ",
             "owners": "Bohumila Hvezdickova|30%||"},
        ],
    )  # fmt: skip
    book = Ledger()
    for firm in ("Steppe Elektro", "Tengri Elektro", "Altai Elektro"):
        book.add(firm.split()[0], "2023-04-01", CHIPS, consignee=firm, **TO_KZ)
    result = checked(settings, tmp_path, book, registry=registry)
    assert "11" not in rules_of(result, "Steppe")
    assert "11" in rules_of(result, "Tengri")
    assert "11" not in rules_of(result, "Altai")  # her name is only like his


def test_an_entry_counts_for_its_destinations_and_its_days(
    settings: Settings, tmp_path: Path
) -> None:
    annex = write_csv(
        tmp_path / "annex.csv",
        ["hs_code", "annex", "destinations", "valid_from", "valid_to"],
        [
            {"hs_code": "080810", "annex": "A", "valid_from": "2020-01-01"},
            {"hs_code": "0808", "annex": "B", "valid_from": "2010-01-01", "valid_to": "2012-01-01"},
            {"hs_code": "08", "annex": "C", "destinations": "RU"},
        ],
    )
    import_list(annex, "hs-list", settings, source="annex", as_of=date(2023, 1, 1))
    book = Ledger()
    book.add("S", "2023-04-01", APPLES, destination_country="KZ", **TO_KZ)
    book.add("R", "2023-04-01", APPLES, consignee_country="RU", destination_country="KZ")
    result = checked(settings, tmp_path, book)
    entries = {
        shipment: sorted(row["sources"][1]["record"] for row in found.get("control-list", ()))
        for shipment in ("S", "R")
        for found in [rules_of(result, shipment)]
    }
    assert entries == {"S": ["A"], "R": ["A", "C"]}


def test_a_separator_in_a_name_stops_nothing(settings: Settings, tmp_path: Path) -> None:
    line = {
        "shipment_id": ["S"], "date": ["2023-05-01"], "exporter": ["Formosa"],
        "exporter_country": ["TW"], "consignee": ["Acme\x1fFreight\x1eLogistics"],
        "consignee_country": ["TR"], "export_country": ["TW"], "destination_country": ["TR"],
        "hs_code": ["854231"], "quantity": ["10"],
    }  # fmt: skip
    result = enduse.check(pa.table(line), settings=settings)
    assert result.run["counts"]["accepted"] == 1
    assert result.result.findings


def test_words_of_every_script_tell_a_forwarder(settings: Settings, tmp_path: Path) -> None:
    book = Ledger()
    names = {"ru": "Карго Сервис Плюс", "zh": "厦门华澹物流有限公司", "tr": "Anadolu Lojistik",
             "no": "Logisticaria Foods"}  # fmt: skip
    for number, name in names.items():
        book.add(number, "2023-04-01", CHIPS, consignee=name, **TO_KZ)
    result = checked(settings, tmp_path, book)
    assert {n for n in names if "08" in rules_of(result, n)} == {"ru", "zh", "tr"}


def test_one_early_line_is_no_history(settings: Settings, tmp_path: Path) -> None:
    book = Ledger()
    book.add("early", "2005-01-01", APPLES, consignee="Rheintal Obst", consignee_country="DE")
    book.add("S", "2023-04-01", CHIPS, consignee="Steppe Elektro", **TO_KZ)
    result = checked(settings, tmp_path, book)
    assert "02" not in rules_of(result, "S")
    assert "02" in {gap["rule"] for gap in result.run["not_assessed"]}


def test_two_regimes_of_one_country_count_a_line_once(settings: Settings, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    second = '\n[[embargoes]]\ncountries = ["RU"]\nfrom = 2022-02-26\nregime = "another"\n'
    policy.write_text(shipped_text() + second, "utf-8")
    book = Ledger()
    book.add("S", "2023-01-20", CHIPS, consignee="Naryn Tranzit", consignee_country="KG")
    book.add("onward", "2023-03-05", CHIPS, exporter="Naryn Tranzit", exporter_country="KG",
             consignee="Nevsky", consignee_country="RU")  # fmt: skip
    result = checked(settings, tmp_path, book, policy=policy)
    (found,) = rules_of(result, "S")["06"]
    assert "1 of its 1 lines" in found["statement"]
    assert found["sources"][1]["record"] == "row 3"  # the shipment that it rests on


def test_results_of_two_tables_in_memory_are_kept_apart(settings: Settings) -> None:
    def table(shipment_id: str) -> pa.Table:
        return pa.table(
            {
                "shipment_id": [shipment_id], "date": ["2023-05-01"], "exporter": ["Formosa"],
                "exporter_country": ["TW"], "consignee": ["Anadolu"], "consignee_country": ["TR"],
                "export_country": ["TW"], "destination_country": ["TR"], "hs_code": ["854231"],
                "quantity": ["10"],
            }
        )  # fmt: skip

    first = enduse.check(table("A"), settings=settings)
    enduse.check(table("B"), settings=settings)
    assert first.findings["shipment_id"].to_pylist() == ["A"]


def test_goods_through_an_embargoed_country_to_a_partner_are_said(
    settings: Settings, tmp_path: Path
) -> None:
    book = Ledger()
    book.add("S", "2023-04-01", CHIPS, consignee="Suomi Piiri Oy", consignee_country="FI",
             transit_countries="RU")  # fmt: skip
    assert "embargo-transit" in rules_of(checked(settings, tmp_path, book), "S")


def test_history_of_every_receiving_role_counts(settings: Settings, tmp_path: Path) -> None:
    book = Ledger()
    book.history("h", date(2021, 6, 1), 10, 28, CHIPS, consignee="Rheintal", consignee_country="DE")
    book.add("before", "2021-09-01", APPLES, consignee="Steppe", consignee_country="KZ",
             intermediate_consignee="Agentura Tranzit",
             intermediate_consignee_country="KZ")  # fmt: skip
    book.add("S", "2023-04-01", CHIPS, consignee="Agentura Tranzit", **TO_KZ)
    assert "02" not in rules_of(checked(settings, tmp_path, book), "S")


def test_goods_to_an_occupied_territory_are_held_and_ukraine_stays_ukraine(
    settings: Settings, tmp_path: Path
) -> None:
    book = Ledger()
    for number, place in {"crimea": "Crimea", "donetsk": "Donetsk People's Republic",
                          "kyiv": "Ukraine"}.items():  # fmt: skip
        book.add(number, "2023-04-01", APPLES, exporter_country="DE", consignee="Any Firm",
                 consignee_country=place, destination_country=place)  # fmt: skip
    result = checked(settings, tmp_path, book)
    action = {f["shipment_id"]: f["action"] for f in result.findings.to_pylist()}
    assert action == {"crimea": "hold", "donetsk": "hold", "kyiv": "release"}
    assert all(stop.country == "UA" for stop in result.result.findings[0].route[-1:])


def test_what_was_listed_after_the_day_that_counts_as_today_is_not_known(
    settings: Settings, tmp_path: Path
) -> None:
    listed(settings, tmp_path, "m", {"record_id": "1", "name": "Vostochny Zarya Pribor",
                                     "listed_from": "2024-05-01"})  # fmt: skip
    book = Ledger()
    book.add("S", "2023-04-01", CHIPS, consignee="Vostochny Zarya Pribor", **TO_KZ)
    file = book.write(tmp_path / "s.csv")
    before = enduse.check(file, settings=settings, as_of=date(2023, 12, 31))
    after = enduse.check(file, settings=settings, as_of=date(2024, 5, 31))
    assert "listed-since" not in rules_of(before, "S")
    assert "listed-since" in rules_of(after, "S")


def test_the_same_record_is_not_counted_by_name_and_by_address(
    settings: Settings, tmp_path: Path
) -> None:
    address = "17 Zavodskaya Street, building 4, 620017 Yekaterinburg"
    listed(settings, tmp_path, "m", {"record_id": "1", "name": "Vostochny Zarya Pribor",
                                     "address": address, "listed_from": "2020-01-01"})  # fmt: skip
    book = Ledger()
    book.add("same", "2023-04-01", CHIPS, consignee="Vostochny Zarya Pribor",
             consignee_address=address, **TO_KZ)  # fmt: skip
    book.add("other", "2023-04-01", CHIPS, consignee="Tengri Elektro",
             consignee_address=address, **TO_KZ)  # fmt: skip
    result = checked(settings, tmp_path, book)
    assert "09" not in rules_of(result, "same")
    assert "09" in rules_of(result, "other")
