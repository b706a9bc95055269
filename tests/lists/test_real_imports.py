"""Every list that was really published is taken in, and all of them stand together."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pytest

from enduse.errors import ListRefusedError
from enduse.lists import (
    collection,
    controls,
    detect_format,
    held_snapshots,
    import_list,
    show,
)
from enduse.settings import Settings

PLACES = (
    "ofac-2023",
    "ofac-2022",
    "csl-2026/parties.csv",
    "dpl/dpl.txt",
    "un-2026/UN_consolidated.xml",
    "uk-2026",
    "eu-2026",
    "vessels/ofac_sdn_vessels.json",
    "csl-2026/ccl.json",
    "hs/harmonized-system.csv",
    "chpl/chpl_2024-02-23.csv",
)
"""The newer SDN list first: an older one must extend the history in either order."""


@pytest.fixture(scope="module")
def workspace(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(workspace=tmp_path_factory.mktemp("real"), threads=2)
    for place in PLACES:
        path = real_data / place
        import_list(path, detect_format(path), settings)
    return settings


def test_counts_by_source_are_those_of_the_files(workspace: Settings) -> None:
    entries: dict[tuple[str, str], int] = {}
    for row in show(workspace):
        if row["date_basis"] != "shipped":
            key = (row["source"], row["date"][:4])
            entries[key] = entries.get(key, 0) + row["entries"]
    undated = str(date.today().year)
    assert entries == {
        ("ofac-sdn", "2022"): 9_044,
        ("ofac-sdn", "2023"): 11_443,
        ("us-csl", undated): 25_921,
        ("bis-dpl", undated): 546,
        ("un-sc", "2026"): 730 + 273,
        ("uk-sanctions", undated): 6_046,
        ("eu-journal", undated): 8_398,
        ("ofac-vessels", "2026"): 1_450,
        ("us-ccl", "2026"): 633,
        ("hs-nomenclature", undated): 6_940 - 1,
        ("common-high-priority", "2024"): 50,
    }


def test_the_row_of_the_nomenclature_that_is_no_code_is_said(workspace: Settings) -> None:
    [nomenclature] = [s for s in held_snapshots(workspace.lists_dir) if s.kind == "nomenclature"]
    assert nomenclature.faults == ("not a code, left out (1): row 6941 'TOTAL'",)


def test_importing_again_changes_nothing(workspace: Settings, real_data: Path) -> None:
    before = held_snapshots(workspace.lists_dir)
    for place in PLACES[:3]:
        path = real_data / place
        assert import_list(path, detect_format(path), workspace).already_held
    assert held_snapshots(workspace.lists_dir) == before


def test_all_lists_stand_together(workspace: Settings) -> None:
    found = collection(workspace)
    lists = found.listings["list"].value_counts()
    counts = {row["values"]: row["counts"] for row in lists.to_pylist()}
    assert counts["un-sc"] == 1_003
    assert counts["uk-sanctions"] == 6_046
    assert sum(n for name, n in counts.items() if name.startswith("us-csl/")) == 25_921
    assert counts["eu-journal/32014R0833"] == 633 + 921 + 132 + 32
    assert len(found.in_force) == 7
    assert len(found.names) > len(found.listings)


def test_the_sdn_list_of_two_years_tells_who_came_and_who_left(workspace: Settings) -> None:
    rows = collection(workspace, sources=["ofac-sdn"]).listings.to_pylist()
    came = [r for r in rows if r["first_seen"] == date(2023, 12, 31)]
    left = [r for r in rows if r["gone_by"] == date(2023, 12, 31)]
    assert {r["first_seen"] for r in rows} == {date(2022, 12, 31), date(2023, 12, 31)}
    assert len(rows) - len(left) == 11_443
    assert len(rows) - len(came) == 9_044
    assert len([r for r in rows if r["record_id"] == "2677"]) == 2
    always = next(r for r in rows if r["name"] == "AEROCARIBBEAN AIRLINES")
    assert (always["first_seen"], always["gone_by"]) == (date(2022, 12, 31), None)
    assert always["version"].startswith("2023-12-31/")


def test_the_control_list_has_its_thresholds_as_items(workspace: Settings) -> None:
    found = controls(workspace)
    rows = found.control_entries.to_pylist()
    items = {(r["entry"], r["paragraph"]): r["text"] for r in rows}
    assert "4800 or more" in items["3A090", "a.1"]
    assert "1.3 Giga Samples" in items["3A001", "a.5.a.1"]
    assert len({r["entry"] for r in rows}) == 633
    named = [(r["entry"], r["paragraph"]) for r in rows if r["paragraph"]]
    named = [key for key in named if not key[1].startswith("note")]
    assert len(named) == len(set(named))
    assert len(found.hs_entries) == 50
    assert len(found.nomenclature) == 6_939


def test_the_imported_and_the_shipped_high_priority_lists_agree(workspace: Settings) -> None:
    def tiers(settings: Settings) -> dict[str, str]:
        rows = controls(settings).hs_entries.to_pylist()
        return {row["hs_code"]: row["entry"] for row in rows}

    assert tiers(workspace) == tiers(Settings(workspace=workspace.workspace / "empty"))


def test_a_sample_does_not_take_the_place_of_the_whole_list(
    settings: Settings, real_data: Path
) -> None:
    import_list(real_data / "csl-2026" / "parties.csv", "csl-flat", settings)
    sample = import_list(real_data / "csl-official-format" / "csl.csv", "us-csl", settings)
    assert sample.entries == 115
    assert "lacks" in sample.overridden[0]
    held = collection(settings)
    assert [s.entries for s in held.in_force] == [25_921]
    in_force = pc.is_null(held.listings["gone_by"])
    assert pc.sum(in_force).as_py() >= 25_921


def test_a_file_that_lost_most_of_its_parties_is_refused(
    settings: Settings, real_data: Path, tmp_path: Path
) -> None:
    whole = real_data / "csl-2026" / "parties.csv"
    import_list(whole, "csl-flat", settings)
    short = tmp_path / "parties.csv"
    lines = whole.read_text("utf-8").splitlines(keepends=True)
    short.write_text("".join(lines[:9_000]), "utf-8")
    with pytest.raises(ListRefusedError, match="fewer"):
        import_list(short, "csl-flat", settings)
