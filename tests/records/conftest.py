"""A declaration line that keeps every rule, and a reading of lines like it."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from enduse.records import ReadReport, read_shipments
from enduse.settings import Settings


@dataclass(frozen=True)
class Outcome:
    report: ReadReport
    table: pa.Table
    rejects: list[dict[str, str]]

    @property
    def lines(self) -> list[dict[str, Any]]:
        return self.table.to_pylist()

    @property
    def reasons(self) -> list[str]:
        return [reject["reason"] for reject in self.rejects]


@pytest.fixture(scope="session")
def valid_line() -> dict[str, str]:
    return {
        "shipment_id": "TW-1001",
        "line_no": "1",
        "date": "2024-05-13",
        "exporter": "Jade Harbour Components Co., Ltd.",
        "exporter_country": "TW",
        "consignee": "Alatau Meridian LLP",
        "consignee_country": "KZ",
        "export_country": "TW",
        "destination_country": "KZ",
        "hs_code": "85423190",
        "quantity": "250",
    }


@pytest.fixture(scope="session")
def save_csv() -> Callable[..., Path]:
    """Write rows to a path as delimited text."""

    def save(
        path: Path,
        rows: Sequence[dict[str, str]],
        encoding: str = "utf-8",
        delimiter: str = ",",
    ) -> Path:
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, columns, delimiter=delimiter)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return save


@pytest.fixture(scope="session")
def read_in() -> Callable[..., Outcome]:
    """Read a source with a folder for all that comes of it."""

    def run(folder: Path, source: Any, **options: Any) -> Outcome:
        out, rejects = folder / "out" / "lines.parquet", folder / "out" / "rejects.csv"
        settings = Settings(workspace=folder / "workspace", threads=2, memory_limit_mib=512)
        report = read_shipments(source, out=out, rejects=rejects, settings=settings, **options)
        with rejects.open(encoding="utf-8", newline="") as file:
            rejected = list(csv.DictReader(file))
        outcome = Outcome(report, pq.read_table(out), rejected)
        assert report.read == report.accepted + report.rejected
        assert outcome.table.num_rows == report.accepted
        assert len({reject["row"] for reject in rejected}) == report.rejected
        return outcome

    return run


@pytest.fixture
def line(valid_line: dict[str, str]) -> Callable[..., dict[str, str]]:
    """A valid line, with some cells changed; each call is a new shipment."""
    numbers = itertools.count(1001)
    return lambda **cells: {**valid_line, "shipment_id": f"TW-{next(numbers)}", **cells}


@pytest.fixture
def write_csv(tmp_path: Path, save_csv: Callable[..., Path]) -> Callable[..., Path]:
    return lambda rows, **form: save_csv(tmp_path / "orders.csv", rows, **form)


@pytest.fixture
def read(tmp_path: Path, read_in: Callable[..., Outcome]) -> Callable[..., Outcome]:
    return lambda source, **options: read_in(tmp_path, source, **options)


@pytest.fixture
def write_jsonl(tmp_path: Path) -> Callable[..., Path]:
    def write(rows: Sequence[dict[str, object]], name: str = "orders.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
        return path

    return write


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text is read in blocks of about a thousand bytes, cut anywhere."""
    monkeypatch.setattr("enduse.records.encodings.CHUNK_BYTES", 77)
    monkeypatch.setattr("enduse.records.delimited._HEAD_BYTES", 300)
    monkeypatch.setattr("enduse.records.delimited._BLOCK_BYTES", 1000)
    monkeypatch.setattr("enduse.records.delimited._LARGEST_BLOCK_BYTES", 5000)
