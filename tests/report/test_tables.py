"""The tables beside the report: nothing in them runs, and every count is said."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.model import EVIDENCE, FINDINGS
from enduse.report import write_tables
from enduse.report.workbook import Sheet, write_workbook

FORMULAS = [
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "Foo;=1+1",
    'Foo; "=1+1"',
    "two\n=lines",
    "＝1+1",
]


def _findings(*rows: tuple[str, float, str]) -> pa.Table:
    return pa.table(
        {
            "shipment_id": [row[0] for row in rows],
            "line_no": pa.array([1] * len(rows), pa.int32()),
            "score": [row[1] for row in rows],
            "action": [row[2] for row in rows],
            "rank": pa.array(range(1, len(rows) + 1), pa.int64()),
        },
        schema=FINDINGS,
    )


def _evidence(*rows: tuple[str | None, str, float, str]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "shipment_id": shipment,
                "line_no": 1 if shipment else None,
                "subject_kind": "party",
                "subject_id": "consignee",
                "rule": rule,
                "status": "supports",
                "weight": weight,
                "statement": statement,
                "sources": [
                    {"dataset": "us-csl", "version": "2025-06-27", "record": "7"},
                    {"dataset": "registry", "version": None, "record": "row 3"},
                ],
            }
            for shipment, rule, weight, statement in rows
        ],
        schema=EVIDENCE,
    )


def _csv(path: Path, delimiter: str = ",") -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    findings = _findings(
        ("S-1", 12.5, "hold"), ("=S-2", 7.0, "review"), ("S-3", -1.0, "release"), ("S-4", 5, "hold")
    )
    evidence = _evidence(
        ("=S-2", "10", 1.0, FORMULAS[0]),
        ("S-3", "01", 9.0, "of a released line"),
        (None, "11", 0.0, "of the whole run"),
        ("S-1", "20", 2.5, "lighter"),
        ("S-1", "01", 10.0, "heavier"),
    )
    pq.write_table(findings, tmp_path / "findings.parquet")
    pq.write_table(evidence, tmp_path / "evidence.parquet")
    written = write_tables(
        tmp_path / "findings.parquet", tmp_path / "evidence.parquet", tmp_path / "out", limit=2
    )
    assert (written.lines, written.lines_in_all) == (2, 3)
    return tmp_path / "out"


def test_the_best_lines_to_hold_or_review_come_first_and_released_ones_do_not(tables: Path) -> None:
    rows = _csv(tables / "findings.csv")
    assert rows[0] == FINDINGS.names
    assert [row[0] for row in rows[1:]] == ["S-1", "'=S-2"]


def test_evidence_follows_its_lines_heaviest_first(tables: Path) -> None:
    rows = _csv(tables / "evidence.csv")
    assert [(row[0], row[7]) for row in rows[1:]] == [
        ("S-1", "heavier"),
        ("S-1", "lighter"),
        ("'=S-2", "'" + FORMULAS[0]),
    ]
    assert rows[1][8] == "us-csl · 2025-06-27 · 7; registry ·  · row 3"


def test_json_nests_the_evidence_and_keeps_every_value_as_it_was(tables: Path) -> None:
    document = json.loads((tables / "findings.json").read_text("utf-8"))
    assert (document["lines"], document["lines_in_all"]) == (2, 3)
    first, second = document["findings"]
    assert [item["statement"] for item in first["evidence"]] == ["heavier", "lighter"]
    assert second["shipment_id"] == "=S-2"
    assert second["evidence"][0]["sources"][0]["dataset"] == "us-csl"


def test_the_workbook_says_how_many_lines_it_left_out(tables: Path) -> None:
    book = openpyxl.load_workbook(tables / "findings.xlsx")
    assert book.sheetnames == ["findings", "evidence", "about"]
    about = " ".join(str(row[0].value) for row in book["about"].iter_rows())
    assert "action hold or review: 3." in about
    assert "the first 2 by rank" in about
    assert [cell.value for cell in book["findings"][2]] == ["S-1", 1, 12.5, "hold", 1]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_can_run_as_a_formula(tmp_path: Path, text: str) -> None:
    findings = _findings((text, 9.0, "hold"))
    write_tables(findings, _evidence((text, "10", -1.0, text)), tmp_path)
    for name in ("findings", "evidence"):
        # Excel reads the file with either separator, as the system's decimal sign has it.
        for delimiter in ",;":
            rows = _csv(tmp_path / f"{name}.csv", delimiter)
            cells = [cell.lstrip(' "') for row in rows for cell in row]
            assert not [c for c in cells if c[:1] in tuple("=+@\t\r＝＋－＠")], cells
            assert not [c for c in cells if c[:1] == "-" and c != "-1"], cells
        for row in openpyxl.load_workbook(tmp_path / "findings.xlsx")[name].iter_rows(min_row=2):
            for cell in row:
                assert cell.data_type in ("n", "s")
                assert isinstance(cell.value, str) == (cell.data_type == "s")
                assert cell.data_type == "n" or cell.quotePrefix


def test_nothing_to_look_at_gives_empty_tables(tmp_path: Path) -> None:
    written = write_tables(_findings(("S-1", 0.0, "release")), _evidence(), tmp_path)
    assert (written.lines, written.lines_in_all) == (0, 0)
    assert len(_csv(tmp_path / "findings.csv")) == 1
    assert json.loads((tmp_path / "findings.json").read_text())["findings"] == []


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_any_text_survives_the_workbook(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("book") / "texts.xlsx"
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    write_workbook(path, [Sheet("texts", pa.table({"text": texts}))])
    rows = openpyxl.load_workbook(path)["texts"].iter_rows(min_row=2, values_only=True)
    read = [row[0] or "" for row in rows]
    for was, now in zip(texts, read, strict=True):
        assert [c for c in now if c.isalnum()] == [c for c in was if c.isalnum()]


def test_a_value_longer_than_a_cell_is_cut_visibly(tmp_path: Path) -> None:
    write_workbook(tmp_path / "long.xlsx", [Sheet("a", pa.table({"text": ["x" * 40_000]}))])
    value = openpyxl.load_workbook(tmp_path / "long.xlsx")["a"]["A2"].value
    assert len(value) == 32_767
    assert value.endswith("…")
