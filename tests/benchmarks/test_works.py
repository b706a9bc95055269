"""The production-and-repair world keeps its contract."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.flow.works import CONTROLLED_ORIGINS, EMBARGOED, Knobs, World, make_works, vary
from benchmarks.flow.works.works_journeys import LABELS


@pytest.fixture(scope="module")
def world() -> World:
    return make_works(100_000, seed=3)


def test_same_seed_makes_the_same_world() -> None:
    one, two, other = (make_works(4_000, seed=seed) for seed in (1, 1, 2))
    assert one == two
    assert one != other


def test_about_one_line_in_120_is_planted(world: World) -> None:
    share = np.mean(world.truth["positive"].to_numpy())
    assert 0.007 < share < 0.0095
    assert world.shipments.num_rows == world.truth.num_rows == 100_000
    assert len(set(world.shipments["shipment_id"].to_pylist())) == 100_000


def test_every_typology_and_decoy_is_present(world: World) -> None:
    assert set(world.truth["typology"].to_pylist()) == set(LABELS)
    assert set(world.truth["hop"].to_pylist()) == {-1, 0, 1, 2, 3, 4}


def test_chains_lead_from_a_controlled_origin(world: World) -> None:
    positive = world.truth["positive"].to_numpy()
    hop = world.truth["hop"].to_numpy()[positive]
    origin = np.array(world.shipments["exporter_country"].to_pylist())[positive]
    end = np.array(world.shipments["destination_country"].to_pylist())[positive]
    assert np.isin(origin[hop == 0], list(CONTROLLED_ORIGINS)).all()
    assert not np.isin(origin[hop > 0], [*CONTROLLED_ORIGINS, *EMBARGOED]).any()
    assert not np.isin(end[hop == 0], list(EMBARGOED)).any()


def test_edges_join_rows_of_one_chain_in_order(world: World) -> None:
    for table, planted in ((world.edges, True), (world.legal_edges, False)):
        a, z = (table[name].to_numpy() for name in ("from_row", "to_row"))
        chain = world.truth["chain_id"].to_numpy()
        assert (
            world.truth["consignee_group"].to_numpy()[a]
            == world.truth["exporter_group"].to_numpy()[z]
        ).all()
        assert (a < z).all()
        if planted:
            assert a.size > 100
            assert (chain[a] == chain[z]).all()
            assert (chain[a] >= 0).all()


def test_coverage_hides_lines() -> None:
    half = make_works(10_000, seed=3, knobs=replace(Knobs(), coverage=0.5))
    assert abs(half.shipments.num_rows - 5_000) < 300
    assert make_works(6_000, seed=3, knobs=vary(5)).edges.num_rows > 0
