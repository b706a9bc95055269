"""The world of depots: what it must plant, what it must hold, and that its links are true."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.flow.depots import DECOYS, EMBARGOED, TYPOLOGIES, Knobs, World, make_depots, vary


@pytest.fixture(scope="module")
def world() -> World:
    return make_depots(60_000, seed=5)


def test_same_seed_same_world() -> None:
    first, again = make_depots(8_000, seed=3), make_depots(8_000, seed=3)
    assert first.shipments.equals(again.shipments)
    assert first.truth.equals(again.truth)
    assert vary(4) == vary(4) != vary(5)


def test_share_of_planted_lines_and_kinds(world: World) -> None:
    planted = world.truth["positive"].to_numpy()
    kinds = world.truth["typology"].to_numpy()
    assert 0.006 < planted.mean() < 0.010
    others = make_depots(60_000, seed=6, knobs=Knobs(tiers=(1, 1, 1, 1))).truth
    assert set(TYPOLOGIES) == set(kinds[planted]) | (
        set(others["typology"].to_pylist()) - set(DECOYS)
    )
    assert set(DECOYS) == set(kinds[~planted])
    assert len(set(world.shipments["shipment_id"].to_pylist())) == len(planted)
    assert set(world.truth["hop"].to_numpy()[planted]) >= {0, 1, 2}


def test_links_join_rows_of_one_chain(world: World) -> None:
    for edges, chained in ((world.edges, True), (world.legal_edges, False)):
        a, b = edges["from_row"].to_numpy(), edges["to_row"].to_numpy()
        held = world.truth["consignee_group"].to_numpy()[a]
        assert np.array_equal(held, world.truth["exporter_group"].to_numpy()[b])
        day = world.shipments["date"].to_numpy()
        assert (day[a] <= day[b]).all()
        if chained:
            chain = world.truth["chain_id"].to_numpy()
            assert (chain[a] >= 0).all()
            assert np.array_equal(chain[a], chain[b])


def test_lawful_trade_to_the_embargoed_outweighs_what_is_planted(world: World) -> None:
    to = np.isin(world.shipments["destination_country"].to_pylist(), list(EMBARGOED))
    assert 0.03 < world.truth["positive"].to_numpy()[to].mean() < 0.4


def test_coverage_and_sisters_are_delivered_as_asked() -> None:
    half = make_depots(60_000, seed=2, knobs=Knobs(coverage=0.5, sister=0.4, reclassified=0.4))
    assert half.shipments.num_rows == pytest.approx(30_000, rel=0.05)
    truth = half.truth
    onward = truth["hop"].to_numpy() > 0
    related = truth["exporter_firm"].to_numpy() != truth["exporter_group"].to_numpy()
    assert related[onward].mean() == pytest.approx(0.4, abs=0.12)
