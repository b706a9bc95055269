"""The worlds of firm families keep their promises."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.flow.clans import (
    CONTROLLED_ORIGINS,
    DECOYS,
    EMBARGOED,
    TYPOLOGIES,
    Knobs,
    World,
    make_clans,
    vary,
)


@pytest.fixture(scope="module")
def world() -> World:
    return make_clans(100_000, seed=5)


def test_same_seed_gives_the_same_world() -> None:
    knobs = vary(3)
    one, two = (make_clans(8_000, seed=2, knobs=knobs) for _ in range(2))
    assert one == two


def test_about_one_line_in_120_is_planted_and_every_kind_is_there(world: World) -> None:
    assert world.truth["positive"].to_numpy().mean() == pytest.approx(1 / 120, rel=0.3)
    assert set(TYPOLOGIES) | set(DECOYS) <= set(world.truth["typology"].to_pylist())
    assert set(world.truth["hop"].to_pylist()) == {-1, 0, 1, 2, 3, 4}


def test_chains_lead_from_controlled_origin_to_embargoed_destination(world: World) -> None:
    hop = world.truth["hop"].to_numpy()
    origin = np.isin(world.shipments["export_country"].to_pylist(), list(CONTROLLED_ORIGINS))
    assert origin[hop == 0].all()
    assert not origin[hop > 0].any()
    end = np.isin(world.shipments["destination_country"].to_pylist(), list(EMBARGOED))
    assert end[hop > 0].any()
    assert not end[hop == 0].any()


@pytest.mark.parametrize("table", ["edges", "legal_edges"])
def test_edges_join_a_familys_arrival_with_its_later_departure(world: World, table: str) -> None:
    links, truth = getattr(world, table), world.truth
    a, b = links["from_row"].to_numpy(), links["to_row"].to_numpy()
    days = world.shipments["date"].to_numpy()
    assert (days[a] < days[b]).all()
    assert (truth["consignee_group"].to_numpy()[a] == truth["exporter_group"].to_numpy()[b]).all()
    assert (truth["chain_id"].to_numpy()[a] == truth["chain_id"].to_numpy()[b]).all()


def test_knobs_are_delivered() -> None:
    seen = make_clans(60_000, seed=4, knobs=Knobs(coverage=0.5, sister=0.4))
    assert seen.shipments.num_rows == pytest.approx(30_000, rel=0.03)
    a, b = seen.legal_edges["from_row"].to_numpy(), seen.legal_edges["to_row"].to_numpy()
    taker, sender = (seen.truth[f"{s}_firm"].to_numpy() for s in ("consignee", "exporter"))
    assert (taker[a] != sender[b]).mean() == pytest.approx(0.4, abs=0.06)
