"""The world of stocks and orders plants what it says, and lets no single line tell."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.flow.stocks import CONTROLLED_ORIGINS, EMBARGOED, Knobs, World, make_stocks, vary
from benchmarks.flow.stocks.tables import LAWFUL, THROUGH

LINES = 100_000


@pytest.fixture(scope="module")
def world() -> World:
    return make_stocks(LINES, seed=5)


def column(world: World, name: str) -> np.ndarray:
    table = world.truth if name in world.truth.column_names else world.shipments
    return np.asarray(table[name].to_pylist())


def test_the_same_seed_gives_the_same_world() -> None:
    one, two = (make_stocks(20_000, seed=9, knobs=vary(2)) for _ in range(2))
    other = make_stocks(20_000, seed=10, knobs=vary(2))
    assert one.shipments.equals(two.shipments)
    assert one.truth.equals(two.truth)
    assert one.edges.equals(two.edges)
    assert not one.shipments.equals(other.shipments)


def test_about_one_line_in_125_is_planted(world: World) -> None:
    assert world.shipments.num_rows == world.truth.num_rows == LINES
    assert 0.006 < column(world, "positive").mean() < 0.010


def test_every_typology_and_every_decoy_is_there(world: World) -> None:
    kinds, planted = column(world, "typology"), column(world, "positive")
    assert set(kinds[planted]) == set(THROUGH)
    assert set(kinds[~planted]) == set(LAWFUL)
    assert set(column(world, "hop")[planted]) >= {0, 1, 2, 3}


def test_chains_lead_out_of_a_controlled_origin_to_an_embargoed_country(world: World) -> None:
    hop, planted = column(world, "hop"), column(world, "positive")
    start, end = column(world, "exporter_country"), column(world, "destination_country")
    assert set(start[hop == 0]) <= CONTROLLED_ORIGINS
    assert not set(start[hop > 0]) & (CONTROLLED_ORIGINS | EMBARGOED)
    assert not set(end[hop == 0]) & EMBARGOED
    lawful = ~planted & np.isin(end, list(EMBARGOED)) & ~np.isin(start, list(CONTROLLED_ORIGINS))
    assert lawful.sum() > 5 * (planted & np.isin(end, list(EMBARGOED))).sum()


@pytest.mark.parametrize("kind", ["edges", "legal_edges"])
def test_goods_go_on_from_the_firm_that_received_them(world: World, kind: str) -> None:
    links = getattr(world, kind)
    first, then = links["from_row"].to_numpy(), links["to_row"].to_numpy()
    assert len(first) > 100
    assert (column(world, "consignee_group")[first] == column(world, "exporter_group")[then]).all()
    day = world.shipments["date"].to_numpy()
    assert (day[first] < day[then]).all()
    chain = column(world, "chain_id")
    if kind == "edges":
        assert (chain[first] == chain[then]).all()
        assert (chain[first] >= 0).all()
    else:
        assert (chain[then] < 0).all()


def test_an_observer_sees_the_share_of_lines_that_was_asked() -> None:
    part = make_stocks(20_000, seed=5, knobs=Knobs(coverage=0.5))
    assert abs(part.shipments.num_rows - 10_000) < 300
    assert len(set(part.shipments["shipment_id"].to_pylist())) == part.shipments.num_rows
    for links in (part.edges, part.legal_edges):
        assert links["to_row"].to_numpy().max() < part.shipments.num_rows


@pytest.mark.parametrize("seed", range(4))
def test_varied_worlds_keep_their_shares(seed: int) -> None:
    knobs = vary(seed)
    planted = column(make_stocks(40_000, seed=seed, knobs=knobs), "positive").mean()
    assert 0.5 * knobs.planted < planted < 1.4 * knobs.planted
