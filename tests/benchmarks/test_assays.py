"""The world of passing flows keeps its promises."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.flow.assays import (
    CONTROLLED_ORIGINS,
    DECOYS,
    EMBARGOED,
    TYPOLOGIES,
    Knobs,
    World,
    make_assays,
    vary,
)
from numpy.typing import NDArray

LINES = 60_000


@pytest.fixture(scope="module")
def world() -> World:
    return make_assays(LINES, seed=1)


@pytest.fixture(scope="module")
def busy() -> World:
    return make_assays(LINES, seed=2, knobs=Knobs(sister=0.4, reclassified=0.4))


def column(table: pa.Table, name: str) -> NDArray[Any]:
    return np.array(table[name].to_pylist())


def test_same_seed_same_world() -> None:
    one, two, other = (make_assays(5_000, seed=s) for s in (3, 3, 4))
    for name in ("shipments", "truth", "edges", "legal_edges"):
        assert getattr(one, name).equals(getattr(two, name))
    assert not one.shipments.equals(other.shipments)


def test_rows(world: World) -> None:
    ships = world.shipments
    assert ships.num_rows == world.truth.num_rows == LINES
    dates = column(ships, "date")
    assert (dates[1:] >= dates[:-1]).all()
    assert len(set(ships["shipment_id"].to_pylist())) == LINES
    for name in ("quantity", "net_mass_kg", "value"):
        assert (column(ships, name) > 0).all()
    codes = set(column(ships, "hs_code"))
    assert len(codes) >= 300
    assert len({c[:4] for c in codes}) >= 60
    assert {len(c) for c in codes} == {6}
    assert {"NAR", "KGM", "DZN", "TNE", "MTR", "LTR"} == set(column(ships, "unit"))


def test_shares_and_labels(world: World) -> None:
    positive = column(world.truth, "positive")
    label = column(world.truth, "typology")
    assert 0.006 < positive.mean() < 0.011
    assert set(label[positive]) == set(TYPOLOGIES)
    assert set(label[~positive]) == {*DECOYS, "ordinary"}
    assert ((column(world.truth, "chain_id") >= 0) == positive).all()
    assert ((column(world.truth, "hop") >= 0) == positive).all()


def test_chains_run_from_controlled_origin_to_embargo(world: World) -> None:
    chain, hop = column(world.truth, "chain_id"), column(world.truth, "hop")
    origin = column(world.shipments, "export_country")
    target = column(world.shipments, "destination_country")
    for c in np.unique(chain[chain >= 0]):
        mine = chain == c
        first, last = mine & (hop == 0), mine & (hop == hop[mine].max())
        assert first.any()
        assert set(origin[first]) <= CONTROLLED_ORIGINS
        assert set(target[last]) <= EMBARGOED
        between = set(target[mine & ~last]) | set(origin[mine & ~first])
        assert not between & (CONTROLLED_ORIGINS | EMBARGOED)


@pytest.mark.parametrize("name", ["edges", "legal_edges"])
def test_edges(world: World, name: str) -> None:
    edges, truth = getattr(world, name), world.truth
    came, went = column(edges, "from_row"), column(edges, "to_row")
    assert len(came) > 100
    assert len(np.unique(np.stack((came, went)), axis=1).T) == len(came)
    groups = column(truth, "consignee_group")[came], column(truth, "exporter_group")[went]
    assert (groups[0] == groups[1]).all()
    dates = column(world.shipments, "date")
    assert (dates[came] <= dates[went]).all()
    positive, chain, hop = (column(truth, c) for c in ("positive", "chain_id", "hop"))
    assert (positive[came] == (name == "edges")).all()
    assert (positive[went] == (name == "edges")).all()
    assert (chain[came] == chain[went]).all()
    if name == "edges":
        assert (hop[went] == hop[came] + 1).all()


def test_onward_quantities_come_from_what_was_received(world: World) -> None:
    came, went = (column(world.edges, c) for c in ("from_row", "to_row"))
    label, quantity = column(world.truth, "typology"), column(world.shipments, "quantity")
    plain = np.isin(label[went], ["one_hop", "two_hops", "three_hops", "four_hops"])
    share = quantity[went[plain]] / quantity[came[plain]]
    assert np.mean(share <= 1) > 0.95
    assert np.mean(share >= 0.85) > 0.7


@pytest.mark.parametrize("name", ["edges", "legal_edges"])
def test_knobs_reach_both_kinds_of_edges(busy: World, name: str) -> None:
    edges = getattr(busy, name)
    came, went = column(edges, "from_row"), column(edges, "to_row")
    firms = column(busy.truth, "consignee_firm")[came], column(busy.truth, "exporter_firm")[went]
    codes = column(busy.shipments, "hs_code")
    assert 0.3 < np.mean(firms[0] != firms[1]) < 0.5
    assert 0.3 < np.mean(codes[came] != codes[went]) < 0.5


def test_coverage_hides_lines(world: World) -> None:
    part = make_assays(LINES, seed=1, knobs=Knobs(coverage=0.7))
    assert 0.67 * LINES < part.shipments.num_rows < 0.73 * LINES
    assert part.edges.num_rows < world.edges.num_rows
    came, went = column(part.edges, "from_row"), column(part.edges, "to_row")
    chain = column(part.truth, "chain_id")
    assert (chain[came] == chain[went]).all()
    assert (chain[came] >= 0).all()


@pytest.mark.parametrize("seed", range(4))
def test_varied_worlds_stand(seed: int) -> None:
    knobs = vary(seed)
    assert knobs == vary(seed)
    made = make_assays(20_000, seed=seed, knobs=knobs)
    assert 0.004 < column(made.truth, "positive").mean() < 0.011
