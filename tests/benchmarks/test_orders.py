"""A world of consignments holds what it promises."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.flow.orders import DECOYS, EMBARGOED, TYPOLOGIES, Knobs, World, make_orders, vary


@pytest.fixture(scope="module")
def world() -> World:
    return make_orders(100_000, seed=5)


def test_the_same_seed_gives_the_same_world() -> None:
    one, two = (make_orders(20_000, seed=9, knobs=vary(3)) for _ in range(2))
    assert one.shipments.equals(two.shipments)
    assert one.truth.equals(two.truth)
    assert one.edges.equals(two.edges)
    assert not one.shipments.equals(make_orders(20_000, seed=10, knobs=vary(3)).shipments)


def test_about_one_line_in_120_is_planted(world: World) -> None:
    assert world.shipments.num_rows == 100_000
    assert 0.006 < np.mean(world.truth["positive"].to_numpy()) < 0.011
    ids = world.shipments["shipment_id"].to_pylist()
    assert len(set(ids)) == len(ids)


def test_every_typology_and_decoy_is_there(world: World) -> None:
    assert set(TYPOLOGIES) | set(DECOYS) <= set(world.truth["typology"].unique().to_pylist())


def test_edges_join_lines_of_a_chain_at_one_owner_in_order_of_days(world: World) -> None:
    truth, day = world.truth, world.shipments["date"].to_numpy()
    for edges, planted in ((world.edges, True), (world.legal_edges, False)):
        start, end = edges["from_row"].to_numpy(), edges["to_row"].to_numpy()
        assert len(start) > 100
        assert (
            truth["consignee_group"].to_numpy()[start] == truth["exporter_group"].to_numpy()[end]
        ).all()
        assert (day[start] <= day[end]).all()
        if planted:
            chain, hop = truth["chain_id"].to_numpy(), truth["hop"].to_numpy()
            assert (chain[start] == chain[end]).all()
            assert (chain[start] >= 0).all()
            assert (hop[end] == hop[start] + 1).all()


def test_goods_reach_the_embargoed_lawfully_and_unlawfully(world: World) -> None:
    last = np.isin(world.shipments["destination_country"].to_pylist(), sorted(EMBARGOED))
    planted = world.truth["positive"].to_numpy()
    assert (last & planted).sum() > 50
    assert (last & ~planted).sum() > 500


def test_coverage_hides_lines() -> None:
    half = make_orders(20_000, seed=5, knobs=replace(Knobs(), coverage=0.5))
    assert abs(half.shipments.num_rows - 10_000) < 400
