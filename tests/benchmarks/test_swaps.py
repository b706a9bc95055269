"""The swapped worlds keep their promises: sameness, shares, typologies, decoys and true links."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.flow.swaps import CONTROLLED_ORIGINS, EMBARGOED, Knobs, World, make_swaps, vary

PLANTED = {"plain", "split", "merge", "split_merge", "hs_within", "hs_across", "sister"} | {
    "slow_stock",
    "unit_error",
    "mixed",
    "lost_transit",
}
DECOYS = {"legal_distributor", "legal_reexport", "legal_return", "legal_other_origin"} | {
    "legal_stock",
    "legal_seasonal",
    "startup",
    "moved",
    "unit_typo",
}


@pytest.fixture(scope="module")
def world() -> World:
    return make_swaps(60_000, seed=3)


def test_same_seed_same_world() -> None:
    knobs = vary(5)
    assert make_swaps(8_000, seed=2, knobs=knobs) == make_swaps(8_000, seed=2, knobs=knobs)


def test_shares_typologies_and_decoys(world: World) -> None:
    assert 0.006 < np.mean(world.truth["positive"].to_numpy()) < 0.01
    assert set(world.truth["typology"].to_pylist()) >= PLANTED | DECOYS
    assert len(set(world.shipments["shipment_id"].to_pylist())) == world.shipments.num_rows
    ends = world.shipments.filter(world.truth["positive"]).to_pydict()
    hop = np.array(world.truth.filter(world.truth["positive"])["hop"])
    starts = np.isin(ends["exporter_country"], list(CONTROLLED_ORIGINS))
    assert (starts == (hop == 0)).all()
    assert np.isin(ends["consignee_country"], list(EMBARGOED)).sum() > 50


@pytest.mark.parametrize("kind", ["edges", "legal_edges"])
def test_edges_join_a_firm_or_its_owner_in_day_order(world: World, kind: str) -> None:
    links = getattr(world, kind).to_pydict()
    a, b = np.array(links["from_row"]), np.array(links["to_row"])
    truth, day = world.truth, world.shipments["date"].to_numpy()
    assert (day[a] < day[b]).all()
    chain = truth["chain_id"].to_numpy()
    assert (chain[a] == chain[b]).all()
    assert ((chain[a] >= 0) == (kind == "edges")).all()
    assert (truth["consignee_group"].to_numpy()[a] == truth["exporter_group"].to_numpy()[b]).all()


def test_coverage_hides_lines_alike() -> None:
    seen = make_swaps(30_000, seed=1, knobs=Knobs(coverage=0.5))
    assert 0.48 < seen.shipments.num_rows / 30_000 < 0.52
    assert 0.003 < np.mean(seen.truth["positive"].to_numpy()) < 0.013
