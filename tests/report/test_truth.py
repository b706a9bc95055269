"""A run beside the truth of its fictional world."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from lxml import html
from tests.report.chain_samples import leg

from enduse.model.chains import CHAIN_STEPS
from enduse.model.result import RunResult
from enduse.report import against_truth, write_report
from enduse.report.terms import DECOYS, TYPOLOGIES
from enduse.report.truth import ORDINARY, Accused, Planted
from enduse.report.wording import LANGUAGES
from enduse.simulate import declarations, schemes


def _truth(*rows: tuple[str, str | None, str | None, str | None]) -> pa.Table:
    return pa.table(
        {
            "shipment_id": [row[0] for row in rows],
            "line_no": [1] * len(rows),
            "diverted": [int(row[2] is not None) for row in rows],
            "chain_id": pa.array([row[1] for row in rows], pa.string()),
            "typology": pa.array([row[2] for row in rows], pa.string()),
            "decoy": pa.array([row[3] for row in rows], pa.string()),
        }
    )


TRUTH = _truth(
    ("a1", "C1", "split", None),
    ("a2", "C1", "split", None),
    ("b1", "C2", "split", None),
    ("c1", "C3", "merge", None),
    ("d1", "C4", None, "legal_distributor"),
    ("d2", "C4", None, "legal_distributor"),
    ("e1", None, None, "start_up"),
    ("f1", None, None, None),
    ("f2", None, None, None),
    ("f3", None, None, None),
)
FINDINGS = pa.table(
    {
        "shipment_id": ["a1", "a2", "e1", "f1", "b1"],
        "line_no": [1] * 5,
        "action": ["review", "hold", "hold", "review", "release"],
    }
)
STEPS = pa.Table.from_pylist(
    [
        leg(1, 0, "2024-01-01", ("Maker", "TW"), ("Hub", "AE"), 1, 1, shipment_id="b1"),
        leg(1, 1, "2024-01-09", ("Hub", "AE"), ("Bystander", "KG"), 1, 1, shipment_id="f2"),
        leg(2, 0, "2024-01-01", ("Maker", "TW"), ("Dealer", "TR"), 1, 1, shipment_id="d1"),
        leg(2, 1, "2024-01-09", ("Dealer", "TR"), ("Shop", "RU"), 1, 1, shipment_id="d2"),
    ],
    schema=CHAIN_STEPS,
)


def test_a_planted_chain_is_found_by_any_of_its_lines() -> None:
    compared = against_truth(TRUTH, FINDINGS, STEPS)
    assert compared.planted == (Planted("split", 2, 1, 1, 2), Planted("merge", 1, 0, 0, 0))
    assert [row.missed for row in compared.planted] == [0, 1]
    assert (compared.planted_in_all.planted, compared.planted_in_all.found) == (3, 2)


def test_lawful_lines_and_firms_in_chains_are_counted_by_kind() -> None:
    compared = against_truth(TRUTH, FINDINGS, STEPS)
    assert compared.accused == (
        # Hub is on a planted line too, so it is not accused falsely; Bystander is.
        Accused(ORDINARY, 3, 1, 1, 1),
        # Maker is on a planted line too; Dealer and Shop are not.
        Accused("legal_distributor", 2, 0, 2, 2),
        Accused("start_up", 1, 1, 0, 0),
    )
    assert (compared.chains, compared.false_chains) == (2, 1)


def test_without_chains_only_the_desk_is_compared() -> None:
    compared = against_truth(TRUTH, FINDINGS, None)
    assert compared.chains is None
    assert compared.planted[0] == Planted("split", 2, 1, 0, 1)


def test_every_typology_and_decoy_of_a_world_has_a_word() -> None:
    assert {kind.label for kind in schemes.DIVERSIONS} == set(TYPOLOGIES)
    legal = {kind.label for kind in schemes.LEGAL_CHAINS}
    assert legal | {*declarations.DECOYS, ORDINARY} == set(DECOYS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_the_last_section_of_a_report(
    run_result: RunResult, tmp_path: Path, language: str
) -> None:
    compared = against_truth(TRUTH, FINDINGS, STEPS)
    run = replace(run_result, chains=STEPS)
    write_report(run, tmp_path / "report.html", language=language, truth=compared)
    page = html.parse(tmp_path / "report.html").getroot()
    last = page.xpath("//section")[-1]
    assert last.get("id") == "truth"
    rows = [
        [cell.text_content() for cell in row[1:]] for row in last.xpath(".//tbody/tr | .//tfoot/tr")
    ]
    assert rows[0] == ["2", "1", "1", "2", "0"]
    assert rows[2] == ["3", "1", "1", "2", "1"]
    if language == "en":
        assert "Against the truth (fictional world only)" in last.text_content()
        assert "2 of 3 planted chains were found." in last.text_content()


def test_a_report_of_real_trade_has_no_such_section(run_result: RunResult, tmp_path: Path) -> None:
    write_report(run_result, tmp_path / "report.html")
    assert 'id="truth"' not in (tmp_path / "report.html").read_text("utf-8")
