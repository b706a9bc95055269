"""Sales of a distributor."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.errors import InputError
from enduse.model.components import SALES
from enduse.records import SalesReport, part_key, part_keys, read_sales, sales_report
from enduse.settings import Settings

SALE = {
    "sale_id": "S1",
    "date": "2022-11-03",
    "part_number": "STM32F765VIT6",
    "lot": "GQ-22",
    "date_code": "2230",
    "serials": "A1;A2",
    "quantity": "500",
    "customer": "Jade Harbour Components Co., Ltd.",
    "ship_to": "Almaty",
    "country": "Kazakhstan",
    "invoice": "INV-7",
}
Read = Callable[..., tuple[list[dict[str, Any]], SalesReport, list[dict[str, str]]]]


@pytest.fixture
def read(tmp_path: Path, settings: Settings) -> Read:
    def run(source: Any, **options: Any) -> tuple[list[dict[str, Any]], SalesReport, list[Any]]:
        out, rejects = tmp_path / "out" / "sales.parquet", tmp_path / "out" / "rejects.csv"
        report = read_sales(source, out=out, rejects=rejects, settings=settings, **options)
        lines = pq.read_table(out)
        assert lines.schema.remove_metadata().equals(SALES.remove_metadata())
        assert report.read == report.accepted + report.rejected
        assert report.accepted == lines.num_rows
        assert sales_report(out) == report
        assert {path.name for path in out.parent.iterdir()} == {rejects.name, out.name}
        with rejects.open(encoding="utf-8", newline="") as file:
            return lines.to_pylist(), report, list(csv.DictReader(file))

    return run


def test_a_sale_is_read_with_the_keys_that_it_is_compared_by(
    read: Read, write_csv: Callable[..., Path]
) -> None:
    (sale,), report, rejects = read(write_csv([SALE]))
    assert rejects == []
    assert (sale["date"], sale["quantity"], sale["country"]) == (date(2022, 11, 3), 500.0, "KZ")
    assert (sale["part_key"], sale["lot_key"]) == ("STM32F765VIT6", "GQ22")
    assert (report.with_lot, report.with_date_code, report.with_serials) == (1, 1, 1)


@pytest.mark.parametrize("form", ["xlsx", "json list", "json object", "json lines", "parquet"])
def test_all_forms_of_a_file_say_the_same(
    read: Read, write_jsonl: Callable[..., Path], tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"sales.{form.split()[0]}"
    match form:
        case "xlsx":
            book = openpyxl.Workbook()
            book.active.append(list(SALE))
            book.active.append(list(SALE.values()))
            book.save(path)
        case "json list":
            path.write_text(json.dumps([SALE]))
        case "json object":
            path.write_text(json.dumps({"made": "2023", "sales": [SALE]}, indent=1))
        case "json lines":
            path = write_jsonl([SALE])
        case "parquet":
            pq.write_table(pa.Table.from_pylist([SALE]), path)
    (sale,), report, _ = read(path)
    assert (sale["sale_id"], sale["serials"], sale["quantity"]) == ("S1", "A1;A2", 500.0)
    assert report.name == str(path)
    assert len(report.digest) == 64


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("date", "03/04/2022", "could be day first or month first"),
        ("date", "2022-02-30", "no such day"),
        ("quantity", "0", "is not above 0"),
        ("quantity", "-5", "is not above 0"),
        ("quantity", "1,000", "may be a decimal mark or part thousands"),
        ("country", "Atlantis", "no country that is known"),
        ("customer", "", "is required and missing"),
        ("sale_id", "", "is required and missing"),
        ("part_number", "", "is required and missing"),
    ],
)
def test_a_line_that_breaks_a_rule_is_rejected_with_its_reason(
    read: Read, write_csv: Callable[..., Path], column: str, value: str, reason: str
) -> None:
    good = {**SALE, "sale_id": "S2"}
    lines, report, rejects = read(write_csv([{**SALE, column: value}, good]))
    assert [sale["sale_id"] for sale in lines] == ["S2"]
    assert report.rejected == 1
    (reject,) = rejects
    assert (reject["row"], reject["column"]) == ("2", column)
    assert reason in reject["reason"]


def test_a_line_that_comes_again_is_rejected_and_one_that_says_otherwise_is_kept_and_doubted(
    read: Read, write_csv: Callable[..., Path]
) -> None:
    other_part = {**SALE, "part_number": "LM2575T-5.0"}
    lines, report, rejects = read(write_csv([SALE, {**SALE, "quantity": "700"}, SALE, other_part]))
    assert sorted(sale["quantity"] for sale in lines) == [500.0, 500.0, 700.0]
    assert [(r["row"], r["reason"]) for r in rejects] == [
        ("4", "the same line stands in row 2 already")
    ]
    assert report.doubts == {"sale_id": 2}
    doubted = [sale["quantity"] for sale in lines if sale["doubts"]]
    assert sorted(doubted) == [500.0, 700.0]


def test_lines_are_ordered_by_part_whatever_their_order_was(
    read: Read, write_csv: Callable[..., Path]
) -> None:
    parts = ["ZX81-B", "ab 12", "LM2575T", "AB-12"]
    rows = [{**SALE, "sale_id": f"S{n}", "part_number": part} for n, part in enumerate(parts)]
    lines, *_ = read(write_csv(rows))
    assert [sale["part_key"] for sale in lines] == ["AB12", "AB12", "LM2575T", "ZX81B"]
    again, *_ = read(write_csv(rows[::-1]))
    assert [{**sale, "row": 0} for sale in again] == [{**sale, "row": 0} for sale in lines]


def test_sales_without_lots_are_read_and_the_report_says_that_there_are_none(
    read: Read, write_csv: Callable[..., Path]
) -> None:
    bare = {name: SALE[name] for name in ("sale_id", "date", "part_number", "quantity", "customer")}
    (sale,), report, _ = read(write_csv([bare]), seller="Formosa Parts")
    assert (sale["lot"], sale["lot_key"], sale["seller"]) == (None, None, "Formosa Parts")
    assert (report.with_lot, report.with_date_code) == (0, 0)


def test_a_file_without_a_required_column_is_refused_and_what_was_there_stays(
    read: Read, write_csv: Callable[..., Path], tmp_path: Path
) -> None:
    read(write_csv([SALE]))
    with pytest.raises(InputError, match="lacks the required column quantity"):
        read(write_csv([{name: value for name, value in SALE.items() if name != "quantity"}]))
    assert pq.read_table(tmp_path / "out" / "sales.parquet").num_rows == 1


@given(st.text("aZ09 -/_+#.ЖяёıΩ中ＡⅣ", max_size=12))
def test_one_key_is_as_the_keys_of_a_column(text: str) -> None:
    (column,) = part_keys(pa.array([text])).to_pylist()
    assert part_key(text) == column
