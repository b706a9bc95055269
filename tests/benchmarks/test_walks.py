"""The world of random walks keeps its promises."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow.compute as pc
import pytest
from benchmarks.flow.walks import EMBARGOED, KINDS, Knobs, World, make_walks, vary

LINES = 100_000


@pytest.fixture(scope="module")
def world() -> World:
    return make_walks(LINES, seed=3)


def test_the_same_seed_makes_the_same_world() -> None:
    one, two = make_walks(5_000, seed=1), make_walks(5_000, seed=1)
    assert one.shipments.equals(two.shipments)
    assert one.truth.equals(two.truth)
    assert not one.shipments.equals(make_walks(5_000, seed=2).shipments)


def test_shares(world: World) -> None:
    assert world.shipments.num_rows == LINES == world.truth.num_rows
    assert 0.006 < pc.mean(world.truth["positive"]).as_py() < 0.0085
    assert pc.count_distinct(world.shipments["shipment_id"]).as_py() == LINES


def test_every_kind_of_chain_and_decoy_is_there(world: World) -> None:
    assert set(world.truth["typology"].to_pylist()) == set(KINDS)
    assert set(world.shipments["destination_country"].to_pylist()) >= EMBARGOED


@pytest.mark.parametrize("which", ["edges", "legal_edges"])
def test_edges_follow_goods_through_one_owner(world: World, which: str) -> None:
    links, truth = getattr(world, which), world.truth
    a, b = links["from_row"].to_numpy(), links["to_row"].to_numpy()
    assert a.size > 0
    held, sold = truth["consignee_group"].to_numpy()[a], truth["exporter_group"].to_numpy()[b]
    assert (held == sold).all()
    day = world.shipments["date"].to_numpy()
    assert (day[a] < day[b]).all()
    chain = truth["chain_id"].to_numpy()
    same = (chain[a] == chain[b]) & (chain[a] >= 0)
    assert same.all() if which == "edges" else not same.any()


def test_coverage_hides_its_share() -> None:
    half = make_walks(20_000, seed=4, knobs=Knobs(coverage=0.5))
    assert abs(half.shipments.num_rows - 10_000) < 500


def test_varied_worlds_can_be_made() -> None:
    for seed in range(3):
        made = make_walks(8_000, seed=seed, knobs=replace(vary(seed), coverage=1.0))
        assert np.any(made.truth["positive"].to_numpy())
