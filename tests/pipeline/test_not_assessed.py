"""What could not be assessed is said, for a line, a run and in run.json; it never reads as clear."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

import enduse
from enduse.settings import Settings

LINE = {
    "shipment_id": ["S1"],
    "date": ["2023-05-01"],
    "exporter": ["Formosa Bright Parts"],
    "exporter_country": ["TW"],
    "consignee": ["Anadolu Devre"],
    "consignee_country": ["TR"],
    "export_country": ["TW"],
    "destination_country": ["TR"],
    "hs_code": ["854231"],
    "quantity": ["10"],
}


def test_without_registry_lists_and_history_the_run_says_so(settings: Settings) -> None:
    result = enduse.check(pa.table(LINE), settings=settings)
    reasons = {(gap["rule"], gap["reason"]): gap["lines"] for gap in result.run["not_assessed"]}
    assert reasons["01", "No company registry was given."] == 1
    assert reasons["listed", "No list of parties is in the workspace."] == 1
    assert reasons["26", "The Harmonized System nomenclature is not in the workspace."] == 1
    assert ("02", "The records held do not reach far enough back before the embargo.") in reasons
    for_the_run = [row for row in result.evidence.to_pylist() if row["subject_kind"] == "run"]
    assert {row["rule"] for row in for_the_run} >= {"01", "02", "listed", "26"}
    assert all(row["shipment_id"] is None and row["weight"] == 0 for row in for_the_run)


def test_the_outputs_have_exactly_the_promised_columns(settings: Settings, tmp_path: Path) -> None:
    result = enduse.check(pa.table(LINE), settings=settings, out=tmp_path / "out")
    assert result.findings.column_names == ["shipment_id", "line_no", "score", "action", "rank"]
    assert result.evidence.column_names == [
        "shipment_id", "line_no", "subject_kind", "subject_id", "rule", "status", "weight",
        "statement", "sources",
    ]  # fmt: skip
    assert (tmp_path / "out" / "rejects.csv").read_text().strip() == "row,column,value,reason"
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "findings.parquet", "evidence.parquet", "rejects.csv", "desk.parquet", "run.json",
    }  # fmt: skip
