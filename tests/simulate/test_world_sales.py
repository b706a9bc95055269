"""Sales behind a fictional world, and parts recovered at the end of its chains."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyarrow import csv

from enduse.components.recovered import recovered_from_record
from enduse.components.sales_files import open_sales
from enduse.components.supply import trace
from enduse.errors import UsageError
from enduse.settings import Settings
from enduse.simulate import World, simulate
from enduse.simulate.world_sales import sales_of_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return simulate(tmp_path_factory.mktemp("world"), lines=8_000, seed=7, diversion_share=0.03)


def test_recovered_parts_came_by_a_planted_chain_and_are_traced_to_its_first_customer(
    world: World, settings: Settings
) -> None:
    made = sales_of_world(world, components=4)
    shipments = csv.read_csv(world.shipments).to_pylist()
    by_line = {(line["shipment_id"], line["line_no"]): line for line in shipments}
    planted = {row["chain_id"] for row in csv.read_csv(world.truth).to_pylist() if row["diverted"]}
    sold = {sale["sale_id"]: sale for sale in made.sales.to_pylist()}
    files = [open_sales(made.sales, settings=settings)]
    assert made.components.num_rows == made.truth.num_rows == 4
    for record, truth in zip(made.components.to_pylist(), made.truth.to_pylist(), strict=True):
        line, sale = by_line[truth["shipment_id"], truth["line_no"]], sold[truth["sale_id"]]
        assert truth["chain_id"] in planted
        assert (sale["customer"], sale["seller"]) == (line["consignee"], line["exporter"])
        assert sale["date"] <= line["date"] < record["recovered_on"]
        found = trace(recovered_from_record(record), files, settings=settings)
        assert truth["sale_id"] in found.candidates["sale_id"].to_pylist()


def test_the_same_seed_makes_the_same_sales_and_they_are_written(
    world: World, tmp_path: Path
) -> None:
    one, other = sales_of_world(world, seed=3), sales_of_world(world, seed=3)
    assert one.sales.equals(other.sales)
    assert one.components.equals(other.components)
    one.write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "sales.csv", "components.csv", "sales-truth.csv"
    }  # fmt: skip


def test_a_world_without_a_chain_under_embargo_is_refused(tmp_path: Path) -> None:
    empty = simulate(tmp_path, lines=400, seed=1, diversion_share=0.0)
    with pytest.raises(UsageError, match="No planted chain"):
        sales_of_world(empty)
