"""The contracts world keeps what it promises."""

import numpy as np
import pytest
from benchmarks.flow.contracts import (
    CONTROLLED_ORIGINS,
    EMBARGOED,
    TYPOLOGIES,
    Knobs,
    World,
    make_contracts,
    vary,
)


@pytest.fixture(scope="module")
def world() -> World:
    return make_contracts(60_000, seed=5)


def test_same_seed_gives_the_same_world(world: World) -> None:
    again = make_contracts(60_000, seed=5)
    assert again.shipments.equals(world.shipments)
    assert again.edges.equals(world.edges)
    assert not make_contracts(60_000, seed=6).shipments.equals(world.shipments)


def test_share_of_planted_lines_and_typologies(world: World) -> None:
    assert world.shipments.num_rows == 60_000
    assert 0.004 < np.mean(world.truth["positive"].to_numpy()) < 0.012
    assert set(world.truth["typology"].to_pylist()) == set(TYPOLOGIES)
    ids = world.shipments["shipment_id"].to_pylist()
    assert len(set(ids)) == len(ids)


def test_edges_join_legs_of_one_chain_in_day_order(world: World) -> None:
    truth = {name: world.truth[name].to_numpy() for name in world.truth.column_names}
    days = world.shipments["date"].to_numpy()
    for edges, planted in ((world.edges, True), (world.legal_edges, False)):
        source, target = edges["from_row"].to_numpy(), edges["to_row"].to_numpy()
        assert len(source) > 100
        assert (days[source] <= days[target]).all()
        assert (truth["consignee_group"][source] == truth["exporter_group"][target]).all()
        assert (truth["positive"][np.r_[source, target]] == planted).all()
        assert (truth["chain_id"][source] == truth["chain_id"][target]).all()


def test_chains_lead_from_controlled_origins_to_the_embargoed(world: World) -> None:
    hop = world.truth["hop"].to_numpy()
    origins = set(world.shipments.filter(hop == 0)["exporter_country"].to_pylist())
    assert origins <= CONTROLLED_ORIGINS
    ends = world.shipments.filter(world.truth["positive"])["destination_country"].to_pylist()
    assert EMBARGOED & set(ends)


def test_coverage_hides_lines() -> None:
    half = make_contracts(20_000, seed=2, knobs=Knobs(coverage=0.5))
    assert 0.45 < half.shipments.num_rows / 20_000 < 0.55
    assert vary(4) == vary(4) != vary(5)
