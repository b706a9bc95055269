"""The plain benchmark: what its worlds promise to those who measure on them."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from benchmarks.flow.bench import (
    CONTROLLED_ORIGINS,
    DECOYS,
    EMBARGOED,
    TYPOLOGIES,
    Knobs,
    World,
    make_bench,
    vary,
)


@pytest.fixture(scope="module")
def world() -> World:
    return make_bench(100_000, seed=3)


def test_the_same_seed_gives_the_same_world() -> None:
    first, second = (make_bench(10_000, seed=5, knobs=vary(4)) for _ in range(2))
    assert first == second
    assert make_bench(10_000, seed=6, knobs=vary(4)).shipments != first.shipments


def test_planted_lines_are_few_and_of_every_kind(world: World) -> None:
    assert 0.006 < pc.mean(world.truth["positive"]).as_py() < 0.011
    assert {*TYPOLOGIES, *DECOYS} <= set(pc.unique(world.truth["typology"]).to_pylist())
    assert pc.count_distinct(world.shipments["shipment_id"]).as_py() == 100_000


def test_a_chain_leaves_a_controlled_origin_and_ends_under_embargo(world: World) -> None:
    first = world.shipments.filter(pc.equal(world.truth["hop"], 0))["exporter_country"]
    assert set(first.to_pylist()) <= CONTROLLED_ORIGINS
    planted = world.shipments.filter(world.truth["positive"])
    ends = pc.is_in(planted["destination_country"].cast(pa.string()), pa.array(sorted(EMBARGOED)))
    assert 0.2 < pc.mean(ends).as_py() < 0.6


@pytest.mark.parametrize("name", ["edges", "legal_edges"])
def test_a_link_joins_two_legs_at_one_owner_in_order_of_time(world: World, name: str) -> None:
    links = getattr(world, name)
    before, after = (world.truth.take(links[side]) for side in ("from_row", "to_row"))
    assert before["consignee_group"] == after["exporter_group"]
    assert before["chain_id"] == after["chain_id"]
    assert set(pc.unique(before["positive"]).to_pylist()) == {name == "edges"}
    day = world.shipments["date"].cast(pa.int32()).to_numpy()
    assert np.all(np.diff(day) >= 0)
    assert np.all(day[links["from_row"]] < day[links["to_row"]])


def test_a_share_of_the_lines_is_seen() -> None:
    half = make_bench(20_000, seed=1, knobs=Knobs(coverage=0.5))
    assert half.shipments.num_rows == half.truth.num_rows == pytest.approx(10_000, rel=0.05)
