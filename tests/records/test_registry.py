"""Company registries."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from enduse.errors import InputError
from enduse.model import REGISTRY
from enduse.records import ReadReport, read_registry
from enduse.records.formats import ColumnMapping, Formats
from enduse.settings import Settings

COMPANY = {
    "entity_id": "KZ-7",
    "name": "Alatau Meridian LLP",
    "country": "Kazakhstan",
    "incorporation_date": "2022-05-04",
    "officers": "Aigerim S.; Boris T.",
    "owners": "Jade Harbour|51%|2022-05-04|;Silk Gate Ltd|0.49||2023-01-31",
}
OWNERS = [
    {"name": "Jade Harbour", "share": 0.51, "from": date(2022, 5, 4), "to": None},
    {"name": "Silk Gate Ltd", "share": 0.49, "from": None, "to": date(2023, 1, 31)},
]

Read = Callable[..., tuple[pa.Table, ReadReport, list[dict[str, str]]]]


@pytest.fixture
def read(tmp_path: Path, settings: Settings) -> Read:
    def run(source: Any, **options: Any) -> tuple[pa.Table, ReadReport, list[dict[str, str]]]:
        rejects = tmp_path / "rejects.csv"
        companies, report = read_registry(source, rejects=rejects, settings=settings, **options)
        assert report.read == report.accepted + report.rejected
        assert report.accepted == companies.num_rows
        assert companies.schema.equals(REGISTRY)
        with rejects.open(encoding="utf-8", newline="") as file:
            return companies, report, list(csv.DictReader(file))

    return run


def test_officers_and_owners_are_read_from_text(read: Read, write_csv: Callable[..., Any]) -> None:
    companies, _, rejects = read(write_csv([COMPANY]))
    assert rejects == []
    (found,) = companies.to_pylist()
    assert found["country"] == "KZ"
    assert found["incorporation_date"] == date(2022, 5, 4)
    assert found["officers"] == ["Aigerim S.", "Boris T."]
    assert found["owners"] == OWNERS
    assert found["address"] is None


@pytest.mark.parametrize("form", ["jsonl", "parquet", "json in csv"])
def test_officers_and_owners_are_read_from_lists(
    read: Read,
    write_csv: Callable[..., Any],
    write_jsonl: Callable[..., Any],
    tmp_path: Path,
    form: str,
) -> None:
    owners: list[dict[str, Any]] = [
        {"name": "Jade Harbour", "share": 0.51, "from": "2022-05-04"},
        {"name": "Silk Gate Ltd", "share": "49 %", "to": "2023-01-31"},
    ]
    company: dict[str, Any] = {**COMPANY, "officers": ["Aigerim S.", "Boris T."], "owners": owners}
    source: Any
    match form:
        case "jsonl":
            source = write_jsonl([company])
        case "parquet":
            source = tmp_path / "registry.parquet"
            pq.write_table(pa.Table.from_pylist([{**company, "owners": OWNERS}]), source)
        case _:
            text = str(owners).replace("'", '"')
            source = write_csv(
                [{**COMPANY, "officers": '["Aigerim S.", "Boris T."]', "owners": text}]
            )
    companies, _, rejects = read(source)
    assert rejects == []
    assert companies["officers"].to_pylist() == [["Aigerim S.", "Boris T."]]
    assert companies["owners"].to_pylist() == [OWNERS]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("entity_id", "", "required and missing"),
        ("country", "Atlantis", "no country"),
        ("incorporation_date", "04.05.2022", "day first or month first"),
        ("owners", "Jade|51", "'51' is no share from 0 to 1"),
        ("owners", "Jade|half", "'half' is no share"),
        ("owners", "Jade|nan", "'nan' is no share"),
        ("owners", "|51%", "an owner without a name"),
        ("owners", "Jade|51%|2023-02-30", "'2023-02-30' there is no such day"),
        ("owners", "Jade|51%|2023-05-01|20230101", "an owner from 2023-05-01 to 2023-01-01"),
        ("owners", "Jade|51%|||more", "no list of owners"),
        ("owners", '["Jade"]', "no list of owners"),
        ("owners", '[{"name": "Jade", "percent": 51}]', "no list of owners"),
        ("owners", '[{"name": "Jade"', "no list of owners"),
        ("officers", '[{"name": "Aigerim"}]', "no list of plain values"),
    ],
)
def test_a_company_that_breaks_a_rule_is_rejected(
    read: Read, write_csv: Callable[..., Any], column: str, value: str, reason: str
) -> None:
    broken = {**COMPANY, "entity_id": "KZ-8", column: value}
    companies, report, rejects = read(write_csv([COMPANY, broken]))
    assert companies["entity_id"].to_pylist() == ["KZ-7"]
    assert report.rejected == 1
    assert (rejects[0]["row"], rejects[0]["column"]) == ("3", column)
    assert reason in rejects[0]["reason"]


def test_an_old_company_is_a_company(read: Read, write_csv: Callable[..., Any]) -> None:
    companies, _, _ = read(write_csv([{**COMPANY, "incorporation_date": "1847-10-01"}]))
    assert companies["incorporation_date"].to_pylist() == [date(1847, 10, 1)]


def test_formats_of_a_mapping_hold_for_owners_too(
    read: Read, write_csv: Callable[..., Any]
) -> None:
    row = {**COMPANY, "incorporation_date": "13.05.2021", "owners": "A. Owner|51,5%|01.02.2022|"}
    mapping = ColumnMapping({}, Formats(date="DD.MM.YYYY", decimal=","))
    companies, _, _ = read(write_csv([row]), mapping=mapping)
    assert companies["incorporation_date"].to_pylist() == [date(2021, 5, 13)]
    (owner,) = companies["owners"].to_pylist()[0]
    assert (owner["share"], owner["from"]) == (0.515, date(2022, 2, 1))


def test_an_entity_that_comes_again_is_rejected(read: Read, write_csv: Callable[..., Any]) -> None:
    rows = [COMPANY, {**COMPANY, "entity_id": "KZ-9"}, {**COMPANY, "name": "Other"}]
    companies, report, rejects = read(write_csv(rows))
    assert companies["name"].to_pylist() == ["Alatau Meridian LLP"] * 2
    assert report.rejected == 1
    assert rejects[0]["row"] == "4"
    assert rejects[0]["reason"] == "this entity stands in row 2 already: the first stays"


def test_doubts_are_counted(read: Read, write_csv: Callable[..., Any]) -> None:
    _, report, _ = read(write_csv([{**COMPANY, "name": "Alatau\u202eDTL"}]))
    assert report.doubts == {"name": 1}


def test_a_registry_without_names_is_an_error(read: Read, write_csv: Callable[..., Any]) -> None:
    with pytest.raises(InputError, match="lacks the required columns name, country") as caught:
        read(write_csv([{"entity_id": "1", "officers": "x"}]))
    assert "--registry-map" in caught.value.hint
    assert "enduse map" not in caught.value.hint
