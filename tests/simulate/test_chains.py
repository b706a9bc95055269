"""Goods run through chains as goods do: forward in time, and never more than there were."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.simulate import WorldSettings
from enduse.simulate.catalogue import catalogue
from enduse.simulate.chains import Plan, plan_chains
from enduse.simulate.declarations import Declarations
from enduse.simulate.schemes import BUYERS, HUBS, SISTER, SUPPLIERS, Kind

from .conftest import Written, frame


def plan(seed: int, budget: int = 400, legal: bool = False, coverage: float = 0.5) -> Plan:
    world = frame(20_000, seed, WorldSettings(last_leg_coverage=coverage))
    return plan_chains(np.random.default_rng(seed), world, legal=legal, budget=budget)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 600), st.booleans(), st.floats(0, 1))
def test_whole_chains_fill_the_budget_and_never_exceed_it(
    seed: int, budget: int, legal: bool, coverage: float
) -> None:
    one = plan(seed, budget, legal, coverage)
    assert budget - 12 <= len(one.legs) <= budget
    assert set(np.unique(one.legs.scheme)) == set(range(len(one.schemes)))
    assert (one.schemes.diverting != legal).all()
    assert ((one.legs.day >= (0 if legal else 419)) & (one.legs.day < 1461)).all()
    assert (one.legs.quantity > 0).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_each_leg_leaves_after_the_one_before_from_where_that_arrived(seed: int) -> None:
    one = plan(seed, coverage=1.0)
    legs = one.legs
    for chain in range(one.chains):
        of = np.flatnonzero(legs.chain == chain)
        kind = one.schemes.kind[legs.scheme[of[0]]]
        assert legs.hop[of].min() == 1
        for leg in of[legs.hop[of] > 1]:
            before = of[legs.hop[of] == legs.hop[leg] - 1]
            assert legs.day[before].min() < legs.day[leg]
            if legs.exporter[leg] == SISTER:
                assert kind == Kind.SISTER_FIRM
                assert set(legs.consignee[before]) == {HUBS[0]}
            else:
                assert legs.exporter[leg] in legs.consignee[before]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_no_more_goes_on_than_arrived_unless_it_is_mixed_with_legal_goods(seed: int) -> None:
    one = plan(seed, coverage=1.0)
    legs = one.legs
    arrived: dict[tuple[int, int], float] = defaultdict(float)
    for chain, hop, quantity in zip(legs.chain, legs.hop, legs.quantity, strict=True):
        arrived[chain, hop] += quantity
    mixed = one.schemes.kind == Kind.MIXED_WITH_LEGAL
    mixed_chains = set(legs.chain[mixed[legs.scheme]].tolist())
    for (chain, hop), quantity in arrived.items():
        if hop > 1 and chain not in mixed_chains:
            # Orders are in round numbers, so a twentieth more may be written than came.
            assert quantity <= 1.06 * arrived[chain, hop - 1]


def test_split_lots_leave_whole_and_end_with_two_buyers_and_merged_ones_the_other_way() -> None:
    one = plan(1, budget=4000, coverage=1.0)
    legs, kind = one.legs, one.schemes.kind[one.legs.scheme]
    last = legs.hop == one.schemes.hops[legs.scheme] + 1
    for of, parts in (
        ((kind == Kind.SPLIT) & last, BUYERS),
        ((kind == Kind.MERGE) & (legs.hop == 1), SUPPLIERS),
    ):
        played = (legs.consignee if parts is BUYERS else legs.exporter)[of]
        assert set(np.unique(played)) == set(parts)
    for of in ((kind == Kind.SPLIT) & (legs.hop == 1), (kind == Kind.MERGE) & last):
        assert of.any()
        assert np.bincount(legs.chain[of]).max() == 1


@pytest.mark.parametrize("coverage", [0.0, 1.0])
def test_the_leg_to_the_embargoed_country_is_seen_as_often_as_said(coverage: float) -> None:
    one = plan(2, budget=2000, coverage=coverage)
    ends = np.isin(one.legs.consignee, BUYERS)
    lost = one.schemes.kind == Kind.LOST_TRANSIT_LEG
    assert ends.any() == bool(coverage)
    assert not ends[lost[one.legs.scheme]].any()
    assert set(np.unique(one.schemes.hops)) == {1, 2, 3, 4}


def test_a_sister_has_the_director_and_owner_of_the_firm_that_received_the_goods(
    unwritten: Declarations, written: Written
) -> None:
    trade, firms, names = unwritten.trade, unwritten.companies.firms, unwritten.companies.names
    onward = np.flatnonzero(trade.diverting & (trade.leg == 1))
    sisters = {int(f): int(firms.sister[f]) for f in trade.exporter[onward] if firms.sister[f] >= 0}
    received = set(trade.consignee[trade.diverting & (trade.leg == 0)].tolist())
    sisters = {one: other for one, other in sisters.items() if other in received}
    assert sisters
    people = dict(
        zip(*(written.registry[c].to_pylist() for c in ("name", "officers")), strict=True)
    )
    told = [(people.get(names[5 * a]), people.get(names[5 * b])) for a, b in sisters.items()]
    known = [(one.split(";")[0], other.split(";")) for one, other in told if one and other]
    assert known
    assert all(one in other for one, other in known)


def test_hs_codes_switch_within_the_heading_or_across_headings(unwritten: Declarations) -> None:
    trade, codes = unwritten.trade, catalogue().goods.code
    switched = np.flatnonzero(trade.goods != trade.made)
    same = {codes[trade.goods[i]][:4] == codes[trade.made[i]][:4] for i in switched}
    assert same == {True, False}
    assert (trade.leg[switched] > 0).all()


def test_a_diversion_that_is_seen_to_its_end_ends_in_an_embargoed_country(
    written: Written,
) -> None:
    lines = written.shipments
    reached = defaultdict(set)
    for diverted, chain, hop, country, day in zip(
        written.truth["diverted"].to_pylist(),
        written.truth["chain_id"].to_pylist(),
        written.truth["hop"].to_pylist(),
        lines["destination_country"].to_pylist(),
        lines["date"].to_pylist(),
        strict=True,
    ):
        if diverted:
            reached[chain].add((hop, country))
            assert day >= "2022-02-24"
    assert len(reached) == written.world.chains
    ends = [{c for h, c in legs if h == max(h for h, _ in legs)} for legs in reached.values()]
    embargoed = sum(bool(countries & {"RU", "BY"}) for countries in ends)
    assert 0.2 < embargoed / len(ends) < 0.7
    for legs in reached.values():
        assert not {c for h, c in legs if h == 1} & {"RU", "BY", "US", "DE", "TW"}
