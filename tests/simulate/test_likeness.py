"""Diversions look like everybody's trade: nothing gives them away but what authorities name."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import rankdata

from enduse.simulate.assembly import assemble
from enduse.simulate.coinage import FORWARDING
from enduse.simulate.declarations import Declarations
from enduse.simulate.terms import NONE_NEEDED

from .conftest import frame

Numbers = npt.NDArray[np.float64]
PER_USD = {"EUR": 0.92, "GBP": 0.79, "JPY": 135.0, "CNY": 6.9, "HKD": 7.8, "INR": 80.0}
SEEDS = (1, 2, 3, 4)


def area_under_curve(value: Numbers, diverted: npt.NDArray[np.bool_]) -> float:
    """Chance that a diverted line has the larger value: one half says it tells nothing."""
    rank = rankdata(value)[diverted].sum()
    ones, others = diverted.sum(), (~diverted).sum()
    return float((rank - ones * (ones + 1) / 2) / (ones * others))


def among_like_goods(value: Numbers, goods: npt.NDArray[np.int64]) -> Numbers:
    """Each value's rank among lines of the same code, 0 to 1."""
    ranks = np.zeros(len(value))
    for one in np.unique(goods):
        of = goods == one
        ranks[of] = rankdata(value[of]) / of.sum()
    return ranks


@pytest.fixture(scope="module")
def worlds() -> list[Declarations]:
    """Several, for a single one holds few schemes and leans to one side by chance."""
    return [assemble(frame(50_000, seed)) for seed in SEEDS]


@pytest.fixture(scope="module")
def likeness(worlds: list[Declarations]) -> dict[str, float]:
    """For each trait, the area under the curve over all lines of several worlds."""
    traits: dict[str, list[Numbers]] = {}
    diverted = []
    for world in worlds:
        lines = [block.lines for block in world.blocks(60_000)]
        assert len(lines) == 1
        column = {name: lines[0][name].to_numpy(zero_copy_only=False) for name in
                  ("quantity", "value", "net_mass_kg", "currency")}  # fmt: skip
        leg, row = world.ledger.leg, world.ledger.trade
        diverted.append((leg >= 0) & world.legs.diverted[leg])
        pair = world.terms.pair[row]
        _, first = np.unique(pair, return_index=True)
        repeated = np.ones(len(row))
        repeated[first] = 0.0
        rate = np.array([PER_USD.get(c, 1.0) for c in column["currency"]])
        usual = np.isin(column["currency"], ["USD", *PER_USD])
        goods = np.where(usual, world.trade.goods[row], -1)
        found = {
            "value": among_like_goods(column["value"] / rate, goods),
            "quantity": among_like_goods(column["quantity"], world.trade.goods[row]),
            "pair repeated before": repeated,
            "line of a shipment of several": 1.0 - world.ledger.starts,
            "weekend": ((world.ledger.day + world.frame.start.weekday()) % 7 >= 5).astype(float),
            "round quantity": (column["quantity"] % 10 == 0).astype(float),
        }
        for name, values in found.items():
            traits.setdefault(name, []).append(values)
    truth = np.concatenate(diverted)
    return {name: area_under_curve(np.concatenate(v), truth) for name, v in traits.items()}


@pytest.mark.parametrize(
    ("trait", "margin"),
    [
        ("value", 0.1),
        ("quantity", 0.1),
        ("pair repeated before", 0.1),
        ("line of a shipment of several", 0.05),
        ("weekend", 0.05),
        ("round quantity", 0.05),
    ],
)
def test_a_trait_that_no_authority_names_does_not_give_diversions_away(
    likeness: dict[str, float], trait: str, margin: float
) -> None:
    assert likeness[trait] == pytest.approx(0.5, abs=margin)


def hubs(world: Declarations) -> npt.NDArray[np.int64]:
    """Third-country firms of diversions."""
    trade, diverting = world.trade, world.trade.diverting
    received = trade.consignee[diverting & (trade.leg == 0)]
    return np.union1d(received, trade.exporter[diverting & (trade.leg > 0)])


