"""The same table in every form; and each form's own ways to be broken."""

from __future__ import annotations

import sqlite3
import sys
import types
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from enduse.errors import InputError, UsageError

Line = Callable[..., dict[str, str]]


@pytest.fixture
def write_xlsx(tmp_path: Path) -> Callable[..., Path]:
    def write(rows: list[dict[str, Any]], merge: tuple[str, ...] = ()) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append([row.get(column) for column in rows[0]])
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if cell.data_type == "f":
                cell.data_type = "s"
        for cells in merge:
            sheet.merge_cells(cells)
        path = tmp_path / "orders.xlsx"
        book.save(path)
        return path

    return write


@pytest.fixture
def table(line: Line) -> list[dict[str, Any]]:
    """Three good lines and two that are not."""
    rows = [
        line(description="мікросхеми", unit="kg", vessel_imo="9074728"),
        line(description="積體電路 'x' \"y\"", value="12.50", currency="USD"),
        line(quantity="0"),
        line(description="=1+1", date="2024-02-29"),
        line(hs_code="EAR99"),
    ]
    columns = dict.fromkeys(column for row in rows for column in row)
    return [{column: row.get(column) for column in columns} for row in rows]


def typed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with dates and numbers as a database or spreadsheet has them."""
    kinds = {"date": date.fromisoformat, "quantity": int, "value": float, "line_no": int}
    return [
        {c: v if v is None or c not in kinds else kinds[c](v) for c, v in row.items()}
        for row in rows
    ]


def in_sqlite(rows: list[dict[str, Any]], path: Path) -> str:
    with sqlite3.connect(path) as database:
        database.execute(f"CREATE TABLE orders ({', '.join(rows[0])})")
        marks = ", ".join("?" * len(rows[0]))
        database.executemany(
            f"INSERT INTO orders VALUES ({marks})",
            [[v.isoformat() if isinstance(v, date) else v for v in r.values()] for r in rows],
        )
    database.close()
    return f"sqlite:///{path}"


def in_duckdb(rows: list[dict[str, Any]], path: Path) -> str:
    with duckdb.connect(str(path)) as database:
        database.register("given", pa.Table.from_pylist(rows))
        database.execute("CREATE TABLE orders AS SELECT * FROM given")
    return f"duckdb:///{path}"


FORMS = ["csv", "xlsx", "parquet", "jsonl", "pandas", "polars", "arrow", "sqlite", "duckdb"]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_table_gives_the_same_lines(
    read: Callable[..., Any],
    write_csv: Callable[..., Any],
    write_jsonl: Callable[..., Any],
    write_xlsx: Callable[..., Any],
    tmp_path: Path,
    table: list[dict[str, Any]],
    form: str,
) -> None:
    expected = read(write_csv([{c: v or "" for c, v in row.items()} for row in table]))
    rows = typed(table)
    options = {"query": "SELECT * FROM orders"} if form in ("sqlite", "duckdb") else {}
    source: Any
    match form:
        case "csv":
            source = write_csv([{c: v or "" for c, v in row.items()} for row in table])
        case "xlsx":
            source = write_xlsx(rows)
        case "parquet":
            source = tmp_path / "orders.parquet"
            pq.write_table(pa.Table.from_pylist(rows), source)
        case "jsonl":
            source = write_jsonl([{**row, "date": str(row["date"])} for row in rows])
        case "pandas":
            source = pd.DataFrame(rows)
        case "polars":
            source = pl.DataFrame(rows)
        case "arrow":
            source = pa.Table.from_pylist(rows)
        case "sqlite":
            source = in_sqlite(rows, tmp_path / "orders.db")
        case "duckdb":
            source = in_duckdb(rows, tmp_path / "orders.duckdb")
    outcome = read(source, **options)
    offset = 1 if form in ("csv", "xlsx") else 0
    assert outcome.table.drop("source_row").equals(expected.table.drop("source_row"))
    assert outcome.table["source_row"].to_pylist() == [row + offset for row in (1, 2, 4)]
    assert outcome.reasons == expected.reasons
    assert outcome.report.doubts == {"vessel_imo": 1}
    assert (outcome.report.digest == "") == (form in ("pandas", "polars", "arrow"))


@pytest.mark.parametrize("form", ["parquet", "xlsx", "jsonl", "sqlite", "pandas", "mixed"])
def test_an_hs_code_that_is_a_number_is_rejected_row_by_row(
    read: Callable[..., Any],
    write_jsonl: Callable[..., Any],
    write_xlsx: Callable[..., Any],
    tmp_path: Path,
    line: Line,
    form: str,
) -> None:
    rows: list[dict[str, Any]] = [{**line(), "hs_code": 85423190} for _ in range(2)]
    source: Any
    match form:
        case "parquet":
            source = tmp_path / "orders.parquet"
            pq.write_table(pa.Table.from_pylist(rows), source)
        case "xlsx":
            source = write_xlsx(rows)
        case "jsonl":
            source = write_jsonl(rows)
        case "sqlite":
            source = in_sqlite(rows, tmp_path / "orders.db")
        case "pandas":
            source = pd.DataFrame(rows)
        case "mixed":
            source = pd.DataFrame([*rows, line()])
    options = {"query": "SELECT * FROM orders"} if form == "sqlite" else {}
    outcome = read(source, **options)
    assert outcome.report.rejected == 2
    assert outcome.report.accepted == (1 if form == "mixed" else 0)
    assert {(r["column"], r["value"]) for r in outcome.rejects} == {("hs_code", "85423190")}
    assert all("leading zero may be lost: store it as text" in why for why in outcome.reasons)


def test_types_without_text_of_their_own_are_shown_as_they_can(
    read: Callable[..., Any], line: Line
) -> None:
    span = pa.array([pa.MonthDayNano([1, 15, 0])])
    rows = pa.Table.from_pylist([line()]).append_column("lot", span)
    rows = rows.append_column("date_code", pa.array([b"2419"], pa.binary(4)))
    (found,) = read(rows).lines
    assert "months=1, days=15" in found["lot"]
    assert "2419" in found["date_code"]


def test_something_that_is_no_table_is_wrong_usage(read: Callable[..., Any]) -> None:
    with pytest.raises(UsageError, match="A list is nothing to read rows from"):
        read([{"shipment_id": "A"}])


def test_the_first_visible_sheet_is_read(
    read: Callable[..., Any], write_xlsx: Callable[..., Any], line: Line
) -> None:
    path = write_xlsx([line()])
    book = openpyxl.load_workbook(path)
    book.create_sheet("notes", 0).sheet_state = "hidden"
    book.save(path)
    assert read(path).report.format == "xlsx, sheet 'Sheet' of 2"


def test_times_and_zones_are_taken_by_their_own_day(read: Callable[..., Any], line: Line) -> None:
    moment = datetime.fromisoformat("2024-05-13T23:30:00+00:00")
    rows = pa.Table.from_pylist([line()])
    zoned = pa.array([moment], pa.timestamp("us", tz="Asia/Taipei"))
    (found,) = read(rows.set_column(rows.schema.get_field_index("date"), "date", zoned)).lines
    assert found["date"] == date(2024, 5, 14)


def test_numbers_that_pandas_made_floats_are_whole_again(
    read: Callable[..., Any], line: Line
) -> None:
    frame = pd.DataFrame([line(), line()])
    frame["shipment_id"] = [1001.0, 1002.5]
    frame["end_user"] = [float("nan"), "Alatau"]
    found = read(frame).lines
    assert [row["shipment_id"] for row in found] == ["1001", "1002.5"]
    assert [row["end_user"] for row in found] == [None, "Alatau"]


def test_lists_are_joined_and_objects_are_no_values(
    read: Callable[..., Any], write_jsonl: Callable[..., Any], line: Line
) -> None:
    rows = [
        {**line(), "serials": ["A1", "A2"], "transit_countries": ["HK", "AE"]},
        {**line(), "consignee": {"name": "Alatau"}},
        {**line(), "serials": [{"no": 1}]},
    ]
    outcome = read(write_jsonl(rows))
    assert outcome.lines[0]["serials"] == "A1;A2"
    assert outcome.lines[0]["transit_countries"] == "HK;AE"
    assert outcome.reasons == [
        "holds a list or an object, not a value",
        "is no list of plain values",
    ]
    in_memory = read(pa.Table.from_pylist([rows[0]]))
    assert in_memory.lines[0]["serials"] == "A1;A2"
    nested = pa.Table.from_pylist([rows[1]])
    assert read(nested).reasons == ["holds a list or an object, not a value"]


def test_a_bad_line_of_json_lines_is_a_reject(
    read: Callable[..., Any], write_jsonl: Callable[..., Any], line: Line
) -> None:
    path = write_jsonl([line(), line()])
    one, two = path.read_text().splitlines()
    path.write_text(f'{one}\n{{"shipment_id": "cut\n\n[1, 2]\n{two}\n')
    outcome = read(path)
    assert outcome.table["source_row"].to_pylist() == [1, 5]
    assert [reject["row"] for reject in outcome.rejects] == ["2", "4"]
    assert outcome.reasons[0] == "the line is not one JSON object"


def test_a_key_that_comes_late_and_keys_with_odd_names_are_seen(
    read: Callable[..., Any], write_jsonl: Callable[..., Any], line: Line
) -> None:
    rows = [line() for _ in range(50)]
    odd = {'consignee/"of" ~1.': rows[-1].pop("consignee")}
    outcome = read(
        write_jsonl([*rows[:-1], {**rows[-1], **odd, "end_user": "Alatau"}]),
        mapping={"consignee": 'consignee/"of" ~1.'},
    )
    assert outcome.report.accepted == 1
    assert outcome.lines[0]["end_user"] == "Alatau"


def test_one_json_list_is_no_json_lines(read: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    path.write_text('[\n {"shipment_id": "A"}\n]')
    with pytest.raises(InputError, match="one JSON list"):
        read(path)


def test_rows_in_merged_cells_are_rejected(
    read: Callable[..., Any], write_xlsx: Callable[..., Any], line: Line
) -> None:
    rows = [line(remark="x") for _ in range(6)]
    consignee, remark = (chr(ord("A") + list(rows[0]).index(c)) for c in ("consignee", "remark"))
    outcome = read(write_xlsx(rows, merge=(f"{consignee}3:{consignee}4", f"{remark}6:{remark}7")))
    assert outcome.table["source_row"].to_pylist() == [2, 5, 6, 7]
    assert {(r["row"], r["column"]) for r in outcome.rejects} == {
        ("3", "consignee"),
        ("4", "consignee"),
    }
    assert all("merged cells" in why for why in outcome.reasons)


def test_a_merged_header_is_an_error(
    read: Callable[..., Any], write_xlsx: Callable[..., Any], line: Line
) -> None:
    with pytest.raises(InputError, match="row 1, the header, has merged cells"):
        read(write_xlsx([line()], merge=("A1:B1",)))


def test_spreadsheet_errors_are_no_names_and_empty_rows_are_no_rows(
    read: Callable[..., Any], write_xlsx: Callable[..., Any], line: Line
) -> None:
    rows = [line(consignee="#REF!"), dict.fromkeys(line(), None), line()]
    outcome = read(write_xlsx(rows))
    assert outcome.reasons == ["is a spreadsheet's error, not a value"]
    assert outcome.table["source_row"].to_pylist() == [4]
    assert outcome.report.format == "xlsx, sheet 'Sheet'"


def ole(tmp_path: Path, entry: str) -> Path:
    path = tmp_path / "orders.xlsx"
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    path.write_bytes(magic.ljust(1 << 20, b"\0") + entry.encode("utf-16-le").ljust(4096, b"\0"))
    return path


def test_a_workbook_with_a_password_is_an_error(read: Callable[..., Any], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="protected by a password"):
        read(ole(tmp_path, "EncryptedPackage"))


def test_an_old_workbook_is_an_error(read: Callable[..., Any], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"old \.xls form"):
        read(ole(tmp_path, "Workbook"))


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_cut_workbook_is_an_error(
    read: Callable[..., Any], write_xlsx: Callable[..., Any], line: Line, cut: float
) -> None:
    path = write_xlsx([line()])
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * cut)])
    with pytest.raises(InputError, match="not a whole XLSX workbook"):
        read(path)


def test_a_workbook_with_entities_is_refused(
    read: Callable[..., Any], write_xlsx: Callable[..., Any], line: Line, tmp_path: Path
) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(write_xlsx([line()])) as whole, zipfile.ZipFile(bomb, "w") as changed:
        for part in whole.namelist():
            text = whole.read(part)
            if part.endswith("sheet1.xml"):
                text = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + text
            changed.writestr(part, text)
    with pytest.raises(InputError, match="document type"):
        read(bomb)


@pytest.mark.parametrize("cut", [0.5, 0.99])
def test_a_parquet_file_cut_short_is_an_error(
    read: Callable[..., Any], tmp_path: Path, line: Line, cut: float
) -> None:
    path = tmp_path / "orders.parquet"
    pq.write_table(pa.Table.from_pylist([line() for _ in range(100)]), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * cut)])
    with pytest.raises(InputError, match="not a whole Parquet file"):
        read(path)


def test_a_parquet_file_with_a_damaged_page_is_an_error_and_leaves_nothing(
    read: Callable[..., Any], tmp_path: Path, line: Line
) -> None:
    path = tmp_path / "orders.parquet"
    rows = pa.Table.from_pylist([line() for _ in range(1000)])
    pq.write_table(rows, path, compression="zstd", use_dictionary=False)
    whole = bytearray(path.read_bytes())
    whole[50:400] = b"\xff" * 350
    path.write_bytes(whole)
    with pytest.raises(InputError, match="not a whole Parquet file"):
        read(path)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n", "is empty"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x1f\x8b\x08\x00", "compressed with gzip"),
        (b"<html><table>", "web page"),
        (b'<?xml version="1.0"?>', "web page or XML"),
        (b"SQLite format 3\0", "SQLite database"),
        (b"PK\x03\x04 and no more", "not a whole XLSX workbook"),
    ],
)
def test_a_file_of_another_kind_is_an_error(
    read: Callable[..., Any], tmp_path: Path, start: bytes, message: str
) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(start)
    with pytest.raises(InputError, match=message):
        read(path)


def test_a_file_that_is_not_there_is_an_error(read: Callable[..., Any], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="could not be read: No such file"):
        read(tmp_path / "none.csv")


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "arrow", "sqlite"])
def test_a_header_without_rows_is_an_error(
    read: Callable[..., Any],
    write_csv: Callable[..., Any],
    write_xlsx: Callable[..., Any],
    tmp_path: Path,
    line: Line,
    form: str,
) -> None:
    rows = [line()]
    empty = pa.Table.from_pylist(rows).slice(0, 0)
    source: Any = empty
    match form:
        case "csv":
            source = write_csv(rows)
            source.write_text(source.read_text().splitlines()[0])
        case "xlsx":
            source = write_xlsx([dict(zip(rows[0], [None] * 11, strict=False))])
        case "parquet":
            source = tmp_path / "empty.parquet"
            pq.write_table(empty, source)
        case "sqlite":
            source = in_sqlite(rows, tmp_path / "orders.db")
    query = "SELECT * FROM orders WHERE 1 = 0" if form == "sqlite" else None
    with pytest.raises(InputError, match="has a header and 0 rows"):
        read(source, query=query)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_query_can_rename_and_choose(
    read: Callable[..., Any], tmp_path: Path, line: Line
) -> None:
    url = in_sqlite([line(buyer="Alatau"), line(buyer="", quantity="0")], tmp_path / "o.db")
    query = (
        "SELECT shipment_id, date, exporter, exporter_country, buyer AS consignee,"
        " consignee_country, export_country, destination_country, hs_code, quantity"
        " FROM orders WHERE quantity > '0'"
    )
    outcome = read(url, query=query)
    assert outcome.lines[0]["consignee"] == "Alatau"
    assert len(outcome.report.digest) == 64
    assert read(url, query=query).report.digest == outcome.report.digest


@pytest.mark.parametrize(
    ("url", "query", "kind", "message"),
    [
        ("sqlite:///none.db", "SELECT 1", InputError, "no file none.db"),
        ("mysql://host/db", "SELECT 1", UsageError, "'mysql' is no database that Enduse reads"),
        ("sqlite:///{}", None, UsageError, "needs a query"),
        ("sqlite:///{}", "SELECT * FROM nowhere", InputError, "no such table: nowhere"),
        ("sqlite:///{}", "DELETE FROM orders", InputError, "readonly database"),
        ("postgresql://me:secret@host/db", "SELECT 1", InputError, "psycopg"),
    ],
)
def test_a_database_that_cannot_answer_is_an_error(
    read: Callable[..., Any],
    tmp_path: Path,
    line: Line,
    url: str,
    query: str | None,
    kind: type[Exception],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    path = tmp_path / "orders.db"
    in_sqlite([line()], path)
    with pytest.raises(kind, match=message) as caught:
        read(url.format(path), query=query)
    assert "secret" not in str(caught.value)


def test_postgresql_is_read_by_a_server_side_cursor_that_cannot_write(
    read: Callable[..., Any], tmp_path: Path, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_sqlite([line(), line()], tmp_path / "orders.db")
    driver = types.ModuleType("psycopg")

    class Connection:
        read_only = False

        def cursor(self, *, name: str) -> sqlite3.Cursor:
            assert self.read_only
            assert name
            return sqlite3.connect(tmp_path / "orders.db").cursor()

    driver.connect = lambda url: Connection()  # type: ignore[attr-defined]
    driver.Error = sqlite3.Error  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "psycopg", driver)
    outcome = read("postgresql://me:secret@host:5432/trade", query="SELECT * FROM orders")
    assert outcome.report.accepted == 2
    assert outcome.report.name == "postgresql://host/trade"
