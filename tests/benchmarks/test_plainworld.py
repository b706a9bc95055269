"""The plain world holds what a world of trade must hold, and its truth is consistent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.flow.plainworld import (
    CONTROLLED_ORIGINS,
    DECOYS,
    EMBARGOED,
    HANDLINGS,
    Knobs,
    World,
    make_plain,
    vary,
)

LINES = 100_000


@pytest.fixture(scope="module")
def world() -> World:
    return make_plain(LINES, seed=3)


def test_the_same_seed_and_knobs_give_the_same_world() -> None:
    one, two, other = (make_plain(20_000, seed=seed, knobs=vary(5)) for seed in (1, 1, 2))
    for table in ("shipments", "truth", "edges", "legal_edges"):
        assert getattr(one, table).equals(getattr(two, table))
    assert not one.shipments.equals(other.shipments)


def test_lines_are_by_date_with_ids_of_their_own(world: World) -> None:
    days = world.shipments["date"].to_numpy()
    assert (days[1:] >= days[:-1]).all()
    assert world.shipments.num_rows == world.truth.num_rows == LINES
    assert len(set(world.shipments["shipment_id"].to_pylist())) == LINES
    assert (world.shipments["quantity"].to_numpy() > 0).all()
    assert (
        world.truth["exporter_firm"].to_numpy() != world.truth["consignee_firm"].to_numpy()
    ).all()


def test_some_eight_lines_in_a_thousand_are_planted(world: World) -> None:
    positive = world.truth["positive"].to_numpy()
    chain = world.truth["chain_id"].to_numpy()
    assert 0.006 < positive.mean() < 0.010
    assert 120 < len(np.unique(chain[positive])) < 180
    assert ((chain >= 0) == positive).all()
    assert ((world.truth["hop"].to_numpy() >= 0) == positive).all()


def test_each_typology_and_each_decoy_is_there(world: World) -> None:
    positive = world.truth["positive"].to_numpy()
    kind = np.array(world.truth["typology"].to_pylist())
    assert set(kind[positive]) == set(HANDLINGS)
    assert set(kind[~positive]) == set(DECOYS)


def test_planted_goods_come_from_a_controlled_origin_and_are_not_food(world: World) -> None:
    hop = world.truth["hop"].to_numpy()
    positive = world.truth["positive"].to_numpy()
    chapter = np.array([code[:2] for code in world.shipments["hs_code"].to_pylist()]).astype(int)
    origin = np.array(world.shipments["exporter_country"].to_pylist())
    target = np.array(world.shipments["consignee_country"].to_pylist())
    assert set(origin[hop == 0]) <= CONTROLLED_ORIGINS
    assert not set(target[hop == 0]) & EMBARGOED
    assert not ((chapter <= 24) | (chapter == 30))[positive].any()
    assert set(hop[positive]) == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("name", ["edges", "legal_edges"])
def test_edges_join_what_a_firm_or_its_owner_got_and_sent_on(world: World, name: str) -> None:
    edges = getattr(world, name)
    before, after = edges["from_row"].to_numpy(), edges["to_row"].to_numpy()
    got = world.truth["consignee_group"].to_numpy()[before]
    assert (got == world.truth["exporter_group"].to_numpy()[after]).all()
    assert (before < after).all() or (
        world.shipments["date"].to_numpy()[before] <= world.shipments["date"].to_numpy()[after]
    ).all()
    if name == "edges":
        chain = world.truth["chain_id"].to_numpy()
        hop = world.truth["hop"].to_numpy()
        assert (chain[before] == chain[after]).all()
        assert (chain[before] >= 0).all()
        assert (hop[before] + 1 == hop[after]).all()


def test_coverage_hides_lines_and_their_links(world: World) -> None:
    half = make_plain(LINES, seed=3, knobs=Knobs(coverage=0.5))
    assert abs(half.shipments.num_rows / LINES - 0.5) < 0.01
    assert abs(half.edges.num_rows / world.edges.num_rows - 0.25) < 0.08
    assert half.edges["to_row"].to_numpy().max() < half.shipments.num_rows


def test_reclassified_and_sister_legs_are_as_many_as_asked() -> None:
    world = make_plain(LINES, seed=4, knobs=replace(Knobs(), reclassified=0.4, sister=0.4))
    before = world.legal_edges["from_row"].to_numpy()
    after = world.legal_edges["to_row"].to_numpy()
    code = np.array(world.shipments["hs_code"].to_pylist())
    firm = world.truth["consignee_firm"].to_numpy()[before]
    other_code = (code[before] != code[after]).mean()
    other_firm = (firm != world.truth["exporter_firm"].to_numpy()[after]).mean()
    assert 0.3 < other_code < 0.5
    assert 0.3 < other_firm < 0.5
