"""Firms, their goods and their lawful trade."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from benchmarks.flow.assumptions import Assumptions
from benchmarks.flow.catalogue import Catalogue, draw_catalogue
from benchmarks.flow.geography import (
    CONTROLLED,
    DESTINATION,
    HUB,
    KIND_OF_COUNTRY,
    KINDS,
    OTHER,
)
from benchmarks.flow.pools import Pool, among, distinct

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SEASONS = 8
FINE = 4096
SHARE_OF_FIRMS = {CONTROLLED: 0.40, HUB: 0.32, DESTINATION: 0.11, OTHER: 0.17}
BUYS, SELLS = 1, 2
OCCASIONAL = 0.1
"""Share of relations in goods that the consignee does not usually buy."""
WIDEST = 150
"""Most goods that a firm trades."""
NEVER = np.iinfo(np.int32).max


@dataclass(slots=True)
class Firms:
    """Firms of a world; every array has one value for each firm.

    ``group`` is the number of the owner (a firm without one owns itself), ``since`` the day from
    which it trades, ``moves`` the day on which it goes to ``new_country``. A ``distributor`` buys
    and sells the same few goods all the time.
    """

    country: npt.NDArray[np.int16]
    weight: Floats
    size: Floats
    group: npt.NDArray[np.int32]
    distributor: Bools
    since: npt.NDArray[np.int32]
    moves: npt.NDArray[np.int32]
    new_country: npt.NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.country)

    @property
    def kind(self) -> npt.NDArray[np.int8]:
        """Kind of each firm's country."""
        return KIND_OF_COUNTRY[self.country]

    def add_sisters(self, owner: Ints) -> Ints:
        """Found a sister of each owner, in its country; answer their numbers."""
        first = len(self)
        for entry in fields(self):
            values = getattr(self, entry.name)
            setattr(self, entry.name, np.concatenate([values, values[owner]]))
        self.moves[first:] = NEVER
        self.distributor[first:] = False
        return np.arange(first, len(self))


@dataclass(slots=True)
class Relations:
    """Who sells which goods to whom; ``rate`` is proportional to the number of lines.

    A pair of firms has as many relations as goods between them.
    """

    exporter: Ints
    consignee: Ints
    goods: Ints
    rate: Floats
    first: Floats
    last: Floats
    decoy: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.exporter)


@dataclass(slots=True)
class Market:
    """Goods, firms and relations, with the pools from which partners are drawn."""

    catalogue: Catalogue
    firms: Firms
    relations: Relations
    sellers_of: Pool
    buyers_of: Pool
    traders_of: Pool
    of_kind: Pool
    sold_by: Pool
    trading: Ints
    calendar: npt.NDArray[np.int32]

    def group_key(self, kind: Ints | int, goods: Ints) -> Ints:
        """Key of a pool of firms of a kind that trade the goods."""
        return np.asarray(kind * len(self.catalogue) + goods, dtype=np.int64)

    def trades_both_ways(self, firm: Ints, goods: Ints) -> Bools:
        """Whether a firm both buys and sells the goods."""
        return among(firm * len(self.catalogue) + goods, self.trading)

    def goods_between(
        self, exporter: Ints, lead: Ints, few: Bools, lead_shape: float,
        a: Assumptions, rng: np.random.Generator,
    ) -> tuple[Ints, Ints, Floats]:  # fmt: skip
        """Goods of pairs of firms: the pair's place, the goods, and their share of its lines.

        ``lead`` is there for certain, and little else where ``few``; the rest are what else the exporter sells. ``lead_shape``
        is 1 where lead is any of a pair's goods, 2 where it is the goods of a random line.
        """
        count = len(exporter)
        other = np.minimum(rng.geometric(1 / a.goods, count) - 1, 60)
        # A distributor and its partners keep to a line of goods.
        other[few] = np.minimum(other[few], 1)
        also = np.repeat(np.arange(count), other)
        sold = self.sold_by.draw(exporter[also], rng)
        pair = np.concatenate([np.arange(count), also[sold >= 0]])
        goods = np.concatenate([lead, sold[sold >= 0]])
        share = rng.exponential(1.0, len(pair))
        share[:count] = rng.gamma(lead_shape, 1.0, count)
        return pair, goods, share / np.bincount(pair, share, count)[pair]

    def lot(
        self, exporter: Ints, consignee: Ints, goods: Ints,
        assumptions: Assumptions, rng: np.random.Generator,
    ) -> Floats:  # fmt: skip
        """Quantity of a lot, in pieces or kilograms, before packing."""
        sizes = self.firms.size
        usual = (sizes[exporter] + sizes[consignee]) * (assumptions.pair_size / np.sqrt(2))
        chance = rng.standard_normal(len(goods)) * assumptions.lot_size
        return np.asarray(np.exp(self.catalogue.log_lot[goods] + usual + chance))

    def day(self, goods: Ints, first: Floats, last: Floats, rng: np.random.Generator) -> Ints:
        """A day between two shares of the period, as the season of the goods has it."""
        at = first + rng.random(len(goods)) * (last - first)
        fine = np.minimum((at * FINE).astype(np.int64), FINE - 1)
        return self.calendar[self.catalogue.season[goods], fine].astype(np.int64)


