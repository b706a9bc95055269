"""The world of ports holds what a world must hold, and its links join what they say they join."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.flow.ports import CONTROLLED_ORIGINS, EMBARGOED, Knobs, World, make_ports, vary

DIVERSIONS = {
    "hops_1", "hops_2", "hops_3", "hops_4", "split", "merge", "mixing", "slow_stock", "sister_firm",
    "unit_misdeclared", "hs_within", "hs_across", "lost_transit",
}  # fmt: skip
DECOYS = {
    "legal_distributor", "legal_reexporter", "legal_onward", "start_up", "moved_firm", "seasonal",
    "stock_keeping", "unit_typo",
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return make_ports(200_000, seed=5)


def test_the_same_seed_makes_the_same_world() -> None:
    knobs = vary(3)
    one, two = (make_ports(20_000, seed=9, knobs=knobs) for _ in range(2))
    assert one.shipments.equals(two.shipments)
    assert one.truth.equals(two.truth)
    assert one.edges.equals(two.edges)
    assert not one.shipments.equals(make_ports(20_000, seed=10, knobs=knobs).shipments)


def test_planted_lines_are_few_and_every_kind_is_there(world: World) -> None:
    positive = world.truth["positive"].to_numpy()
    typology = np.array(world.truth["typology"].to_pylist())
    assert world.shipments.num_rows == 200_000
    assert 0.005 < positive.mean() < 0.011
    assert set(typology[positive]) == DIVERSIONS
    assert set(typology[~positive]) >= DECOYS
    assert len(set(world.shipments["shipment_id"].to_pylist())) == 200_000


def test_planted_goods_are_neither_food_nor_medicine(world: World) -> None:
    chapter = np.array([int(code[:2]) for code in world.shipments["hs_code"].to_pylist()])
    positive = world.truth["positive"].to_numpy()
    assert not (positive & ((chapter <= 24) | (chapter == 30))).any()


def test_chains_start_under_control_and_end_under_embargo(world: World) -> None:
    hop = world.truth["hop"].to_numpy()
    source = np.array(world.shipments["exporter_country"].to_pylist())
    target = np.array(world.shipments["destination_country"].to_pylist())
    assert set(source[hop == 0]) <= CONTROLLED_ORIGINS
    assert not set(target[hop == 0]) & (EMBARGOED | CONTROLLED_ORIGINS)
    assert not set(source[hop > 0]) & (EMBARGOED | CONTROLLED_ORIGINS)
    assert 0.2 < np.isin(target[hop > 0], sorted(EMBARGOED)).mean() < 0.9


@pytest.mark.parametrize("name", ["edges", "legal_edges"])
def test_links_join_legs_of_one_journey_in_order(world: World, name: str) -> None:
    table = getattr(world, name)
    a, b = table["from_row"].to_numpy(), table["to_row"].to_numpy()
    truth, day = world.truth, world.shipments["date"].cast("int32").to_numpy()
    assert len(a) > 500
    assert (day[a] < day[b]).all()
    assert (truth["consignee_group"].to_numpy()[a] == truth["exporter_group"].to_numpy()[b]).all()
    chain, hop = truth["chain_id"].to_numpy(), truth["hop"].to_numpy().astype(int)
    assert (chain[a] == chain[b]).all()
    assert ((chain[a] >= 0) == (name == "edges")).all()
    if name == "edges":
        assert (hop[b] == hop[a] + 1).all()


def test_coverage_hides_each_line_alone() -> None:
    whole = make_ports(40_000, seed=2)
    half = make_ports(40_000, seed=2, knobs=Knobs(coverage=0.5))
    share = half.shipments.num_rows / whole.shipments.num_rows
    assert 0.48 < share < 0.52
    assert 0.15 < half.legal_edges.num_rows / whole.legal_edges.num_rows < 0.35


def test_knobs_of_sisters_and_codes_reach_that_share_of_onward_legs() -> None:
    world = make_ports(60_000, seed=4, knobs=Knobs(sister=0.4, reclassified=0.4, across=0.0))
    a, b = world.legal_edges["from_row"].to_numpy(), world.legal_edges["to_row"].to_numpy()
    code = np.array(world.shipments["hs_code"].to_pylist())
    buyer, seller = (world.truth[f"{x}_firm"].to_numpy() for x in ("consignee", "exporter"))
    assert 0.33 < (code[a] != code[b]).mean() < 0.47
    assert 0.33 < (buyer[a] != seller[b]).mean() < 0.47
    assert all(x[:4] == y[:4] for x, y in zip(code[a], code[b], strict=True))