def test_each_sign_is_commoner_among_those_who_divert_and_occurs_in_legal_trade(
    worlds: list[Declarations],
) -> None:
    found: dict[str, tuple[list[bool], list[bool]]] = {}
    for world in worlds:
        firms, trade = world.companies.firms, world.trade
        diverting = hubs(world)
        legal = np.setdiff1d(np.flatnonzero(firms.imports > 0), trade.consignee[trade.batch >= 0])
        for name, sign in {
            "founded late": firms.founded >= world.frame.embargo,
            "free zone": firms.free_zone,
            "shared address": firms.shared_address,
            "address of a listed firm": firms.lends_address >= 0,
            "listed owner": firms.lends_owner >= 0,
            "director of a listed firm": firms.lends_officer >= 0,
            "resembling name": firms.resembles >= 0,
            "listed itself": firms.listed,
            "forwarder": firms.business == FORWARDING,
            "other line of business": (firms.business != firms.family) & (firms.business >= 0),
        }.items():
            one, other = found.setdefault(name, ([], []))
            one += sign[diverting].tolist()
            other += sign[legal].tolist()
    for name, (diverting_, legal_) in found.items():
        assert 0.65 > np.mean(diverting_) > 1.5 * np.mean(legal_) > 0, name


def test_each_sign_of_a_shipment_is_commoner_in_diversions_and_occurs_in_legal_trade(
    worlds: list[Declarations],
) -> None:
    found: dict[str, tuple[list[bool], list[bool]]] = {}
    for world in worlds:
        trade, terms, pairs = world.trade, world.terms, world.pairs
        goods = world.companies.catalogue.goods
        hub_codes = {code for code, _ in world.frame.settings.hubs}
        by_hub = np.array([bool(hub_codes & set(text.split(";"))) for text in world.routes.texts])
        vague = np.isin(world.wording.texts, ["Parts", "Spare parts", "Samples", "Accessories"])
        made_in = np.where(terms.part >= 0, world.parts.country[terms.part], terms.origin)
        usual = goods.price[trade.made] + 2.5 * goods.spread[trade.made]
        everything = np.ones(len(trade), bool)
        for name, sign, among in (
            ("price", terms.price > usual, everything),
            ("words", vague[terms.wording], everything),
            ("permit", terms.permit >= NONE_NEEDED, goods.high_priority[trade.goods]),
            ("origin", terms.origin != made_in, terms.part >= 0),
            ("route", by_hub[pairs.route[terms.pair]], everything),
            ("vessel", pairs.listed_vessel[terms.pair] >= 0, pairs.by_sea[terms.pair]),
        ):
            one, other = found.setdefault(name, ([], []))
            one += sign[among & trade.diverting].tolist()
            other += sign[among & ~trade.diverting].tolist()
    for name, (diverting, legal) in found.items():
        assert 0.5 > np.mean(diverting) > 1.5 * np.mean(legal) > 0, name


def test_some_schemes_show_no_sign_at_all(worlds: list[Declarations]) -> None:
    ordinary = np.concatenate(
        [w.trade.ordinary[w.trade.diverting & (w.trade.leg == 0)] for w in worlds]
    )
    assert 0.1 < ordinary.mean() < 0.32


def test_firms_of_schemes_trade_lawfully_as_well(worlds: list[Declarations]) -> None:
    for world in worlds:
        trade, leg, row = world.trade, world.ledger.leg, world.ledger.trade
        lawful = np.bincount(trade.consignee[row[leg < 0]], minlength=len(world.companies.firms))
        assert np.median(lawful[hubs(world)]) >= 3


def test_no_firm_trades_before_it_was_founded(worlds: list[Declarations]) -> None:
    for world in worlds:
        founded = world.companies.firms.founded
        row, day = world.ledger.trade, world.ledger.day
        for side in (world.trade.exporter, world.trade.consignee):
            assert (founded[side[row]] < day).all()


def test_old_hubs_without_the_sign_bought_such_goods_before_the_embargo(
    worlds: list[Declarations],
) -> None:
    known, goods = [], worlds[0].companies.catalogue.goods
    for world in worlds:
        trade, firms = world.trade, world.companies.firms
        firm = hubs(world)
        early = world.ledger.day < world.frame.embargo
        before = world.ledger.trade[early & goods.high_priority[trade.goods[world.ledger.trade]]]
        steady = firm[(firms.first_day[firm] <= 0) & np.isin(firms.family[firm], range(6))]
        known += np.isin(steady, trade.consignee[before]).tolist()
    assert np.mean(known) > 0.6
