"""A world is what was asked for: so many lines, so many diverted, the same each time."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from enduse.errors import StorageError, UsageError
from enduse.records import read_registry, read_shipments
from enduse.settings import Settings
from enduse.simulate import WorldSettings, simulate
from enduse.simulate.declarations import COLUMNS, DECOYS
from enduse.simulate.schemes import DIVERSIONS, LEGAL_CHAINS

from .conftest import LINES, Written, read


def test_lines_are_exactly_as_asked_and_each_has_its_truth(written: Written) -> None:
    assert written.shipments.num_rows == written.truth.num_rows == LINES == written.world.lines
    for column in ("shipment_id", "line_no"):
        assert written.shipments[column].equals(written.truth[column])
    keys = set(
        zip(*(written.truth[c].to_pylist() for c in ("shipment_id", "line_no")), strict=True)
    )
    assert len(keys) == LINES


def test_lines_stand_in_the_order_of_days_within_the_period(written: Written) -> None:
    days = written.shipments["date"].to_pylist()
    assert days == sorted(days)
    assert (days[0], days[-1]) >= ("2021-01-01", "2024-12-01")
    assert days[-1] <= "2024-12-31"


def test_the_share_of_diverted_lines_is_met_but_for_part_of_a_chain(written: Written) -> None:
    diverted = written.truth["diverted"].to_pylist()
    assert LINES // 100 - 12 <= sum(diverted) == written.world.diverted <= LINES // 100


@pytest.mark.parametrize("share", [0.0, 0.05])
def test_other_shares_are_met(tmp_path: Path, share: float) -> None:
    world = simulate(tmp_path, lines=4000, diversion_share=share)
    assert 4000 * share - 12 <= world.diverted <= 4000 * share
    assert world.lines == 4000


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2021, 9, 1), date(2022, 7, 1)),
        (date(2022, 2, 24), date(2022, 7, 1)),
    ],
)
def test_a_short_period_around_the_embargo_holds_diversions(
    tmp_path: Path, start: date, end: date
) -> None:
    for seed in (1, 2, 3):
        world = simulate(tmp_path, lines=1500, diversion_share=0.2, seed=seed, start=start, end=end)
        assert world.diverted > 280
        days = read(world.shipments)["date"].to_pylist()
        assert start.isoformat() <= days[0] <= days[-1] <= end.isoformat()


def test_every_typology_and_decoy_is_there_and_counted(written: Written) -> None:
    world, truth = written.world, written.truth
    assert set(world.typologies) == {kind.label for kind in DIVERSIONS}
    assert set(world.decoys) == {kind.label for kind in LEGAL_CHAINS} | set(DECOYS)
    for column, counts in (("typology", world.typologies), ("decoy", world.decoys)):
        found = [value for value in truth[column].to_pylist() if value]
        assert {value: found.count(value) for value in set(found)} == counts
    for diverted, typology, chain, decoy in zip(
        *(truth[c].to_pylist() for c in ("diverted", "typology", "chain_id", "decoy")), strict=True
    ):
        assert bool(diverted) == bool(typology)
        assert not diverted or (chain and not decoy)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    files = [
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in sorted((tmp_path / name).rglob("*.*"))
        }
        for name, seed in (("one", 5), ("same", 5), ("other", 6))
        if simulate(tmp_path / name, lines=3000, seed=seed)
    ]
    assert len(files[0]) == 5
    assert files[0] == files[1]
    assert all(files[0][path] != files[2][path] for path in files[0])


def test_parquet_holds_the_same_lines_as_csv(tmp_path: Path) -> None:
    text = read(simulate(tmp_path / "csv", lines=2000).shipments)
    world = simulate(tmp_path / "parquet", lines=2000, format="parquet")
    typed = pq.read_table(world.shipments)
    assert typed.column_names == text.column_names == list(COLUMNS)
    for name in ("shipment_id", "exporter", "hs_code", "quantity", "value", "vessel_imo"):
        assert typed[name].to_pylist() == text[name].to_pylist()
    assert [day.isoformat() for day in typed["date"].to_pylist()] == text["date"].to_pylist()


def test_the_description_tells_the_assumptions_and_no_folder(written: Written) -> None:
    text = written.world.description.read_text(encoding="utf-8")
    told = json.loads(text)
    assert told["lines"] == LINES
    assert told["settings"]["founded_after_embargo"] == {"diverting": 0.45, "legal": 0.06}
    assert str(written.world.description.parent) not in text
    assert set(written.world.as_dict()) <= set(told)


def test_the_files_keep_every_rule_of_the_data_contract(
    written: Written, settings: Settings, tmp_path: Path
) -> None:
    report = read_shipments(
        written.world.shipments,
        out=tmp_path / "lines.parquet",
        rejects=tmp_path / "rejects.csv",
        settings=settings,
    )
    assert (report.accepted, report.rejected, dict(report.doubts)) == (LINES, 0, {})
    assert report.unused == ()
    companies, report = read_registry(
        written.world.registry, rejects=tmp_path / "rejected.csv", settings=settings
    )
    assert (report.accepted, report.rejected) == (written.world.registered, 0)
    assert all(companies["officers"].to_pylist())
    for owners in companies["owners"].to_pylist():
        assert sum(o["share"] for o in owners if o["to"] is None) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"lines": 10}, "10 lines"),
        ({"seed": -1}, "seed -1"),
        ({"diversion_share": 0.7}, "0.7"),
        ({"format": "xlsx"}, "xlsx"),
        ({"end": date(2022, 3, 1)}, "embargo"),
        ({"start": date(2023, 1, 1)}, "embargo"),
        ({"settings": WorldSettings(hubs=(("ZZ", 1.0), ("TR", 1.0)))}, "ZZ"),
        ({"settings": WorldSettings(hubs=(("TR", 1.0),))}, "do not fit"),
        ({"settings": WorldSettings(hubs=(("TR", 1.0), ("RU", 1.0)))}, "do not fit"),
    ],
)
def test_a_world_that_cannot_be_is_refused(
    tmp_path: Path, asked: dict[str, object], message: str
) -> None:
    with pytest.raises(UsageError, match=message) as refusal:
        simulate(tmp_path / "world", **asked)  # type: ignore[arg-type]
    assert refusal.value.hint
    assert not (tmp_path / "world").exists()


def test_a_folder_that_cannot_be_written_leaves_no_half_file(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    with pytest.raises(StorageError, match="taken"):
        simulate(tmp_path / "taken", lines=500)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
