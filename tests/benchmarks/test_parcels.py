"""The parcel world keeps its promises: shares, kinds, links and sameness."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from benchmarks.flow.parcels import KINDS, Knobs, World, make_parcels, vary

DECOYS = {
    "legal_distributor", "legal_reexport", "startup", "moved", "seasonal", "stock_keeping",
    "unit_error", "other_origin", "return",
}  # fmt: skip


@cache
def world(seed: int = 3, knobs: Knobs = Knobs()) -> World:  # noqa: B008
    return make_parcels(40_000, seed=seed, knobs=knobs)


def test_the_same_seed_makes_the_same_world() -> None:
    again = make_parcels(40_000, seed=3)
    assert again.shipments.equals(world().shipments)
    assert again.truth.equals(world().truth)
    assert not world(4).shipments.equals(world().shipments)


def test_about_one_line_in_120_is_planted_and_every_kind_is_there() -> None:
    positive = world().truth["positive"].to_numpy()
    assert world().shipments.num_rows == 40_000
    assert 0.007 < positive.mean() < 0.0095
    kinds = np.array(world().truth["typology"].to_pylist())
    hops = {"one_hop", "two_hops", "three_hops", "four_hops", "split", "merge"}
    assert {*KINDS[1:], *hops} <= set(kinds[positive])
    assert set(kinds[~positive]) >= DECOYS


@pytest.mark.parametrize("planted", [True, False])
def test_links_join_what_a_firm_or_its_group_took_in_to_what_it_sent(planted: bool) -> None:
    made = world()
    edges = made.edges if planted else made.legal_edges
    a, b = edges["from_row"].to_numpy(), edges["to_row"].to_numpy()
    taker, sender = made.truth["consignee_group"].to_numpy(), made.truth["exporter_group"]
    assert (taker[a] == sender.to_numpy()[b]).all()
    days = made.shipments["date"].to_numpy()
    assert (days[a] < days[b]).all()
    chain = made.truth["chain_id"].to_numpy()
    assert (chain[a] == chain[b]).all()
    assert ((chain[a] >= 0) == planted).all()


def test_coverage_hides_lines_and_sisters_send_their_share() -> None:
    half = world(3, Knobs(coverage=0.5, sister=0.4))
    assert 0.48 < half.shipments.num_rows / 40_000 < 0.52
    for edges in (half.edges, half.legal_edges):
        taken = half.truth["consignee_firm"].to_numpy()[edges["from_row"].to_numpy()]
        sent = half.truth["exporter_firm"].to_numpy()[edges["to_row"].to_numpy()]
        assert 0.25 < (taken != sent).mean() < 0.55
    assert vary(1) == vary(1) != vary(2)