def pack(quantity: Floats, rounded: Bools) -> Floats:
    """Whole units, and two significant digits where rounded; at least one."""
    whole = np.maximum(np.rint(quantity), 1.0)
    digits = 10.0 ** np.maximum(np.floor(np.log10(whole)) - 1, 0)
    return np.where(rounded, np.maximum(np.rint(whole / digits) * digits, 1.0), whole)


def off_weekend(day: Ints, rng: np.random.Generator, days: int) -> Ints:
    """Move three in four weekend days to the Friday before. Day 0 is a Monday."""
    weekday = day % 7
    shift = (weekday >= 5) & (rng.random(len(day)) < 0.75)
    return np.clip(day - np.where(shift, weekday - 4, 0), 0, days - 1)


def _calendar(days: int, rng: np.random.Generator) -> npt.NDArray[np.int32]:
    """Day at each of ``FINE`` equal shares of a season's trade."""
    month = rng.normal(0.0, 0.18, (SEASONS, 12))
    day = np.arange(days)
    weight = np.exp(month[:, (day // 30.44).astype(np.int64) % 12])
    reached = np.cumsum(weight, axis=1)
    reached /= reached[:, -1:]
    shares = (np.arange(FINE) + 0.5) / FINE
    return np.stack([np.searchsorted(row, shares) for row in reached]).astype(np.int32)


def _draw_firms(count: int, a: Assumptions, rng: np.random.Generator) -> Firms:
    kind = rng.choice(4, count, p=list(SHARE_OF_FIRMS.values()))
    country = np.empty(count, dtype=np.int16)
    start = 0
    for place, countries in enumerate(KINDS):
        own = kind == place
        weights = np.array(list(countries.values()))
        country[own] = start + rng.choice(len(weights), int(own.sum()), p=weights / weights.sum())
        start += len(weights)
    rank = rng.permutation(count) + 1.0
    weight = np.asarray(rank**-a.firm_tail, dtype=np.float64)
    distributor = (kind == HUB) & (rng.random(count) < a.distributors)
    weight[distributor] = (
        weight.mean() * a.distributor_weight * rng.exponential(1.0, int(distributor.sum()))
    )
    size = 0.5 * np.clip((np.log(weight) - np.log(weight).mean()) / np.log(weight).std(), -3, 3)
    size += rng.normal(0.0, np.sqrt(0.75), count)
    number = np.arange(count, dtype=np.int32)
    group = number.copy()
    # One firm in eight belongs to another firm of its country.
    by_country = np.lexsort((rng.random(count), country))
    follows = np.concatenate([[False], country[by_country][1:] == country[by_country][:-1]])
    owned = follows & (rng.random(count) < 0.125)
    group[by_country[owned]] = by_country[np.flatnonzero(owned) - 1]
    while (group[group] != group).any():
        group = group[group]
    since = np.zeros(count, dtype=np.int32)
    young = (kind == HUB) & (rng.random(count) < a.start_ups)
    since[young] = rng.integers(a.days // 6, a.days * 2 // 3, int(young.sum()))
    moves = np.full(count, NEVER, dtype=np.int32)
    leaves = rng.random(count) < a.moved
    moves[leaves] = rng.integers(a.days // 6, a.days, int(leaves.sum()))
    shuffled = country.copy()
    for place in range(len(KINDS)):
        members = np.flatnonzero(kind == place)
        shuffled[members] = country[rng.permutation(members)]
    moves[shuffled == country] = NEVER
    return Firms(country, weight, size, group, distributor, since, moves, shuffled)


def _draw_entries(
    firms: Firms, catalogue: Catalogue, a: Assumptions, rng: np.random.Generator
) -> tuple[Ints, Ints, Floats, Ints]:
    """What each firm trades: firm, goods, weight, and whether it buys or sells them."""
    relative = firms.weight / firms.weight.mean()
    width = np.minimum(2 + rng.poisson(a.portfolio * relative**0.7), WIDEST)
    few = int(firms.distributor.sum())
    width[firms.distributor] = 2 + rng.poisson(2.0, few)
    firm = np.repeat(np.arange(len(firms)), width)
    # Countries have their own demand, and a firm keeps to a few chapters.
    taste = np.exp(rng.normal(0.0, 0.7, (len(KIND_OF_COUNTRY), len(catalogue))))
    goods = np.empty(len(firm), dtype=np.int64)
    country = firms.country[firm]
    for number in range(len(KIND_OF_COUNTRY)):
        own = np.flatnonzero(country == number)
        weight = catalogue.demand * taste[number]
        goods[own] = np.searchsorted(np.cumsum(weight / weight.sum()), rng.random(len(own)))
    goods = np.minimum(goods, len(catalogue) - 1)
    first = np.concatenate([[0], np.cumsum(width)[:-1]])
    near = rng.random(len(firm)) < 0.5
    near[first] = False
    lead = goods[np.repeat(first, width)]
    goods[near] = catalogue.another(lead[near], rng.random(int(near.sum())) < 0.5, rng)
    key = distinct(firm * len(catalogue) + goods)
    firm, goods = key // len(catalogue), key % len(catalogue)
    weight = rng.exponential(1.0, len(firm))
    weight *= firms.weight[firm] / np.bincount(firm, weight, len(firms))[firm]
    kind = firms.kind[firm]
    both = np.where(firms.distributor[firm], 1.0, np.array([0.3, a.both_ways, 0.1, 0.3])[kind])
    only_buys = np.array([0.3, 0.6, 0.85, 0.5])[kind]
    draw = rng.random(len(firm))
    role = np.where(
        draw < both, BUYS | SELLS, np.where(draw < both + (1 - both) * only_buys, BUYS, SELLS)
    )
    return firm, goods, weight, role


def draw_rate(count: int, a: Assumptions, rng: np.random.Generator) -> Floats:
    """Rates of relations."""
    return np.asarray(np.exp(rng.normal(0.0, a.pair_spread, count)))


def draw_market(lines: int, a: Assumptions, rng: np.random.Generator) -> Market:
    """Draw goods, firms and lawful relations."""
    catalogue = draw_catalogue(rng, seasons=SEASONS)
    firms = _draw_firms(max(int(lines * a.firms), 400), a, rng)
    firm, goods, weight, role = _draw_entries(firms, catalogue, a, rng)
    kind = firms.kind[firm].astype(np.int64)
    key = kind * len(catalogue) + goods
    sells, buys = (role & SELLS) > 0, (role & BUYS) > 0
    both = sells & buys
    cautious = np.where(firms.distributor[firm], a.at_distributors, 1.0)
    market = Market(
        catalogue=catalogue,
        firms=firms,
        relations=Relations(*(np.empty(0, dtype=np.int64),) * 3, *(np.empty(0),) * 3,
                            np.empty(0, dtype=np.int8)),
        sellers_of=Pool(key[sells], weight[sells], firm[sells]),
        buyers_of=Pool(key[buys], weight[buys], firm[buys]),
        traders_of=Pool(key[both], (weight * cautious)[both], firm[both]),
        of_kind=Pool(firms.kind.astype(np.int64), firms.weight, np.arange(len(firms))),
        sold_by=Pool(firm[sells], weight[sells], goods[sells]),
        trading=np.sort(firm[both] * len(catalogue) + goods[both]),
        calendar=_calendar(a.days, rng),
    )  # fmt: skip
    by_kind = Pool(kind[sells], weight[sells], np.flatnonzero(sells))
    corridor = rng.choice(
        len(a.corridors), max(int(lines * a.pairs), 200),
        p=np.array(list(a.corridors.values())) / sum(a.corridors.values()),
    )  # fmt: skip
    kinds = np.array(list(a.corridors))[corridor]
    entry = by_kind.draw(kinds[:, 0], rng)
    exporter, lead = firm[entry], goods[entry]
    consignee = market.buyers_of.draw(market.group_key(kinds[:, 1], lead), rng)
    unusual = (consignee < 0) | (rng.random(len(consignee)) < OCCASIONAL)
    consignee[unusual] = market.of_kind.draw(kinds[unusual, 1], rng)
    market.relations = _draw_relations(market, exporter, consignee, lead, a, rng)
    return market


def _draw_relations(
    market: Market, exporter: Ints, consignee: Ints, lead: Ints,
    a: Assumptions, rng: np.random.Generator,
) -> Relations:  # fmt: skip
    """What pairs of firms in different countries trade, how much and when."""
    firms = market.firms
    abroad = firms.country[exporter] != firms.country[consignee]
    exporter, consignee, lead = exporter[abroad], consignee[abroad], lead[abroad]
    rate = draw_rate(len(lead), a, rng)
    few = firms.distributor[exporter] | firms.distributor[consignee]
    pair, goods, share = market.goods_between(exporter, lead, few, 1.0, a, rng)
    exporter, consignee = exporter[pair], consignee[pair]
    # From a controlled origin straight to an embargoed destination go food and medicine alone.
    direct = (firms.kind[exporter] == CONTROLLED) & (firms.kind[consignee] == DESTINATION)
    lawful = ~direct | market.catalogue.released[goods]
    exporter, consignee, goods = exporter[lawful], consignee[lawful], goods[lawful]
    rate = (rate[pair] * share)[lawful]
    count = len(goods)
    begin = np.where(rng.random(count) < 0.6, 0.0, rng.random(count) * 0.8)
    begin = np.maximum(begin, np.maximum(firms.since[exporter], firms.since[consignee]) / a.days)
    end = np.where(rng.random(count) < 0.6, 1.0, begin + rng.random(count) * (1 - begin))
    seasonal = np.where(rng.random(count) < a.seasonal, np.int8(1), np.int8(0))
    return Relations(exporter, consignee, goods, rate, begin, end, seasonal)
