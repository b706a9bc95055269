"""The world of projects and tenders keeps its promises."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.flow.tenders import DECOYS, TYPOLOGIES, Knobs, World, make_tenders, vary


@pytest.fixture(scope="module")
def world() -> World:
    return make_tenders(60_000, seed=3)


def test_same_seed_same_world() -> None:
    one, two, other = (make_tenders(4_000, seed=s, knobs=vary(s)) for s in (8, 8, 9))
    assert all(a.equals(b) for a, b in ((one.shipments, two.shipments), (one.truth, two.truth)))
    assert not one.shipments.equals(other.shipments)


def test_shares_and_labels(world: World) -> None:
    positive = world.truth["positive"].to_numpy()
    label = np.array(world.truth["typology"].to_pylist())
    assert 0.006 < positive.mean() < 0.011
    assert set(label[positive]) == set(TYPOLOGIES)
    assert set(label[~positive]) >= set(DECOYS)
    assert len(set(world.shipments["shipment_id"].to_pylist())) == len(label) == 60_000
    days = world.shipments["date"].to_numpy()
    assert (days[1:] >= days[:-1]).all()


@pytest.mark.parametrize("kind", ["edges", "legal_edges"])
def test_edges_follow_one_journey(world: World, kind: str) -> None:
    table = getattr(world, kind)
    source, target = table["from_row"].to_numpy(), table["to_row"].to_numpy()
    to_group, by_group = (world.truth[f"{r}_group"].to_numpy() for r in ("consignee", "exporter"))
    chain, hop = (world.truth[name].to_numpy() for name in ("chain_id", "hop"))
    day = world.shipments["date"].to_numpy()
    assert (to_group[source] == by_group[target]).all()
    assert (day[source] <= day[target]).all()
    if kind == "edges":
        assert np.array_equal(chain[source], chain[target])
        assert np.array_equal(hop[source] + 1, hop[target])


@pytest.mark.parametrize("asked", ["sister", "reclassified"])
def test_onward_legs_are_as_asked(asked: str) -> None:
    seen = make_tenders(60_000, seed=4, knobs=replace(Knobs(), **{asked: 0.4}))
    firm = [seen.truth[f"{role}_firm"].to_numpy() for role in ("consignee", "exporter")]
    code = np.array(seen.shipments["hs_code"].to_pylist())
    for table in (seen.edges, seen.legal_edges):
        source, target = table["from_row"].to_numpy(), table["to_row"].to_numpy()
        left, right = firm if asked == "sister" else (code, code)
        assert 0.3 < (left[source] != right[target]).mean() < 0.5


def test_coverage_hides_lines() -> None:
    seen = make_tenders(20_000, seed=5, knobs=Knobs(coverage=0.5))
    assert 9_500 < seen.truth.num_rows < 10_500
