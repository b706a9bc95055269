"""Lists keyed by code and control-list text become evidence: candidates, never classifications."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import enduse
from enduse.lists import import_list
from enduse.settings import Settings
from tests.pipeline.conftest import APPLES, CHIPS, Ledger, write_csv


def test_a_code_on_a_list_for_a_destination_is_a_candidate(
    settings: Settings, tmp_path: Path
) -> None:
    annex = write_csv(
        tmp_path / "annex.csv",
        ["hs_code", "annex", "regime", "destinations"],
        [{"hs_code": "0808", "annex": "XXIII", "regime": "EU 833/2014", "destinations": "RU;BY"}],
    )
    import_list(annex, "hs-list", settings, source="eu-annex", as_of=date(2024, 1, 1))
    book = Ledger()
    book.add("to-by", "2024-02-01", APPLES, consignee_country="BY")
    book.add("to-kz", "2024-02-01", APPLES, consignee_country="KZ")
    result = enduse.check(book.write(tmp_path / "s.csv"), settings=settings)
    found = {
        row["shipment_id"]: row
        for row in result.evidence.to_pylist()
        if row["rule"] == "control-list"
    }
    assert set(found) == {"to-by"}
    assert "under" in found["to-by"]["statement"]
    assert "never a classification" in found["to-by"]["statement"]
    assert any(source["dataset"] == "eu-annex" for source in found["to-by"]["sources"])
    assert not any(
        row["rule"] == "embargo-other" and row["shipment_id"] == "to-by"
        for row in result.evidence.to_pylist()
    )


def test_a_text_near_an_entry_is_said_for_high_priority_goods(
    settings: Settings, tmp_path: Path, real_data: Path
) -> None:
    import_list(real_data / "csl-2026" / "ccl.json", "us-ccl", settings)
    book = Ledger()
    words = "analog-to-digital converter integrated circuit, 14 bit, sample rate 500 MSPS"
    book.add("adc", "2024-02-01", {**CHIPS, "description": words}, consignee_country="TR")
    result = enduse.check(book.write(tmp_path / "s.csv"), settings=settings)
    (found,) = [row for row in result.evidence.to_pylist() if row["rule"] == "control-text"]
    assert "3A001.a.5.a" in found["statement"]
    assert found["sources"][1]["version"].startswith("2026-07-23/")
