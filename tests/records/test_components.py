"""Records of recovered components."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from enduse.errors import InputError
from enduse.records import ReadReport, read_components
from enduse.settings import Settings

RECORD = {
    "component_id": "C1",
    "weapon": "Kh-101",
    "marking_raw": "STM32F765VIT6\nGQ 2230 CHN",
    "manufacturer_country": "Switzerland",
    "serials": "A1; A2",
    "recovered_on": "2023-02-01",
    "recovered_place": "Kyiv",
    "custody": "laboratory",
    "source": "field report 7",
}
Read = Callable[[Path], tuple[list[dict[str, Any]], ReadReport, list[dict[str, str]]]]


@pytest.fixture
def read(tmp_path: Path, settings: Settings) -> Read:
    def run(source: Path) -> tuple[list[dict[str, Any]], ReadReport, list[dict[str, str]]]:
        rejects = tmp_path / "rejects.csv"
        records, report = read_components(source, rejects=rejects, settings=settings)
        assert report.read == report.accepted + report.rejected
        assert report.accepted == records.num_rows
        with rejects.open(encoding="utf-8", newline="") as file:
            return records.to_pylist(), report, list(csv.DictReader(file))

    return run


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "jsonl"])
def test_a_record_is_read_from_every_form(
    read: Read,
    write_csv: Callable[..., Path],
    write_jsonl: Callable[..., Path],
    tmp_path: Path,
    form: str,
) -> None:
    path = tmp_path / f"components.{form}"
    match form:
        case "csv":
            path = write_csv([RECORD])
        case "xlsx":
            book = openpyxl.Workbook()
            book.active.append(list(RECORD))
            book.active.append(list(RECORD.values()))
            book.save(path)
        case "json":
            path.write_text(json.dumps([{**RECORD, "serials": ["A1", "A2"]}]))
        case "jsonl":
            path = write_jsonl([{**RECORD, "serials": ["A1", "A2"]}])
    (record,), report, rejects = read(path)
    assert rejects == []
    assert (record["manufacturer_country"], record["serials"]) == ("CH", "A1;A2")
    assert record["recovered_on"] == report.first_date == date(2023, 2, 1)
    assert record["marking_raw"] == "STM32F765VIT6\nGQ 2230 CHN"
    assert record["part_number"] is None


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("recovered_on", "2023-02-31", "no such day"),
        ("recovered_on", "01.02.2023", "could be day first or month first"),
        ("recovered_on", str(date.today() + timedelta(days=3)), "is after"),
        ("manufacturer_country", "Atlantis", "no country that is known"),
        ("country_of_assembly", "Korea", "could be North Korea (KP) or South Korea (KR)"),
        ("component_id", "", "is required and missing"),
    ],
)
def test_a_record_that_breaks_a_rule_is_rejected_with_its_reason(
    read: Read, write_csv: Callable[..., Path], column: str, value: str, reason: str
) -> None:
    good = {**RECORD, "component_id": "C2", "country_of_assembly": "CN"}
    records, _, rejects = read(write_csv([{**good, "component_id": "C1", column: value}, good]))
    assert [record["component_id"] for record in records] == ["C2"]
    (reject,) = rejects
    assert (reject["row"], reject["column"]) == ("2", column)
    assert reason in reject["reason"]


def test_three_countries_are_three_columns(read: Read, write_csv: Callable[..., Path]) -> None:
    countries = {"country_of_assembly": "Malaysia", "country_of_sale": "Hong Kong"}
    (record,), *_ = read(write_csv([{**RECORD, **countries}]))
    assert record["manufacturer_country"] == "CH"
    assert record["country_of_assembly"] == "MY"
    assert record["country_of_sale"] == "HK"


def test_rows_of_one_id_are_told_apart_as_copies_and_contradictions(
    read: Read, write_csv: Callable[..., Path]
) -> None:
    dated = {**RECORD, "date_code": "2230"}
    records, report, rejects = read(
        write_csv([dated, dated, {**dated, "date_code": "2231", "custody": ""}])
    )
    (record,) = records
    assert record["date_code"] == "2230"
    assert record["contradictions"] == "in row 4 date_code is '2231'; custody is ''"
    assert [r["row"] for r in rejects] == ["3", "4"]
    assert rejects[0]["reason"] == "the same record stands in row 2 already"
    assert "date_code is '2231'" in rejects[1]["reason"]
    assert report.rejected == 2


def test_a_list_of_other_things_than_records_is_refused(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "components.json"
    path.write_text('["C1", "C2"]')
    with pytest.raises(InputError, match="list of other things than objects"):
        read(path)
