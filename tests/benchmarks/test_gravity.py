"""The gravity world holds what it promises, and is told apart by nothing but the goods' way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow.compute as pc
import pytest
from benchmarks.flow.gravity import (
    CONTROLLED_ORIGINS,
    DECOYS,
    EMBARGOED,
    TYPOLOGIES,
    Knobs,
    World,
    make_gravity,
    vary,
)

LINES = 60_000


@pytest.fixture(scope="module")
def world() -> World:
    return make_gravity(LINES, seed=7)


def column(world: World, name: str) -> np.ndarray:
    return np.asarray(world.truth[name])


def test_the_same_seed_makes_the_same_world() -> None:
    one, same, other = (make_gravity(20_000, seed=seed) for seed in (3, 3, 4))
    assert one.shipments.equals(same.shipments)
    assert one.truth.equals(same.truth)
    assert one.edges.equals(same.edges)
    assert not one.shipments.equals(other.shipments)


def test_lines_are_by_date_and_ids_are_unique(world: World) -> None:
    dates = np.asarray(world.shipments["date"])
    assert (np.diff(dates).astype(int) >= 0).all()
    assert pc.count_distinct(world.shipments["shipment_id"]).as_py() == LINES
    assert pc.min(world.shipments["quantity"]).as_py() > 0


def test_a_little_under_one_line_in_a_hundred_is_diverted(world: World) -> None:
    assert 0.004 < column(world, "positive").mean() < 0.013
    assert len(set(column(world, "chain_id").tolist()) - {-1}) >= 80


def test_every_typology_and_decoy_is_there(world: World) -> None:
    kinds = np.array(world.truth["typology"].to_pylist())
    positive = column(world, "positive")
    assert set(kinds[positive]) == set(TYPOLOGIES)
    assert set(kinds[~positive]) >= set(DECOYS)
    assert set(kinds[~positive]) <= {"", *DECOYS}


@pytest.mark.parametrize("which", ["edges", "legal_edges"])
def test_edges_follow_goods_through_one_owner_and_forward_in_time(world: World, which: str) -> None:
    edges = getattr(world, which)
    before, after = (np.asarray(edges[name]) for name in ("from_row", "to_row"))
    assert len(before) > 100
    group = column(world, "consignee_group")[before]
    assert (group == column(world, "exporter_group")[after]).all()
    day = np.asarray(world.shipments["date"]).astype("datetime64[D]").astype(int)
    assert (day[before] < day[after]).all()
    chain = column(world, "chain_id")
    assert (chain[before] == chain[after]).all()
    assert (column(world, "positive")[before] == (which == "edges")).all()


def test_diversions_begin_at_controlled_origins_and_never_carry_food(world: World) -> None:
    hop, positive = column(world, "hop"), column(world, "positive")
    origin = np.array(world.shipments["exporter_country"].to_pylist())
    target = np.array(world.shipments["destination_country"].to_pylist())
    # A forwarder that has moved may blur a few.
    assert np.isin(origin[hop == 0], list(CONTROLLED_ORIGINS)).all()
    assert not np.isin(target[hop == 0], list(EMBARGOED)).any()
    assert np.isin(target[positive & (hop > 0)], list(EMBARGOED)).mean() > 0.3
    chapter = np.array([int(x[:2]) for x in world.shipments["hs_code"].to_pylist()])
    assert not ((chapter[positive] <= 24) | (chapter[positive] == 30)).any()


def test_half_the_lines_are_seen_and_edges_join_only_those() -> None:
    half = make_gravity(20_000, seed=5, knobs=Knobs(coverage=0.5))
    assert 9_500 < half.shipments.num_rows < 10_500
    assert half.truth.num_rows == half.shipments.num_rows
    assert pc.max(half.edges["to_row"]).as_py() < half.truth.num_rows


def test_sisters_and_codes_do_as_the_knobs_say() -> None:
    def shares(knobs: Knobs) -> tuple[float, float]:
        made = make_gravity(LINES, seed=9, knobs=knobs)
        a, b = (np.asarray(made.edges[name]) for name in ("from_row", "to_row"))
        other = column(made, "consignee_firm")[a] != column(made, "exporter_firm")[b]
        hs = np.array(made.shipments["hs_code"].to_pylist())
        return float(other.mean()), float((hs[a] != hs[b]).mean())

    few, many = shares(Knobs()), shares(replace(Knobs(), sister=0.4, reclassified=0.4))
    assert few[0] < 0.15 < many[0]
    assert few[1] < 0.3 < many[1]


def test_varied_knobs_make_worlds() -> None:
    for seed in range(3):
        assert make_gravity(20_000, seed=seed, knobs=vary(seed)).edges.num_rows >= 0
